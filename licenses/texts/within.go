package texts

import (
	"regexp"
	"strings"
	"sync"

	"github.com/google/licensecheck"
)

// faithful reports whether no part has more words that sound like a condition than the licence itself. licensecheck takes a line that begins with
// "Copyright" for part of the licence below it, up to 50 words long, and lets names stand in places where anything else can.
func faithful(text string, parts []Part) bool {
	for _, part := range parts {
		if part.Address {
			continue
		}
		own := ownConditions(part.ID)
		for word, n := range conditionsIn(text[part.Start:part.End]) {
			if n > own[word] {
				return false
			}
		}
	}
	return true
}

// innocent are words of copyright lines and of clauses about names that only sound like conditions: "Arm Limited", "Amazon.com, Inc. or its affiliates".
var innocent = regexp.MustCompile(`(?:and/)?\bor (?:its|their|one of its) (?:affiliates|affiliated companies|subsidiaries|licensors|suppliers)\b` +
	`|\p{Lu}[\p{L}\p{N}&'-]*(?: \([\p{L} ]+\))?,? (?:Limited|LIMITED)(?:$|\s*[.,;)>\r\n]|\s+(?:All|ALL|all) (?:Rights|RIGHTS|rights)\b)` +
	`|\b(?i:(?:may|shall|must|can|will) not be used\s+to\s+endorse)\b|\b(?i:nor may|may be used\s+to\s+endorse)\b`)

// conditionsIn counts the words by which licences condition, except, forbid or offer a choice.
func conditionsIn(text string) map[string]int {
	counts := map[string]int{}
	for word := range strings.FieldsFuncSeq(innocent.ReplaceAllString(text, " "), between) {
		if word = strings.ToLower(word); conditions[word] {
			counts[word]++
		}
	}
	return counts
}

// theOwn keeps what ownConditions has counted, by identifier.
var theOwn sync.Map

// ownConditions is how often a licence itself has each of the words at most, in the list's text or in a wording that licensecheck knows.
func ownConditions(id string) map[string]int {
	if known, ok := theOwn.Load(id); ok {
		return known.(map[string]int)
	}
	own := map[string]int{}
	if listed, ok := Text(id); ok {
		own = conditionsIn(listed)
	}
	for _, pattern := range thePatterns()[id] {
		rest := pattern
		atMost(own, mostIn(&rest))
	}
	theOwn.Store(id, own)
	return own
}

// thePatterns are licensecheck's by identifier, without their comments.
var thePatterns = sync.OnceValue(func() map[string][]string {
	comment := regexp.MustCompile(`(?s)//\*\*.*?\*\*//`)
	patterns := map[string][]string{}
	for _, known := range licensecheck.BuiltinLicenses() {
		if known.LRE != "" {
			patterns[known.ID] = append(patterns[known.ID], comment.ReplaceAllString(known.LRE, " "))
		}
	}
	return patterns
})

// mostIn counts in a pattern up to where its group ends: of "((this || that))" it takes for each word the alternative that has it most often.
func mostIn(pattern *string) map[string]int {
	best, here := map[string]int{}, map[string]int{}
	for *pattern != "" {
		at := strings.IndexAny(*pattern, "(|)")
		if at < 0 {
			at = len(*pattern)
		}
		plus(here, conditionsIn((*pattern)[:at]))
		*pattern = (*pattern)[at:]
		switch {
		case strings.HasPrefix(*pattern, "(("):
			*pattern = (*pattern)[2:]
			plus(here, mostIn(pattern))
		case strings.HasPrefix(*pattern, "))"):
			*pattern = (*pattern)[2:]
			atMost(best, here)
			return best
		case strings.HasPrefix(*pattern, "||"):
			*pattern = (*pattern)[2:]
			atMost(best, here)
			here = map[string]int{}
		case *pattern != "":
			*pattern = (*pattern)[1:]
		}
	}
	atMost(best, here)
	return best
}

func plus(into, counts map[string]int) {
	for word, n := range counts {
		into[word] += n
	}
}

func atMost(into, counts map[string]int) {
	for word, n := range counts {
		into[word] = max(into[word], n)
	}
}
