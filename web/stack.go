package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountStack(r *routes) {
	r.get("/stack", s.stack)
	r.get("/stack/new", s.newStackEntry)
	r.post("/stack", s.addStackEntry)
	r.get("/stack/uses", s.stackUses)
	r.get("/stack/:id", s.stackEntry)
	r.post("/stack/:id/end", s.endStackEntry)
}

func stackPath(id int64) string { return "/stack/" + idText(id) }

// stackView is an entry of the stack as pages show it.
type stackView struct {
	store.StackRow
	IsStale bool
}

func stackViews(list []store.StackRow) []stackView {
	views := make([]stackView, len(list))
	for i := range list {
		views[i] = stackView{list[i], list[i].Stale(today())}
	}
	return views
}

// stackGroup is a function with the entries that hold for it.
type stackGroup struct {
	Function string
	List     []stackView
}

// stackPage is what government recommends, accepts, contains and retires.
type stackPage struct {
	Form      *form
	Groups    []stackGroup
	Pager     pager
	Chart     chart
	Stale     int
	Against   int // deployments that stand against it; nothing is said to the public
	More      bool
	Statuses  []option
	Functions []option
	Agencies  agencyChoice
	Whens     []option
	Filtered  bool
	Ended     bool
	MayWrite  bool
}

// The choices of the filter by age.
const (
	stackRunOut = "stale"
	stackEnded  = "ended"
)

func (s *site) stack(c *page) error {
	f := models.StackFilter{Agency: c.queryID("agency"), Function: c.query("function"), Status: models.StackStatus(c.query("status")), Asset: c.queryID("asset"), Stale: c.query("when") == stackRunOut, Ended: c.query("when") == stackEnded, Page: c.at()}
	bare := f
	bare.Page = models.Page{}
	p := stackPage{Form: &form{Values: c.request().URL.Query()}, Statuses: words(models.StackStatuses), Filtered: bare != models.StackFilter{}, Ended: f.Ended, MayWrite: c.viewer.May(models.WriteStack, 0),
		Whens: []option{{Value: stackRunOut, Label: "Validation has run out"}, {Value: stackEnded, Label: "Former entries"}}}
	list, err := s.Store.StackEntries(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Pager = pagerOf(c, list, "entry", "entries")
	for _, e := range stackViews(list.Items) {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Function != e.Function {
			p.Groups = append(p.Groups, stackGroup{Function: e.Function})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.List = append(g.List, e)
	}
	if err := p.count(c, f); err != nil {
		return err
	}
	functions, err := s.Store.StackFunctions(c.ctx(), c.viewer)
	if err != nil {
		return err
	}
	for _, name := range functions {
		p.Functions = append(p.Functions, option{Value: name, Label: name})
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "stack", Title: "The stack", Nav: "/catalogue", Crumbs: []crumb{{"The stack", ""}}, Page: p})
}

// count reads the picture of the entries, and what runs against them.
func (p *stackPage) count(c *page, f models.StackFilter) error {
	tallies, err := c.site.Store.StackTallies(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	by := map[models.StackStatus]int{}
	for _, t := range tallies {
		by[t.Status] = t.Entries
		p.Stale += t.Stale
	}
	parts := make([]chartPart, len(models.StackStatuses))
	for i, status := range models.StackStatuses {
		parts[i] = chartPart{Label: word(status), Kind: stackKinds[status], Count: by[status]}
		if by[status] > 0 {
			parts[i].Path = address("/stack", "status", string(status), "agency", c.query("agency"), "function", f.Function, "when", c.query("when"))
		}
	}
	p.Chart = newChart("stack", "Entries by status", "entries", "Status", parts)
	if !c.viewer.InGovernment() || f.Ended {
		return nil
	}
	against, err := c.site.Register.AgainstStack(c.ctx(), c.viewer, f.Agency)
	if err != nil {
		return err
	}
	p.Against, p.More = len(against.Uses), against.More
	return nil
}

// stackKinds are the colours of statuses in pictures.
var stackKinds = map[models.StackStatus]string{models.StackRecommended: "good", models.StackAccepted: "plain", models.StackContain: "caution", models.StackRetire: "severity-high"}

var faultKinds = map[models.StackFault]string{models.FaultRetire: "severity-high", models.FaultContain: "caution", models.FaultBelow: "strong-copyleft", models.FaultUnstated: "unknown"}

// shownAgainst bounds the deployments that one page names.
const shownAgainst = 100

// stackUsesPage is what runs against the stack.
type stackUsesPage struct {
	Form     *form
	List     []register.StackUse
	Count    int // of the chosen fault
	Chart    chart
	More     bool // there are more deployments than could be compared
	Faults   []option
	Agencies agencyChoice
	Filtered bool
}

func (s *site) stackUses(c *page) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see what runs against the stack")
	}
	agency, fault := c.queryID("agency"), models.StackFault(c.query("fault"))
	found, err := s.Register.AgainstStack(c.ctx(), c.viewer, agency)
	if err != nil {
		return err
	}
	p := stackUsesPage{Form: &form{Values: c.request().URL.Query()}, More: found.More, Faults: words(models.StackFaults), Filtered: agency != 0 || fault != ""}
	for _, u := range found.Uses {
		if fault != "" && u.Fault != fault {
			continue
		}
		if p.Count++; p.Count <= shownAgainst {
			p.List = append(p.List, u)
		}
	}
	parts := make([]chartPart, len(models.StackFaults))
	for i, x := range models.StackFaults {
		parts[i] = chartPart{Label: word(x), Kind: faultKinds[x], Count: found.Counts[x]}
		if parts[i].Count > 0 {
			parts[i].Path = address("/stack/uses", "fault", string(x), "agency", c.query("agency"))
		}
	}
	p.Chart = newChart("faults", "What runs against the stack", "deployments", "Reason", parts)
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "stack-uses", Title: "What runs against the stack", Nav: "/catalogue", Crumbs: []crumb{{"The stack", "/stack"}, {"What runs against it", ""}}, Page: p})
}
