package licenses

// Verdict is what somebody's rules say of a licence or of an expression, spelled as in a URL.
type Verdict string

// The verdicts from the best to the worst. The last two are said of a statement that is no expression, never of a part of one.
const (
	Allowed      Verdict = "allowed"
	NeedsChoice  Verdict = "needs-choice" // an OR of which some branch is allowed and some is not: somebody has to choose
	Review       Verdict = "review"       // a person has to look
	Undetermined Verdict = "undetermined" // a rule needs a fact that is missing
	UnknownTerms Verdict = "unknown"      // nobody has said, or we do not know the licence: never allowed
	Denied       Verdict = "denied"
	NoLicense    Verdict = "none"       // NONE: nobody may use it; as bad as denied
	Unparsable   Verdict = "unparsable" // a text is there that we cannot read; as bad as unknown
)

// Verdicts lists every verdict from the best to the worst.
func Verdicts() []Verdict {
	return []Verdict{Allowed, NeedsChoice, Review, Undetermined, UnknownTerms, Unparsable, NoLicense, Denied}
}

func (v Verdict) rank() int {
	switch v {
	case Allowed:
		return 0
	case NeedsChoice:
		return 1
	case Review:
		return 2
	case Undetermined:
		return 3
	case UnknownTerms:
		return 4
	case Unparsable:
		return 5
	case NoLicense:
		return 6
	case Denied:
		return 7
	}
	return UnknownTerms.rank()
}

// known is the verdict, or UnknownTerms for a text that is none.
func (v Verdict) known() Verdict {
	if v.rank() == UnknownTerms.rank() {
		return UnknownTerms
	}
	return v
}

// Worse is the worse of two verdicts: what holds when both bind, as in an AND or under two policies.
func (v Verdict) Worse(other Verdict) Verdict {
	if other.rank() > v.rank() {
		return other.known()
	}
	return v.known()
}

// Either is what holds when one of two may be taken: allowed when both are, needs-choice when only one of them leads to
// "allowed", and else the better of the two. It is commutative, associative and idempotent.
func (v Verdict) Either(other Verdict) Verdict {
	better, worse := v.known(), other.known()
	if better.rank() > worse.rank() {
		better, worse = worse, better
	}
	if better == Allowed && worse != Allowed {
		return NeedsChoice
	}
	return better
}

// Judge judges the expression by a judgement of its leaves: an AND is as bad as its worst operand, an OR is Either of them.
// The zero Expression is UnknownTerms. Each leaf is judged once for each time it stands in the expression; nothing is expanded, so the time is
// in proportion to the length of the text.
func (e Expression) Judge(leaf func(Leaf) Verdict) Verdict {
	switch e.Kind() {
	case "":
		return UnknownTerms
	case KindLicense, KindWith:
		return leaf(e.node.leaf).known()
	}
	verdict := e.node.operands[0].Judge(leaf)
	for _, operand := range e.node.operands[1:] {
		if e.node.kind == KindAnd {
			verdict = verdict.Worse(operand.Judge(leaf))
		} else {
			verdict = verdict.Either(operand.Judge(leaf))
		}
	}
	return verdict
}
