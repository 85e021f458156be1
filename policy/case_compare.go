package policy

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// compared is for models in which all that fit are held against each other, and for those in which nothing is preferred.
func (w *derivation) compared(s *Standing, groups []*rungGroup) {
	for _, g := range groups {
		switch {
		case len(g.fits) > 0:
			g.Sentence = g.leadingAmong()
		case len(g.open) > 0:
			g.Sentence = g.Title + ": not settled: " + openWords(g.open)
		case len(g.not) > 0:
			g.Sentence = g.Title + ": nothing fits, because " + notWords(g.not)
		default:
			g.Sentence = g.Title + ": there is no candidate."
		}
	}
	switch {
	case len(groups) == 1:
		groups[0].Decides = len(groups[0].fits) > 0
		s.Recommended, s.Sentence = groups[0].Leads, groups[0].Sentence
		if s.Model == Explain {
			s.Sentence += " The regime leaves the choice free; for one that is not open source the reasons have to be signed."
		} else {
			s.Sentence += " The regime prefers nothing in buying."
		}
	case len(groups[0].fits) == 0 && len(groups[0].open) > 0:
		s.Sentence = "It cannot be told yet: whether an open source candidate fits is not settled."
	case len(groups[0].fits) == 0:
		groups[1].decide(s, "No open source candidate fits. ")
	case len(groups[1].fits) == 0:
		groups[0].decide(s, "")
	case s.Model == Superiority:
		w.superior(s, groups[0], groups[1])
	default:
		w.tied(s, groups[0], groups[1])
	}
}

func (g *rungGroup) leadingAmong() string {
	text := g.leading(g.Title, true)
	return g.Title + ": " + text[len(g.Title)+len(" decides: "):]
}

func (g *rungGroup) decide(s *Standing, lead string) {
	g.Decides = len(g.fits) > 0
	s.Recommended, s.Sentence = g.Leads, lead+g.Sentence
}

// superior asks whether the best of everything else is better by the margin than each open source candidate that fits.
func (w *derivation) superior(s *Standing, open, other *rungGroup) {
	margin := decimal.NewFromFloat(w.Regime.Preference.SuperiorityMargin)
	if unscored(open) || unscored(other) {
		s.Sentence = "It cannot be told yet: not every candidate that fits has a score."
		return
	}
	best, rival := other.fits[0], open.fits[0]
	ahead := toDecimal(best.Score).Sub(toDecimal(rival.Score))
	words := fmt.Sprintf("%s is %s points ahead of %s; the regime asks for %s. ", best.Title, ahead, rival.Title, margin)
	if ahead.LessThan(margin) {
		open.decide(s, words)
		return
	}
	other.decide(s, words)
}

// tied asks whether an open source candidate that fits is as good as the best of everything else, within the bands.
func (w *derivation) tied(s *Standing, open, other *rungGroup) {
	if unscored(open) || unscored(other) {
		s.Sentence = "It cannot be told yet: not every candidate that fits has a score."
		return
	}
	best, band := other.fits[0], decimal.NewFromFloat(w.Regime.Preference.EquivalenceBand)
	if before(open.fits[0], best) < 0 {
		open.decide(s, "")
		return
	}
	least := toDecimal(best.Score).Sub(band)
	most := best.cost.total.Mul(decimal.NewFromFloat(1 + w.Regime.Preference.TCOBand))
	i := slices.IndexFunc(open.fits, func(c *weighed) bool {
		return toDecimal(c.Score).GreaterThanOrEqual(least) && c.cost.valid && best.cost.valid && c.cost.currency == best.cost.currency && c.cost.total.LessThanOrEqual(most)
	})
	if i < 0 {
		other.decide(s, "No open source candidate is equivalent. ")
		return
	}
	open.Decides = true
	s.Recommended = open.fits[i].Key
	s.Sentence = fmt.Sprintf("%s is equivalent to %s: %s to %s points, and it costs no more. Open source has priority.", open.fits[i].Title, best.Title, scoreWords(open.fits[i]), scoreWords(best))
}

func unscored(g *rungGroup) bool {
	return slices.ContainsFunc(g.fits, func(c *weighed) bool { return c.facts.Score == nil })
}
