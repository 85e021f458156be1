package web

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/ospo-register/ospo/models"
)

func sortEndings(list []ending) {
	slices.SortStableFunc(list, func(a, b ending) int {
		switch {
		case a.On == nil && b.On == nil:
			return 0
		case a.On == nil:
			return 1
		case b.On == nil:
			return -1
		}
		return a.On.DaysSince(*b.On)
	})
}

// judge says how near the end is, and draws it against the farthest one.
func (e *ending) judge(today models.Date, most int) {
	if e.On == nil {
		return
	}
	left := e.On.DaysSince(today)
	kind := "good"
	switch {
	case left < 0:
		e.Tag, kind = tag{"Over", toneBad}, "severity-high"
	case left <= models.FundingDays/4:
		e.Tag, kind = tag{"Soon", toneBad}, "severity-high"
	case left <= models.FundingDays:
		e.Tag, kind = tag{"Within a year", toneCaution}, "caution"
	}
	e.Ago = ago(*e.On, today)
	e.Bar = template.HTML(fmt.Sprintf(`<svg class="chart-rank" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-%s" width="%.1f" height="10"/></svg>`, kind, max(float64(left)/float64(most)*100, 1))) //nolint:gosec // a class of ours and a number
}
