package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// VerdictCount is how many releases under one verdict a part of government answers for or runs.
type VerdictCount struct {
	AgencyID int64 // the part: an agency with all below it
	Agency   string
	Verdict  string // licenses.Verdict
	Releases int    // a release counts once for its steward and once for each deployment
}

// VerdictCounts counts the verdicts that the viewer may see, by the agencies right below an agency; what it answers for or runs itself is under its own name.
// Agency 0 is the whole government: its parts are what is right below the one agency at the top or, where there are several, those.
func (s *Store) VerdictCounts(ctx context.Context, v models.Viewer, agency int64) ([]VerdictCount, error) {
	q := &query{}
	q.visible(v, "a", "steward_id")
	q.where = append(q.where, q.sees(v, "'agency'", "t.agency_id"))
	top, below := "h.parent_id IS NULL", "(SELECT CASE count(*) WHEN 1 THEN 1 ELSE 0 END FROM agencies WHERE parent_id IS NULL AND state = 'active')"
	if agency != 0 {
		top, below = "h.id = "+q.arg(agency), "1"
	}
	return rows[VerdictCount](ctx, s, `SELECT g.id AS agency_id, g.name AS agency, t.verdict, count(*)::int AS releases
		FROM release_verdicts t JOIN assets a ON a.id = t.asset_id
			JOIN agency_closure u ON u.descendant_id = t.agency_id JOIN agencies h ON h.id = u.ancestor_id AND `+top+`
			JOIN agency_closure c ON c.descendant_id = t.agency_id AND c.depth = greatest(u.depth - `+below+`, 0) JOIN agencies g ON g.id = c.ancestor_id
		WHERE`+q.clause()+` GROUP BY g.id, g.name, t.verdict ORDER BY g.name, g.id, t.verdict`, q.args...)
}
