package policy

import (
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// flawed notes the flaws of a condition, each with its place in the YAML and in the condition.
func (r *reader) flawed(node ast.Node, field, condition string, flaws []flaw) {
	for _, f := range flaws {
		line, column := r.place(node, condition, f)
		r.mistakes = append(r.mistakes, Mistake{Field: field, Rule: r.rule, Line: line, Column: column,
			ConditionLine: f.line, ConditionColumn: f.column, Code: f.code, Sentence: f.sentence})
	}
}

// place finds in the document what stands at a place of a condition. YAML folds and indents lines, so it counts the characters that are
// no white space, which folding leaves alone.
func (r *reader) place(node ast.Node, condition string, f flaw) (line, column int) {
	ahead, within := 0, strings.Split(condition, "\n")
	for i, text := range within[:min(f.line, len(within))] {
		for j, c := range []rune(text) {
			if i == f.line-1 && j >= f.column-1 {
				break
			}
			if !unicode.IsSpace(c) {
				ahead++
			}
		}
	}
	line, column, quote := r.start(node)
	startLine, startColumn := line, column
	for ; line <= len(r.lines); line, column = line+1, 1 {
		runes := []rune(r.lines[line-1])
		for ; column <= len(runes); column++ {
			c := runes[column-1]
			if unicode.IsSpace(c) {
				continue
			}
			if ahead == 0 {
				return line, column
			}
			ahead--
			escaped := column < len(runes) && (quote == '"' && c == '\\' || quote == '\'' && c == '\'' && runes[column] == '\'')
			if escaped {
				column++
			}
		}
	}
	return startLine, startColumn
}

// start is where the text of a scalar begins, and the quote that it is in.
func (r *reader) start(node ast.Node) (line, column int, quote rune) {
	at := node.GetToken()
	if literal, ok := node.(*ast.LiteralNode); ok {
		return literal.Start.Position.Line + 1, 1, 0
	}
	line, column = max(1, at.Position.Line), max(1, at.Position.Column)
	switch at.Type {
	case token.DoubleQuoteType:
		return line, column + 1, '"'
	case token.SingleQuoteType:
		return line, column + 1, '\''
	}
	return line, column, 0
}
