package web

import (
	"errors"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// framePage asks for what a policy says besides its rules.
type framePage struct {
	*draftHead
	Form       *form
	Outcomes   []option
	Severities []option
}

func (s *site) askFrame(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	p, sets := h.Policy, make([]string, len(h.Policy.Sets))
	for i, set := range p.Sets {
		sets[i] = set.Name + ": " + strings.Join(set.IDs, ", ")
	}
	return s.showFrame(c, h, newForm("version", idText(h.Version.Version), "title", p.Title, "about", p.About, "basis", p.Basis, "sets", strings.Join(sets, "\n"), "outcome", string(p.Otherwise.Outcome),
		"severity", string(p.Otherwise.Severity), "message", p.Otherwise.Message, "cure", p.Otherwise.Cure))
}

func (s *site) showFrame(c *page, h *draftHead, f *form) error {
	p := framePage{draftHead: h, Form: f, Severities: words(policy.Severities())}
	for _, o := range outcomeOptions() {
		if o.Value != string(policy.LeaveUnknown) {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	return c.show(h.view("policy-frame", "Title, sets and what holds otherwise", "Title, sets, otherwise", f, p))
}

func (s *site) saveFrame(c *page) error {
	h, f, err := s.draftAnswers(c)
	if err != nil {
		return err
	}
	next := *h.Policy
	next.Title, next.About, next.Basis = f.get("title"), unixLines(f.get("about")), unixLines(f.get("basis"))
	next.Otherwise = policy.Otherwise{Outcome: policy.Outcome(f.get("outcome")), Severity: policy.Severity(f.get("severity")), Message: unixLines(f.get("message")), Cure: unixLines(f.get("cure"))}
	var m models.Mistakes
	next.Sets = readSets(&m, f.get("sets"))
	read, err := policy.Parse(next.YAML())
	if mistakes, ok := errors.AsType[*policy.Mistakes](err); ok {
		frameMistakes(&m, mistakes)
	} else if err != nil {
		return err
	}
	if err = m.Err(); err == nil {
		err = s.changeDraft(c, h, f, read)
	}
	if err == nil {
		return c.done(h.Path(), "The draft is changed.")
	}
	if !f.refused(err) {
		return err
	}
	f.rebase(h.Version.Version, h.Path())
	return s.showFrame(c, h, f)
}

// readSets reads one set a line: its name, a colon, and licences behind commas.
func readSets(m *models.Mistakes, text string) []policy.NamedSet {
	var sets []policy.NamedSet
	for line := range strings.SplitSeq(unixLines(text), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, ids, found := strings.Cut(line, ":")
		set := policy.NamedSet{Name: strings.TrimSpace(name), IDs: entries(ids)}
		if !found || len(set.IDs) == 0 {
			m.Add("sets", "bad-set", "“"+shorten(line, 60)+"” is no set. Write its name, a colon, and its licences with commas between them.")
			continue
		}
		sets = append(sets, set)
	}
	return sets
}

var frameField = regexp.MustCompile(`^(?:otherwise\.)?([a-z]+)`)

func frameMistakes(m *models.Mistakes, list *policy.Mistakes) {
	for _, mistake := range list.List {
		field, detail := "title", mistake.Sentence
		if found := frameField.FindStringSubmatch(mistake.Field); found != nil && found[1] != "rules" && found[1] != "id" {
			field = found[1]
		}
		if mistake.Rule != "" {
			field, detail = "sets", "In the rule "+mistake.Rule+": "+mistake.Sentence
		}
		if field == "title" && mistake.Code == "required" {
			detail = "Give the policy a name."
		}
		m.Add(field, mistake.Code, detail)
	}
}
