package licenses

import (
	"regexp"
	"strings"
)

// statedPrefix begins the reference that stands for words which name no licence.
const statedPrefix = licenseRefPrefix + "stated-"

// Limits of what is guessed at. They keep the time short on hostile input; no real licence field comes near.
const (
	mostPieces    = 2000 // phrases and separators of one text
	deepestPhrase = 3    // remarks, additions and slashes inside a phrase
)

// longestPhrase is the length in bytes beyond which the words between two operators are prose, not the name of a licence.
const longestPhrase = 100

type pieceKind int

const (
	pieceWords pieceKind = iota
	pieceAnd
	pieceOr
	pieceList // a comma, semicolon, slash or line end
	pieceOpen
	pieceClose
)

type piece struct {
	kind pieceKind
	text string
}

var (
	orLaterPattern    = regexp.MustCompile(`(?i)[\s,_-]*\(?\b(?:or|and)[\s_-]+(?:\(?at your option\)?[\s,]+)?(?:any[\s_-]+)?(?:later|newer|greater|above|higher)(?:[\s_-]+versions?)?\b\)?`)
	orLaterWords      = regexp.MustCompile(`(?i)[\s,]+(?:or|and)\s+(?:\(?at your option\)?[\s,]+)?(?:any\s+)?(?:later|newer|greater|above|higher)(?:\s+versions?)?([\s,;)]|$)`)
	orLaterRemark     = regexp.MustCompile(`(?i)\s*\(\s*(?:or|and)\s+(?:at your option\s+)?(?:any\s+)?(?:later|newer|greater|above|higher)(?:\s+versions?)?\s*\)`)
	commaVersion      = regexp.MustCompile(`(?i)\s*,\s*((?:version|ver|v)[.\s-]*\d|\d+(?:\.\d+)*\b|inc\b|llc\b)`)
	commaWith         = regexp.MustCompile(`(?i)\s*,\s*(with\b)`)
	withSlash         = regexp.MustCompile(`(?i)\bw/\s*`)
	referenceColon    = regexp.MustCompile(`(DocumentRef-[A-Za-z0-9.-]+)\s*:\s*(LicenseRef-)`)
	referencePrefix   = regexp.MustCompile(`(?i)\b(LicenseRef|DocumentRef|AdditionRef)-`)
	dashedJoin        = regexp.MustCompile(`(?i)([0-9+])-(or|and)-([a-z])`)
	withPattern       = regexp.MustCompile(`(?i)[\s_-]with[\s_-](?:the[\s_-])?`)
	commentPattern    = regexp.MustCompile(`^(.*\S)\s*\(([^()]*)\)$`)
	notIdentifierByte = regexp.MustCompile(`[^A-Za-z0-9.]+`)
)

// phrases reads a text that is no expression by its operators, commas and slashes. It gives up on prose and on anything nested too deep.
func (r *Reading) phrases(text string) (Expression, bool) {
	text = strings.Trim(text, "\"'` \t\r\n.;,")
	text = strings.NewReplacer("[", " ", "]", " ", "{", " ", "}", " ", ",-", ", ").Replace(text)
	text = withSlash.ReplaceAllString(text, "with ")
	text = orLaterWords.ReplaceAllString(orLaterRemark.ReplaceAllString(text, "+"), "+$1")
	text = dashedJoin.ReplaceAllString(text, "$1 $2 $3")
	text = commaVersion.ReplaceAllString(text, " $1")
	text = commaWith.ReplaceAllString(text, " $1")
	text = referenceColon.ReplaceAllString(text, "$1:$2")
	text = referencePrefix.ReplaceAllStringFunc(text, properPrefix)
	reader := phraseReader{reading: r, pieces: split(text)}
	if len(reader.pieces) > mostPieces {
		return Expression{}, false
	}
	expression, ok := reader.list(0)
	if !ok || reader.at < len(reader.pieces) {
		return Expression{}, false
	}
	return expression, true
}

func properPrefix(prefix string) string {
	switch strings.ToLower(prefix) {
	case "licenseref-":
		return licenseRefPrefix
	case "documentref-":
		return documentRefPrefix
	}
	return additionRefPrefix
}

// split cuts a text into phrases and what stands between them. A parenthesis directly after words belongs to them, as in "MIT License (MIT)".
func split(text string) []piece {
	var pieces []piece
	var words strings.Builder
	comment := 0
	flush := func() {
		if phrase := strings.TrimSpace(words.String()); phrase != "" {
			pieces = append(pieces, piece{pieceWords, phrase})
		}
		words.Reset()
	}
	for _, part := range fields(text) {
		kind, separates := separator(part)
		switch {
		case comment > 0 || part == "(" && strings.TrimSpace(words.String()) != "":
			if part == "(" {
				comment++
			} else if part == ")" {
				comment--
			}
			words.WriteString(part)
		case separates:
			flush()
			pieces = append(pieces, piece{kind, part})
		default:
			words.WriteString(part)
		}
	}
	flush()
	return pieces
}

// fields cuts a text into runs of blanks, single separators and the words between them.
func fields(text string) []string {
	var parts []string
	start := 0
	for _, at := range fieldPattern.FindAllStringIndex(text, -1) {
		if at[0] > start {
			parts = append(parts, text[start:at[0]])
		}
		parts = append(parts, text[at[0]:at[1]])
		start = at[1]
	}
	if start < len(text) {
		parts = append(parts, text[start:])
	}
	return parts
}

var fieldPattern = regexp.MustCompile(`[ \t\r]+|[(),;|&\n]`)

func separator(part string) (pieceKind, bool) {
	switch strings.ToLower(part) {
	case "and", "&", "and/or", "plus":
		return pieceAnd, true
	case "or", "|":
		return pieceOr, true
	case ",", ";", "/", "\n":
		return pieceList, true
	case "(":
		return pieceOpen, true
	case ")":
		return pieceClose, true
	}
	return pieceWords, false
}

type phraseReader struct {
	reading *Reading
	pieces  []piece
	at      int
}

func (p *phraseReader) kind() pieceKind {
	if p.at == len(p.pieces) {
		return -1
	}
	return p.pieces[p.at].kind
}

// list reads phrases between commas. A comma binds weakest and means AND, the stricter of its two meanings.
func (p *phraseReader) list(depth int) (Expression, bool) {
	var parts []Expression
	for {
		part, ok := p.or(depth)
		if !ok {
			return Expression{}, false
		}
		parts = append(parts, part)
		if p.kind() != pieceList {
			return And(parts...), true
		}
		p.reading.note(NoteList, "A list without AND or OR is read as AND, the stricter meaning.")
		for p.kind() == pieceList || p.kind() == pieceAnd || p.kind() == pieceOr {
			p.at++
		}
		if p.kind() == -1 || p.kind() == pieceClose {
			return And(parts...), true
		}
	}
}

// or reads alternatives. Words that name no licence cannot be an alternative: prose with an "or" in it would turn into a free choice.
func (p *phraseReader) or(depth int) (Expression, bool) {
	var parts []Expression
	for {
		part, ok := p.and(depth)
		if !ok {
			return Expression{}, false
		}
		parts = append(parts, part)
		if p.kind() != pieceOr {
			break
		}
		for p.kind() == pieceOr {
			p.at++
		}
	}
	if len(parts) > 1 {
		for _, part := range parts {
			if statesProse(part) {
				return Expression{}, false
			}
		}
	}
	return Or(parts...), true
}

// standsIn reports the words that stand in place of an expression.
func standsIn(words string) bool {
	return strings.EqualFold(words, "NONE") || strings.EqualFold(words, "NOASSERTION")
}

func statesProse(e Expression) bool {
	for _, leaf := range e.Leaves() {
		if words, stated := strings.CutPrefix(leaf.ID, statedPrefix); stated && !standsIn(words) {
			return true
		}
	}
	return false
}

func (p *phraseReader) and(depth int) (Expression, bool) {
	var parts []Expression
	for {
		part, ok := p.operand(depth)
		if !ok {
			return Expression{}, false
		}
		parts = append(parts, part)
		if p.kind() != pieceAnd {
			return And(parts...), true
		}
		for p.kind() == pieceAnd {
			p.at++
		}
	}
}

func (p *phraseReader) operand(depth int) (Expression, bool) {
	switch p.kind() {
	case pieceOpen:
		if depth == MaxDepth {
			return Expression{}, false
		}
		p.at++
		inner, ok := p.list(depth + 1)
		if !ok || p.kind() != pieceClose {
			return Expression{}, false
		}
		p.at++
		return inner, true
	case pieceWords:
		words := p.pieces[p.at].text
		p.at++
		if len(words) > longestPhrase {
			return Expression{}, false
		}
		if expression, ok := p.reading.phrase(words, 0); ok {
			return expression, true
		}
		return p.reading.unread(words), true
	}
	return Expression{}, false
}

// phrase reads the name of one licence, perhaps with an exception or a remark in parentheses.
func (r *Reading) phrase(words string, depth int) (Expression, bool) {
	if expression, seen, err := parse(words); err == nil && len(expression.Unlisted()) == 0 {
		r.noteSpellings(expression, seen)
		return expression.Current(), true
	}
	if expression, ok := r.alias(words); ok || depth == deepestPhrase {
		return expression, ok
	}
	if at := withPattern.FindStringIndex(words); at != nil && at[0] > 0 && at[1] < len(words) {
		if expression, ok := r.withAddition(words[:at[0]], words[at[1]:], depth+1); ok {
			return expression, true
		}
	}
	if parts := commentPattern.FindStringSubmatch(words); parts != nil {
		if expression, ok := r.phrase(parts[1], depth+1); ok && r.remarkAgrees(expression, parts[2], depth+1) {
			return expression, true
		}
	}
	if strings.Contains(words, "/") && !strings.Contains(words, "://") {
		return r.slashes(strings.Split(words, "/"), depth+1)
	}
	return Expression{}, false
}

// slashes reads licences that stand side by side, each of which must have a known name.
func (r *Reading) slashes(parts []string, depth int) (Expression, bool) {
	licences := make([]Expression, 0, len(parts))
	for _, part := range parts {
		licence, ok := r.phrase(strings.TrimSpace(part), depth)
		if !ok {
			return Expression{}, false
		}
		licences = append(licences, licence)
	}
	r.note(NoteList, "A list without AND or OR is read as AND, the stricter meaning.")
	return And(licences...), true
}

// remarkAgrees is true when a remark in parentheses says nothing else than the words before it.
func (r *Reading) remarkAgrees(expression Expression, remark string, depth int) bool {
	if strings.Contains(remark, "://") {
		address, ok := r.alias(remark)
		return !ok || address.Equal(expression)
	}
	again, ok := (&Reading{}).phrase(strings.TrimSpace(remark), depth)
	return ok && again.Equal(expression)
}

// withAddition reads "licence with addition". An addition that nobody knows is kept and makes the leaf unknown, since it may just as well take away as give.
func (r *Reading) withAddition(licence, addition string, depth int) (Expression, bool) {
	base, ok := r.phrase(licence, depth)
	if !ok || base.Kind() != KindLicense {
		return Expression{}, false
	}
	leaf := base.Leaf()
	addition = strings.Trim(addition, " \t-_,.()")
	switch strings.ToLower(addition) {
	case "exceptions", "exception", "special exception", "additional permissions", "additional permission":
		r.note(NoteNoException, "%q does not name its exception; the licence is read without it, the stricter meaning.", clip(licence+" with "+addition))
		return base, true
	}
	if id, ok := exceptionByName(addition, leaf); ok {
		leaf.Addition = id
		return Of(leaf), true
	}
	name := identifierOf(addition)
	if name == "" {
		return Expression{}, false
	}
	leaf.Addition = additionRefPrefix + "stated-" + name
	r.Unknown = append(r.Unknown, addition)
	r.note(NoteUnreadAddition, "%q is no exception of the SPDX list; ask the supplier what it grants or takes.", clip(addition))
	return Of(leaf), true
}

// unread keeps words that name no licence: as the unlisted identifier that they may be, or as a reference that says so.
func (r *Reading) unread(words string) Expression {
	if expression, _, err := parse(words); err == nil && expression.Kind() == KindLicense && !orLaterWord(words) {
		return expression
	}
	if standsIn(words) {
		r.Unknown = append(r.Unknown, words)
		words = strings.ToUpper(words)
		r.note(NoteStandIn, "%s stands in place of an expression and is no part of one, so that of one part nothing is known; ask the supplier for the licence of every part.", words)
		return Of(Leaf{ID: statedPrefix + words})
	}
	r.Unknown = append(r.Unknown, words)
	r.note(NoteUnreadWords, "%q names no licence we know; ask the supplier which licence is meant.", clip(words))
	name := identifierOf(words)
	if name == "" {
		name = "unreadable"
	}
	return Of(Leaf{ID: statedPrefix + name})
}

// orLaterWord is true for the words that make "or later" behind an operator; as an identifier they would mean something else at another place.
func orLaterWord(words string) bool {
	return orLaterWords.MatchString(" or " + words)
}

// identifierOf makes an identifier of any words: everything but letters, digits and dots becomes a hyphen.
func identifierOf(words string) string {
	return strings.Trim(notIdentifierByte.ReplaceAllString(words, "-"), "-.")
}
