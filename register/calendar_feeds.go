package register

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CalendarPrefix marks the secret of a calendar feed, so that scanners of leaked credentials can recognise it.
const CalendarPrefix = "ospo_cal_"

// mostCalendarFeeds bounds the feeds of one person.
const mostCalendarFeeds = 20

// MakeCalendarFeed gives a person an address by which their calendar program reads the deadlines that they may see, and nothing else. Its secret is given once and never kept.
func (r *Register) MakeCalendarFeed(ctx context.Context, by models.Viewer, f *models.CalendarFeed) (secret string, err error) {
	if by.UserID == 0 || by.TokenID != 0 {
		return "", models.Refuse(models.Unauthenticated, "sign-in-first", "Addresses for calendars are made by a person who is signed in, not by a token.")
	}
	f.Name, f.UserID, f.CreatedAt, f.LastReadAt, f.RevokedAt = tidy(f.Name), by.UserID, r.now().Truncate(time.Microsecond), nil, nil
	if err := f.Validate(); err != nil {
		return "", err
	}
	secret = CalendarPrefix + randomText()
	f.Hash = TokenHash(secret)
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		f.ID = 0
		if err := tx.Hold(ctx, "users", by.UserID); err != nil {
			return err
		}
		held, err := tx.CalendarFeeds(ctx, by.UserID)
		if err != nil {
			return err
		}
		if len(held) >= mostCalendarFeeds {
			return models.Refuse(models.Conflict, "too-many-feeds", "You have twenty addresses for calendars. Revoke one that is not used any more first.")
		}
		if err := tx.CreateCalendarFeed(ctx, f); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "calendar-feed.made", noun: "calendar-feed", id: f.ID, title: f.Name, agency: value(f.AgencyID), after: f})
	})
	return secret, err
}

// RevokeCalendarFeed ends a feed at once. A person revokes their own; an administrator anybody's.
func (r *Register) RevokeCalendarFeed(ctx context.Context, by models.Viewer, id int64) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "calendar_feeds", id); err != nil {
			return err
		}
		f, err := tx.CalendarFeed(ctx, id)
		if err != nil {
			return err
		}
		if f.UserID != by.UserID && !by.May(models.ManageUsers, 0) {
			return models.NoSuch("calendar-feed")
		}
		if f.RevokedAt != nil {
			return models.Refuse(models.Conflict, "feed-revoked", "This address was revoked already.")
		}
		before, at := f.CalendarFeed, r.now().Truncate(time.Microsecond)
		f.RevokedAt = &at
		if err := tx.RevokeCalendarFeed(ctx, id, at); err != nil {
			return err
		}
		return record(ctx, tx, by, event{action: "calendar-feed.revoked", noun: "calendar-feed", id: id, title: f.Name, agency: value(f.AgencyID), before: before, after: f.CalendarFeed})
	})
}

// OpenCalendarFeed finds a feed by its secret, with the person that it is of as they may see the register now. One that is unknown or revoked, or of a person whose account is closed, is one and the
// same refusal.
func (r *Register) OpenCalendarFeed(ctx context.Context, secret string) (*store.CalendarFeedRow, models.Viewer, error) {
	gone := models.Refuse(models.NotFound, "calendar-unknown", "This address of a calendar is unknown or was revoked. Make a new one in the register, on the page of your deadlines.")
	if !strings.HasPrefix(secret, CalendarPrefix) {
		return nil, models.Viewer{}, gone
	}
	f, err := r.store.CalendarFeedByHash(ctx, TokenHash(secret), r.now())
	if models.IsKind(err, models.NotFound) {
		return nil, models.Viewer{}, gone
	}
	if err != nil {
		return nil, models.Viewer{}, err
	}
	v, err := r.store.Viewer(ctx, f.UserID)
	if models.IsKind(err, models.Unauthenticated) {
		return nil, models.Viewer{}, gone
	}
	return f, v, err
}
