package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

func (s *site) mountEvents(r *routes) { r.get("/events", s.events) }

// eventsPage is the latest of what happened in the register, as far as the viewer may see it.
type eventsPage struct {
	Form     *form
	History  history
	Nouns    []option
	Actions  []option
	Agencies agencyChoice
	Auditor  bool // sees who did what
	Filtered bool
}

// eventNouns are the things that events are about, as the filter offers them.
var eventNouns = []option{{Value: "asset", Label: "Software"}, {Value: "release", Label: "Releases"}, {Value: "deployment", Label: "Deployments"}, {Value: "sbom", Label: "SBOM documents"},
	{Value: "agency", Label: "Agencies"}, {Value: "continuity", Label: "Continuity"}, {Value: "checklist", Label: "Checklists"}, {Value: "stack-entry", Label: "The stack"}, {Value: "user", Label: "People"}, {Value: "token", Label: "API tokens"}}

func (s *site) events(c *page) error {
	p := eventsPage{Form: &form{Values: c.request().URL.Query()}, Auditor: c.viewer.May(models.ReadEvents, 0)}
	f := models.EventFilter{Noun: c.query("noun"), Action: c.query("action"), Agency: c.queryID("agency"), Asset: c.queryID("asset"), Actor: c.queryID("actor"),
		Latest: true, Limit: historySize + 1, After: c.queryID("before")}
	p.Filtered = f.Noun != "" || f.Action != "" || f.Agency != 0 || f.Asset != 0 || f.Actor != 0
	list, err := s.Store.Events(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	if len(list) > historySize {
		list = list[:historySize]
		q := c.request().URL.Query()
		q.Set("before", strconv.FormatInt(list[historySize-1].ID, 10))
		p.History.Older = withQuery("/events", q.Encode())
	}
	if p.History.Entries, err = c.entries(list); err != nil {
		return err
	}
	p.History.Whole = !slices.ContainsFunc(p.History.Entries, func(e historyEntry) bool { return !e.Full })
	for _, n := range eventNouns {
		if p.Auditor || n.Value != "user" && n.Value != "token" {
			p.Nouns = append(p.Nouns, n)
		}
	}
	p.Actions = deedChoices(p.Nouns)
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "events", Title: "What happened", Page: p, Crumbs: []crumb{{"What happened", ""}}})
}

// deedChoices lists the kinds of events about the nouns that the filter offers, in the words of the history.
func deedChoices(nouns []option) []option {
	var list []option
	for action, words := range deeds {
		noun, _, _ := strings.Cut(action, ".")
		switch noun {
		case "role", "link":
			noun = "user"
		case "agencies":
			noun = "agency"
		}
		if slices.ContainsFunc(nouns, func(o option) bool { return o.Value == noun }) {
			list = append(list, option{Value: action, Label: strings.ToUpper(words[:1]) + words[1:]})
		}
	}
	slices.SortFunc(list, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	return list
}
