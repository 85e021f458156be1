package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// Judgement is what a program says of a statement in a situation.
type Judgement struct {
	Verdict licenses.Verdict
	// Reasons are the rules that spoke, those that decide first. Of an AND those of the worst operand decide, of an OR those of the branch to take.
	Reasons []Reason
	More    int // reasons that did not fit
	// Choose is what is allowed of an expression that needs a choice; zero otherwise.
	Choose licenses.Expression
}

// mostReasons is how many reasons a judgement keeps.
const mostReasons = 100

// Reason is one rule that spoke of one licence.
type Reason struct {
	Policy  string // its ID
	Version int
	Agency  string // code of the agency whose policy it is
	Rule    string // its ID; "" when no rule matched and the policy's "otherwise", or the register itself, spoke
	Title   string
	Leaf    string   // the licence, as it stands in the expression; "" when the statement is none
	As      []string // versions of an "or later" licence of which alone this is said; nil for the licence as such
	Verdict licenses.Verdict
	// Decisive says whether the verdict on the whole would change without this licence.
	Decisive  bool
	Severity  Severity
	Message   string
	Basis     string
	Cure      string
	Reference string
	Missing   []string // facts without which the rule is undetermined
	Trouble   string   // why the rule could not be evaluated; "" when it could
}

// Severity is the heaviest severity among the decisive reasons; Info when there is none.
func (j Judgement) Severity() Severity {
	worst := Info
	for _, r := range j.Reasons {
		if r.Decisive {
			worst = worst.Worse(r.Severity)
		}
	}
	return worst
}

// Judge judges a statement in a situation. The same arguments give the same judgement, byte for byte; only when ctx ends, or the machine is so slow that
// a rule runs out of time, is the answer undetermined with that reason, and not remembered. The Judgement is shared: its slices are not to be changed.
func (p *Program) Judge(ctx context.Context, s Statement, in Situation) Judgement {
	w := &world{statement: s, situation: &in}
	t := p.table(w)
	key := p.statementKey(s)
	t.mu.Lock()
	j, ok := t.judgements[key]
	t.mu.Unlock()
	if ok {
		return j
	}
	w.statement.Expression = s.Expression.Current()
	hearing := &hearing{ctx: ctx, program: p, table: t, world: w}
	j = hearing.judge()
	if !hearing.passing {
		t.mu.Lock()
		t.judgements[key] = j
		t.mu.Unlock()
		p.keeping()
	}
	return j
}

func (p *Program) statementKey(s Statement) string {
	key := string(s.kind()) + "\x00" + s.Expression.String()
	if s.Guessed {
		key += "\x00guessed"
	}
	if p.stated {
		key += "\x00" + s.Stated
	}
	return key
}

// hearing is one call of Judge.
type hearing struct {
	ctx     context.Context
	program *Program
	table   *table
	world   *world
	passing bool // an answer depends on the moment; nothing is to be remembered
}

func (h *hearing) judge() Judgement {
	expression := h.world.statement.Expression
	if h.world.statement.kind() != "" {
		r := h.wordless()
		var reasons []*Reason
		for i := range r.reasons {
			reasons = append(reasons, &r.reasons[i])
		}
		return Judgement{Verdict: r.verdict}.with(reasons)
	}
	rulings := map[licenses.Leaf]*ruling{}
	for _, leaf := range expression.Leaves() {
		rulings[leaf] = h.leaf(leaf)
	}
	verdict, leaves := weigh(expression, rulings)
	deciding := make(map[licenses.Leaf]bool, len(leaves))
	for _, leaf := range leaves {
		deciding[leaf] = true
	}
	var reasons []*Reason
	for leaf, r := range rulings {
		for _, reason := range r.reasons {
			reason.Decisive = reason.Decisive && deciding[leaf]
			reasons = append(reasons, &reason)
		}
	}
	j := Judgement{Verdict: verdict}
	if verdict == licenses.NeedsChoice {
		j.Choose = choose(expression, rulings)
	}
	return j.with(reasons)
}

func (j Judgement) with(reasons []*Reason) Judgement {
	worst := licenses.Verdicts()
	slices.Reverse(worst)
	slices.SortFunc(reasons, func(a, b *Reason) int {
		switch {
		case a.Decisive && !b.Decisive:
			return -1
		case b.Decisive && !a.Decisive:
			return 1
		}
		return cmp.Or(
			cmp.Compare(slices.Index(worst, a.Verdict), slices.Index(worst, b.Verdict)),
			strings.Compare(a.Leaf, b.Leaf), strings.Compare(a.Agency, b.Agency), strings.Compare(a.Policy, b.Policy), strings.Compare(a.Rule, b.Rule),
			slices.Compare(a.As, b.As), slices.Compare(a.Missing, b.Missing), strings.Compare(a.Trouble, b.Trouble))
	})
	for _, reason := range reasons[:min(len(reasons), mostReasons)] {
		j.Reasons = append(j.Reasons, *reason)
	}
	j.More = len(reasons) - len(j.Reasons)
	return j
}

// weigh is the expression's verdict, as licenses.Expression.Judge gives it, with the leaves on which it rests.
func weigh(e licenses.Expression, rulings map[licenses.Leaf]*ruling) (licenses.Verdict, []licenses.Leaf) {
	if kind := e.Kind(); kind == licenses.KindLicense || kind == licenses.KindWith {
		return rulings[e.Leaf()].verdict, []licenses.Leaf{e.Leaf()}
	}
	operands := e.Operands()
	verdicts, deciding := make([]licenses.Verdict, len(operands)), make([][]licenses.Leaf, len(operands))
	var verdict licenses.Verdict
	for i, operand := range operands {
		verdicts[i], deciding[i] = weigh(operand, rulings)
		switch {
		case i == 0:
			verdict = verdicts[0]
		case e.Kind() == licenses.KindAnd:
			verdict = verdict.Worse(verdicts[i])
		default:
			verdict = verdict.Either(verdicts[i])
		}
	}
	var leaves []licenses.Leaf
	for i := range operands {
		if verdicts[i] == verdict || e.Kind() == licenses.KindOr && verdict == licenses.NeedsChoice {
			leaves = append(leaves, deciding[i]...)
		}
	}
	return verdict, leaves
}

// choose is what of the expression is allowed, zero when nothing is. Of an "or later" licence it names the versions that are.
func choose(e licenses.Expression, rulings map[licenses.Leaf]*ruling) licenses.Expression {
	switch e.Kind() {
	case licenses.KindLicense, licenses.KindWith:
		r := rulings[e.Leaf()]
		if r.verdict == licenses.Allowed {
			return e
		}
		var versions []licenses.Expression
		for _, version := range r.allowed {
			versions = append(versions, licenses.Of(version))
		}
		return licenses.Or(versions...)
	}
	var kept []licenses.Expression
	for _, operand := range e.Operands() {
		rest := choose(operand, rulings)
		if rest.IsZero() && e.Kind() == licenses.KindAnd {
			return licenses.Expression{}
		}
		kept = append(kept, rest)
	}
	if e.Kind() == licenses.KindAnd {
		return licenses.And(kept...)
	}
	return licenses.Or(kept...)
}
