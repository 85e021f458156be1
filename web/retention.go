package web

import (
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRetention(r *routes) {
	r.get("/retention", s.retention)
	r.post("/retention", s.setRetention)
	r.post("/retention/:id/end", s.endRetention)
}

// retentionPage says how long former documents are kept, and what the rules would let go of now.
type retentionPage struct {
	Form     *form
	Rules    []store.RetentionRow
	Agencies agencyChoice
	MaySet   bool
	Preview  []store.Reducible
	More     int // of the preview that are not shown
	Kept     int64
	Unread   int // days
}

// shownReducible bounds the preview on the page.
const shownReducible = 25

func (s *site) retention(c *page) error {
	return s.showRetention(c, newForm("keepLast", "2", "keepDays", "730", "agencyId", ""))
}

func (s *site) showRetention(c *page, f *form) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see how long former documents are kept")
	}
	p := retentionPage{Form: f, MaySet: c.viewer.MaySomewhere(models.WriteRetention), Unread: register.KeepUnreadDays}
	var err error
	if p.Rules, err = s.Store.RetentionRules(c.ctx()); err != nil {
		return err
	}
	if p.MaySet {
		if p.Agencies, err = c.agencyChoice(models.WriteRetention); err != nil {
			return err
		}
	}
	if p.Preview, err = s.Register.ToReduce(c.ctx(), c.viewer); err != nil {
		return err
	}
	for _, d := range p.Preview {
		p.Kept += d.Kept
	}
	p.More = max(len(p.Preview)-shownReducible, 0)
	p.Preview = p.Preview[:len(p.Preview)-p.More]
	return c.show(view{Name: "retention", Title: "How long former documents are kept", Crumbs: []crumb{{"Retention", ""}}, Form: f, Page: p})
}

// Count is how many documents the preview found.
func (p retentionPage) Count() int { return len(p.Preview) + p.More }

func (s *site) setRetention(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	rule := &models.RetentionRule{AgencyID: optional(c.agencyID(f, &m, "agencyId")), Reason: f.get("reason"), KeepLast: f.count(&m, "keepLast"), KeepDays: f.count(&m, "keepDays")}
	if err = m.Err(); err == nil {
		err = s.Register.SetRetention(c.ctx(), c.viewer, rule)
	}
	if err == nil {
		return c.done("/retention", "The rule is in force. It is applied once a day.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showRetention(c, f)
}

// count is an answer that is a whole number. A mistake is noted in m.
func (f *form) count(m *models.Mistakes, name string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(f.get(name), ",", ""))
	if err != nil {
		m.Add(name, "bad-number", "Write a whole number.")
	}
	return n
}

func (s *site) endRetention(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if err := s.Register.EndRetention(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done("/retention", "The rule has ended. What it covered follows the rule above it, or is kept whole.")
}
