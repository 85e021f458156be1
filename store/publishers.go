package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// PublisherRow is a publisher as lists show it.
type PublisherRow struct {
	models.Publisher
	Agency       string
	Repositories int // that the viewer may see
	Failing      int // of those, that did not answer when last visited, or break their standard
}

var publisherColumns = columns("p", models.Publisher{})

// seesPublisher is the clause that leaves a withdrawn publisher p to its agency.
func (q *query) seesPublisher(v models.Viewer) string {
	return "(p.withdrawn_at IS NULL OR " + q.sees(v, "'agency'", "p.agency_id") + ")"
}

// Publishers lists publishers by name, with their hostings.
func (s *Store) Publishers(ctx context.Context, v models.Viewer, f models.PublisherFilter) (models.List[PublisherRow], error) {
	var none models.List[PublisherRow]
	q := &query{}
	if f.Query != "" {
		q.and("p.name ILIKE '%' || ? || '%' OR p.alternative_id = ?", escapeLike(f.Query), f.Query)
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = p.agency_id)", f.Agency)
	}
	if f.UUID != "" {
		q.and("p.uuid::text = ?", strings.ToLower(f.UUID))
	}
	if f.ID != 0 {
		q.and("p.id = ?", f.ID)
		q.and(q.seesPublisher(v))
	} else {
		q.and("p.withdrawn_at IS NULL")
	}
	if f.Active {
		q.and("p.active")
	}
	total, err := s.total(ctx, "publishers p", q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(p.name, p.id) > (?, ?)", name, id)
	}
	seen := &query{args: q.args}
	seen.and(seen.seesRepository(v))
	list, err := rows[PublisherRow](ctx, s, `SELECT `+publisherColumns+`, g.name AS agency, had.repositories, had.failing FROM publishers p JOIN agencies g ON g.id = p.agency_id
		CROSS JOIN LATERAL (SELECT count(*) AS repositories, count(*) FILTER (WHERE r.state IN ('failing', 'gone') OR r.outcome = 'invalid') AS failing FROM repositories r WHERE r.publisher_id = p.id AND r.active AND `+seen.clause()+`) had
		WHERE`+q.clause()+`ORDER BY p.name, p.id LIMIT `+seen.arg(limit(f.Page)), seen.args...)
	if err != nil {
		return none, err
	}
	if err := s.fillPublishers(ctx, list); err != nil {
		return none, err
	}
	if !v.InGovernment() {
		for i := range list {
			list[i].Email = ""
		}
	}
	return page(list, f.Page, func(p *PublisherRow) []any { return []any{p.Name, p.ID} }, total), nil
}

func (s *Store) fillPublishers(ctx context.Context, list []PublisherRow) error {
	ids, by := make([]int64, len(list)), map[int64]*PublisherRow{}
	for i := range list {
		ids[i], by[list[i].ID] = list[i].ID, &list[i]
	}
	hostings, err := rows[models.CodeHosting](ctx, s, `SELECT `+columns("h", models.CodeHosting{})+` FROM code_hostings h WHERE h.publisher_id = ANY($1) ORDER BY h.id`, ids)
	for _, h := range hostings {
		by[h.PublisherID].Hostings = append(by[h.PublisherID].Hostings, h)
	}
	return err
}

// Publisher finds a publisher by its number.
func (s *Store) Publisher(ctx context.Context, v models.Viewer, id int64) (*PublisherRow, error) {
	if id == 0 {
		return nil, models.NoSuch("publisher")
	}
	list, err := s.Publishers(ctx, v, models.PublisherFilter{ID: id})
	return first(list.Items, err, "publisher")
}

// PublisherByUUID finds a publisher by the id that the Open Catalog API knows it by.
func (s *Store) PublisherByUUID(ctx context.Context, v models.Viewer, uuid string) (*PublisherRow, error) {
	if uuid == "" {
		return nil, models.NoSuch("publisher")
	}
	list, err := s.Publishers(ctx, v, models.PublisherFilter{UUID: uuid})
	return first(list.Items, err, "publisher")
}

// CreatePublisher adds a publisher with its hostings.
func (tx *Tx) CreatePublisher(ctx context.Context, p *models.Publisher) error {
	p.Version = 1
	if err := fault(tx.gorm(ctx).Create(p).Error); err != nil {
		return err
	}
	return tx.keepHostings(ctx, p)
}

// SavePublisher stores a publisher; what its hosts said when they were last asked stays with the addresses that stay.
func (tx *Tx) SavePublisher(ctx context.Context, p *models.Publisher) error {
	was := p.Version
	p.Version++
	res := tx.gorm(ctx).Model(p).Where("version = ?", was).Select("*").Omit("id", "uuid", "created_at").Updates(p)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	if res.Error != nil {
		return fault(res.Error)
	}
	return tx.keepHostings(ctx, p)
}

func (tx *Tx) keepHostings(ctx context.Context, p *models.Publisher) error {
	var stay []string
	for i := range p.Hostings {
		stay = append(stay, p.Hostings[i].Canonical)
	}
	if _, err := tx.pg.Exec(ctx, `DELETE FROM code_hostings WHERE publisher_id = $1 AND NOT canonical = ANY($2)`, p.ID, append(stay, "")); err != nil {
		return fault(err)
	}
	for i := range p.Hostings {
		h := &p.Hostings[i]
		h.PublisherID = p.ID
		err := tx.pg.QueryRow(ctx, `INSERT INTO code_hostings AS h (publisher_id, url, canonical, host, "group") VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (canonical) DO UPDATE SET url = excluded.url, host = excluded.host, "group" = excluded."group" WHERE h.publisher_id = excluded.publisher_id RETURNING id`,
			p.ID, h.URL, h.Canonical, h.Host, h.Group).Scan(&h.ID)
		if errors.Is(err, pgx.ErrNoRows) {
			taken := sentences["code_hostings_url_once"]
			return &taken
		}
		if err != nil {
			return fault(err)
		}
	}
	return nil
}

// NoteHosting keeps what a host said when it was asked for its list.
func (tx *Tx) NoteHosting(ctx context.Context, h *models.CodeHosting) error {
	_, err := tx.pg.Exec(ctx, `UPDATE code_hostings SET etag = $2, asked_at = $3, outcome = $4, detail = $5, host = $6, "group" = $7 WHERE id = $1`, h.ID, h.ETag, h.AskedAt, h.Outcome, h.Detail, h.Host, h.Group)
	return fault(err)
}
