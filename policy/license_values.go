package policy

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// comparison notes texts that are compared with a fact that never has them.
func (w *walker) comparison(call ast.CallExpr, locals []string) {
	switch call.FunctionName() {
	case operators.Equals, operators.NotEquals, operators.In:
	default:
		return
	}
	args := call.Args()
	if len(args) != 2 {
		return
	}
	for i, arg := range args {
		names, ok := chain(arg)
		if !ok || slices.Contains(locals, names[0]) || len(names) != 2 {
			continue
		}
		name, ok := factOf(names)
		if !ok {
			continue
		}
		if fact := theFacts().byName[name]; len(fact.Values) > 0 && fact.Kind != NumberFact {
			w.among(fact, args[1-i])
		}
	}
}

// among notes the texts, written out or listed, that are not among the fact's values.
func (w *walker) among(fact *Fact, e ast.Expr) {
	switch e.Kind() {
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			w.among(fact, element)
		}
	case ast.LiteralKind:
		word, ok := e.AsLiteral().Value().(string)
		if !ok || slices.Contains(fact.Values, word) {
			return
		}
		meant := didYouMean(word, fact.Values)
		if word == "" || word == "unknown" {
			meant = " To ask whether it is known, write known(" + fact.Name + ")."
		}
		w.flaw(e.ID(), "unknown-value", "%s is never “%s”.%s Use %s.", fact.Name, clip(word), meant, strings.Join(fact.Values, ", "))
	}
}
