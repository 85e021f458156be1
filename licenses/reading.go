package licenses

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ReadingKind says what a stated licence turned out to be.
type ReadingKind string

// The kinds of a Reading. They are kept apart because each calls for something else: None is an answer, NoAssertion a missing answer.
// SPDX 2.3, 7.13 and 7.15: NOASSERTION is not "no licence".
const (
	ReadExpression  ReadingKind = "expression"   // Expression is set
	ReadNone        ReadingKind = "none"         // NONE: somebody looked and there is no licence
	ReadNoAssertion ReadingKind = "no-assertion" // NOASSERTION, or a placeholder that says as little
	ReadAbsent      ReadingKind = "absent"       // the field is missing or empty
	ReadUnreadable  ReadingKind = "unreadable"   // something is stated that names no licence we know
)

// NoteCode names what was noticed while reading a stated licence.
type NoteCode string

// The notes of a Reading. Those from NoteAlias on come with guesses.
const (
	NoteLowerOperator  NoteCode = "lower-case-operator"
	NoteOtherCase      NoteCode = "other-case"
	NoteDeprecated     NoteCode = "deprecated-id"
	NoteUnlisted       NoteCode = "unlisted-id"
	NoteSyntax         NoteCode = "syntax"
	NoteAmbiguous      NoteCode = "ambiguous"
	NoteAlias          NoteCode = "alias"
	NoteList           NoteCode = "list-as-and"
	NotePlaceholder    NoteCode = "placeholder"
	NoteNoException    NoteCode = "exception-not-named"
	NoteUnreadAddition NoteCode = "unread-addition"
	NoteUnreadWords    NoteCode = "unread-words"
	NoteStandIn        NoteCode = "stand-in" // NONE or NOASSERTION as a part of an expression
	NoteUnseen         NoteCode = "unseen-characters"
)

// Note is one thing that was noticed while reading, for people.
type Note struct {
	Code     NoteCode
	Sentence string
}

// Reading is what a stated licence means, as far as it can be said.
type Reading struct {
	// Stated is the text as found, with nothing removed.
	Stated string
	Kind   ReadingKind
	// Expression is set for ReadExpression only. Deprecated identifiers with an exact successor are already replaced.
	Expression Expression
	// Canonical is the text to intern and to group by: the expression's canonical text, NONE, NOASSERTION, or empty.
	Canonical string
	// Guessed is true when the text is not itself an SPDX expression and its meaning comes from an alias or another rule of thumb.
	Guessed bool
	Notes   []Note
	// Unknown lists, sorted, the identifiers and phrases that name no licence we know. It can be filled for every kind but ReadAbsent.
	Unknown []string
}

// Class is the class of the expression; everything that is not an expression is Unknown and is to be counted by its Kind.
func (r Reading) Class() Class { return r.Expression.Class() }

// mostNotes is how many notes a Reading keeps; Unknown is complete nevertheless.
const mostNotes = 40

func (r *Reading) note(code NoteCode, format string, args ...any) {
	if len(r.Notes) == mostNotes {
		return
	}
	note := Note{code, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.Notes, note) {
		r.Notes = append(r.Notes, note)
	}
}

// Read says what a licence text found in a document means. It never fails: what it cannot read is ReadUnreadable, with a note that says why.
//
// An SPDX expression is taken as it is. Otherwise the built-in aliases are tried ("GPLv2+", "Apache License, Version 2.0", web addresses of
// licences), first on the whole and then on the pieces between AND, OR, commas and slashes. Such a Reading is Guessed. A guess is never more permissive than the
// text: a list without operators is read as AND, a bare family name such as "BSD" or "GPL" stays unknown, and a text in which no
// piece names a known licence stays unreadable.
//
// Phrases that name no licence stay in the expression, as the unlisted identifier that they are or as "LicenseRef-stated-…", so that an unknown is never lost.
func Read(text string) Reading {
	r := Reading{Stated: text}
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		r.Kind = ReadAbsent
		return r
	case trimmed == "NONE":
		r.Kind, r.Canonical = ReadNone, "NONE"
		return r
	case trimmed == "NOASSERTION":
		r.Kind, r.Canonical = ReadNoAssertion, "NOASSERTION"
		return r
	case isPlaceholder(trimmed):
		r.Kind, r.Canonical, r.Guessed = ReadNoAssertion, "NOASSERTION", true
		r.note(NotePlaceholder, "%s", placeholderSentence(trimmed))
		return r
	}
	if seen := unseen.ReplaceAllString(text, ""); seen != text {
		r = Read(seen)
		r.Stated, r.Guessed = text, r.Kind == ReadExpression || r.Kind == ReadNoAssertion
		r.note(NoteUnseen, "There are characters in it that nobody can see, as %U; they were left out. Type the licence anew.", []rune(unseen.FindString(text))[0])
		return r
	}
	expression, seen, err := parse(text)
	if err == nil && len(expression.Unlisted()) == 0 {
		r.noteSpellings(expression, seen)
		r.settle(expression.Current())
		return r
	}
	if len(text) > MaxLength {
		r.Kind = ReadUnreadable
		r.note(NoteSyntax, "%s", sentence(err))
		return r
	}
	r.guess(trimmed, expression, seen, err)
	return r
}

// isPlaceholder finds the words that programs write when they have nothing to say. A "None" that is not in capitals is
// how scripts print a missing value, not SPDX's NONE.
func isPlaceholder(text string) bool {
	switch strings.ToLower(strings.Trim(text, `"'()[]<>. `)) {
	case "", "noassertion", "none", "null", "nil", "nan", "n/a", "na", "unknown", "unspecified", "not specified", "undefined", "undetermined",
		"unknown license", "unknown licence", "no license specified", "license unknown", "-", "?", "#", "tbd", "todo":
		return true
	}
	return false
}

// placeholderSentence says how a placeholder is read. Who writes “none” may well mean NONE, which says more than programs mean by it.
func placeholderSentence(text string) string {
	switch {
	case strings.EqualFold(text, "NOASSERTION"):
		return fmt.Sprintf("%q is read as NOASSERTION, which is written in capitals.", text)
	case strings.EqualFold(text, "NONE"):
		return fmt.Sprintf("%q is how programs print that a value is missing, and is read as NOASSERTION. Whoever knows that there is no licence writes NONE, in capitals.", text)
	case strings.Trim(text, `"'()[]<>. `) == "":
		return fmt.Sprintf("%q names no licence: write an SPDX expression, such as MIT OR Apache-2.0. It is read as NOASSERTION.", clip(text))
	}
	return fmt.Sprintf("%q says no more than NOASSERTION.", clip(text))
}

// unseen finds characters without a width, which come along when text is copied from a page. Those that change the order of what is seen are not
// among them: a text with those may mean something else than it shows.
var unseen = regexp.MustCompile("[\u00ad\u200b-\u200d\u2060\ufeff]")

func (r *Reading) noteSpellings(expression Expression, seen spellings) {
	if seen.lowerOperators {
		r.note(NoteLowerOperator, "Operators in lower case are right in SPDX 3 only; SPDX 2 wants AND, OR and WITH.")
	}
	if seen.otherCase {
		r.note(NoteOtherCase, "An identifier is not spelled as on the SPDX list; upper and lower case make no difference.")
	}
	for _, leaf := range expression.Leaves() {
		if next, replaced := successor(leaf); replaced {
			stated := Leaf{ID: leaf.ID, OrLater: leaf.OrLater}
			r.note(NoteDeprecated, "%s is deprecated on the SPDX list and means %s.", stated, next)
		}
	}
}

// settle ends a reading that found an expression, unless nothing in it is known.
func (r *Reading) settle(expression Expression) {
	for _, id := range expression.Unlisted() {
		r.Unknown = append(r.Unknown, id)
		if _, ok := GetException(id); ok {
			r.note(NoteUnlisted, "%s is an exception; it belongs after WITH and is no licence by itself.", id)
			continue
		}
		r.note(NoteUnlisted, "%q is not on the SPDX list %s; ask the supplier which licence is meant.", clip(id), ListVersion().Number)
	}
	slices.Sort(r.Unknown)
	r.Unknown = slices.Compact(r.Unknown)
	known := slices.ContainsFunc(expression.Leaves(), func(leaf Leaf) bool {
		_, listed := Get(leaf.ID)
		return listed || leaf.IsRef() && !strings.HasPrefix(leaf.ID, statedPrefix)
	})
	if !known {
		r.Kind, r.Guessed = ReadUnreadable, false
		return
	}
	r.Kind, r.Expression, r.Canonical = ReadExpression, expression, expression.String()
}

// guess reads what is not an expression of listed identifiers.
func (r *Reading) guess(text string, parsed Expression, seen spellings, parseErr error) {
	if _, name, found := cutLast(text, "::"); found {
		text = strings.TrimSpace(name)
	}
	if expression, ok := r.alias(text); ok {
		r.Guessed = true
		r.settle(expression)
		return
	}
	if len(r.Notes) > 0 {
		r.Kind, r.Unknown = ReadUnreadable, []string{clip(text)}
		return
	}
	if parseErr == nil && !orLaterWords.MatchString(text) {
		r.noteSpellings(parsed, seen)
		r.settle(parsed.Current().replace(func(leaf Leaf) Expression { return r.unlistedLeaf(leaf) }))
		return
	}
	if parseErr != nil {
		r.note(NoteSyntax, "Not an SPDX expression: %s", sentence(parseErr))
	}
	expression, ok := r.phrases(text)
	if !ok {
		r.Kind = ReadUnreadable
		r.Unknown = []string{clip(text)}
		return
	}
	r.Guessed = true
	r.settle(expression)
}

// cutLast cuts around the last separator, as in the trove classifier "License :: OSI Approved :: MIT License".
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// unlistedLeaf tries the aliases on a leaf of a well-formed expression whose identifiers are not all listed.
func (r *Reading) unlistedLeaf(leaf Leaf) Expression {
	if len(leaf.Unlisted()) == 0 {
		return Of(leaf)
	}
	if orLaterWord(leaf.ID) {
		r.Guessed = true
		return r.unread(leaf.String())
	}
	licence := Leaf{Document: leaf.Document, ID: leaf.ID, OrLater: leaf.OrLater}
	if len(licence.Unlisted()) > 0 || leaf.Addition != "" {
		text := leaf.String()
		if guessed, ok := r.phrase(text, 0); ok {
			r.Guessed = true
			return guessed
		}
	}
	return Of(leaf)
}

// sentence is what Parse says of a text, without the place.
func sentence(err error) string {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Sentence
	}
	return err.Error()
}
