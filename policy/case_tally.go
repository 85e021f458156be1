package policy

import (
	"fmt"
	"slices"
)

// tally collects reasons: one "no" decides, and else one gap in what is known leaves it undetermined.
type tally struct {
	noes, opens, yeses []string
	settles            []string
}

func (t *tally) yes(why string) { t.yeses = append(t.yeses, why) }
func (t *tally) no(why string)  { t.noes = append(t.noes, why) }

// open notes something that is not known, with what would settle it.
func (t *tally) open(why, settles string) {
	t.opens = append(t.opens, why)
	t.settles = append(t.settles, settles)
}

func (t *tally) outcome() Answer {
	switch {
	case len(t.noes) > 0:
		return AnswerNo
	case len(t.opens) > 0:
		return AnswerOpen
	}
	return AnswerYes
}

// finding gives the reasons that decide.
func (t *tally) finding() Finding {
	switch t.outcome() {
	case AnswerNo:
		return Finding{Outcome: AnswerNo, Why: t.noes}
	case AnswerOpen:
		return Finding{Outcome: AnswerOpen, Why: t.opens, Settles: t.settles}
	}
	return Finding{Outcome: AnswerYes, Why: t.yeses}
}

// count is a number of things in words: "1 closed part", "3 closed parts".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// unique drops what was said before, and keeps the order.
func unique(texts []string) []string {
	var once []string
	for _, t := range texts {
		if !slices.Contains(once, t) {
			once = append(once, t)
		}
	}
	return once
}

// hasWord looks for a word in a list, whether it is spelled with hyphens or with underscores.
func hasWord(list []string, word string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return factWord(w) == factWord(word) })
}
