package licenses

import (
	"fmt"
	"slices"
	"strings"
)

// Set is an immutable set of licences and of licences with an exception, as an allow list or a ban list names them. The zero Set is empty.
//
// An entry "X-or-later" or "X+" stands for X and every later version in the version table; a deprecated identifier stands for its
// successor; a pair "X WITH e" stands for the pair alone, never for X.
type Set struct {
	atoms map[Leaf]struct{}
	// outside turns the set inside out: it has everything that is not in atoms.
	outside bool
}

// SetError says which entries of a set are wrong.
type SetError struct{ Mistakes []EntryMistake }

// EntryMistake is one wrong entry of a set.
type EntryMistake struct {
	Entry string
	// Unlisted is true when the entry is well-formed and only names what the embedded SPDX list does not know. A newer list may know it.
	Unlisted bool
	// Sentence says what is wrong and what would be right, for people.
	Sentence string
}

// Error is one line per mistake.
func (e *SetError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, mistake := range e.Mistakes {
		lines[i] = fmt.Sprintf("licence %q: %s", clip(mistake.Entry), mistake.Sentence)
	}
	return strings.Join(lines, "\n")
}

// NewSet makes a set of its entries, each one licence as SPDX writes it: a listed identifier in any case, "X+", "X-or-later",
// "X WITH exception", "LicenseRef-…" with or without its "DocumentRef-…:". No entries make the empty set.
//
// The error is always a *SetError with every mistake. The set beside it holds every well-formed entry, so that who has a newer list than
// the embedded one can pass over the mistakes that are Unlisted.
func NewSet(entries ...string) (Set, error) {
	set := Set{atoms: make(map[Leaf]struct{}, len(entries))}
	var mistakes []EntryMistake
	for _, entry := range entries {
		leaf, mistake := readEntry(entry)
		if mistake.Sentence != "" {
			mistake.Entry = entry
			mistakes = append(mistakes, mistake)
		}
		if leaf == (Leaf{}) {
			continue
		}
		for _, version := range leaf.span() {
			set.atoms[version] = struct{}{}
		}
	}
	if mistakes != nil {
		return set, &SetError{mistakes}
	}
	return set, nil
}

// SetOf is the set of licences as they stand in expressions that have been read. None is refused: an unlisted identifier stands for itself, and of
// "GPL-2.0-only+" only 2.0 is certain.
func SetOf(leaves ...Leaf) Set {
	set := Set{atoms: make(map[Leaf]struct{}, len(leaves))}
	for _, leaf := range leaves {
		for _, version := range leaf.span() {
			set.atoms[version] = struct{}{}
		}
	}
	return set
}

// readEntry gives the leaf of an entry, zero when it is malformed, and what is wrong with it.
func readEntry(entry string) (Leaf, EntryMistake) {
	expression, err := Parse(entry)
	if err != nil {
		return Leaf{}, EntryMistake{Sentence: "it is not written as SPDX does: " + sentence(err) + meant(entry)}
	}
	if kind := expression.Kind(); kind == KindAnd || kind == KindOr {
		return Leaf{}, EntryMistake{Sentence: "an entry names one licence; give each licence of this expression an entry of its own."}
	}
	leaf := expression.Leaf()
	if contradictory(leaf) {
		return Leaf{}, EntryMistake{Sentence: fmt.Sprintf(`"-only" and "+" contradict each other; write %s or %s.`,
			leaf.ID, strings.TrimSuffix(leaf.ID, onlySuffix)+orLaterSuffix)}
	}
	if isException(leaf.ID) {
		return Leaf{}, EntryMistake{Sentence: fmt.Sprintf("%s is an exception; name the licence before it, as in GPL-2.0-only WITH %s.", leaf.ID, leaf.ID)}
	}
	if unlisted := leaf.Unlisted(); len(unlisted) > 0 {
		return leaf, EntryMistake{Unlisted: true, Sentence: fmt.Sprintf(
			"%s is not on the SPDX list %s; check the spelling, or use a name that begins with LicenseRef- for what is not listed.%s",
			clip(strings.Join(unlisted, " and ")), ListVersion().Number, meant(entry))}
	}
	return leaf, EntryMistake{}
}

// meant asks back with the licence that the entry seems to mean; empty when it seems to mean none, or several.
func meant(entry string) string {
	if len(entry) > longestPhrase {
		return ""
	}
	reading := Read(entry)
	if len(reading.Unknown) > 0 || reading.Expression.IsZero() || reading.Expression.Leaf() == (Leaf{}) {
		return ""
	}
	return fmt.Sprintf(" Is %s meant?", reading.Canonical)
}

// Complement is the set of everything that is not in s: RequiresAny(e, s) == !Allows(e, s.Complement()) for every expression.
//
// It is no allow list: it has every unlisted identifier and every LicenseRef that s does not name.
func (s Set) Complement() Set { return Set{atoms: s.atoms, outside: !s.outside} }

// Has says whether the leaf, taken as the one version that it certainly permits ("X+" as X), is in the set. A pair is in it only as a
// pair, a reference only as it is written, an unlisted identifier only if an entry names that very identifier.
func (s Set) Has(leaf Leaf) bool { return s.has(leaf.firstAtom()) }

func (s Set) has(atom Leaf) bool {
	_, in := s.atoms[atom]
	return in != s.outside
}

// some says whether at least one version of the leaf is in the set, every whether all are.
func (s Set) some(leaf Leaf) bool { return slices.ContainsFunc(leaf.span(), s.has) }

func (s Set) every(leaf Leaf) bool { return !s.Complement().some(leaf) }

// Allows says whether who may use the licences of s, and no others, may use what is under e: an AND needs every operand, an OR one of
// them, "X+" needs X or a later version in s, "X WITH e" needs that very pair.
//
// What is unknown is not allowed: an unlisted identifier or a LicenseRef needs an entry of its own, and the zero Expression is never allowed.
// It takes time in proportion to the length of the expression.
func Allows(e Expression, s Set) bool {
	switch e.Kind() {
	case "":
		return false
	case KindAnd:
		return !slices.ContainsFunc(e.node.operands, func(operand Expression) bool { return !Allows(operand, s) })
	case KindOr:
		return slices.ContainsFunc(e.node.operands, func(operand Expression) bool { return Allows(operand, s) })
	}
	if s.outside {
		return s.Has(e.node.leaf) // a complement has what its set does not certainly have
	}
	return s.some(e.node.leaf)
}

// RequiresAny says whether no choice that e offers avoids the licences of s, as a ban list asks: an AND has to avoid them in every operand, an
// OR in one of them. Of "X+" only X is certain, so a later version in s does not make e require it; a pair is required only as a pair.
//
// The zero Expression avoids nothing, so for it the answer is true: somebody has to say first what holds for a missing or unreadable statement.
// It takes time in proportion to the length of the expression.
func RequiresAny(e Expression, s Set) bool {
	switch e.Kind() {
	case "":
		return true
	case KindAnd:
		return slices.ContainsFunc(e.node.operands, func(operand Expression) bool { return RequiresAny(operand, s) })
	case KindOr:
		return !slices.ContainsFunc(e.node.operands, func(operand Expression) bool { return !RequiresAny(operand, s) })
	}
	if s.outside {
		return s.every(e.node.leaf) // a complement is avoided by any version that its set has
	}
	return s.Has(e.node.leaf)
}
