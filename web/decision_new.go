package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

// newDecisionPage asks for a case, a question at a time, and says what the register knows before it is opened.
type newDecisionPage struct {
	Form      *form
	Agencies  agencyChoice
	Kinds     []option
	Tracks    []option
	Guidance  *register.Guidance
	Functions []option // that decisions were made for
	Opening   bool     // the answers are for a case; else only for a check
}

// askNewDecision starts with the first question.
func (s *site) askNewDecision(c *page) error {
	f := newForm("agencyId", c.query("agency"), "kind", orElse(c.query("kind"), string(models.DecideNew)), "assetId", c.query("asset"), "priorId", c.query("prior"), "product", c.query("product"), "function", c.query("function"), "title", c.query("title"))
	return s.showNewDecision(c, f, nil)
}

func (s *site) showNewDecision(c *page, f *form, g *register.Guidance) error {
	if !c.viewer.MaySomewhere(models.WriteDecision) {
		return refuseWrite(c, "open a decision")
	}
	p := newDecisionPage{Form: f, Kinds: decisionKinds(), Guidance: g, Opening: true}
	for i := range p.Kinds {
		p.Kinds[i].Hint = kindHints[models.DecisionKind(p.Kinds[i].Value)]
	}
	if g != nil {
		p.Tracks = words(g.Tracks)
		if g.Law.Emergency.Days > 0 && models.DecisionKind(f.get("kind")).Branch() == models.Acquisition && models.DecisionKind(f.get("kind")) != models.DecideAdopt {
			p.Tracks = append(p.Tracks, option{Value: string(models.EmergencyTrack), Label: word(models.EmergencyTrack), Hint: "Approved first, on an exemption for urgency; the rest is made up for within " + plural(g.Law.Emergency.Days, "day", "days") + "."})
		}
		if f.get("track") == "" {
			f.set("track", p.Tracks[0].Value)
		}
	}
	var err error
	if p.Agencies, err = c.agencyChoice(models.WriteDecision); err != nil {
		return err
	}
	if len(p.Agencies.Options) == 1 && f.get("agencyId") == "" {
		f.set("agencyId", p.Agencies.Options[0].Value)
	}
	if f.get("value.currency") == "" {
		if err := s.setCurrency(c, f); err != nil {
			return err
		}
	}
	if p.Functions, err = s.functionsKnown(c); err != nil {
		return err
	}
	return c.show(view{Name: "decision-new", Title: "Open a decision", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {"Open one", ""}}, Form: f, Page: p})
}

// kindHints say when a kind is the right one.
var kindHints = map[models.DecisionKind]string{
	models.DecideNew: "Nothing serves this purpose today.", models.DecideRenewal: "A contract ends and would go on.", models.DecideExtension: "A contract is made longer.", models.DecideExpansion: "More users, modules or sites.",
	models.DecideReplacement: "Something else instead of what is there.", models.DecideCallOff: "Bought through a framework agreement.", models.DecideCustom: "Software is written for you.",
	models.DecideAdopt: "Free software is taken into use: a decision, too.", models.DecideRelease: "Whether code that was paid for is opened.", models.DecideRemedy: "What is done about software that is unmaintained or vulnerable.",
}

// goOnWithNewDecision looks first and opens the case when the person still wants to.
func (s *site) goOnWithNewDecision(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	if err := noted(&m, s.nameAssets(c, f)); err != nil {
		return err
	}
	n := register.NewDecision{AgencyID: c.agencyID(f, &m, "agencyId"), Kind: models.DecisionKind(f.get("kind")), Track: models.DecisionTrack(f.get("track")), Title: orElse(f.get("title"), f.get("purpose")), Function: strings.ToUpper(f.get("function")),
		AssetID: optional(f.id("assetId")), PriorID: optional(f.id("priorId"))}
	if f.get("value.amount") != "" {
		n.Value = models.Money{Amount: decimalOf(f.get("value.amount")), Currency: strings.ToUpper(f.get("value.currency"))}
	}
	said := fieldsOf(m.Err())
	for _, e := range fieldsOf(checked(n).Validate()) {
		if !slices.ContainsFunc(said, func(o models.FieldError) bool { return o.Field == e.Field }) {
			m.Add(e.Field, e.Code, e.Detail)
		}
	}
	var g *register.Guidance
	if err = m.Err(); err == nil {
		g, err = s.guidance(c, f, n)
	}
	if err == nil && f.get("do") == "open" {
		row, openErr := s.Register.OpenDecision(c.ctx(), c.viewer, n)
		if openErr == nil {
			return c.done(casePath(row.ID), "The case "+row.Ref+" is open. First say what is needed.")
		}
		err = openErr
	}
	if err != nil && !f.refused(err) {
		return err
	}
	if f.Problem != nil && f.Problem.Kind == models.Invalid && f.get("do") != "open" {
		g = nil
	}
	return s.showNewDecision(c, f, g)
}

// noted adds the mistakes of an answer to those found already. Any other error is given back.
func noted(m *models.Mistakes, err error) error {
	list := fieldsOf(err)
	for _, e := range list {
		m.Add(e.Field, e.Code, e.Detail)
	}
	if len(list) > 0 {
		return nil
	}
	return err
}

// fieldsOf are the mistakes that an error is about; none when it is another.
func fieldsOf(err error) []models.FieldError {
	var e *models.Error
	if errors.As(err, &e) && e.Kind == models.Invalid {
		return e.Fields
	}
	return nil
}

// checked is a case as far as it is known before it is opened.
func checked(n register.NewDecision) *models.Decision {
	d := &models.Decision{AgencyID: n.AgencyID, Kind: n.Kind, Track: models.FullTrack, Title: n.Title, Function: n.Function, AssetID: n.AssetID}
	if n.Kind == models.DecideAdopt {
		d.Track = models.FreeTrack
	}
	if !n.Value.IsZero() {
		d.Value, d.Currency = &n.Value.Amount, n.Value.Currency
	}
	return d
}

// setCurrency offers the currency of the law in force at the agency that is chosen.
func (s *site) setCurrency(c *page, f *form) error {
	law, err := s.Store.RegimeInForce(c.ctx(), f.id("agencyId"), today())
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if g, err := policy.ParseRegime([]byte(law.Text)); err == nil {
		f.set("value.currency", g.Currency())
	}
	return nil
}

// functionsKnown are the functions that the decisions which the viewer sees were made for, each with the newest of them.
func (s *site) functionsKnown(c *page) ([]option, error) {
	list, err := s.Store.DecisionFunctions(c.ctx(), c.viewer)
	if err != nil {
		return nil, err
	}
	options := make([]option, len(list))
	for i, one := range list {
		options[i] = option{Value: one.Function, Label: one.Function + ": " + shorten(one.Title, 80)}
	}
	return options, nil
}

func (s *site) guidance(c *page, f *form, n register.NewDecision) (*register.Guidance, error) {
	g, err := s.Register.CheckDecision(c.ctx(), c.viewer, register.DecisionCheck{AgencyID: n.AgencyID, Kind: n.Kind, Function: n.Function, Purpose: orElse(f.get("purpose"), n.Title), Product: f.get("product"), AssetID: n.AssetID, Value: n.Value, License: f.get("license")})
	if models.IsKind(err, models.NotFound) {
		return nil, models.Refuse(models.Conflict, "no-regime", "No regime is in force for this agency, so that nobody can say what the law asks. Counsel puts one in force: presets wait as drafts.")
	}
	return g, err
}

// checkDecision answers the question of a case without opening one. Its address can be shared.
func (s *site) checkDecision(c *page) error {
	if !c.viewer.InGovernment() {
		return models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in: what agencies plan is for people in government.")
	}
	f := &form{Values: c.request().URL.Query()}
	p := newDecisionPage{Form: f, Kinds: decisionKinds()}
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	if f.get("agencyId") != "" || f.get("product") != "" || f.get("purpose") != "" {
		var m models.Mistakes
		n := register.DecisionCheck{AgencyID: c.agencyID(f, &m, "agencyId"), Kind: models.DecisionKind(f.get("kind")), Function: strings.ToUpper(f.get("function")), Purpose: f.get("purpose"), Product: f.get("product"), License: f.get("license")}
		if f.get("value.amount") != "" {
			n.Value = models.Money{Amount: decimalOf(f.get("value.amount")), Currency: strings.ToUpper(f.get("value.currency"))}
		}
		if err = m.Err(); err == nil {
			p.Guidance, err = s.Register.CheckDecision(c.ctx(), c.viewer, n)
		}
		if models.IsKind(err, models.NotFound) {
			err = models.Refuse(models.Conflict, "no-regime", "No regime is in force for this agency, so that nobody can say what the law asks.")
		}
		if err != nil && !f.refused(err) {
			return err
		}
	}
	return c.show(view{Name: "decision-check", Title: "May we take this software?", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {"Check", ""}}, Form: f, Page: p})
}
