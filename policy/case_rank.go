package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// standing puts in words where the case stands and which candidate the regime leads to.
func (w *derivation) standing() *Standing {
	s := &Standing{Model: w.Regime.Preference.Model, Chosen: w.chosen, Sensitivity: w.sensitivity()}
	for _, c := range w.candidates {
		s.Candidates = append(s.Candidates, c.CandidateStanding)
		s.Open = append(append(s.Open, c.OSS.Settles...), c.Fit.Settles...)
	}
	if n, least := len(w.Dossier.Scores), w.Regime.Evaluation.MinEvaluators; n > 0 && n < least {
		s.Open = append(s.Open, "The regime asks for "+count(least, "evaluator")+"; so far "+count(n, "evaluator")+" scored.")
	}
	s.Open = unique(s.Open)
	groups := w.groups()
	switch s.Model {
	case Ladder, Gate:
		w.inOrder(s, groups)
	default:
		w.compared(s, groups)
	}
	if len(w.candidates) == 0 {
		s.Sentence = "No candidate is on file."
	}
	for _, g := range groups {
		s.Rungs = append(s.Rungs, g.RungStanding)
	}
	if s.Chosen != "" && s.Recommended != "" && s.Chosen != s.Recommended {
		s.Sentence += " Proposed is " + w.title(s.Chosen) + "."
	}
	s.Mistakes = unique(w.mistakes)
	return s
}

// rungGroup is a rung with its candidates sorted by what is known of their fit.
type rungGroup struct {
	RungStanding
	fits, open, not []*weighed
	oss             bool // only open source belongs on it
}

// groups sorts the candidates onto the rungs. Models without rungs of their own have two, open source and everything else; where open source comes before nothing there is one.
func (w *derivation) groups() []*rungGroup {
	var groups []*rungGroup
	var at func(c *weighed) int
	switch model := w.Regime.Preference.Model; {
	case model == Ladder && len(w.Regime.Preference.Rungs) > 0:
		rungs := slices.Clone(w.Regime.Preference.Rungs)
		slices.SortFunc(rungs, func(a, b Rung) int { return cmp.Compare(a.Number, b.Number) })
		for _, r := range rungs {
			groups = append(groups, &rungGroup{RungStanding: RungStanding{Rung: r.Number, Title: r.Title, Origins: r.Origins}})
		}
		at = func(c *weighed) int {
			return slices.IndexFunc(groups, func(g *rungGroup) bool { return g.Rung == c.Tier })
		}
	case model == Gate || model == Superiority || model == TieBreak:
		groups = []*rungGroup{{RungStanding: RungStanding{Rung: 1, Title: "Open source"}, oss: true}, {RungStanding: RungStanding{Rung: 2, Title: "Everything else"}}}
		at = func(c *weighed) int {
			if c.OSS.Outcome == AnswerNo {
				return 1
			}
			return 0
		}
	default:
		groups = []*rungGroup{{RungStanding: RungStanding{Rung: 1, Title: "All candidates"}}}
		at = func(*weighed) int { return 0 }
	}
	for _, c := range w.candidates {
		i := at(c)
		if i < 0 { // an origin that the regime names on no rung stands after the last
			groups = append(groups, &rungGroup{RungStanding: RungStanding{Rung: c.Tier, Title: "Named on no rung"}})
			i = len(groups) - 1
		}
		groups[i].add(c)
	}
	for _, g := range groups {
		g.sort()
	}
	return groups
}

func (g *rungGroup) add(c *weighed) {
	switch {
	case c.Fit.Outcome == AnswerNo:
		g.not = append(g.not, c)
	case c.Fit.Outcome == AnswerOpen || c.claimed || g.oss && c.OSS.Outcome == AnswerOpen:
		g.open = append(g.open, c)
	default:
		g.fits = append(g.fits, c)
	}
}

// sort puts the best in front and says who leads. Without the scores of all nobody does, unless there is only one.
func (g *rungGroup) sort() {
	for _, list := range [][]*weighed{g.fits, g.open, g.not} {
		slices.SortFunc(list, before)
		for _, c := range list {
			g.Keys = append(g.Keys, c.Key)
		}
	}
	scored := !slices.ContainsFunc(g.fits, func(c *weighed) bool { return c.facts.Score == nil })
	if len(g.fits) == 1 || len(g.fits) > 1 && scored && !even(g.fits[0], g.fits[1]) {
		g.Leads = g.fits[0].Key
	}
}

// before orders by score, the higher first, then by total cost, the lower first; what is not known comes last. The key makes the order one.
func before(a, b *weighed) int {
	if n := cmp.Compare(scoreOf(b), scoreOf(a)); n != 0 {
		return n
	}
	if n := cheaper(a, b); n != 0 {
		return n
	}
	return strings.Compare(a.Key, b.Key)
}

func scoreOf(c *weighed) float64 {
	if c.facts.Score == nil {
		return -1
	}
	return *c.facts.Score
}

func cheaper(a, b *weighed) int {
	switch {
	case a.cost.valid && b.cost.valid && a.cost.currency == b.cost.currency:
		return a.cost.total.Cmp(b.cost.total)
	case a.cost.valid == b.cost.valid:
		return strings.Compare(a.cost.currency, b.cost.currency)
	case a.cost.valid:
		return -1
	}
	return 1
}

func even(a, b *weighed) bool { return scoreOf(a) == scoreOf(b) && cheaper(a, b) == 0 }

// inOrder is for models in which a preferred rung with a candidate that fits ends the search: no score on a lower rung counts against it.
func (w *derivation) inOrder(s *Standing, groups []*rungGroup) {
	var decides *rungGroup
	settled := true
	for _, g := range groups {
		name := g.name(s.Model)
		switch {
		case decides != nil:
			g.Sentence = name + " is not reached: " + decides.name(s.Model) + " decides."
		case len(g.fits) > 0:
			decides = g
			g.Decides = settled
			g.Sentence = g.leading(name, settled)
		case len(g.open) > 0:
			settled = false
			g.Sentence = name + " is not settled: " + openWords(g.open)
		case len(g.not) > 0:
			g.Sentence = name + ": nothing fits, because " + notWords(g.not)
		default:
			g.Sentence = name + ": there is no candidate."
		}
	}
	switch {
	case decides == nil && settled:
		s.Sentence = "No candidate fits the need."
	case decides == nil:
		s.Sentence = "It cannot be told yet whether a candidate fits."
	case !settled:
		s.Sentence = "It cannot be told yet which rung decides: whether a more preferred candidate fits is not settled."
	default:
		s.Recommended, s.Sentence = decides.Leads, decides.Sentence
	}
}

func (g *rungGroup) name(m PreferenceModel) string {
	if m == Ladder {
		return fmt.Sprintf("Rung %d%s", g.Rung, titled(g.Title))
	}
	return g.Title
}

func titled(title string) string {
	if title == "" {
		return ""
	}
	return " (" + title + ")"
}

// leading says who leads among those that fit.
func (g *rungGroup) leading(name string, settled bool) string {
	text := name + " decides: "
	if !settled {
		text = name + " would decide if nothing before it fits: "
	}
	first := g.fits[0]
	switch {
	case len(g.fits) == 1:
		text += first.Title + " is the only candidate on it that fits."
	case g.Leads == "" && first.facts.Score != nil && even(first, g.fits[1]):
		text += first.Title + " and " + g.fits[1].Title + " are even in score and cost."
	case g.Leads == "":
		text += names(g.fits) + " fit. Who leads is for the scores to tell, and they are not whole."
	default:
		second := g.fits[1]
		text += names(g.fits) + " fit, and " + first.Title + " leads with " + scoreWords(first) + " to " + scoreWords(second) + "."
		if scoreOf(first) == scoreOf(second) {
			text += " The scores are even; it costs less."
		}
	}
	if len(g.open) > 0 {
		text += " Not settled: " + openWords(g.open)
	}
	return text
}

func scoreWords(c *weighed) string {
	return strings.TrimSuffix(strings.TrimSuffix(string(c.Score), "0"), ".0")
}

func names(list []*weighed) string {
	var titles []string
	for _, c := range list {
		titles = append(titles, c.Title)
	}
	if len(titles) == 2 {
		return titles[0] + " and " + titles[1]
	}
	return strings.Join(titles, ", ")
}

func notWords(list []*weighed) string {
	var said []string
	for _, c := range list {
		said = append(said, c.Title+" does not ("+strings.TrimSuffix(strings.Join(c.Fit.Why, " "), ".")+")")
	}
	return strings.Join(said, "; ") + "."
}

func openWords(list []*weighed) string {
	var said []string
	for _, c := range list {
		why := c.Fit.Why
		if c.Fit.Outcome == AnswerYes {
			why = c.OSS.Why
		}
		said = append(said, c.Title+" ("+strings.TrimSuffix(strings.Join(why, " "), ".")+")")
	}
	return strings.Join(said, "; ") + "."
}

func (w *derivation) title(key string) string {
	if c := w.Dossier.Candidate(key); c != nil {
		return c.Title()
	}
	return key
}
