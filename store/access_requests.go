package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// AccessRow is a request for access with the names it goes by.
type AccessRow struct {
	models.AccessRequest
	Agency      string
	Asset       string
	StewardID   int64
	Steward     string
	RequestedBy string
	DecidedBy   string
}

const accessFrom = `access_requests x JOIN assets a ON a.id = x.asset_id JOIN agencies o ON o.id = a.steward_id JOIN agencies g ON g.id = x.agency_id LEFT JOIN users q ON q.id = x.requested_by_id LEFT JOIN users d ON d.id = x.decided_by_id`

var accessSelect = `SELECT ` + columns("x", models.AccessRequest{}) + `, g.name AS agency, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, o.name AS steward, coalesce(q.name, '') AS requested_by, coalesce(d.name, '') AS decided_by FROM ` + accessFrom

// accessVisible shows a request to the agency that asks and to the one that decides, and to nobody else.
func (q *query) accessVisible(v models.Viewer) {
	q.where = append(q.where, q.sees(v, "'agency'", "x.agency_id")+" OR "+q.sees(v, "'agency'", "a.steward_id"))
}

// holds is the condition that somebody of the viewer's agencies may see the code of the asset in a column, by a grant that holds today.
func (q *query) holds(v models.Viewer, column string) string {
	own := v.Covered()
	if v.SeesAll() {
		return "TRUE"
	}
	if len(own) == 0 {
		return "FALSE"
	}
	return `EXISTS (SELECT 1 FROM access_requests held JOIN agency_closure l ON l.descendant_id = held.agency_id WHERE held.asset_id = ` + column + ` AND held.state = 'granted' AND held.ends_on >= ` + q.arg(models.DateOf(now()).Time()) + ` AND l.ancestor_id = ANY(` + q.arg(own) + `))`
}

// HasAccess reports whether the viewer may see the code of a piece of software that is not open to everybody: the people of its steward, of an agency that access was granted
// to until today or later, and those whose roles cover all of government. It opens the repositories and their mirrors, and nothing of the entry itself.
func (s *Store) HasAccess(ctx context.Context, v models.Viewer, asset int64) (has bool, err error) {
	q := &query{}
	id := q.arg(asset)
	sql := `SELECT EXISTS (SELECT 1 FROM assets a WHERE a.id = ` + id + ` AND (` + q.sees(v, "'agency'", "a.steward_id") + ` OR ` + q.holds(v, "a.id") + `))`
	err = s.pg.QueryRow(ctx, sql, q.args...).Scan(&has)
	return has, fault(err)
}

// HasHiddenCode reports whether some of the code of a piece of software is not open to everybody: its entry is not public, it names no repository, or one of its repositories is hidden.
func (s *Store) HasHiddenCode(ctx context.Context, asset int64) (hidden bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM assets a WHERE a.id = $1 AND (a.visibility <> 'public'
		OR EXISTS (SELECT 1 FROM repositories r WHERE r.asset_id = a.id AND r.visibility <> 'public')
		OR NOT EXISTS (SELECT 1 FROM repositories r WHERE r.asset_id = a.id) AND NOT EXISTS (SELECT 1 FROM asset_urls u WHERE u.asset_id = a.id AND u.kind = 'repository')))`, asset).Scan(&hidden)
	return hidden, fault(err)
}

// AccessRequests lists requests for access, newest first.
func (s *Store) AccessRequests(ctx context.Context, v models.Viewer, f models.AccessFilter) (models.List[AccessRow], error) {
	var none models.List[AccessRow]
	q := &query{}
	q.accessVisible(v)
	if f.Asset != 0 {
		q.and("x.asset_id = ?", f.Asset)
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure l WHERE l.ancestor_id = ? AND l.descendant_id = x.agency_id)", f.Agency)
	}
	today := models.DateOf(now()).Time()
	switch f.State {
	case "":
	case models.AccessGranted:
		q.and("x.state = 'granted' AND x.ends_on >= ?", today)
	case models.AccessExpired:
		q.and("x.state = 'expired' OR x.state = 'granted' AND x.ends_on < ?", today)
	default:
		q.and("x.state = ?", f.State)
	}
	if f.ToMe {
		q.and("x.state = 'requested' AND x.requested_by_id IS DISTINCT FROM ?", v.UserID)
		q.where = append(q.where, q.acts(v, models.WriteAsset, "a.steward_id"))
	}
	total, err := s.total(ctx, accessFrom, q)
	if err != nil {
		return none, err
	}
	if err := newestAfter(q, "x.id", f.Page); err != nil {
		return none, err
	}
	list, err := s.accessRows(ctx, q, `ORDER BY x.id DESC LIMIT `+q.arg(limit(f.Page)))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(x *AccessRow) []any { return []any{x.ID} }, total), nil
}

func (s *Store) accessRows(ctx context.Context, q *query, tail string) ([]AccessRow, error) {
	return rows[AccessRow](ctx, s, accessSelect+` WHERE`+q.clause()+tail, q.args...)
}

// acts is the condition that the viewer may do something for the agency in a column, by a role held in an agency; who holds it in the register as a whole acts where nobody nearer does.
func (q *query) acts(v models.Viewer, a models.Action, column string) string {
	var own []int64
	for _, id := range v.Covered() {
		for _, g := range v.Grants {
			if !g.All && g.Agencies[id] && g.Role.Grants(a) {
				own = append(own, id)
				break
			}
		}
	}
	if len(own) == 0 {
		return "FALSE"
	}
	return column + " = ANY(" + q.arg(own) + ")"
}

// AccessRequest finds a request for access.
func (s *Store) AccessRequest(ctx context.Context, v models.Viewer, id int64) (*AccessRow, error) {
	q := &query{}
	q.and("x.id = ?", id)
	q.accessVisible(v)
	list, err := s.accessRows(ctx, q, "")
	return first(list, err, "access-request")
}

// EndingAccess lists the access that stands and whose last day is not after a day.
func (s *Store) EndingAccess(ctx context.Context, until models.Date) ([]models.AccessRequest, error) {
	return rows[models.AccessRequest](ctx, s, `SELECT `+columns("x", models.AccessRequest{})+` FROM access_requests x WHERE x.state = 'granted' AND x.ends_on <= $1 ORDER BY x.ends_on, x.id LIMIT 500`, until.Time())
}

// CreateAccessRequest adds a request for access.
func (tx *Tx) CreateAccessRequest(ctx context.Context, x *models.AccessRequest) error {
	x.Version = 1
	return fault(tx.gorm(ctx).Create(x).Error)
}

// SaveAccessRequest stores a changed request for access.
func (tx *Tx) SaveAccessRequest(ctx context.Context, x *models.AccessRequest) error {
	return save(tx.gorm(ctx), x, x.ID, &x.Version)
}
