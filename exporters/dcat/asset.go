package dcat

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/text/language"

	"github.com/ospo-register/ospo/models"
)

func (w *writer) publisher(s term) {
	d := w.d
	o := d.Organisation
	switch {
	case o != models.Party{}:
	case d.RepoOwner != "":
		o.Name = d.RepoOwner
	case d.CopyrightOwner != "":
		o.Name = d.CopyrightOwner
		w.lose("dct:publisher", models.LossChanged, "Nobody said who publishes; the holder of the copyright is named.")
	default:
		w.lose("dct:publisher", models.LossGap, "Who publishes the software.")
	}
	if o != (models.Party{}) {
		w.add(s, "dct:publisher", w.agent(o))
	}
	if d.CopyrightOwner != "" {
		w.add(s, "dct:rightsHolder", w.agent(models.Party{Name: d.CopyrightOwner}))
	}
	for _, p := range d.FundedBy {
		w.add(s, "schema:funder", w.agent(p))
	}
}

// themes are the data themes of EU Vocabularies that fields of application of publiccode.yml fall under.
var themes = map[string]string{
	"agriculture": "AGRI", "culture": "EDUC", "education": "EDUC", "energy": "ENER", "environment": "ENVI", "finance-and-economic-development": "ECON", "foreign-affairs": "INTR",
	"government": "GOVE", "healthcare": "HEAL", "infrastructures": "TRAN", "justice": "JUST", "local-authorities": "GOVE", "manufacturing": "ECON", "research": "TECH", "science-and-technology": "TECH",
	"security": "JUST", "defence": "JUST", "emergency-services": "JUST", "employment": "SOCI", "society": "SOCI", "sport": "EDUC", "tourism": "ECON", "transportation": "TRAN", "welfare": "SOCI",
}

// themeNames are what EU Vocabularies call the data themes.
var themeNames = map[string]string{
	"AGRI": "Agriculture, fisheries, forestry and food", "ECON": "Economy and finance", "EDUC": "Education, culture and sport", "ENER": "Energy", "ENVI": "Environment",
	"GOVE": "Government and public sector", "HEAL": "Health", "INTR": "International issues", "JUST": "Justice, legal system and public safety", "SOCI": "Population and society",
	"TECH": "Science and technology", "TRAN": "Transport",
}

// words are keywords, themes and what software is in the terms of schema.org, which DCAT-AP leaves room for.
func (w *writer) words(s term) {
	d := w.d
	for _, list := range [][]string{d.Scope, d.Categories, d.Tags} {
		for _, k := range list {
			w.add(s, "dcat:keyword", text(k, ""))
		}
	}
	for _, scope := range d.Scope {
		if theme, ok := themes[scope]; ok {
			t := w.coded(s, "dcat:theme", "data-theme", theme)
			w.add(t, "skos:prefLabel", text(themeNames[theme], "en"))
		}
	}
	for _, c := range d.Categories {
		w.add(s, "schema:applicationCategory", text(c, ""))
	}
	for _, p := range d.Platforms {
		w.add(s, "schema:operatingSystem", text(p, ""))
	}
	for _, l := range d.ProgrammingLanguages {
		w.add(s, "schema:programmingLanguage", text(l, ""))
	}
	w.add(s, "dcat:version", text(d.SoftwareVersion, ""))
	w.add(s, "owl:versionInfo", text(d.SoftwareVersion, "")) // ADMS-AP and older harvesters look here
}

// places are languages and countries by the codes of EU Vocabularies: those of ISO 639-3 and ISO 3166-1 alpha-3, in capitals.
func (w *writer) places(s term) {
	for _, l := range w.d.Languages {
		t, err := language.Parse(strings.TrimSpace(l))
		base, _, _ := t.Raw()
		code := strings.ToUpper(base.ISO3())
		if err != nil || code == "" || code == "UND" {
			w.lose("localisation.availableLanguages", models.LossDropped, fmt.Sprintf("%q names no language that EU Vocabularies list; left out.", l))
			continue
		}
		w.coded(s, "dct:language", "language", code)
		if t.String() != base.String() {
			w.lose("localisation.availableLanguages", models.LossChanged, fmt.Sprintf("%q is said as its language alone.", l))
		}
	}
	for _, c := range w.d.Countries {
		r, err := language.ParseRegion(c)
		if err != nil || !r.IsCountry() || len(r.ISO3()) != 3 || r.ISO3() == "ZZZ" {
			w.lose("intendedAudience.countries", models.LossDropped, fmt.Sprintf("%q is no country code of ISO 3166-1; left out.", c))
			continue
		}
		w.coded(s, "dct:spatial", "country", r.ISO3())
	}
}

// dates prefer what is said of the software to when the catalogue learnt of it.
func (w *writer) dates(s term, e *Entry) {
	day := func(predicate string, days ...*models.Date) bool {
		for _, d := range days {
			if d != nil {
				w.add(s, predicate, typed(d.String(), "xsd:date"))
				return true
			}
		}
		return false
	}
	day("dct:created", w.d.CreatedOn)
	if !day("dct:issued", w.d.CreatedOn) {
		w.instant(s, "dct:issued", e.Issued)
	}
	if !day("dct:modified", w.d.ModifiedOn, w.d.ReleasedOn) {
		w.instant(s, "dct:modified", e.Modified)
	}
}

// access says whether everybody may see the code, where somebody said so.
func (w *writer) access(s term) {
	if private := w.d.Private; private != nil {
		w.coded(s, "dct:accessRights", "access-right", map[bool]string{false: "PUBLIC", true: "NON_PUBLIC"}[*private])
	}
}

// statuses are those of the ADMS vocabulary of solutions.
var statuses = map[string]string{"concept": "UnderDevelopment", "development": "UnderDevelopment", "beta": "UnderDevelopment", "stable": "Completed", "obsolete": "Deprecated"}

func (w *writer) status(s term) {
	ours := w.d.DevelopmentStatus()
	theirs, ok := statuses[ours]
	switch {
	case ok:
		w.add(s, "adms:status", term{kind: iri, value: "http://purl.org/adms/status/" + theirs})
		if ours != w.d.Status || ours == "concept" || ours == "development" || ours == "beta" {
			w.lose("developmentStatus", models.LossChanged, fmt.Sprintf("%q is said as %s.", w.d.Status, theirs))
		}
	case w.d.Status != "":
		w.lose("developmentStatus", models.LossDropped, fmt.Sprintf("%q is no status of ADMS; left out.", w.d.Status))
	}
}

// pointers are addresses of other things.
func (w *writer) pointers(s term) {
	d := w.d
	for _, p := range []struct{ key, predicate, url, class string }{
		{"landingURL", "dcat:landingPage", d.LandingURL, "foaf:Document"}, {"url", "schema:codeRepository", d.URL, ""}, {"logo", "foaf:logo", d.Logo, ""}, {"roadmap", "foaf:page", d.Roadmap, "foaf:Document"},
	} {
		if p.url != "" && !w.link(s, p.predicate, p.url, p.class) {
			w.lose(p.key, models.LossDropped, fmt.Sprintf("%q is not a web address; left out.", p.url))
		}
	}
	for _, b := range d.BasedOn {
		if !w.link(s, "prov:wasDerivedFrom", b, "") {
			w.lose("isBasedOn", models.LossDropped, fmt.Sprintf("%q is not a web address; left out.", b))
		}
	}
	for _, id := range d.Supports {
		resource := id
		if alias, ok := strings.CutPrefix(id, "alias:"); ok {
			resource = models.SupportAliases[alias]
		}
		if !w.link(s, "dct:conformsTo", resource, "dct:Standard") {
			w.lose("supports", models.LossDropped, fmt.Sprintf("%q is no address of a standard or law; left out.", id))
		}
	}
	if d.Suite != "" {
		suite := w.blank()
		w.add(s, "dct:isPartOf", suite)
		w.add(suite, "rdf:type", word("schema:SoftwareApplication"))
		w.add(suite, "schema:name", text(d.Suite, ""))
	}
}

// contacts are who to ask (vCard).
func (w *writer) contacts(s term) {
	for i, c := range w.d.Contacts {
		t := w.blank()
		w.add(s, "dcat:contactPoint", t)
		w.add(t, "rdf:type", word("vcard:Individual"))
		w.add(t, "rdf:type", word("vcard:Kind"))
		w.add(t, "vcard:fn", text(c.Name, ""))
		w.add(t, "vcard:organization-name", text(c.Affiliation, ""))
		if c.Email != "" {
			w.add(t, "vcard:hasEmail", term{kind: iri, value: "mailto:" + strings.ReplaceAll(url.PathEscape(c.Email), "%40", "@")})
		}
		if c.Phone != "" {
			w.add(t, "vcard:hasTelephone", term{kind: iri, value: "tel:" + strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' || r == '+' {
					return r
				}
				return -1
			}, c.Phone)})
			if strings.Trim(c.Phone, "+0123456789 ()/-.") != "" {
				w.lose(fmt.Sprintf("maintenance.contacts[%d].phone", i), models.LossChanged, fmt.Sprintf("%q is said with its digits alone.", c.Phone))
			}
		}
	}
}

// needs is what the software needs to run.
func (w *writer) needs(s term) {
	for _, group := range []struct {
		key  string
		list []models.Dependency
	}{{"open", w.d.Open}, {"proprietary", w.d.Proprietary}, {"hardware", w.d.Hardware}} {
		for i, dep := range group.list {
			t := w.blank()
			w.add(s, "dct:requires", t)
			class := "schema:SoftwareApplication"
			if group.key == "hardware" {
				class = "schema:Product"
			}
			w.add(t, "rdf:type", word(class))
			w.add(t, "schema:name", text(dep.Name, ""))
			w.add(t, "schema:softwareVersion", text(dep.Version, ""))
			if group.key == "proprietary" || dep.Optional || dep.VersionMin != "" || dep.VersionMax != "" {
				w.lose(fmt.Sprintf("dependsOn.%s[%d]", group.key, i), models.LossChanged, dep.Name+" is said by name and version, without saying whether it is proprietary or needed, or from which version on.")
			}
		}
	}
}

// without names what neither profile has a property for.
func (w *writer) without() {
	d := w.d
	for _, m := range []struct {
		key    string
		stated bool
	}{
		{"usedBy", len(d.UsedBy) > 0}, {"softwareType", d.SoftwareType != ""}, {"intendedAudience.unsupportedCountries", len(d.NotCountries) > 0},
		{"legal.repoOwner", d.RepoOwner != "" && d.Organisation != models.Party{}}, {"legal.authorsFile", d.AuthorsFile != ""}, {"maintenance.type", d.Maintenance != ""}, {"maintenance.contractors", len(d.Contractors) > 0},
		{"localisation.localisationReady", d.Localised != nil}, {"usageTypes", len(d.UsageTypes) > 0}, {"exemptionText", d.ExemptionText != ""}, {"laborHours", d.LaborHours != nil}, {"contractNumbers", len(d.ContractNumbers) > 0},
		{"sbom", d.SBOM != ""}, {"feedback", d.Feedback != ""}, {"disclaimerURL", d.DisclaimerURL != ""}, {"disclaimerText", d.DisclaimerText != ""}, {"aiUseCaseID", d.AIUseCaseID != ""},
		{"relatedCode", len(d.RelatedCode) > 0}, {"reusedCode", len(d.ReusedCode) > 0}, {"partners", len(d.Partners) > 0}, {"metadataOn", d.MetadataOn != nil}, {"kept", len(d.Kept) > 0},
	} {
		if m.stated {
			w.lose(m.key, models.LossDropped, none)
		}
	}
}
