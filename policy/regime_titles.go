package policy

// titles are the titles of words that most regimes use, for those that give none of their own.
var titles = map[string]string{
	// sources of a market scan
	"national-catalogue": "The government's register of software and its catalogue",
	"shared-repository":  "The repository of code that government shares",
	"sovereign-stack":    "The list of software that government recommends",
	"oss-catalogue":      "Catalogues of open source software",
	// cost lines
	"licence-or-subscription": "Licences or subscription",
	"compliance-check":        "Checks of compliance",
	"data-cleanup":            "Cleaning of data",
	"migration-in":            "Migration from the system in use",
	"training-admin":          "Training of administrators",
	"training-user":           "Training of users",
	"support-maintenance":     "Support and maintenance",
	"upstream-contribution":   "Contributions to the project upstream",
	"internal-staff":          "Own staff",
	"security-ops":            "Security operations",
	"exit":                    "Exit: leaving it again",
	// knock-outs
	"interop":       "Interoperability",
	"privacy":       "Protection of personal data",
	"security-min":  "Minimum of security",
	"accessibility": "Accessibility",
	"data-export":   "Free export of all data in an open format",
	// triggers of a review
	"eol":                 "End of support is near",
	"kev":                 "A weakness that is known to be exploited",
	"maintainer-loss":     "The project lost its maintainers",
	"sponsor-loss":        "The project lost its sponsors",
	"price-jump":          "The price went up",
	"jurisdiction-change": "The provider or its owner moved to another jurisdiction",
	// grounds for keeping code closed or a record back
	"third-party-rights":  "Rights of third parties",
	"security":            "Security of systems",
	"personal-data":       "Personal data",
	"unannounced-policy":  "Policy that has not been announced",
	"classified":          "Classified information",
	"commercial-secrecy":  "Trade secrets of a bidder",
	"national-security":   "National security",
	"privacy-of-persons":  "Privacy of persons",
	"pending-procurement": "A procurement that is not finished",
	// evidence for an exemption
	"scan":          "The market scan",
	"evaluation":    "The evaluation",
	"tco":           "The sheet of total cost",
	"exit-plan":     "A plan to leave again",
	"capacity-plan": "A plan to build up the skills",
	"legal-ref":     "The place in the law",
	// exclusions
	"framework-mandatory":             "Joining a framework agreement that binds the agency",
	"completion-of-compared-work":     "Finishing work that was compared before",
	"full-outsourcing":                "Outsourcing of a whole function",
	"exploratory-or-disposable-code":  "Exploratory code, and code that is thrown away",
	"existing-procurement-before-law": "Procurement begun before the rule held",
}
