package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Statistics is the register in numbers and how old what it says is, as far as a viewer sees it.
type Statistics struct {
	Overview     Overview
	Origins      []OriginCount
	Publishers   []PublisherAge
	Sources      []SourceAge
	Repositories Ages // by when each was last looked at
	Descriptions Ages // of repositories, by the day that they say they were last changed on
	Documents    Ages // current SBOM documents, by when they were made, or else came
	Confirmed    Ages // deployments, by their last confirmation
	Entries      Ages // software, by the last change of the entry
	Months       []MonthCount
}

// Ages counts things by how old they are, in days. Unknown are those that never were, or of which it is not known.
type Ages struct {
	Week    int // at most 7 days
	Month   int // more than that, and at most 30
	Half    int // at most 180
	Year    int // at most 365
	Older   int
	Unknown int
}

// All is how many there are.
func (a Ages) All() int { return a.Week + a.Month + a.Half + a.Year + a.Older + a.Unknown }

// OriginCount counts software by where it comes from.
type OriginCount struct {
	Origin models.Origin
	Assets int
	Public int // of those, with a public entry
}

// PublisherAge says when the repositories of a publisher were last gone over.
type PublisherAge struct {
	ID           int64
	Name         string
	Agency       string
	Repositories int
	Described    int
	Failing      int        // that did not answer, or are gone
	VisitedAt    *time.Time // the last visit to any of them; nil: never
}

// SourceAge says when the catalogue of another government was last read.
type SourceAge struct {
	ID      int64
	Name    string
	Entries int
	ReadAt  *time.Time
}

// MonthCount counts what came in a month.
type MonthCount struct {
	Month  models.Date // its first day
	Assets int         // software that was registered
	Runs   int         // deployments that were registered
}

// StatisticsMonths is over how many months what came is counted.
const StatisticsMonths = 12

const mostAged = 1000 // publishers and sources

// aged counts rows of a statement by its column "at" (timestamptz or date).
func (s *Store) aged(ctx context.Context, q *query, sql string) (Ages, error) {
	at := q.arg(now())
	list, err := rows[Ages](ctx, s, `WITH x AS (SELECT extract(epoch FROM `+at+`::timestamptz - at::timestamptz) / 86400 AS days FROM (`+sql+`) y)
		SELECT (count(*) FILTER (WHERE days <= 7))::int AS week, (count(*) FILTER (WHERE days > 7 AND days <= 30))::int AS month, (count(*) FILTER (WHERE days > 30 AND days <= 180))::int AS half,
			(count(*) FILTER (WHERE days > 180 AND days <= 365))::int AS year, (count(*) FILTER (WHERE days > 365))::int AS older, (count(*) FILTER (WHERE days IS NULL))::int AS unknown FROM x`, q.args...)
	if err != nil {
		return Ages{}, err
	}
	return list[0], nil
}

// Statistics counts what the viewer may see, all at one moment.
func (s *Store) Statistics(ctx context.Context, v models.Viewer) (*Statistics, error) {
	x := &Statistics{}
	return x, Snapshot(ctx, s, func(s *Store) (err error) {
		if x.Overview, err = s.Overview(ctx, v, 0); err != nil {
			return err
		}
		q := &query{}
		q.visible(v, "a", "steward_id")
		if x.Origins, err = rows[OriginCount](ctx, s, `SELECT a.origin, count(*)::int AS assets, (count(*) FILTER (WHERE a.visibility = 'public'))::int AS public FROM assets a WHERE a.merged_into_id IS NULL AND`+q.clause()+`GROUP BY a.origin ORDER BY assets DESC, a.origin`, q.args...); err != nil {
			return err
		}
		if err := s.sourceAges(ctx, v, x); err != nil {
			return err
		}
		if err := s.allAges(ctx, v, x); err != nil {
			return err
		}
		x.Months, err = s.months(ctx, v)
		return err
	})
}

func (s *Store) sourceAges(ctx context.Context, v models.Viewer, x *Statistics) (err error) {
	q := &query{}
	seen := q.sees(v, "r.visibility", "r.agency_id")
	x.Publishers, err = rows[PublisherAge](ctx, s, `SELECT p.id, p.name, g.name AS agency, count(r.id)::int AS repositories, (count(r.id) FILTER (WHERE r.description IS NOT NULL))::int AS described, (count(r.id) FILTER (WHERE r.state IN ('failing', 'gone')))::int AS failing, max(r.visited_at) AS visited_at
		FROM publishers p JOIN agencies g ON g.id = p.agency_id LEFT JOIN repositories r ON r.publisher_id = p.id AND r.active AND (`+seen+`) WHERE p.active GROUP BY p.id, g.name ORDER BY max(r.visited_at) NULLS FIRST, p.name, p.id LIMIT `+q.arg(mostAged), q.args...)
	if err != nil {
		return err
	}
	x.Sources, err = rows[SourceAge](ctx, s, `SELECT s.id, s.name, (SELECT count(*) FROM foreign_entries e WHERE e.source_id = s.id AND e.gone_at IS NULL)::int AS entries, s.read_at FROM sources s WHERE s.active ORDER BY s.read_at NULLS FIRST, s.name LIMIT $1`, mostAged)
	return err
}

func (s *Store) allAges(ctx context.Context, v models.Viewer, x *Statistics) (err error) {
	asset := func() *query {
		q := &query{}
		q.visible(v, "a", "steward_id")
		q.and("a.merged_into_id IS NULL")
		return q
	}
	code := func() *query {
		q := &query{}
		q.visible(v, "r", "agency_id")
		q.and("r.active")
		return q
	}
	runs := &query{}
	runs.deploymentVisible(v)
	runs.and("d.state <> 'withdrawn' AND d.lifecycle IN ('running', 'phase-out')")
	visited, described, documents, entries := code(), code(), asset(), asset()
	described.and("r.description IS NOT NULL")
	for _, one := range []struct {
		into *Ages
		q    *query
		sql  string
	}{
		{&x.Repositories, visited, `SELECT r.visited_at AS at FROM repositories r WHERE` + visited.clause()},
		{&x.Descriptions, described, `SELECT coalesce(nullif(r.description->>'MetadataOn', ''), nullif(r.description->>'ModifiedOn', ''))::date AS at FROM repositories r WHERE` + described.clause()},
		{&x.Documents, documents, `SELECT coalesce(s.issued_at, s.received_at) AS at FROM sboms s JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id WHERE s.state = 'current' AND` + documents.clause()},
		{&x.Confirmed, runs, `SELECT d.confirmed_on AS at FROM ` + deploymentFrom + ` WHERE` + runs.clause()},
		{&x.Entries, entries, `SELECT a.updated_at AS at FROM assets a WHERE` + entries.clause()},
	} {
		if *one.into, err = s.aged(ctx, one.q, one.sql); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) months(ctx context.Context, v models.Viewer) ([]MonthCount, error) {
	q := &query{}
	assets, runs := q.sees(v, "a.visibility", "a.steward_id"), q.sees(v, "d.visibility", "d.agency_id")
	first := models.DateOf(now())
	from := q.arg(time.Date(first.Time().Year(), first.Time().Month()-StatisticsMonths+1, 1, 0, 0, 0, 0, time.UTC))
	return rows[MonthCount](ctx, s, `SELECT m::date AS month, (SELECT count(*) FROM assets a WHERE a.merged_into_id IS NULL AND (`+assets+`) AND a.created_at >= m AND a.created_at < m + interval '1 month')::int AS assets,
			(SELECT count(*) FROM deployments d WHERE d.state <> 'withdrawn' AND (`+runs+`) AND d.created_at >= m AND d.created_at < m + interval '1 month')::int AS runs
		FROM generate_series(`+from+`::timestamptz AT TIME ZONE 'UTC', `+from+`::timestamptz AT TIME ZONE 'UTC' + interval '11 months', interval '1 month') m ORDER BY m`, q.args...)
}
