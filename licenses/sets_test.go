package licenses

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// setOf makes a set of entries separated by commas. Entries that are not listed are taken as they are.
func setOf(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string,
) Set {
	t.Helper()
	var entries []string
	if text != "" {
		entries = strings.Split(text, ", ")
	}
	set, err := NewSet(entries...)
	if malformed(err) {
		t.Fatalf("%v", err)
	}
	return set
}

// malformed says whether an entry was refused for more than not being listed.
func malformed(err error) bool {
	var wrong *SetError
	return errors.As(err, &wrong) && slices.ContainsFunc(wrong.Mistakes, func(m EntryMistake) bool { return !m.Unlisted })
}

func TestASetAllowsAndRequires(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, expression, set string
		allows, requires      bool
	}{
		{"a licence in the set", "MIT", "MIT, ISC", true, true},
		{"a licence outside", "Zlib", "MIT, ISC", false, false},
		{"nothing is in the empty set", "MIT", "", false, false},
		{"case makes no difference", "mit", "MiT", true, true},
		{"an AND needs all and is hit by one", "MIT AND Zlib", "MIT", false, true},
		{"an OR needs one and is hit by all", "MIT OR Zlib", "MIT", true, false},
		{"an OR of two in the set", "MIT OR ISC", "MIT, ISC", true, true},
		{"an AND of ORs", "(MIT OR Zlib) AND (ISC OR Zlib)", "MIT, ISC", true, false},
		{"an AND of ORs, one without a way out", "(MIT OR ISC) AND (ISC OR Zlib)", "MIT, ISC", true, true},

		{"or later may be taken as a later version", "GPL-2.0-or-later", "GPL-3.0-only", true, false},
		{"or later is certainly its own version", "GPL-2.0-or-later", "GPL-2.0-only", true, true},
		{"or later with a plus", "GPL-2.0+", "GPL-3.0", true, false},
		{"or later is not an earlier version", "GPL-2.0-or-later", "GPL-1.0-only", false, false},
		{"an or-later entry is every later version", "GPL-3.0-only", "GPL-2.0-or-later", true, true},
		{"an or-later entry is its own version", "GPL-2.0-only", "GPL-2.0-or-later", true, true},
		{"an or-later entry is no earlier version", "GPL-1.0-only", "GPL-2.0-or-later", false, false},
		{"an or-later entry is reached from an earlier or-later", "GPL-1.0-or-later", "GPL-2.0-or-later", true, false},
		{"a later or-later is within an or-later entry", "GPL-3.0-or-later", "GPL-2.0-or-later", true, true},
		{"EUPL or later", "EUPL-1.1+", "EUPL-1.2", true, false},
		{"CeCILL or later", "CECILL-2.0+", "CECILL-2.1", true, false},
		{"CeCILL-B is no version of CeCILL", "CECILL-2.0+", "CECILL-B", false, false},
		{"OGL or later", "OGL-UK-1.0+", "OGL-UK-3.0", true, false},
		{"MPL or later", "MPL-1.1+", "MPL-2.0", true, false},
		{"MPL without a plus", "MPL-1.1", "MPL-2.0", false, false},
		{"the common public licence leads to the Eclipse licence", "CPL-1.0+", "EPL-2.0", true, false},
		{"a plus on what has no later version", "MIT+", "MIT", true, true},
		{"an entry with a plus on what has no later version", "MIT", "MIT+", true, true},
		{"GFDL with invariants stays with them", "GFDL-1.1-invariants-or-later", "GFDL-1.3-no-invariants-only", false, false},
		{"LGPL is no version of GPL", "LGPL-2.1-or-later", "GPL-3.0-only", false, false},
		{"a port is no version of the international text", "CC-BY-3.0+", "CC-BY-3.0-DE, CC-BY-3.0-AT", false, false},
		{"only and plus contradict each other, so only the version is certain", "GPL-2.0-only+", "GPL-3.0-only", false, false},
		{"only and plus is at least the version", "GPL-2.0-only+", "GPL-2.0-only", true, true},

		{"a deprecated identifier is its successor", "GPL-2.0", "GPL-2.0-only", true, true},
		{"a deprecated entry is its successor", "GPL-2.0-only", "GPL-2.0", true, true},
		{"a deprecated or-later entry is its successor", "GPL-3.0-or-later", "GPL-2.0+", true, true},
		{"a deprecated name of a pair", "GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0", true, true},
		{"a deprecated name of a pair as entry", "GPL-2.0-only WITH classpath-exception-2.0", "GPL-2.0-with-classpath-exception", true, true},
		{"a deprecated name of a pair with a plus", "GPL-2.0-with-classpath-exception+", "GPL-3.0-only WITH Classpath-exception-2.0", true, false},
		{"a deprecated name of an or-later pair", "eCos-2.0", "GPL-3.0-only WITH eCos-exception-2.0", true, false},

		{"a pair is not its licence", "GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only", false, false},
		{"a licence is not its pair", "GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0", false, false},
		{"a pair with another exception", "GPL-2.0-only WITH Bison-exception-2.2", "GPL-2.0-only WITH Classpath-exception-2.0", false, false},
		{"an exception in any case", "GPL-2.0-only WITH CLASSPATH-EXCEPTION-2.0", "gpl-2.0-only with classpath-exception-2.0", true, true},
		{"a pair or later", "GPL-2.0-or-later WITH Bison-exception-2.2", "GPL-3.0-only WITH Bison-exception-2.2", true, false},
		{"an entry of a pair or later", "GPL-3.0-only WITH Bison-exception-2.2", "GPL-2.0-or-later WITH Bison-exception-2.2", true, true},
		{"an unlisted exception in another case", "MIT WITH made-up-exception", "MIT WITH Made-Up-Exception", true, true},
		{"an addition", "MIT WITH AdditionRef-a", "MIT WITH AdditionRef-a", true, true},
		{"an addition in another case", "MIT WITH AdditionRef-a", "MIT WITH AdditionRef-A", false, false},
		{"an addition of another document", "MIT WITH AdditionRef-a", "MIT WITH DocumentRef-d:AdditionRef-a", false, false},

		{"a reference", "LicenseRef-x", "LicenseRef-x", true, true},
		{"a reference in another case", "LicenseRef-X", "LicenseRef-x", false, false},
		{"a reference of another document", "DocumentRef-d:LicenseRef-x", "LicenseRef-x", false, false},
		{"a reference of the same document", "DocumentRef-d:LicenseRef-x", "DocumentRef-d:LicenseRef-x", true, true},
		{"an unlisted identifier", "Made-Up-1.0", "MIT", false, false},
		{"an unlisted identifier that the set names", "Made-Up-1.0", "made-up-1.0", true, true},
		{"an unlisted identifier is no earlier version of another", "Made-Up-1.0+", "Made-Up-2.0", false, false},
		{"an unlisted or-later is a name like any other", "EUPL-1.1-or-later", "EUPL-1.1, EUPL-1.2", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, set := mustParse(t, c.expression), setOf(t, c.set)
			if diff := cmp.Diff([]bool{c.allows, c.requires}, []bool{Allows(e, set), RequiresAny(e, set)}); diff != "" {
				t.Errorf("%s against %s, allowed and required: %s", c.expression, c.set, diff)
			}
		})
	}
}

func TestNoExpressionPassesNeitherAnAllowListNorABanList(t *testing.T) {
	t.Parallel()
	for _, set := range []Set{{}, (Set{}).Complement(), setOf(t, "MIT")} {
		if Allows(Expression{}, set) || !RequiresAny(Expression{}, set) {
			t.Error("the zero expression passes")
		}
	}
}

func TestAComplementIsNoAllowList(t *testing.T) {
	t.Parallel()
	notGPL := setOf(t, "GPL-2.0-only").Complement()
	for _, text := range []string{"MIT", "LicenseRef-anything", "Not-Listed-1.0", "GPL-2.0-only WITH Classpath-exception-2.0"} {
		if e := mustParse(t, text); !Allows(e, notGPL) || !notGPL.Has(e.Leaf()) {
			t.Errorf("%s is not in the complement", text)
		}
	}
	for _, text := range []string{"GPL-2.0", "GPL-2.0-or-later"} {
		if e := mustParse(t, text); Allows(e, notGPL) || notGPL.Has(e.Leaf()) {
			t.Errorf("%s is in the complement", text)
		}
	}
}

func TestEveryMistakeInASetIsNamed(t *testing.T) {
	t.Parallel()
	set, err := NewSet("MIT", "Apache 2", "MIT AND ISC", "Made-Up-1.0", "GPL-2.0-only+", "NONE", "", "EUPL-1.2-or-later", "Classpath-exception-2.0",
		"MIT WITH Made-Up-exception", strings.Repeat("x", 100))
	var wrong *SetError
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	type mistake struct {
		Entry    string
		Unlisted bool
		says     string
	}
	for i, want := range []mistake{
		{"Apache 2", false, "Is Apache-2.0 meant?"},
		{"MIT AND ISC", false, "an entry of its own"},
		{"Made-Up-1.0", true, "is not on the SPDX list 3.28.0"},
		{"GPL-2.0-only+", false, "write GPL-2.0-only or GPL-2.0-or-later"},
		{"NONE", false, "cannot be a part"},
		{"", false, "is empty"},
		{"EUPL-1.2-or-later", true, "Is EUPL-1.2+ meant?"},
		{"Classpath-exception-2.0", false, "is an exception"},
		{"MIT WITH Made-Up-exception", true, "Made-Up-exception is not on"},
		{strings.Repeat("x", 100), true, "…"},
	} {
		got := wrong.Mistakes[i]
		if got.Entry != want.Entry || got.Unlisted != want.Unlisted || !strings.Contains(got.Sentence, want.says) {
			t.Errorf("mistake %d is %+v, want %+v", i, got, want)
		}
	}
	if len(wrong.Mistakes) != 10 || strings.Count(err.Error(), "\n") != 9 || len(err.Error()) > 2500 {
		t.Errorf("%d mistakes: %v", len(wrong.Mistakes), err)
	}
	for _, text := range []string{"MIT", "Made-Up-1.0", "EUPL-1.2-or-later", "MIT WITH Made-Up-exception"} {
		if !Allows(mustParse(t, text), set) {
			t.Errorf("the well-formed entry %s is not in the set", text)
		}
	}
	if Allows(mustParse(t, "GPL-2.0-only OR Classpath-exception-2.0 OR ISC"), set) {
		t.Error("a malformed entry is in the set")
	}
}

// meanings is what the words of the random tests stand for, written down apart from the version table: leaves and entries alike.
var meanings = map[string][]string{
	"MIT": {"MIT"}, "ISC": {"ISC"}, "MIT+": {"MIT"},
	"GPL-1.0-only": {"GPL-1.0-only"}, "GPL-2.0-only": {"GPL-2.0-only"}, "GPL-3.0-only": {"GPL-3.0-only"}, "GPL-2.0": {"GPL-2.0-only"},
	"GPL-2.0-or-later": {"GPL-2.0-only", "GPL-3.0-only"}, "GPL-1.0+": {"GPL-1.0-only", "GPL-2.0-only", "GPL-3.0-only"},
	"EUPL-1.1": {"EUPL-1.1"}, "EUPL-1.2": {"EUPL-1.2"}, "EUPL-1.1+": {"EUPL-1.1", "EUPL-1.2"},
	"GPL-2.0-or-later WITH Classpath-exception-2.0": {"GPL-2.0+CP", "GPL-3.0+CP"}, "GPL-3.0-only WITH Classpath-exception-2.0": {"GPL-3.0+CP"},
	"GPL-2.0-with-classpath-exception": {"GPL-2.0+CP"},
	"LicenseRef-x":                     {"x"}, "DocumentRef-d:LicenseRef-x": {"d:x"}, "Made-Up-1.0": {"made"},
}

func someWord(t *rapid.T) string {
	words := make([]string, 0, len(meanings))
	for word := range meanings {
		words = append(words, word)
	}
	slices.Sort(words)
	return rapid.SampledFrom(words).Draw(t, "word")
}

func someWords(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.Custom(someWord), 0, 6).Draw(t, "entries")
}

func wordedExpression(t *rapid.T, depth int) Expression {
	leaves := make([]Leaf, 0, len(meanings))
	for word := range meanings {
		leaves = append(leaves, mustParse(t, word).Leaf())
	}
	slices.SortFunc(leaves, func(a, b Leaf) int { return strings.Compare(a.String(), b.String()) })
	return someExpression(t, depth, leaves)
}

// multipliedOut is every way to fulfil the expression, as sets of leaves. It is exponential on purpose: it is the meaning, not a method.
func multipliedOut(e Expression) [][]Leaf {
	switch e.Kind() {
	case KindLicense, KindWith:
		return [][]Leaf{{e.Leaf()}}
	case KindOr:
		var ways [][]Leaf
		for _, operand := range e.Operands() {
			ways = append(ways, multipliedOut(operand)...)
		}
		return ways
	}
	ways := [][]Leaf{nil}
	for _, operand := range e.Operands() {
		var more [][]Leaf
		for _, way := range ways {
			for _, rest := range multipliedOut(operand) {
				more = append(more, append(slices.Clone(way), rest...))
			}
		}
		ways = more
	}
	return ways
}

func TestTheAnswersAreThoseOfTheExpressionMultipliedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, entries := wordedExpression(t, 2), someWords(t)
		ways := multipliedOut(e)
		if len(ways) > 3000 {
			return
		}
		var named []string
		for _, entry := range entries {
			named = append(named, meanings[entry]...)
		}
		in := func(meaning string) bool { return slices.Contains(named, meaning) }
		allows := slices.ContainsFunc(ways, func(way []Leaf) bool {
			return !slices.ContainsFunc(way, func(l Leaf) bool { return !slices.ContainsFunc(meanings[l.String()], in) })
		})
		requires := !slices.ContainsFunc(ways, func(way []Leaf) bool {
			return !slices.ContainsFunc(way, func(l Leaf) bool { return in(meanings[l.String()][0]) })
		})
		set := setOf(t, strings.Join(entries, ", "))
		if Allows(e, set) != allows || RequiresAny(e, set) != requires {
			t.Fatalf("%s against %s: allowed %v and required %v, multiplied out %v and %v", e, entries, Allows(e, set), RequiresAny(e, set), allows, requires)
		}
	})
}

func TestAllowingAndRequiringAreDual(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkSets(t, wordedExpression(t, 3), someWords(t), someWords(t)) })
}

// checkSets holds what is true of every expression and every two sets.
func checkSets(t interface {
	Helper()
	Fatalf(string, ...any)
}, e Expression, some, more []string,
) {
	t.Helper()
	a, _ := NewSet(some...)
	union, _ := NewSet(append(slices.Clone(some), more...)...)
	for _, s := range []Set{a, a.Complement(), union, union.Complement(), a.Complement().Complement()} {
		if RequiresAny(e, s) == Allows(e, s.Complement()) || Allows(e, s) == RequiresAny(e, s.Complement()) {
			t.Fatalf("%s and %s are not dual", e, some)
		}
		if RequiresAny(e, s) && !Allows(e, s) && e.Kind() != KindAnd && e.Kind() != KindOr && e.Kind() != "" && !s.outside {
			t.Fatalf("%s is required, but not allowed, by %s", e, some)
		}
	}
	if Allows(e, a) && !Allows(e, union) || RequiresAny(e, a) && !RequiresAny(e, union) {
		t.Fatalf("%s passes %s, but not with %s beside it", e, some, more)
	}
	if Allows(e, a) != Allows(e.Current(), a) || RequiresAny(e, a) != RequiresAny(e.Current(), a) {
		t.Fatalf("%s and its current form differ for %s", e, some)
	}
	if e.IsZero() {
		return
	}
	byAllowing := e.Judge(func(l Leaf) Verdict { return verdictIf(Allows(Of(l), a)) })
	byBanning := e.Judge(func(l Leaf) Verdict { return verdictIf(!RequiresAny(Of(l), a)) })
	if (byAllowing != Denied) != Allows(e, a) || (byBanning == Denied) != RequiresAny(e, a) {
		t.Fatalf("%s is judged %s and %s by %s, but allowed %v and required %v", e, byAllowing, byBanning, some, Allows(e, a), RequiresAny(e, a))
	}
	kept := e.Keep(func(l Leaf) bool { return Allows(Of(l), a) })
	if kept.IsZero() == Allows(e, a) {
		t.Fatalf("%s allowed by %s is %v, but %q is kept", e, some, Allows(e, a), kept)
	}
	if !kept.IsZero() && (!e.Offers(kept) || kept.Judge(func(l Leaf) Verdict { return verdictIf(Allows(Of(l), a)) }) != Allowed) {
		t.Fatalf("%s does not offer %s, which %s keeps of it", e, kept, some)
	}
}

func verdictIf(allowed bool) Verdict {
	if allowed {
		return Allowed
	}
	return Denied
}

func TestOrderAndRepetitionOfOperandsMakeNoDifferenceToASet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := wordedExpression(t, 2), wordedExpression(t, 2), wordedExpression(t, 2)
		set := setOf(t, strings.Join(someWords(t), ", "))
		for _, join := range []func(...Expression) Expression{And, Or} {
			want := join(a, b, c)
			for _, other := range []Expression{join(c, b, a), join(a, join(b, c)), join(join(a, b), c), join(a, a, b, c, c)} {
				if Allows(other, set) != Allows(want, set) || RequiresAny(other, set) != RequiresAny(want, set) {
					t.Fatalf("%s is not judged as %s", other, want)
				}
			}
		}
		if Allows(And(a, b), set) != (Allows(a, set) && Allows(b, set)) || RequiresAny(Or(a, b), set) != (RequiresAny(a, set) && RequiresAny(b, set)) ||
			Allows(Or(a, b), set) != (Allows(a, set) || Allows(b, set)) || RequiresAny(And(a, b), set) != (RequiresAny(a, set) || RequiresAny(b, set)) {
			t.Fatalf("%s and %s are not judged part by part", a, b)
		}
	})
}
