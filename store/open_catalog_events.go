package store

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// CatalogedEvent is an event as the Open Catalog API tells of it.
type CatalogedEvent struct {
	ID         int64
	UUID       string
	Type       string // create, update or delete
	EntityType string // software, publishers, catalogs or bundles
	EntityUUID string
	Actor      string // "" for who may not know it
	At         time.Time
}

// CatalogedEventFilter chooses such events. Empty fields do not restrict.
type CatalogedEventFilter struct {
	Type, EntityType, EntityUUID, Actor string
	models.OpenCatalogFilter
}

// catalogedEvents are the events of which the API tells, as far as the viewer sees them; who acted is named to whom that is told.
func (q *query) catalogedEvents(v models.Viewer) string {
	full, seen, _ := q.sightOfEvents(v)
	return `(SELECT e.id, e.at, overlay(overlay(md5('event ' || e.id) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid::text AS uuid,
		CASE split_part(e.action, '.', 2) WHEN 'registered' THEN 'create' WHEN 'withdrawn' THEN 'delete' ELSE 'update' END AS type,
		CASE e.noun WHEN 'repository' THEN 'software' WHEN 'publisher' THEN 'publishers' WHEN 'crawler-catalog' THEN 'catalogs' ELSE 'bundles' END AS entity_type,
		coalesce(r.uuid, p.uuid, k.uuid, b.uuid)::text AS entity_uuid, CASE WHEN ` + full + ` THEN e.actor_name ELSE '' END AS actor
	FROM events e LEFT JOIN repositories r ON e.noun = 'repository' AND r.id = e.noun_id AND r.source <> '' AND r.path ~* 'publiccode\.ya?ml$' LEFT JOIN publishers p ON e.noun = 'publisher' AND p.id = e.noun_id
		LEFT JOIN crawler_catalogs k ON e.noun = 'crawler-catalog' AND k.id = e.noun_id LEFT JOIN software_bundles b ON e.noun = 'software-bundle' AND b.id = e.noun_id
	WHERE e.noun IN ('repository', 'publisher', 'crawler-catalog', 'software-bundle') AND (` + seen + `)) x`
}

// CatalogedEvents lists, the newest first, what happened to software, publishers, catalogues and bundles.
func (s *Store) CatalogedEvents(ctx context.Context, v models.Viewer, f CatalogedEventFilter) (models.OpenCatalogList[CatalogedEvent], error) {
	var none models.OpenCatalogList[CatalogedEvent]
	q := &query{}
	from := q.catalogedEvents(v)
	q.and("x.entity_uuid IS NOT NULL")
	for _, c := range []struct{ column, is string }{{"x.type", f.Type}, {"x.entity_type", f.EntityType}, {"x.entity_uuid", strings.ToLower(f.EntityUUID)}, {"x.actor", f.Actor}} {
		if c.is != "" {
			q.and(c.column+" = ?", c.is)
		}
	}
	withinTime(q, "x.at", &f.OpenCatalogFilter)
	var id int64
	more, err := after(f.Cursor, &id)
	if err != nil {
		return none, err
	}
	order := "DESC"
	if f.Way == models.Backward {
		order = "ASC"
		q.and("x.id > ?", id)
	} else if more {
		q.and("x.id < ?", id)
	}
	list, err := rows[CatalogedEvent](ctx, s, `SELECT * FROM `+from+` WHERE`+q.clause()+`ORDER BY x.id `+order+` LIMIT `+q.arg(f.Size+1), q.args...)
	if err != nil {
		return none, err
	}
	return turned(list, f.OpenCatalogPage, func(e *CatalogedEvent) string { return cursor(e.ID) }), nil
}
