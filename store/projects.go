package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// ProjectRow is a release with its software, as programs see it that know one record for both and call it a project.
type ProjectRow struct {
	ReleaseID    int64
	Number       string
	AssetID      int64
	Name         string // of the software, with its edition
	Description  map[string]string
	Categories   models.StringList
	Lifecycle    models.AssetLifecycle
	StewardID    int64
	LastReceived *time.Time // when the current document came
}

// ProjectFilter chooses releases with their software. Empty fields do not restrict.
type ProjectFilter struct {
	ReleaseID int64
	Name      string // of the software, with or without its edition, whatever the case
	Number    string // of the release
	Text      string // part of the name
	InUse     bool   // leave out software that is retired
	Offset    int
	Limit     int
}

// Projects lists releases with their software, by name and then the newest first, and says how many there are, counted as
// other lists are.
func (s *Store) Projects(ctx context.Context, v models.Viewer, f ProjectFilter) ([]ProjectRow, models.Total, error) {
	q := &query{}
	q.and("a.merged_into_id IS NULL")
	q.visible(v, "a", "steward_id")
	if f.ReleaseID != 0 {
		q.and("r.id = ?", f.ReleaseID)
	}
	if f.Name != "" {
		q.and("lower(btrim(a.name || ' ' || a.edition)) = lower(?) OR lower(a.name) = lower(?)", f.Name, f.Name)
	}
	if f.Number != "" {
		q.and("r.number = ?", f.Number)
	}
	if f.Text != "" {
		q.and("a.search_text LIKE '%' || lower(unaccent(?)) || '%'", escapeLike(f.Text))
	}
	if f.InUse {
		q.and("a.lifecycle <> 'retired'")
	}
	const from = `releases r JOIN assets a ON a.id = r.asset_id`
	total, err := s.total(ctx, from, q)
	if err != nil {
		return nil, total, err
	}
	list, err := rows[ProjectRow](ctx, s, `SELECT r.id AS release_id, r.number, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS name, a.descriptions AS description, a.categories, a.lifecycle, a.steward_id,
			(SELECT s.received_at FROM sboms s WHERE s.release_id = r.id AND s.state = 'current') AS last_received
		FROM `+from+` WHERE`+q.clause()+`ORDER BY lower(a.name), a.id, r.id DESC OFFSET `+q.arg(f.Offset)+` LIMIT `+q.arg(f.Limit), q.args...)
	return list, total, err
}
