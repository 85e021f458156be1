package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// waitingCase is a case whose next step is the reader's to take.
type waitingCase struct {
	store.DecisionRow
	Step string // what they would do
}

// mostWaitingCases bounds the cases that the home page names.
const mostWaitingCases = 6

// waiting lists the open cases that wait for the reader, by the transition table; what still stands in the way is told on the page of each.
func (s *site) waiting(c *page) ([]waitingCase, error) {
	if c.viewer.UserID == 0 || !c.viewer.MaySomewhere(models.WriteDecision) {
		return nil, nil
	}
	list, err := s.Store.Decisions(c.ctx(), c.viewer, models.DecisionFilter{Open: true, Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		return nil, err
	}
	var cases []waitingCase
	for i := range list.Items {
		d := &list.Items[i]
		if step := stepOf(c.viewer, &d.Decision); step != "" && len(cases) < mostWaitingCases {
			cases = append(cases, waitingCase{*d, step})
		}
	}
	return cases, nil
}

// stepOf is the first step of the straight way that the viewer may take in a case; "" when it is for others.
func stepOf(v models.Viewer, d *models.Decision) string {
	for _, m := range models.Moves {
		if m.Branch == d.Branch() && m.From == d.State && m.OnTrack(d.Track) && !m.Back && !slices.Contains(aside, m.To) && m.Role(v, d.AgencyID) != "" {
			return m.Title
		}
	}
	return ""
}
