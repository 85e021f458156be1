package register

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// MostTriaged is how many findings one call changes at most.
const MostTriaged = 500

// Triage is what a person makes of findings. Nil and empty fields change nothing.
type Triage struct {
	Assignee *int64       // 0 takes the finding from whoever has it
	DueOn    *models.Date // the zero Date takes the day away
	Comment  string
}

// TriageFindings changes findings together: all of them or none. It reports how many were changed.
func (r *Register) TriageFindings(ctx context.Context, by models.Viewer, ids []int64, t Triage) (int, error) {
	var m models.Mistakes
	t.Comment = tidy(t.Comment)
	switch {
	case len(ids) == 0:
		m.Add("findings", "required", "Name at least one finding.")
	case len(ids) > MostTriaged:
		m.Add("findings", "too-many", "At most 500 findings are changed at once.")
	}
	if t.Assignee == nil && t.DueOn == nil && t.Comment == "" {
		m.Add("comment", "required", "Say what to do: name a person, set a day, or leave a comment.")
	}
	if len(t.Comment) > 4000 {
		m.Add("comment", "too-long", "A comment has at most 4,000 characters.")
	}
	if err := m.Err(); err != nil {
		return 0, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	changed := 0
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		changed = 0
		for _, id := range ids {
			done, err := r.triage(ctx, tx, by, id, t)
			if err != nil {
				return err
			}
			if done {
				changed++
			}
		}
		return nil
	})
	return changed, err
}

func (r *Register) triage(ctx context.Context, tx *store.Tx, by models.Viewer, id int64, t Triage) (bool, error) {
	if err := tx.Hold(ctx, "findings", id); err != nil {
		return false, err
	}
	f, err := tx.Finding(ctx, by, id)
	if err != nil {
		return false, err
	}
	if err := may(by, models.TriageFinding, f.AgencyID, "work on this finding"); err != nil {
		return false, err
	}
	before := f.Finding
	if t.Assignee != nil {
		if f.AssigneeID = optional(*t.Assignee); f.AssigneeID != nil {
			if err := seesFinding(ctx, tx, *t.Assignee, id); err != nil {
				return false, err
			}
		}
	}
	if t.DueOn != nil && !t.DueOn.IsZero() && t.DueOn.Before(models.DateOf(r.now())) && (f.DueOn == nil || *f.DueOn != *t.DueOn) {
		return false, invalidField("dueOn", "out-of-range", "The day is in the past. Choose today or a later one.")
	}
	if t.DueOn != nil {
		if f.DueOn = t.DueOn; t.DueOn.IsZero() {
			f.DueOn = nil
		}
	}
	after := map[string]any{}
	if t.Comment != "" {
		c := &models.FindingComment{FindingID: id, UserID: optional(by.UserID), Text: t.Comment, CreatedAt: r.now().Truncate(time.Microsecond)}
		if err := tx.CreateFindingComment(ctx, c); err != nil {
			return false, err
		}
		after["comment"] = t.Comment
	}
	if same(before, f.Finding) && t.Comment == "" {
		return false, nil
	}
	if err := tx.SaveFinding(ctx, &f.Finding); err != nil {
		return false, err
	}
	after["assigneeId"], after["dueOn"] = f.AssigneeID, f.DueOn
	return true, record(ctx, tx, by, findingEvent("finding.triaged", f, map[string]any{"assigneeId": before.AssigneeID, "dueOn": before.DueOn}, after))
}

// seesFinding refuses to give a finding to somebody who is not there or may not see it.
func seesFinding(ctx context.Context, tx *store.Tx, user, id int64) error {
	v, err := tx.Viewer(ctx, user)
	if models.IsKind(err, models.NotFound) {
		return invalidField("assigneeId", "unknown", "There is no such person.")
	}
	if err != nil {
		return err
	}
	if _, err = tx.Finding(ctx, v, id); models.IsKind(err, models.NotFound) {
		return invalidField("assigneeId", "may-not-see", "This person may not see the finding. Name somebody of the agency concerned or of the programme office.")
	}
	return err
}

// findingEvent is an event of a finding: the agency concerned and those who see all may see it.
func findingEvent(action string, f *store.FindingRow, before, after any) event {
	return event{action: action, noun: "finding", id: f.ID, title: f.Asset + " " + f.Release + ": " + f.Rule, agency: f.AgencyID, to: models.VisibleAgency, before: before, after: after}
}

func invalidField(field, code, detail string) error {
	var m models.Mistakes
	m.Add(field, code, detail)
	return m.Err()
}
