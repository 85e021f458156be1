package packages

import (
	"regexp"
	"strings"
)

// apkPattern is the form of an Alpine version: numbers with dots, a letter, suffixes as "_rc1", a commit as "~1a2b", a revision as "-r3".
var apkPattern = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)(?:~([0-9a-f]+))?(?:-r([0-9]+))?$`)

// apkPart is one piece of an Alpine version. Of two versions that are equal so far, the one whose next piece has the higher kind is the later.
type apkPart struct {
	kind  apkKind
	text  string
	first bool // the first number of the version, which is always compared as a number
}

type apkKind int

const (
	apkBefore apkKind = iota // a suffix for something before the release
	apkEnd
	apkRevision
	apkCommit
	apkSuffixNumber
	apkAfter // a suffix for something after the release
	apkLetter
	apkNumber
)

// apkSuffixes are in their order, those of apkBefore apart from those of apkAfter.
var apkSuffixes = []string{"alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"}

// firstAfter is the first of apkSuffixes that comes after the release.
const firstAfter = 4

// compareApk orders by the rules of Alpine's package manager (apk-package(5), "version"); what does not follow them comes first.
func compareApk(a, b string) int {
	partsA, partsB := apkParts(a), apkParts(b)
	switch {
	case partsA == nil && partsB == nil:
		return compareNatural(a, b)
	case partsA == nil:
		return -1
	case partsB == nil:
		return 1
	}
	for i := 0; ; i++ {
		x, y := apkPartAt(partsA, i), apkPartAt(partsB, i)
		if order := x.compare(y); order != 0 {
			return order
		}
		if x.kind == apkEnd {
			return 0
		}
	}
}

func apkPartAt(parts []apkPart, i int) apkPart {
	if i < len(parts) {
		return parts[i]
	}
	return apkPart{kind: apkEnd}
}

func (p apkPart) compare(other apkPart) int {
	if p.kind != other.kind {
		return sign(int(p.kind) - int(other.kind))
	}
	switch p.kind {
	case apkNumber:
		// A number that begins with 0 is a fraction, but for the first one: 1.05 comes before 1.5.
		if !p.first && (p.text[0] == '0' || other.text[0] == '0') {
			return strings.Compare(p.text, other.text)
		}
		return compareNumbers(p.text, other.text)
	case apkSuffixNumber, apkRevision:
		return compareNumbers(p.text, other.text)
	case apkBefore, apkAfter:
		return sign(apkSuffixRank(p.text) - apkSuffixRank(other.text))
	}
	return strings.Compare(p.text, other.text)
}

func apkSuffixRank(suffix string) int {
	for rank, known := range apkSuffixes {
		if known == suffix {
			return rank
		}
	}
	return -1
}

// apkParts splits a version; nil for what is none.
func apkParts(version string) []apkPart {
	if len(version) > maxVersionLength {
		return nil
	}
	match := apkPattern.FindStringSubmatch(version)
	if match == nil {
		return nil
	}
	var parts []apkPart
	for i, number := range strings.Split(match[1], ".") {
		parts = append(parts, apkPart{kind: apkNumber, text: number, first: i == 0})
	}
	if match[2] != "" {
		parts = append(parts, apkPart{kind: apkLetter, text: match[2]})
	}
	for _, suffix := range strings.Split(match[3], "_")[1:] {
		word := strings.TrimRight(suffix, "0123456789")
		kind := apkBefore
		if apkSuffixRank(word) >= firstAfter {
			kind = apkAfter
		}
		parts = append(parts, apkPart{kind: kind, text: word})
		if number := suffix[len(word):]; number != "" {
			parts = append(parts, apkPart{kind: apkSuffixNumber, text: number})
		}
	}
	if match[4] != "" {
		parts = append(parts, apkPart{kind: apkCommit, text: match[4]})
	}
	if match[5] != "" {
		parts = append(parts, apkPart{kind: apkRevision, text: match[5]})
	}
	return parts
}
