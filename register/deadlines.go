package register

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

const (
	mostScheduled = 200            // cases that one turn of ScheduleDeadlines works out
	scheduleHolds = 24 * time.Hour // then the days are worked out anew, because a newer program may know more holidays
)

// ScheduleDeadlines works out the days that the law sets for the cases that have changed, so that calendars, reminders and lists can find them. It decides nothing and writes no event.
func (r *Register) ScheduleDeadlines(ctx context.Context) (scheduled int, err error) {
	waiting, err := r.store.Unscheduled(ctx, r.now().Add(-scheduleHolds), mostScheduled)
	if err != nil {
		return 0, err
	}
	for i, id := range waiting {
		if err := r.scheduleDeadlines(ctx, id); err != nil {
			return i, err
		}
	}
	return len(waiting), nil
}

func (r *Register) scheduleDeadlines(ctx context.Context, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		c, lines, err := r.heldDeadlines(ctx, tx, models.SystemViewer("Deadlines"), id)
		if err != nil {
			return err
		}
		var list []store.Deadline
		if c.row.ClosedAt == nil {
			for _, l := range lines {
				if !slices.ContainsFunc(list, func(x store.Deadline) bool { return x.Kind == string(l.Kind) }) { // the nearest of a kind
					list = append(list, store.Deadline{Kind: string(l.Kind), OnDay: l.On, Title: l.Title, Text: l.Text, Law: l.Law})
				}
			}
		}
		return tx.SetDeadlines(ctx, id, c.row.Version, r.now().Truncate(time.Microsecond), list)
	})
}

// setOpinionDue counts the last day for the opinion that was asked for, of which rules ask whether it has passed in silence.
func (c *caseAt) setOpinionDue() error {
	days := c.law.regime.Opinion.WorkingDays
	if c.dossier.OpinionAt == nil || days <= 0 {
		return nil
	}
	calendar, err := c.law.regime.WorkingDays()
	if err != nil {
		return err
	}
	on, _ := calendar.AddWorkingDays(models.DateOf(*c.dossier.OpinionAt), days)
	c.dossier.OpinionDue = &on
	return nil
}

// heldDeadlines holds a case and works out its days as it stands.
func (r *Register) heldDeadlines(ctx context.Context, tx *store.Tx, by models.Viewer, id int64) (*caseAt, []policy.Deadline, error) {
	if err := tx.Hold(ctx, "decisions", id); err != nil {
		return nil, nil, err
	}
	c, err := r.readCase(ctx, tx.Store, by, id, r.now())
	if err != nil {
		return nil, nil, err
	}
	calendar, err := c.law.regime.WorkingDays()
	if err != nil {
		return nil, nil, err
	}
	return c, policy.Deadlines(c.input(r.now()), calendar), nil
}

// RemindDeadlines writes an event for each deadline that has come near (models.ReminderDays), once for each such step however often it is called. Who works on the case reads it in its history and
// finds the case on the home page; no mail is sent.
func (r *Register) RemindDeadlines(ctx context.Context) (written int, err error) {
	by, today := models.SystemViewer("Reminder"), models.DateOf(r.now())
	near, err := r.store.Deadlines(ctx, by, store.DeadlineFilter{From: today, To: today.AddDays(slices.Max(models.ReminderDays)), Most: 50 * store.MaxDeadlines})
	if err != nil {
		return 0, err
	}
	for i := range near {
		l, step := &near[i], 0
		for _, days := range models.ReminderDays { // the latest that has come
			if l.OnDay.DaysSince(today) <= days {
				step = days
			}
		}
		fresh, err := r.remind(ctx, by, l, step)
		if err != nil {
			return written, err
		}
		if fresh {
			written++
		}
	}
	return written, nil
}

func (r *Register) remind(ctx context.Context, by models.Viewer, l *store.DeadlineRow, step int) (fresh bool, err error) {
	if was, err := r.store.Reminded(ctx, l.DecisionID, l.Kind, l.OnDay, step); err != nil || was { // most were, so nothing is held
		return false, err
	}
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		fresh = false
		if err := tx.Hold(ctx, "decisions", l.DecisionID); err != nil {
			return err
		}
		if was, err := tx.Reminded(ctx, l.DecisionID, l.Kind, l.OnDay, step); err != nil || was {
			return err
		}
		row, err := tx.Decision(ctx, by, l.DecisionID)
		if err != nil || row.ClosedAt != nil {
			return err
		}
		fresh = true
		return noticed(ctx, tx, by, "decision.reminded", &row.Decision, map[string]any{"deadline": l.Kind, "on": l.OnDay.String(), "daysBefore": step, "title": l.Title})
	})
	return fresh, err
}

// noticed writes an event of a case that is for who sees its dossier, with its entry in the log.
func noticed(ctx context.Context, tx *store.Tx, by models.Viewer, action string, d *models.Decision, after any) error {
	e := attachmentEvent(action, d, models.VisibleAgency, after)
	_, err := recordLeaf(ctx, tx, by, e, logged{d.ID, proof.Entry{Ref: d.Ref, Dossier: hexDigest(d.Digest)}})
	return err
}

// LapseOpinions takes the cases on that have waited for an opinion until after its last day: the law says what silence means, and the rules ask for it. Each is one move and one event.
func (r *Register) LapseOpinions(ctx context.Context) (lapsed int, err error) {
	by, today := models.SystemViewer("Silence rule"), models.DateOf(r.now())
	waiting, err := r.store.OverOpinions(ctx, today)
	if err != nil {
		return 0, err
	}
	for _, id := range waiting {
		moved := false
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			moved = false
			c, lines, err := r.heldDeadlines(ctx, tx, by, id)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(lines, func(l policy.Deadline) bool { return l.Kind == policy.OpinionDue && l.On.Before(today) })
			if at < 0 || c.row.State != models.OpinionPending { // it was given, or is not due any more, since the days were worked out
				return nil
			}
			move, err := c.row.MoveTo(models.DecisionProposed, c.law.regime.Terms(&c.row.Decision, c.dossier))
			if err != nil {
				return err
			}
			moved = true
			return r.move(ctx, tx, by, c, taken{move, models.OSPOStaff, silence(c, lines[at]), []models.RuleResult{}})
		})
		if err != nil {
			return lapsed, err
		}
		if moved {
			lapsed++
		}
	}
	return lapsed, nil
}

func silence(c *caseAt, due policy.Deadline) string {
	counts := "counts as a refusal"
	if c.law.regime.Opinion.Silence == "consent" {
		counts = "counts as consent"
	}
	return "No opinion of " + orElse(c.law.regime.Opinion.Body, "the central body") + " had come by the end of " + due.On.String() + ". By the regime this silence " + counts + "."
}

// ExpireDecisionExemptions says of each case whose exemption has run out that it has, once, with one event. What the case may do without it the rules say from then on.
func (r *Register) ExpireDecisionExemptions(ctx context.Context) (expired int, err error) {
	by, today := models.SystemViewer("Expiry"), models.DateOf(r.now())
	over, err := r.store.OverExemptions(ctx, today)
	if err != nil {
		return 0, err
	}
	for i, id := range over {
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			if err := tx.Hold(ctx, "decisions", id); err != nil {
				return err
			}
			if still, err := tx.OverExemptions(ctx, today); err != nil || !slices.Contains(still, id) {
				return err
			}
			c, err := r.readCase(ctx, tx.Store, by, id, r.now())
			if err != nil {
				return err
			}
			answer := c.dossier.Answer.Value
			return noticed(ctx, tx, by, "decision.exemption-expired", &c.row.Decision, map[string]any{"on": answer.ExpiresOn.String(), "grounds": answer.Grounds})
		})
		if err != nil {
			return i, err
		}
	}
	return len(over), nil
}
