package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// OpenCall asks other agencies for something: an agency says that it wants to reuse software, a steward looks for contributions, agencies build together. Who opens a joint development is its first member.
func (r *Register) OpenCall(ctx context.Context, by models.Viewer, k *models.Call) error {
	at := r.now().Truncate(time.Microsecond)
	k.ID, k.State, k.Reason, k.EndedAt, k.CreatedByID, k.CreatedAt, k.UpdatedAt = 0, models.CallOpen, "", nil, optional(by.UserID), at, at
	prepareCall(k)
	if k.EndsOn.IsZero() {
		k.EndsOn = models.DateOf(at).AddDays(models.CallDays)
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		k.ID = 0
		a, err := calledAsset(ctx, tx, by, k)
		if err != nil {
			return err
		}
		if k.Visibility == "" {
			k.Visibility = models.VisibleGovernment
			if k.Kind == models.ContributionsWanted && a != nil {
				k.Visibility = a.Visibility
			}
		}
		if err := k.Validate(models.DateOf(at)); err != nil {
			return err
		}
		if err := mayCall(by, k); err != nil {
			return err
		}
		if err := tx.CreateCall(ctx, k); err != nil {
			return err
		}
		if k.Kind == models.JointDevelopment {
			if err := tx.SaveCallMember(ctx, &models.CallMember{CallID: k.ID, AgencyID: k.AgencyID, JoinedByID: optional(by.UserID), JoinedAt: at}); err != nil {
				return err
			}
		}
		return record(ctx, tx, by, callEvent("call.opened", a, k, nil))
	})
}

// calledAsset is the software of a call; nil when it is about something that is not there yet. The steward is who calls for contributions.
func calledAsset(ctx context.Context, tx *store.Tx, by models.Viewer, k *models.Call) (*models.Asset, error) {
	if k.AssetID == nil {
		return nil, nil //nolint:nilnil // a joint development may be of something new
	}
	a, err := tx.Asset(ctx, by, *k.AssetID)
	if err != nil {
		return nil, invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
	}
	if a.MergedIntoID != nil && k.ID == 0 {
		return nil, models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Call for that one.")
	}
	if k.Kind == models.ContributionsWanted {
		k.AgencyID = a.StewardID
	}
	return a, nil
}

func mayCall(by models.Viewer, k *models.Call) error {
	if k.Kind == models.ContributionsWanted {
		return may(by, models.WriteAsset, k.AgencyID, "call for contributions to this agency's software")
	}
	return may(by, models.Reuse, k.AgencyID, "call for this agency")
}

func prepareCall(k *models.Call) {
	k.Title, k.Text, k.CostSharing = tidy(k.Title), strings.TrimSpace(k.Text), strings.TrimSpace(k.CostSharing)
	skills := models.StringList{}
	for _, s := range k.Skills {
		if s = tidy(s); s != "" && !slices.Contains(skills, s) {
			skills = append(skills, s)
		}
	}
	k.Skills = skills
}

func callEvent(action string, a *models.Asset, k, before *models.Call) event {
	within := models.VisiblePublic
	e := event{action: action, noun: "call", id: k.ID, title: k.Title, agency: k.AgencyID, after: k}
	if a != nil {
		e.asset, within = a.ID, a.Visibility
	}
	e.to = narrower(k.Visibility, within)
	if before != nil {
		e.from, e.before = narrower(before.Visibility, within), before
	}
	return e
}

// ChangeCall lets change edit an open call and stores the result. It stays of its kind, of its agency and about its software.
func (r *Register) ChangeCall(ctx context.Context, by models.Viewer, id, based int64, change func(*models.Call)) error {
	return r.changeCall(ctx, by, id, based, "call.changed", func(k *models.Call) error {
		if k.State != models.CallOpen {
			return models.Refuse(models.Conflict, "call-ended", "This call has ended. Make a new one.")
		}
		before := *k
		change(k)
		k.ID, k.Version, k.CreatedAt, k.CreatedByID, k.Kind, k.AgencyID, k.AssetID = before.ID, before.Version, before.CreatedAt, before.CreatedByID, before.Kind, before.AgencyID, before.AssetID
		k.State, k.Reason, k.EndedAt = before.State, before.Reason, before.EndedAt
		prepareCall(k)
		return k.Validate(models.DateOf(r.now()))
	})
}

// EndCall says that what was called for has come about, or gives it up.
func (r *Register) EndCall(ctx context.Context, by models.Viewer, id, based int64, to models.CallState, reason string) error {
	return r.changeCall(ctx, by, id, based, "call."+orElse(string(to), "closed"), func(k *models.Call) error {
		return k.End(to, tidy(reason), r.now().Truncate(time.Microsecond))
	})
}

func (r *Register) changeCall(ctx context.Context, by models.Viewer, id, based int64, action string, change func(*models.Call) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		k, err := heldCall(ctx, tx, by, id, based)
		if err != nil {
			return err
		}
		if err := mayCall(by, &k.Call); err != nil {
			return err
		}
		before := k.Call
		before.Skills = slices.Clone(before.Skills)
		if err := change(&k.Call); err != nil || same(before, &k.Call) {
			return err
		}
		a, err := calledAsset(ctx, tx, models.SystemViewer(""), &k.Call)
		if err != nil {
			return err
		}
		k.AgencyID, k.UpdatedAt = before.AgencyID, r.now()
		if err := tx.SaveCall(ctx, &k.Call); err != nil {
			return err
		}
		return record(ctx, tx, by, callEvent(action, a, &k.Call, &before))
	})
}

func heldCall(ctx context.Context, tx *store.Tx, by models.Viewer, id, based int64) (*store.CallRow, error) {
	if err := tx.Hold(ctx, "calls", id); err != nil {
		return nil, err
	}
	k, err := tx.Call(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return k, unchanged(k.Version, based)
}

// JoinCall adds an agency to a joint development, with a word on what it brings.
func (r *Register) JoinCall(ctx context.Context, by models.Viewer, id, agency int64, note string) error {
	var m models.Mistakes
	if agency == 0 {
		m.Add("agencyId", "required", "Say which agency joins.")
	}
	if note = strings.TrimSpace(note); len([]rune(note)) > 500 {
		m.Add("note", "too-long", "Use at most 500 characters.")
	}
	if err := m.Err(); err != nil {
		return err
	}
	return r.withMembers(ctx, by, id, agency, "call.joined", func(tx *store.Tx, k *store.CallRow, _ *models.CallMember) error {
		if k.State != models.CallOpen {
			return models.Refuse(models.Conflict, "call-ended", "This call has ended, so that nobody can join it.")
		}
		return tx.SaveCallMember(ctx, &models.CallMember{CallID: id, AgencyID: agency, Note: note, JoinedByID: optional(by.UserID), JoinedAt: r.now().Truncate(time.Microsecond)})
	})
}

// LeaveCall ends that an agency takes part in a joint development. Who opened it stays as long as it is open.
func (r *Register) LeaveCall(ctx context.Context, by models.Viewer, id, agency int64) error {
	return r.withMembers(ctx, by, id, agency, "call.left", func(tx *store.Tx, k *store.CallRow, present *models.CallMember) error {
		switch {
		case present == nil:
			return models.Refuse(models.Conflict, "call-not-joined", "This agency is not in the group.")
		case agency == k.AgencyID && k.State == models.CallOpen:
			return models.Refuse(models.Conflict, "call-opener", "The agency that opened the group stays in it. Close the group, or say that it has done its work.")
		}
		at := r.now().Truncate(time.Microsecond)
		present.LeftAt = &at
		return tx.SaveCallMember(ctx, present)
	})
}

func (r *Register) withMembers(ctx context.Context, by models.Viewer, id, agency int64, action string, do func(*store.Tx, *store.CallRow, *models.CallMember) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		k, err := heldCall(ctx, tx, by, id, 0)
		if err != nil {
			return err
		}
		if err := may(by, models.Reuse, agency, "join or leave for this agency"); err != nil {
			return err
		}
		if k.Kind != models.JointDevelopment {
			return models.Refuse(models.Conflict, "call-not-joint", "Only a joint development has members. Ask the agency that calls instead.")
		}
		members, err := tx.CallMembers(ctx, id)
		if err != nil {
			return err
		}
		var present *models.CallMember
		for i := range members {
			if members[i].AgencyID == agency && members[i].LeftAt == nil {
				present = &members[i].CallMember
			}
		}
		if err := do(tx, k, present); err != nil {
			return err
		}
		a, err := calledAsset(ctx, tx, models.SystemViewer(""), &k.Call)
		if err != nil {
			return err
		}
		e := callEvent(action, a, &k.Call, nil)
		e.from, e.after = e.to, map[string]any{"agencyId": agency}
		return record(ctx, tx, by, e)
	})
}

// EndCalls closes the calls whose last day has passed, one event each.
func (r *Register) EndCalls(ctx context.Context) (ended int, err error) {
	by, today := models.SystemViewer("Expiry"), models.DateOf(r.now())
	over, err := r.store.CallsOver(ctx, today)
	if err != nil {
		return 0, err
	}
	for i, id := range over {
		err := r.changeCall(ctx, by, id, 0, "call.closed", func(k *models.Call) error {
			if k.State != models.CallOpen || !k.EndsOn.Before(today) {
				return nil
			}
			return k.End(models.CallClosed, "Its last day has passed.", r.now().Truncate(time.Microsecond))
		})
		if err != nil {
			return i, err
		}
	}
	return len(over), nil
}
