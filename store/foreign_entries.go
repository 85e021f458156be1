package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// ForeignRow is a foreign entry with where it comes from, and what it is here.
type ForeignRow struct {
	models.ForeignEntry
	Source      string
	SourceKind  models.SourceKind
	SourceURL   string
	Country     string
	License     string // of the source's data
	Attribution string
	EveryHours  int
	ReadAt      *time.Time // when the source was last read whole
	AssetID     *int64     // the entry here whose code has the same address, if the viewer may see one
	Asset       string
	Sorted      string // by what the list is ordered: the name in small letters, as the database makes them
}

// Freshness says whether what is kept of its source is of today.
func (r *ForeignRow) Freshness(now time.Time) models.Freshness {
	return (&models.Source{ReadAt: r.ReadAt, EveryHours: r.EveryHours}).Freshness(now)
}

// LastSeenAt is when the entry was last there.
func (r *ForeignRow) LastSeenAt() time.Time {
	if r.GoneAt == nil && r.ReadAt != nil && r.ReadAt.After(r.SeenAt) {
		return *r.ReadAt
	}
	return r.SeenAt
}

var foreignColumns = columns("f", models.ForeignEntry{}) + `, s.name AS source, s.kind AS source_kind, s.url AS source_url, s.country, s.license,
	coalesce(nullif(s.attribution, ''), s.name) AS attribution, s.every_hours, s.read_at, same.id AS asset_id, coalesce(same.name, '') AS asset`

// foreignFrom joins an entry with its source and with the software here that the viewer may see and whose code has the same address.
func foreignFrom(q *query, v models.Viewer) string {
	return `foreign_entries f JOIN sources s ON s.id = f.source_id LEFT JOIN LATERAL (
		SELECT a.id, btrim(a.name || ' ' || a.edition) AS name FROM (
			SELECT r.asset_id FROM repositories r WHERE r.canonical = f.canonical AND r.asset_id IS NOT NULL AND (` + q.sees(v, "r.visibility", "r.agency_id") + `)
			UNION SELECT r.asset_id FROM repository_aliases x JOIN repositories r ON r.id = x.repository_id WHERE x.canonical = f.canonical AND r.asset_id IS NOT NULL AND (` + q.sees(v, "r.visibility", "r.agency_id") + `)
			UNION SELECT u.asset_id FROM asset_urls u WHERE u.canonical = f.canonical AND u.kind = 'repository'
		) at JOIN assets a ON a.id = at.asset_id WHERE f.canonical <> '' AND a.merged_into_id IS NULL AND (` + q.sees(v, "a.visibility", "a.steward_id") + `) ORDER BY a.id LIMIT 1) same ON true`
}

// ForeignEntries lists software of other governments' catalogues by name. It is public; persons and their addresses are for government only.
func (s *Store) ForeignEntries(ctx context.Context, v models.Viewer, f models.ForeignFilter) (models.List[ForeignRow], error) {
	var none models.List[ForeignRow]
	q := &query{}
	from := foreignFrom(q, v)
	for _, c := range []struct {
		cond string
		arg  any
		use  bool
	}{
		{"f.id = ?", f.ID, f.ID != 0},
		{"f.source_id = ?", f.Source, f.Source != 0},
		{"s.country = ?", strings.ToUpper(f.Country), f.Country != ""},
		{"f.canonical = ?", f.Canonical, f.Canonical != ""},
		{"greatest(f.changed_at, f.gone_at) >= ?", f.Since, !f.Since.IsZero()},
	} {
		if c.use {
			q.and(c.cond, c.arg)
		}
	}
	if f.Query != "" {
		q.and("f.name ILIKE '%' || ? || '%' OR f.url ILIKE '%' || ? || '%'", escapeLike(f.Query), escapeLike(f.Query))
	}
	for _, c := range []struct {
		answer  models.YesNo
		yes, no string
	}{{f.Gone, "f.gone_at IS NOT NULL", "f.gone_at IS NULL"}, {f.Same, "same.id IS NOT NULL", "same.id IS NULL"}} {
		switch c.answer {
		case models.Yes:
			q.and(c.yes)
		case models.No:
			q.and(c.no)
		}
	}
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(lower(f.name), f.id) > (?, ?)", name, id)
	}
	list, err := rows[ForeignRow](ctx, s, `SELECT `+foreignColumns+`, lower(f.name) AS sorted FROM `+from+` WHERE`+q.clause()+`ORDER BY lower(f.name), f.id LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	if !v.InGovernment() {
		for i := range list {
			list[i].Description = list[i].Description.WithoutPeople()
		}
	}
	return page(list, f.Page, func(r *ForeignRow) []any { return []any{r.Sorted, r.ID} }, total), nil
}

// ForeignEntry finds a foreign entry by its number.
func (s *Store) ForeignEntry(ctx context.Context, v models.Viewer, id int64) (*ForeignRow, error) {
	if id == 0 {
		return nil, models.NoSuch("foreign-entry")
	}
	list, err := s.ForeignEntries(ctx, v, models.ForeignFilter{ID: id})
	return first(list.Items, err, "foreign-entry")
}

// ForeignCounts says what became of entries.
type ForeignCounts struct{ Added, Changed, Unchanged int }

// batchOf sends entries as one JSON array: their fields with the description.
func batchOf(list []models.ForeignEntry) ([]byte, error) {
	type row struct {
		Key         string              `json:"key"`
		URL         string              `json:"url"`
		Canonical   string              `json:"canonical"`
		Name        string              `json:"name"`
		Description *models.Description `json:"description"`
		Digest      []byte              `json:"digest"`
		Valid       bool                `json:"valid"`
		Remarks     int                 `json:"remarks"`
	}
	out := make([]row, len(list))
	for i := range list {
		e := &list[i]
		out[i] = row{e.Key, e.URL, e.Canonical, e.Name, &e.Description, e.Digest, e.Valid, e.Remarks}
	}
	text, err := json.Marshal(out)
	return withoutNought(text), err
}

// withoutNought replaces the character U+0000, which JSON may hold and the database may not.
func withoutNought(text []byte) []byte {
	for i := 0; i+5 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if string(text[i+1:i+6]) == "u0000" {
			copy(text[i+1:], "ufffd")
		}
		i++ // the character that the stroke stands before
	}
	return text
}

const foreignBatch = `WITH given AS (SELECT g.key, g.url, g.canonical, g.name, g.description, decode(g.digest, 'base64') AS digest, g.valid, g.remarks
	FROM jsonb_to_recordset($2::jsonb) AS g (key text, url text, canonical text, name text, description jsonb, digest text, valid boolean, remarks int))`

// CompareForeign says what KeepForeign would do, and changes nothing.
func (s *Store) CompareForeign(ctx context.Context, source int64, list []models.ForeignEntry) (ForeignCounts, error) {
	var c ForeignCounts
	batch, err := batchOf(list)
	if err != nil {
		return c, err
	}
	err = s.pg.QueryRow(ctx, foreignBatch+` SELECT count(*) FILTER (WHERE f.id IS NULL), count(*) FILTER (WHERE f.id IS NOT NULL AND (f.digest <> g.digest OR f.gone_at IS NOT NULL))
		FROM given g LEFT JOIN foreign_entries f ON f.source_id = $1 AND f.key = g.key`, source, string(batch)).Scan(&c.Added, &c.Changed)
	c.Unchanged = len(list) - c.Added - c.Changed
	return c, fault(err)
}

// KeepForeign keeps entries of a source, of which no two have the same key. One that says what it said before is not written.
func (tx *Tx) KeepForeign(ctx context.Context, source int64, list []models.ForeignEntry, at time.Time) (ForeignCounts, error) {
	var c ForeignCounts
	batch, err := batchOf(list)
	if err != nil {
		return c, err
	}
	r, err := tx.pg.Query(ctx, foreignBatch+` INSERT INTO foreign_entries AS f (source_id, key, url, canonical, name, description, digest, valid, remarks, first_seen_at, changed_at, seen_at)
		SELECT $1, key, url, canonical, name, description, digest, valid, remarks, $3, $3, $3 FROM given ORDER BY key
		ON CONFLICT (source_id, key) DO UPDATE SET url = excluded.url, canonical = excluded.canonical, name = excluded.name, description = excluded.description, digest = excluded.digest,
			valid = excluded.valid, remarks = excluded.remarks, changed_at = excluded.changed_at, seen_at = excluded.seen_at, gone_at = NULL
		WHERE f.digest <> excluded.digest OR f.gone_at IS NOT NULL RETURNING f.first_seen_at = $3 AND xmax = 0`, source, string(batch), at)
	if err != nil {
		return c, fault(err)
	}
	written, err := pgx.CollectRows(r, pgx.RowTo[bool])
	for _, fresh := range written {
		if fresh {
			c.Added++
		} else {
			c.Changed++
		}
	}
	c.Unchanged = len(list) - len(written)
	return c, fault(err)
}

// ForeignGone counts the entries of a source that are there and not among the keys.
func (s *Store) ForeignGone(ctx context.Context, source int64, keys []string) (n int, err error) {
	err = s.pg.QueryRow(ctx, `SELECT count(*) FROM foreign_entries f WHERE f.source_id = $1 AND f.gone_at IS NULL AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) k WHERE k = f.key)`, source, keys).Scan(&n)
	return n, fault(err)
}

// NoteForeignGone notes that the entries of a source that are not among the keys are not there any more since a moment; seen is when they last were.
func (tx *Tx) NoteForeignGone(ctx context.Context, source int64, keys []string, seen *time.Time, at time.Time) (int, error) {
	tag, err := tx.pg.Exec(ctx, `UPDATE foreign_entries f SET gone_at = $3, seen_at = greatest(f.seen_at, $4::timestamptz)
		WHERE f.source_id = $1 AND f.gone_at IS NULL AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) k WHERE k = f.key)`, source, keys, at, seen)
	return int(tag.RowsAffected()), fault(err)
}
