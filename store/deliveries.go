package store

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/models"
)

// DeliveryRow is a delivery with the names of what it is about, as far as they are known.
type DeliveryRow struct {
	models.Delivery
	Agency  string
	AssetID int64
	Asset   string
	Release string
}

var deliveryColumns = columns("v", models.Delivery{})

const deliveryFrom = `deliveries v LEFT JOIN agencies g ON g.id = v.agency_id LEFT JOIN releases r ON r.id = v.release_id LEFT JOIN assets a ON a.id = r.asset_id`

// deliverySeen hides deliveries from all but who sent them, the agency they are for with those above it, and whole-register roles.
func (q *query) deliverySeen(v models.Viewer) {
	if v.SeesAll() {
		return
	}
	own := v.Covered()
	cond := "FALSE"
	if v.UserID != 0 {
		cond = "v.sent_by_id = " + q.arg(v.UserID)
	}
	if len(own) > 0 {
		cond += " OR v.agency_id = ANY(" + q.arg(own) + ")"
	}
	q.where = append(q.where, cond)
}

func (s *Store) deliveryRows(ctx context.Context, q *query, tail string) ([]DeliveryRow, error) {
	return rows[DeliveryRow](ctx, s, `SELECT `+deliveryColumns+`, coalesce(g.name, '') AS agency, coalesce(a.id, 0) AS asset_id, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset, coalesce(r.number, '') AS release
		FROM `+deliveryFrom+` WHERE`+q.clause()+tail, q.args...)
}

// Delivery finds a delivery that the viewer may see.
func (s *Store) Delivery(ctx context.Context, v models.Viewer, id int64) (*DeliveryRow, error) {
	q := &query{}
	q.and("v.id = ?", id)
	q.deliverySeen(v)
	return s.oneDelivery(ctx, q)
}

// DeliveryByToken finds a delivery by what a pipeline polls with, if the viewer may see it.
func (s *Store) DeliveryByToken(ctx context.Context, v models.Viewer, token string) (*DeliveryRow, error) {
	q := &query{}
	q.and("v.token = ?", token)
	q.deliverySeen(v)
	return s.oneDelivery(ctx, q)
}

// DeliveryByLink finds the delivery that an upload link has brought: the one under way or done, else the latest.
func (s *Store) DeliveryByLink(ctx context.Context, link int64) (*DeliveryRow, error) {
	q := &query{}
	q.and("v.link_id = ?", link)
	list, err := s.deliveryRows(ctx, q, `ORDER BY (v.state IN ('waiting', 'reading', 'done')) DESC, v.id DESC LIMIT 1`)
	return first(list, err, "delivery")
}

func (s *Store) oneDelivery(ctx context.Context, q *query) (*DeliveryRow, error) {
	list, err := s.deliveryRows(ctx, q, "")
	return first(list, err, "delivery")
}

func first[T any](list []T, err error, noun string) (*T, error) {
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch(noun)
	}
	return &list[0], nil
}

// DeliveryFilter chooses deliveries. Empty fields do not restrict.
type DeliveryFilter struct {
	State     models.DeliveryState
	AgencyID  int64 // with the agencies below it
	ReleaseID int64
	models.Page
}

// Deliveries lists what the viewer may see, newest first.
func (s *Store) Deliveries(ctx context.Context, v models.Viewer, f DeliveryFilter) (models.List[DeliveryRow], error) {
	var none models.List[DeliveryRow]
	q := &query{}
	q.deliverySeen(v)
	if f.State != "" {
		q.and("v.state = ?", f.State)
	}
	if f.ReleaseID != 0 {
		q.and("v.release_id = ?", f.ReleaseID)
	}
	if f.AgencyID != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure x WHERE x.descendant_id = v.agency_id AND x.ancestor_id = ?)", f.AgencyID)
	}
	total, err := s.total(ctx, deliveryFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("v.id < ?", id)
	}
	list, err := s.deliveryRows(ctx, q, `ORDER BY v.id DESC LIMIT `+q.arg(limit(f.Page)))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(d *DeliveryRow) []any { return []any{d.ID} }, total), nil
}

// DeliveryCounts are how many deliveries are in the states that an operator watches.
type DeliveryCounts struct {
	Waiting, Reading int64
	Failed           int64 // given up since the moment asked for, and not tried again
}

// DeliveryCounts counts the deliveries that are under way, and those that were given up since the moment.
func (s *Store) DeliveryCounts(ctx context.Context, since time.Time) (n DeliveryCounts, err error) {
	err = s.pg.QueryRow(ctx, `SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'reading'), count(*) FILTER (WHERE state = 'failed' AND finished_at >= $1)
		FROM deliveries WHERE state IN ('waiting', 'reading', 'failed')`, since).Scan(&n.Waiting, &n.Reading, &n.Failed)
	return n, fault(err)
}

// Abandoned lists the deliveries that nobody has been at work on since the moment, oldest first, at most 100.
func (s *Store) Abandoned(ctx context.Context, since time.Time) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM deliveries WHERE (state = 'reading' AND started_at < $1) OR (state = 'waiting' AND created_at < $1 AND attempts > 0 AND started_at < $1) ORDER BY id LIMIT 100`, since)
}

// KeepDelivery adds a delivery with its bytes; with none, they are kept elsewhere already.
func (tx *Tx) KeepDelivery(ctx context.Context, d *models.Delivery, body io.Reader) error {
	if err := tx.pg.QueryRow(ctx, `SELECT gen_random_uuid()::text`).Scan(&d.Token); err != nil {
		return err
	}
	if err := tx.gorm(ctx).Create(d).Error; err != nil {
		return fault(err)
	}
	if body == nil {
		return nil
	}
	return tx.keepParts(ctx, "delivery_parts", "delivery_id", d.ID, body)
}

// SaveDelivery stores a changed delivery.
func (tx *Tx) SaveDelivery(ctx context.Context, d *models.Delivery) error {
	return fault(tx.gorm(ctx).Save(d).Error)
}

// DropDelivered lets go of the bytes of a delivery: they have become an original, or nobody will read them any more.
func (tx *Tx) DropDelivered(ctx context.Context, id int64) error {
	_, err := tx.pg.Exec(ctx, `DELETE FROM delivery_parts WHERE delivery_id = $1`, id)
	return fault(err)
}

// DropOldDelivered lets go of the bytes of deliveries that ended without a document before the moment.
func (tx *Tx) DropOldDelivered(ctx context.Context, before time.Time) (int, error) {
	tag, err := tx.pg.Exec(ctx, `DELETE FROM delivery_parts p USING deliveries v WHERE v.id = p.delivery_id AND v.state IN ('refused', 'failed', 'cancelled') AND v.finished_at < $1`, before)
	return int(tag.RowsAffected()), fault(err)
}

// ReportProgress says how far the reading of a delivery has come. It reports false when the delivery is not being read any
// more: somebody has cancelled it. Progress is no record and has no event.
func (s *Store) ReportProgress(ctx context.Context, id int64, packages int, bytesRead int64) (bool, error) {
	tag, err := s.pool.Exec(ctx, `UPDATE deliveries SET packages = $2, bytes_read = $3 WHERE id = $1 AND state = 'reading'`, id, packages, bytesRead)
	return tag.RowsAffected() > 0, fault(err)
}

// BeginReading marks a delivery as being read and counts the attempt. It reports false when it has ended.
func (s *Store) BeginReading(ctx context.Context, id int64, at time.Time) (bool, error) {
	tag, err := s.pg.Exec(ctx, `UPDATE deliveries SET state = 'reading', attempts = attempts + 1, started_at = $2, packages = 0, bytes_read = 0 WHERE id = $1 AND state IN ('waiting', 'reading')`, id, at)
	return tag.RowsAffected() > 0, fault(err)
}

// PauseReading puts a delivery back among those that wait.
func (s *Store) PauseReading(ctx context.Context, id int64) error {
	_, err := s.pg.Exec(ctx, `UPDATE deliveries SET state = 'waiting' WHERE id = $1 AND state = 'reading'`, id)
	return fault(err)
}

// Delivered streams the bytes of a delivery as they came. The caller closes it.
func (s *Store) Delivered(ctx context.Context, id int64) (io.ReadCloser, error) {
	z, err := zstd.NewReader(&parts{ctx: ctx, s: s, sql: `SELECT bytes FROM delivery_parts WHERE delivery_id = $1 AND part = $2`, id: id}, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("reading the delivered document: %w", err)
	}
	return z.IOReadCloser(), nil
}

// HasDelivered reports whether the bytes of a delivery are still there.
func (s *Store) HasDelivered(ctx context.Context, id int64) (has bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM delivery_parts WHERE delivery_id = $1)`, id).Scan(&has)
	return has, fault(err)
}
