package store

import (
	"context"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

var (
	crawlerCatalogColumns = columns("k", models.CrawlerCatalog{})
	bundleColumns         = columns("b", models.SoftwareBundle{})
)

// CrawlerCatalogs lists catalogues that crawlers go over, in the order in which they came. They are public.
func (s *Store) CrawlerCatalogs(ctx context.Context, f models.OpenCatalogFilter) (models.OpenCatalogList[models.CrawlerCatalog], error) {
	var none models.OpenCatalogList[models.CrawlerCatalog]
	q := &query{}
	q.and("k.withdrawn_at IS NULL")
	if !f.All {
		q.and("k.active")
	}
	withinTime(q, "k.created_at", &f)
	tail, err := inOrder{"k.created_at", "k.uuid", false}.turn(q, f.OpenCatalogPage)
	if err != nil {
		return none, err
	}
	list, err := rows[models.CrawlerCatalog](ctx, s, `SELECT `+crawlerCatalogColumns+` FROM crawler_catalogs k WHERE`+q.clause()+tail, q.args...)
	if err != nil {
		return none, err
	}
	return catalogPage(list, f.OpenCatalogPage, func(k *models.CrawlerCatalog) (time.Time, string) { return k.CreatedAt, k.UUID }), nil
}

// CrawlerCatalogNamed finds a catalogue by its UUID or by its alternative id.
func (s *Store) CrawlerCatalogNamed(ctx context.Context, name string) (*models.CrawlerCatalog, error) {
	list, err := rows[models.CrawlerCatalog](ctx, s, `SELECT `+crawlerCatalogColumns+` FROM crawler_catalogs k WHERE k.withdrawn_at IS NULL AND (k.uuid::text = $1 OR k.alternative_id = $2 AND $2 <> '') ORDER BY k.alternative_id = $2, k.id LIMIT 1`, strings.ToLower(name), name)
	return first(list, err, "crawler-catalog")
}

// CrawlerCatalog finds a catalogue by its number.
func (s *Store) CrawlerCatalog(ctx context.Context, id int64) (*models.CrawlerCatalog, error) {
	list, err := rows[models.CrawlerCatalog](ctx, s, `SELECT `+crawlerCatalogColumns+` FROM crawler_catalogs k WHERE k.id = $1 AND k.withdrawn_at IS NULL`, id)
	return first(list, err, "crawler-catalog")
}

// CatalogHolds reports whether a publisher or software that is told of belongs to a catalogue; to none when it is the root.
func (s *Store) CatalogHolds(ctx context.Context, k *models.CrawlerCatalog) (bool, error) {
	list, err := scalars[bool](ctx, s, `SELECT EXISTS (SELECT 1 FROM repositories r WHERE `+toldSoftware+` AND r.catalog_id IS NOT DISTINCT FROM $1)
		OR EXISTS (SELECT 1 FROM publishers p WHERE p.withdrawn_at IS NULL AND p.catalog_id IS NOT DISTINCT FROM $1)`, k.Holder())
	return len(list) == 1 && list[0], err
}

// CreateCrawlerCatalog adds a catalogue.
func (tx *Tx) CreateCrawlerCatalog(ctx context.Context, k *models.CrawlerCatalog) error {
	k.Version = 1
	return fault(tx.gorm(ctx).Create(k).Error)
}

// SaveCrawlerCatalog stores a catalogue, if nobody has since it was read.
func (tx *Tx) SaveCrawlerCatalog(ctx context.Context, k *models.CrawlerCatalog) error {
	was := k.Version
	k.Version++
	res := tx.gorm(ctx).Model(k).Where("version = ?", was).Select("*").Omit("id", "uuid", "created_at").Updates(k)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	return fault(res.Error)
}

// SoftwareBundles lists bundles in the order in which they came, with the software that the viewer may see.
func (s *Store) SoftwareBundles(ctx context.Context, v models.Viewer, f models.OpenCatalogFilter) (models.OpenCatalogList[models.SoftwareBundle], error) {
	var none models.OpenCatalogList[models.SoftwareBundle]
	q := &query{}
	q.and("b.withdrawn_at IS NULL")
	if !f.All {
		q.and("b.active")
	}
	withinTime(q, "b.created_at", &f)
	tail, err := inOrder{"b.created_at", "b.uuid", false}.turn(q, f.OpenCatalogPage)
	if err != nil {
		return none, err
	}
	list, err := s.bundles(ctx, v, q, tail)
	if err != nil {
		return none, err
	}
	return catalogPage(list, f.OpenCatalogPage, func(b *models.SoftwareBundle) (time.Time, string) { return b.CreatedAt, b.UUID }), nil
}

// SoftwareBundle finds a bundle by its UUID.
func (s *Store) SoftwareBundle(ctx context.Context, v models.Viewer, uuid string) (*models.SoftwareBundle, error) {
	q := &query{}
	q.and("b.withdrawn_at IS NULL AND b.uuid::text = ?", strings.ToLower(uuid))
	list, err := s.bundles(ctx, v, q, "")
	return first(list, err, "software-bundle")
}

func (s *Store) bundles(ctx context.Context, v models.Viewer, q *query, tail string) ([]models.SoftwareBundle, error) {
	list, err := rows[models.SoftwareBundle](ctx, s, `SELECT `+bundleColumns+` FROM software_bundles b WHERE`+q.clause()+tail, q.args...)
	if err != nil {
		return nil, err
	}
	ids, by := make([]int64, len(list)), map[int64]*models.SoftwareBundle{}
	for i := range list {
		ids[i], by[list[i].ID] = list[i].ID, &list[i]
	}
	q = repositoryQuery(v, models.RepositoryFilter{Inactive: true})
	q.and("x.bundle_id = ANY(?)", ids)
	q.where = append(q.where, toldSoftware)
	in, err := rows[struct {
		BundleID int64
		UUID     string
	}](ctx, s, `SELECT x.bundle_id, r.uuid::text AS uuid FROM software_bundle_repositories x JOIN repositories r ON r.id = x.repository_id WHERE`+q.clause()+`ORDER BY r.created_at, r.uuid`, q.args...)
	for _, m := range in {
		by[m.BundleID].Repositories = append(by[m.BundleID].Repositories, m.UUID)
	}
	return list, err
}

// CreateSoftwareBundle adds a bundle without its software.
func (tx *Tx) CreateSoftwareBundle(ctx context.Context, b *models.SoftwareBundle) error {
	b.Version = 1
	return fault(tx.gorm(ctx).Create(b).Error)
}

// SaveSoftwareBundle stores a bundle, if nobody has since it was read.
func (tx *Tx) SaveSoftwareBundle(ctx context.Context, b *models.SoftwareBundle) error {
	was := b.Version
	b.Version++
	res := tx.gorm(ctx).Model(b).Where("version = ?", was).Select("*").Omit("id", "uuid", "created_at").Updates(b)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	return fault(res.Error)
}

// KeepBundled makes the software of a bundle what was given, and leaves what the one who gave it could not see.
func (tx *Tx) KeepBundled(ctx context.Context, bundle int64, in, out []int64) error {
	if _, err := tx.pg.Exec(ctx, `DELETE FROM software_bundle_repositories WHERE bundle_id = $1 AND repository_id = ANY($2)`, bundle, out); err != nil {
		return fault(err)
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO software_bundle_repositories (bundle_id, repository_id) SELECT $1, unnest($2::bigint[]) ON CONFLICT DO NOTHING`, bundle, in)
	return fault(err)
}

// CatalogedIDs finds the numbers of software by the ids that the Open Catalog API knows it by, as far as the viewer may see it.
func (s *Store) CatalogedIDs(ctx context.Context, v models.Viewer, uuids []string) ([]int64, error) {
	q := repositoryQuery(v, models.RepositoryFilter{Inactive: true})
	q.and("r.uuid::text = ANY(?)", uuids)
	q.where = append(q.where, toldSoftware)
	return scalars[int64](ctx, s, `SELECT r.id FROM repositories r WHERE`+q.clause()+`ORDER BY r.id`, q.args...)
}
