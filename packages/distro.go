package packages

import (
	"regexp"
	"strings"
)

// debPattern is what Debian Policy 5.6.12 allows in a version: an epoch, and an upstream version that begins with a digit.
var debPattern = regexp.MustCompile(`^(?:[0-9]+:)?[0-9][A-Za-z0-9.+~:-]*$`)

// cutEpoch splits the epoch from a distribution's version; "0" when there is none.
func cutEpoch(version string) (epoch, rest string, found bool) {
	before, after, found := strings.Cut(version, ":")
	if !found || before == "" || strings.Trim(before, "0123456789") != "" {
		return "0", version, false
	}
	return before, after, true
}

// cutRevision splits the distribution's own revision from a version: what follows the last hyphen.
func cutRevision(version string) (upstream, revision string, found bool) {
	if i := strings.LastIndexByte(version, '-'); i > 0 {
		return version[:i], version[i+1:], true
	}
	return version, "", false
}

// compareDeb orders by Debian Policy 5.6.12: epoch as a number, then upstream version, then revision.
func compareDeb(a, b string) int {
	return compareEpochs(a, b, compareDebPart)
}

// compareRPM orders by rpm's rules (rpm-version(7)): epoch as a number, then version, then release. Arch Linux's pacman uses the same.
func compareRPM(a, b string) int {
	return compareEpochs(a, b, compareRPMPart)
}

func compareEpochs(a, b string, comparePart func(a, b string) int) int {
	epochA, restA, _ := cutEpoch(strings.TrimSpace(a))
	epochB, restB, _ := cutEpoch(strings.TrimSpace(b))
	if order := compareNumbers(epochA, epochB); order != 0 {
		return order
	}
	versionA, revisionA, _ := cutRevision(restA)
	versionB, revisionB, _ := cutRevision(restB)
	if order := comparePart(versionA, versionB); order != 0 {
		return order
	}
	return comparePart(revisionA, revisionB)
}

// compareDebPart compares runs of non-digits and runs of digits in turn. Among non-digits a tilde comes before the end, the end before letters, letters before the rest;
// a missing number is 0.
func compareDebPart(a, b string) int {
	for a != "" || b != "" {
		wordA, restA := cutRun(a, false)
		wordB, restB := cutRun(b, false)
		for i := 0; i < len(wordA) || i < len(wordB); i++ {
			if order := sign(debWeight(wordA, i) - debWeight(wordB, i)); order != 0 {
				return order
			}
		}
		numberA, nextA := cutRun(restA, true)
		numberB, nextB := cutRun(restB, true)
		if order := compareNumbers(numberA, numberB); order != 0 {
			return order
		}
		a, b = nextA, nextB
	}
	return 0
}

func cutRun(text string, digits bool) (run, rest string) {
	i := 0
	for i < len(text) && isDigit(text[i]) == digits {
		i++
	}
	return text[:i], text[i:]
}

func debWeight(word string, i int) int {
	switch {
	case i >= len(word):
		return 0
	case word[i] == '~':
		return -1
	case 'a' <= word[i] && word[i] <= 'z' || 'A' <= word[i] && word[i] <= 'Z':
		return int(word[i])
	}
	return int(word[i]) + 256
}

// compareRPMPart compares segments of digits or of letters; everything else only separates them, but for "~", which comes before the end, and
// "^", which comes after the end and before any segment.
func compareRPMPart(a, b string) int {
	for {
		a, b = trimRPMSeparators(a), trimRPMSeparators(b)
		if order, decided := compareRPMMark(a, b, '~', -1); decided {
			return order
		} else if order == both {
			a, b = a[1:], b[1:]
			continue
		}
		if order, decided := compareRPMMark(a, b, '^', 1); decided {
			return order
		} else if order == both {
			a, b = a[1:], b[1:]
			continue
		}
		if a == "" || b == "" {
			return sign(len(a) - len(b))
		}
		digits := isDigit(a[0])
		if digits != isDigit(b[0]) {
			if digits {
				return 1
			}
			return -1
		}
		segmentA, restA := cutRPMSegment(a, digits)
		segmentB, restB := cutRPMSegment(b, digits)
		order := strings.Compare(segmentA, segmentB)
		if digits {
			order = compareNumbers(segmentA, segmentB)
		}
		if order != 0 {
			return order
		}
		a, b = restA, restB
	}
}

// both is the answer of compareRPMMark when both versions have the mark.
const both = 2

// compareRPMMark decides at a "~" or "^": atEnd is the order of a version with the mark against one that ends here.
func compareRPMMark(a, b string, mark byte, atEnd int) (order int, decided bool) {
	hasA, hasB := a != "" && a[0] == mark, b != "" && b[0] == mark
	switch {
	case hasA && hasB:
		return both, false
	case hasA && b == "":
		return atEnd, true
	case hasB && a == "":
		return -atEnd, true
	case hasA:
		return -1, true
	case hasB:
		return 1, true
	}
	return 0, false
}

func trimRPMSeparators(text string) string {
	i := 0
	for i < len(text) && !isDigit(text[i]) && !isASCIILetter(text[i]) && text[i] != '~' && text[i] != '^' {
		i++
	}
	return text[i:]
}

func cutRPMSegment(text string, digits bool) (segment, rest string) {
	i := 0
	for i < len(text) && (digits && isDigit(text[i]) || !digits && isASCIILetter(text[i])) {
		i++
	}
	return text[:i], text[i:]
}

func isASCIILetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
