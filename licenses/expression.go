package licenses

import (
	"slices"
	"strings"
)

// Kind says how an Expression is built.
type Kind string

// The kinds of an Expression. The zero Expression has the empty kind.
const (
	KindLicense Kind = "license" // one licence, perhaps "or later", no exception
	KindWith    Kind = "with"    // one licence with one exception or addition, an atomic pair
	KindAnd     Kind = "and"     // every operand applies
	KindOr      Kind = "or"      // one operand is to be chosen
)

// Leaf is the smallest thing a licence decision is about: a licence, or a licence together with an exception.
// Source: SPDX 2.3, annex D, simple-expression and "WITH"; SPDX 3.0.1, annex B, addition-expression.
type Leaf struct {
	// Document is the "DocumentRef-…" in front of a LicenseRef, without its colon; empty for the document at hand.
	Document string
	// ID is the identifier in the spelling of the SPDX list, or a "LicenseRef-…", or, for one that is not listed, the identifier as stated.
	ID string
	// OrLater is true for the "+" operator. "GPL-2.0-or-later" is an identifier of its own and has no "+".
	OrLater bool
	// AdditionDocument is the "DocumentRef-…" in front of an AdditionRef; empty for the document at hand.
	AdditionDocument string
	// Addition is the exception's identifier or an "AdditionRef-…"; empty without "WITH".
	Addition string
}

// String is the leaf as it is written in an expression.
func (l Leaf) String() string {
	var b strings.Builder
	if l.Document != "" {
		b.WriteString(l.Document + ":")
	}
	b.WriteString(l.ID)
	if l.OrLater {
		b.WriteByte('+')
	}
	if l.Addition != "" {
		b.WriteString(" WITH ")
		if l.AdditionDocument != "" {
			b.WriteString(l.AdditionDocument + ":")
		}
		b.WriteString(l.Addition)
	}
	return b.String()
}

// IsRef is true when the licence is defined by a document ("LicenseRef-…") and not by the SPDX list.
func (l Leaf) IsRef() bool { return strings.HasPrefix(l.ID, licenseRefPrefix) }

// Unlisted lists the identifiers of the leaf that are neither on the embedded SPDX list nor references into a document.
func (l Leaf) Unlisted() []string {
	var ids []string
	if _, ok := Get(l.ID); !ok && !l.IsRef() {
		ids = append(ids, l.ID)
	}
	if l.Addition != "" && !strings.HasPrefix(l.Addition, additionRefPrefix) {
		if _, ok := GetException(l.Addition); !ok {
			ids = append(ids, l.Addition)
		}
	}
	return ids
}

// Expression is an immutable licence expression in canonical form; the zero value is "no expression".
//
// Canonical means: identifiers in the spelling of the SPDX list, operators in upper case, nested ANDs and ORs of the same kind
// flattened, operands sorted by their text and each present once, no parentheses but the needed ones. Two expressions that differ in the order or
// repetition of operands are therefore equal, and String is fit for interning. The order in which the supplier wrote
// the operands is kept only in the stated text; nothing is distributed or absorbed, so "MIT OR (ISC AND MIT)" stays as it is.
type Expression struct{ node *node }

type node struct {
	kind     Kind
	leaf     Leaf
	operands []Expression
	text     string
}

// Of is the expression of one leaf. The leaf's identifiers are taken as they are.
func Of(leaf Leaf) Expression {
	kind := KindLicense
	if leaf.Addition != "" {
		kind = KindWith
	}
	return Expression{&node{kind: kind, leaf: leaf, text: leaf.String()}}
}

// And is the expression that demands every operand; zero operands are left out.
func And(operands ...Expression) Expression { return join(KindAnd, operands) }

// Or is the expression that offers a choice between the operands; zero operands are left out.
func Or(operands ...Expression) Expression { return join(KindOr, operands) }

func join(kind Kind, operands []Expression) Expression {
	flat := make([]Expression, 0, len(operands))
	for _, operand := range operands {
		switch operand.Kind() {
		case "":
		case kind:
			flat = append(flat, operand.node.operands...)
		default:
			flat = append(flat, operand)
		}
	}
	slices.SortFunc(flat, func(a, b Expression) int { return strings.Compare(a.node.text, b.node.text) })
	flat = slices.CompactFunc(flat, func(a, b Expression) bool { return a.node.text == b.node.text })
	switch len(flat) {
	case 0:
		return Expression{}
	case 1:
		return flat[0]
	}
	return Expression{&node{kind: kind, operands: flat, text: joinText(kind, flat)}}
}

func joinText(kind Kind, operands []Expression) string {
	operator := " OR "
	if kind == KindAnd {
		operator = " AND "
	}
	var b strings.Builder
	for i, operand := range operands {
		if i > 0 {
			b.WriteString(operator)
		}
		if kind == KindAnd && operand.Kind() == KindOr {
			b.WriteString("(" + operand.node.text + ")")
		} else {
			b.WriteString(operand.node.text)
		}
	}
	return b.String()
}

// IsZero is true for the zero Expression.
func (e Expression) IsZero() bool { return e.node == nil }

// Kind says how the expression is built; empty for the zero Expression.
func (e Expression) Kind() Kind {
	if e.node == nil {
		return ""
	}
	return e.node.kind
}

// String is the canonical text; empty for the zero Expression. Parse of it gives an equal expression.
func (e Expression) String() string {
	if e.node == nil {
		return ""
	}
	return e.node.text
}

// Equal is true when both have the same canonical text.
func (e Expression) Equal(other Expression) bool { return e.String() == other.String() }

// Leaf is the licence of an expression of kind KindLicense or KindWith, and the zero Leaf for every other kind.
func (e Expression) Leaf() Leaf {
	if e.node == nil {
		return Leaf{}
	}
	return e.node.leaf
}

// Operands are the two or more parts of an AND or OR in canonical order; nil for every other kind.
func (e Expression) Operands() []Expression {
	if e.node == nil {
		return nil
	}
	return slices.Clone(e.node.operands)
}

// Leaves lists the distinct leaves, sorted by their text.
func (e Expression) Leaves() []Leaf {
	var leaves []Leaf
	e.walk(func(leaf Leaf) { leaves = append(leaves, leaf) })
	slices.SortFunc(leaves, func(a, b Leaf) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(leaves)
}

// Refs lists the distinct leaves whose licence or addition is defined by a document ("LicenseRef-…", "AdditionRef-…").
func (e Expression) Refs() []Leaf {
	return slices.DeleteFunc(e.Leaves(), func(leaf Leaf) bool {
		return !leaf.IsRef() && !strings.HasPrefix(leaf.Addition, additionRefPrefix)
	})
}

// Unlisted lists, sorted, the distinct identifiers that are neither on the embedded SPDX list nor references into a document.
func (e Expression) Unlisted() []string {
	var ids []string
	e.walk(func(leaf Leaf) { ids = append(ids, leaf.Unlisted()...) })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Current is the expression with every deprecated identifier replaced that has an exact successor on the list, as "GPL-2.0" by
// "GPL-2.0-only" and "GPL-2.0+" by "GPL-2.0-or-later". The meaning is the same.
func (e Expression) Current() Expression {
	return e.replace(func(leaf Leaf) Expression {
		current, _ := successor(leaf)
		return Of(current)
	})
}

// replace is the expression with every leaf exchanged for what change gives.
func (e Expression) replace(change func(Leaf) Expression) Expression {
	switch e.Kind() {
	case "":
		return e
	case KindLicense, KindWith:
		return change(e.node.leaf)
	}
	operands := make([]Expression, len(e.node.operands))
	for i, operand := range e.node.operands {
		operands[i] = operand.replace(change)
	}
	return join(e.node.kind, operands)
}

func (e Expression) walk(visit func(Leaf)) {
	switch e.Kind() {
	case "":
	case KindLicense, KindWith:
		visit(e.node.leaf)
	default:
		for _, operand := range e.node.operands {
			operand.walk(visit)
		}
	}
}
