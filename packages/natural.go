package packages

import "strings"

// compareNatural orders versions of which nothing is known but that they are made of numbers and words.
//
// Numbers are compared as numbers and a missing one counts as 0, so "1.0" is "1.0.0". A word for something before the release ("alpha", "rc", "SNAPSHOT", "~")
// comes before the release, every other word after it: "1.0-rc1" < "1.0" < "1.1.1" < "1.1.1k" < "1.1.2". A "v" in front makes no difference, nor do
// upper and lower case.
func compareNatural(a, b string) int {
	left, right := naturalReader{text: trimV(a)}, naturalReader{text: trimV(b)}
	for {
		x, moreX := left.next()
		y, moreY := right.next()
		if !moreX && !moreY {
			return 0
		}
		if order := x.compare(y); order != 0 {
			return order
		}
	}
}

func trimV(version string) string {
	version = strings.TrimSpace(version)
	if len(version) > 1 && (version[0] == 'v' || version[0] == 'V') && isDigit(version[1]) {
		return version[1:]
	}
	return version
}

// naturalPart is a number, a word, or, when both are empty, the end.
type naturalPart struct {
	rank   int // below 0: before the release; 0: the release itself; 1: a word after it; 2: a number above 0
	number string
	word   string
}

func (p naturalPart) compare(other naturalPart) int {
	switch {
	case p.rank != other.rank:
		return sign(p.rank - other.rank)
	case p.rank == 2:
		return compareNumbers(p.number, other.number)
	case p.rank == 1:
		return strings.Compare(p.word, other.word)
	}
	return 0
}

// beforeRelease ranks the words for versions that come before their release.
var beforeRelease = map[string]int{
	"~": -10, "dev": -9, "nightly": -8, "canary": -8, "snapshot": -7, "alpha": -6, "beta": -5, "milestone": -4,
	"preview": -3, "pre": -3, "prerelease": -3, "rc": -2, "cr": -2, "candidate": -2,
}

// likeRelease are words that add nothing to a version.
var likeRelease = map[string]bool{"final": true, "ga": true, "release": true, "stable": true}

type naturalReader struct {
	text string
	at   int
}

// next reads the next number or word; past the end it gives parts that equal the number 0.
func (r *naturalReader) next() (part naturalPart, more bool) {
	for r.at < len(r.text) && !isDigit(r.text[r.at]) && !isLetter(r.text[r.at]) && r.text[r.at] != '~' {
		r.at++
	}
	if r.at == len(r.text) {
		return naturalPart{}, false
	}
	start := r.at
	switch c := r.text[r.at]; {
	case c == '~':
		r.at++
		return naturalPart{rank: beforeRelease["~"]}, true
	case isDigit(c):
		for r.at < len(r.text) && isDigit(r.text[r.at]) {
			r.at++
		}
		number := strings.TrimLeft(r.text[start:r.at], "0")
		if number == "" {
			return naturalPart{}, true
		}
		return naturalPart{rank: 2, number: number}, true
	}
	for r.at < len(r.text) && isLetter(r.text[r.at]) {
		r.at++
	}
	numbered := r.at < len(r.text) && isDigit(r.text[r.at])
	return naturalWord(strings.ToLower(r.text[start:r.at]), numbered), true
}

// naturalWord ranks a word. A lone letter with a number right behind it is an abbreviation, as in "1.0b2"; without one it is a patch letter, as in "1.1.1b".
func naturalWord(word string, numbered bool) naturalPart {
	if numbered {
		switch word {
		case "a":
			word = "alpha"
		case "b":
			word = "beta"
		case "m":
			word = "milestone"
		}
	}
	if rank, ok := beforeRelease[word]; ok {
		return naturalPart{rank: rank}
	}
	if likeRelease[word] {
		return naturalPart{}
	}
	return naturalPart{rank: 1, word: word}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80 }

// compareNumbers orders numbers of any length, written in decimal digits.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return sign(len(a) - len(b))
	}
	return strings.Compare(a, b)
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
