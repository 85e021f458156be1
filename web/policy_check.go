package web

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

func (s *site) mountPolicyCheck(r *routes) {
	r.get("/policy-check", s.askPolicyCheck)
	r.post("/policy-check", s.sendPolicyCheck)
	r.post("/policy-check/document", s.checkDocument)
	r.get("/policy-checks/:id", s.keptCheck)
	r.get("/policy-checks/:id/document", s.keptDocument)
	r.post("/policy-checks/:id/verification", s.verifyKept)
}

// policyCheckPage tries something against the policies that bind an agency. Nothing of it is stored.
type policyCheckPage struct {
	Form       *form
	What       verdicts.Kind
	Tabs       []tab
	Agencies   agencyChoice
	Usages     []option
	Facts      []factField
	MoreFacts  bool // one of Facts is filled in
	Most       int64
	Result     *policyAnswer // nil until something was tried
	Expression bool
	MayKeep    bool
}

// factField is a fact of the situation as the form asks for it.
type factField struct {
	Name, Label string
	Options     []option // nil: a text
	Field       field
}

// checkKinds are the ways of the form, with their names in the address.
var checkKinds = []struct {
	kind  verdicts.Kind
	label string
}{{verdicts.Expression, "A licence"}, {verdicts.PURLs, "Packages"}, {verdicts.SBOM, "An SBOM document"}}

// usages are ready-made answers on what is done with the software: names of uses that are so; the others are not.
var usages = []struct {
	value, label string
	uses         []licenses.Use
}{
	{"internal", "Run within the agency, as it came", []licenses.Use{licenses.UseInternal}},
	{"changed", "Changed, and run within the agency", []licenses.Use{licenses.UseInternal, licenses.UseModify}},
	{"published", "Part of software that we publish as source", []licenses.Use{licenses.UseInternal, licenses.UseModify, licenses.UseDistributeSource}},
	{"passed-on", "Built programs passed on without their source", []licenses.Use{licenses.UseInternal, licenses.UseDistributeBinary}},
	{"service", "Offered to others over a network, as it came", []licenses.Use{licenses.UseInternal, licenses.UseService}},
	{"changed-service", "Changed, and offered to others over a network", []licenses.Use{licenses.UseInternal, licenses.UseService, licenses.UseModify}},
}

// useFacts are the names of the uses among the facts of a situation.
var useFacts = map[licenses.Use]string{licenses.UseInternal: "use.internal", licenses.UseDistributeBinary: "use.distributeBinary", licenses.UseDistributeSource: "use.distributeSource", licenses.UseService: "use.service", licenses.UseModify: "use.modify"}

// situationFields are the facts that the form asks for besides the use.
func situationFields() []factField {
	return []factField{
		{Name: "asset.origin", Label: "Where the software comes from", Options: words(models.Origins)}, {Name: "asset.license", Label: "Licence that the software itself is under"},
		{Name: "deployment.environment", Label: "Environment", Options: words(models.Environments)}, {Name: "deployment.hosting", Label: "Where it runs", Options: words(models.Hostings)},
		{Name: "deployment.dataClass", Label: "Highest class of data", Options: words(models.DataClasses)},
		{Name: "deployment.criticality", Label: "Criticality", Options: []option{{Value: "1", Label: criticality(1)}, {Value: "2", Label: criticality(2)}, {Value: "3", Label: criticality(3)}, {Value: "4", Label: criticality(4)}}},
		{Name: "deployment.jurisdiction", Label: "Country that the data are in, two letters"},
	}
}

// situationOf reads the facts that the form gives.
func situationOf(f *form) map[string]any {
	facts := map[string]any{}
	for _, u := range usages {
		if u.value == f.get("usage") {
			for use, name := range useFacts {
				facts[name] = slices.Contains(u.uses, use)
			}
		}
	}
	for _, field := range situationFields() {
		text := f.get(field.Name)
		if text == "" {
			continue
		}
		facts[field.Name] = text
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && field.Name == "deployment.criticality" {
			facts[field.Name] = n
		}
	}
	return facts
}

func (s *site) askPolicyCheck(c *page) error {
	f := &form{Values: c.request().URL.Query()}
	if f.get("usage") == "" && f.get("expression") == "" {
		f.set("usage", "internal")
	}
	p := policyCheckPage{Form: f, What: verdicts.Expression}
	for _, k := range checkKinds {
		if f.get("what") == string(k.kind) {
			p.What = k.kind
		}
	}
	if p.What != verdicts.Expression || f.get("expression") == "" {
		return s.showPolicyCheck(c, p)
	}
	return s.answerCheck(c, p, strings.NewReader(f.get("expression")), "", "expression")
}

// sendPolicyCheck judges packages, or has the verdict on a licence kept.
func (s *site) sendPolicyCheck(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if f.get("expression") != "" {
		return s.answerCheck(c, policyCheckPage{Form: f, What: verdicts.Expression}, strings.NewReader(f.get("expression")), "", "expression")
	}
	p := policyCheckPage{Form: f, What: verdicts.PURLs}
	if f.get("purls") == "" {
		var m models.Mistakes
		m.Add("purls", "required", "Name at least one package, such as pkg:npm/lodash@4.17.21.")
		f.refused(m.Err())
		return s.showPolicyCheck(c, p)
	}
	return s.answerCheck(c, p, strings.NewReader(unixLines(f.get("purls"))), "", "purls")
}

func (s *site) checkDocument(c *page) error {
	p := policyCheckPage{Form: newForm(), What: verdicts.SBOM}
	answered := false
	err := s.sent(c, p.Form, min(s.MaxBody, register.MaxCheckBytes), bodyTime, func(filename string, body io.Reader) error {
		answered = true
		return s.answerCheck(c, p, body, filename, "file")
	})
	if answered || err == nil {
		return err
	}
	if !p.Form.refused(err) {
		return err
	}
	p.Form.pointTo("file")
	return s.showPolicyCheck(c, p)
}

// answerCheck judges what was sent and shows what came out, or what was wrong with the field that it came in.
func (s *site) answerCheck(c *page, p policyCheckPage, body io.Reader, name, in string) error {
	var m models.Mistakes
	agency := c.agencyID(p.Form, &m, "agency")
	err := m.Err()
	if err == nil {
		var out *register.CheckedPolicy
		if out, err = s.Register.CheckPolicy(c.ctx(), c.viewer, register.PolicyCheck{AgencyID: agency, Facts: situationOf(p.Form), Kind: p.What, Name: name, Body: body, Keep: keeping(p.Form, c.viewer)}); err == nil {
			if out.ID != 0 {
				return c.done(policyCheckPath(out.ID), "The verdict is kept, with what was judged.")
			}
			p.Result = s.answerOf(c, out.Verdict)
			c.keepNowhere()
			return s.showPolicyCheck(c, p)
		}
		if models.IsKind(err, models.Forbidden) {
			m.Add("agency", "not-allowed", "You can have a verdict kept for an agency that you act for, or for all of government. Choose another, or do without keeping it.")
			err = m.Err()
		} else {
			err = pointSituation(err, in)
		}
	}
	if !p.Form.refused(err) {
		return err
	}
	return s.showPolicyCheck(c, p)
}

// pointSituation says of the fields of the form what was wrong.
func pointSituation(err error, in string) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Kind != models.Invalid && e.Kind != models.TooLarge {
		return err
	}
	fields := slices.Clone(e.Fields)
	if len(fields) == 0 {
		fields = []models.FieldError{{Field: in, Code: e.Code, Detail: e.Detail}}
	}
	for i, f := range fields {
		name, situation := strings.CutPrefix(f.Field, "situation.")
		if !situation {
			name = in
			if line, found := strings.CutPrefix(f.Field, "line "); found {
				fields[i].Detail = "Line " + line + ": " + f.Detail
			}
		}
		fields[i].Field = name
	}
	return &models.Error{Kind: e.Kind, Code: e.Code, Detail: "What was sent cannot be judged.", Fields: fields}
}

func (s *site) showPolicyCheck(c *page, p policyCheckPage) error {
	p.Most, p.Expression = min(s.MaxBody, register.MaxCheckBytes), p.What == verdicts.Expression
	p.MayKeep = c.viewer.SignedIn()
	var err error
	if p.Agencies, err = c.agencyChoice(anyAgency); err != nil {
		return err
	}
	for _, k := range checkKinds {
		p.Tabs = append(p.Tabs, tab{Label: k.label, Path: address("/policy-check", "what", string(k.kind)), Current: k.kind == p.What})
	}
	for _, u := range usages {
		p.Usages = append(p.Usages, option{Value: u.value, Label: u.label})
	}
	for _, f := range situationFields() {
		more := []any{"optional", true}
		if f.Options != nil {
			more = []any{"options", f.Options, "empty", "Not said"}
		}
		if f.Field, err = makeField(p.Form, f.Name, f.Label, more...); err != nil {
			return err
		}
		p.MoreFacts = p.MoreFacts || f.Field.Value != "" || f.Field.Mistake != ""
		p.Facts = append(p.Facts, f)
	}
	title, crumbs := "Try a licence against the policy", []crumb{{"Licences", "/licenses"}, {"Try the policy", ""}}
	if p.Result != nil {
		title = p.Result.Heading()
	}
	return c.show(view{Name: "policy-check", Title: shorten(title, 120), Nav: "/licenses", Crumbs: crumbs, Form: p.Form, Page: p})
}

// policyAnswer is what the policies say, in words.
type policyAnswer struct {
	*verdicts.Verdict
	Tag      tag
	Sentence string
	Chart    chart
	Findings []findingSaid
	Rest     int // findings that are not shown
	Chain    []chainLink
	Given    []string             // facts of the situation, in words
	KeptAt   *time.Time           // nil when it is not kept
	Known    []verdicts.Statement // what documents here say of the packages of a list
	ListedAt string               // page of the licence that was judged; "" when it was not one alone
}

// chainLink is a policy that judged.
type chainLink struct {
	Title   string
	Version int
	Path    string
}

// findingSaid is one rule that spoke.
type findingSaid struct {
	verdicts.Finding
	Tag     tag
	Facts   []policy.Fact // that are missing
	Shown   []verdicts.Component
	Rest    int
	Options []string // what may be chosen
	Path    string   // of the rule
}

// Bounds of what an answer shows.
const (
	shownFindings   = 25
	shownComponents = 6
)

var verdictSentences = map[licenses.Verdict]string{
	licenses.Allowed: "It may be used.", licenses.NeedsChoice: "It may be used as soon as a choice of licence is recorded.", licenses.Review: "A person has to look before it is used.",
	licenses.Undetermined: "It cannot be decided yet: a fact is missing.", licenses.UnknownTerms: "It may not be used yet: nobody has said the terms, or we do not know them.",
	licenses.Unparsable: "It may not be used yet: what is stated as the licence cannot be read.", licenses.NoLicense: "It may not be used: it is stated to have no licence.", licenses.Denied: "It may not be used.",
}

// Heading names what was judged.
func (a policyAnswer) Heading() string {
	switch a.Subject.Kind {
	case verdicts.Expression:
		return orElse(shorten(a.Subject.Text, 100), "Nothing stated")
	case verdicts.PURLs:
		return plural(a.Subject.Packages, "package", "packages")
	}
	return orElse(shorten(cmp.Or(a.Subject.Title, a.Subject.Name), 100), "The document")
}

func (s *site) answerOf(c *page, v *verdicts.Verdict) *policyAnswer {
	a := &policyAnswer{Verdict: v, Tag: makeTag(v.Verdict), Sentence: verdictSentences[v.Verdict], Chart: verdictChart("packages", "Packages by verdict", "packages", v.Packages)}
	if l, ok := licenses.Get(v.Subject.Text); ok && v.Subject.Kind == verdicts.Expression {
		a.ListedAt = "/licenses/" + l.ID
	}
	a.Known = v.Subject.Given[:min(len(v.Subject.Given), shownFindings)]
	paths := s.policyPaths(c)
	for _, p := range v.Policies {
		a.Chain = append(a.Chain, chainLink{p.Title, p.Version, paths[p.Digest]})
	}
	for _, f := range v.Findings[:min(len(v.Findings), shownFindings)] {
		said := findingSaid{Finding: f, Tag: makeTag(f.Says), Shown: f.Components[:min(len(f.Components), shownComponents)]}
		said.Rest = len(f.Components) - len(said.Shown) + f.MoreComponents
		for _, fact := range policy.Facts() {
			if slices.Contains(f.Missing, fact.Name) {
				said.Facts = append(said.Facts, fact)
			}
		}
		for _, k := range f.Components {
			if k.Choose != "" && !slices.Contains(said.Options, k.Choose) {
				said.Options = append(said.Options, k.Choose)
			}
		}
		for _, p := range v.Policies {
			if p.ID == f.Policy && p.Agency == f.Agency && f.Rule != "" && paths[p.Digest] != "" {
				said.Path = paths[p.Digest] + "#rule-" + f.Rule
			}
		}
		a.Findings = append(a.Findings, said)
	}
	a.Rest = len(v.Findings) - len(a.Findings) + v.MoreFindings
	for _, name := range slices.Sorted(maps.Keys(v.Situation)) {
		if text := factSaid(name, v.Situation[name]); text != "" {
			a.Given = append(a.Given, text)
		}
	}
	return a
}

// factSaid says a fact that was given; "" for what the form does not ask for.
func factSaid(name string, value any) string {
	if is, ok := value.(bool); ok {
		for use, fact := range useFacts {
			if fact == name && is {
				return word(use)
			}
		}
		return ""
	}
	for _, f := range situationFields() {
		if f.Name != name {
			continue
		}
		text, _ := value.(string)
		for _, o := range f.Options {
			if o.Value == text {
				text = o.Label
			}
		}
		if text != "" {
			return f.Label + ": " + shorten(text, 80)
		}
	}
	return ""
}

// policyPaths gives the pages of the policies in force by their digests.
func (s *site) policyPaths(c *page) map[string]string {
	active, err := s.Store.ActivePolicies(c.ctx())
	if err != nil {
		return nil // the answer stands without links
	}
	paths := map[string]string{}
	for _, v := range active {
		paths[hexText(v.Digest)] = policyPath(v.PolicyID)
	}
	return paths
}
