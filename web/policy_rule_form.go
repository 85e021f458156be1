package web

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// ruleFormPage asks for every part of a rule.
type ruleFormPage struct {
	*draftHead
	Form       *form
	New        bool
	Places     []option // where a new rule may stand
	Sets       []option
	Axes       []axisChoice
	Outcomes   []option
	Severities []option
	Facts      []factGroup
	Most       int // bytes of a condition
}

// axisChoice is an axis of licences with the values that a rule may name.
type axisChoice struct {
	Name, Label, Hint string
	Options           []option
	Open              bool // something is chosen
}

// factGroup is the facts about one noun that a condition may ask for.
type factGroup struct {
	Noun  string
	Facts []policy.Fact
}

func (s *site) askRule(c *page) error {
	h, err := s.theDraft(c)
	if err != nil {
		return err
	}
	f := newForm("version", idText(h.Version.Version), "at", c.query("at"), "outcome", string(policy.Review))
	if id := c.query("rule"); id != "" {
		rule, ok := h.Policy.Rule(id)
		if !ok {
			return models.NoSuch("rule")
		}
		f.set("rule", id)
		writeRule(f, rule)
	}
	return s.showRuleForm(c, h, f)
}

// The lists of a rule that a form asks for with checkboxes, and their values.
func axisChoices() []axisChoice {
	return []axisChoice{
		{Name: "openness", Label: "Openness", Options: words([]licenses.Openness{licenses.Open, licenses.PublicDomain, licenses.PresumablyOpen, licenses.SourceAvailable, licenses.Proprietary, licenses.OpennessUnknown})},
		{Name: "reciprocity", Label: "Reach: what stays under the licence when it is passed on", Options: words(licenses.Reciprocities())},
		{Name: "limits", Label: "Limits of use", Hint: "The licence has one of them.", Options: words([]licenses.Limit{licenses.NonCommercial, licenses.NoDerivatives, licenses.FieldOfUse})},
		{Name: "patents", Label: "Patents", Options: words([]licenses.Patents{licenses.PatentsUnstated, licenses.PatentsGranted, licenses.PatentsRetaliate, licenses.PatentsWithheld, licenses.PatentsUnknown})},
		{Name: "categories", Label: "Category of LicenseDB", Options: words([]licenses.Category{licenses.CategoryPermissive, licenses.CategoryPublicDomain, licenses.CategoryCopyleftLimited, licenses.CategoryCopyleft, licenses.CategoryNonCommercial,
			licenses.CategoryFreeRestricted, licenses.CategoryProprietaryFree, licenses.CategorySourceAvailable, licenses.CategoryCommercial, licenses.CategoryCLA, licenses.CategoryPatentLicense, licenses.CategoryUnstated})},
		{Name: "classes", Label: "Class, as in the pictures", Options: words(licenses.Classes())},
		{Name: "statement", Label: "How the licence is stated", Hint: "The first four name no licence: a rule about them asks for nothing else.", Options: words(policy.StatementKinds())},
	}
}

func (s *site) showRuleForm(c *page, h *draftHead, f *form) error {
	p := ruleFormPage{draftHead: h, Form: f, New: f.get("rule") == "", Most: policy.MostConditionBytes, Outcomes: outcomeOptions(), Severities: words(policy.Severities()), Facts: factGroups()}
	for _, set := range h.Policy.Sets {
		p.Sets = append(p.Sets, option{Value: set.Name, Label: set.Name, Hint: plural(len(set.IDs), "licence", "licences")})
	}
	for _, a := range axisChoices() {
		a.Open = len(f.all(a.Name)) > 0 || f.mistake(a.Name) != ""
		for i := range a.Options {
			a.Options[i].Label = capital(a.Options[i].Label)
		}
		p.Axes = append(p.Axes, a)
	}
	for i := range len(h.Policy.Rules) + 1 {
		label := "At the end"
		if i < len(h.Policy.Rules) {
			label = fmt.Sprintf("Before %d. %s", i+1, shorten(h.Policy.Rules[i].Title, 70))
		}
		p.Places = append(p.Places, option{Value: strconv.Itoa(i), Label: label})
	}
	if f.get("at") == "" {
		f.set("at", strconv.Itoa(len(h.Policy.Rules)))
	}
	title := "Add a rule"
	if !p.New {
		title = "Change a rule"
	}
	return c.show(h.view("policy-rule", title, title, f, p))
}

func outcomeOptions() []option {
	hints := map[policy.Outcome]string{policy.Allow: "It may be used.", policy.Review: "A person has to look.", policy.LeaveUnknown: "For rules about statements: the terms stay unknown, with words and a cure.", policy.Deny: "It may not be used without an exemption."}
	options := words(policy.Outcomes())
	for i := range options {
		options[i].Hint = hints[policy.Outcome(options[i].Value)]
	}
	return options
}

func factGroups() []factGroup {
	var groups []factGroup
	for _, f := range policy.Facts() {
		noun, _, _ := strings.Cut(f.Name, ".")
		if n := len(groups); n == 0 || groups[n-1].Noun != noun {
			groups = append(groups, factGroup{Noun: noun})
		}
		last := &groups[len(groups)-1]
		last.Facts = append(last.Facts, f)
	}
	return groups
}

// writeRule puts a rule into the answers of the form.
func writeRule(f *form, r policy.Rule) {
	for name, text := range map[string]string{"id": r.ID, "title": r.Title, "ids": strings.Join(r.Licenses.IDs, "\n"), "when": r.When, "outcome": string(r.Outcome), "severity": string(r.Severity),
		"message": r.Message, "basis": r.Basis, "cure": r.Cure, "reference": r.Reference} {
		f.set(name, text)
	}
	m := r.Licenses
	for name, values := range map[string][]string{"sets": m.Sets, "categories": spellings(m.Categories), "classes": spellings(m.Classes), "openness": spellings(m.Openness), "reciprocity": spellings(m.Reciprocity),
		"limits": spellings(m.Limits), "patents": spellings(m.Patents), "statement": spellings(m.Statement)} {
		f.Values[name] = values
	}
}

// readRule makes a rule of the answers.
func readRule(f *form) policy.Rule {
	return policy.Rule{ID: f.get("id"), Title: f.get("title"), When: unixLines(f.get("when")), Outcome: policy.Outcome(f.get("outcome")), Severity: policy.Severity(f.get("severity")),
		Message: unixLines(f.get("message")), Basis: unixLines(f.get("basis")), Cure: unixLines(f.get("cure")), Reference: f.get("reference"),
		Licenses: policy.Match{IDs: entries(f.get("ids")), Sets: f.all("sets"), Categories: typed[licenses.Category](f, "categories"), Classes: typed[licenses.Class](f, "classes"), Openness: typed[licenses.Openness](f, "openness"),
			Reciprocity: typed[licenses.Reciprocity](f, "reciprocity"), Limits: typed[licenses.Limit](f, "limits"), Patents: typed[licenses.Patents](f, "patents"), Statement: typed[policy.StatementKind](f, "statement")}}
}

func spellings[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

func typed[T ~string](f *form, name string) []T {
	var list []T
	for _, v := range f.all(name) {
		list = append(list, T(v))
	}
	return list
}

// unixLines gives a text its own line ends: browsers send two characters for each.
func unixLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// entries splits what stands on lines of its own or behind commas.
func entries(s string) []string {
	var list []string
	for _, e := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ';' }) {
		if e = strings.TrimSpace(e); e != "" {
			list = append(list, e)
		}
	}
	return list
}

func (s *site) saveRule(c *page) error {
	h, f, err := s.draftAnswers(c)
	if err != nil {
		return err
	}
	rule, was := readRule(f), f.get("rule")
	var next *policy.Policy
	if was == "" {
		at, numErr := strconv.Atoi(f.get("at"))
		if numErr != nil {
			at = len(h.Policy.Rules)
		}
		next, err = h.Policy.AddRule(rule, at)
	} else {
		next, err = h.Policy.ReplaceRule(was, rule)
	}
	if err == nil {
		err = s.changeDraft(c, h, f, next)
	}
	if err == nil {
		return c.done(h.Path()+"#rule-"+rule.ID, "The rule is in the draft.")
	}
	if !f.refused(err) {
		return err
	}
	if m, ok := errors.AsType[*policy.Mistakes](err); ok {
		f.Problem = ruleProblem(m)
	}
	f.rebase(h.Version.Version, h.Path())
	return s.showRuleForm(c, h, f)
}

// ruleField finds the part of a rule in a field such as rules[2].licenses.ids[0].
var ruleField = regexp.MustCompile(`^rules\[\d+\]\.(?:licenses\.)?([a-z]+)`)

// neededParts says what the parts are for that every rule has.
var neededParts = map[string]string{
	"id": "Give the rule a short name in lower case, such as no-non-commercial.", "title": "Say in a few words what the rule is about.", "outcome": "Say what holds of the licences.",
	"message": "Say what people have to know who use such a component.", "cure": "Say what people can do about it.",
}

// ruleProblem says the mistakes of a rule at the questions of the form.
func ruleProblem(m *policy.Mistakes) *models.Error {
	e := &models.Error{Kind: models.Invalid, Code: "bad-policy", Detail: "The rule cannot be taken as it is. Nothing was changed."}
	for _, mistake := range m.List {
		field, detail := "id", mistake.Sentence
		if found := ruleField.FindStringSubmatch(mistake.Field); found != nil {
			field = found[1]
		}
		if field == "licenses" {
			field = "ids"
		}
		if words, ok := neededParts[field]; ok && mistake.Code == "required" {
			detail = words
		}
		if mistake.ConditionLine > 0 {
			detail = fmt.Sprintf("Line %d, column %d of the condition: %s", mistake.ConditionLine, mistake.ConditionColumn, detail)
		}
		e.Fields = append(e.Fields, models.FieldError{Field: field, Code: mistake.Code, Detail: detail})
	}
	order := []string{"id", "title", "ids", "sets", "openness", "reciprocity", "limits", "patents", "categories", "classes", "statement", "when", "outcome", "severity", "message", "cure", "basis", "reference"}
	slices.SortStableFunc(e.Fields, func(a, b models.FieldError) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
	return e
}
