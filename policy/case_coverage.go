package policy

import (
	"slices"

	"github.com/ospo-register/ospo/models"
)

// weightOf is what a requirement counts for in the coverage: an essential one twice a mandatory one, and that twice a desirable one.
func weightOf(level models.RequirementLevel) float64 {
	switch level {
	case models.Essential:
		return 4
	case models.Mandatory:
		return 2
	}
	return 1
}

// shareOf is how much of a requirement an answer counts for; false when there is no answer.
func shareOf(met string) (float64, bool) {
	switch met {
	case "yes":
		return 1, true
	case "partly":
		return 0.5, true
	case "no":
		return 0, true
	}
	return 0, false
}

// cover takes in which requirements a candidate meets, and what is missing.
func (w *derivation) cover(c *weighed) {
	answers := map[string]models.Coverage{}
	for _, a := range c.file.Value.Covers {
		answers[a.Requirement] = a
	}
	scored := map[string]bool{}
	for _, s := range w.scores[c.Key] {
		if s.Requirement != "" && len(s.Evidence) > 0 {
			scored[s.Requirement] = true
		}
	}
	met, all, known := 0.0, 0.0, len(w.need.Requirements) > 0
	for _, r := range w.need.Requirements {
		a := answers[r.ID]
		share, answered := shareOf(a.Met)
		all += weightOf(r.Level)
		met += share * weightOf(r.Level)
		known = known && answered
		if a.Met == "yes" {
			continue
		}
		gap := Gap{r.ID, r.Level, "unknown", a.Remedy, a.Cost, a.Days, len(a.Evidence) > 0 || scored[r.ID] || c.dropEvidence()}
		if answered {
			gap.Met = a.Met
		}
		c.Gaps = append(c.Gaps, gap)
		switch r.Level {
		case models.Essential:
			c.EssentialGaps = append(c.EssentialGaps, r.ID)
		case models.Mandatory:
			c.MandatoryGaps = append(c.MandatoryGaps, r.ID)
		}
	}
	if known {
		share := met / all
		c.Coverage, c.facts.Coverage = &share, &share
	}
	w.reckonDays(c)
}

// coverage is the least and the most that may be covered: what is not answered, or said against the candidate without evidence, may be met or not.
func (w *derivation) coverage(c *weighed) (low, high float64) {
	all := 0.0
	for _, r := range w.need.Requirements {
		weight := weightOf(r.Level)
		all += weight
		i := slices.IndexFunc(c.Gaps, func(g Gap) bool { return g.Requirement == r.ID })
		if i < 0 {
			low, high = low+weight, high+weight
			continue
		}
		share, answered := shareOf(c.Gaps[i].Met)
		low += share * weight
		if answered && c.Gaps[i].Evidenced {
			high += share * weight
		} else {
			high += weight
		}
	}
	return low / all, high / all
}

// reckonDays is the time to production with the gaps closed. They are closed beside the work and beside each other, so that the longest counts when it takes longer.
func (w *derivation) reckonDays(c *weighed) {
	if c.file.Value.DaysToUse == nil {
		return
	}
	days := *c.file.Value.DaysToUse
	for _, g := range c.Gaps {
		if g.Days != nil {
			days = max(days, *g.Days)
		}
	}
	c.Days, c.facts.DaysToProduction = &days, &days
}
