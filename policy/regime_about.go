package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/parser"
)

// A rule that is broken because something exists in a list, or because not all of a list is in order, is followed by the question which: "list.exists(x, P)" by "list.filter(x, P)".

// whichOf compiles those questions of a condition. A question that cannot be asked is left out: the outcome of the rule does not hang on it.
func whichOf(env *cel.Env, parsed *cel.Ast) []cel.Program {
	var programs []cel.Program
	native := parsed.NativeRep()
	for _, text := range questions(native.Expr(), native.SourceInfo(), true) {
		asked, issues := env.Compile(text)
		if issues.Err() != nil {
			continue
		}
		if program, err := env.Program(asked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(MostRegimeCost), cel.InterruptCheckFrequency(100)); err == nil {
			programs = append(programs, program)
		}
	}
	return programs
}

// questions walks through "and", "or" and "not" to what makes the condition true.
func questions(e ast.Expr, info *ast.SourceInfo, wanted bool) []string {
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case operators.LogicalAnd, operators.LogicalOr:
			var all []string
			for _, arg := range call.Args() {
				all = append(all, questions(arg, info, wanted)...)
			}
			return all
		case operators.LogicalNot:
			return questions(call.Args()[0], info, !wanted)
		}
	case ast.ComprehensionKind:
		macro, ok := info.GetMacroCall(e.ID())
		if !ok || len(macro.AsCall().Args()) != 2 {
			return nil
		}
		call := macro.AsCall()
		list, err := parser.Unparse(call.Target(), info)
		if err != nil {
			return nil
		}
		holds, err := parser.Unparse(call.Args()[1], info)
		if err != nil {
			return nil
		}
		switch {
		case wanted && call.FunctionName() == operators.Exists:
			return []string{fmt.Sprintf("(%s).filter(%s, %s)", list, call.Args()[0].AsIdent(), holds)}
		case !wanted && call.FunctionName() == operators.All:
			return []string{fmt.Sprintf("(%s).filter(%s, !(%s))", list, call.Args()[0].AsIdent(), holds)}
		}
	}
	return nil
}

// about lists what a broken rule is broken for, in words, as far as that can be told.
func (c *clause) about(ctx context.Context, t *factTree, titles map[string]string) []string {
	var names []string
	for _, program := range c.which {
		value, _, err := program.ContextEval(ctx, t)
		list, ok := value.(traits.Lister)
		if err != nil || !ok {
			continue
		}
		for i := list.Iterator(); i.HasNext() == types.True; {
			name := ""
			switch v := i.Next().(type) {
			case *factObject:
				name = v.words
			case types.String:
				name = firstOf(titles[string(v)], string(v))
			}
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// mostNamed is how many things a message names.
const mostNamed = 5

func aboutWords(names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > mostNamed:
		return fmt.Sprintf(" This is about %s and %d more.", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
	}
	return " This is about " + strings.Join(names, ", ") + "."
}

// titles are the titles of the regime's words, as rules spell them.
func (r *Regime) titles() map[string]string {
	all := map[string]string{}
	for _, list := range [][]Term{r.MarketScan.RequiredSources, r.Evaluation.TCOLines, r.Evaluation.Knockouts, r.Release.ClosedGrounds, r.Publication.WithholdGrounds} {
		for _, t := range list {
			all[factWord(t.ID)] = t.Title
		}
	}
	for _, g := range r.Exemptions {
		all[factWord(g.ID)] = g.Title
	}
	return all
}
