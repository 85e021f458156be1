package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountFindings(r *routes) {
	r.get("/findings", s.findings)
	r.post("/findings", s.triageFindings)
	s.mountFinding(r)
}

func findingPath(id int64) string { return fmt.Sprintf("/findings/%d", id) }

// inboxPage is the inbox: what is open, where, and what to do with many at once.
type inboxPage struct {
	Form       *form // the filters
	Triage     *form
	Answer     string
	JudgedAt   time.Time
	Behind     int64 // changes that are not judged yet
	Severities chart
	Rules      chart
	MoreRules  int
	counted    []store.FindingCount // by rule, with all filters
	Groups     []findingGroup
	Ticked     map[string]bool
	Pager      pager
	Agencies   agencyChoice
	Verdicts   []option
	Known      []option // rules
	States     []option
	Least      []option // severities
	People     []option // whom a finding can be given to
	Filtered   bool
	MayTriage  bool
	CSV        string
	Send       string // address of the form, with the filters
}

// findingGroup is the findings of one severity that follow each other in the list.
type findingGroup struct {
	Severity models.FindingSeverity
	Rows     []findingRow
}

// findingRow is a finding as the list shows it.
type findingRow struct {
	store.FindingRow
	Name      string
	RuleTitle string
	Overdue   bool
}

// anyState asks for findings in whatever state they are.
const anyState = "any"

// inboxPerPage bounds what is ticked and sent at once to less than a page should weigh.
const inboxPerPage = 50

func (s *site) findings(c *page) error {
	return s.showFindings(c, newForm(), nil)
}

// findingFilter reads the filters of the address. A code that names no agency is a mistake in the form.
func (c *page) findingFilter(q *form) (models.FindingFilter, error) {
	f := models.FindingFilter{Agency: c.queryID("agency"), Asset: c.queryID("asset"), Release: c.queryID("release"), Policy: c.queryID("policy"), State: models.FindingState(c.query("state")), Severity: models.FindingSeverity(c.query("severity")),
		Verdict: c.query("verdict"), Rule: c.query("rule"), Component: c.query("component"), License: c.query("license"), Overdue: c.query("overdue") != "", Page: models.Page{After: c.query("after"), Limit: inboxPerPage}}
	switch f.State {
	case "":
		f.State = models.FindingOpen
	case anyState:
		f.State = ""
	}
	if !slices.Contains(models.FindingSeverities, f.Severity) {
		f.Severity = ""
	}
	if c.query("mine") != "" {
		f.Assignee = c.viewer.UserID
	}
	if code := q.get("agencyCode"); code != "" {
		a, err := c.site.Store.AgencyByCode(c.ctx(), code)
		if err != nil {
			var m models.Mistakes
			m.Add("agencyCode", "unknown", "There is no agency with the code "+code+".")
			return f, m.Err()
		}
		f.Agency = a.ID
	}
	return f, nil
}

func (s *site) showFindings(c *page, triage *form, ticked []string) error {
	if !c.viewer.InGovernment() {
		return refuseWrite(c, "see findings on licences")
	}
	asked := &form{Values: c.request().URL.Query()}
	f, err := c.findingFilter(asked)
	if err != nil && !asked.refused(err) {
		return err
	}
	titles, err := s.Register.RuleTitles(c.ctx())
	if err != nil {
		return err
	}
	if c.query("format") == "csv" {
		return c.findingsCSV(f, titles)
	}
	q := c.request().URL.Query()
	p := inboxPage{Form: asked, Triage: triage, Ticked: map[string]bool{}, MayTriage: c.viewer.MaySomewhere(models.TriageFinding), States: words(models.FindingStates)[1:]}
	for _, id := range ticked {
		p.Ticked[id] = true
	}
	p.States = append(p.States, option{Value: anyState, Label: "Open or not"})
	p.Send, p.CSV = withQuery("/findings", q.Encode()), withQuery("/findings", strings.TrimPrefix(q.Encode()+"&format=csv", "&"))
	q.Del("after")
	q.Del("from")
	p.Filtered = slices.ContainsFunc(slices.Collect(maps.Values(q)), func(values []string) bool { return strings.Join(values, "") != "" })
	if p.JudgedAt, p.Behind, err = s.Register.JudgedUpTo(c.ctx()); err != nil {
		return err
	}
	if err := p.read(c, f, titles); err != nil {
		return err
	}
	if p.Agencies, err = c.agencyChoice(models.ReadGovernment); err != nil {
		return err
	}
	if err := p.choices(c, f, titles); err != nil {
		return err
	}
	if p.People, err = c.assignees(f.Agency); err != nil {
		return err
	}
	return c.show(view{Name: "findings", Title: "Findings", Nav: "/findings", Crumbs: []crumb{{"Findings", ""}}, Form: refusedOf(triage, asked), Page: p})
}

// refusedOf is the one of two forms that was refused; the first when neither was.
func refusedOf(a, b *form) *form {
	if b.Problem != nil {
		return b
	}
	return a
}

// read reads the list and counts what it is made of.
func (p *inboxPage) read(c *page, f models.FindingFilter, titles map[string]string) error {
	list, err := c.site.Store.Findings(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Pager = pagerOf(c, list, "finding", "findings")
	now := today()
	for _, row := range list.Items {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Severity != row.Severity {
			p.Groups = append(p.Groups, findingGroup{Severity: row.Severity})
		}
		g := &p.Groups[len(p.Groups)-1]
		open := row.State == models.FindingOpen
		g.Rows = append(g.Rows, findingRow{FindingRow: row, Name: findingName(&row), RuleTitle: ruleTitle(titles, row.Rule), Overdue: open && row.DueOn != nil && row.DueOn.Before(now)})
	}
	count := func(by string) ([]store.FindingCount, error) {
		return c.site.Store.FindingCounts(c.ctx(), c.viewer, f, by)
	}
	severities, err := count("severity")
	if err != nil {
		return err
	}
	rules, err := count("rule")
	if err != nil {
		return err
	}
	assets, err := count("asset")
	if err != nil {
		return err
	}
	agencies, err := count("agency")
	if err != nil {
		return err
	}
	p.counted = rules
	p.Severities, p.Rules = severityChart(c, severities), ruleChart(c, rules, titles)
	p.MoreRules = max(0, len(rules)-len(p.Rules.Parts))
	p.Answer = findingsAnswer(f, p.Severities, len(assets), agencies)
	return nil
}

// findingsAnswer says in a sentence what is open and where.
func findingsAnswer(f models.FindingFilter, by chart, assets int, agencies []store.FindingCount) string {
	if by.Whole == 0 {
		return ""
	}
	state := map[models.FindingState]string{models.FindingOpen: "open", models.FindingExempted: "covered by an exemption", models.FindingClosed: "closed", "": "in the register"}[f.State]
	verb := " are "
	if by.Whole == 1 {
		verb = " is "
	}
	where := plural(assets, "piece of software", "pieces of software")
	if assets == 1000 {
		where = "more than 1,000 pieces of software"
	}
	of := plural(len(agencies), "agency", "agencies")
	if len(agencies) == 1 {
		of = agencies[0].Label
	}
	text := plural(by.Whole, "finding", "findings") + verb + state + ", in " + where + " of " + of + "."
	if grave := by.Parts[0].Count + by.Parts[1].Count; grave > 0 && by.Whole > 1 {
		text += " " + number(grave) + map[bool]string{true: " of them is", false: " of them are"}[grave == 1] + " critical or high."
	}
	return text
}

// sameList is the address of the list with its filters and one of them set anew.
func sameList(c *page, name, value string) string {
	q := c.request().URL.Query()
	q.Del("after")
	q.Del("from")
	q.Set(name, value)
	return withQuery("/findings", q.Encode())
}

// severityChart draws how grave findings are, the gravest first.
func severityChart(c *page, counts []store.FindingCount) chart {
	by := map[string]int{}
	for _, n := range counts {
		by[n.Key] = n.Count
	}
	var parts []chartPart
	for _, sev := range slices.Backward(models.FindingSeverities) {
		parts = append(parts, chartPart{Label: word(sev), Kind: "severity-" + string(sev), Count: by[string(sev)]})
	}
	if parts[0].Count > 0 { // the filter means “at least”: only the gravest stands for itself
		parts[0].Path = sameList(c, "severity", string(models.SeverityCritical))
	}
	return newChart("severity", "Findings by severity", "findings", "Severity", parts)
}

// shownRules bounds the ranking of rules.
const shownRules = 6

func ruleChart(c *page, counts []store.FindingCount, titles map[string]string) chart {
	parts := make([]chartPart, 0, shownRules)
	for _, n := range counts[:min(len(counts), shownRules)] {
		parts = append(parts, chartPart{Label: ruleTitle(titles, n.Key), Count: n.Count, Path: sameList(c, "rule", n.Key)})
	}
	return newChart("rules", "The rules that most of them are of", "findings", "Rule", parts)
}

// otherwise stands for a rule where no rule of a policy speaks of a licence.
const otherwise = "otherwise"

// ruleTitle names a rule; one that is in force no more is named by its key.
func ruleTitle(titles map[string]string, rule string) string {
	if rule == otherwise {
		return "No rule speaks of the licence"
	}
	return orElse(titles[rule], capital(spaced(rule)))
}

// choices lists what the filters offer; of rules those that have findings by the other filters.
func (p *inboxPage) choices(c *page, f models.FindingFilter, titles map[string]string) error {
	for _, v := range licenses.Verdicts()[1:] {
		p.Verdicts = append(p.Verdicts, option{Value: string(v), Label: word(v)})
	}
	for _, sev := range slices.Backward(models.FindingSeverities[1:]) {
		label := word(sev) + " or worse"
		if sev == models.SeverityCritical {
			label = word(sev)
		}
		p.Least = append(p.Least, option{Value: string(sev), Label: label})
	}
	asked, rules := f.Rule, p.counted
	if asked != "" {
		f.Rule = ""
		var err error
		if rules, err = c.site.Store.FindingCounts(c.ctx(), c.viewer, f, "rule"); err != nil {
			return err
		}
	}
	if asked != "" && !slices.ContainsFunc(rules, func(n store.FindingCount) bool { return n.Key == asked }) {
		rules = append(rules, store.FindingCount{Key: asked})
	}
	for _, n := range rules {
		p.Known = append(p.Known, option{Value: n.Key, Label: shorten(ruleTitle(titles, n.Key), 60)})
	}
	slices.SortFunc(p.Known, func(a, b option) int { return strings.Compare(a.Label, b.Label) })
	return nil
}

// The values of the answer to whom a finding is given, besides numbers of people.
const (
	giveMe   = "me"
	giveNone = "nobody"
)

// assignees lists whom findings can be given to: the reader, nobody, and the people of an agency who work on findings.
func (c *page) assignees(agency int64) ([]option, error) {
	list := []option{{Value: giveMe, Label: "Me"}, {Value: giveNone, Label: "Nobody"}}
	if agency == 0 {
		return list, nil
	}
	staff, err := c.site.Store.AgencyStaff(c.ctx(), agency)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{c.viewer.UserID: true}
	for _, m := range staff {
		if m.Role.Grants(models.TriageFinding) && !seen[m.UserID] {
			seen[m.UserID] = true
			list = append(list, option{Value: idText(m.UserID), Label: m.Name + ", " + strings.ToLower(word(m.Role))})
		}
	}
	return list, nil
}

// triageOf reads what a form makes of findings.
func (c *page) triageOf(f *form) (register.Triage, error) {
	var m models.Mistakes
	t := register.Triage{Comment: f.get("comment"), DueOn: f.date(&m, "dueOn")}
	if f.get("noDay") != "" {
		t.DueOn = &models.Date{}
	}
	switch who := f.get("assigneeId"); who {
	case "":
	case giveMe:
		t.Assignee = &c.viewer.UserID
	case giveNone:
		t.Assignee = new(int64)
	default:
		id, err := strconv.ParseInt(who, 10, 64)
		if err != nil {
			m.Add("assigneeId", "unknown", "Choose who takes it on.")
		}
		t.Assignee = &id
	}
	return t, m.Err()
}

func (s *site) triageFindings(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	ticked := f.all("finding")
	if f.get("all") != "" {
		ticked = f.all("shown")
	}
	t, err := c.triageOf(f)
	changed := 0
	if err == nil {
		ids := make([]int64, 0, len(ticked))
		for _, text := range ticked {
			if id, err := strconv.ParseInt(text, 10, 64); err == nil {
				ids = append(ids, id)
			}
		}
		changed, err = s.Register.TriageFindings(c.ctx(), c.viewer, ids, t)
	}
	if err == nil {
		return c.done(c.request().URL.RequestURI(), plural(changed, "finding was", "findings were")+" changed.")
	}
	if !f.refused(err) {
		return err
	}
	return s.showFindings(c, f, ticked)
}
