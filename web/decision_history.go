package web

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAudit(r *routes) {
	r.get("/decisions/:id/history", s.decisionHistory)
	r.get("/decisions/:id/chain", s.decisionChain)
	r.get("/decisions/sample", s.sampleDecisions)
}

// auditPage is a case as it stood at a moment, with what can be checked of it.
type auditPage struct {
	*caseHead
	Form     *form
	Asked    string // the moment as the address gives it; "" for now
	Stops    []auditStop
	Filed    []auditPart
	Part     *auditPart // that is shown in full
	Answers  []question
	Notice   string // why another moment is shown than was asked for
	Closed   string // why the answers are closed to the viewer; "" when they are not
	Rungs    []rungView
	Rules    ruleGroups
	MayOffer bool
	Checks   []auditCheck
	Good     bool
	Steps    []auditStep
	Differ   int
	Newer    bool // another version of the law is in force today
}

// auditStop is a moment to go to.
type auditStop struct {
	Title, Path string
	At          time.Time
	Here        bool
}

// auditPart is a part as it was on file.
type auditPart struct {
	*models.DecisionPart
	Name, Path, Hex string
	Holds           bool // its digest is that of its bytes
}

// auditCheck is one thing that was compared.
type auditCheck struct {
	Holds bool
	Text  string
}

// auditStep is a step of the case with its rules then, again and today.
type auditStep struct {
	register.Rejudged
	Lines  []auditLine // of the rules that are not the same in all three
	Alike  int
	Guards bool // rules guarded it
}

// auditLine is one rule, then and again and by the law of today.
type auditLine struct {
	Rule, Title      string
	Then, Again, Now tag
}

func (s *site) decisionHistory(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	p := auditPage{Form: &form{Values: url.Values{}}, Asked: c.query("at")}
	if len(p.Asked) == len(time.DateOnly) {
		p.Form.set("at", p.Asked)
	}
	at, err := momentOf(p.Asked)
	if err != nil && !p.Form.refused(err) {
		return err
	}
	if at, p.Notice, err = s.lookedBackTo(c, id, at); err != nil {
		return err
	}
	file, err := s.Register.CaseFile(c.ctx(), c.viewer, id, at)
	if err != nil {
		return err
	}
	p.caseHead = &caseHead{CaseFile: file, Path: casePath(id), Title: file.Row.Title}
	if at.IsZero() || p.Notice != "" {
		p.Asked = ""
	}
	if err := s.audit(c, &p); err != nil {
		return err
	}
	return c.show(view{Name: "decision-history", Title: "History and audit of " + p.Row.Ref, Nav: "/decisions", Crumbs: p.crumbs(crumb{Name: "History and audit"}), Form: p.Form, Page: p})
}

// audit works out what the page shows.
func (s *site) audit(c *page, p *auditPage) error {
	all, err := s.Register.Rejudge(c.ctx(), c.viewer, p.Row.ID)
	if err != nil {
		return err
	}
	here := p.Path + "/history"
	p.Stops = []auditStop{{Title: "Now", Path: here, Here: p.Asked == ""}}
	for _, one := range slices.Backward(all) {
		asked := one.Move.At.UTC().Format(time.RFC3339Nano)
		p.Stops = append(p.Stops, auditStop{Title: word(one.Move.To), At: one.Move.At, Path: address(here, "at", asked), Here: p.Asked == asked})
		p.Steps = append(p.Steps, auditStepOf(one))
	}
	for _, step := range p.Steps {
		if !step.Same || !step.File {
			p.Differ++
		}
	}
	p.Rungs, p.Rules, p.Newer = p.rungs(), p.ruleGroups(), p.CaseFile.Newer != nil
	for i := range p.Parts {
		part := &p.Parts[i]
		sum := sha256.Sum256(part.Content)
		one := auditPart{DecisionPart: part, Name: p.partName(part), Hex: hexText(part.Digest), Holds: part.Sealed() || string(sum[:]) == string(part.Digest), Path: address(here, "at", p.Asked, "part", part.Address()) + "#part"}
		p.Filed = append(p.Filed, one)
		if part.Address() == c.query("part") {
			p.Part = &one
			if err := p.answers(s, c); err != nil {
				return err
			}
		}
	}
	return s.digests(c, p)
}

// answers shows what a part said, as its form would ask for it.
func (p *auditPage) answers(s *site, c *page) error {
	kind, err := models.PartOf(p.Part.Part)
	if err != nil {
		return err
	}
	if p.Part.Sealed() {
		p.Closed = register.SealedSentence
		return nil
	}
	form := &partForm{head: p.caseHead, kind: kind, key: p.Part.Key, form: newForm()}
	content := form.content()
	if err := json.Unmarshal(p.Part.Content, content); err != nil {
		return err
	}
	form.form.answer(reflect.ValueOf(content).Elem(), "")
	lists, err := s.caseLists(c, p.caseHead, nil)
	if err != nil {
		return err
	}
	a := &asker{form: form.form, path: p.Path, lists: lists}
	p.Answers = a.ask(reflect.TypeOf(content).Elem(), "")
	return nil
}

// digests compares what is on file with what was logged.
func (s *site) digests(c *page, p *auditPage) error {
	broken := 0
	for _, f := range p.Filed {
		if !f.Holds {
			broken++
		}
	}
	check := func(holds bool, good, bad string) {
		p.Checks = append(p.Checks, auditCheck{holds, map[bool]string{true: good, false: bad}[holds]})
	}
	check(broken == 0, "Every part has the digest that it was filed with ("+plural(len(p.Filed), "part", "parts")+").", plural(broken, "part does", "parts do")+" not have the digest that it was filed with: its bytes were changed.")
	entries, err := s.Store.LogEntriesOf(c.ctx(), p.Row.ID)
	if err != nil {
		return err
	}
	now, index := hexText(models.DossierDigest(p.Parts)), int64(-1)
	for _, l := range entries {
		if e, err := proof.ReadEntry(l.Body); err == nil && e.Dossier == now {
			index = l.Index
		}
	}
	check(index >= 0, fmt.Sprintf("The dossier has the digest that entry %d of the log names.", index), "No entry of the log names the digest of this dossier: something on file is not what was logged.")
	files, differ := 0, 0
	for _, step := range p.Steps {
		files++
		if !step.File {
			differ++
		}
	}
	check(differ == 0, "At each of "+plural(files, "step", "steps")+" the dossier was what the step recorded.", "At "+plural(differ, "step", "steps")+" the dossier was not what the step recorded.")
	p.Good = !slices.ContainsFunc(p.Checks, func(one auditCheck) bool { return !one.Holds })
	return nil
}

func auditStepOf(one register.Rejudged) auditStep {
	step := auditStep{Rejudged: one, Guards: len(one.Then)+len(one.Again) > 0}
	find := func(list []models.RuleResult, rule string) (models.RuleResult, bool) {
		i := slices.IndexFunc(list, func(r models.RuleResult) bool { return r.Rule == rule })
		if i < 0 {
			return models.RuleResult{}, false
		}
		return list[i], true
	}
	tagOf := func(list []models.RuleResult, rule string) tag {
		if r, ok := find(list, rule); ok {
			return makeTag(r.Outcome)
		}
		return tag{"Not asked", toneUnknown}
	}
	seen := map[string]bool{}
	for _, r := range slices.Concat(one.Then, one.Again, one.Now) {
		if seen[r.Rule] {
			continue
		}
		seen[r.Rule] = true
		l := auditLine{Rule: r.Rule, Title: r.Title, Then: tagOf(one.Then, r.Rule), Again: tagOf(one.Again, r.Rule), Now: tagOf(one.Now, r.Rule)}
		if l.Then == l.Again && l.Again == l.Now {
			step.Alike++
			continue
		}
		step.Lines = append(step.Lines, l)
	}
	return step
}

// Verdict says in words whether the step holds.
func (a auditStep) Verdict() string {
	switch {
	case !a.File:
		return "The dossier of then is not what the step recorded."
	case !a.Guards:
		return "No rule guarded it."
	case !a.Same:
		return "Judged again by the law of then, the rules come to something else."
	case len(a.Lines) > 0:
		return "The same by the law of then. By the law of today " + plural(len(a.Lines), "rule comes", "rules come") + " to something else."
	}
	return "The same by the law of then and by the law of today."
}

// Tag is whether the step holds.
func (a auditStep) Tag() tag {
	if a.File && a.Same {
		return tag{"Same", toneGood}
	}
	return tag{"Different", toneBad}
}

// chainPage is the audit trail of a case beside the entries of the log.
type chainPage struct {
	Row    *store.DecisionRow
	Path   string
	Links  []logLink
	Wrong  int
	Older  string
	Total  int
	Signed bool // the register has a key
}

// logLink is one event with the entry of the log that speaks of it.
type logLink struct {
	Index   int64
	Event   int64
	At      time.Time
	Says    string
	Who     string
	Digest  string // of what happened; "" when the entry has none
	Leaf    string
	Holds   bool
	Trouble string
}

// chainSize is how many links one page shows.
const chainSize = 50

func (s *site) decisionChain(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	row, err := s.Store.Decision(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if !row.Full {
		return models.NoSuch("decision")
	}
	entries, err := s.Store.LogEntriesOf(c.ctx(), id)
	if err != nil {
		return err
	}
	p := chainPage{Row: row, Path: casePath(id), Total: len(entries), Signed: len(s.Register.LogKeys()) > 0}
	slices.Reverse(entries)
	from := min(max(int(c.queryID("from")), 0), len(entries))
	shown := entries[from:min(len(entries), from+chainSize)]
	if from+chainSize < len(entries) {
		p.Older = address(p.Path+"/chain", "from", idText(int64(from+chainSize)))
	}
	ids := make([]int64, len(shown))
	for i := range shown {
		ids[i] = shown[i].EventID
	}
	events := map[int64]*store.EventRow{}
	if len(ids) > 0 {
		list, err := s.Store.Events(c.ctx(), c.viewer, models.EventFilter{IDs: ids, Limit: models.MaxLimit})
		if err != nil {
			return err
		}
		for i := range list {
			events[list[i].ID] = &list[i]
		}
	}
	for i := range shown {
		l := linkOf(&shown[i], events[shown[i].EventID])
		if !l.Holds {
			p.Wrong++
		}
		p.Links = append(p.Links, l)
	}
	return c.show(view{Name: "decision-chain", Title: "Chain of " + row.Ref, Nav: "/decisions", Page: p, Crumbs: []crumb{{"Decisions", "/decisions"}, {row.Ref, p.Path}, {"History and audit", p.Path + "/history"}, {Name: "Chain"}}})
}

// linkOf compares an entry of the log with its event.
func linkOf(l *store.LogEntryRow, e *store.EventRow) logLink {
	link := logLink{Index: l.Index, Event: l.EventID, Leaf: hexText(l.Hash)}
	entry, err := proof.ReadEntry(l.Body)
	if err != nil {
		link.Trouble = "The entry cannot be read: " + err.Error() + "."
		return link
	}
	link.At, link.Says, link.Digest = entry.At, entry.Says(), entry.Digest
	leaf := proof.Leaf(l.Body)
	switch {
	case string(leaf[:]) != string(l.Hash):
		link.Trouble = "The entry is not what its leaf was made of."
	case e == nil:
		link.Trouble = "The event is missing."
	case !e.Full:
		link.Holds = true // what the event says is not shown, so that it cannot be compared here
	default:
		link.Who = e.ActorName
		text, err := e.Text()
		sum := sha256.Sum256(text)
		if err != nil || hexText(sum[:]) != entry.EventDigest {
			link.Trouble = "The event is not what was logged."
		}
	}
	link.Holds = link.Trouble == ""
	return link
}

// Tag is whether the link holds.
func (l logLink) Tag() tag {
	if l.Holds {
		return tag{"Holds", toneGood}
	}
	return tag{"Broken", toneBad}
}

// Short is the beginning of a digest.
func (logLink) Short(digest string) string { return digest[:min(len(digest), 12)] }
