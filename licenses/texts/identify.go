package texts

import (
	"strings"

	"github.com/google/licensecheck"

	"github.com/ospo-register/ospo/licenses"
)

// Match is what is known of a text by its words.
type Match struct {
	// Expression names the licences found; several in one text are all demanded (AND). It is zero when nothing was recognised.
	// What is recognised but not on the SPDX list, such as the Commons Clause, stands in it as a "LicenseRef-…".
	Expression licenses.Expression
	// Coverage is how much of the text belongs to what was found, 0 to 100, in words.
	Coverage float64
	// Certain is true when nobody has to look: see Identify.
	Certain bool
	// Parts are what was found where, in the order of the text, without overlaps.
	Parts []Part
}

// Part is one stretch of a text that is a licence, a notice of one, or the address of one.
type Part struct {
	// ID is the identifier as recognised: of the SPDX list, perhaps a deprecated one, or of the recogniser.
	ID string
	// Start and End are byte offsets: text[Start:End].
	Start, End int
	// Address is true when only a web address was found, not the words of a licence.
	Address bool
}

const (
	// MaxText is how many bytes of a text are looked at; what follows makes the Match uncertain.
	MaxText = 1 << 20
	// CertainFrom is the coverage from which a Match can be certain.
	CertainFrom = 75.0
)

// Identify says which listed licences a text is.
//
// A text with the very words of one listed licence is that licence; case, punctuation, line breaks and copyright lines do not
// count (after SPDX 2.3, annex B, "Matching guidelines"). Everything else goes to google/licensecheck, which knows about 400 licences of list 3.10 and
// many notices. The words of an exception of which we have the text, beside those of one licence, make a WITH. Where a text is the same for several identifiers the most modest is given: the bare text of the GPL is "-only", because
// "or later" is granted by a notice and not by the text.
//
// The Match is Certain when the text was read whole, at least CertainFrom percent of it is recognised, everything recognised is on the SPDX
// list, an address names no further licence, and what is left over is at most a few words of which none sounds like a condition, an
// exception or a choice: an "and not for military use" behind the MIT licence is five words that change everything. Nor has a stretch that is
// recognised, its copyright lines included, more such words than the licence has itself.
//
// It may be called by several at once. The first call takes about a second and some megabytes, which stay. It never fails: a
// text that cannot be read has no match.
func Identify(text string) Match {
	whole := len(text) <= MaxText
	if !whole {
		text = text[:MaxText]
	} else if id, ok := exact(text); ok {
		return Match{expressionOf(id), 100, true, []Part{{ID: id, End: len(text)}}}
	}
	match := scan(text)
	match.Certain = whole && match.Certain
	return match
}

// scan asks licensecheck.
func scan(text string) (match Match) {
	defer func() {
		if recover() != nil { // a foreign reader of foreign text
			match = Match{}
		}
	}()
	coverage := licensecheck.Scan([]byte(text))
	for _, m := range coverage.Match {
		match.Parts = append(match.Parts, Part{ID: m.ID, Start: m.Start, End: m.End, Address: m.IsURL})
	}
	match.Coverage = coverage.Percent
	match.Parts = withAppendices(text, match.Parts)
	listed := true
	for i, part := range match.Parts {
		if !says(match.Parts, i) {
			continue
		}
		match.Expression = licenses.And(match.Expression, expressionOf(part.ID))
		listed = listed && isListed(part.ID)
	}
	agree := addressesAgree(match.Parts)
	left := match.addException(text, leftover(text, match.Parts))
	match.Certain = listed && match.Coverage >= CertainFrom && agree && harmless(left) && faithful(text, match.Parts)
	return match
}

// twoGPLs is how licensecheck calls the notice "version 2 or version 3".
const twoGPLs = "GPL-2.0-or-3.0"

// expressionOf is the identifier as an expression with identifiers in force: "GPL-2.0" is "GPL-2.0-only".
func expressionOf(id string) licenses.Expression {
	if id == twoGPLs {
		return licenses.Or(licenses.Of(licenses.Leaf{ID: "GPL-2.0-only"}), licenses.Of(licenses.Leaf{ID: "GPL-3.0-only"}))
	}
	license, ok := licenses.Get(id)
	if !ok {
		return licenses.Of(licenses.Leaf{ID: "LicenseRef-" + id})
	}
	if next, err := licenses.Parse(license.Successor); err == nil && license.Successor != "" {
		return next
	}
	return licenses.Of(licenses.Leaf{ID: license.ID})
}

func isListed(id string) bool {
	_, ok := licenses.Get(id)
	return ok || id == twoGPLs
}

// isBare is true for the text of a GNU licence as opposed to a notice that says which versions may be taken.
func isBare(id string) bool {
	license, ok := licenses.Get(id)
	return ok && license.Deprecated && license.Successor == id+"-only"
}

// says reports whether a part adds to the expression. The text of a GNU licence does not when a notice beside it says more exactly
// which versions hold, nor does the GPL behind the LGPL 3, which consists of both.
func says(parts []Part, i int) bool {
	id := parts[i].ID
	if !isBare(id) {
		return true
	}
	if id == "GPL-3.0" && i > 0 && strings.HasPrefix(parts[i-1].ID, "LGPL-3.0") {
		return false
	}
	for _, other := range parts {
		if other.ID == id+"-only" || other.ID == id+"-or-later" || other.ID == twoGPLs && (id == "GPL-2.0" || id == "GPL-3.0") {
			return false
		}
	}
	return true
}

// withAppendices counts "How to Apply These Terms" behind the GPL 3 as part of it. The notice in it is an example, not a grant.
func withAppendices(text string, parts []Part) []Part {
	const begin, end, near, long = "how to apply these terms", "why-not-lgpl.html", 200, 3000
	var out []Part
	for _, part := range parts {
		if len(out) > 0 && part.Start < out[len(out)-1].End {
			continue
		}
		if isBare(part.ID) && !part.Address {
			after := strings.ToLower(text[part.End:min(len(text), part.End+long)])
			from, to := strings.Index(after, begin), strings.Index(after, end)
			if from >= 0 && from < near && to > from {
				part.End = min(len(text), part.End+to+len(end))
			}
		}
		out = append(out, part)
	}
	return out
}

// addressesAgree is false when an address names a licence whose words are not there although words of another are.
func addressesAgree(parts []Part) bool {
	words := map[string]bool{}
	for _, part := range parts {
		if !part.Address {
			words[expressionOf(part.ID).String()] = true
		}
	}
	for _, part := range parts {
		if part.Address && len(words) > 0 && !words[expressionOf(part.ID).String()] {
			return false
		}
	}
	return true
}
