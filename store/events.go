package store

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// EventRow is an event as a viewer sees it.
type EventRow struct {
	models.Event
	Full bool // the viewer sees who did it and what changed
	Gone bool // a tombstone: the viewer could see the thing before this event, and no longer can
}

// sightOfEvents gives three clauses on events e: whether the viewer may know who acted and what changed; whether they may see the event; whether all that they
// may know is that a thing is not to be seen any more. What is hidden now is named by no event of before.
func (q *query) sightOfEvents(v models.Viewer) (full, seen, gone string) {
	full = "FALSE"
	switch {
	case v.May(models.ReadEvents, 0) || v.System:
		full = "TRUE"
	case v.InGovernment():
		full = "coalesce(e.agency_id = ANY(" + q.arg(v.Covered()) + "), FALSE)"
	}
	if v.UserID != 0 && full != "TRUE" { // who may see a delivery knows what became of it, whomever it turned out to be for
		dq := &query{args: q.args}
		dq.deliverySeen(v)
		full += " OR e.noun = 'delivery' AND EXISTS (SELECT 1 FROM deliveries v WHERE v.id = e.noun_id AND" + dq.clause() + ")"
		q.args = dq.args
	}
	if v.InGovernment() && full != "TRUE" { // a request for access is the steward's as much as the asking agency's
		full += " OR e.noun = 'access-request' AND EXISTS (SELECT 1 FROM access_requests x JOIN assets a ON a.id = x.asset_id WHERE x.id = e.noun_id AND (" + q.sees(v, "'agency'", "a.steward_id") + "))"
	}
	to, from := "e.seen_to <> '' AND ("+q.sees(v, "e.seen_to", "e.agency_id")+")", "e.seen_from <> '' AND ("+q.sees(v, "e.seen_from", "e.agency_id")+")"
	// A thing without visibility of its own, such as a person, is nobody's but the trail's readers'.
	now := `(e.asset_id IS NULL OR EXISTS (SELECT 1 FROM assets a WHERE a.id = e.asset_id AND (` + q.sees(v, "a.visibility", "a.steward_id") + `)))
		AND (e.noun <> 'deployment' OR EXISTS (SELECT 1 FROM deployments d WHERE d.id = e.noun_id AND (` + q.sees(v, "d.visibility", "d.agency_id") + `)))
		AND (e.noun <> 'repository' OR EXISTS (SELECT 1 FROM repositories r WHERE r.id = e.noun_id AND (` + q.sees(v, "r.visibility", "r.agency_id") + `)))
		AND (e.noun <> 'call' OR EXISTS (SELECT 1 FROM calls k WHERE k.id = e.noun_id AND (` + q.sees(v, "k.visibility", "k.agency_id") + `)))
		AND (e.noun <> 'decision' OR EXISTS (SELECT 1 FROM decisions d WHERE d.id = e.noun_id AND (` + q.sees(v, "d.visibility", "d.agency_id") + `)))`
	return full, "(" + full + ") OR " + to + " AND " + now, from + " AND NOT (" + to + ")"
}

// Events lists events in the order in which they were committed, so that a reader who goes on after the last id neither
// misses nor repeats one. What is hidden now is named by no event of before: a tombstone alone says that it was there. Actors and contents come only to those who may read the trail, or whose agency it concerns.
func (s *Store) Events(ctx context.Context, v models.Viewer, f models.EventFilter) ([]EventRow, error) {
	q := &query{}
	full, seen, gone := q.sightOfEvents(v)
	q.and(seen + " OR " + gone)
	if f.Noun != "" {
		q.and("e.noun = ?", f.Noun)
	}
	if f.NounID != 0 {
		q.and("e.noun_id = ?", f.NounID)
	}
	if f.Asset != 0 {
		q.and("e.asset_id = ?", f.Asset)
	}
	if f.Agency != 0 {
		q.and("e.agency_id = ?", f.Agency)
	}
	if f.Actor != 0 {
		q.and("e.actor_id = ? AND ("+full+")", f.Actor)
	}
	if f.Action != "" {
		q.and("e.action = ?", f.Action)
	}
	if len(f.IDs) > 0 {
		q.and("e.id = ANY(?)", f.IDs)
	}
	if f.Hook != nil {
		q.hooked(f.Hook)
	}
	order := "e.id"
	switch {
	case f.Latest && f.After != 0:
		order = "e.id DESC"
		q.and("e.id < ?", f.After)
	case f.Latest:
		order = "e.id DESC"
	default:
		q.and("e.id > ?", f.After)
	}
	list, err := rows[EventRow](ctx, s, `SELECT `+eventColumns+`, (`+full+`) AS full, (`+gone+`) AND NOT (`+full+`) AS gone FROM events e
		WHERE`+q.clause()+`ORDER BY `+order+` LIMIT `+q.arg(pageSize(models.Page{Limit: f.Limit})), q.args...)
	for i := range list {
		if e := &list[i]; !e.Full {
			e.ActorID, e.TokenID, e.RequestID, e.ActorName, e.Before, e.After = nil, nil, "", "", nil, nil
			if e.Gone {
				e.Title = ""
			}
		}
	}
	return list, err
}

// Record writes an event. It is the last thing a transaction does: from here to the commit events are written one at a
// time, so that ids are in the order of commits.
func (tx *Tx) Record(ctx context.Context, e *models.Event) error {
	if _, err := tx.pg.Exec(ctx, `SELECT pg_advisory_xact_lock($1), pg_notify('`+eventsChannel+`', '')`, lockEvents); err != nil {
		return err
	}
	e.At, e.Title = now(), strings.ReplaceAll(e.Title, "\x00", "")
	if err := tx.gorm(ctx).Create(e).Error; err != nil {
		return fault(err)
	}
	*tx.wrote = e.ID
	return nil
}
