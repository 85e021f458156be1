package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
)

// ruling is what a chain, or one policy of it, says of a leaf or of a statement that is no expression.
type ruling struct {
	verdict licenses.Verdict
	reasons []Reason
	allowed []licenses.Leaf // of an "or later" leaf, the versions that are allowed
	named   bool            // by a rule that names this very licence
}

// leaf is what the whole chain says of a leaf. An "or later" leaf that a policy does not name is whichever of its versions one likes:
// for each version all policies bind, and of the versions one may choose.
func (h *hearing) leaf(leaf licenses.Leaf) *ruling {
	key := leaf.String()
	if h.world.statement.Guessed {
		key += "\x00guessed"
	}
	if h.program.stated {
		key += "\x00" + h.world.statement.Expression.String() + "\x00" + h.world.statement.Stated
	}
	h.table.mu.Lock()
	known, ok := h.table.leaves[key]
	h.table.mu.Unlock()
	if ok {
		return known
	}
	own := h.each(leaf)
	var r *ruling
	if versions := h.program.leaf(leaf).versions; len(versions) == 0 || !slices.ContainsFunc(own, func(r ruling) bool { return !r.named }) {
		r = together(own)
	} else {
		r = h.versions(leaf, versions, own)
	}
	for i := range r.reasons {
		r.reasons[i].Leaf = leaf.String()
	}
	if !h.passing {
		h.table.mu.Lock()
		h.table.leaves[key] = r
		h.table.mu.Unlock()
		h.program.keeping()
	}
	return r
}

// each is what each policy of the chain says of the leaf by itself.
func (h *hearing) each(leaf licenses.Leaf) []ruling {
	world := *h.world
	world.leaf = h.program.leaf(leaf)
	rulings := make([]ruling, len(h.program.books))
	for i, b := range h.program.books {
		rulings[i] = h.book(b, 0, &world)
	}
	return rulings
}

// together joins what the policies of a chain say: the worst binds.
func together(each []ruling) *ruling {
	r := &ruling{verdict: each[0].verdict}
	for _, one := range each {
		r.verdict = r.verdict.Worse(one.verdict)
		r.reasons = append(r.reasons, one.reasons...)
	}
	for i := range r.reasons {
		r.reasons[i].Decisive = r.reasons[i].Verdict == r.verdict
	}
	return r
}

func (h *hearing) versions(leaf licenses.Leaf, versions []licenses.Leaf, own []ruling) *ruling {
	whole := &ruling{}
	var all []*ruling
	for _, version := range versions {
		each := h.each(version)
		for i := range each {
			if own[i].named {
				each[i] = own[i]
			}
		}
		r := together(each)
		all = append(all, r)
		if whole.verdict == "" {
			whole.verdict = r.verdict
		}
		whole.verdict = whole.verdict.Either(r.verdict)
		if r.verdict == licenses.Allowed {
			whole.allowed = append(whole.allowed, version)
		}
	}
	for i, r := range all {
		for _, reason := range r.reasons {
			reason.Decisive = reason.Decisive && (r.verdict == whole.verdict || whole.verdict == licenses.NeedsChoice)
			whole.reasons = merge(whole.reasons, reason, versions[i].String())
		}
	}
	for i := range whole.reasons {
		if len(whole.reasons[i].As) == len(versions) {
			whole.reasons[i].As = nil
		}
	}
	return whole
}

// merge adds a reason that was found for a version; when the same was found for another version they become one.
func merge(reasons []Reason, reason Reason, version string) []Reason {
	for i := range reasons {
		r := &reasons[i]
		if r.Agency == reason.Agency && r.Policy == reason.Policy && r.Rule == reason.Rule && r.Verdict == reason.Verdict && slices.Equal(r.Missing, reason.Missing) && r.Trouble == reason.Trouble {
			r.As = append(r.As, version)
			r.Decisive = r.Decisive || reason.Decisive
			return reasons
		}
	}
	reason.As = []string{version}
	return append(reasons, reason)
}

// book is what one policy says of the leaf in the world, from a rule on: the first rule that matches decides. A rule of which nobody can
// say whether it matches leaves the verdict open, unless the rules after it come to the same.
func (h *hearing) book(b *book, from int, w *world) ruling {
	listed := w.leaf.listed
	for i, r := range b.rules[from:] {
		matches, named := r.matches(w)
		if !matches || !listed && !named && r.Outcome == Allow {
			continue
		}
		verdict := r.Outcome.Verdict()
		if !listed && !named {
			verdict = verdict.Worse(licenses.UnknownTerms)
		}
		a := h.answer(r, w)
		switch {
		case a.yes:
			return ruling{verdict: verdict, reasons: []Reason{b.reason(r, verdict)}, named: named}
		case !a.open():
			continue
		}
		rest := h.book(b, from+i+1, w)
		if rest.verdict == verdict {
			return rest
		}
		open := licenses.Undetermined
		if !listed && !named && !rest.named {
			open = licenses.UnknownTerms
		}
		return ruling{verdict: open, reasons: []Reason{b.open(r, open, a, rest)}, named: named || rest.named}
	}
	if !listed {
		return ruling{verdict: licenses.UnknownTerms, reasons: []Reason{b.builtIn(StatedUnlisted, licenses.UnknownTerms)}}
	}
	o := b.Policy.Otherwise
	reason := b.blank(o.Outcome.Verdict())
	reason.Severity, reason.Message, reason.Cure = o.Severity, o.Message, o.Cure
	return ruling{verdict: reason.Verdict, reasons: []Reason{reason}}
}

// wordless is what the chain says of a statement that is no expression.
func (h *hearing) wordless() *ruling {
	each := make([]ruling, len(h.program.books))
	for i, b := range h.program.books {
		each[i] = h.bookWordless(b, 0, h.world.statement.kind())
	}
	return together(each)
}

func (h *hearing) bookWordless(b *book, from int, kind StatementKind) ruling {
	for i, r := range b.rules[from:] {
		if !slices.Contains(r.Licenses.Statement, kind) {
			continue
		}
		verdict := wordlessVerdict(kind, r.Outcome)
		a := h.answer(r, h.world)
		switch {
		case a.yes:
			return ruling{verdict: verdict, reasons: []Reason{b.reason(r, verdict)}}
		case !a.open():
			continue
		}
		rest := h.bookWordless(b, from+i+1, kind)
		if rest.verdict == verdict {
			return rest
		}
		return ruling{verdict: licenses.Undetermined, reasons: []Reason{b.open(r, licenses.Undetermined, a, rest)}}
	}
	verdict := wordlessVerdict(kind, LeaveUnknown)
	return ruling{verdict: verdict, reasons: []Reason{b.builtIn(kind, verdict)}}
}

// wordlessVerdict is the verdict on a statement that is no expression. NONE stays NONE when it is denied: that says more.
func wordlessVerdict(kind StatementKind, outcome Outcome) licenses.Verdict {
	switch {
	case outcome == Review:
		return licenses.Review
	case kind == StatedNone:
		return licenses.NoLicense
	case outcome == Deny:
		return licenses.Denied
	case kind == StatedUnparsable:
		return licenses.Unparsable
	}
	return licenses.UnknownTerms
}

// matches says whether the rule is about the leaf in the world, but for its condition, and whether it names that very licence.
func (r *readyRule) matches(w *world) (matches, named bool) {
	m, f := &r.Licenses, &w.leaf.facts
	if m.named() {
		if named = f.Leaf.Document == "" && r.names[w.leaf.key]; !named {
			return false, false
		}
	}
	return among(m.Categories, f.Category) && among(m.Classes, w.leaf.class) && among(m.Openness, f.Openness) &&
		among(m.Reciprocity, f.Reciprocity) && among(m.Patents, f.Patents) &&
		(len(m.Limits) == 0 || slices.ContainsFunc(f.Limits, func(l licenses.Limit) bool { return slices.Contains(m.Limits, l) })) &&
		(len(m.Statement) == 0 || w.statement.Guessed && slices.Contains(m.Statement, StatedGuessed) ||
			!w.leaf.listed && slices.Contains(m.Statement, StatedUnlisted)), named
}

func among[T comparable](wanted []T, value T) bool {
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// answer asks a rule's condition, once per table when it does not depend on the licence.
func (h *hearing) answer(r *readyRule, w *world) answer {
	if r.condition == nil {
		return answer{yes: true}
	}
	if r.situated {
		h.table.mu.Lock()
		known, ok := h.table.answers[r]
		h.table.mu.Unlock()
		if ok {
			return known
		}
	}
	a := r.condition.ask(h.ctx, w)
	h.passing = h.passing || a.passing
	if r.situated && !a.passing {
		h.table.mu.Lock()
		h.table.answers[r] = a
		h.table.mu.Unlock()
	}
	return a
}

func (b *book) blank(verdict licenses.Verdict) Reason {
	return Reason{Policy: b.Policy.ID, Version: b.Version, Agency: b.Agency, Verdict: verdict}
}

func (b *book) reason(r *readyRule, verdict licenses.Verdict) Reason {
	reason := b.blank(verdict)
	reason.Rule, reason.Title, reason.Severity, reason.Message = r.ID, r.Title, r.Severity, r.Message
	reason.Basis, reason.Cure, reason.Reference = r.Basis, r.Cure, r.Reference
	return reason
}

// open is the reason of a rule of which nobody can say whether it matches.
func (b *book) open(r *readyRule, verdict licenses.Verdict, a answer, rest ruling) Reason {
	reason := b.reason(r, verdict)
	reason.Missing, reason.Trouble = slices.Clone(a.missing), a.trouble
	for _, other := range rest.reasons {
		reason.Missing = append(reason.Missing, other.Missing...)
		reason.Trouble = cmp.Or(reason.Trouble, other.Trouble)
	}
	slices.Sort(reason.Missing)
	reason.Missing = slices.Compact(reason.Missing)
	reason.Severity = reason.Severity.Worse(Low)
	why := "a fact is missing: " + strings.Join(reason.Missing, ", ")
	reason.Cure = "Record what is missing."
	if len(reason.Missing) == 0 {
		why = "its condition cannot be evaluated"
		reason.Cure = "Have the condition of the rule corrected."
	}
	reason.Message = fmt.Sprintf("Nobody can say whether the rule applies, because %s. If it does: %s", why, r.Message)
	return reason
}

// builtIn is what is said when no rule of the policy speaks of a statement without known terms.
func (b *book) builtIn(kind StatementKind, verdict licenses.Verdict) Reason {
	reason := b.blank(verdict)
	reason.Severity = Medium
	reason.Cure = "Ask the supplier for the licence as an SPDX expression, or record a reviewer's conclusion."
	switch kind {
	case StatedNone:
		reason.Severity, reason.Message = High, "The document says that there is no licence. Without one nobody may use or pass on the component."
	case StatedNoAssertion:
		reason.Message = "The document says that nothing is known about the licence."
	case StatedAbsent:
		reason.Message = "No licence is stated."
	case StatedUnparsable:
		reason.Message = "A licence is stated in words that cannot be read as one."
	default:
		reason.Message = "The licence is on no list that we know, so nobody can say what its terms are."
		reason.Cure = "Ask the supplier for the licence's text, have it identified or looked at, and name it in a rule."
	}
	return reason
}
