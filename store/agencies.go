package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/ospo-register/ospo/models"
)

// Agency finds an agency by id. Agencies are public.
func (s *Store) Agency(ctx context.Context, id int64) (*models.Agency, error) {
	return s.agency(ctx, "id = ?", id)
}

// AgencyByCode finds an agency by its national code.
func (s *Store) AgencyByCode(ctx context.Context, code string) (*models.Agency, error) {
	return s.agency(ctx, "code = ?", code)
}

// AgencyByURI finds an agency by its URI.
func (s *Store) AgencyByURI(ctx context.Context, uri string) (*models.Agency, error) {
	return s.agency(ctx, "uri = ?", uri)
}

func (s *Store) agency(ctx context.Context, where string, arg any) (*models.Agency, error) {
	var a models.Agency
	if err := s.gorm(ctx).Where(where, arg).Take(&a).Error; err != nil {
		return nil, found(err, "agency")
	}
	return &a, nil
}

// Agencies lists agencies by name.
func (s *Store) Agencies(ctx context.Context, f models.AgencyFilter) (models.List[models.Agency], error) {
	var none models.List[models.Agency]
	q := &query{}
	if f.Query != "" {
		like := "%" + escapeLike(f.Query) + "%"
		q.and("lower(g.name) LIKE lower(?) OR lower(g.code) = lower(?)", like, f.Query)
	}
	if f.Kind != "" {
		q.and("g.kind = ?", f.Kind)
	}
	if f.State != "" {
		q.and("g.state = ?", f.State)
	}
	if f.Under != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = g.id)", f.Under)
	}
	total, err := s.total(ctx, "agencies g", q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(f.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(g.name, g.id) > (?, ?)", name, id)
	}
	items, err := rows[models.Agency](ctx, s, `SELECT `+agencyColumns+` FROM agencies g WHERE`+q.clause()+`ORDER BY g.name, g.id LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(items, f.Page, func(a *models.Agency) []any { return []any{a.Name, a.ID} }, total), nil
}

// AgencyPath is the agency's line from the top down to itself.
func (s *Store) AgencyPath(ctx context.Context, id int64) ([]models.Agency, error) {
	return rows[models.Agency](ctx, s, `SELECT `+agencyColumns+` FROM agency_closure c JOIN agencies g ON g.id = c.ancestor_id WHERE c.descendant_id = $1 ORDER BY c.depth DESC`, id)
}

// AgencyChildren lists the agencies directly below; id 0 gives those at the top.
func (s *Store) AgencyChildren(ctx context.Context, id int64) ([]models.Agency, error) {
	return rows[models.Agency](ctx, s, `SELECT `+agencyColumns+` FROM agencies g WHERE g.parent_id IS NOT DISTINCT FROM nullif($1::bigint, 0) AND g.state = 'active' ORDER BY g.name, g.id`, id)
}

// AgencyParents is the dated history of where the agency stood, oldest first.
func (s *Store) AgencyParents(ctx context.Context, id int64) ([]models.AgencyParent, error) {
	return rows[models.AgencyParent](ctx, s, `SELECT id, agency_id, parent_id, from_on, until_on FROM agency_parents WHERE agency_id = $1 ORDER BY from_on, id`, id)
}

// TopAgencies gives those of the agencies that stand below none of the others.
func (s *Store) TopAgencies(ctx context.Context, ids []int64) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT x.id FROM unnest($1::bigint[]) x (id)
		WHERE NOT EXISTS (SELECT 1 FROM agency_closure c WHERE c.descendant_id = x.id AND c.ancestor_id = ANY($1) AND c.ancestor_id <> x.id) ORDER BY x.id`, ids)
}

// RootAgencies lists the agencies that are in office and stand under none.
func (s *Store) RootAgencies(ctx context.Context) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM agencies WHERE parent_id IS NULL AND state = 'active' ORDER BY id`)
}

// AgencyNames maps ids to names, for pages that show many.
func (s *Store) AgencyNames(ctx context.Context) (map[int64]string, error) {
	list, err := rows[struct {
		ID   int64
		Name string
	}](ctx, s, `SELECT id, name FROM agencies`)
	names := make(map[int64]string, len(list))
	for _, a := range list {
		names[a.ID] = a.Name
	}
	return names, err
}

// CreateAgency adds an agency with its place in the hierarchy from the day on.
func (tx *Tx) CreateAgency(ctx context.Context, a *models.Agency, on models.Date) error {
	a.Version = 1
	if err := tx.gorm(ctx).Create(a).Error; err != nil {
		return fault(err)
	}
	if _, err := tx.pg.Exec(ctx, `INSERT INTO agency_closure (ancestor_id, descendant_id, depth) VALUES ($1, $1, 0)`, a.ID); err != nil {
		return fault(err)
	}
	if err := tx.hang(ctx, a); err != nil {
		return err
	}
	return fault(tx.gorm(ctx).Create(&models.AgencyParent{AgencyID: a.ID, ParentID: a.ParentID, FromOn: on}).Error)
}

// SaveAgency stores a changed agency.
func (tx *Tx) SaveAgency(ctx context.Context, a *models.Agency) error {
	return save(tx.gorm(ctx), a, a.ID, &a.Version)
}

// MoveAgency hangs the agency and all below it under a.ParentID from the day on. It refuses a circle.
func (tx *Tx) MoveAgency(ctx context.Context, a *models.Agency, on models.Date) error {
	// One move at a time: two concurrent ones could each be fine and form a circle together.
	if _, err := tx.pg.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockHierarchy); err != nil {
		return err
	}
	if a.ParentID != nil {
		var circle bool
		if err := tx.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM agency_closure WHERE ancestor_id = $1 AND descendant_id = $2)`, a.ID, *a.ParentID).Scan(&circle); err != nil {
			return err
		}
		if circle {
			return &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "The agency cannot stand under itself or under one that stands below it.",
				Fields: []models.FieldError{{Field: "parentId", Code: "circle", Detail: "Choose an agency outside this one's own branch."}}}
		}
	}
	const cut = `DELETE FROM agency_closure l WHERE l.descendant_id IN (SELECT descendant_id FROM agency_closure WHERE ancestor_id = $1)
		AND l.ancestor_id IN (SELECT ancestor_id FROM agency_closure WHERE descendant_id = $1 AND ancestor_id <> $1)`
	if _, err := tx.pg.Exec(ctx, cut, a.ID); err != nil {
		return err
	}
	if err := tx.hang(ctx, a); err != nil {
		return err
	}
	if _, err := tx.pg.Exec(ctx, `UPDATE agency_parents SET until_on = greatest($2, from_on) WHERE agency_id = $1 AND until_on IS NULL`, a.ID, on.Time()); err != nil {
		return err
	}
	return fault(tx.gorm(ctx).Create(&models.AgencyParent{AgencyID: a.ID, ParentID: a.ParentID, FromOn: on}).Error)
}

// hang adds the closure between everything above the parent and everything below the agency.
func (tx *Tx) hang(ctx context.Context, a *models.Agency) error {
	if a.ParentID == nil {
		return nil
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO agency_closure (ancestor_id, descendant_id, depth)
		SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1
		FROM agency_closure above, agency_closure below WHERE above.descendant_id = $1 AND below.ancestor_id = $2`, *a.ParentID, a.ID)
	return fault(err)
}

// HandOver gives everything the agency stewards, runs and staffs to its successor, and hangs its children there.
func (tx *Tx) HandOver(ctx context.Context, from, to int64) error {
	for _, sql := range []string{
		`UPDATE assets SET steward_id = $2, version = version + 1, updated_at = now() WHERE steward_id = $1`,
		`UPDATE deployments SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
		`UPDATE publishers SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
		`UPDATE repositories SET agency_id = $2, version = version + 1, updated_at = now() WHERE agency_id = $1`,
		`INSERT INTO memberships (user_id, agency_id, role) SELECT user_id, $2, role FROM memberships WHERE agency_id = $1 AND ended_at IS NULL ON CONFLICT DO NOTHING`,
		`UPDATE memberships SET ended_at = now() WHERE agency_id = $1 AND agency_id <> $2 AND ended_at IS NULL`,
		`UPDATE tokens SET agency_id = $2 WHERE agency_id = $1`,
	} {
		if _, err := tx.pg.Exec(ctx, sql, from, to); err != nil {
			return fault(err)
		}
	}
	return tx.handOverReuse(ctx, from, to)
}

// Advisory locks, by number.
const (
	lockHierarchy int64 = 7_201_001
	lockEvents    int64 = 7_201_002
	lockIntern    int64 = 7_201_003
)

// save stores a record whose version has not changed since it was read, and counts its version up.
func save(g *gorm.DB, record any, id int64, version *int64) error {
	was := *version
	*version = was + 1
	res := g.Model(record).Where("id = ? AND version = ?", id, was).Select("*").Omit("id", "created_at").Updates(record)
	if res.Error != nil {
		return fault(res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrChanged()
	}
	return nil
}

// ErrChanged is the answer to a write that was based on an older state.
func ErrChanged() error {
	return models.Refuse(models.Conflict, "changed-meanwhile", "Somebody changed this after you had read it. Read it again and repeat your change.")
}
