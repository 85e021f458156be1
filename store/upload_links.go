package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// UploadLinkRow is an upload link with what it is for.
type UploadLinkRow struct {
	models.UploadLink
	AssetID   int64
	Asset     string
	Release   string
	StewardID int64
	Steward   string
	MadeBy    string
}

const linkFrom = `upload_links l JOIN releases r ON r.id = l.release_id JOIN assets a ON a.id = r.asset_id JOIN agencies g ON g.id = a.steward_id LEFT JOIN users u ON u.id = l.created_by_id`

var linkColumns = columns("l", models.UploadLink{}) + `, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, r.number AS release, a.steward_id, g.name AS steward, coalesce(u.name, '') AS made_by`

// UploadLinks lists the links of a release, newest first. The caller has checked that the viewer may send its documents.
func (s *Store) UploadLinks(ctx context.Context, release int64, p models.Page) (models.List[UploadLinkRow], error) {
	var none models.List[UploadLinkRow]
	q := &query{}
	q.and("l.release_id = ?", release)
	total, err := s.total(ctx, linkFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("l.id < ?", id)
	}
	list, err := rows[UploadLinkRow](ctx, s, `SELECT `+linkColumns+` FROM `+linkFrom+` WHERE`+q.clause()+`ORDER BY l.id DESC LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(l *UploadLinkRow) []any { return []any{l.ID} }, total), nil
}

// UploadLink finds a link by its number.
func (s *Store) UploadLink(ctx context.Context, id int64) (*UploadLinkRow, error) {
	return s.oneLink(ctx, "l.id = ?", id)
}

// UploadLinkByHash finds a link by the hash of its secret.
func (s *Store) UploadLinkByHash(ctx context.Context, hash []byte) (*UploadLinkRow, error) {
	return s.oneLink(ctx, "l.hash = ?", hash)
}

func (s *Store) oneLink(ctx context.Context, cond string, arg any) (*UploadLinkRow, error) {
	q := &query{}
	q.and(cond, arg)
	list, err := rows[UploadLinkRow](ctx, s, `SELECT `+linkColumns+` FROM `+linkFrom+` WHERE`+q.clause(), q.args...)
	return first(list, err, "upload-link")
}

// CreateUploadLink adds a link.
func (tx *Tx) CreateUploadLink(ctx context.Context, l *models.UploadLink) error {
	return fault(tx.gorm(ctx).Create(l).Error)
}

// SpendUploadLink notes that a document was taken by the link.
func (tx *Tx) SpendUploadLink(ctx context.Context, id int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE upload_links SET used_at = $2 WHERE id = $1`, id, at)
	return fault(err)
}

// RevokeUploadLink ends a link.
func (tx *Tx) RevokeUploadLink(ctx context.Context, id int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE upload_links SET revoked_at = $2 WHERE id = $1`, id, at)
	return fault(err)
}
