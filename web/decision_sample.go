package web

import (
	"crypto/rand"
	"net/url"
	"strconv"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// samplePage draws decisions at random, so that nobody chose which are looked at.
type samplePage struct {
	Form       *form
	Agencies   agencyChoice
	Regimes    []option
	Kinds      []option
	Drawn      bool
	List       []store.DecisionRow
	Population int
	Seed       string
	Here       string // the address that draws the same again
}

func (s *site) sampleDecisions(c *page) error {
	if !c.viewer.InGovernment() {
		return models.NoSuch("page")
	}
	f := &form{Values: c.request().URL.Query()}
	p := samplePage{Form: f, Kinds: decisionKinds(), Seed: f.get("seed")}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	regimes, err := s.Store.Regimes(c.ctx())
	if err != nil {
		return err
	}
	for _, r := range regimes {
		if r.Decisions > 0 {
			p.Regimes = append(p.Regimes, option{Value: idText(r.ID), Label: r.Name})
		}
	}
	if p.Drawn = f.get("size") != ""; p.Drawn {
		err = s.drawSample(c, &p)
		if err != nil && !f.refused(err) {
			return err
		}
		p.Drawn = err == nil
	}
	if f.get("size") == "" {
		f.Values = url.Values{"size": {"10"}, "seed": {rand.Text()[:12]}}
	}
	return c.show(view{Name: "decision-sample", Title: "Draw a sample of decisions", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Sample"}}, Form: f, Page: p})
}

func (s *site) drawSample(c *page, p *samplePage) error {
	f := p.Form
	var m models.Mistakes
	pop := models.Population{Agency: c.agencyID(f, &m, "agency"), Regime: f.id("regime"), Kind: models.DecisionKind(f.get("kind")), Exempt: f.get("exempt") != "", ValueFrom: models.Decimal(f.get("valueFrom")), ValueTo: models.Decimal(f.get("valueTo")),
		Currency: f.get("currency"), From: f.date(&m, "from"), To: f.date(&m, "to")}
	size, err := strconv.Atoi(f.get("size"))
	if err != nil || size < 1 || size > models.MaxSample {
		m.Add("size", "out-of-range", "Say how many to draw, from 1 to "+number(models.MaxSample)+".")
	}
	if p.Seed == "" {
		m.Add("seed", "required", "Give a seed: any word or number. The same seed draws the same decisions again.")
	}
	m.Include(pop.Validate())
	if err := m.Err(); err != nil {
		return err
	}
	p.Here = c.request().URL.RequestURI()
	p.List, p.Population, err = s.Store.DecisionSample(c.ctx(), c.viewer, pop, p.Seed, size)
	return err
}
