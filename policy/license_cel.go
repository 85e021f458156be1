package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"github.com/ospo-register/ospo/licenses"
)

// Bounds of a rule's condition. A unit of cost is CEL's own: roughly one step of evaluation.
const (
	// MostConditionBytes is the longest "when" that is read.
	MostConditionBytes = 4000
	// MostCost is what one evaluation may cost; beyond it the rule is undetermined.
	MostCost = 100_000
	// hopelessCost is the estimate from which on a condition is refused when it is compiled.
	hopelessCost = 10 * MostCost
	// mostNested is how deep brackets and operators may stand within one another.
	mostNested = 60
	// mostTime is how long one evaluation may take; beyond it the rule is undetermined.
	mostTime = time.Second
)

// knownPrefix makes the name of the variable that says whether a fact is known; nobody can type it.
const knownPrefix = "@known."

const stoppedWords = "The judging was stopped before the rule could be evaluated."

// condition is a compiled "when".
type condition struct {
	program  cel.Program
	mentions []string // names of facts, sorted
	loops    bool     // it goes through lists, and so can be stopped in between
}

// answer is what a condition says: yes, no, or why it can say neither.
type answer struct {
	yes     bool
	missing []string // facts without which there is no answer
	trouble string   // a sentence, when the evaluation failed or was stopped
	passing bool     // the trouble lies in the moment, so that the answer is not to be remembered
}

func (a answer) open() bool { return len(a.missing) > 0 || a.trouble != "" }

var theEnv = sync.OnceValue(func() *cel.Env {
	options := []cel.EnvOption{
		cel.ParserRecursionLimit(mostNested),
		cel.ParserExpressionSizeLimit(MostConditionBytes),
		cel.ParserErrorRecoveryLimit(5),
		cel.RegexProgramSizeLimit(2000),
		cel.Macros(cel.GlobalMacro("known", 1, expandKnown)),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateComprehensionNestingLimit(2)),
		setFunction("allows", licenses.Allows),
		setFunction("requiresAny", licenses.RequiresAny),
	}
	for _, fact := range theFacts().all {
		options = append(options, cel.Variable(fact.Name, fact.Kind.celType()), cel.Variable(knownPrefix+fact.Name, cel.BoolType))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(err) // the table of facts is part of the program
	}
	return env
})

func (k FactKind) celType() *cel.Type {
	switch k {
	case NumberFact:
		return cel.IntType
	case FlagFact:
		return cel.BoolType
	case ListFact:
		return cel.ListType(cel.StringType)
	}
	return cel.StringType
}

func setFunction(name string, predicate func(licenses.Expression, licenses.Set) bool) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_text_list", []*cel.Type{cel.StringType, cel.ListType(cel.StringType)}, cel.BoolType,
		cel.BinaryBinding(func(text, ids ref.Val) ref.Val {
			reading := licenses.Read(string(text.(types.String)))
			if reading.Kind != licenses.ReadExpression {
				return types.NewErr("%s: %q is not a licence expression", name, clip(reading.Stated))
			}
			native, err := ids.ConvertToNative(stringsType)
			if err != nil {
				return types.NewErr("%s: the second argument is not a list of licences", name)
			}
			set, err := setOf(native.([]string))
			if err != nil {
				return types.NewErr("%s: %s", name, err)
			}
			return types.Bool(predicate(reading.Expression, set))
		})))
}

// setOf takes each licence as it stands, since it may come from a document; only what is no single licence is refused.
func setOf(entries []string) (licenses.Set, error) {
	var leaves []licenses.Leaf
	var refused []string
	for _, entry := range entries {
		expression, err := licenses.Parse(entry)
		if leaf := expression.Leaf(); err == nil && leaf != (licenses.Leaf{}) {
			leaves = append(leaves, leaf)
		} else {
			refused = append(refused, entry)
		}
	}
	if len(refused) > 0 {
		return licenses.NewSet(refused...)
	}
	return licenses.SetOf(leaves...), nil
}

// expandKnown turns known(deployment.dataClass) into the variable that says whether the fact is known.
func expandKnown(eh cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	names, ok := chain(args[0])
	if !ok {
		return nil, eh.NewError(args[0].ID(), "known() takes the name of a fact, as in known(deployment.dataClass)")
	}
	name, ok := factOf(names)
	if !ok || len(names) != 2 {
		return nil, eh.NewError(args[0].ID(), noSuchFact(names))
	}
	return eh.NewIdent(knownPrefix + name), nil
}

// compileWhen compiles a condition, or says everything that is wrong with it.
func compileWhen(text string) (*condition, []flaw) {
	if len(text) > MostConditionBytes {
		return nil, []flaw{{1, 1, "too-long", fmt.Sprintf("The condition has %d bytes; at most %d are read. Split the rule in two.", len(text), MostConditionBytes)}}
	}
	env := theEnv()
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		return nil, flawsOf(issues)
	}
	w := walker{info: parsed.NativeRep().SourceInfo(), env: env}
	w.walk(parsed.NativeRep().Expr(), nil)
	checked, issues := env.Check(parsed)
	if issues.Err() != nil || len(w.flaws) > 0 {
		found := flawsOf(issues)
		if len(w.flaws) > 0 {
			found = unexplained(found)
		}
		return nil, inOrder(append(w.flaws, found...))
	}
	if checked.OutputType() != cel.BoolType {
		return nil, []flaw{{1, 1, "not-yes-or-no", fmt.Sprintf("The condition gives %s; it must give yes or no, as a comparison does.", typeWords(checked.OutputType().String()))}}
	}
	if estimate, err := env.EstimateCost(checked, sizes{}); err != nil || estimate.Max > hopelessCost {
		return nil, []flaw{{1, 1, "too-costly", "The condition may take too long to evaluate. Remove nested all(), exists() or map(), or compare with shorter lists."}}
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostTracking(sizes{}), cel.CostLimit(MostCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, []flaw{{1, 1, "bad-condition", sentence(err.Error())}}
	}
	slices.Sort(w.mentions)
	return &condition{program: program, mentions: slices.Compact(w.mentions), loops: w.loops}, nil
}

// ask evaluates the condition in a world. A fact that is missing is CEL's unknown, so that "false && unknown" is false and "true || unknown" true.
func (c *condition) ask(ctx context.Context, w *world) answer {
	if err := ctx.Err(); err != nil {
		return answer{trouble: stoppedWords, passing: true}
	}
	value, err := c.evaluate(ctx, w)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return answer{trouble: stoppedWords, passing: true}
	case errors.Is(err, interpreter.InterruptError{}):
		return answer{trouble: fmt.Sprintf("Evaluating the rule took longer than %s.", mostTime), passing: true}
	default:
		var stopped interpreter.EvalCancelledError
		if errors.As(err, &stopped) && stopped.Cause == interpreter.CostLimitExceeded {
			return answer{trouble: fmt.Sprintf("Evaluating the rule costs more than %d steps.", MostCost)}
		}
		return answer{trouble: failureWords(err)}
	}
	switch v := value.(type) {
	case types.Bool:
		return answer{yes: bool(v)}
	case *types.Unknown:
		return answer{missing: missingOf(v)}
	}
	return answer{trouble: "The rule's condition gave neither yes nor no."}
}

// evaluate gives a condition with loops its time; one without ends by itself, and CEL could not stop it.
func (c *condition) evaluate(ctx context.Context, w *world) (value ref.Val, err error) {
	if !c.loops {
		value, _, err = c.program.Eval(w)
		return value, err
	}
	bounded, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	value, _, err = c.program.ContextEval(bounded, w)
	return value, err
}

func missingOf(u *types.Unknown) []string {
	var names []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, trail := range trails {
			names = append(names, trail.Variable())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ResolveName is the value of a fact, CEL's unknown when it is missing, or whether it is known.
func (w *world) ResolveName(name string) (any, bool) {
	if asked, ok := strings.CutPrefix(name, knownPrefix); ok {
		fact, ok := theFacts().byName[asked]
		return ok && fact.value(w) != nil, ok
	}
	fact, ok := theFacts().byName[name]
	if !ok {
		return nil, false
	}
	if value := fact.value(w); value != nil {
		return value, true
	}
	return types.NewUnknown(1, types.NewAttributeTrail(name)), true
}

// Parent is nil: a world is all there is.
func (w *world) Parent() cel.Activation { return nil }
