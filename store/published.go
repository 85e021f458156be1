package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// PublishedRow is a decision with what was published of it last.
type PublishedRow struct {
	DecisionID  int64
	Ref         string
	Title       string
	Kind        models.DecisionKind
	Function    string
	Agency      string
	Editions    int       // how many documents were published; the number of the newest
	PublishedAt time.Time // the first
	UpdatedAt   time.Time // the newest
	FirstDigest []byte    // of the first document: no other decision anywhere has it
	Summary     string    // of the newest document; "" when the whole is withheld
	Note        string    // what is different in the newest document
	Withheld    bool      // of the newest document: the whole is
}

// Published lists the decisions that were published and that the viewer may see, those last that were published first. Agency 0 asks for all.
func (s *Store) Published(ctx context.Context, v models.Viewer, agency int64, p models.Page) (models.List[PublishedRow], error) {
	var none models.List[PublishedRow]
	q := &query{}
	q.visible(v, "d", "agency_id")
	if agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", agency)
	}
	total, err := s.total(ctx, `decisions d JOIN (SELECT DISTINCT decision_id FROM decision_publications) n ON n.decision_id = d.id`, q)
	if err != nil {
		return none, err
	}
	var at time.Time
	var id int64
	if more, err := after(p.After, &at, &id); err != nil {
		return none, err
	} else if more {
		q.and("(n.at, d.id) < (?, ?)", at, id)
	}
	list, err := rows[PublishedRow](ctx, s, `WITH n AS (SELECT d.id, d.ref, d.kind, g.name AS agency, n.editions, n.first, n.at
			FROM decisions d JOIN agencies g ON g.id = d.agency_id JOIN (SELECT decision_id, max(number) AS editions, min(number) AS first, max(at) AS at FROM decision_publications GROUP BY decision_id) n ON n.decision_id = d.id
			WHERE`+q.clause()+`ORDER BY n.at DESC, d.id DESC LIMIT `+q.arg(limit(p))+`)
		SELECT n.id AS decision_id, n.ref, n.kind, n.agency, n.editions, o.at AS published_at, n.at AS updated_at, o.digest AS first_digest, p.note, coalesce(t.told->>'title', n.ref) AS title, coalesce(t.told->>'function', '') AS function,
			coalesce(t.told->>'summary', '') AS summary, t.told->'withheld' IS NOT NULL AS withheld
		FROM n JOIN decision_publications o ON o.decision_id = n.id AND o.number = n.first JOIN decision_publications p ON p.decision_id = n.id AND p.number = n.editions
		CROSS JOIN LATERAL (SELECT convert_from(p.document, 'UTF8')::json AS told) t ORDER BY n.at DESC, n.id DESC`, q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(r *PublishedRow) []any { return []any{r.UpdatedAt, r.DecisionID} }, total), nil
}
