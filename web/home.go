package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountHome(r *routes) { r.get("/", s.home) }

// homePage is the government at a glance, and what the reader has to do this week.
type homePage struct {
	Overview store.Overview
	Weeks    []week
	Licenses chart
	Common   []store.CommonComponent
	Changed  []store.AssetRow
	MayAdd   bool
	MaySend  bool // SBOM documents
	SignedIn bool
	Inside   bool      // in government
	Due      []dayView // of the cases that the reader works on
	Cases    []waitingCase
	Asked    int // questions that wait for the reader
	HooksOff int // webhooks of the reader that the register switched off
}

// week is what waits to be done in one agency that the reader works for, or in the whole government.
type week struct {
	Agency string // "" for the whole government
	Cards  []card
}

// card is a number with what it counts and the link to the rows.
type card struct{ Number, Text, Detail, Action, Path string }

func (s *site) home(c *page) error {
	p := homePage{MayAdd: c.viewer.MaySomewhere(models.WriteAsset), MaySend: c.viewer.MaySomewhere(models.WriteSBOM), SignedIn: c.viewer.SignedIn(), Inside: c.viewer.InGovernment()}
	var err error
	if p.Overview, err = s.Store.Overview(c.ctx(), c.viewer, 0); err != nil {
		return err
	}
	if p.Weeks, err = s.weeks(c, p.Overview); err != nil {
		return err
	}
	if p.Due, err = s.due(c); err != nil {
		return err
	}
	if p.Cases, err = s.waiting(c); err != nil {
		return err
	}
	if p.Asked, err = c.waitingQuestions(); err != nil {
		return err
	}
	if p.HooksOff, err = c.hooksOff(); err != nil {
		return err
	}
	counts, err := s.Store.LicenseReport(c.ctx(), c.viewer, models.Scope{})
	if err != nil {
		return err
	}
	p.Licenses = licenseChart("licenses", "Licences across government", counts, "/licenses")
	p.Common, err = s.common.get(c.viewer, func() ([]store.CommonComponent, error) {
		return s.Store.CommonComponents(c.ctx(), c.viewer, 6)
	})
	if err != nil {
		return err
	}
	changed, err := s.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Sort: models.ByUpdated, Page: models.Page{Limit: 6}})
	if err != nil {
		return err
	}
	p.Changed = changed.Items
	return c.show(view{Name: "home", Page: p})
}

// mostWeeks bounds the agencies that the home page looks after for one person.
const mostWeeks = 3

// weeks says what waits for the reader: in each agency where they keep entries, or everywhere for those who look after all.
func (s *site) weeks(c *page, whole store.Overview) ([]week, error) {
	if c.viewer.UserID == 0 {
		return nil, nil
	}
	roles, err := s.Store.Memberships(c.ctx(), c.viewer.UserID)
	if err != nil {
		return nil, err
	}
	var list []week
	for _, m := range roles {
		switch {
		case len(list) == mostWeeks:
			continue
		case m.Role.Grants(models.AttestDeployment):
			o := whole
			if m.AgencyID != nil {
				if o, err = s.Store.Overview(c.ctx(), c.viewer, *m.AgencyID); err != nil {
					return nil, err
				}
			}
			list = append(list, weekOf(m.Agency, value(m.AgencyID), o))
		case m.Role.Grants(models.TriageFinding), m.Role.Grants(models.WriteDecision) && !sameWeek(list, m.Agency):
			list = append(list, week{Agency: m.Agency})
		default:
			continue
		}
		w := &list[len(list)-1]
		if m.Role.Grants(models.TriageFinding) {
			k, err := s.findingsCard(c, value(m.AgencyID))
			if err != nil {
				return nil, err
			}
			w.Cards = append(w.Cards, k)
		}
		if m.Role.Grants(models.WriteDecision) {
			k, err := s.decisionsCard(c, value(m.AgencyID))
			if err != nil {
				return nil, err
			}
			w.Cards = append(w.Cards, k)
		}
	}
	return list, nil
}

// sameWeek reports whether the list has a week for the agency already.
func sameWeek(list []week, agency string) bool {
	return slices.ContainsFunc(list, func(w week) bool { return w.Agency == agency })
}

// decisionsCard says how many cases wait for a day that the law sets, in an agency and those below it, or with 0 everywhere.
func (s *site) decisionsCard(c *page, agency int64) (card, error) {
	list, err := s.Store.Decisions(c.ctx(), c.viewer, models.DecisionFilter{Agency: agency, Sort: models.ByDue, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return card{}, err
	}
	soon := 0
	for _, d := range list.Items {
		if d.DueOn.DaysSince(today()) <= 7 {
			soon++
		}
	}
	k := doable(list.Total.Count, "decision with a day that the law sets", "decisions with a day that the law sets", number(soon)+" of them within a week, or past it", "Open the queue", address("/decisions/queue", "agency", agencyText(agency)))
	k.Number = total(list.Total)
	return k, nil
}

// findingsCard says how many findings on licences are open in an agency and those below it, or with 0 everywhere.
func (s *site) findingsCard(c *page, agency int64) (card, error) {
	count := func(f models.FindingFilter) (models.Total, error) {
		f.Agency, f.State, f.Page = agency, models.FindingOpen, models.Page{Limit: 1}
		list, err := s.Store.Findings(c.ctx(), c.viewer, f)
		return list.Total, err
	}
	open, err := count(models.FindingFilter{})
	if err != nil {
		return card{}, err
	}
	grave, err := count(models.FindingFilter{Severity: models.SeverityHigh})
	k := doable(open.Count, "finding on licences is open", "findings on licences are open", total(grave)+" of them critical or high", "Open the findings", address("/findings", "agency", agencyText(agency)))
	k.Number = total(open)
	return k, err
}

func weekOf(name string, agency int64, o store.Overview) week {
	rows := func(gap models.Gap) string {
		return address("/deployments", "agency", agencyText(agency), "lacks", string(gap))
	}
	open, bare := o.Deployments-o.ConfirmedDeployments, o.Production-o.ProductionWithSBOM
	return week{Agency: name, Cards: []card{
		doable(open, "deployment to confirm", "deployments to confirm", "of "+number(o.Deployments)+" that run or are planned", "Confirm them", rows(models.LacksConfirmation)),
		doable(bare, "deployment in production without an SBOM", "deployments in production without an SBOM", "of "+number(o.Production)+"; nobody can say what is in them", "See which", rows(models.LacksSBOM)),
		doable(o.PastSupport, "piece of software past its security support", "pieces of software past their security support", "and still running", "See where", rows(models.LacksSupport)),
	}}
}

// doable is a card; with nothing to do it says so and has no link.
func doable(n int, one, many, detail, action, path string) card {
	k := card{Number: number(n), Text: many, Detail: detail, Action: action, Path: path}
	if n == 1 {
		k.Text = one
	}
	if n == 0 {
		k.Detail, k.Action, k.Path = "nothing to do", "", ""
	}
	return k
}
