package policy

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

const (
	// MostRegimeCost is what one evaluation of a rule of a regime may cost, in CEL's units; beyond it the rule is undetermined.
	MostRegimeCost = 2_000_000
	// hopelessRegimeCost is the estimate from which on a condition is refused: it is for the largest case that is thinkable, all lists full.
	hopelessRegimeCost = 50 * MostRegimeCost
)

// clause is a compiled condition of a regime's rule.
type clause struct {
	program   cel.Program
	variables []string      // that it speaks of: d, chosen, …
	which     []cel.Program // what it is true for
}

var theCourtEnv = sync.OnceValue(func() *cel.Env {
	registry, err := types.NewRegistry()
	if err != nil {
		panic(err) // without arguments it has no reason to fail
	}
	book := theBook()
	options := []cel.EnvOption{
		cel.CustomTypeProvider(factProvider{registry, book}), cel.CustomTypeAdapter(registry),
		cel.EnableMacroCallTracking(), cel.ParserRecursionLimit(60), cel.ParserExpressionSizeLimit(MostConditionBytes), cel.ParserErrorRecoveryLimit(5), cel.RegexProgramSizeLimit(2000),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateComprehensionNestingLimit(3)),
	}
	for _, v := range book.variables.order {
		options = append(options, cel.Variable(v.name, v.cel))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(err) // the facts are part of the program
	}
	return env
})

// compileClause compiles a condition, or says everything that is wrong with it.
func compileClause(text string) (*clause, []flaw) {
	if len(text) > MostConditionBytes {
		return nil, []flaw{{1, 1, "too-long", fmt.Sprintf("The condition has %d bytes; at most %d are read. Split the rule in two.", len(text), MostConditionBytes)}}
	}
	env := theCourtEnv()
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		return nil, flawsOf(issues)
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, clauseFlaws(issues)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, []flaw{{1, 1, "not-yes-or-no", fmt.Sprintf("The condition gives %s; it must give yes or no, as a comparison does.", typeWords(checked.OutputType().String()))}}
	}
	w := clauseWalker{ast: checked.NativeRep()}
	w.walk()
	if len(w.flaws) > 0 {
		return nil, inOrder(w.flaws)
	}
	if estimate, err := env.EstimateCost(checked, caseSizes{}); err != nil || estimate.Max > hopelessRegimeCost {
		return nil, []flaw{{1, 1, "too-costly", "The condition may take too long to evaluate. Remove nested all(), exists() or map(), or compare with shorter lists."}}
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize), cel.CostLimit(MostRegimeCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, []flaw{{1, 1, "bad-condition", sentence(err.Error())}}
	}
	return &clause{program, w.variables, whichOf(env, parsed)}, nil
}

var (
	undefinedField = regexp.MustCompile(`^undefined field '([^']*)'$`)
	undeclared     = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
)

// clauseFlaws says what CEL found, with the facts that could have been meant.
func clauseFlaws(issues *cel.Issues) []flaw {
	flaws := flawsOf(issues)
	for i := range flaws {
		message := strings.TrimSuffix(flaws[i].sentence, ".")
		message = strings.ToLower(message[:1]) + message[1:]
		if m := undefinedField.FindStringSubmatch(message); m != nil {
			flaws[i].code, flaws[i].sentence = "unknown-fact", fmt.Sprintf("There is no fact %s here.%s", clip(m[1]), didYouMean(m[1], factNames()))
		}
		if m := undeclared.FindStringSubmatch(message); m != nil {
			flaws[i].code, flaws[i].sentence = unknownName(m[1])
		}
	}
	return flaws
}

func unknownName(name string) (code, words string) {
	var variables []string
	for _, v := range theBook().variables.order {
		variables = append(variables, v.name)
	}
	return "unknown-fact", fmt.Sprintf("There is no variable or function %s.%s The variables are %s.", clip(name), didYouMean(name, variables), strings.Join(variables, ", "))
}

func factNames() []string {
	var names []string
	for _, t := range theBook().byName {
		for _, f := range t.order {
			names = append(names, f.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// clauseWalker looks at a condition that was checked: which variables it speaks of, and which comparisons can never hold.
type clauseWalker struct {
	ast       *ast.AST
	variables []string
	flaws     []flaw
}

func (w *clauseWalker) walk() {
	known := theBook().variables.fields
	ast.PostOrderVisit(w.ast.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.IdentKind:
			// A variable of a comprehension that is called as one of ours has another type, and CEL finds it first.
			if f, ok := known[e.AsIdent()]; ok && w.ast.GetType(e.ID()).IsExactType(f.cel) && !slices.Contains(w.variables, f.name) {
				w.variables = append(w.variables, f.name)
			}
		case ast.CallKind:
			w.comparison(e.AsCall())
		case ast.StructKind:
			w.flaw(e.ID(), "unknown-type", "A condition cannot make objects. Compare facts with texts, numbers and lists.")
		}
	}))
	slices.Sort(w.variables)
}

func (w *clauseWalker) flaw(id int64, code, format string, args ...any) {
	at := w.ast.SourceInfo().GetStartLocation(id)
	w.flaws = append(w.flaws, flaw{max(1, at.Line()), max(1, at.Column()+1), code, fmt.Sprintf(format, args...)})
}

// comparison notes texts that are compared with a fact that never has them.
func (w *clauseWalker) comparison(call ast.CallExpr) {
	name := call.FunctionName()
	if args := call.Args(); (name == operators.Equals || name == operators.NotEquals || name == operators.In) && len(args) == 2 {
		for i, arg := range args {
			if arg.Kind() != ast.SelectKind || arg.AsSelect().IsTestOnly() {
				continue
			}
			of, ok := theBook().byName[w.ast.GetType(arg.AsSelect().Operand().ID()).TypeName()]
			if !ok {
				continue
			}
			if f := of.fields[arg.AsSelect().FieldName()]; f != nil && len(f.values) > 0 {
				w.among(f, args[1-i])
			}
		}
	}
}

func (w *clauseWalker) among(f *factField, e ast.Expr) {
	switch e.Kind() {
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			w.among(f, element)
		}
	case ast.LiteralKind:
		if word, ok := e.AsLiteral().Value().(string); ok && word != "" && !slices.Contains(f.values, word) {
			w.flaw(e.ID(), "unknown-value", "%s is never “%s”.%s Use %s.", f.name, clip(word), didYouMean(word, f.values), strings.Join(f.values, ", "))
		}
	}
}

// caseSizes tells CEL how long the lists of a case can be.
type caseSizes struct{}

func (caseSizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	most := uint64(200)
	if t := node.Type(); t.Kind() == types.ListKind && len(t.Parameters()) == 1 {
		switch t.Parameters()[0].TypeName() {
		case "facts.CandidateFacts":
			most = 50
		case "facts.RequirementFacts", "facts.ScoreFacts":
			most = 500
		default:
			most = 100
		}
	}
	size := cost.RangedSizeEstimate(0, most)
	return &size
}

func (caseSizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

// saying is what a condition says: yes, no, or why it can say neither.
type saying struct {
	yes          bool
	paths, words []string // facts without which there is no answer
	trouble      string   // a sentence, when the evaluation failed or was stopped
}

func (s saying) open() bool { return len(s.paths) > 0 || s.trouble != "" }

// ask evaluates the condition. A fact that is missing is CEL's unknown, so that "false && unknown" is false and "true || unknown" true.
func (c *clause) ask(ctx context.Context, t *factTree) saying {
	if ctx.Err() != nil {
		return saying{trouble: stoppedWords}
	}
	bounded, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	value, _, err := c.program.ContextEval(bounded, t)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return saying{trouble: stoppedWords}
	case errors.Is(err, interpreter.InterruptError{}):
		return saying{trouble: fmt.Sprintf("Evaluating the rule took longer than %s.", mostTime)}
	default:
		var stopped interpreter.EvalCancelledError
		if errors.As(err, &stopped) && stopped.Cause == interpreter.CostLimitExceeded {
			return saying{trouble: fmt.Sprintf("Evaluating the rule costs more than %d steps.", MostRegimeCost)}
		}
		return saying{trouble: "The rule's condition fails: " + strings.TrimSuffix(err.Error(), ".") + "."}
	}
	return t.said(value)
}

func (t *factTree) said(value ref.Val) saying {
	switch v := value.(type) {
	case types.Bool:
		return saying{yes: bool(v)}
	case *types.Unknown:
		paths, words := t.missingIn(v)
		return saying{paths: paths, words: words}
	}
	return saying{trouble: "The rule's condition gave neither yes nor no."}
}
