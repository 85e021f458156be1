package licenses

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyLeaf draws from every class, with references, additions and identifiers that nobody knows.
var anyLeaf = []Leaf{
	{ID: "MIT"}, {ID: "Apache-2.0"}, {ID: "Apache-2.0", OrLater: true}, {ID: "MPL-2.0"}, {ID: "LGPL-2.1-or-later"}, {ID: "GPL-2.0"},
	{ID: "GPL-2.0", OrLater: true}, {ID: "GPL-3.0-only"}, {ID: "AGPL-3.0-only"}, {ID: "GPL-2.0-only", Addition: "Classpath-exception-2.0"},
	{ID: "CC-BY-NC-4.0"}, {ID: "LicenseRef-x"}, {ID: "LicenseRef-scancode-public-domain"}, {Document: "DocumentRef-d", ID: "LicenseRef-x"},
	{ID: "MIT", Addition: "AdditionRef-a"}, {ID: "MIT", AdditionDocument: "DocumentRef-d", Addition: "AdditionRef-a"}, {ID: "Not-Listed-1.0"},
	{ID: "GPL-2.0-with-classpath-exception"}, {ID: "eCos-2.0"},
}

// classicLeaf draws what every tool understands.
var classicLeaf = []Leaf{{ID: "MIT"}, {ID: "Apache-2.0"}, {ID: "MPL-2.0"}, {ID: "GPL-2.0-only"}, {ID: "GPL-2.0-only", Addition: "Classpath-exception-2.0"}, {ID: "Not-Listed-1.0"}}

func someExpression(t *rapid.T, depth int, leaves []Leaf) Expression {
	kind := rapid.IntRange(0, 2).Draw(t, "kind")
	if depth == 0 || kind == 0 {
		return Of(rapid.SampledFrom(leaves).Draw(t, "leaf"))
	}
	operands := make([]Expression, rapid.IntRange(1, 4).Draw(t, "operands"))
	for i := range operands {
		operands[i] = someExpression(t, depth-1, leaves)
	}
	if kind == 1 {
		return And(operands...)
	}
	return Or(operands...)
}

func TestTheCanonicalFormIsItsOwnCanonicalForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := someExpression(t, 4, anyLeaf)
		again, err := Parse(e.String())
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatal(diff)
		}
		lower, err := Parse(strings.NewReplacer(" AND ", " and ", " OR ", " or ", " WITH ", " with ").Replace(e.String()))
		if err != nil || !lower.Equal(e) {
			t.Fatalf("%s in lower case is %s, %v", e, lower, err)
		}
		if !e.Current().Current().Equal(e.Current()) {
			t.Fatalf("%s has no settled current form", e)
		}
	})
}

func TestOrderAndRepetitionOfOperandsMakeNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := someExpression(t, 2, anyLeaf), someExpression(t, 2, anyLeaf), someExpression(t, 2, anyLeaf)
		for _, join := range []func(...Expression) Expression{And, Or} {
			want := join(a, b, c)
			for _, other := range []Expression{join(c, b, a), join(a, join(b, c)), join(join(a, b), c), join(a, a, b, c, c), join(a, Expression{}, b, c)} {
				if !other.Equal(want) || other.Class() != want.Class() {
					t.Fatalf("%s is not %s", other, want)
				}
			}
		}
	})
}

func TestTheClassOfAnExpressionNeverHidesAnUnknown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := someExpression(t, 3, anyLeaf), someExpression(t, 3, anyLeaf)
		and, or := And(a, b).Class(), Or(a, b).Class()
		if and != slices.MaxFunc([]Class{a.Class(), b.Class()}, func(x, y Class) int { return x.rank() - y.rank() }) {
			t.Fatalf("%s AND %s is %s", a.Class(), b.Class(), and)
		}
		if or != slices.MinFunc([]Class{a.Class(), b.Class()}, func(x, y Class) int { return x.rank() - y.rank() }) {
			t.Fatalf("%s OR %s is %s", a.Class(), b.Class(), or)
		}
		if (and == Unknown) != (a.Class() == Unknown || b.Class() == Unknown) || (or == Unknown) != (a.Class() == Unknown && b.Class() == Unknown) {
			t.Fatalf("unknown is hidden in %s and %s", a, b)
		}
		if a.Current().Class().rank() > a.Class().rank() {
			t.Fatalf("%s is %s, but its current form %s is %s", a, a.Class(), a.Current(), a.Current().Class())
		}
	})
}

func TestDeprecatedIdentifiersHaveTheirSuccessors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"GPL-2.0":                          "GPL-2.0-only",
		"GPL-2.0+":                         "GPL-2.0-or-later",
		"gpl-3.0+":                         "GPL-3.0-or-later",
		"LGPL-2.1 OR LGPL-2.1-only":        "LGPL-2.1-only",
		"AGPL-3.0 AND MIT":                 "AGPL-3.0-only AND MIT",
		"GFDL-1.2+":                        "GFDL-1.2-or-later",
		"GPL-2.0 WITH Bison-exception-2.2": "GPL-2.0-only WITH Bison-exception-2.2",
		"GPL-2.0-with-classpath-exception": "GPL-2.0-only WITH Classpath-exception-2.0",
		"eCos-2.0":                         "GPL-2.0-or-later WITH eCos-exception-2.0",
		"wxWindows":                        "LGPL-2.0-or-later WITH WxWindows-exception-3.1",
		"StandardML-NJ":                    "SMLNJ",
		"Nunit":                            "Nunit",
		"Apache-2.0+":                      "Apache-2.0+",
		"MIT":                              "MIT",
	} {
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Current().String(); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
	if diff := cmp.Diff("", (Expression{}).Current().String()); diff != "" {
		t.Error(diff)
	}
}

func TestAnExpressionCanBeWalked(t *testing.T) {
	t.Parallel()
	e, err := Parse("GPL-2.0-only WITH Classpath-exception-2.0 OR MIT AND ISC+")
	if err != nil {
		t.Fatal(err)
	}
	var shape []string
	var walk func(Expression)
	walk = func(e Expression) {
		shape = append(shape, string(e.Kind())+" "+e.Leaf().String())
		for _, operand := range e.Operands() {
			walk(operand)
		}
	}
	walk(e)
	if diff := cmp.Diff([]string{"or ", "with GPL-2.0-only WITH Classpath-exception-2.0", "and ", "license ISC+", "license MIT"}, shape); diff != "" {
		t.Error(diff)
	}
	zero := Expression{}
	if !zero.IsZero() || zero.Kind() != "" || zero.Leaf() != (Leaf{}) || zero.Operands() != nil || zero.Leaves() != nil || zero.Class() != Unknown {
		t.Error("the zero expression is not empty")
	}
}
