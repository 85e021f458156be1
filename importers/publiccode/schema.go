package publiccode

import (
	"github.com/ospo-register/ospo/models"
)

// The standard as tables, publiccode.yml 0.7.0, chapter “The Standard”. The order is that of the standard.

const (
	dropIt  = "It is safe to leave it out."
	aDate   = "a date as YYYY-MM-DD, such as 2026-04-15"
	aSPDX   = "an SPDX licence expression, such as EUPL-1.2"
	orgURI  = "the URI of the organisation, such as https://example.org/agency or urn:x-italian-pa:c_h501"
	someone = "at least one person with a name"
)

func (r *reader) top() []rule {
	d := r.d
	return []rule{
		{key: "publiccodeYmlVersion", must: true, what: "the version in quotes: \"" + Latest + "\"", read: func(place) {}},
		{key: "name", must: true, what: "the name of the software", read: r.text(&d.Name)},
		{key: "applicationSuite", what: "the name of the suite", read: r.text(&d.Suite)},
		{key: "url", must: true, what: "the address of the repository, such as https://example.org/agency/software.git", read: r.url(&d.URL, anyScheme)},
		{key: "landingURL", read: r.url(&d.LandingURL, webOnly)},
		{key: "isBasedOn", read: r.basedOn},
		{key: "softwareVersion", what: "the version in quotes", read: r.text(&d.SoftwareVersion)},
		{key: "releaseDate", mustBefore: 4, what: aDate, read: r.date(&d.ReleasedOn)},
		{key: "logo", read: r.logo(&d.Logo)},
		{key: "monochromeLogo", deprecated: 3, gone: true, instead: "Use “logo”.", read: r.monochromeLogo},
		{key: "inputTypes", deprecated: 3, gone: true, instead: dropIt, read: r.mediaTypes},
		{key: "outputTypes", deprecated: 3, gone: true, instead: dropIt, read: r.mediaTypes},
		{key: "platforms", must: true, what: "a list of platforms, such as web, windows, mac, linux, ios or android", read: r.texts(&d.Platforms, r.anyText)},
		{key: "categories", mustBefore: 5, what: "a list of categories", read: r.texts(&d.Categories, r.oneOf("category", models.SoftwareCategories))},
		{key: "usedBy", read: r.texts(&d.UsedBy, r.anyText)},
		{key: "fundedBy", since: 5, read: r.each(func(p place) {
			var body models.Party
			if r.organisation(p, &body); body != (models.Party{}) {
				d.FundedBy = append(d.FundedBy, body)
			}
		})},
		{key: "roadmap", read: r.url(&d.Roadmap, webOnly)},
		{key: "developmentStatus", must: true, what: "one of " + joined(models.DevelopmentStatuses), read: r.word(&d.Status, models.DevelopmentStatuses...)},
		{key: "softwareType", must: true, what: "one of " + joined(models.SoftwareTypes), read: r.word(&d.SoftwareType, models.SoftwareTypes...)},
		{key: "supports", since: 7, read: r.each(r.support)},
		{key: "organisation", since: 5, read: func(p place) { r.organisation(p, &d.Organisation) }},
		{key: "intendedAudience", read: r.audience},
		{key: "description", must: true, what: "what the software is, in at least one language: description, below it the language such as en, below that shortDescription, longDescription and features", read: r.description},
		{key: "legal", must: true, what: "the section with the key license", read: r.legal},
		{key: "maintenance", must: true, what: "the section with the key type", read: r.maintenance},
		{key: "localisation", must: true, what: "the section with localisationReady and availableLanguages", read: r.localisation},
		{key: "dependsOn", read: r.dependsOn},
		{key: "IT", deprecated: 7, gone: true, instead: "Use “supports” and “organisation”.", read: r.italy},
		{key: "it", deprecated: 5, gone: true, instead: "Write it in upper case, “IT”, or better use “supports” and “organisation”.", read: r.italyLower},
	}
}

func (r *reader) organisation(at place, into *models.Party) {
	r.section(at, []rule{
		{key: "uri", must: true, what: orgURI, read: r.organisationURI(&into.URI)},
		{key: "name", what: "the name of the organisation", read: r.text(&into.Name)},
	})
}

func (r *reader) support(at place) {
	r.section(at, []rule{{key: "id", must: true, what: "“alias:gdpr”, another known alias, or a URI", read: func(p place) {
		if s, ok := r.scalar(p, "an alias or a URI"); ok && r.supportID(p, s) {
			r.d.Supports = append(r.d.Supports, s)
		} else {
			r.keep(p)
		}
	}}})
}

func (r *reader) audience(at place) {
	d := r.d
	r.section(at, []rule{
		{key: "countries", read: r.texts(&d.Countries, r.country)},
		{key: "unsupportedCountries", read: r.texts(&d.NotCountries, r.country)},
		{key: "scope", read: r.texts(&d.Scope, r.oneOf("scope", models.AudienceScopes))},
	})
}

func (r *reader) description(at place) {
	if at.value.kind != mapping {
		r.wrongType(at, "a section with one key for each language")
		r.keep(at)
		return
	}
	for _, m := range at.value.members {
		p := at.member(m)
		if !r.language(place{key: p.key, line: p.line, column: p.column}, m.key) {
			if m.value.kind != mapping { // no language at all, perhaps a key that slipped one level up
				r.keep(p)
				continue
			}
		}
		var t models.DescriptionText
		r.section(p, r.texted(&t))
		r.d.Texts[m.key] = t
	}
}

func (r *reader) texted(t *models.DescriptionText) []rule {
	return []rule{
		{key: "localisedName", read: r.text(&t.LocalisedName)},
		{key: "genericName", deprecated: 3, gone: true, instead: dropIt, read: r.sized(&t.GenericName, 0, 35)},
		{key: "shortDescription", must: true, what: "one sentence of at most 150 characters", read: r.sized(&t.Short, 0, 150)},
		{key: "longDescription", must: true, what: "a text of 150 to 10,000 characters", read: r.sized(&t.Long, 150, 10000)},
		{key: "documentation", read: r.url(&t.Documentation, webOnly)},
		{key: "apiDocumentation", read: r.url(&t.APIDocumentation, webOnly)},
		{key: "features", must: true, what: "a list of what the software can do", read: r.texts(&t.Features, r.anyText)},
		{key: "screenshots", read: r.texts(&t.Screenshots, r.screenshot)},
		{key: "videos", read: r.texts(&t.Videos, r.video)},
		{key: "awards", read: r.texts(&t.Awards, r.anyText)},
	}
}

func (r *reader) legal(at place) {
	d := r.d
	r.section(at, []rule{
		{key: "license", must: true, what: aSPDX, read: r.license},
		{key: "mainCopyrightOwner", read: r.text(&d.CopyrightOwner)},
		{key: "repoOwner", deprecated: 5, gone: true, instead: "Use “organisation.name”.", read: r.text(&d.RepoOwner)},
		{key: "authorsFile", deprecated: 4, gone: true, instead: dropIt, read: r.path(&d.AuthorsFile, nil)},
	})
}

func (r *reader) localisation(at place) {
	d := r.d
	r.section(at, []rule{
		{key: "localisationReady", must: true, what: "true or false", read: r.flag(&d.Localised)},
		{key: "availableLanguages", must: true, what: "a list of language tags, such as en or pt-BR", read: r.texts(&d.Languages, func(p place, s string) (string, bool) { return s, r.language(p, s) })},
	})
}

func (r *reader) dependsOn(at place) {
	d := r.d
	r.section(at, []rule{
		{key: "open", read: r.dependencies(&d.Open)},
		{key: "proprietary", read: r.dependencies(&d.Proprietary)},
		{key: "hardware", read: r.dependencies(&d.Hardware)},
	})
}

func (r *reader) dependencies(into *[]models.Dependency) func(place) {
	return r.each(func(p place) {
		var dep models.Dependency
		var optional *bool
		r.section(p, []rule{
			{key: "name", must: true, what: "the name of what is needed", read: r.text(&dep.Name)},
			{key: "versionMin", what: "a version in quotes", read: r.text(&dep.VersionMin)},
			{key: "versionMax", what: "a version in quotes", read: r.text(&dep.VersionMax)},
			{key: "version", what: "a version in quotes", read: r.text(&dep.Version)},
			{key: "optional", what: "true or false", read: r.flag(&optional)},
		})
		dep.Optional = optional != nil && *optional
		if dep != (models.Dependency{}) {
			*into = append(*into, dep)
		}
	})
}
