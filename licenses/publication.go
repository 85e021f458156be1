package licenses

import (
	"slices"
	"strings"
)

// Publication is the answer to whether a work with parts under one expression may be published under another.
type Publication struct {
	Answer Answer
	// Via is the inbound expression with only those branches of its ORs left that give the answer; zero when the answer is no.
	Via Expression
	// Blockers are the inbound licences that keep the answer from being better, sorted; empty when it is yes.
	Blockers []Leaf
	// Reasons has the answer for each distinct inbound licence, sorted by licence.
	Reasons []LeafCompatibility
}

// LeafCompatibility is the answer for one inbound licence.
type LeafCompatibility struct {
	Inbound Leaf
	Compatibility
}

// Publish says whether a work that has parts under inbound may be published under outbound. Of an OR in inbound the best branch counts and is
// named in Via; an AND is as bad as its worst operand. Whoever receives the work may choose in an OR of outbound, so inbound has to fit each of its
// operands; of an AND in outbound one operand that fits is enough, since parts of the work are under each. A zero expression is unknown: what NONE and
// NOASSERTION mean is the caller's to say.
func (l *List) Publish(outbound, inbound Expression, how Linking) Publication {
	if outbound.IsZero() || inbound.IsZero() {
		return Publication{Answer: AnswerUnknown}
	}
	answers := map[Leaf]Compatibility{}
	p := Publication{}
	for _, leaf := range inbound.Leaves() {
		answers[leaf] = l.fits(leaf, outbound, how)
		p.Reasons = append(p.Reasons, LeafCompatibility{leaf, answers[leaf]})
	}
	branch := best(inbound, answers)
	p.Answer, p.Via, p.Blockers = branch.answer, branch.via, slices.CompactFunc(slices.SortedFunc(slices.Values(branch.blockers), compareLeaves), func(a, b Leaf) bool { return a == b })
	if p.Answer == AnswerNo {
		p.Via = Expression{}
	}
	return p
}

// fits is the answer for one inbound licence under the whole outbound expression.
func (l *List) fits(inbound Leaf, outbound Expression, how Linking) Compatibility {
	switch outbound.Kind() {
	case KindLicense, KindWith:
		return l.Compatible(inbound, outbound.node.leaf, how)
	}
	answer := l.fits(inbound, outbound.node.operands[0], how)
	for _, operand := range outbound.node.operands[1:] {
		other := l.fits(inbound, operand, how)
		if (other.Answer.rank() > answer.Answer.rank()) == (outbound.node.kind == KindOr) && other.Answer != answer.Answer {
			answer = other
		}
	}
	return answer
}

// branch is what is left of an expression when only its best branches are kept.
type branch struct {
	answer   Answer
	via      Expression
	blockers []Leaf
}

func best(e Expression, answers map[Leaf]Compatibility) branch {
	switch e.Kind() {
	case KindLicense, KindWith:
		b := branch{answer: answers[e.node.leaf].Answer, via: e}
		if b.answer != AnswerYes {
			b.blockers = []Leaf{e.node.leaf}
		}
		return b
	case KindOr:
		return bestOf(e.node.operands, answers)
	}
	whole := branch{answer: AnswerYes}
	vias := make([]Expression, 0, len(e.node.operands))
	for _, operand := range e.node.operands {
		part := best(operand, answers)
		vias = append(vias, part.via)
		whole.blockers = append(whole.blockers, part.blockers...)
		if part.answer.rank() > whole.answer.rank() {
			whole.answer = part.answer
		}
	}
	whole.via = And(vias...)
	return whole
}

// bestOf keeps the operands of an OR that have its best answer. What stands in the way of a better one are the blockers of all of these.
func bestOf(operands []Expression, answers map[Leaf]Compatibility) branch {
	chosen := branch{answer: AnswerNo}
	var vias []Expression
	for _, operand := range operands {
		part := best(operand, answers)
		switch {
		case part.answer.rank() < chosen.answer.rank():
			chosen, vias = part, []Expression{part.via}
		case part.answer == chosen.answer:
			chosen.blockers = append(chosen.blockers, part.blockers...)
			vias = append(vias, part.via)
		}
	}
	chosen.via = Or(vias...)
	return chosen
}

func compareLeaves(a, b Leaf) int { return strings.Compare(a.String(), b.String()) }
