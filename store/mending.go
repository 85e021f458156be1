package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ToMend lists, for each address of a publisher that has something to mend, the line of the intake log that says what: the newest first, at
// most 500. Where nothing was pushed since, that is the line of when it was last read. What happened at a repository that the viewer may not
// see is not there.
func (s *Store) ToMend(ctx context.Context, v models.Viewer, publisher int64) ([]VisitRow, error) {
	const most = 500
	q := &query{}
	id := q.arg(publisher)
	newest := `(SELECT l.* FROM repositories r CROSS JOIN LATERAL (SELECT id, outcome FROM visits WHERE repository_id = r.id ORDER BY id DESC LIMIT 1) n
			CROSS JOIN LATERAL (SELECT * FROM visits WHERE repository_id = r.id AND CASE n.outcome WHEN 'unchanged' THEN outcome IN ('read', 'undescribed', 'invalid') ELSE id = n.id END ORDER BY id DESC LIMIT 1) l
			WHERE r.publisher_id = ` + id + ` AND r.active AND r.withdrawn_at IS NULL
		UNION ALL
		SELECT l.* FROM code_hostings h CROSS JOIN LATERAL (SELECT * FROM visits WHERE publisher_id = h.publisher_id AND repository_id IS NULL AND url = h.url ORDER BY id DESC LIMIT 1) l
			WHERE h.publisher_id = ` + id + ` AND h.asked_at IS NOT NULL)`
	q.and(failedVisit)
	q.and(q.seesVisit(v))
	return rows[VisitRow](ctx, s, visitColumns+` FROM `+newest+` v `+visitJoins+` WHERE`+q.clause()+`ORDER BY v.id DESC LIMIT `+q.arg(most), q.args...)
}
