package policy

import (
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// Statement is what is stated of a component's licence, after conclusions, choices and the texts of LicenseRefs have been put in.
type Statement struct {
	Kind       licenses.ReadingKind
	Stated     string              // the words, for rules that look at them; "" when there are none
	Guessed    bool                // the expression is our reading of words that are none
	Expression licenses.Expression // set for licenses.ReadExpression
}

// StatementOf is the statement of a reading.
func StatementOf(r licenses.Reading) Statement {
	return Statement{Kind: r.Kind, Stated: r.Stated, Guessed: r.Guessed, Expression: r.Expression}
}

// kind is how a statement that is no expression is stated, and "" for an expression.
func (s Statement) kind() StatementKind {
	switch s.Kind {
	case licenses.ReadExpression:
		if s.Expression.IsZero() {
			return StatedAbsent
		}
		return ""
	case licenses.ReadNone:
		return StatedNone
	case licenses.ReadNoAssertion:
		return StatedNoAssertion
	case licenses.ReadUnreadable:
		return StatedUnparsable
	}
	return StatedAbsent
}

// Situation is where and what for something is used. Whatever is nil or empty in it is not known; it is never taken for "no".
type Situation struct {
	Asset      *models.Asset      // the software that the component is in
	Agency     *models.Agency     // who answers for the situation
	Line       []string           // codes of that agency and of those above it, its own first
	Deployment *models.Deployment // nil when the software is judged by itself
	// Uses says what the agency does with the software. A use that is not a key is not known.
	Uses      map[licenses.Use]bool
	Component *Component // nil when the statement is judged by itself
	// Open names facts that are not known although what they are about is given: "asset.edition" of an asset of which only the origin was told.
	Open []string
}

// Component is what rules may know of a component besides its licence.
type Component struct {
	Name      string
	Version   string
	PURL      string
	Ecosystem string // purl type: "npm"
	Supplier  string
	// Direct says whether the software itself depends on it; licenses.Unstated when the document does not tell.
	Direct licenses.Flag
}

// world is everything that one evaluation may ask for. It is a cel.Activation: it hands out the value of a fact, or CEL's unknown.
type world struct {
	statement Statement
	leaf      *knownLeaf // nil when the statement is no expression
	situation *Situation
}

// FactKind is the type of a fact's value.
type FactKind string

// The kinds of facts.
const (
	TextFact   FactKind = "text"
	NumberFact FactKind = "whole number"
	FlagFact   FactKind = "yes or no"
	ListFact   FactKind = "list of text"
)

// Fact is something that a rule's "when" may ask for by its name.
type Fact struct {
	Name     string // "deployment.dataClass"
	Kind     FactKind
	Sentence string   // what it is
	Values   []string // the values it can have, where they are a closed list
	Missing  string   // when it is missing; "" when it never is
	value    func(*world) any
}

func text[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// textBut is a text of which one value says that the fact is not known.
func textBut[T ~string](s, unknown T) any {
	if s == unknown {
		return nil
	}
	return text(s)
}

func yesNo(f licenses.Flag) any {
	switch f {
	case licenses.Yes:
		return true
	case licenses.No:
		return false
	}
	return nil
}

func list[T ~string](all []T) any {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

func valuesOf[T ~string](all []T) []string { return list(all).([]string) }

// spell writes a value of a fact so that different values are spelled differently.
func spell(value any) string {
	switch v := value.(type) {
	case string:
		return strconv.Quote(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ",") + "]"
	}
	return "?"
}
