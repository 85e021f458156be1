package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// least is a regime that says as little as one can, with more put behind it.
func least(more string) string {
	return "code: x\ntitle: X\npreference: {model: gate}\n" + more
}

// preferring is a regime with nothing but a preference.
func preferring(preference string) string {
	return "code: x\ntitle: X\npreference: {model: " + preference + "}\n"
}

// misread is a text with a mistake in it: where it stands and what is said of it.
type misread struct {
	text         string
	line, column int
	code, says   string
}

func (c misread) try(t *testing.T) {
	_, err := ParseRegime([]byte(c.text))
	var mistakes *Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("the error is %v", err)
	}
	for _, m := range mistakes.List {
		if m.Line == c.line && m.Column == c.column && m.Code == c.code && strings.Contains(m.Sentence, c.says) {
			return
		}
	}
	t.Errorf("want line %d, column %d, %s, %q in\n%v", c.line, c.column, c.code, c.says, err)
}

func TestEachMistakeInARegimeIsSaidWithItsPlaceAndWhatToDo(t *testing.T) {
	for name, c := range map[string]misread{
		"an empty text":                    {"", 1, 1, "empty", "at least code, title and preference"},
		"a key that does not exist":        {least("retensions: {}\n"), 4, 1, "unknown-key", "Did you mean retention?"},
		"a key deep down":                  {least("health: {absenceMin: 2}\n"), 4, 10, "unknown-key", "There is no key absenceMin"},
		"no preference model":              {"code: x\ntitle: X\npreference: {rungs: []}\n", 3, 14, "required", "Say ladder, gate"},
		"a model that does not exist":      {"code: x\ntitle: X\npreference: {model: laddr}\n", 3, 21, "unknown-value", "Did you mean ladder?"},
		"a code with capitals":             {"code: TT\ntitle: X\npreference: {model: gate}\n", 1, 7, "bad-id", "tt-draft"},
		"a number in words":                {least("health: {releaseMaxDays: many}\n"), 4, 26, "not-a-number", "whole number"},
		"a negative number":                {least("health: {releaseMaxDays: -1}\n"), 4, 26, "not-a-number", "whole number"},
		"yes for true":                     {least("notAdvice: yes\n"), 4, 12, "not-yes-or-no", "true or false"},
		"an amount without currency":       {least("short: {maxValue: 900000.00}\n"), 4, 19, "not-an-amount", "900000.00 TTD"},
		"an amount in a mapping":           {least("short: {maxValue: {amount: x, currency: TTD}}\n"), 4, 19, "not-an-amount", "with its currency"},
		"a day that is none":               {least("validFrom: 2026-02-30\n"), 4, 12, "not-a-date", "2026-11-22"},
		"an end before the beginning":      {least("validFrom: 2026-02-01\nvalidTo: 2026-01-01\n"), 5, 10, "ends-early", "before it begins"},
		"a calendar that does not exist":   {least("calendar: TTO\n"), 4, 11, "unknown-value", "There is no calendar TTO."},
		"an origin on two rungs":           {preferring("ladder, rungs: [{rung: 1, origins: [oss, gov-reuse, shared-service]}, {rung: 2, origins: [oss, commercial, custom]}]"), 3, 111, "twice", "stands on rung 1"},
		"a ladder without a place for all": {preferring("ladder, rungs: [{rung: 1, origins: [oss]}]"), 3, 13, "rung-missing", "put gov-reuse on a rung"},
		"superiority without a margin":     {preferring("superiority"), 3, 13, "required", "by how many points"},
		"a margin on a gate":               {preferring("gate, superiorityMargin: 3"), 3, 46, "not-here", "Only the model superiority"},
		"largely without a coverage":       {least("fitTest: {kind: largely}\n"), 4, 10, "out-of-range", "between 0 and 1"},
		"a ground without a role":          {least("exemptions:\n  - {id: urgent, title: U}\n"), 5, 5, "required", "Say which role"},
		"a role that does not exist":       {least("exemptions:\n  - {id: urgent, title: U, roles: [minster]}\n"), 5, 36, "unknown-value", "is not known here"},
		"a rule that does not exist":       {least("rules: [N1, Z9]\n"), 4, 13, "unknown-rule", "There is no rule Z9."},
		"a rule twice":                     {least("rules: [N1, N1]\n"), 4, 13, "twice", "in the list already"},
		"a source twice":                   {least("marketScan: {requiredSources: [a, {id: a}]}\n"), 4, 35, "twice", "in the list already"},
		"an opinion without a term":        {least("opinion: {always: true, body: B}\n"), 4, 10, "required", "how many working days"},
		"bands out of order":               {least("approval:\n  bands:\n    - {role: approver, upTo: 5 TTD}\n    - {role: approver, upTo: 4 TTD}\n    - {role: approver}\n"), 7, 30, "not-in-order", "smallest first"},
		"bands that end":                   {least("approval: {bands: [{role: approver, upTo: 5 TTD}]}\n"), 4, 20, "no-last-band", "nobody would approve"},
		"a licence that does not exist":    {least("licence: {also: [EUPL-1.9]}\n"), 4, 18, "unknown-licence", "not on the SPDX list"},
		"a clause that does not exist":     {least("clauses: [sbomm]\n"), 4, 11, "unknown-clause", "Did you mean sbom?"},
		"a list where one thing belongs":   {least("title2: x\nhealth: [1]\n"), 5, 9, "not-a-mapping", "keys with values"},
		"one thing where a list belongs":   {least("law: {law: x}\n"), 4, 6, "not-a-list", "Write a list"},
		"an anchor":                        {least("about: &a x\n"), 4, 8, "not-a-text", "not read in a regime"},
	} {
		t.Run(name, c.try)
	}
}

func TestEachMistakeInANationalRuleIsSaidWithItsPlaceAndWhatToDo(t *testing.T) {
	own := "ownRules:\n  - id: TT1\n    title: T\n    severity: block\n    gate: scan\n    message: M\n    cure: C\n"
	for name, c := range map[string]misread{
		"a rule of one's own without when": {least(own), 5, 5, "required", "Write the condition"},
		"a rule with an id of the program": {least(strings.Replace(own, "TT1", "N1", 1) + "    when: 'true'\n"), 5, 9, "duplicate-id", "brings a rule N1"},
		"a fact that does not exist":       {least(own + "    when: d.need.budget_maxx > 0.0\n"), 11, 17, "unknown-fact", "Did you mean budget_max?"},
		"a variable that does not exist":   {least(own + "    when: chosn.oss\n"), 11, 11, "unknown-fact", "Did you mean chosen?"},
		"a fact within a list":             {least(own + "    when: |\n      d.candidates.exists(x,\n        x.os)\n"), 13, 10, "unknown-fact", "There is no fact os here."},
		"a word that never stands there":   {least(own + "    when: d.kind == 'custom-dev'\n"), 11, 21, "unknown-value", "Did you mean custom_dev?"},
		"a whole number for a decimal":     {least(own + "    when: d.need.budget_max + 1 > 2.0\n"), 11, 29, "wrong-type", "a decimal number and a whole number"},
		"a condition that is a number":     {least(own + "    when: d.need.days_max\n"), 11, 11, "not-yes-or-no", "must give yes or no"},
		"a condition that ends early":      {least(own + "    when: d.need.days_max >\n"), 11, 11, "syntax", "ends too early"},
		"an object that is made":           {least(own + "    when: |-\n      facts.NeedFacts{}.days_max > 0\n"), 12, 22, "unknown-type", "cannot make objects"},
		"a duration that is none":          {least(own + "    when: now - d.approved_at > duration('5 days')\n"), 11, 42, "bad-condition", "Invalid duration argument"},
		"needs that are wrong":             {least(own + "    needs: d.knd == 'new'\n    when: 'true'\n"), 11, 13, "unknown-fact", "Did you mean kind?"},
		"too much work": {least(own + "    when: d.candidates.exists(x, d.need.requirements.exists(q, d.need.requirements.exists(r, r.id == q.id + x.name + 'a')))\n"), 11, 11,
			"too-costly", "too long to evaluate"},
	} {
		t.Run(name, c.try)
	}
}

func TestAllMistakesInARegimeAreSaidAtOnceInTheOrderOfTheText(t *testing.T) {
	_, err := ParseRegime([]byte("code: X\npreference: {model: no}\nownRules:\n  - id: TT1\n    title: T\n    severity: hard\n    gate: scan\n    message: M\n    cure: C\n    when: d.foo && d.bar\n"))
	var mistakes *Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatal(err)
	}
	var codes []string
	for _, m := range mistakes.List {
		codes = append(codes, fmt.Sprintf("%d %s", m.Line, m.Code))
	}
	want := []string{"1 required", "1 bad-id", "2 unknown-value", "6 unknown-value", "10 unknown-fact", "10 unknown-fact"}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("%s\n%v", diff, err)
	}
	var refusal *models.Error
	if !errors.As(err, &refusal) || refusal.Code != "bad-regime" || len(refusal.Fields) != len(want) || !strings.HasPrefix(err.Error(), "The regime cannot be accepted.") {
		t.Errorf("the refusal is %+v", refusal)
	}
}

func TestWhatARegimeDoesNotSayHasItsUsualValue(t *testing.T) {
	r, err := ParseRegime([]byte(least("")))
	if err != nil {
		t.Fatal(err)
	}
	got := []any{r.Evaluation.TCOHorizonMonths, r.Health.ReleaseMaxDays, r.Publication.WithinDays, r.Review.RenewalLeadDays, r.FitTest.Kind, r.License.OpenCore, r.Opinion.Silence, r.Approval.Position, r.Release.Default}
	if diff := cmp.Diff([]any{60, 540, 30, 270, FitAllMandatory, "not-oss", "refusal", models.DecideThenBuy, "open"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"osi", "fsf"}, r.License.ApprovedLists); diff != "" {
		t.Error(diff)
	}
}

func TestCommentsAndLayoutDoNotChangeTheDigestAndEveryWordDoes(t *testing.T) {
	digest := func(text string) string {
		r, err := ParseRegime([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return r.Digest()
	}
	one := digest(least("retention: {yearsAfterEnd: 7}\n"))
	if digest(least("# a comment\nretention:\n    yearsAfterEnd: 7\n")) != one {
		t.Error("layout changes the digest")
	}
	if digest(least("retention: {yearsAfterEnd: 8}\n")) == one {
		t.Error("a value does not change the digest")
	}
}

func TestAMinistryAddsANationalRuleWithoutAnyGo(t *testing.T) {
	r, err := ParseRegime([]byte(least(`ownRules:
  - id: TT1
    title: Too few evaluators
    severity: warn
    gate: evaluation
    when: d.evaluators.size() < p.min_evaluators
    message: Fewer people scored than the regime asks for.
    law: Circular 3 of 2026
    cure: Name another evaluator.
    waiver: approver
evaluation: {minEvaluators: 3}
`)))
	if err != nil {
		t.Fatal(err)
	}
	result := resultOf(t, courtOf(t, r), "TT1", cleanCase())
	want := Result{Rule: "TT1", Title: "Too few evaluators", Severity: Warn, Gate: models.GateEvaluation, Outcome: models.RuleViolated, Message: "Fewer people scored than the regime asks for.",
		Law: "Circular 3 of 2026", Cure: "Name another evaluator.", Waiver: models.Approver}
	if diff := cmp.Diff(want, result); diff != "" {
		t.Error(diff)
	}
}

func TestAResultNamesTheLawOfItsRegimeAndElseWhereTheRuleComesFrom(t *testing.T) {
	r, err := ParseRegime([]byte(least("law: [{law: Public Software Act, article: s. 12, rules: [C1]}]\nrules: [C1, C5]\n")))
	if err != nil {
		t.Fatal(err)
	}
	court := courtOf(t, r)
	if got := resultOf(t, court, "C1", cleanCase()).Law; got != "Public Software Act, s. 12" {
		t.Errorf("the law of C1 is %q", got)
	}
	if got := resultOf(t, court, "C5", cleanCase()).Law; !strings.HasPrefix(got, "X. The rule follows others: United Kingdom") {
		t.Errorf("the law of C5 is %q", got)
	}
}
