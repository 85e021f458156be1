package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Mistake is one thing that is wrong with the text of a policy.
type Mistake struct {
	Field  string // "rules[2].when", "sets.approved[0]", "otherwise.outcome"; "" for the document
	Rule   string // ID of the rule it is in, "" when in none
	Line   int    // in the YAML, from 1
	Column int    // in the YAML, from 1, in characters
	// ConditionLine and ConditionColumn are the place within the text of the condition, from 1; 0 when it is not in one.
	ConditionLine, ConditionColumn int
	Code                           string // stable, kebab-case: "unknown-fact"
	Sentence                       string // what is wrong and what to do
}

// String is the sentence with its place in front of it.
func (m Mistake) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d, column %d", m.Line, m.Column)
	if m.Field != "" {
		fmt.Fprintf(&b, ", %s", m.Field)
	}
	if m.ConditionLine > 0 {
		fmt.Fprintf(&b, ", line %d, column %d of the condition", m.ConditionLine, m.ConditionColumn)
	}
	return b.String() + ": " + m.Sentence
}

// mostMistakes is how many mistakes are told; who corrects them sees the rest at the next try.
const mostMistakes = 100

// Mistakes is the error of Parse and ParseRegime: everything that is wrong with a policy or a regime, in the order of the document. It is also a
// *models.Error of kind invalid, for errors.As.
type Mistakes struct {
	List []Mistake
	what string // "policy" when not said
}

// Error is every mistake on a line of its own.
func (m *Mistakes) Error() string {
	lines := make([]string, len(m.List))
	for i, mistake := range m.List {
		lines[i] = mistake.String()
	}
	return "The " + cmp.Or(m.what, "policy") + " cannot be accepted.\n  " + strings.Join(lines, "\n  ")
}

// Unwrap is the refusal for the edge of the program, each mistake a field of it.
func (m *Mistakes) Unwrap() error {
	what := cmp.Or(m.what, "policy")
	fields := make([]models.FieldError, len(m.List))
	for i, mistake := range m.List {
		detail := fmt.Sprintf("Line %d, column %d: %s", mistake.Line, mistake.Column, mistake.Sentence)
		fields[i] = models.FieldError{Field: cmp.Or(mistake.Field, what), Code: mistake.Code, Detail: detail}
	}
	return &models.Error{Kind: models.Invalid, Code: "bad-" + what, Detail: "The " + what + " cannot be accepted. Correct what is named and send it again.", Fields: fields}
}

func sortMistakes(list []Mistake) []Mistake {
	slices.SortStableFunc(list, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Field, b.Field), strings.Compare(a.Sentence, b.Sentence))
	})
	return list[:min(len(list), mostMistakes)]
}
