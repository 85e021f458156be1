package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// DeadlineKind says what ends on a day.
type DeadlineKind string

// The kinds of deadlines.
const (
	OpinionDue     DeadlineKind = "opinion"
	StandstillEnd  DeadlineKind = "standstill"
	ChallengeEnd   DeadlineKind = "challenge"
	PublicationDue DeadlineKind = "publication"
	EmergencyDue   DeadlineKind = "emergency"
	ReviewDue      DeadlineKind = "review"
	RenewalDue     DeadlineKind = "renewal"
	ExemptionEnds  DeadlineKind = "exemption"
)

// Deadline is a day that the law sets for a case.
type Deadline struct {
	Kind    DeadlineKind
	Title   string      // what is due, for people
	On      models.Date // the last day
	Text    string      // how it was counted, and what follows when it passes
	Skipped []Holiday   // holidays that the count passed over
	Law     string      // the article, where the regime names one
}

// Deadlines lists the days that the regime sets for a case as it stands, the nearest first. What is done already sets no day. The calendar is that of
// Regime.WorkingDays.
func Deadlines(in CaseInput, cal *Calendar) []Deadline {
	c := clock{in, cal, nil}
	c.opinion()
	c.standstill()
	c.publication()
	c.emergency()
	c.review()
	c.renewal()
	c.exemption()
	slices.SortStableFunc(c.list, func(a, b Deadline) int { return a.On.DaysSince(b.On) })
	return c.list
}

// clock counts the days of one case.
type clock struct {
	CaseInput
	calendar *Calendar
	list     []Deadline
}

func (c *clock) add(kind DeadlineKind, step Step, title string, on models.Date, skipped []Holiday, text string) {
	law := ""
	for _, w := range c.Regime.Words {
		if w.Step == step {
			law = w.Article
		}
	}
	if len(skipped) > 0 {
		var days []string
		for _, h := range skipped {
			days = append(days, h.Name+" on "+h.Date.String())
		}
		text += " Not counted: " + strings.Join(days, ", ") + "."
	}
	c.list = append(c.list, Deadline{kind, title, on, text, skipped, law})
}

// working counts working days from the day after a date.
func (c *clock) working(from models.Date, n int) (models.Date, []Holiday) {
	return c.calendar.AddWorkingDays(from, n)
}

func (c *clock) opinion() {
	d, o := c.Dossier, c.Regime.Opinion
	if d.OpinionAt == nil || d.Opinion != nil && !d.Opinion.At.Before(*d.OpinionAt) {
		return
	}
	from := models.DateOf(*d.OpinionAt)
	on, skipped := c.working(from, o.WorkingDays)
	if d.OpinionDue != nil {
		on = *d.OpinionDue
	}
	silence := "If nothing has come by then, that counts as no."
	if o.Silence == "consent" {
		silence = "If nothing has come by then, that counts as yes."
	}
	c.add(OpinionDue, "opinion", "The opinion of "+firstOf(o.Body, "the central body")+" is due", on, skipped, fmt.Sprintf("%s after it was asked for on %s. %s", count(o.WorkingDays, "working day"), from, silence))
}

// standstill counts from the award notice, never from the decision within the agency.
func (c *clock) standstill() {
	var notices *models.Notices
	if c.Dossier.Notices != nil {
		notices = &c.Dossier.Notices.Value
	}
	award, s := notices.Award(), c.Regime.Standstill
	if award == nil || c.Dossier.Contract != nil && c.Dossier.Contract.Value.SignedAt != nil {
		return
	}
	switch {
	case s.WorkingDays > 0:
		on, skipped := c.working(award.PublishedOn, s.WorkingDays)
		text := fmt.Sprintf("%s after the award notice of %s. The contract may be signed from the next day on.", count(s.WorkingDays, "working day"), award.PublishedOn)
		c.add(StandstillEnd, "standstill", "The standstill ends", on, skipped, text)
	case s.ChallengeWithin > 0:
		on, skipped := c.working(award.PublishedOn, s.ChallengeWithin)
		text := fmt.Sprintf("%s after the award notice of %s, for there is no standstill.", count(s.ChallengeWithin, "working day"), award.PublishedOn)
		c.add(ChallengeEnd, "standstill", "The award can be challenged until then", on, skipped, text)
	}
}

func (c *clock) publication() {
	approved := c.Decision.ApprovedAt
	withheld := c.Dossier.Publication != nil && hasWord(termIDs(c.Regime.Publication.WithholdGrounds), c.Dossier.Publication.Value.Ground)
	if approved == nil || c.Decision.PublishedAt != nil || withheld || c.Decision.State.Ended() {
		return
	}
	from, n := models.DateOf(*approved), c.Regime.Publication.WithinDays
	c.add(PublicationDue, "publication", "The decision has to be published", from.AddDays(n), nil, fmt.Sprintf("%s after the approval of %s.", count(n, "day"), from))
}

// emergency is the day until which the steps are made up for that were left out.
func (c *clock) emergency() {
	d, n := c.Decision, c.Regime.Emergency.Days
	if d.Track != models.EmergencyTrack || d.ApprovedAt == nil || n == 0 || d.PublishedAt != nil || d.State.Ended() {
		return
	}
	from := models.DateOf(*d.ApprovedAt)
	c.add(EmergencyDue, "approval", "The steps that were left out have to be made up for", from.AddDays(n), nil, fmt.Sprintf("%s after the approval in an emergency of %s.", count(n, "day"), from))
}

func (c *clock) review() {
	d := c.Decision
	n := c.Regime.Review.IntervalDays
	switch {
	case d.State.Ended():
	case d.ReviewOn != nil:
		c.add(ReviewDue, "review", "The decision has to be looked at again", *d.ReviewOn, nil, "The day that is set for this decision.")
	case d.ApprovedAt != nil && n > 0:
		from := models.DateOf(*d.ApprovedAt)
		c.add(ReviewDue, "review", "The decision has to be looked at again", from.AddDays(n), nil, fmt.Sprintf("%s after the approval of %s.", count(n, "day"), from))
	}
}

// renewal is the day by which a decision on what follows the contract has to be open.
func (c *clock) renewal() {
	if c.Dossier.Contract == nil || c.Dossier.Contract.Value.EndsOn == nil || c.Decision.State.Ended() {
		return
	}
	end, n := *c.Dossier.Contract.Value.EndsOn, c.Regime.Review.RenewalLeadDays
	c.add(RenewalDue, "review", "A decision on the renewal has to be opened", end.AddDays(-n), nil, fmt.Sprintf("%s before the contract ends on %s.", count(n, "day"), end))
}

func (c *clock) exemption() {
	a := c.Dossier.Answer
	if a == nil || !a.Value.Granted() || a.Value.ExpiresOn == nil || c.Decision.State.Ended() {
		return
	}
	c.add(ExemptionEnds, "exemption", "The exemption ends", *a.Value.ExpiresOn, nil, "Granted on "+a.At.UTC().Format(time.DateOnly)+". It holds until the end of that day.")
}
