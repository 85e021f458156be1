package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord bounds what is taken for a word, in bytes; the rest of a longer one is not looked at.
const longestWord = 64

// special are letters that no accent makes out of others.
var special = map[rune]string{'ß': "ss", 'ø': "o", 'æ': "ae", 'œ': "oe", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ς': "σ"}

// fold makes words comparable: small letters without accents.
func fold(word string) string {
	plain := true
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(word)) {
		switch s, ok := special[r]; {
		case ok:
			b.WriteString(s)
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// eachWord walks over the words of a text as they are written: runs of letters and digits, with + and # behind a letter, as in C++.
// Writing without blanks between words is given in overlapping pairs of signs.
func eachWord(text string, each func(word string)) {
	start, unspaced := -1, false
	end := func(to int) {
		if start < 0 {
			return
		}
		word := text[start:to]
		start = -1
		switch {
		case unspaced:
			pairs(word, each)
		case len(word) > longestWord:
			each(cutAt(word, longestWord))
		default:
			each(word)
		}
	}
	for i, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		switch {
		case letter && start >= 0 && unspaced != isUnspaced(r):
			end(i)
			start, unspaced = i, isUnspaced(r)
		case letter && start < 0:
			start, unspaced = i, isUnspaced(r)
		case !letter && (r != '+' && r != '#' || start < 0 || unspaced):
			end(i)
		}
	}
	end(len(text))
}

func isUnspaced(r rune) bool {
	return r >= 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func pairs(run string, each func(string)) {
	_, first := utf8.DecodeRuneInString(run)
	if first == len(run) {
		each(run)
		return
	}
	for at := 0; at < len(run); {
		_, a := utf8.DecodeRuneInString(run[at:])
		_, b := utf8.DecodeRuneInString(run[at+a:])
		if b == 0 {
			return
		}
		each(run[at : at+a+b])
		at += a
	}
}

func cutAt(s string, most int) string {
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// humps gives the parts of a word that capitals divide: OpenForms is Open and Forms. Nothing for words without.
func humps(word string, each func(string)) {
	start, last := 0, rune(0)
	for i, r := range word {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(last) {
			each(word[start:i])
			start = i
		}
		last = r
	}
	if start > 0 {
		each(word[start:])
	}
}

// nameKey is a name without anything but letters and digits: what two spellings of a name have in common.
func nameKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' || r == '#' {
			return r
		}
		return -1
	}, fold(name))
}
