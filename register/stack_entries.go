package register

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
	"github.com/ospo-register/ospo/store"
)

// AddStackEntry says how government, or an agency and those below it, stands to software for a function. With SupersedesID it takes the place of the entry that
// held until now, for the same function and the same agency; the former one stays to be read.
func (r *Register) AddStackEntry(ctx context.Context, by models.Viewer, e *models.StackEntry) error {
	r.prepareStackEntry(by, e)
	today := models.DateOf(r.now())
	if err := may(by, models.WriteStack, value(e.AgencyID), "say what the stack of government is"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		e.ID = 0
		if err := tieStackEntry(ctx, tx, by, e); err != nil {
			return err
		}
		if err := e.Validate(today); err != nil {
			return err
		}
		ev := event{action: "stack-entry.added", noun: "stack-entry", agency: value(e.AgencyID), asset: value(e.AssetID)}
		if e.SupersedesID != nil {
			former, err := r.supersede(ctx, tx, by, e)
			if err != nil {
				return err
			}
			ev.action, ev.before = "stack-entry.superseded", former
		}
		if err := tx.CreateStackEntry(ctx, e); err != nil {
			return err
		}
		var err error
		ev.id, ev.title, ev.after = e.ID, e.Function+": "+e.Name, e
		ev.to, err = stackSeen(ctx, tx, e)
		if ev.before != nil {
			ev.from = ev.to
		}
		if err != nil {
			return err
		}
		return record(ctx, tx, by, ev)
	})
}

func (r *Register) prepareStackEntry(by models.Viewer, e *models.StackEntry) {
	e.CreatedByID, e.CreatedAt, e.EndedAt, e.EndedByID, e.EndReason = optional(by.UserID), r.now().Truncate(time.Microsecond), nil, nil, ""
	e.Function, e.Name, e.Minimum, e.ValidatedBy = strings.TrimSpace(e.Function), tidy(e.Name), strings.TrimSpace(e.Minimum), tidy(e.ValidatedBy)
	e.Referents, e.Conditions, e.Justification = strings.TrimSpace(e.Referents), strings.TrimSpace(e.Conditions), strings.TrimSpace(e.Justification)
	if e.ValidatedOn.IsZero() {
		e.ValidatedOn = models.DateOf(r.now())
	}
	if e.ValidUntilOn.IsZero() {
		e.ValidUntilOn = e.ValidatedOn.AddDays(models.StackDays)
	}
}

// tieStackEntry finds what an entry refers to. Software of the register gives the entry its name.
func tieStackEntry(ctx context.Context, tx *store.Tx, by models.Viewer, e *models.StackEntry) error {
	if e.AssetID != nil {
		a, err := tx.Asset(ctx, by, *e.AssetID)
		if err != nil {
			return invalidReference(err, "assetId", "There is no such software, or you may not see it.")
		}
		if a.MergedIntoID != nil {
			return models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Name that one.")
		}
		e.Name = a.Title()
	}
	if e.DecisionID != nil {
		if _, err := tx.Decision(ctx, by, *e.DecisionID); err != nil {
			return invalidReference(err, "decisionId", "There is no such decision, or you may not see it.")
		}
	}
	return nil
}

// supersede ends the entry that another takes the place of.
func (r *Register) supersede(ctx context.Context, tx *store.Tx, by models.Viewer, e *models.StackEntry) (*models.StackEntry, error) {
	former, err := heldEntry(ctx, tx, by, *e.SupersedesID)
	if err != nil {
		return nil, invalidReference(err, "supersedesId", "There is no such entry of the stack.")
	}
	var m models.Mistakes
	if former.Function != e.Function {
		m.Add("function", "not-the-same", "The entry that this one supersedes is for "+former.Function+".")
	}
	if value(former.AgencyID) != value(e.AgencyID) {
		m.Add("agencyId", "not-the-same", "The entry that this one supersedes holds for another agency.")
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	return &former.StackEntry, tx.EndStackEntry(ctx, former.ID, e.CreatedAt, optional(by.UserID), "superseded")
}

func heldEntry(ctx context.Context, tx *store.Tx, by models.Viewer, id int64) (*store.StackRow, error) {
	if err := tx.Hold(ctx, "stack_entries", id); err != nil {
		return nil, err
	}
	row, err := tx.StackEntry(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if row.EndedAt != nil {
		return nil, models.Refuse(models.Conflict, "stack-entry-ended", "This entry does not hold any more. Look at the stack as it is now.")
	}
	return row, nil
}

// EndStackEntry takes an entry out of the stack without another in its place.
func (r *Register) EndStackEntry(ctx context.Context, by models.Viewer, id int64, reason string) (*store.StackRow, error) {
	reason = strings.TrimSpace(reason)
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		row, err := heldEntry(ctx, tx, by, id)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteStack, value(row.AgencyID), "take software out of the stack of government"); err != nil {
			return err
		}
		if n := len([]rune(reason)); n == 0 || n > 1000 {
			return invalidField("reason", "required", "Say in at most 1,000 characters why it is taken out.")
		}
		if err := tx.EndStackEntry(ctx, id, r.now(), optional(by.UserID), reason); err != nil {
			return err
		}
		seen, err := stackSeen(ctx, tx, &row.StackEntry)
		if err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "stack-entry.ended", noun: "stack-entry", id: id, title: row.Function + ": " + row.Name, agency: value(row.AgencyID), asset: value(row.AssetID), from: seen, to: seen,
			before: map[string]any{"status": row.Status}, after: map[string]any{"endReason": reason}})
	})
	if err != nil {
		return nil, err
	}
	return r.store.StackEntry(ctx, by, id)
}

// stackSeen is who may see an entry: everybody, unless it is on software that not everybody may see.
func stackSeen(ctx context.Context, tx *store.Tx, e *models.StackEntry) (models.Visibility, error) {
	if e.AssetID == nil {
		return models.VisiblePublic, nil
	}
	a, err := tx.Asset(ctx, models.SystemViewer(""), *e.AssetID)
	if err != nil {
		return "", err
	}
	return a.Visibility, nil
}

// StackUse is a deployment that stands against the stack, or of which nobody can tell.
type StackUse struct {
	store.StackUseRow
	Fault models.StackFault
}

// AgainstStack is what an agency and those below it run against the stack.
type AgainstStack struct {
	Uses   []StackUse // the most critical first
	Counts map[models.StackFault]int
	More   bool // there are more deployments than could be compared
}

// AgainstStack compares what an agency and those below it run with the entries that hold for them; agency 0 means all of government. Versions are ordered as the
// software's ecosystem does; one that is no version there is unknown. For people in government.
func (r *Register) AgainstStack(ctx context.Context, by models.Viewer, agency int64) (*AgainstStack, error) {
	if !by.InGovernment() {
		return nil, models.Refuse(models.Unauthenticated, "sign-in-first", "Sign in, or send an API token: what runs against the stack is for people in government.")
	}
	uses, err := r.store.StackUses(ctx, by, agency)
	if err != nil {
		return nil, err
	}
	out := &AgainstStack{Counts: map[models.StackFault]int{}, More: len(uses) == store.MostStackUses}
	for _, u := range uses {
		if fault := stackFault(&u); fault != "" {
			out.Uses = append(out.Uses, StackUse{u, fault})
			out.Counts[fault]++
		}
	}
	return out, nil
}

// stackFault says how a deployment stands against the entry that holds for it; "" when it keeps to it.
func stackFault(u *store.StackUseRow) models.StackFault {
	switch u.Status {
	case models.StackRetire:
		return models.FaultRetire
	case models.StackContain:
		return models.FaultContain
	}
	var ecosystem packages.Ecosystem
	if p, err := packages.ParsePURL(u.PURL); err == nil {
		ecosystem = packages.Ecosystem(p.Type)
	}
	switch {
	case u.VersionText == "" || !packages.Readable(ecosystem, u.VersionText):
		return models.FaultUnstated
	case packages.Order(ecosystem, u.VersionText, u.Minimum) < 0:
		return models.FaultBelow
	}
	return ""
}
