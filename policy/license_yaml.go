package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a document.
const (
	// MostBytes is the longest policy that is read.
	MostBytes = 256 << 10
	mostDepth = 12
)

// reader walks the YAML of a policy and gathers what is wrong with it.
type reader struct {
	what     string   // what is read: "policy" when not said
	lines    []string // of the document
	rule     string   // ID of the rule at hand
	mistakes []Mistake
}

func (r *reader) wrong(at *token.Token, field, code, format string, args ...any) {
	m := Mistake{Field: field, Rule: r.rule, Line: 1, Column: 1, Code: code, Sentence: fmt.Sprintf(format, args...)}
	if at != nil && at.Position != nil {
		m.Line, m.Column = max(1, at.Position.Line), max(1, at.Position.Column)
	}
	r.mistakes = append(r.mistakes, m)
}

// document reads the one YAML document of the text; nil when there is none, and the mistake is noted.
func (r *reader) document(text []byte) ast.Node {
	switch {
	case len(text) > MostBytes:
		r.wrong(nil, "", "too-long", "The %s has %d bytes; at most %d are read.", r.noun(), len(text), MostBytes)
		return nil
	case !utf8.Valid(text):
		r.wrong(nil, "", "not-utf-8", "The %s is not text in UTF-8. Save it in that encoding.", r.noun())
		return nil
	}
	source := strings.ReplaceAll(string(text), "\r\n", "\n")
	r.lines = strings.Split(source, "\n")
	if i := strings.IndexFunc(source, treacherous); i >= 0 {
		line := 1 + strings.Count(source[:i], "\n")
		r.mistakes = append(r.mistakes, Mistake{Line: line, Column: 1 + utf8.RuneCountInString(source[strings.LastIndex(source[:i], "\n")+1:i]), Code: "bad-character",
			Sentence: fmt.Sprintf("Remove the character here, %U: it cannot be seen and changes how the text is shown or compared.", []rune(source[i:])[0])})
		return nil
	}
	file, err := r.parse(source)
	if err != nil {
		r.syntax(err)
		return nil
	}
	var body ast.Node
	for _, document := range file.Docs {
		switch {
		case document.Body == nil:
		case body != nil:
			r.wrong(document.Body.GetToken(), "", "several-documents", "There is more than one YAML document. Keep each %s in its own.", r.noun())
			return nil
		default:
			body = document.Body
		}
	}
	if body == nil {
		r.wrong(nil, "", "empty", "The %s is empty. It needs at least %s.", r.noun(), map[string]string{"policy": "id, title and rules", "regime": "code, title and preference"}[r.noun()])
	}
	return body
}

// parse bounds the nesting before the parser, which recurses, sees the text.
func (r *reader) parse(source string) (file *ast.File, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			file, err = nil, errors.New("the text is not YAML that can be read")
		}
	}()
	tokens := lexer.Tokenize(source)
	depth, entries, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, entries = t.Position.Line, 0
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType, token.MappingValueType:
			entries++
		}
		if depth > mostDepth || entries > mostDepth && depth == 0 {
			return nil, &yaml.SyntaxError{Message: fmt.Sprintf("it is nested more than %d deep", mostDepth), Token: t}
		}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

func (r *reader) syntax(err error) {
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		r.wrong(syntax.GetToken(), "", "not-yaml", "This is not YAML: %s", sentence(syntax.GetMessage()))
		return
	}
	r.wrong(nil, "", "not-yaml", "This is not YAML: %s", sentence(err.Error()))
}

func (r *reader) noun() string { return cmp.Or(r.what, "policy") }

// treacherous reports characters that make a text look other than it is.
func treacherous(c rune) bool {
	return unicode.IsControl(c) && !strings.ContainsRune("\n\r\t", c) || c >= '\u202a' && c <= '\u202e' || c == '\u00ad' || c == '\u200b' || c >= '\u2060' && c <= '\u2069' || c == '\u2028' || c == '\u2029' || c == '\ufeff'
}

// entry is a key of a mapping with its value.
type entry struct {
	key   string
	at    *token.Token // of the key
	value ast.Node
}

// mapping reads a mapping whose keys are known, each at most once. For nil keys any key will do.
func (r *reader) mapping(node ast.Node, field string, keys []string) []entry {
	m, ok := node.(ast.MapNode)
	if !ok || node.Type() != ast.MappingType && node.Type() != ast.MappingValueType {
		r.wrong(node.GetToken(), field, "not-a-mapping", "%s", r.unlike(node, "Write keys with values here, each as “key: value”."))
		return nil
	}
	var entries []entry
	for i := m.MapRange(); i.Next(); {
		pair := i.KeyValue()
		at := pair.Key.GetToken()
		key, ok := scalar(pair.Key)
		if !ok {
			r.wrong(at, field, "bad-key", "%s", r.unlike(pair.Key, "A key must be a plain word."))
			continue
		}
		switch {
		case keys != nil && !slices.Contains(keys, key):
			r.wrong(at, under(field, key), "unknown-key", "There is no key %s here.%s The keys are %s.", clip(key), didYouMean(key, keys), strings.Join(keys, ", "))
		case slices.ContainsFunc(entries, func(e entry) bool { return e.key == key }):
			r.wrong(at, under(field, key), "duplicate-key", "The key %s is there twice. Keep one.", clip(key))
		default:
			entries = append(entries, entry{key, at, pair.Value})
		}
	}
	return entries
}

// unlike is what to say of a node that is not of the wanted kind.
func (r *reader) unlike(node ast.Node, wanted string) string {
	switch node.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType:
		return "Anchors, aliases and merge keys are not read in a " + r.noun() + ": write out what is meant."
	case ast.TagType:
		return "Tags are not read in a " + r.noun() + ". Remove the one that begins with “!”."
	}
	return wanted
}

// sequence is the items of a list. One scalar is a list of one.
func (r *reader) sequence(node ast.Node, field string) []ast.Node {
	if list, ok := node.(*ast.SequenceNode); ok {
		return list.Values
	}
	if _, ok := scalar(node); ok && node.Type() != ast.NullType {
		return []ast.Node{node}
	}
	if node.Type() != ast.NullType {
		r.wrong(node.GetToken(), field, "not-a-list", "%s", r.unlike(node, "Write a list here, as “[one, two]”."))
	}
	return nil
}

// text reads a scalar, without white space around it.
func (r *reader) text(node ast.Node, field string, most int) string {
	value, ok := scalar(node)
	if !ok {
		r.wrong(node.GetToken(), field, "not-a-text", "%s", r.unlike(node, "Write a text here, in quotes when it holds “: ” or begins with a special character."))
		return ""
	}
	value = strings.TrimSpace(value)
	switch n := utf8.RuneCountInString(value); {
	case n > most:
		r.wrong(node.GetToken(), field, "too-long", "This has %d characters; use at most %d.", n, most)
	case strings.ContainsFunc(value, treacherous) || !utf8.ValidString(value):
		r.wrong(node.GetToken(), field, "bad-character", "Remove the characters that cannot be seen: they change how the text is shown or compared.")
		return ""
	}
	return value
}

func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func under(field, key string) string {
	if field == "" {
		return clip(key)
	}
	return field + "." + clip(key)
}

func item(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// clip keeps a sentence short that quotes what somebody wrote.
func clip(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
