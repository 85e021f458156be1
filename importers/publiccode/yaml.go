package publiccode

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/ospo-register/ospo/models"
)

const (
	maxDepth  = 100    // of nesting, in brackets or by dashes
	maxTokens = 20_000 // keys, values and marks; the library takes time in proportion to their square
	maxWeight = 20_000 // values of a document, with aliases written out
)

// builder turns what the YAML library found into nodes.
type builder struct {
	r       *reader
	anchors map[string]*node
	offset  int // lines before the piece that is parsed
}

// parse reads a document. When its notation is broken, every section is read by itself, so that one slip costs no more than the section it is in.
func (r *reader) parse(source string) *node {
	if line, column, deep := tooDeep(source); deep {
		r.fatal("too-deep", line, column, fmt.Sprintf("The file is nested deeper than %d levels. A publiccode.yml needs no more than six.", maxDepth))
		return nil
	}
	if tokens := lexer.Tokenize(source); len(tokens) > maxTokens {
		r.fatal("too-much", 0, 0, fmt.Sprintf("The file has more than %d keys, values and marks. A publiccode.yml has some hundred.", maxTokens))
		return nil
	}
	b := &builder{r: r, anchors: map[string]*node{}}
	root, err := b.document(source)
	if err == nil {
		return root
	}
	pieces := sections(source)
	whole := &node{kind: mapping, line: 1, column: 1}
	broken := 0
	for _, p := range pieces {
		b.offset = p.line - 1
		part, fault := b.document(p.text)
		switch {
		case fault != nil:
			r.syntax(fault, b.offset)
			broken++
		case part != nil && part.kind == mapping:
			b.join(whole, part)
		}
	}
	if broken == 0 { // every piece is sound by itself and the whole is not
		r.syntax(err, 0)
	}
	if len(whole.members) == 0 {
		return nil
	}
	return whole
}

// join adds the members of a section that was parsed by itself.
func (b *builder) join(whole, part *node) {
	for _, m := range part.members {
		if first, twice := whole.get(m.key); twice {
			b.twice(m, first)
			continue
		}
		whole.members = append(whole.members, m)
		whole.weight += m.value.weight
	}
}

// document is the first document of a piece of YAML; nil when there is none.
func (b *builder) document(source string) (root *node, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			root, err = nil, fmt.Errorf("the notation cannot be read")
		}
	}()
	file, err := parser.ParseBytes([]byte(source), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, err
	}
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil:
			if root != nil {
				b.anotherDocument(doc.Start)
			}
			continue
		case *ast.DirectiveNode:
			b.directive(body)
			continue
		}
		if root != nil {
			b.anotherDocument(doc.Body.GetToken())
			break
		}
		root = b.build(doc.Body)
	}
	return root, nil
}

func (b *builder) anotherDocument(at *token.Token) {
	line, column := 0, 0
	if at != nil && at.Position != nil {
		line, column = at.Position.Line+b.offset, at.Position.Column
	}
	b.r.add("several-documents", models.Failure, "", line, column, "A second document begins here, after a line of three dashes. A publiccode.yml is one document; only the first was read. Leave out the dashes and what follows them.")
}

func (b *builder) directive(d *ast.DirectiveNode) {
	if strings.Contains(d.String(), "YAML 1.1") {
		line, column := b.place(d)
		b.r.add("yaml-1.1", models.Warning, "", line, column, "The file says it is YAML 1.1, which the standard calls deprecated. Leave the line out; it was read as YAML 1.2.")
	}
}

func (b *builder) place(n ast.Node) (line, column int) {
	if token := n.GetToken(); token != nil && token.Position != nil {
		return token.Position.Line + b.offset, token.Position.Column
	}
	return 0, 0
}

func (b *builder) build(n ast.Node) *node {
	out := &node{weight: 1}
	if n == nil {
		return out
	}
	out.line, out.column = b.place(n)
	switch v := n.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		out.kind, out.text = truth, v.GetToken().Value
	case *ast.StringNode:
		out.kind, out.text = text, b.r.clean(v.Value, out.line, out.column)
		if v.Token.Type == token.StringType && yamlNumber.MatchString(v.Value) { // too large for the library, and a number all the same
			out.kind = number
		}
	case *ast.LiteralNode:
		out.kind, out.text = text, b.r.clean(v.Value.Value, out.line, out.column)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = number, strings.TrimSpace(n.GetToken().Value)
	case *ast.TagNode:
		return b.tagged(v)
	case *ast.AnchorNode:
		value := b.build(v.Value)
		b.anchors[v.Name.GetToken().Value] = value
		return value
	case *ast.AliasNode:
		return b.aliased(v, out)
	case *ast.SequenceNode:
		out.kind = list
		for _, item := range v.Values {
			child := b.build(item)
			out.items, out.weight = append(out.items, child), out.weight+child.weight
		}
	case *ast.MappingValueNode:
		out.kind = mapping
		b.take(out, v)
	case *ast.MappingNode:
		out.kind = mapping
		for _, m := range v.Values {
			b.take(out, m)
		}
	}
	return out
}

// yamlNumber is a number of the core schema: YAML 1.2.2, 10.3.2.
var yamlNumber = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// tagged heeds the one tag that says something here, !!str; any other changes nothing about how a value is read.
func (b *builder) tagged(n *ast.TagNode) *node {
	value := b.build(n.Value)
	if n.Start != nil && strings.HasSuffix(n.Start.Value, "!!str") && (value.kind == number || value.kind == truth) {
		return &node{kind: text, text: value.text, line: value.line, column: value.column, weight: 1}
	}
	return value
}

func (b *builder) aliased(n *ast.AliasNode, out *node) *node {
	name := ""
	if n.Value != nil {
		name = n.Value.GetToken().Value
	}
	value, known := b.anchors[name]
	switch {
	case !known:
		b.r.add("unknown-alias", models.Failure, "", out.line, out.column, "“*"+shown(name)+"” points to nothing: no value before it has the anchor “&"+shown(name)+"”. Write the value out, or in quotes when it is meant as a text.")
		return out
	case value.weight > maxWeight:
		return out // said once, where the document is weighed
	}
	return value
}

// take adds one member, or several by the merge key.
func (b *builder) take(to *node, m *ast.MappingValueNode) {
	value := b.build(m.Value)
	if to.weight += value.weight; to.weight > maxWeight {
		if !b.r.heavy {
			b.r.heavy = true
			line, column := b.place(m.Key)
			b.r.add("too-much", models.Failure, "", line, column, fmt.Sprintf("With its aliases written out the file holds more than %d values; what goes beyond was left out. Write the values out instead of pointing to them.", maxWeight))
		}
		return
	}
	if _, merge := m.Key.(*ast.MergeKeyNode); merge {
		b.merge(to, value)
		return
	}
	out := member{value: value}
	out.key, out.line, out.column = b.key(m.Key)
	if value.line == 0 || value.kind == nothing {
		value.line, value.column = out.line, out.column
	}
	if first, twice := to.get(out.key); twice {
		b.twice(out, first)
		return
	}
	to.members = append(to.members, out)
}

// key is the text of a key, whatever anchor, tag or question mark stands before it.
func (b *builder) key(n ast.Node) (key string, line, column int) {
	line, column = b.place(n)
	switch v := n.(type) {
	case *ast.MappingKeyNode:
		if v.Value != nil {
			return b.key(v.Value)
		}
	case *ast.TagNode:
		if v.Value != nil {
			return b.key(v.Value)
		}
	case *ast.AnchorNode:
		b.anchors[v.Name.GetToken().Value] = b.build(v.Value)
		return b.key(v.Value)
	case *ast.AliasNode:
		named := b.aliased(v, &node{line: line, column: column})
		return named.text, line, column
	case *ast.StringNode:
		return b.r.clean(v.Value, line, column), line, column
	}
	return b.r.clean(n.GetToken().Value, line, column), line, column
}

func (b *builder) twice(again, first member) {
	b.r.add("duplicate-key", models.Failure, again.key, again.line, again.column,
		fmt.Sprintf("“%s” stands here for the second time; the first is in line %d and was read. Keep one of them.", shown(again.key), first.line))
}

// merge takes over the members of another section that are not stated here (YAML 1.1 merge key "<<").
func (b *builder) merge(to, from *node) {
	for _, item := range from.items {
		b.merge(to, item)
	}
	for _, m := range from.members {
		if _, stated := to.get(m.key); !stated {
			to.members = append(to.members, m)
		}
	}
}

// tooDeep finds nesting that no publiccode.yml has, before the parser recurses into it.
func tooDeep(source string) (line, column int, deep bool) {
	open, line := 0, 1
	dashes, fresh := 0, true
	for i := range len(source) {
		c := source[i]
		column++
		switch {
		case c == '\n':
			line, column, dashes, fresh = line+1, 0, 0, true
			continue
		case c == '[' || c == '{':
			open++
		case (c == ']' || c == '}') && open > 0:
			open--
		case fresh && (c == '-' || c == '?' || c == ':'):
			dashes++
		case c != ' ' && c != '\t':
			fresh = false
		}
		if open > maxDepth || dashes > maxDepth && !ruler.MatchString(lineAt(source, i)) {
			return line, column, true
		}
	}
	return 0, 0, false
}

// ruler is a line of dashes in a text.
var ruler = regexp.MustCompile(`^\s*[-]{100,}`)

func lineAt(source string, i int) string {
	start := strings.LastIndexByte(source[:i], '\n') + 1
	return source[start:min(start+400, len(source))]
}

type piece struct {
	text string
	line int
}

var (
	sectionStart = regexp.MustCompile(`^["']?[A-Za-z][A-Za-z0-9_-]*["']?[ \t]*:([ \t]|$)`)
	marker       = regexp.MustCompile(`^(---|\.\.\.|%)`)
)

// sections cuts a file where a key stands at the beginning of a line.
func sections(source string) []piece {
	var pieces []piece
	var current strings.Builder
	start := 1
	flush := func(next int) {
		if strings.TrimSpace(current.String()) != "" {
			pieces = append(pieces, piece{current.String(), start})
		}
		current.Reset()
		start = next
	}
	for i, l := range strings.SplitAfter(source, "\n") {
		bare := strings.TrimRight(l, "\r\n")
		switch {
		case marker.MatchString(bare):
			flush(i + 2)
			continue
		case sectionStart.MatchString(bare):
			flush(i + 1)
		}
		current.WriteString(l)
	}
	flush(0)
	return pieces
}
