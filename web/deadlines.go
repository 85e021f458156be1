package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountDeadlines(r *routes) {
	r.get("/deadlines", s.deadlines)
	r.post("/deadlines", s.makeCalendarFeed)
	r.post("/calendar-feeds/:id/revoke", s.revokeCalendarFeed)
}

const (
	shownBack  = 14  // days: what has just passed may have been missed
	shownAhead = 365 // days
	dueSoon    = 30  // days: what the home page names
	mostDue    = 8
)

// dayView is a deadline as pages show it.
type dayView struct {
	store.DeadlineRow
	Path  string
	State tag
}

// deadlinesPage is what is due, and the addresses by which calendar programs read it.
type deadlinesPage struct {
	Form     *form
	Days     []dayView
	Agencies agencyChoice
	Feeds    []store.CalendarFeedRow
	Made     *models.CalendarFeed
	Secret   string // address of the feed just made; shown once
	SignedIn bool
	Full     bool // there are more days than are shown
}

func (s *site) deadlines(c *page) error {
	return s.showDeadlines(c, deadlinesPage{Form: newForm("agencyId", c.query("agency"))})
}

func (s *site) showDeadlines(c *page, p deadlinesPage) error {
	today := models.DateOf(s.now())
	list, err := s.Store.Deadlines(c.ctx(), c.viewer, store.DeadlineFilter{Agency: c.queryID("agency"), From: today.AddDays(-shownBack), To: today.AddDays(shownAhead), Most: models.MaxLimit})
	if err != nil {
		return err
	}
	p.Days, p.Full, p.SignedIn = dayViews(list, today), len(list) == models.MaxLimit, c.viewer.UserID != 0
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	if p.SignedIn {
		if p.Feeds, err = s.Store.CalendarFeeds(c.ctx(), c.viewer.UserID); err != nil {
			return err
		}
	}
	if p.Secret != "" {
		c.keepFromLogs()
	}
	return c.show(view{Name: "deadlines", Title: "Deadlines of decisions", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Deadlines"}}, Form: p.Form, Page: p})
}

func dayViews(list []store.DeadlineRow, today models.Date) []dayView {
	views := make([]dayView, len(list))
	for i, l := range list {
		views[i] = dayView{DeadlineRow: l, Path: casePath(l.DecisionID), State: nearness(l.OnDay, today)}
	}
	return views
}

// nearness says how near a day is.
func nearness(on, today models.Date) tag {
	switch n := on.DaysSince(today); {
	case n < 0:
		return tag{"Over", toneBad}
	case n == 0:
		return tag{"Today", toneCaution}
	case n <= 7:
		return tag{"In " + plural(n, "day", "days"), toneCaution}
	default:
		return tag{"In " + plural(n, "day", "days"), tonePlain}
	}
}

// due is what is due soon in the cases that the reader works on.
func (s *site) due(c *page) ([]dayView, error) {
	if !c.viewer.InGovernment() {
		return nil, nil
	}
	today := models.DateOf(s.now())
	list, err := s.Store.Deadlines(c.ctx(), c.viewer, store.DeadlineFilter{Mine: true, From: today, To: today.AddDays(dueSoon), Most: mostDue})
	return dayViews(list, today), err
}

func (s *site) makeCalendarFeed(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	feed := &models.CalendarFeed{Name: f.get("name"), AgencyID: optional(c.agencyID(f, &m, "agencyId"))}
	secret := ""
	if err = m.Err(); err == nil {
		secret, err = s.Register.MakeCalendarFeed(c.ctx(), c.viewer, feed)
	}
	if err != nil {
		if !f.refused(err) {
			return err
		}
		return s.showDeadlines(c, deadlinesPage{Form: f})
	}
	return s.showDeadlines(c, deadlinesPage{Form: newForm(), Made: feed, Secret: c.origin() + "/v1/calendars/" + secret})
}

func (s *site) revokeCalendarFeed(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	if err := s.Register.RevokeCalendarFeed(c.ctx(), c.viewer, id); err != nil {
		return err
	}
	return c.done("/deadlines", "The address is revoked. Programs that have it read nothing any more.")
}
