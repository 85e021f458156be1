package web

import (
	"maps"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// newExemptionPage asks for an exemption that is wider than one finding.
type newExemptionPage struct {
	Form     *form
	Rules    []option
	Agencies agencyChoice
}

func (s *site) newExemption(c *page) error {
	return s.showNewExemption(c, newForm("rule", c.query("rule"), "agencyId", c.query("agency"), "expiresOn", today().AddDays(180).String()))
}

func (s *site) showNewExemption(c *page, f *form) error {
	if !c.viewer.MaySomewhere(models.TriageFinding) {
		return refuseWrite(c, "ask for an exemption")
	}
	titles, err := s.Register.RuleTitles(c.ctx())
	if err != nil {
		return err
	}
	p := newExemptionPage{Form: f}
	for _, rule := range slices.Sorted(maps.Keys(titles)) {
		p.Rules = append(p.Rules, option{Value: rule, Label: shorten(titles[rule], 90)})
	}
	slices.SortFunc(p.Rules, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	if p.Agencies, err = c.agencyChoice(models.TriageFinding); err != nil {
		return err
	}
	return c.show(view{Name: "exemption-new", Title: "Ask for an exemption", Nav: "/findings", Crumbs: []crumb{{"Findings", "/findings"}, {"Exemptions", "/exemptions"}, {"Ask for one", ""}}, Form: f, Page: p})
}

func (s *site) askExemption(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := f.exemption(&m)
	x.Rule, x.AgencyID, x.Component, x.License = f.get("rule"), c.agencyID(f, &m, "agencyId"), f.get("component"), f.get("license")
	if err = m.Err(); err == nil {
		err = s.Register.RequestExemption(c.ctx(), c.viewer, x)
	}
	if err == nil {
		return c.done(exemptionPath(x.ID), "The exemption is asked for. Another person decides on it.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showNewExemption(c, f)
}
