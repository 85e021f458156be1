package web

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAccessRequests(r *routes) {
	r.get("/assets/:id/access", s.askAccess)
	r.post("/assets/:id/access", s.requestAccess)
	r.get("/access-requests", s.accessRequests)
	r.get("/access-requests/:id", s.accessRequest)
	r.post("/access-requests/:id/decision", s.decideAccess)
	r.post("/access-requests/:id/end", s.endAccess)
}

func accessPath(id int64) string { return fmt.Sprintf("/access-requests/%d", id) }

// askAccessPage asks for the code of a piece of software.
type askAccessPage struct {
	*assetHead
	Form     *form // nil when there is nothing to ask for
	Agencies agencyChoice
	Own      []accessRow // what was asked before, that the reader may see
	Hidden   bool        // some of the code is not open
	Has      bool        // the reader sees it
	MayAsk   bool
}

// accessRow is a request with its state today.
type accessRow struct {
	store.AccessRow
	Now  models.AccessState
	Soon bool // access ends within 30 days
}

func newAccessRow(x store.AccessRow) accessRow {
	now := today()
	return accessRow{AccessRow: x, Now: x.StateOn(now), Soon: x.Open(now) && x.EndsOn.Before(now.AddDays(31))}
}

func accessRows(list []store.AccessRow) []accessRow {
	out := make([]accessRow, len(list))
	for i, x := range list {
		out[i] = newAccessRow(x)
	}
	return out
}

func (s *site) askAccess(c *page) error {
	return s.showAskAccess(c, newForm("untilOn", today().AddDays(365).String()))
}

func (s *site) showAskAccess(c *page, f *form) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "ask for code that is not open")
	}
	h, err := c.openAsset("access")
	if err != nil || h == nil {
		return err
	}
	p := askAccessPage{assetHead: h, MayAsk: c.viewer.MaySomewhere(models.Reuse)}
	if p.Hidden, err = s.Store.HasHiddenCode(c.ctx(), h.Asset.ID); err != nil {
		return err
	}
	if p.Has, err = s.Store.HasAccess(c.ctx(), c.viewer, h.Asset.ID); err != nil {
		return err
	}
	own, err := s.Store.AccessRequests(c.ctx(), c.viewer, models.AccessFilter{Asset: h.Asset.ID, Page: models.Page{Limit: 50}})
	if err != nil {
		return err
	}
	p.Own = accessRows(own.Items)
	if p.Hidden && p.MayAsk {
		p.Form = f
		if p.Agencies, err = c.agencyChoice(models.Reuse); err != nil {
			return err
		}
		p.Agencies.without(idText(h.Asset.StewardID))
	}
	return c.show(view{Name: "asset-access", Title: "Access to the code of " + h.Asset.Title(), Nav: "/assets", Crumbs: h.crumbs(crumb{Name: "Access to its code"}), Form: p.Form, Page: p})
}

func (s *site) requestAccess(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	x := &models.AccessRequest{AssetID: id, AgencyID: c.agencyID(f, &m, "agencyId"), Purpose: f.get("purpose"), People: f.get("people")}
	if until := f.date(&m, "untilOn"); until != nil {
		x.UntilOn = *until
	}
	if err = m.Err(); err == nil {
		err = s.Register.RequestAccess(c.ctx(), c.viewer, x)
	}
	if err == nil {
		return c.done(accessPath(x.ID), "Your agency has asked for access. The agency that answers for the software decides.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showAskAccess(c, f)
}

// accessRequestsPage lists requests for access.
type accessRequestsPage struct {
	Form     *form
	ToMe     []accessRow
	List     []accessRow
	Pager    pager
	States   []option
	Filtered bool
}

func (s *site) accessRequests(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see who asked for code")
	}
	state := models.AccessState(c.query("state"))
	p := accessRequestsPage{Form: &form{Values: c.request().URL.Query()}, States: words(models.AccessStates), Filtered: state != ""}
	waiting, err := s.Store.AccessRequests(c.ctx(), c.viewer, models.AccessFilter{ToMe: true, Page: models.Page{Limit: mostWaiting}})
	if err != nil {
		return err
	}
	p.ToMe = accessRows(waiting.Items)
	list, err := s.Store.AccessRequests(c.ctx(), c.viewer, models.AccessFilter{State: state, Page: c.at()})
	if err != nil {
		return err
	}
	p.List, p.Pager = accessRows(list.Items), pagerOf(c, list, "request", "requests")
	return c.show(view{Name: "access-requests", Title: "Access to code", Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {"Access to code", ""}}, Page: p})
}

// accessPage is one request, with what the reader may decide.
type accessPage struct {
	accessRow
	Facts   []fact
	Forms   map[string]*form // decide, revoke, withdraw; only those that the reader may send
	Options []option
	Longer  bool // it was granted for longer than was asked
	Own     bool // the reader asked for it, and somebody else has to decide
	History history
	Today   models.Date
}

func (s *site) accessRequest(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showAccessRequest(c, id, "", nil)
}

func (s *site) showAccessRequest(c *page, id int64, refused string, f *form) error {
	x, err := s.Store.AccessRequest(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &accessPage{accessRow: newAccessRow(*x), Forms: map[string]*form{}, Today: today(), Own: x.RequestedByID != nil && *x.RequestedByID == c.viewer.UserID,
		Options: []option{{Value: string(models.AccessGranted), Label: "Grant it", Hint: "The people of the agency see the repositories and their mirrors."}, {Value: string(models.AccessRefused), Label: "Refuse it", Hint: "Say why below."}}}
	decides, asks, version := c.viewer.May(models.WriteAsset, x.StewardID), c.viewer.May(models.Reuse, x.AgencyID), idText(x.Version)
	if p.Now == models.AccessRequested && decides && !p.Own {
		p.Forms[formDecide] = newForm("version", version, "endsOn", x.UntilOn.String())
	}
	if p.Now == models.AccessGranted && decides {
		p.Forms[formRevoke] = newForm("version", version, "to", string(models.AccessRevoked))
	}
	if (p.Now == models.AccessRequested || p.Now == models.AccessGranted) && asks {
		p.Forms[formWithdraw] = newForm("version", version, "to", string(models.AccessWithdrawn))
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "access-request", NounID: id}); err != nil {
		return err
	}
	p.Longer = p.EndsOn != nil && x.UntilOn.Before(*p.EndsOn)
	p.Facts = p.facts()
	if f != nil {
		f.rebase(x.Version, accessPath(id))
		p.Forms[refused] = f
	}
	return c.show(view{Name: "access-request", Title: "Access of " + x.Agency + " to " + x.Asset, Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {"Access to code", "/access-requests"}, {x.Asset, ""}}, Form: f, Page: p})
}

func (p *accessPage) facts() []fact {
	state := makeTag(p.Now)
	list := []fact{{Term: "State", Tag: &state}, {Term: "Software", Text: p.Asset, Path: assetPath(p.AssetID)}, {Term: "For", Text: p.Agency, Path: agencyPath(p.AgencyID)}, {Term: "Decides", Text: p.Steward, Path: agencyPath(p.StewardID)},
		{Term: "Asked for by", Text: orElse(p.RequestedBy, "a program") + ", ", Time: date(p.CreatedAt)}, {Term: "Asked for until", Time: date(p.UntilOn)}}
	if p.DecidedAt != nil {
		list = append(list, fact{Term: "Decided by", Text: orElse(p.DecidedBy, "a program") + ", ", Time: date(p.DecidedAt)})
	}
	if p.EndsOn != nil {
		last := fact{Term: "Last day", Time: date(*p.EndsOn)}
		if p.Soon {
			last.Tag = &tag{Word: "Soon", Tone: toneCaution}
		}
		list = append(list, last)
	}
	if p.EndedAt != nil {
		list = append(list, fact{Term: "Ended", Time: date(p.EndedAt)})
	}
	return list
}

func (s *site) decideAccess(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	end := f.date(&m, "endsOn")
	to := models.AccessState(f.get("to"))
	if to != models.AccessGranted && to != models.AccessRefused {
		m.Add("to", "required", "Choose one of the two.")
	}
	switch err = m.Err(); {
	case err != nil:
	case to == models.AccessRefused:
		err = s.Register.EndAccess(c.ctx(), c.viewer, id, f.based(), to, f.get("reason"))
	default:
		var last models.Date
		if end != nil {
			last = *end
		}
		err = s.Register.GrantAccess(c.ctx(), c.viewer, id, f.based(), f.get("conditions"), last)
	}
	said := "Access is granted. It ends by itself after its last day."
	if to == models.AccessRefused {
		said = "The request is refused. The agency reads your reason."
	}
	return s.movedAccess(c, id, formDecide, f, err, said)
}

func (s *site) endAccess(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	to, which, said := models.AccessState(f.get("to")), formRevoke, "Access is revoked."
	if to == models.AccessWithdrawn {
		which, said = formWithdraw, "The request is withdrawn."
	}
	return s.movedAccess(c, id, which, f, s.Register.EndAccess(c.ctx(), c.viewer, id, f.based(), to, f.get("reason")), said)
}

func (s *site) movedAccess(c *page, id int64, which string, f *form, err error, said string) error {
	if err == nil {
		return c.done(accessPath(id), said)
	}
	if !f.refused(err) {
		return err
	}
	return s.showAccessRequest(c, id, which, f)
}
