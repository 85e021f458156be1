package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// assetSays is what is stated of software beyond its one sentence, in the language of the reader where somebody wrote in it.
type assetSays struct {
	foreignText
	Others []foreignText
	Facts  []fact
	Long   string
	Folded bool // the long text is more than a glance
}

// saysOf is nil when nothing more is stated.
func (c *page) saysOf(h *assetHead) (*assetSays, error) {
	const glance = 700
	r, err := c.site.Store.DescribedAsset(c.ctx(), c.viewer, h.Asset.ID)
	if err != nil {
		return nil, err
	}
	d := r.Description()
	t, lang := d.Text(c.language())
	out := &assetSays{foreignText: foreignText{lang, t}, Facts: statedFacts(d), Long: strings.TrimSpace(t.Long)}
	if out.Long == h.Description.Text {
		out.Long = ""
	}
	out.Folded = len(out.Long) > glance
	for _, l := range slices.Sorted(maps.Keys(d.Texts)) {
		if t := d.Texts[l]; l != lang && (t.Short != "" || t.Long != "") {
			out.Others = append(out.Others, foreignText{l, t})
		}
	}
	if out.Long == "" && len(t.Features) == 0 && t.Documentation == "" && len(out.Others) == 0 && len(out.Facts) < 2 {
		return nil, nil
	}
	return out, nil
}

// statedFacts are what a description says in single words.
func statedFacts(d *models.Description) []fact {
	var facts []fact
	for _, f := range []struct {
		term string
		text []string
	}{
		{"Published by", []string{d.Organisation.Name}}, {"Version", []string{d.SoftwareVersion}}, {"Stage", []string{d.Status}}, {"Kind", []string{d.SoftwareType}}, {"Runs on", d.Platforms}, {"Categories", each(d.Categories, spaced)},
		{"Words", d.Tags}, {"For", each(d.Scope, spaced)}, {"Countries", each(d.Countries, countryName)}, {"Languages", each(d.Languages, languageName)}, {"Written in", d.ProgrammingLanguages}, {"May be used as", d.UsageTypes}, {"Standards and laws", each(d.Supports, standardName)},
		{"Needs", needed(d)}, {"Kept up by", []string{d.Maintenance}}, {"Under contract with", contractors(d)}, {"Based on", d.BasedOn}, {"Says it is used by", d.UsedBy},
	} {
		if text := shorten(strings.Join(slices.DeleteFunc(slices.Clone(f.text), func(s string) bool { return s == "" }), ", "), 500); text != "" {
			facts = append(facts, fact{Term: f.term, Text: text})
		}
	}
	for _, day := range []struct {
		term string
		on   *models.Date
	}{{"Released", d.ReleasedOn}, {"Changed there", d.ModifiedOn}} {
		if day.on != nil {
			facts = append(facts, fact{Term: day.term, Time: date(*day.on)})
		}
	}
	return facts
}

// needed are what it depends on, with the least version; what is optional says so.
func needed(d *models.Description) (out []string) {
	for _, one := range slices.Concat(d.Open, d.Proprietary, d.Hardware) {
		text := one.Name
		if one.Version != "" {
			text += " " + one.Version
		} else if one.VersionMin != "" {
			text += " from " + one.VersionMin
		}
		if one.Optional {
			text += " (optional)"
		}
		out = append(out, text)
	}
	return out
}

func contractors(d *models.Description) (out []string) {
	for _, one := range d.Contractors {
		text := one.Name
		if one.Until != nil {
			text += " until " + one.Until.String()
		}
		out = append(out, text)
	}
	return out
}
