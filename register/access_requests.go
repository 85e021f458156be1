package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// RequestAccess asks the steward of a piece of software for its code, which is not open to everybody. Only what is seen can be asked for.
func (r *Register) RequestAccess(ctx context.Context, by models.Viewer, x *models.AccessRequest) error {
	at := r.now().Truncate(time.Microsecond)
	*x = models.AccessRequest{AssetID: x.AssetID, AgencyID: x.AgencyID, Purpose: strings.TrimSpace(x.Purpose), People: strings.TrimSpace(x.People), UntilOn: x.UntilOn,
		State: models.AccessRequested, RequestedByID: optional(by.UserID), CreatedAt: at, UpdatedAt: at}
	if err := x.Validate(models.DateOf(at)); err != nil {
		return err
	}
	if err := may(by, models.Reuse, x.AgencyID, "ask for access for this agency"); err != nil {
		return err
	}
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		x.ID = 0
		a, err := tx.Asset(ctx, by, x.AssetID)
		if err != nil {
			return invalidReference(err, "assetId", "There is no such asset, or you may not see it.")
		}
		hidden, err := tx.HasHiddenCode(ctx, a.ID)
		switch {
		case err != nil:
			return err
		case a.MergedIntoID != nil:
			return models.Refuse(models.Conflict, "asset-merged", "This software was merged into another entry. Ask for the code of that one.")
		case x.AgencyID == a.StewardID:
			return models.Refuse(models.Conflict, "own-code", "This agency answers for the software itself, so it sees its code.")
		case !hidden:
			return models.Refuse(models.Conflict, "code-is-open", "All code of this software is open to everybody. Its page says where it is.")
		}
		if err := tx.CreateAccessRequest(ctx, x); err != nil {
			return err
		}
		return record(ctx, tx, by, accessEvent("access-request.made", a.Title(), x, nil))
	})
}

// GrantAccess opens the code of a piece of software to the people of the agency that asked, under conditions and until a day; a zero day is the one that was asked for. Another person than who asked decides.
func (r *Register) GrantAccess(ctx context.Context, by models.Viewer, id, based int64, conditions string, end models.Date) error {
	return r.changeAccess(ctx, by, id, based, "access-request.granted", func(x *store.AccessRow) error {
		if err := mayDecideAccess(by, x); err != nil {
			return err
		}
		if end.IsZero() {
			end = x.UntilOn
		}
		at := r.now().Truncate(time.Microsecond)
		x.DecidedByID, x.DecidedAt = optional(by.UserID), &at
		return x.Grant(strings.TrimSpace(conditions), models.DateOf(at), end)
	})
}

// EndAccess refuses a request, withdraws it, or revokes access before its day. Who asked withdraws; who answers for the software refuses and revokes, with a reason.
func (r *Register) EndAccess(ctx context.Context, by models.Viewer, id, based int64, to models.AccessState, reason string) error {
	return r.changeAccess(ctx, by, id, based, "access-request."+orElse(string(to), "withdrawn"), func(x *store.AccessRow) error {
		var err error
		switch to {
		case models.AccessWithdrawn:
			err = may(by, models.Reuse, x.AgencyID, "withdraw what this agency has asked for")
		case models.AccessRefused:
			err = mayDecideAccess(by, x)
		default:
			err = may(by, models.WriteAsset, x.StewardID, "decide who sees the code of this software")
		}
		if err != nil {
			return err
		}
		at := r.now().Truncate(time.Microsecond)
		if err := x.End(to, tidy(reason), models.DateOf(at)); err != nil {
			return err
		}
		x.EndedAt = &at
		if to == models.AccessRefused {
			x.DecidedByID, x.DecidedAt = optional(by.UserID), &at
		}
		return nil
	})
}

func mayDecideAccess(by models.Viewer, x *store.AccessRow) error {
	if err := may(by, models.WriteAsset, x.StewardID, "decide who sees the code of this software"); err != nil {
		return err
	}
	if x.RequestedByID != nil && *x.RequestedByID == by.UserID {
		return models.Refuse(models.Forbidden, "own-request", "Nobody decides on a request of their own. Ask another person to.")
	}
	return nil
}

func (r *Register) changeAccess(ctx context.Context, by models.Viewer, id, based int64, action string, change func(*store.AccessRow) error) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "access_requests", id); err != nil {
			return err
		}
		x, err := tx.AccessRequest(ctx, by, id)
		if err != nil {
			return err
		}
		if err := unchanged(x.Version, based); err != nil {
			return err
		}
		before := x.AccessRequest
		if err := change(x); err != nil || same(before, &x.AccessRequest) {
			return err
		}
		x.UpdatedAt = r.now()
		if err := tx.SaveAccessRequest(ctx, &x.AccessRequest); err != nil {
			return err
		}
		return record(ctx, tx, by, accessEvent(action, x.Asset, &x.AccessRequest, &before))
	})
}

func accessEvent(action, title string, x, before *models.AccessRequest) event {
	e := event{action: action, noun: "access-request", id: x.ID, title: title, agency: x.AgencyID, asset: x.AssetID, to: models.VisibleAgency, after: x}
	if before != nil {
		e.from, e.before = models.VisibleAgency, before
	}
	return e
}

// ExpireAccess says of each access whose last day has passed that it has ended, one event each. It had ended by itself: see models.AccessRequest.Open.
func (r *Register) ExpireAccess(ctx context.Context) (expired int, err error) {
	by, today := models.SystemViewer("Expiry"), models.DateOf(r.now())
	over, err := r.store.EndingAccess(ctx, today.AddDays(-1))
	if err != nil {
		return 0, err
	}
	for i := range over {
		err := r.changeAccess(ctx, by, over[i].ID, 0, "access-request.expired", func(x *store.AccessRow) error {
			if x.State == models.AccessGranted && x.StateOn(today) == models.AccessExpired {
				at := r.now().Truncate(time.Microsecond)
				x.State, x.EndedAt = models.AccessExpired, &at
			}
			return nil
		})
		if err != nil {
			return i, err
		}
	}
	return len(over), nil
}

// RemindAccess writes an event for each access whose last day has come near (models.ReminderDays), once for each such step. Both agencies find it on the page of the request and in its history; no mail is sent.
func (r *Register) RemindAccess(ctx context.Context) (written int, err error) {
	by, today := models.SystemViewer("Reminder"), models.DateOf(r.now())
	near, err := r.store.EndingAccess(ctx, today.AddDays(slices.Max(models.ReminderDays)))
	if err != nil {
		return 0, err
	}
	for i := range near {
		step := accessStep(&near[i], today)
		if step == 0 {
			continue
		}
		err := r.changeAccess(ctx, by, near[i].ID, 0, "access-request.reminded", func(x *store.AccessRow) error {
			x.Reminded = accessStepOr(&x.AccessRequest, today)
			return nil
		})
		if err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}

// accessStep is the reminder that has come and was not written yet; 0 when there is none.
func accessStep(x *models.AccessRequest, today models.Date) int16 {
	var step int16
	for _, days := range models.ReminderDays { // the latest that has come
		if x.Open(today) && x.EndsOn.DaysSince(today) <= days {
			step = int16(days)
		}
	}
	if x.Reminded != 0 && step >= x.Reminded {
		return 0
	}
	return step
}

func accessStepOr(x *models.AccessRequest, today models.Date) int16 {
	if step := accessStep(x, today); step != 0 {
		return step
	}
	return x.Reminded
}
