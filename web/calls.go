package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountCalls(r *routes) {
	r.get("/reuse", s.reuse)
	r.get("/reuse/calls/new", s.newCall)
	r.get("/reuse/calls", func(c *page) error { return c.redirect(http.StatusSeeOther, "/reuse") })
	r.post("/reuse/calls", s.openCall)
	r.get("/reuse/calls/:id", s.call)
	r.get("/reuse/calls/:id/edit", s.editCall)
	r.post("/reuse/calls/:id/edit", s.changeCall)
	r.post("/reuse/calls/:id/end", s.endCall)
	r.post("/reuse/calls/:id/join", s.joinCall)
	r.post("/reuse/calls/:id/leave", s.leaveCall)
}

func callPath(id int64) string { return fmt.Sprintf("/reuse/calls/%d", id) }

// reusePage lists calls, and says what waits for the reader.
type reusePage struct {
	Form      *form
	List      []store.CallRow
	Pager     pager
	Kinds     []option
	States    []option
	Agencies  agencyChoice
	Asset     *models.Asset // whose calls are shown; nil: all
	Filtered  bool
	MayCall   bool
	MayHelp   bool // call for contributions
	SignedIn  bool
	Questions int // that wait for the reader
	Claims    int // of use that wait for an answer, and that the reader may see
	Requests  int // for access that the reader may decide on
	Today     models.Date
}

// anyCallState is the choice of every state; without a choice the open ones are shown.
const anyCallState models.CallState = "any"

func (s *site) reuse(c *page) error {
	f := models.CallFilter{Query: c.query("q"), Kind: models.CallKind(c.query("kind")), State: models.CallState(c.query("state")), Agency: c.queryID("agency"), Asset: c.queryID("asset"), Skill: c.query("skill"), GoodFirst: c.query("goodFirst") != "", Page: c.at()}
	p := reusePage{Form: &form{Values: c.request().URL.Query()}, Kinds: words(models.CallKinds), States: append(words(models.CallStates)[1:], option{Value: string(anyCallState), Label: "Any state"}), SignedIn: c.viewer.UserID != 0,
		MayCall: c.viewer.MaySomewhere(models.Reuse), MayHelp: c.viewer.MaySomewhere(models.WriteAsset), Today: today()}
	bare := f
	bare.Page = models.Page{}
	p.Filtered = bare != models.CallFilter{}
	switch f.State {
	case "":
		f.State = models.CallOpen
	case anyCallState:
		f.State = ""
	}
	list, err := s.Store.Calls(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.List, p.Pager = list.Items, pagerOf(c, list, "call", "calls")
	if f.Asset != 0 {
		if p.Asset, err = s.Store.Asset(c.ctx(), c.viewer, f.Asset); err != nil {
			return err
		}
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	if err := p.waits(c); err != nil {
		return err
	}
	return c.show(view{Name: "reuse", Title: "Reuse", Nav: "/reuse", Crumbs: []crumb{{"Reuse", ""}}, Page: p})
}

// waits counts what others wait for the reader to answer.
func (p *reusePage) waits(c *page) (err error) {
	if !c.viewer.InGovernment() {
		return nil
	}
	if p.Questions, err = c.waitingQuestions(); err != nil {
		return err
	}
	requests, err := c.site.Store.AccessRequests(c.ctx(), c.viewer, models.AccessFilter{ToMe: true, Page: models.Page{Limit: 1}})
	if err != nil {
		return err
	}
	p.Requests = requests.Total.Count
	claims, err := c.site.Store.UseClaims(c.ctx(), c.viewer, models.UseClaimFilter{State: models.UseWaiting, Page: models.Page{Limit: 1}})
	p.Claims = claims.Total.Count
	return err
}

// callPage is one call.
type callPage struct {
	*store.CallRow
	Heading   string
	Facts     []fact
	Members   []store.CallMemberRow // present ones
	Former    int
	Questions []store.QuestionRow
	Form      *form // join, leave or end, refused
	Join      *form // nil when the reader may not join for anybody
	Joining   agencyChoice
	Leaving   []option
	End       *form // nil when the reader may not end it
	Ends      []option
	MayAsk    bool
	Soon      bool
	Today     models.Date
	History   history
}

const (
	formJoin  = "join"
	formLeave = "leave"
	formEnd   = "end"
)

func (s *site) call(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showCall(c, id, "", nil)
}

func (s *site) showCall(c *page, id int64, refused string, f *form) error {
	k, err := s.Store.Call(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &callPage{CallRow: k, Form: f, Today: today(), MayAsk: k.State == models.CallOpen, Soon: k.State == models.CallOpen && k.EndsOn.Before(today().AddDays(30))}
	if p.Form == nil {
		p.Form = newForm()
	}
	if p.mayChange(c) && k.State == models.CallOpen {
		p.End, p.Ends = newForm("version", idText(k.Version)), []option{{Value: string(models.CallFulfilled), Label: "It has come about"}, {Value: string(models.CallClosed), Label: "We give it up"}}
	}
	if k.Kind == models.JointDevelopment {
		if err := p.readMembers(c); err != nil {
			return err
		}
	}
	questions, err := s.Store.Questions(c.ctx(), c.viewer, models.QuestionFilter{Call: id, Page: models.Page{Limit: shownQuestions}})
	if err != nil {
		return err
	}
	p.Questions = questions.Items
	if p.History, err = c.historyOf(models.EventFilter{Noun: "call", NounID: id}); err != nil {
		return err
	}
	p.Facts = p.facts()
	switch refused {
	case formJoin:
		p.Join = f
	case formEnd:
		f.rebase(k.Version, callPath(id))
		p.End = f
	}
	return c.show(view{Name: "call", Title: shorten(k.Title, 80), Nav: "/reuse", Crumbs: []crumb{{"Reuse", "/reuse"}, {shorten(k.Title, 60), ""}}, Form: f, Page: p})
}

func (p *callPage) mayChange(c *page) bool {
	if p.Kind == models.ContributionsWanted {
		return c.viewer.May(models.WriteAsset, p.AgencyID)
	}
	return c.viewer.May(models.Reuse, p.AgencyID)
}

func (p *callPage) readMembers(c *page) error {
	list, err := c.site.Store.CallMembers(c.ctx(), p.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.LeftAt != nil {
			p.Former++
			continue
		}
		p.Members = append(p.Members, m)
		if m.AgencyID != p.AgencyID && c.viewer.May(models.Reuse, m.AgencyID) {
			p.Leaving = append(p.Leaving, option{Value: idText(m.AgencyID), Label: m.Agency})
		}
	}
	if p.State != models.CallOpen || !c.viewer.MaySomewhere(models.Reuse) {
		return nil
	}
	if p.Joining, err = c.agencyChoice(models.Reuse); err != nil {
		return err
	}
	p.Joining.Options = slices.DeleteFunc(p.Joining.Options, func(o option) bool {
		return slices.ContainsFunc(p.Members, func(m store.CallMemberRow) bool { return idText(m.AgencyID) == o.Value })
	})
	if len(p.Joining.Options) > 0 || p.Joining.ByCode {
		p.Join = newForm()
	}
	return nil
}

func (p *callPage) facts() []fact {
	state := makeTag(p.State)
	list := []fact{{Term: "State", Tag: &state}, {Term: "Kind", Text: word(p.Kind)}, {Term: "Agency", Text: p.Agency, Path: agencyPath(p.AgencyID)}}
	if p.AssetID != nil {
		list = append(list, fact{Term: "Software", Text: p.Asset, Path: assetPath(*p.AssetID)})
	}
	if p.NeededOn != nil {
		list = append(list, fact{Term: "Needed by", Time: date(*p.NeededOn)})
	}
	if len(p.Skills) > 0 {
		f := fact{Term: "Skills"}
		for _, skill := range p.Skills {
			f.Links = append(f.Links, crumb{Name: skill, Path: address("/reuse", "skill", skill)})
		}
		list = append(list, f)
	}
	if p.GoodFirst {
		list = append(list, fact{Term: "Newcomers", Text: "Good for who does not know it yet"})
	}
	if p.State == models.CallOpen {
		last := fact{Term: "Last day", Time: date(p.EndsOn)}
		if p.Soon {
			last.Tag = &tag{Word: "Soon", Tone: toneCaution}
		}
		list = append(list, last)
	} else {
		list = append(list, fact{Term: "Ended", Time: date(p.EndedAt)})
	}
	return append(list, fact{Term: "Visible to", Text: word(p.Visibility)})
}

func (s *site) endCall(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	return s.movedCall(c, id, formEnd, f, s.Register.EndCall(c.ctx(), c.viewer, id, f.based(), models.CallState(f.get("to")), f.get("reason")), "The call has ended.")
}

func (s *site) joinCall(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	var m models.Mistakes
	agency := c.agencyID(f, &m, "agencyId")
	if err = m.Err(); err == nil {
		err = s.Register.JoinCall(c.ctx(), c.viewer, id, agency, f.get("note"))
	}
	return s.movedCall(c, id, formJoin, f, err, "Your agency is in the group.")
}

func (s *site) leaveCall(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	return s.movedCall(c, id, formLeave, f, s.Register.LeaveCall(c.ctx(), c.viewer, id, f.id("agencyId")), "The agency has left the group.")
}

func (s *site) movedCall(c *page, id int64, which string, f *form, err error, said string) error {
	if err == nil {
		return c.done(callPath(id), said)
	}
	if !f.refused(err) {
		return err
	}
	return s.showCall(c, id, which, f)
}
