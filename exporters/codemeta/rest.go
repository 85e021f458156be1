package codemeta

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// stages say in the words of repostatus.org, which CodeMeta recommends, what publiccode.yml says.
var stages = map[string]string{"concept": "concept", "development": "wip", "beta": "wip", "stable": "active", "obsolete": "unsupported"}

func (w *writer) status() string {
	ours := w.d.DevelopmentStatus()
	if ours == "" {
		return w.d.Status
	}
	word := "https://www.repostatus.org/#" + stages[ours]
	if ours == "beta" || ours != w.d.Status {
		w.lose("developmentStatus", models.LossChanged, fmt.Sprintf("%q is said as %s of repostatus.org.", w.d.Status, stages[ours]))
	}
	return word
}

// maintainers are persons to ask, and the firms that keep the software under a contract.
func (w *writer) maintainers() {
	var out []*object
	for _, c := range w.d.Contacts {
		o := thing("Person", c.Name)
		o.text("email", c.Email)
		o.text("schema:telephone", c.Phone)
		if c.Affiliation != "" {
			o.add("affiliation", thing("Organization", c.Affiliation))
		}
		out = append(out, o)
	}
	for i, c := range w.d.Contractors {
		o := thing("Organization", c.Name)
		o.text("email", c.Email)
		o.text("url", c.Website)
		out = append(out, o)
		w.lose(fmt.Sprintf("maintenance.contractors[%d]", i), models.LossChanged, fmt.Sprintf("%s is said as a maintainer, without the end of the contract.", c.Name))
	}
	w.things("maintainer", out)
}

// kept writes back terms that came in a codemeta.json and have no place of their own.
func (w *writer) kept() {
	for _, key := range slices.Sorted(maps.Keys(w.d.Kept)) {
		value := w.d.Kept[key]
		if w.d.Format == models.CodeMeta && !strings.ContainsAny(key, ".[@:") && !w.has(key) && json.Valid([]byte(value)) {
			w.add(key, json.RawMessage(value))
			continue
		}
		w.lose(key, models.LossDropped, none)
	}
}

// without names what CodeMeta has no term for.
func (w *writer) without() {
	d := w.d
	for _, m := range []struct {
		key    string
		stated bool
	}{
		{"usedBy", len(d.UsedBy) > 0}, {"roadmap", d.Roadmap != ""}, {"softwareType", d.SoftwareType != ""}, {"supports", len(d.Supports) > 0},
		{"intendedAudience.countries", len(d.Countries) > 0}, {"intendedAudience.unsupportedCountries", len(d.NotCountries) > 0}, {"intendedAudience.scope", len(d.Scope) > 0},
		{"legal.repoOwner", d.RepoOwner != ""}, {"legal.authorsFile", d.AuthorsFile != ""}, {"maintenance.type", d.Maintenance != ""}, {"localisation.localisationReady", d.Localised != nil},
		{"dependsOn.hardware", len(d.Hardware) > 0}, {"usageTypes", len(d.UsageTypes) > 0}, {"exemptionText", d.ExemptionText != ""}, {"laborHours", d.LaborHours != nil}, {"sbom", d.SBOM != ""},
		{"private", d.Private != nil}, {"disclaimerURL", d.DisclaimerURL != ""}, {"disclaimerText", d.DisclaimerText != ""}, {"aiUseCaseID", d.AIUseCaseID != ""}, {"relatedCode", len(d.RelatedCode) > 0},
		{"reusedCode", len(d.ReusedCode) > 0}, {"partners", len(d.Partners) > 0}, {"metadataOn", d.MetadataOn != nil}, {"logo", d.Logo != "" && !w.has("schema:logo")},
	} {
		if m.stated {
			w.lose(m.key, models.LossDropped, none)
		}
	}
}
