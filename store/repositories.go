package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// RepositoryRow is a repository with whose it is.
type RepositoryRow struct {
	models.Repository
	Agency    string
	Publisher string
	Asset     string
}

const repositoryFrom = `repositories r JOIN agencies g ON g.id = r.agency_id LEFT JOIN publishers p ON p.id = r.publisher_id AND p.withdrawn_at IS NULL LEFT JOIN assets a ON a.id = r.asset_id`

var repositoryColumns = strings.Replace(columns("r", models.Repository{}), ", r.source", "", 1) + `, g.name AS agency, coalesce(p.name, '') AS publisher, coalesce(btrim(a.name || ' ' || a.edition), '') AS asset`

// columnsOf leaves the texts of files out of lists: a page of them could be 100 MB.
func columnsOf(f models.RepositoryFilter) string {
	if f.ID != 0 || f.UUID != "" || f.Canonical != "" {
		return repositoryColumns + ", r.source"
	}
	return repositoryColumns
}

// seesRepository is the clause that hides the repository r from whom it is not meant for, and to whom no access to the code was granted; what was taken back is its agency's alone.
func (q *query) seesRepository(v models.Viewer) string {
	return "((" + q.sees(v, "r.visibility", "r.agency_id") + " OR " + q.holds(v, "r.asset_id") + ") AND (r.withdrawn_at IS NULL OR " + q.sees(v, "'agency'", "r.agency_id") + "))"
}

func repositoryQuery(v models.Viewer, f models.RepositoryFilter) *query {
	q := &query{}
	q.and(q.seesRepository(v))
	for _, c := range []struct {
		cond string
		arg  any
		use  bool
	}{
		{"r.id = ?", f.ID, f.ID != 0},
		{"r.uuid::text = ?", strings.ToLower(f.UUID), f.UUID != ""},
		{"r.asset_id = ?", f.Asset, f.Asset != 0},
		{"r.publisher_id = ?", f.Publisher, f.Publisher != 0},
		{"EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = r.agency_id)", f.Agency, f.Agency != 0},
		{"r.state = ?", f.State, f.State != ""},
		{"r.outcome = ?", f.Outcome, f.Outcome != ""},
		{"r.fork = ?", f.Fork, f.Fork != ""},
		{"r.root_commit = ?", f.RootCommit, f.RootCommit != ""},
		{"r.canonical LIKE '%' || ? || '%'", escapeLike(strings.ToLower(f.Query)), f.Query != ""},
		{"r.created_at >= ?", f.From, !f.From.IsZero()},
		{"r.created_at <= ?", f.To, !f.To.IsZero()},
	} {
		if c.use {
			q.and(c.cond, c.arg)
		}
	}
	if f.Canonical != "" {
		q.and("r.canonical = ? OR EXISTS (SELECT 1 FROM repository_aliases x WHERE x.repository_id = r.id AND x.canonical = ?)", f.Canonical, f.Canonical)
	}
	if f.Described != "" {
		q.and("(r.description IS NOT NULL) = ?", f.Described == models.Yes)
	}
	if !f.Inactive {
		q.and("r.active")
	}
	return q
}

// Repositories lists repositories in the order in which they came, or the most recently changed first.
func (s *Store) Repositories(ctx context.Context, v models.Viewer, f models.RepositoryFilter) (models.List[RepositoryRow], error) {
	var none models.List[RepositoryRow]
	q := repositoryQuery(v, f)
	total, err := s.total(ctx, "repositories r", q)
	if err != nil {
		return none, err
	}
	order := "ORDER BY r.id"
	key := func(r *RepositoryRow) []any { return []any{r.ID} }
	var id int64
	if f.Sort == models.ByUpdated {
		var at string
		if more, err := after(f.After, &at, &id); err != nil {
			return none, err
		} else if more {
			q.and("(r.updated_at, r.id) < (?::timestamptz, ?)", at, id)
		}
		order = "ORDER BY r.updated_at DESC, r.id DESC"
		key = func(r *RepositoryRow) []any { return []any{r.UpdatedAt.Format(timeKey), r.ID} }
	} else if more, err := after(f.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("r.id > ?", id)
	}
	list, err := rows[RepositoryRow](ctx, s, `SELECT `+columnsOf(f)+` FROM `+repositoryFrom+` WHERE`+q.clause()+order+` LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	if err := s.fillRepositories(ctx, list); err != nil {
		return none, err
	}
	return page(list, f.Page, key, total), nil
}

func (s *Store) fillRepositories(ctx context.Context, list []RepositoryRow) error {
	ids, by := make([]int64, len(list)), map[int64]*RepositoryRow{}
	for i := range list {
		ids[i], by[list[i].ID] = list[i].ID, &list[i]
	}
	aliases, err := rows[struct {
		RepositoryID int64
		URL          string
	}](ctx, s, `SELECT repository_id, url FROM repository_aliases WHERE repository_id = ANY($1) ORDER BY id`, ids)
	for _, a := range aliases {
		by[a.RepositoryID].Aliases = append(by[a.RepositoryID].Aliases, a.URL)
	}
	return err
}

// Repository finds a repository by its number.
func (s *Store) Repository(ctx context.Context, v models.Viewer, id int64) (*RepositoryRow, error) {
	if id == 0 {
		return nil, models.NoSuch("repository")
	}
	list, err := s.Repositories(ctx, v, models.RepositoryFilter{ID: id, Inactive: true})
	return first(list.Items, err, "repository")
}

// RepositoryAt finds the repository with a canonical address, be it its own or another that it is known by.
func (s *Store) RepositoryAt(ctx context.Context, v models.Viewer, canonical string) (*RepositoryRow, error) {
	if canonical == "" {
		return nil, models.NoSuch("repository")
	}
	list, err := s.Repositories(ctx, v, models.RepositoryFilter{Canonical: canonical, Inactive: true})
	return first(list.Items, err, "repository")
}

// AddressHolder is who may answer for code at an address.
type AddressHolder struct {
	Noun     string // publisher or repository
	ID       int64
	AgencyID int64
}

// HolderOf finds who may answer for code at a canonical address where the viewer does not: the publisher that keeps code there, or a repository hidden from the viewer
// that has the address or another in the same folder. Who publishes a whole host answers for nothing there against others. Its noun is empty where there is none.
func (s *Store) HolderOf(ctx context.Context, v models.Viewer, canonical string) (AddressHolder, error) {
	var nobody AddressHolder
	p, err := s.PublisherOf(ctx, canonical)
	if err == nil && !p.WholeHost() && !v.May(models.WriteRepository, p.AgencyID) {
		return AddressHolder{"publisher", p.ID, p.AgencyID}, nil
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		return nobody, err
	}
	if v.SeesAll() {
		return nobody, nil // nothing is hidden from them
	}
	q := &query{}
	at, folder := q.arg(canonical), q.arg(canonical[:strings.LastIndex(canonical, "/")+1])
	const beside = `(%[1]s = %[2]s OR starts_with(%[1]s, %[3]s) AND position('/' IN substr(%[1]s, length(%[3]s) + 1)) = 0)`
	list, err := rows[AddressHolder](ctx, s, `SELECT 'repository' AS noun, r.id, r.agency_id FROM repositories r WHERE NOT `+q.seesRepository(v)+` AND (`+fmt.Sprintf(beside, "r.canonical", at, folder)+`
		OR EXISTS (SELECT 1 FROM repository_aliases x WHERE x.repository_id = r.id AND `+fmt.Sprintf(beside, "x.canonical", at, folder)+`)) ORDER BY r.canonical <> `+at+`, r.id LIMIT 1`, q.args...)
	if err != nil || len(list) == 0 {
		return nobody, err
	}
	return list[0], nil
}

// HolderWithin finds who may answer for code below a canonical address where the viewer does not: an active publisher that keeps code there, or a repository hidden
// from the viewer. Its noun is empty where there is none.
func (s *Store) HolderWithin(ctx context.Context, v models.Viewer, canonical string) (AddressHolder, error) {
	var nobody AddressHolder
	list, err := rows[AddressHolder](ctx, s, `SELECT DISTINCT 'publisher' AS noun, p.id, p.agency_id FROM publishers p JOIN code_hostings h ON h.publisher_id = p.id
		WHERE p.active AND p.withdrawn_at IS NULL AND starts_with(h.canonical, $1 || '/') ORDER BY p.id`, canonical)
	if err != nil {
		return nobody, err
	}
	for _, p := range list {
		if !v.May(models.WriteRepository, p.AgencyID) {
			return p, nil
		}
	}
	if v.SeesAll() {
		return nobody, nil
	}
	q := &query{}
	above := q.arg(canonical + "/")
	list, err = rows[AddressHolder](ctx, s, `SELECT 'repository' AS noun, r.id, r.agency_id FROM repositories r WHERE NOT `+q.seesRepository(v)+` AND (starts_with(r.canonical, `+above+`)
		OR EXISTS (SELECT 1 FROM repository_aliases x WHERE x.repository_id = r.id AND starts_with(x.canonical, `+above+`))) ORDER BY r.id LIMIT 1`, q.args...)
	if err != nil || len(list) == 0 {
		return nobody, err
	}
	return list[0], nil
}

// RepositoriesOf lists the active repositories of an asset, forks last.
func (s *Store) RepositoriesOf(ctx context.Context, v models.Viewer, asset int64) ([]RepositoryRow, error) {
	q := repositoryQuery(v, models.RepositoryFilter{Asset: asset})
	list, err := rows[RepositoryRow](ctx, s, `SELECT `+repositoryColumns+` FROM `+repositoryFrom+` WHERE`+q.clause()+`ORDER BY r.fork <> 'none', r.description IS NULL, r.id LIMIT 50`, q.args...)
	if err != nil {
		return nil, err
	}
	return list, s.fillRepositories(ctx, list)
}

// AssetsAt lists the assets, seen or not, that name a canonical repository address and were not merged away.
func (s *Store) AssetsAt(ctx context.Context, canonical []string) ([]models.Asset, error) {
	list, err := rows[models.Asset](ctx, s, `SELECT `+assetColumns+` FROM assets a WHERE a.merged_into_id IS NULL AND EXISTS (SELECT 1 FROM asset_urls u WHERE u.asset_id = a.id AND u.kind = 'repository' AND u.canonical = ANY($1)) ORDER BY a.id`, canonical)
	if err != nil {
		return nil, err
	}
	refs := make([]*models.Asset, len(list))
	for i := range list {
		refs[i] = &list[i]
	}
	return list, s.fillAssets(ctx, refs)
}

// AssetNamed finds the asset of an agency with a name and no edition that was not merged away.
func (s *Store) AssetNamed(ctx context.Context, steward int64, name string) (*models.Asset, error) {
	list, err := rows[models.Asset](ctx, s, `SELECT `+assetColumns+` FROM assets a WHERE a.merged_into_id IS NULL AND a.steward_id = $1 AND lower(a.name) = lower($2) AND a.edition = ''`, steward, name)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("asset")
	}
	return &list[0], s.fillAssets(ctx, []*models.Asset{&list[0]})
}

// SameRoot lists other repositories, seen or not, whose history begins with the same commit.
func (s *Store) SameRoot(ctx context.Context, root string, not int64) ([]models.Repository, error) {
	return rows[models.Repository](ctx, s, `SELECT `+columns("r", models.Repository{})+` FROM repositories r WHERE r.root_commit = $1 AND r.root_commit <> '' AND r.id <> $2 ORDER BY r.id LIMIT 50`, root, not)
}

// HoldRoot makes the transaction the only one that looks at repositories with a first commit until it ends, so that two that are read at the same time see each other.
func (tx *Tx) HoldRoot(ctx context.Context, root string) error {
	_, err := tx.pg.Exec(ctx, `SELECT pg_advisory_xact_lock($1, hashtext($2))`, rootLocks, root)
	return fault(err)
}

// CreateRepository adds a repository with the other addresses it is known by.
func (tx *Tx) CreateRepository(ctx context.Context, r *models.Repository) error {
	r.Version = 1
	if err := fault(tx.gorm(ctx).Create(r).Error); err != nil {
		return err
	}
	return tx.keepAliases(ctx, r)
}

// SaveRepository stores a repository, if nobody has since it was read.
func (tx *Tx) SaveRepository(ctx context.Context, r *models.Repository) error {
	was := r.Version
	r.Version++
	res := tx.gorm(ctx).Model(r).Where("version = ?", was).Select("*").Omit("id", "uuid", "created_at").Updates(r)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrChanged()
	}
	if res.Error != nil {
		return fault(res.Error)
	}
	return tx.keepAliases(ctx, r)
}

func (tx *Tx) keepAliases(ctx context.Context, r *models.Repository) error {
	canonical := make([]string, len(r.Aliases))
	for i, u := range r.Aliases {
		c, err := models.CanonicalURL(u)
		if err != nil {
			return err
		}
		canonical[i] = c
	}
	if _, err := tx.pg.Exec(ctx, `DELETE FROM repository_aliases WHERE repository_id = $1 AND NOT canonical = ANY($2)`, r.ID, append(canonical, "")); err != nil {
		return fault(err)
	}
	for i, c := range canonical {
		var owner int64
		err := tx.pg.QueryRow(ctx, `INSERT INTO repository_aliases AS x (repository_id, url, canonical) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM repositories r WHERE r.canonical = $3)
			ON CONFLICT (canonical) DO UPDATE SET url = excluded.url WHERE x.repository_id = excluded.repository_id RETURNING repository_id`, r.ID, r.Aliases[i], c).Scan(&owner)
		if errors.Is(err, pgx.ErrNoRows) {
			taken := sentences["repository_aliases_url_once"]
			return &taken
		}
		if err != nil {
			return fault(err)
		}
	}
	return nil
}

// NoteVisit keeps that a repository was asked and had nothing new: no new version of it, and no event.
func (tx *Tx) NoteVisit(ctx context.Context, r *models.Repository) error {
	_, err := tx.pg.Exec(ctx, `UPDATE repositories SET visited_at = $2, outcome = $3, detail = $4, failures = $5, next_at = $6, state = $7 WHERE id = $1`, r.ID, r.VisitedAt, r.Outcome, r.Detail, r.Failures, r.NextAt, r.State)
	return fault(err)
}

// RepositoriesToVisit lists the active repositories of a publisher, or of all active ones and of nobody, that the harvest has not visited yet and that may be visited now: the next after one.
func (s *Store) RepositoriesToVisit(ctx context.Context, harvest int64, publisher *int64, now time.Time, after int64, most int) ([]models.Repository, error) {
	return rows[models.Repository](ctx, s, `SELECT `+columns("r", models.Repository{})+` FROM repositories r LEFT JOIN publishers p ON p.id = r.publisher_id
		WHERE r.id > $4 AND r.active AND (p.id = $2 OR $2 IS NULL AND p.active IS NOT FALSE) AND (r.next_at IS NULL OR r.next_at <= $3)
			AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.harvest_id = $1 AND v.repository_id = r.id) ORDER BY r.id LIMIT $5`, harvest, publisher, now, after, most)
}
