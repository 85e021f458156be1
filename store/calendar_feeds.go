package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// CalendarFeedRow is a calendar feed with the name of its agency.
type CalendarFeedRow struct {
	models.CalendarFeed
	Agency string // "" for every agency
}

var calendarFeedSelect = `SELECT ` + columns("f", models.CalendarFeed{}) + `, coalesce(g.name, '') AS agency FROM calendar_feeds f LEFT JOIN agencies g ON g.id = f.agency_id WHERE `

// CalendarFeeds lists the feeds of a person that hold, newest first.
func (s *Store) CalendarFeeds(ctx context.Context, user int64) ([]CalendarFeedRow, error) {
	return rows[CalendarFeedRow](ctx, s, calendarFeedSelect+`f.user_id = $1 AND f.revoked_at IS NULL ORDER BY f.id DESC`, user)
}

// CalendarFeed finds a feed by its number.
func (s *Store) CalendarFeed(ctx context.Context, id int64) (*CalendarFeedRow, error) {
	list, err := rows[CalendarFeedRow](ctx, s, calendarFeedSelect+`f.id = $1`, id)
	return first(list, err, "calendar-feed")
}

// CalendarFeedByHash finds a feed that holds by the hash of its secret, and says that it was read at most once an hour.
func (s *Store) CalendarFeedByHash(ctx context.Context, hash []byte, at time.Time) (*CalendarFeedRow, error) {
	list, err := rows[CalendarFeedRow](ctx, s, calendarFeedSelect+`f.hash = $1 AND f.revoked_at IS NULL`, hash)
	f, err := first(list, err, "calendar-feed")
	if err != nil {
		return nil, err
	}
	_, err = s.pg.Exec(ctx, `UPDATE calendar_feeds SET last_read_at = $2::timestamptz WHERE id = $1 AND (last_read_at IS NULL OR last_read_at < $2::timestamptz - interval '1 hour')`, f.ID, at)
	return f, fault(err)
}

// CreateCalendarFeed adds a feed.
func (tx *Tx) CreateCalendarFeed(ctx context.Context, f *models.CalendarFeed) error {
	return fault(tx.gorm(ctx).Create(f).Error)
}

// RevokeCalendarFeed ends a feed.
func (tx *Tx) RevokeCalendarFeed(ctx context.Context, id int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE calendar_feeds SET revoked_at = $2 WHERE id = $1`, id, at)
	return fault(err)
}
