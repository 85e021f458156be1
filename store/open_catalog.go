package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// CatalogedSoftware is a repository as the Open Catalog API tells of it.
type CatalogedSoftware struct {
	RepositoryRow
	CatalogUUID string // "" when it belongs to none
}

// CatalogedPublisher is a publisher as the Open Catalog API tells of it.
type CatalogedPublisher struct {
	models.Publisher
	CatalogUUID string // "" when it belongs to none
}

// toldSoftware is what the Open Catalog API tells of: repositories with a publiccode.yml, be it a good one, that were not withdrawn.
const toldSoftware = `r.source <> '' AND r.path ~* 'publiccode\.ya?ml$' AND r.withdrawn_at IS NULL`

// inOrder says by what a list of the Open Catalog API is ordered, which is read both ways: when things came, then their UUID.
type inOrder struct {
	created, uuid string // columns
	newest        bool   // the newest first
}

// turn adds to a query what one page of such a list needs, and gives its ORDER BY and LIMIT.
func (o inOrder) turn(q *query, p models.OpenCatalogPage) (string, error) {
	down := o.newest != (p.Way == models.Backward) // the way in which the rows are read
	sign, order := ">", "ASC"
	if down {
		sign, order = "<", "DESC"
	}
	var at, id string
	if more, err := after(p.Cursor, &at, &id); err != nil {
		return "", err
	} else if more {
		if _, err := time.Parse(timeKey, at); err != nil || !uuidForm.MatchString(id) {
			return "", badCursor()
		}
		q.and("("+o.created+", "+o.uuid+") "+sign+" (?::timestamptz, ?::uuid)", at, id)
	}
	return fmt.Sprintf("ORDER BY %s %s, %s %s LIMIT %s", o.created, order, o.uuid, order, q.arg(p.Size+1)), nil
}

// catalogPage makes a page of a list that is ordered by when things came.
func catalogPage[T any](items []T, p models.OpenCatalogPage, key func(*T) (time.Time, string)) models.OpenCatalogList[T] {
	return turned(items, p, func(t *T) string {
		at, id := key(t)
		return cursor(at.UTC().Format(timeKey), id)
	})
}

// turned cuts the extra row off, turns a page that was read backwards, and makes the cursors to go on from.
func turned[T any](items []T, p models.OpenCatalogPage, pack func(*T) string) models.OpenCatalogList[T] {
	more := len(items) > p.Size
	if more {
		items = items[:p.Size]
	}
	before, behind := p.Cursor != "", more
	if p.Way == models.Backward {
		slices.Reverse(items)
		before, behind = more, true
	}
	out := models.OpenCatalogList[T]{Items: items}
	if len(items) == 0 {
		return out
	}
	if before {
		out.Prev = pack(&items[0])
	}
	if behind {
		out.Next = pack(&items[len(items)-1])
	}
	return out
}

// withinTime adds the bounds of when something came, both exclusive.
func withinTime(q *query, column string, f *models.OpenCatalogFilter) {
	if !f.From.IsZero() {
		q.and(column+" > ?", f.From)
	}
	if !f.To.IsZero() {
		q.and(column+" < ?", f.To)
	}
}

func inCatalog(q *query, column string, f *models.OpenCatalogFilter) {
	switch {
	case f.Root:
		q.and(column + " IS NULL")
	case f.Catalog != 0:
		q.and(column+" = ?", f.Catalog)
	}
}

// CatalogedSoftware lists, in the order in which they came, the repositories that a file describes. Copies of others, mirrors and
// technical forks, are there only for who asks for all or for an address: it is one piece of software.
func (s *Store) CatalogedSoftware(ctx context.Context, v models.Viewer, f models.OpenCatalogFilter) (models.OpenCatalogList[CatalogedSoftware], error) {
	var none models.OpenCatalogList[CatalogedSoftware]
	q := repositoryQuery(v, models.RepositoryFilter{Canonical: f.Canonical, Inactive: f.All})
	q.where = append(q.where, toldSoftware)
	if !f.All && f.Canonical == "" {
		q.and("r.fork NOT IN ('mirror', 'technical')")
	}
	inCatalog(q, "r.catalog_id", &f)
	withinTime(q, "r.created_at", &f)
	tail, err := inOrder{"r.created_at", "r.uuid", false}.turn(q, f.OpenCatalogPage)
	if err != nil {
		return none, err
	}
	list, err := s.catalogedSoftware(ctx, q, tail)
	if err != nil {
		return none, err
	}
	return catalogPage(list, f.OpenCatalogPage, func(r *CatalogedSoftware) (time.Time, string) { return r.CreatedAt, r.UUID }), nil
}

func (s *Store) catalogedSoftware(ctx context.Context, q *query, tail string) ([]CatalogedSoftware, error) {
	list, err := rows[CatalogedSoftware](ctx, s, `SELECT `+repositoryColumns+`, r.source, coalesce(k.uuid::text, '') AS catalog_uuid FROM `+repositoryFrom+` LEFT JOIN crawler_catalogs k ON k.id = r.catalog_id WHERE`+q.clause()+tail, q.args...)
	if err != nil {
		return nil, err
	}
	bare := make([]RepositoryRow, len(list))
	for i := range list {
		bare[i] = list[i].RepositoryRow
	}
	err = s.fillRepositories(ctx, bare)
	for i := range list {
		list[i].Aliases = bare[i].Aliases
	}
	return list, err
}

// CatalogedSoftwareByUUID finds software by the id that the Open Catalog API knows it by.
func (s *Store) CatalogedSoftwareByUUID(ctx context.Context, v models.Viewer, uuid string) (*CatalogedSoftware, error) {
	if uuid == "" {
		return nil, models.NoSuch("repository")
	}
	q := repositoryQuery(v, models.RepositoryFilter{UUID: uuid, Inactive: true})
	q.where = append(q.where, toldSoftware)
	list, err := s.catalogedSoftware(ctx, q, "")
	return first(list, err, "repository")
}

// CatalogedPublishers lists publishers in the order in which they came.
func (s *Store) CatalogedPublishers(ctx context.Context, v models.Viewer, f models.OpenCatalogFilter) (models.OpenCatalogList[CatalogedPublisher], error) {
	var none models.OpenCatalogList[CatalogedPublisher]
	q := &query{}
	q.and("p.withdrawn_at IS NULL")
	if !f.All {
		q.and("p.active")
	}
	inCatalog(q, "p.catalog_id", &f)
	withinTime(q, "p.created_at", &f)
	tail, err := inOrder{"p.created_at", "p.uuid", false}.turn(q, f.OpenCatalogPage)
	if err != nil {
		return none, err
	}
	list, err := s.catalogedPublishers(ctx, v, q, tail)
	if err != nil {
		return none, err
	}
	return catalogPage(list, f.OpenCatalogPage, func(p *CatalogedPublisher) (time.Time, string) { return p.CreatedAt, p.UUID }), nil
}

func (s *Store) catalogedPublishers(ctx context.Context, v models.Viewer, q *query, tail string) ([]CatalogedPublisher, error) {
	list, err := rows[CatalogedPublisher](ctx, s, `SELECT `+publisherColumns+`, coalesce(k.uuid::text, '') AS catalog_uuid FROM publishers p LEFT JOIN crawler_catalogs k ON k.id = p.catalog_id WHERE`+q.clause()+tail, q.args...)
	if err != nil {
		return nil, err
	}
	bare := make([]PublisherRow, len(list))
	for i := range list {
		bare[i].Publisher = list[i].Publisher
	}
	if err := s.fillPublishers(ctx, bare); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Hostings = bare[i].Hostings
		if !v.InGovernment() {
			list[i].Email = ""
		}
	}
	return list, nil
}

// CatalogedPublisherNamed finds a publisher by the id that the Open Catalog API knows it by, or by its alternative id.
func (s *Store) CatalogedPublisherNamed(ctx context.Context, v models.Viewer, name string) (*CatalogedPublisher, error) {
	if name == "" {
		return nil, models.NoSuch("publisher")
	}
	q := &query{}
	q.and("p.withdrawn_at IS NULL AND (p.uuid::text = ? OR p.alternative_id = ?)", strings.ToLower(name), name)
	list, err := s.catalogedPublishers(ctx, v, q, "ORDER BY p.alternative_id = "+q.arg(name)+", p.id LIMIT 1")
	return first(list, err, "publisher")
}

// PublisherAt is a publisher with a place at which it keeps code.
type PublisherAt struct {
	models.Publisher
	Host  models.Host
	Group bool
	Place string // the canonical address
}

// WholeHost reports whether the place is a host with all that is on it, which others have their code on as well.
func (p *PublisherAt) WholeHost() bool { return p.Group && !strings.Contains(p.Place, "/") }

// PublisherOf finds the active publisher that keeps code at a canonical address or at a place above it, the nearest first.
func (s *Store) PublisherOf(ctx context.Context, canonical string) (*PublisherAt, error) {
	list, err := rows[PublisherAt](ctx, s, `SELECT `+publisherColumns+`, h.host, h."group", h.canonical AS place FROM publishers p JOIN code_hostings h ON h.publisher_id = p.id
		WHERE p.active AND p.withdrawn_at IS NULL AND (h.canonical = $1 OR h."group" AND starts_with($1, h.canonical || '/')) ORDER BY length(h.canonical) DESC LIMIT 1`, canonical)
	return first(list, err, "publisher")
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func badCursor() error {
	_, err := after("!", new(string))
	return err
}
