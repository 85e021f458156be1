package health

import (
	"fmt"

	"github.com/ospo-register/ospo/models"
)

func issues(c *Counts) (opened, closed *int)  { return c.IssuesOpened, c.IssuesClosed }
func changes(c *Counts) (opened, closed *int) { return c.ChangesOpened, c.ChangesClosed }

// closureRatio is what was closed in the window over what was opened in it (CHAOSS, Change Request Closure Ratio; the same for issues): below one, more
// is left lying every day.
func (h *history) closureRatio(m *models.Measurement, noun string, of func(*Counts) (opened, closed *int)) {
	m.Unit, m.WindowDays = "ratio", days(Window)
	if h.Counts == nil {
		if m.Why = h.NoCounts; m.Why == "" {
			m.Why = "Its host was not asked for " + noun + "."
		}
		return
	}
	m.Source, m.WindowDays = h.Counts.Source, days(h.Now.Sub(h.Counts.Since))
	opened, closed := of(h.Counts)
	if opened == nil || closed == nil {
		if m.Why = h.Counts.Why; m.Why == "" {
			m.Why = "Its host does not tell of " + noun + "."
		}
		return
	}
	m.Input = fmt.Sprintf("%s %s closed and %s opened since %s.", number(*closed), noun, number(*opened), date(h.Counts.Since))
	if *opened == 0 {
		m.Why = "No " + noun + " were opened in that time, so that there is no ratio."
		return
	}
	set(m, float64(*closed)/float64(*opened))
}
