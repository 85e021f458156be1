package web

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountWatch(r *routes) {
	r.get("/decisions/watch", s.watch)
}

// watchPage is what breaks the timer rules of the law, what cannot be told of, and what runs without a decision.
type watchPage struct {
	Form          *form
	Sentence      string
	Rules         chart
	List          []watchView
	Pager         pager
	Open          []store.WatchTally // what cannot be told
	Undecided     []store.Undecided
	UndecidedSum  string
	UndecidedMore bool
	Missing       bool // the list is of what cannot be told
	Agencies      agencyChoice
	Known         []option // rules
	Nouns         []option
	Outcomes      []option
	Filtered      bool
	CSV           string
	Still         string // query that a link keeps: the agency
}

// watchView is a row of the list.
type watchView struct {
	store.WatchRow
	Path string
	Tag  tag
}

// undecidedShown bounds the table of software without a decision on the page.
const undecidedShown = 50

var watchPaths = map[string]func(int64) string{"asset": assetPath, "deployment": deploymentPath, "decision": casePath}

func (s *site) watch(c *page) error {
	f := models.WatchFilter{Agency: c.queryID("agency"), Rule: c.query("rule"), Noun: c.query("noun"), Outcome: models.RuleOutcome(c.query("outcome")), Page: c.at()}
	if f.Outcome != models.RuleUndetermined {
		f.Outcome = models.RuleViolated
	}
	if c.query("format") == "csv" {
		return c.watchCSV(f)
	}
	q := c.request().URL.Query()
	p := watchPage{Form: &form{Values: q}, Missing: f.Outcome == models.RuleUndetermined, Filtered: f.Agency != 0 || f.Rule != "" || f.Noun != "",
		Nouns:    []option{{Value: "decision", Label: "Decisions and their contracts"}, {Value: "deployment", Label: "What runs"}, {Value: "asset", Label: "Government’s own software"}},
		Outcomes: []option{{Value: string(models.RuleViolated), Label: "What is broken"}, {Value: string(models.RuleUndetermined), Label: "What cannot be told"}}}
	p.CSV = withQuery("/decisions/watch", strings.TrimPrefix(q.Encode()+"&format=csv", "&"))
	if f.Agency != 0 {
		p.Still = "&agency=" + idText(f.Agency)
	}
	list, err := s.Store.Watched(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Pager = pagerOf(c, list, "finding", "findings")
	for _, w := range list.Items {
		v := watchView{WatchRow: w, Path: watchPaths[w.Noun](w.SubjectID), Tag: tag{"Warning", toneCaution}}
		if w.Severity == "block" {
			v.Tag = tag{"Breach", toneBad}
		}
		p.List = append(p.List, v)
	}
	if err := p.count(c, f.Agency); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	return c.show(view{Name: "watch", Title: "Watch", Nav: "/decisions", Crumbs: []crumb{{"Decisions", "/decisions"}, {Name: "Watch"}}, Form: p.Form, Page: p})
}

// count adds up what is found by rule, and lists what runs without a decision.
func (p *watchPage) count(c *page, agency int64) error {
	tallies, err := c.site.Store.WatchTallies(c.ctx(), c.viewer, agency)
	if err != nil {
		return err
	}
	var parts []chartPart
	broken, grave := 0, 0
	for _, t := range tallies {
		if t.Outcome == models.RuleUndetermined {
			p.Open = append(p.Open, t)
			p.know(t)
			continue
		}
		kind := "severity-medium"
		if broken += t.Subjects; t.Severity == "block" {
			grave += t.Subjects
			kind = "severity-high"
		}
		p.know(t)
		parts = append(parts, chartPart{Label: t.Title, Kind: kind, Count: t.Subjects, Path: "/decisions/watch?rule=" + t.Rule + p.Still})
	}
	p.Rules = newChart("rules", "What is broken, by rule", "things", "Rule", parts)
	undecided, err := c.site.Store.WithoutDecision(c.ctx(), c.viewer, agency, models.Page{Limit: undecidedShown})
	if err != nil {
		return err
	}
	p.Undecided, p.UndecidedMore, p.UndecidedSum = undecided.Items, undecided.Next != "", total(undecided.Total)
	p.Sentence = watchSentence(broken, grave, len(p.Undecided))
	return nil
}

func (p *watchPage) know(t store.WatchTally) {
	for _, o := range p.Known {
		if o.Value == t.Rule {
			return
		}
	}
	p.Known = append(p.Known, option{Value: t.Rule, Label: shorten(t.Title, 60)})
}

func watchSentence(broken, grave, undecided int) string {
	var said string
	switch {
	case broken == 0:
		said = "Nothing that you may see breaks a rule that the law watches over."
	case grave == 0:
		said = plural(broken, "thing calls", "things call") + " for attention; none of them is forbidden."
	default:
		said = plural(broken, "thing calls", "things call") + " for attention; " + number(grave) + " of them against the law."
	}
	if undecided > 0 {
		said += " Some software runs that nobody has decided on."
	}
	return said
}

func (c *page) watchCSV(f models.WatchFilter) error {
	table := [][]string{{"Rule", "What it says", "Severity", "About", "Agency", "What is wrong", "Missing", "Facts", "What helps", "Law", "Judged by", "Since", "Page"}}
	f.Page = models.Page{Limit: models.MaxLimit}
	for {
		l, err := c.site.Store.Watched(c.ctx(), c.viewer, f)
		if err != nil {
			return err
		}
		for i := range l.Items {
			w := &l.Items[i]
			message := w.Result.Message
			if w.Outcome == models.RuleUndetermined {
				message = ""
			}
			table = append(table, []string{w.Rule, w.Result.Title, w.Severity, w.Title, w.Agency, message, strings.Join(w.Result.Missing, "; "), w.Facts, w.Result.Cure, w.Result.Law, w.Regime, models.DateOf(w.Since).String(), watchPaths[w.Noun](w.SubjectID)})
		}
		if f.After = l.Next; f.After == "" {
			return c.csv("watch.csv", table)
		}
		if len(table) > mostRows {
			return models.Refuse(models.TooLarge, "table-too-large", "There are more than "+number(mostRows)+" rows. Narrow the list, for example to one agency.")
		}
	}
}
