package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Measurements gives the newest measurement of each metric of repositories that the caller has seen, brought to the last visit that found nothing new.
func (s *Store) Measurements(ctx context.Context, repositories ...int64) ([]models.Measurement, error) {
	list, err := rows[struct {
		models.Measurement
		LastCommitAt, VisitedAt, ReleasedAt *time.Time
	}](ctx, s, `SELECT DISTINCT ON (m.repository_id, m.metric) `+columns("m", models.Measurement{})+`, r.last_commit_at, CASE WHEN r.state = 'here' AND r.visited_at > m.measured_at THEN r.visited_at END AS visited_at,
			(SELECT max(v.at) FROM revisions v WHERE v.repository_id = r.id AND NOT v.head AND v.name ~ '[0-9]') AS released_at
		FROM measurements m JOIN repositories r ON r.id = m.repository_id WHERE m.repository_id = ANY($1) ORDER BY m.repository_id, m.metric, m.measured_at DESC`, repositories)
	out := make([]models.Measurement, len(list))
	for i := range list {
		m := &list[i]
		if m.VisitedAt != nil {
			m.Carry(*m.VisitedAt, m.LastCommitAt, m.ReleasedAt)
		}
		out[i] = m.Measurement
	}
	return out, err
}

// MeasurementHistory lists what a metric was over time, the oldest first, at most 400 points.
func (s *Store) MeasurementHistory(ctx context.Context, repository int64, metric models.Metric) ([]models.Measurement, error) {
	return rows[models.Measurement](ctx, s, `SELECT * FROM (SELECT `+columns("m", models.Measurement{})+` FROM measurements m WHERE m.repository_id = $1 AND m.metric = $2 ORDER BY m.measured_at DESC LIMIT 400) m ORDER BY m.measured_at`, repository, metric)
}

// KeepMeasurements keeps what was measured of a repository; a second measure on the same day takes the place of the first.
func (tx *Tx) KeepMeasurements(ctx context.Context, list []models.Measurement) error {
	for _, m := range list {
		if _, err := tx.pg.Exec(ctx, `DELETE FROM measurements WHERE repository_id = $1 AND metric = $2 AND measured_at >= date_trunc('day', $3::timestamptz) AND measured_at < date_trunc('day', $3::timestamptz) + interval '1 day'`, m.RepositoryID, m.Metric, m.MeasuredAt); err != nil {
			return fault(err)
		}
		if _, err := tx.pg.Exec(ctx, `INSERT INTO measurements (repository_id, metric, measured_at, value, unit, window_days, input, source, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			m.RepositoryID, m.Metric, m.MeasuredAt, m.Value, m.Unit, m.WindowDays, m.Input, m.Source, m.Why); err != nil {
			return fault(err)
		}
	}
	return nil
}

// Analyses lists what outside scanners wrote of a repository that the caller has seen, by namespace.
func (s *Store) Analyses(ctx context.Context, repository int64) ([]models.Analysis, error) {
	return rows[models.Analysis](ctx, s, `SELECT repository_id, namespace, format_v, convert_to(body::text, 'UTF8') AS body, written_by_id, written_at FROM analyses WHERE repository_id = $1 ORDER BY namespace`, repository)
}

// KeepAnalysis keeps what a scanner wrote under its namespace, in place of what it wrote before. Other namespaces are not touched.
func (tx *Tx) KeepAnalysis(ctx context.Context, a *models.Analysis) error {
	_, err := tx.pg.Exec(ctx, `INSERT INTO analyses (repository_id, namespace, format_v, body, written_by_id, written_at) VALUES ($1, $2, $3, $4::jsonb, $5, $6)
		ON CONFLICT (repository_id, namespace) DO UPDATE SET format_v = excluded.format_v, body = excluded.body, written_by_id = excluded.written_by_id, written_at = excluded.written_at`,
		a.RepositoryID, a.Namespace, a.FormatV, string(a.Body), a.WrittenByID, a.WrittenAt)
	return fault(err)
}

// DropAnalysis takes a namespace away from a repository, and reports whether it was there.
func (tx *Tx) DropAnalysis(ctx context.Context, repository int64, namespace string) (bool, error) {
	done, err := tx.pg.Exec(ctx, `DELETE FROM analyses WHERE repository_id = $1 AND namespace = $2`, repository, namespace)
	return done.RowsAffected() > 0, fault(err)
}

// Revisions lists the released states of a repository that the caller has seen, the newest first, and its head before them.
func (s *Store) Revisions(ctx context.Context, repository int64, most int) ([]models.Revision, error) {
	return rows[models.Revision](ctx, s, `SELECT `+columns("v", models.Revision{})+` FROM revisions v WHERE v.repository_id = $1 ORDER BY v.head DESC, v.at DESC NULLS LAST, v.id DESC LIMIT $2`, repository, most)
}

// RevisionsToAsk lists revisions of public repositories that the archive was not asked about since a moment.
func (s *Store) RevisionsToAsk(ctx context.Context, since time.Time, most int) ([]models.Revision, error) {
	return rows[models.Revision](ctx, s, `SELECT `+columns("v", models.Revision{})+` FROM revisions v JOIN repositories r ON r.id = v.repository_id WHERE r.visibility = 'public' AND v.archive <> 'kept' AND (v.archive_at IS NULL OR v.archive_at < $1)
		ORDER BY v.archive_at NULLS FIRST, v.id LIMIT $2`, since, most)
}

// KeepRevisions adds the states that are not there yet. A head that was moved on from goes; a tag that was moved stays beside the new one, for what was released once is not forgotten.
func (tx *Tx) KeepRevisions(ctx context.Context, repository int64, list []models.Revision) error {
	if _, err := tx.pg.Exec(ctx, `DELETE FROM revisions WHERE repository_id = $1 AND head`, repository); err != nil {
		return fault(err)
	}
	for _, v := range list {
		if _, err := tx.pg.Exec(ctx, `INSERT INTO revisions (repository_id, name, head, object_id, commit_id, tree_id, release_swhid, revision_swhid, directory_swhid, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (repository_id, head, name, object_id) DO NOTHING`, repository, v.Name, v.Head, v.ObjectID, v.CommitID, v.TreeID, v.ReleaseSWHID, v.RevisionSWHID, v.DirectorySWHID, v.At); err != nil {
			return fault(err)
		}
	}
	return nil
}

// NoteArchive keeps what the archive said of a revision.
func (tx *Tx) NoteArchive(ctx context.Context, v *models.Revision) error {
	_, err := tx.pg.Exec(ctx, `UPDATE revisions SET archive = $2, archive_at = $3, archive_note = $4 WHERE id = $1`, v.ID, v.Archive, v.ArchiveAt, v.ArchiveNote)
	return fault(err)
}

// Mirror gives what is known of the copy the register keeps of a repository; nil when it keeps none.
func (s *Store) Mirror(ctx context.Context, repository int64) (*models.RepositoryMirror, error) {
	list, err := rows[models.RepositoryMirror](ctx, s, `SELECT `+columns("m", models.RepositoryMirror{})+` FROM mirrors m WHERE m.repository_id = $1`, repository)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// KeepMirror stores what is known of a copy.
func (tx *Tx) KeepMirror(ctx context.Context, m *models.RepositoryMirror) error {
	_, err := tx.pg.Exec(ctx, `INSERT INTO mirrors (repository_id, bytes, fetched_at, checked_at, sound, detail, wanted) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (repository_id) DO UPDATE SET bytes = excluded.bytes, fetched_at = excluded.fetched_at, checked_at = excluded.checked_at, sound = excluded.sound, detail = excluded.detail, wanted = excluded.wanted`,
		m.RepositoryID, m.Bytes, m.FetchedAt, m.CheckedAt, m.Sound, m.Detail, m.Wanted)
	return fault(err)
}
