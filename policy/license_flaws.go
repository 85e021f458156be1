package policy

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

var stringsType = reflect.TypeFor[[]string]()

// flaw is one thing that is wrong with a condition.
type flaw struct {
	line, column int // within the condition, both from 1; the column counts characters
	code         string
	sentence     string
}

func inOrder(flaws []flaw) []flaw {
	slices.SortStableFunc(flaws, func(a, b flaw) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column), strings.Compare(a.sentence, b.sentence))
	})
	return slices.Compact(flaws)
}

// walker looks at a parsed condition before it is checked: it gathers which facts are mentioned, and says in the words of this package
// what the checker would call an undeclared reference.
type walker struct {
	info     *ast.SourceInfo
	env      *cel.Env
	mentions []string
	loops    bool
	flaws    []flaw
}

func (w *walker) flaw(id int64, code, format string, args ...any) {
	at := w.info.GetStartLocation(id)
	w.flaws = append(w.flaws, flaw{max(1, at.Line()), max(1, at.Column()+1), code, fmt.Sprintf(format, args...)})
}

func (w *walker) walk(e ast.Expr, locals []string) {
	switch e.Kind() {
	case ast.IdentKind, ast.SelectKind:
		w.name(e, locals)
	case ast.CallKind:
		call := e.AsCall()
		if name := call.FunctionName(); !w.env.HasFunction(name) {
			w.flaw(e.ID(), "unknown-function", "There is no function %s.%s", name, didYouMean(name, append(slices.Collect(functionNames(w.env)), "known", "exists", "all", "filter", "map")))
		}
		if call.IsMemberFunction() {
			w.walk(call.Target(), locals)
		}
		for _, arg := range call.Args() {
			w.walk(arg, locals)
		}
		w.literals(call)
		w.comparison(call, locals)
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			w.walk(element, locals)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			w.walk(entry.AsMapEntry().Key(), locals)
			w.walk(entry.AsMapEntry().Value(), locals)
		}
	case ast.ComprehensionKind:
		w.comprehension(e, locals)
	case ast.StructKind:
		w.flaw(e.ID(), "unknown-type", "A condition cannot make objects. Compare facts with texts, numbers and lists.")
	}
}

func functionNames(env *cel.Env) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range env.Functions() {
			if !strings.ContainsAny(name, "_@!-") && !yield(name) {
				return
			}
		}
	}
}

func (w *walker) comprehension(e ast.Expr, locals []string) {
	c := e.AsComprehension()
	w.loops = true
	w.walk(c.IterRange(), locals)
	inner := append(slices.Clone(locals), c.IterVar(), c.AccuVar())
	if c.HasIterVar2() {
		inner = append(inner, c.IterVar2())
	}
	for _, name := range inner {
		if isGroup(name) {
			w.flaw(e.ID(), "taken-name", "%s names a group of facts; call the variable otherwise.", name)
		}
	}
	w.walk(c.AccuInit(), locals)
	w.walk(c.LoopCondition(), inner)
	w.walk(c.LoopStep(), inner)
	w.walk(c.Result(), inner)
}

func (w *walker) name(e ast.Expr, locals []string) {
	names, ok := chain(e)
	if !ok {
		w.walk(e.AsSelect().Operand(), locals)
		return
	}
	root := root(e)
	switch {
	case e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly():
		w.flaw(root.ID(), "use-known", "has() does not work on facts; write known(%s).", strings.Join(names, "."))
	case slices.Contains(locals, names[0]):
	case strings.HasPrefix(names[0], knownPrefix):
		w.mentions = append(w.mentions, strings.TrimPrefix(names[0], knownPrefix))
	case strings.HasPrefix(names[0], "@"):
	default:
		fact, ok := factOf(names)
		if !ok {
			w.flaw(root.ID(), "unknown-fact", "%s", noSuchFact(names))
			return
		}
		w.mentions = append(w.mentions, fact)
	}
}

// literals checks the licences in allows(…, ['MIT', …]) and requiresAny, when they are written out.
func (w *walker) literals(call ast.CallExpr) {
	if name := call.FunctionName(); name != "allows" && name != "requiresAny" || len(call.Args()) != 2 || call.Args()[1].Kind() != ast.ListKind {
		return
	}
	for _, element := range call.Args()[1].AsList().Elements() {
		if element.Kind() != ast.LiteralKind {
			continue
		}
		if id, ok := element.AsLiteral().Value().(string); ok {
			if _, code, why := readLeaf(id); why != "" {
				w.flaw(element.ID(), code, "%s", why)
			}
		}
	}
}

// chain is the names of a.b.c; false when something else than names is in it.
func chain(e ast.Expr) ([]string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return []string{e.AsIdent()}, true
	case ast.SelectKind:
		names, ok := chain(e.AsSelect().Operand())
		return append(names, e.AsSelect().FieldName()), ok
	}
	return nil, false
}

func root(e ast.Expr) ast.Expr {
	for e.Kind() == ast.SelectKind {
		e = e.AsSelect().Operand()
	}
	return e
}

func factOf(names []string) (string, bool) {
	if len(names) < 2 {
		return "", false
	}
	name := names[0] + "." + names[1]
	_, ok := theFacts().byName[name]
	return name, ok
}

func isGroup(name string) bool {
	return slices.ContainsFunc(theFacts().all, func(f Fact) bool { return group(f.Name) == name })
}

func noSuchFact(names []string) string {
	var all, groups, siblings []string
	for _, f := range theFacts().all {
		all = append(all, f.Name)
		groups = append(groups, group(f.Name))
		if group(f.Name) == names[0] {
			siblings = append(siblings, f.Name)
		}
	}
	name := strings.Join(names, ".")
	switch {
	case len(names) == 1 && len(siblings) > 0:
		return fmt.Sprintf("%s is a group of facts; write one of %s.", name, strings.Join(siblings, ", "))
	case nearest(name, all) != "":
		return fmt.Sprintf("There is no fact %s. Did you mean %s?", name, nearest(name, all))
	case len(siblings) > 0:
		return fmt.Sprintf("There is no fact %s. Of %s there are %s.", name, names[0], strings.Join(siblings, ", "))
	}
	return fmt.Sprintf("There is no fact %s. The groups are %s.", name, strings.Join(slices.Compact(groups), ", "))
}

var (
	noOverload = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	otherType  = regexp.MustCompile(`^expected type '(.*)' but found '(.*)'$`)
	strayInput = regexp.MustCompile(`^(?:mismatched input|extraneous input|no viable alternative at input|token recognition error at:) '(.*?)'( expecting .*)?$`)
	celTypes   = strings.NewReplacer("list(string)", "a list of text", "string", "text", "uint", "an unsigned number", "int", "a whole number", "double", "a decimal number", "bool", "yes-or-no", "null_type", "null")
)

func typeWords(name string) string { return celTypes.Replace(name) }

// unexplained leaves out the references that the walker has explained.
func unexplained(flaws []flaw) []flaw {
	return slices.DeleteFunc(flaws, func(f flaw) bool { return strings.HasPrefix(f.sentence, "Undeclared reference") })
}

// flawsOf says what CEL found, in plain words.
func flawsOf(issues *cel.Issues) []flaw {
	if issues == nil {
		return nil
	}
	var flaws []flaw
	for _, e := range issues.Errors() {
		f := flaw{line: max(1, e.Location.Line()), column: max(1, e.Location.Column()+1)}
		f.code, f.sentence = plainWords(strings.TrimSpace(e.Message))
		flaws = append(flaws, f)
	}
	return inOrder(flaws)
}

func plainWords(message string) (code, words string) {
	if m := noOverload.FindStringSubmatch(message); m != nil {
		operator := strings.Trim(strings.ReplaceAll(m[1], "_", " "), " @")
		operands := strings.ReplaceAll(typeWords(strings.Trim(m[2], "()")), ", ", " and ")
		return "wrong-type", fmt.Sprintf("%s does not work on %s. Compare text with text in quotes, and numbers with numbers.", operator, operands)
	}
	if m := otherType.FindStringSubmatch(message); m != nil {
		return "wrong-type", fmt.Sprintf("Here must be %s, and this is %s.", typeWords(m[1]), typeWords(m[2]))
	}
	if rest, ok := strings.CutPrefix(message, "Syntax error: "); ok {
		m := strayInput.FindStringSubmatch(rest)
		switch {
		case m == nil:
			return "syntax", "This cannot be read as a condition: " + strings.TrimSuffix(rest, ".") + "."
		case m[1] == "<EOF>":
			return "syntax", "The condition ends too early: a value, a quote or a bracket is missing."
		}
		return "syntax", fmt.Sprintf("“%s” is not expected here. Look for a missing operator, quote or bracket before it.", clip(m[1]))
	}
	if message == "invalid matches argument" {
		return "bad-pattern", "This is no regular expression that can be read (syntax RE2)."
	}
	if strings.HasPrefix(message, "expression recursion limit exceeded") {
		return "too-nested", fmt.Sprintf("More than %d brackets or operators stand within one another. Write fewer, or split the rule in two.", mostNested)
	}
	if strings.HasPrefix(message, "comprehension exceeds nesting limit") {
		return "too-costly", "Here are more than two of all(), exists(), filter() or map() in one another. Use at most two."
	}
	return "bad-condition", sentence(message)
}

// failureWords says why an evaluation failed.
func failureWords(err error) string {
	message := err.Error()
	switch {
	case strings.Contains(message, "regexp"), strings.Contains(message, "regex"):
		return "A pattern in the rule's condition is no regular expression that can be read (syntax RE2), or is too large."
	case strings.Contains(message, "no such key"), strings.Contains(message, "index out of bounds"):
		return "The rule's condition looks in a list or a map for something that is not there."
	case strings.Contains(message, "division by zero"), strings.Contains(message, "modulus by zero"):
		return "The rule's condition divides by zero."
	case strings.Contains(message, "overflow"):
		return "The rule's condition calculates with a number that is too large."
	}
	return "The rule's condition fails: " + strings.TrimSuffix(message, ".") + "."
}

// sentence is a message of another program with a capital in front and a full stop behind.
func sentence(message string) string {
	message = strings.TrimSpace(message)
	if message == "" {
		return "It cannot be read."
	}
	message = strings.ToUpper(message[:1]) + message[1:]
	if !strings.HasSuffix(message, ".") && !strings.HasSuffix(message, "?") {
		message += "."
	}
	return message
}

// sizes tells CEL how long the values of facts can be, before and while a condition is evaluated.
type sizes struct{}

func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	most := uint64(200)
	switch path := node.Path(); {
	case len(path) == 0:
		return nil
	case len(path) == 1 && node.Type().Kind() == types.ListKind:
		most = 50
	case group(path[0]) == "statement" || path[0] == "component.purl" || path[0] == "asset.license":
		most = 4000
	}
	size := cost.RangedSizeEstimate(0, most)
	return &size
}

func (sizes) EstimateCallCost(function, _ string, _ *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	if function != "allows" && function != "requiresAny" {
		return nil
	}
	return cost.NewCallEstimate(cost.RangedCostEstimate(10, 5000), nil)
}

func (sizes) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	if function != "allows" && function != "requiresAny" || len(args) != 2 {
		return nil
	}
	units := uint64(10)
	for _, arg := range args {
		if sized, ok := arg.(traits.Sizer); ok {
			if n, ok := sized.Size().Value().(int64); ok {
				units += uint64(n)
			}
		}
	}
	return &units
}
