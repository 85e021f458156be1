package store

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// SourceRow is a source with how much of it is kept.
type SourceRow struct {
	models.Source
	Entries   int    // that are there as far as is known
	Gone      int    // that were there once
	ReadingID *int64 // of the reading that waits or runs; nil when none does
	Sorted    string // by what the list is ordered: the name in small letters, as the database makes them
}

var sourceColumns = columns("s", models.Source{})

// Sources lists the catalogues of other governments by name. They are public.
func (s *Store) Sources(ctx context.Context, f models.SourceFilter) (models.List[SourceRow], error) {
	var none models.List[SourceRow]
	q := &query{}
	if f.Query != "" {
		q.and("s.name ILIKE '%' || ? || '%' OR s.url ILIKE '%' || ? || '%'", escapeLike(f.Query), escapeLike(f.Query))
	}
	if f.Kind != "" {
		q.and("s.kind = ?", f.Kind)
	}
	if f.Country != "" {
		q.and("s.country = ?", strings.ToUpper(f.Country))
	}
	if f.ID != 0 {
		q.and("s.id = ?", f.ID)
	}
	total, err := s.total(ctx, "sources s", q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(lower(s.name), s.id) > (?, ?)", name, id)
	}
	list, err := rows[SourceRow](ctx, s, `SELECT `+sourceColumns+`, had.entries, had.gone, (SELECT r.id FROM readings r WHERE r.source_id = s.id AND r.state IN ('waiting', 'running')) AS reading_id, lower(s.name) AS sorted
		FROM sources s CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE f.gone_at IS NULL) AS entries, count(*) FILTER (WHERE f.gone_at IS NOT NULL) AS gone FROM foreign_entries f WHERE f.source_id = s.id) had
		WHERE`+q.clause()+`ORDER BY lower(s.name), s.id LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(s *SourceRow) []any { return []any{s.Sorted, s.ID} }, total), nil
}

// Source finds a source by its number.
func (s *Store) Source(ctx context.Context, id int64) (*SourceRow, error) {
	if id == 0 {
		return nil, models.NoSuch("source")
	}
	list, err := s.Sources(ctx, models.SourceFilter{ID: id})
	return first(list.Items, err, "source")
}

// DueSources lists the numbers of sources that are to be read by now, and are not being read.
func (s *Store) DueSources(ctx context.Context, now time.Time) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT s.id FROM sources s WHERE s.active AND (s.next_at IS NULL OR s.next_at <= $1)
		AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.source_id = s.id AND r.state IN ('waiting', 'running')) ORDER BY s.next_at NULLS FIRST, s.id`, now)
}

// CreateSource adds a source.
func (tx *Tx) CreateSource(ctx context.Context, s *models.Source) error {
	s.Version = 1
	return fault(tx.gorm(ctx).Create(s).Error)
}

// SaveSource stores what was said of a source, and leaves what readings noted of it.
func (tx *Tx) SaveSource(ctx context.Context, s *models.Source) error {
	was := s.Version
	s.Version++
	res := tx.gorm(ctx).Model(s).Where("version = ?", was).Select("name", "kind", "url", "country", "license", "attribution", "active", "every_hours", "etag", "next_at", "version", "updated_at").Updates(s)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	return fault(res.Error)
}

// NoteSource keeps how the last reading of a source went.
func (tx *Tx) NoteSource(ctx context.Context, s *models.Source) error {
	_, err := tx.pg.Exec(ctx, `UPDATE sources SET etag = $2, read_at = $3, asked_at = $4, outcome = $5, detail = $6, failures = $7, next_at = $8 WHERE id = $1`,
		s.ID, s.ETag, s.ReadAt, s.AskedAt, s.Outcome, s.Detail, s.Failures, s.NextAt)
	return fault(err)
}

// ReadingRow is a reading with the name of its source.
type ReadingRow struct {
	models.Reading
	Source string
}

var readingColumns = columns("r", models.Reading{}) + `, s.name AS source`

// Readings lists the readings of a source, or of all when source is 0, the newest first.
func (s *Store) Readings(ctx context.Context, source int64, p models.Page) (models.List[ReadingRow], error) {
	var none models.List[ReadingRow]
	q := &query{}
	if source != 0 {
		q.and("r.source_id = ?", source)
	}
	total, err := s.total(ctx, "readings r", q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("r.id < ?", id)
	}
	list, err := rows[ReadingRow](ctx, s, `SELECT `+readingColumns+` FROM readings r JOIN sources s ON s.id = r.source_id WHERE`+q.clause()+`ORDER BY r.id DESC LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(r *ReadingRow) []any { return []any{r.ID} }, total), nil
}

// Reading finds a reading.
func (s *Store) Reading(ctx context.Context, id int64) (*ReadingRow, error) {
	list, err := rows[ReadingRow](ctx, s, `SELECT `+readingColumns+` FROM readings r JOIN sources s ON s.id = r.source_id WHERE r.id = $1`, id)
	return first(list, err, "reading")
}

// CreateReading adds a reading.
func (tx *Tx) CreateReading(ctx context.Context, r *models.Reading) error {
	return fault(tx.gorm(ctx).Create(r).Error)
}

// SaveReading stores where a reading stands.
func (tx *Tx) SaveReading(ctx context.Context, r *models.Reading) error {
	return fault(tx.gorm(ctx).Model(r).Select("*").Omit("id", "created_at").Updates(r).Error)
}

// ReadingLines lists what happened at each address of a reading, in order.
func (s *Store) ReadingLines(ctx context.Context, reading int64, p models.Page) (models.List[models.ReadingLine], error) {
	var none models.List[models.ReadingLine]
	q := &query{}
	q.and("l.reading_id = ?", reading)
	total, err := s.total(ctx, "reading_lines l", q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("l.id > ?", id)
	}
	list, err := rows[models.ReadingLine](ctx, s, `SELECT `+columns("l", models.ReadingLine{})+` FROM reading_lines l WHERE`+q.clause()+`ORDER BY l.id LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(l *models.ReadingLine) []any { return []any{l.ID} }, total), nil
}

// AddReadingLine adds a line to the log of a reading.
func (tx *Tx) AddReadingLine(ctx context.Context, l *models.ReadingLine) error {
	return fault(tx.gorm(ctx).Create(l).Error)
}

// ForgetReadingLines takes back the lines of a reading that was cut short and begins anew.
func (tx *Tx) ForgetReadingLines(ctx context.Context, reading int64) error {
	_, err := tx.pg.Exec(ctx, `DELETE FROM reading_lines WHERE reading_id = $1`, reading)
	return fault(err)
}

const readingLocks = 7_201_012

// CutShort lists the numbers of readings of documents that began before a moment and have not ended: whoever brought them must bring them again.
func (s *Store) CutShort(ctx context.Context, before time.Time) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM readings WHERE state IN ('waiting', 'running') AND filename <> '' AND created_at < $1 ORDER BY id`, before)
}

// TryHoldReading makes this process the only one at work on a reading until release is called, as TryHoldDelivery does.
func (s *Store) TryHoldReading(ctx context.Context, id int64) (release func(), held bool, err error) {
	return s.tryHold(ctx, readingLocks, id)
}
