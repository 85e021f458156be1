package licenses

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWhatIsKeptIsWhatSatisfies(t *testing.T) {
	t.Parallel()
	permissive := func(l Leaf) bool { return l.Class() == Permissive }
	for _, c := range []struct{ name, expression, want string }{
		{"a leaf that satisfies", "MIT", "MIT"},
		{"a leaf that does not", "GPL-2.0-only", ""},
		{"the branch that satisfies", "MIT OR GPL-2.0-only", "MIT"},
		{"all branches that satisfy", "MIT OR ISC OR GPL-2.0-only", "ISC OR MIT"},
		{"an AND needs every part", "MIT AND GPL-2.0-only", ""},
		{"a branch needs every part", "MIT AND GPL-2.0-only OR ISC AND Zlib", "ISC AND Zlib"},
		{"an OR within an AND", "ISC AND (MIT OR GPL-2.0-only)", "ISC AND MIT"},
		{"an OR without a way out within an AND", "ISC AND (AGPL-3.0-only OR GPL-2.0-only)", ""},
		{"an or-later leaf stays as it is", "GPL-2.0-or-later OR Apache-2.0+", "Apache-2.0+"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, mustParse(t, c.expression).Keep(permissive).String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if !(Expression{}).Keep(permissive).IsZero() {
		t.Error("something is kept of nothing")
	}
}

func TestAnExpressionOffersItsChoices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, expression, chosen string
		want                     bool
	}{
		{"itself", "MIT AND ISC", "MIT AND ISC", true},
		{"a branch", "MIT OR ISC", "MIT", true},
		{"two of three branches", "MIT OR ISC OR Zlib", "Zlib OR MIT", true},
		{"something else", "MIT OR ISC", "Zlib", false},
		{"more branches than there are", "MIT OR ISC", "MIT OR ISC OR Zlib", false},
		{"a part of an AND", "MIT AND ISC", "MIT", false},
		{"both branches together", "MIT OR ISC", "MIT AND ISC", false},
		{"both branches together within an AND", "(MIT OR ISC) AND Zlib", "MIT AND ISC AND Zlib", false},
		{"one branch within an AND", "(MIT OR ISC) AND Zlib", "MIT AND Zlib", true},
		{"fewer branches within an AND", "(MIT OR ISC OR X11) AND Zlib", "(MIT OR ISC) AND Zlib", true},
		{"one branch of each OR", "(MIT OR ISC) AND (MIT OR Zlib)", "ISC AND Zlib", true},
		{"the same branch of each OR", "(MIT OR ISC) AND (MIT OR Zlib)", "MIT", true},
		{"an AND within an OR within an AND", "((MIT AND ISC) OR X11) AND Zlib", "MIT AND ISC AND Zlib", true},
		{"a part of an AND within an OR", "((MIT AND ISC) OR X11) AND Zlib", "MIT AND Zlib", false},
		{"an OR deep inside", "((MIT OR ISC) AND 0BSD OR X11) AND Zlib", "0BSD AND ISC AND Zlib", true},
		{"a branch of two that meet", "(MIT OR ISC OR X11) AND (MIT OR ISC OR Zlib)", "MIT OR ISC", true},
		{"another grouping of the same", "(MIT AND ISC) OR (MIT AND Zlib)", "MIT AND (ISC OR Zlib)", false},
		{"a version of an or-later leaf", "GPL-2.0-or-later", "GPL-3.0-only", true},
		{"a later or-later", "GPL-2.0-or-later", "GPL-3.0-or-later", true},
		{"an earlier or-later", "GPL-3.0-or-later", "GPL-2.0-or-later", false},
		{"an earlier version", "GPL-3.0-or-later", "GPL-2.0-only", false},
		{"two versions to choose from", "GPL-1.0-or-later", "GPL-2.0-only OR GPL-3.0-only", true},
		{"two versions to choose from within an AND", "GPL-1.0-or-later AND MIT", "(GPL-2.0-only OR GPL-3.0-only) AND MIT", true},
		{"two versions at once", "GPL-2.0-or-later", "GPL-2.0-only AND GPL-3.0-only", false},
		{"or later of an exact version", "GPL-2.0-only", "GPL-2.0-or-later", false},
		{"a version of EUPL", "EUPL-1.1+ OR MIT", "EUPL-1.2", true},
		{"a deprecated identifier is its successor", "GPL-2.0 OR MIT", "GPL-2.0-only", true},
		{"a deprecated identifier was chosen", "GPL-2.0-only OR MIT", "GPL-2.0", true},
		{"a licence under its old and its current name", "GPL-2.0-only AND MIT", "GPL-2.0 AND GPL-2.0-only AND MIT", true},
		{"the licence without its exception", "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false},
		{"a version of a pair", "GPL-2.0-or-later WITH Classpath-exception-2.0", "GPL-3.0-only WITH Classpath-exception-2.0", true},
		{"another document's reference", "DocumentRef-d:LicenseRef-x OR MIT", "LicenseRef-x", false},
		{"an unlisted identifier in another case", "Made-Up-1.0 OR MIT", "made-up-1.0", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := mustParse(t, c.expression).Offers(mustParse(t, c.chosen)); got != c.want {
				t.Errorf("%s offers %s: %v", c.expression, c.chosen, got)
			}
		})
	}
	mit := mustParse(t, "MIT")
	if mit.Offers(Expression{}) || (Expression{}).Offers(mit) || (Expression{}).Offers(Expression{}) {
		t.Error("the zero expression offers or is offered")
	}
}

// reductions are all expressions that can be got by dropping branches of ORs.
func reductions(e Expression) []Expression {
	if e.Kind() != KindAnd && e.Kind() != KindOr {
		return []Expression{e}
	}
	join, ways := And, []Expression{{}}
	if e.Kind() == KindOr {
		join = Or
	}
	for _, operand := range e.Operands() {
		var more []Expression
		if e.Kind() == KindOr {
			more = append(more, ways...) // the branch is dropped
		}
		for _, way := range ways {
			for _, rest := range reductions(operand) {
				more = append(more, join(way, rest))
			}
		}
		ways = more
	}
	return slices.DeleteFunc(ways, Expression.IsZero)
}

func TestEveryReductionIsOfferedAndNothingElseKeepsThePromise(t *testing.T) {
	t.Parallel()
	few := []Leaf{{ID: "MIT"}, {ID: "ISC"}, {ID: "Zlib"}, {ID: "X11"}, {ID: "0BSD"}}
	rapid.Check(t, func(t *rapid.T) {
		e := someExpression(t, 3, few)
		if len(e.String()) > 70 {
			return
		}
		possible := reductions(e)
		if len(possible) > 2000 {
			return
		}
		offered := map[string]bool{}
		for _, chosen := range possible {
			offered[chosen.String()] = true
			if !e.Offers(chosen) {
				t.Fatalf("%s does not offer %s", e, chosen)
			}
		}
		other := someExpression(t, 2, few)
		if !e.Offers(other) {
			return
		}
		// Whoever keeps to what was chosen keeps to the expression.
		for bits := range 1 << len(few) {
			kept := func(l Leaf) Verdict { return verdictIf(bits>>slices.Index(few, l)&1 == 1) }
			if other.Judge(kept) == Allowed && e.Judge(kept) == Denied {
				t.Fatalf("%s offers %s, which does not fulfil it", e, other)
			}
		}
		// Where each licence stands once, nothing but a reduction, or a choice between reductions, is offered.
		places := 0
		e.walk(func(Leaf) { places++ })
		if places != len(e.Leaves()) {
			return
		}
		branches := []Expression{other}
		if other.Kind() == KindOr {
			branches = other.Operands()
		}
		for _, branch := range branches {
			if !offered[branch.String()] {
				t.Fatalf("%s offers %s, but %s is no reduction of it", e, other, branch)
			}
		}
	})
}

func TestChoicesFromLargeExpressionsAreComparedQuickly(t *testing.T) {
	t.Parallel()
	var wide strings.Builder
	for i := 0; wide.Len() < MaxLength-80; i++ {
		if i > 0 {
			wide.WriteString(" AND ")
		}
		name := strings.Repeat("a", i%9+1) + strings.Repeat("b", i/9%9+1) + strings.Repeat("c", i/81%9+1) + strings.Repeat("d", i/729)
		wide.WriteString("(0BSD OR ISC OR LicenseRef-" + name + ")")
	}
	for name, text := range map[string]string{
		"twenty choices":    strings.TrimSuffix(strings.Repeat("(MIT OR Apache-2.0 OR ISC) AND ", 20), " AND "),
		"a wide expression": wide.String(),
		"a deep expression": strings.Repeat("(MIT OR ISC AND (Zlib OR X11 AND ", MaxDepth/2) + "0BSD" + strings.Repeat("))", MaxDepth/2),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := mustParse(t, text)
			for _, kept := range []Expression{
				e.Keep(func(l Leaf) bool { return l.ID != "ISC" && l.ID != "Zlib" }), e.Keep(func(l Leaf) bool { return l.ID != "MIT" && l.ID != "ISC" && l.ID != "X11" }),
				e.Keep(func(l Leaf) bool { return !l.IsRef() }),
			} {
				start := time.Now()
				if !kept.IsZero() && !e.Offers(kept) {
					t.Errorf("%s does not offer %s", clip(e.String()), clip(kept.String()))
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("%s took %s", name, took)
				}
			}
		})
	}
}

func TestAnExpressionMadeToBeHardToCompareIsGivenUp(t *testing.T) {
	t.Parallel()
	// Every triple of few licences: each OR of the one shares its licences with hundreds of the other.
	var triples, pairs []Expression
	leaf := func(i int) Expression { return Of(Leaf{ID: licenseRefPrefix + strings.Repeat("x", i+1)}) }
	for i := range 30 {
		for j := range i {
			pairs = append(pairs, Or(leaf(i), leaf(j)))
			for k := range j {
				triples = append(triples, Or(leaf(i), leaf(j), leaf(k)))
			}
		}
	}
	start := time.Now()
	offered := And(triples...).Offers(And(pairs...))
	if offered {
		t.Error("it was compared to the end: make it harder")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("the answer took %s", took)
	}
}
