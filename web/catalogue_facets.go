package web

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// facetGroupForm is one way to narrow the catalogue, as a group of checkboxes.
type facetGroupForm struct {
	Name   string
	Label  string
	Values []facetChoice // the first ones, and all that are chosen
	More   []facetChoice
	Beyond int // values that are not shown, with the fewest entries
}

// facetChoice is a checkbox with how many entries it would show.
type facetChoice struct {
	ID, Name, Value, Label, Count string
	Chosen                        bool
}

// How many values of a facet are shown at once, and how many behind “more”.
const (
	shownValues = 6
	mostValues  = 40
)

var facetLabels = map[catalog.Facet]string{catalog.FacetKind: "Where", catalog.FacetOrigin: "Origin", catalog.FacetCategory: "Category", catalog.FacetFunction: "What it serves", catalog.FacetOpen: "Open source licence", catalog.FacetClass: "Licence class",
	catalog.FacetLicense: "Licence", catalog.FacetStatus: "Development", catalog.FacetType: "Kind of software", catalog.FacetMaintenance: "Maintenance", catalog.FacetActivity: "Last commit", catalog.FacetArchived: "Archived",
	catalog.FacetCode: "Code can be read", catalog.FacetSBOM: "SBOM", catalog.FacetHealth: "Health", catalog.FacetUsedBy: "Used by", catalog.FacetSteward: "Steward", catalog.FacetPlatform: "Platform", catalog.FacetLanguage: "Language",
	catalog.FacetCountry: "Country", catalog.FacetSource: "Other catalogue", catalog.FacetStandard: "Standard or law", catalog.FacetLifecycle: "Lifecycle", catalog.FacetVisibility: "Who sees it"}

var valueLabels = map[catalog.Facet]map[string]string{
	catalog.FacetKind:     {"own": "In this register", "foreign": "In other governments’ catalogues"},
	catalog.FacetActivity: {"month": "Within a month", "half-year": "Within half a year", "year": "Within a year", "two-years": "Within two years", "older": "Longer ago", "unknown": "Not known"},
	catalog.FacetHealth:   {"measured": "Measured", "unmeasured": "Not measured"},
	catalog.FacetOpen:     {"yes": "Yes", "no": "No, or not stated"}, catalog.FacetSBOM: {"yes": "There is one", "no": "None"}, catalog.FacetCode: {"yes": "Yes", "no": "No, or not known"}, catalog.FacetArchived: {"yes": "Yes", "no": "No"},
	catalog.FacetType:        {"configurationFiles": "Configuration files"},
	catalog.FacetMaintenance: {"internal": "By its owner", "contract": "Under a contract", "community": "By a community", "none": "Nobody"},
}

// valueLabel says a value of a facet in words.
func valueLabel(facet catalog.Facet, v catalog.ValueCount) string {
	if known, ok := valueLabels[facet][v.Value]; ok {
		return known
	}
	switch facet {
	case catalog.FacetOrigin:
		return word(models.Origin(v.Value))
	case catalog.FacetClass:
		return word(licenses.Class(v.Value))
	case catalog.FacetLifecycle:
		return word(models.AssetLifecycle(v.Value))
	case catalog.FacetVisibility:
		return word(models.Visibility(v.Value))
	case catalog.FacetUsedBy, catalog.FacetSteward:
		return orElse(v.Label, "Agency "+v.Value)
	case catalog.FacetCategory, catalog.FacetFunction, catalog.FacetStatus, catalog.FacetType, catalog.FacetMaintenance:
		return capital(spaced(v.Value))
	case catalog.FacetStandard:
		return standardName(v.Value)
	case catalog.FacetLanguage:
		return languageName(v.Value)
	case catalog.FacetCountry:
		return countryName(v.Value)
	}
	return v.Value
}

// languageName is a language by its tag (BCP 47): pt-BR is Brazilian Portuguese. What is no tag is given back.
func languageName(tag string) string {
	if known, err := language.Parse(tag); err == nil {
		return orElse(display.English.Tags().Name(known), tag)
	}
	return tag
}

// countryName is a country by its code (ISO 3166-1). What is no code is given back.
func countryName(code string) string {
	if known, err := language.ParseRegion(code); err == nil {
		return orElse(display.English.Regions().Name(known), code)
	}
	return code
}

// standardName is a standard or law as it is called: what is short on the list of publiccode.yml is so in capitals ("alias:gdpr" is GDPR).
func standardName(value string) string {
	if name, ok := strings.CutPrefix(value, "alias:"); ok {
		return orElse(map[string]string{"pagopa": "pagoPA", "eidas": "eIDAS"}[name], strings.ToUpper(name))
	}
	return value
}

// onlyOne reports whether a facet says nothing: every entry has the same value, and none is chosen.
func onlyOne(f catalog.FacetCount) bool { return len(f.Values) == 1 && !f.Values[0].Chosen }

func facetForms(facets []catalog.FacetCount) []facetGroupForm {
	var out []facetGroupForm
	for _, f := range facets {
		if len(f.Values) == 0 || onlyOne(f) {
			continue
		}
		g := facetGroupForm{Name: string(f.Facet), Label: facetLabels[f.Facet]}
		for i, v := range f.Values {
			if !v.Chosen && len(g.More) == mostValues {
				g.Beyond++
				continue
			}
			choice := facetChoice{ID: "c-" + g.Name + "-" + idText(int64(i)), Name: g.Name, Value: v.Value, Label: shorten(valueLabel(f.Facet, v), 60), Count: number(v.Count), Chosen: v.Chosen}
			if v.Chosen || len(g.Values) < shownValues {
				g.Values = append(g.Values, choice)
			} else {
				g.More = append(g.More, choice)
			}
		}
		out = append(out, g)
	}
	return out
}

// chipsOf are the filters in force.
func chipsOf(facets []catalog.FacetCount, here url.Values) []crumb {
	var out []crumb
	for _, f := range facets {
		for _, v := range f.Values {
			if !v.Chosen {
				continue
			}
			rest := cloneQuery(here)
			rest[string(f.Facet)] = slices.DeleteFunc(rest[string(f.Facet)], func(value string) bool { return value == v.Value })
			out = append(out, crumb{Name: facetLabels[f.Facet] + ": " + valueLabel(f.Facet, v), Path: withQuery("/catalogue", rest.Encode())})
		}
	}
	return out
}

// catalogCharts draws what was found by origin and by licence class.
func catalogCharts(found *store.CatalogPage) []chart {
	var out []chart
	for _, f := range found.Facets {
		title := map[catalog.Facet]string{catalog.FacetOrigin: "What was found, by origin", catalog.FacetClass: "What was found, by licence class"}[f.Facet]
		if title == "" {
			continue
		}
		chosen := slices.ContainsFunc(f.Values, func(v catalog.ValueCount) bool { return v.Chosen })
		var parts []chartPart
		for _, v := range f.Values {
			if v.Count > 0 && (v.Chosen || !chosen) {
				parts = append(parts, chartPart{Label: valueLabel(f.Facet, v), Kind: chartKind(v.Value), Count: v.Count})
			}
		}
		if len(parts) > 1 {
			out = append(out, newChart("by-"+string(f.Facet), title, "entries", facetLabels[f.Facet], parts))
		}
	}
	return out
}

// chartKind is the colour of a value: classes have their own.
func chartKind(value string) string {
	switch models.Origin(value) {
	case models.GovBuilt:
		return string(licenses.Permissive)
	case models.OpenSource:
		return string(licenses.WeakCopyleft)
	case models.Service:
		return string(licenses.StrongCopyleft)
	case models.Proprietary:
		return string(licenses.RestrictedUse)
	}
	return value
}
