package packages

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// MaxRangeLength is the longest range that is read, in bytes.
const MaxRangeLength = 1000

// Range is a set of versions that a person or a program asked for. The zero Range holds every version.
type Range struct {
	// ecosystem is set for a VERS range, which speaks of one ecosystem only.
	ecosystem Ecosystem
	// spans are alternatives; a version is in the range when it is in one of them.
	spans []span
	any   bool // "*" was among the alternatives
}

// span is a list of conditions that all hold.
type span []condition

type condition struct {
	operator operator
	version  string
}

type operator string

const (
	equal        operator = "="
	unequal      operator = "!="
	below        operator = "<"
	atMost       operator = "<="
	above        operator = ">"
	atLeast      operator = ">="
	beginsWith   operator = "x" // "3.0.x"
	hyphenSpaced          = " - "
)

// RangeError says what cannot be read in a range.
type RangeError struct {
	// Text is the piece that cannot be read.
	Text string
	// Sentence says what is wrong and how to write it, for people.
	Sentence string
}

// Error is the sentence.
func (e *RangeError) Error() string { return e.Sentence }

func rangeError(text, format string, args ...any) error {
	return &RangeError{Text: text, Sentence: fmt.Sprintf(format, args...)}
}

// ParseRange reads a range of versions; the error is always a *RangeError. One notation serves every ecosystem:
//
//	<3.0.8            below; also <=, >, >=, = and !=
//	1.2.3             exactly this version, as =1.2.3
//	>=1.0 <2.0        both; a comma does as well as a blank
//	1.0 - 2.0         from 1.0 to 2.0, both included
//	3.0.x             every version that begins with 3.0, also 3.0.*
//	<1.1.1k || 3.0.x  one or the other
//	vers:npm/>=1.0.0|<2.0.0   the notation of the VERS specification, for this ecosystem only
//
// An empty text, or "*", is every version. What the versions mean is decided by Contains, which knows the ecosystem.
func ParseRange(text string) (Range, error) {
	trimmed := strings.TrimSpace(text)
	switch {
	case len(text) > MaxRangeLength:
		return Range{}, rangeError(clip(text), "The range has %d bytes; at most %d are read.", len(text), MaxRangeLength)
	case trimmed == "" || trimmed == "*":
		return Range{}, nil
	case strings.HasPrefix(strings.ToLower(trimmed), "vers:"):
		return parseVERS(trimmed)
	}
	var r Range
	for _, alternative := range strings.Split(trimmed, "||") {
		conditions, err := parseSpan(alternative)
		if err != nil {
			return Range{}, err
		}
		if len(conditions) == 0 {
			r.any = true
			continue
		}
		r.spans = append(r.spans, conditions)
	}
	return r, nil
}

var operatorPattern = regexp.MustCompile(`(<=|>=|==|!=|=<|=>|<|>|=)\s*`)

func parseSpan(text string) (span, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, rangeError(text, `There is nothing beside "||"; write a version on both sides of it.`)
	}
	if from, to, found := strings.Cut(text, hyphenSpaced); found {
		first, err := parseVersion(strings.TrimSpace(from))
		if err != nil {
			return nil, err
		}
		last, err := parseVersion(strings.TrimSpace(to))
		if err != nil {
			return nil, err
		}
		return span{{atLeast, first}, {atMost, last}}, nil
	}
	// Operators are set apart first, so that ">= 1.0 <2.0", ">=1.0,<2.0" and ">=1.0<2.0" are the same.
	text = operatorPattern.ReplaceAllString(text, " $1")
	var conditions span
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == '\t' || c == '\n' || c == '\r' }) {
		one, err := parseCondition(word)
		if err != nil {
			return nil, err
		}
		if one.operator == "" {
			continue
		}
		conditions = append(conditions, one)
	}
	return conditions, nil
}

// parseCondition reads an operator and a version; the zero condition is "*", which asks for nothing.
func parseCondition(word string) (condition, error) {
	if word == "*" || word == "x" || word == "X" {
		return condition{}, nil
	}
	operator, rest := cutOperator(word)
	if series, found := cutWildcard(rest); found {
		if operator != equal {
			return condition{}, rangeError(word, "%q compares with a series; write a version in place of %q, or the series alone.", clip(word), clip(rest))
		}
		version, err := parseVersion(series)
		return condition{beginsWith, version}, err
	}
	version, err := parseVersion(rest)
	return condition{operator, version}, err
}

func cutOperator(word string) (operator, string) {
	for _, spelling := range []struct {
		text string
		is   operator
	}{{"<=", atMost}, {"=<", atMost}, {">=", atLeast}, {"=>", atLeast}, {"==", equal}, {"!=", unequal}, {"<", below}, {">", above}, {"=", equal}} {
		if rest, found := strings.CutPrefix(word, spelling.text); found {
			return spelling.is, rest
		}
	}
	return equal, word
}

func cutWildcard(version string) (series string, found bool) {
	for _, ending := range []string{".x", ".X", ".*"} {
		for strings.HasSuffix(version, ending) {
			version, found = strings.TrimSuffix(version, ending), true
		}
	}
	return version, found
}

var versionPattern = regexp.MustCompile(`^[\pL\pN][\pL\pN.+~^:!_@/-]*$`)

func parseVersion(text string) (string, error) {
	switch {
	case text == "":
		return "", rangeError(text, "An operator stands without a version; write for example <3.0.8.")
	case strings.HasPrefix(text, "^"), strings.HasPrefix(text, "~"):
		return "", rangeError(text, "%q means different things in different ecosystems; write it out, for example >=1.2 <2.", clip(text))
	case !versionPattern.MatchString(text):
		return "", rangeError(text, "%q is not a version; write for example <3.0.8, 1.2.3, >=1.0 <2.0 or 3.0.x.", clip(text))
	case !strings.ContainsAny(text, "0123456789"):
		return "", rangeError(text, "%q has no number in it; write for example <3.0.8, 1.2.3, >=1.0 <2.0 or 3.0.x.", clip(text))
	}
	return text, nil
}

// IsAny is true when the range holds every version.
func (r Range) IsAny() bool { return r.any || len(r.spans) == 0 }

// String is the range in the notation of ParseRange, which reads it as the same range; empty for every version.
func (r Range) String() string {
	if r.ecosystem == "" && r.IsAny() {
		return ""
	}
	if r.ecosystem != "" {
		return r.versString()
	}
	alternatives := make([]string, len(r.spans))
	for i, conditions := range r.spans {
		words := make([]string, len(conditions))
		for j, one := range conditions {
			words[j] = one.String()
		}
		alternatives[i] = strings.Join(words, " ")
	}
	return strings.Join(alternatives, " || ")
}

func (c condition) String() string {
	if c.operator == beginsWith {
		return c.version + ".x"
	}
	return string(c.operator) + c.version
}

// Contains is true when a version of the ecosystem lies in the range, by the order of that ecosystem.
//
// A bound means what a person means by it. When it has no epoch or no revision, those of a distribution's version are left out before comparing, as is Debian's
// mark of a repacked source: for "<3.0.8" the versions deb 3.0.7-1+deb12u1 and rpm 1:3.0.7-18.el9_2 are in, apk 3.0.8-r0 is not, and "=3.0.7" finds every build of 3.0.7.
// A bound with a revision is compared with everything. A pre-release is below its release: 3.0.8-rc1 is in "<3.0.8".
//
// A version without any number ("", "latest", "UNKNOWN") is in no range but the one of every version. A version or bound that the
// ecosystem cannot read is compared by the general rule of Order.
func (r Range) Contains(ecosystem Ecosystem, version string) bool {
	if r.ecosystem != "" && r.ecosystem != ecosystem {
		return false
	}
	if r.IsAny() {
		return true
	}
	if !strings.ContainsAny(version, "0123456789") {
		return false
	}
	return slices.ContainsFunc(r.spans, func(conditions span) bool {
		return !slices.ContainsFunc(conditions, func(one condition) bool { return !one.holds(ecosystem, version) })
	})
}

func (c condition) holds(ecosystem Ecosystem, version string) bool {
	version = withoutUnspoken(ecosystem, version, c.version)
	if c.operator == beginsWith {
		return inSeries(version, c.version)
	}
	order := orderReadable(ecosystem, version, c.version)
	switch c.operator {
	case equal:
		return order == 0
	case unequal:
		return order != 0
	case below:
		return order < 0
	case atMost:
		return order <= 0
	case above:
		return order > 0
	}
	return order >= 0
}

// orderReadable is Order, but by the general rule when the ecosystem cannot read one of the two: "1.2.3.4" is no version in npm and still not below "1.0".
func orderReadable(ecosystem Ecosystem, a, b string) int {
	if !Readable(ecosystem, a) || !Readable(ecosystem, b) {
		return compareNatural(a, b)
	}
	return Order(ecosystem, a, b)
}

var (
	apkRevisionPattern = regexp.MustCompile(`-r[0-9]+$`)
	repackPattern      = regexp.MustCompile(`[+.~-](?:dfsg|ds|repack)[.+]?[0-9]*(?:\.[0-9]+)*$`)
)

// withoutUnspoken leaves out of a distribution's version what the bound does not speak of.
func withoutUnspoken(ecosystem Ecosystem, version, bound string) string {
	switch ecosystem {
	case Apk:
		if !apkRevisionPattern.MatchString(bound) {
			version = apkRevisionPattern.ReplaceAllString(version, "")
		}
	case Deb, RPM, Alpm:
		_, rest, hasEpoch := cutEpoch(bound)
		if !hasEpoch {
			_, version, _ = cutEpoch(version)
		}
		if _, _, revision := cutRevision(rest); !revision {
			version, _, _ = cutRevision(version)
			if ecosystem == Deb && !repackPattern.MatchString(bound) {
				version = repackPattern.ReplaceAllString(version, "")
			}
		}
	}
	return version
}

// inSeries is true when the numbers of a version begin with those of the series.
func inSeries(version, series string) bool {
	left, right := naturalReader{text: trimV(version)}, naturalReader{text: trimV(series)}
	for {
		wanted, more := right.next()
		if !more {
			return true
		}
		if got, _ := left.next(); got.compare(wanted) != 0 {
			return false
		}
	}
}
