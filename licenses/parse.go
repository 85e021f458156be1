package licenses

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an expression. Beyond them Parse answers with a SyntaxError and Read with an unreadable Reading.
const (
	// MaxLength is the longest text that is read, in bytes.
	MaxLength = 64 << 10
	// MaxDepth is the deepest nesting of parentheses that is read.
	MaxDepth = 200
)

const (
	licenseRefPrefix  = "LicenseRef-"
	documentRefPrefix = "DocumentRef-"
	additionRefPrefix = "AdditionRef-"
)

// SyntaxError says where and why a text is not a licence expression.
type SyntaxError struct {
	// Offset is the byte in the text at which reading stopped, counted from 0.
	Offset int
	// Sentence says what is wrong and what would be right, for people.
	Sentence string
}

// Error is the sentence with the place in front of it.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("licence expression, byte %d: %s", e.Offset, e.Sentence)
}

// Parse reads an SPDX licence expression and gives it in canonical form; the error is always a *SyntaxError.
//
// It accepts what SPDX 2.3 (annex D) or SPDX 3.0.1 (annex B) accept: AND, OR and WITH all in upper or all in lower case, "+",
// parentheses, LicenseRef, AdditionRef and both with DocumentRef. Precedence from strong to weak: "+", WITH, AND, OR. A well-formed
// identifier that is not on the embedded list is accepted, since lists grow; Expression.Unlisted names it. NONE and NOASSERTION stand in place of an
// expression and never inside one, so Parse refuses them; Read understands them.
//
// It takes time in proportion to the length of the text, but for the sorting of operands, and never more than MaxLength and MaxDepth allow.
func Parse(text string) (Expression, error) {
	expression, _, err := parse(text)
	return expression, err
}

// spellings are things that are right in one edition of SPDX or by tolerance only, and are worth a note.
type spellings struct {
	lowerOperators bool
	otherCase      bool
}

func parse(text string) (Expression, spellings, error) {
	if len(text) > MaxLength {
		return Expression{}, spellings{}, &SyntaxError{MaxLength, fmt.Sprintf("the text has %d bytes; at most %d are read.", len(text), MaxLength)}
	}
	p := parser{text: text}
	expression, err := p.whole()
	return expression, p.seen, err
}

type parser struct {
	text string
	at   int // the byte after the current token
	tok  token
	seen spellings
}

type token struct {
	kind  tokenKind
	text  string
	start int
}

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenAnd
	tokenOr
	tokenWith
	tokenID   // an identifier without DocumentRef
	tokenPlus // a "+" that touches the identifier before it
	tokenBad
)

func (p *parser) fail(offset int, format string, args ...any) error {
	return &SyntaxError{offset, fmt.Sprintf(format, args...)}
}

// next moves to the next token. A character that belongs to no token becomes tokenBad and is reported where it stands.
func (p *parser) next() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
	start := p.at
	if start == len(p.text) {
		p.tok = token{tokenEnd, "", start}
		return
	}
	switch c := p.text[start]; {
	case c == '(':
		p.at++
		p.tok = token{tokenOpen, "(", start}
	case c == ')':
		p.at++
		p.tok = token{tokenClose, ")", start}
	case c == '+' && start > 0 && isIDByte(p.text[start-1]):
		p.at++
		p.tok = token{tokenPlus, "+", start}
	case isIDByte(c):
		for p.at < len(p.text) && isIDByte(p.text[p.at]) {
			p.at++
		}
		if strings.HasPrefix(p.text[start:p.at], documentRefPrefix) && p.at < len(p.text) && p.text[p.at] == ':' {
			p.at++
			for p.at < len(p.text) && isIDByte(p.text[p.at]) {
				p.at++
			}
		}
		p.tok = token{p.wordKind(p.text[start:p.at]), p.text[start:p.at], start}
	default:
		_, size := utf8.DecodeRuneInString(p.text[start:])
		p.at += size
		p.tok = token{tokenBad, p.text[start:p.at], start}
	}
}

func (p *parser) wordKind(word string) tokenKind {
	switch word {
	case "AND":
		return tokenAnd
	case "OR":
		return tokenOr
	case "WITH":
		return tokenWith
	case "and", "or", "with":
		p.seen.lowerOperators = true
		return p.wordKind(strings.ToUpper(word))
	}
	return tokenID
}

func isIDByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (p *parser) whole() (Expression, error) {
	p.next()
	if p.tok.kind == tokenEnd {
		return Expression{}, p.fail(p.tok.start, "the expression is empty; write a licence identifier such as MIT, or NOASSERTION in its place.")
	}
	expression, err := p.alternatives(0)
	if err != nil {
		return Expression{}, err
	}
	switch p.tok.kind {
	case tokenEnd:
		return expression, nil
	case tokenClose:
		return Expression{}, p.fail(p.tok.start, `")" closes a parenthesis that was never opened; remove it or add the missing "(".`)
	default:
		return Expression{}, p.unexpected("AND, OR, WITH or the end")
	}
}

func (p *parser) unexpected(wanted string) error {
	switch p.tok.kind {
	case tokenEnd:
		return p.fail(p.tok.start, "the expression ends where %s was expected.", wanted)
	case tokenBad:
		if c, _ := utf8.DecodeRuneInString(p.tok.text); !unicode.IsGraphic(c) || unicode.IsSpace(c) || unseen.MatchString(p.tok.text) {
			return p.fail(p.tok.start, "here is a character that nobody can see, %U; remove it.", c)
		}
		return p.fail(p.tok.start, "%q has no place in a licence expression; identifiers are made of letters, digits, %q and %q.", p.tok.text, "-", ".")
	case tokenPlus:
		return p.fail(p.tok.start, `"+" may follow a listed licence identifier only, once and without a space.`)
	}
	return p.fail(p.tok.start, "%q stands where %s was expected.", clip(p.tok.text), wanted)
}

// clip keeps a quoted piece of input short in a sentence.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

func (p *parser) alternatives(depth int) (Expression, error) {
	return p.series(tokenOr, Or, func() (Expression, error) {
		return p.series(tokenAnd, And, func() (Expression, error) { return p.operand(depth) })
	})
}

func (p *parser) series(operator tokenKind, build func(...Expression) Expression, part func() (Expression, error)) (Expression, error) {
	first, err := part()
	if err != nil || p.tok.kind != operator {
		return first, err
	}
	parts := []Expression{first}
	for p.tok.kind == operator {
		p.next()
		another, err := part()
		if err != nil {
			return Expression{}, err
		}
		parts = append(parts, another)
	}
	return build(parts...), nil
}

func (p *parser) operand(depth int) (Expression, error) {
	switch p.tok.kind {
	case tokenOpen:
		open := p.tok.start
		if depth == MaxDepth {
			return Expression{}, p.fail(open, "parentheses are nested more than %d deep.", MaxDepth)
		}
		p.next()
		inner, err := p.alternatives(depth + 1)
		if err != nil {
			return Expression{}, err
		}
		if p.tok.kind != tokenClose {
			if p.tok.kind == tokenEnd {
				return Expression{}, p.fail(p.tok.start, `the parenthesis opened at byte %d is never closed; add ")".`, open)
			}
			return Expression{}, p.unexpected(`AND, OR, WITH or ")"`)
		}
		p.next()
		if p.tok.kind == tokenWith {
			return Expression{}, p.fail(p.tok.start, "WITH belongs to one licence and cannot follow a parenthesis.")
		}
		return inner, nil
	case tokenID:
		return p.licence()
	case tokenEnd:
		if depth > 0 {
			return Expression{}, p.fail(p.tok.start, `the expression ends where a licence identifier was expected; write one, such as MIT, and close the open parentheses (%d) with ")".`, depth)
		}
	}
	return Expression{}, p.unexpected("a licence identifier")
}

// licence reads an identifier, its "+" and its WITH.
func (p *parser) licence() (Expression, error) {
	leaf, err := p.licenceID()
	if err != nil {
		return Expression{}, err
	}
	p.next()
	if p.tok.kind == tokenPlus && !leaf.IsRef() {
		leaf.OrLater = true
		p.next()
	}
	if p.tok.kind != tokenWith {
		return Of(leaf), nil
	}
	p.next()
	if p.tok.kind != tokenID {
		return Expression{}, p.unexpected("the identifier of an exception")
	}
	leaf.AdditionDocument, leaf.Addition, err = p.reference(additionRefPrefix)
	if err != nil {
		return Expression{}, err
	}
	if exception, ok := GetException(leaf.Addition); ok {
		p.seen.otherCase = p.seen.otherCase || exception.ID != leaf.Addition
		leaf.Addition = exception.ID
	}
	p.next()
	return Of(leaf), nil
}

func (p *parser) licenceID() (Leaf, error) {
	document, id, err := p.reference(licenseRefPrefix)
	if err != nil {
		return Leaf{}, err
	}
	if listed, ok := Get(id); ok {
		p.seen.otherCase = p.seen.otherCase || listed.ID != id
		id = listed.ID
	}
	return Leaf{Document: document, ID: id}, nil
}

// reference splits the current identifier into its document and its own part, and refuses what can be neither an identifier nor a reference.
func (p *parser) reference(prefix string) (document, id string, err error) {
	id = p.tok.text
	if before, after, found := strings.Cut(id, ":"); found {
		document, id = before, after
		if document == documentRefPrefix || !strings.HasPrefix(id, prefix) {
			return "", "", p.fail(p.tok.start, "%q is not a reference; write DocumentRef-name:%sname.", clip(p.tok.text), prefix)
		}
	}
	switch {
	case id == licenseRefPrefix, id == additionRefPrefix, strings.HasPrefix(id, documentRefPrefix):
		return "", "", p.fail(p.tok.start, "%q names nothing; a reference needs a name after its prefix.", clip(p.tok.text))
	case prefix == licenseRefPrefix && strings.HasPrefix(id, additionRefPrefix):
		return "", "", p.fail(p.tok.start, "%q is an addition; it can follow WITH only.", clip(id))
	case prefix == additionRefPrefix && strings.HasPrefix(id, licenseRefPrefix):
		return "", "", p.fail(p.tok.start, "%q is a licence; after WITH comes an exception or an AdditionRef.", clip(id))
	case standsIn(id):
		return "", "", p.fail(p.tok.start, "%s stands in place of an expression and cannot be a part of one.", strings.ToUpper(id))
	}
	return document, id, nil
}
