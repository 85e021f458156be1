package models

import "strings"

// The vocabularies of publiccode.yml 0.7 (core standard and its lists of categories, scopes and aliases; CC0-1.0), in the order of the standard.
var (
	DevelopmentStatuses = []string{"concept", "development", "beta", "stable", "obsolete"}
	SoftwareTypes       = []string{"standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend", "standalone/other", "addon", "library", "configurationFiles"}
	MaintenanceTypes    = []string{"internal", "contract", "community", "none"}

	// SupportAliases are the short names of standards and laws, with what each stands for.
	SupportAliases = map[string]string{
		"gdpr":   "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
		"eidas":  "https://eur-lex.europa.eu/eli/reg/2014/910/oj",
		"nis2":   "https://eur-lex.europa.eu/eli/dir/2022/2555/oj",
		"cra":    "https://eur-lex.europa.eu/eli/reg/2024/2847/oj",
		"spid":   "https://www.spid.gov.it/",
		"cie":    "https://www.cartaidentita.interno.gov.it/",
		"anpr":   "https://www.anpr.interno.it/",
		"pagopa": "https://www.pagopa.gov.it/",
		"io":     "https://io.italia.it/",
	}

	AudienceScopes = strings.Fields(`
		agriculture culture defence education emergency-services employment energy environment finance-and-economic-development
		foreign-affairs government healthcare infrastructures justice local-authorities manufacturing research
		science-and-technology security society sport tourism transportation welfare`)

	SoftwareCategories = strings.Fields(`
		accounting agile-project-management applicant-tracking application-development appointment-scheduling backup
		billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management
		cloud-management collaboration communications compliance-management contact-management content-management crm
		customer-service-and-support data-analytics data-collection data-visualization design design-system
		digital-asset-management digital-citizenship document-management donor-management e-commerce e-signature
		educational-content email-management email-marketing employee-management enterprise-project-management
		enterprise-social-networking erp event-management facility-management feedback-and-reviews-management
		financial-reporting fleet-management fundraising gamification geographic-information-systems grant-management
		graphic-design help-desk hr ide identity-management instant-messaging integrated-library-system inventory-management
		it-asset-management it-development it-management it-security it-service-management knowledge-management
		learning-management-system marketing mind-mapping mobile-marketing mobile-payment network-management office
		online-booking online-community payment-gateway payroll predictive-analysis procurement productivity-suite
		project-collaboration project-management property-management real-estate-management regulations-and-directives
		remote-support resource-management sales-management seo service-desk social-media-management survey talent-management
		task-management taxes-management test-management time-management time-tracking translation video-conferencing
		video-editing visitor-management voip warehouse-management web-collaboration web-conferencing website-builder
		whistleblowing workflow-management other`)
)
