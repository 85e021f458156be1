package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

const sbomFrom = `sboms s JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id`

// SBOMRow is a document with the release and asset it speaks for.
type SBOMRow struct {
	models.SBOM
	AssetID    int64
	Asset      string
	StewardID  int64
	Release    string
	ReceivedBy string
}

func (s *Store) sbomRows(ctx context.Context, q *query, tail string) ([]SBOMRow, error) {
	return rows[SBOMRow](ctx, s, `SELECT `+sbomColumns+`, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, r.number AS release, coalesce(u.name, '') AS received_by
		FROM `+sbomFrom+` LEFT JOIN users u ON u.id = s.received_by_id WHERE`+q.clause()+tail, q.args...)
}

// SBOM finds a document of an asset that the viewer may see.
func (s *Store) SBOM(ctx context.Context, v models.Viewer, id int64) (*SBOMRow, error) {
	q := &query{}
	q.and("s.id = ?", id)
	return s.oneSBOM(ctx, v, q)
}

// SBOMByDigest finds the document with these bytes on a release.
func (s *Store) SBOMByDigest(ctx context.Context, v models.Viewer, release int64, sha256 []byte) (*SBOMRow, error) {
	q := &query{}
	q.and("s.release_id = ? AND s.sha256 = ?", release, sha256)
	return s.oneSBOM(ctx, v, q)
}

// CurrentSBOM finds the document that speaks for a release.
func (s *Store) CurrentSBOM(ctx context.Context, v models.Viewer, release int64) (*SBOMRow, error) {
	q := &query{}
	q.and("s.release_id = ? AND s.state = 'current'", release)
	return s.oneSBOM(ctx, v, q)
}

// SBOMWithBytes finds the newest document with these bytes that was not withdrawn, on whatever release, of the software of an
// agency; agency 0 is any.
func (s *Store) SBOMWithBytes(ctx context.Context, v models.Viewer, sha256 []byte, agency int64) (*SBOMRow, error) {
	q := &query{}
	q.and("s.sha256 = ? AND s.state <> 'withdrawn'", sha256)
	if agency != 0 {
		q.and("a.steward_id = ?", agency)
	}
	q.visible(v, "a", "steward_id")
	list, err := s.sbomRows(ctx, q, `ORDER BY s.id DESC LIMIT 1`)
	return first(list, err, "sbom")
}

func (s *Store) oneSBOM(ctx context.Context, v models.Viewer, q *query) (*SBOMRow, error) {
	q.visible(v, "a", "steward_id")
	list, err := s.sbomRows(ctx, q, "")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("sbom")
	}
	return &list[0], nil
}

// SBOMs lists the documents of a release, or of all releases of an asset when release is 0, newest first.
func (s *Store) SBOMs(ctx context.Context, v models.Viewer, asset, release int64, p models.Page) (models.List[SBOMRow], error) {
	var none models.List[SBOMRow]
	q := &query{}
	q.visible(v, "a", "steward_id")
	if asset != 0 {
		q.and("a.id = ?", asset)
	}
	if release != 0 {
		q.and("s.release_id = ?", release)
	}
	total, err := s.total(ctx, sbomFrom, q)
	if err != nil {
		return none, err
	}
	var id int64
	if more, err := after(p.After, &id); err != nil {
		return none, err
	} else if more {
		q.and("s.id < ?", id)
	}
	list, err := s.sbomRows(ctx, q, `ORDER BY s.id DESC LIMIT `+q.arg(limit(p)))
	if err != nil {
		return none, err
	}
	return page(list, p, func(s *SBOMRow) []any { return []any{s.ID} }, total), nil
}

// PackageRow is one package of a document.
type PackageRow struct {
	Ordinal     int32 // place in the document, from 0
	ComponentID int32
	PURL        string
	Name        string
	Version     string
	Supplier    string
	Declared    string // as stated
	Concluded   string
	Effective   string // as read; as stated when it could not be read
	Guessed     bool
	Class       string
}

// PackageFilter chooses packages of a document. Empty fields do not restrict.
type PackageFilter struct {
	Query      string // part of name or purl
	Expression int32  // effective licence: all that were read as this expression was
	Class      string // licence class of the effective licence
	models.Page
}

const packageFrom = `sbom_contents x CROSS JOIN LATERAL unnest(x.ordinals) WITH ORDINALITY AS o (component_id, n)
	JOIN components c ON c.id = o.component_id JOIN license_expressions e ON e.id = c.effective_id`

func (s *Store) packageRows(ctx context.Context, q *query, most int) ([]PackageRow, error) {
	return rows[PackageRow](ctx, s, `SELECT (o.n - 1)::int AS ordinal, c.id AS component_id, c.purl, c.name, c.version, c.supplier, d.stated AS declared, k.stated AS concluded,
			coalesce(nullif(e.canonical, ''), e.stated) AS effective, e.guessed, e.class
		FROM `+packageFrom+` JOIN license_expressions d ON d.id = c.declared_id JOIN license_expressions k ON k.id = c.concluded_id
		WHERE`+q.clause()+`ORDER BY o.n LIMIT `+q.arg(most), q.args...)
}

// PackagesAt gives the packages at some places of a document, in its order. The caller has checked that the viewer may
// see the document.
func (s *Store) PackagesAt(ctx context.Context, sbom int64, ordinals []int32) ([]PackageRow, error) {
	q := &query{}
	q.and("x.sbom_id = ?", sbom)
	q.and("o.n - 1 = ANY(?)", ordinals)
	return s.packageRows(ctx, q, len(ordinals))
}

// Packages lists the packages of a document in its order. The caller has checked that the viewer may see the document.
func (s *Store) Packages(ctx context.Context, sbom int64, f PackageFilter) (models.List[PackageRow], error) {
	var none models.List[PackageRow]
	q := &query{}
	q.and("x.sbom_id = ?", sbom)
	if f.Query != "" {
		like := "%" + escapeLike(f.Query) + "%"
		q.and("lower(c.name) LIKE lower(?) OR lower(c.purl) LIKE lower(?)", like, like)
	}
	if f.Expression != 0 {
		q.where = append(q.where, "c.effective_id IN (SELECT o.id FROM license_expressions o WHERE "+q.sameLicense(f.Expression)+")")
	}
	if f.Class != "" {
		q.and("e.class = ?", f.Class)
	}
	total, err := s.total(ctx, packageFrom, q)
	if err != nil {
		return none, err
	}
	var n int64
	if more, err := after(f.After, &n); err != nil {
		return none, err
	} else if more {
		q.and("o.n > ?", n)
	}
	list, err := s.packageRows(ctx, q, limit(f.Page))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(p *PackageRow) []any { return []any{p.Ordinal + 1} }, total), nil
}

// Content reads the arrays and edges of documents, by id. The caller has checked that the viewer may see them.
func (s *Store) Content(ctx context.Context, sboms []int64) (map[int64]*models.Content, error) {
	list, err := rows[struct {
		SBOMID   int64 `db:"sbom_id"`
		Ordinals []int32
		Roots    []int32
		Edges    []byte
	}](ctx, s, `SELECT sbom_id, ordinals, roots, edges FROM sbom_contents WHERE sbom_id = ANY($1)`, sboms)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]*models.Content, len(list))
	for _, r := range list {
		edges, err := unpackEdges(r.Edges)
		if err != nil {
			return nil, err
		}
		out[r.SBOMID] = &models.Content{SBOMID: r.SBOMID, Components: r.Ordinals, Roots: r.Roots, Edges: edges}
	}
	return out, nil
}

// ReinstateSBOM makes a superseded document speak for its release again; the current one becomes superseded by it.
func (tx *Tx) ReinstateSBOM(ctx context.Context, id int64) error {
	for _, sql := range []string{
		`SELECT 1 FROM releases WHERE id = (SELECT release_id FROM sboms WHERE id = $1) FOR UPDATE`,
		`UPDATE sboms SET state = 'superseded', superseded_by_id = $1 WHERE state = 'current' AND id <> $1 AND release_id = (SELECT release_id FROM sboms WHERE id = $1)`,
		`UPDATE sboms SET state = 'current', superseded_by_id = NULL WHERE id = $1`,
	} {
		if _, err := tx.pg.Exec(ctx, sql, id); err != nil {
			return fault(err)
		}
	}
	return nil
}

// RestoreSBOM gives a reduced document its content and original back, and makes it speak for its release.
func (tx *Tx) RestoreSBOM(ctx context.Context, in *Intake, id int64) error {
	if err := tx.ReinstateSBOM(ctx, id); err != nil {
		return err
	}
	in.SBOM.ID = id
	for _, sql := range []string{
		`UPDATE sboms SET reduced_at = NULL, original_id = coalesce((SELECT s.original_id FROM sboms s WHERE s.sha256 = (SELECT sha256 FROM sboms WHERE id = $1)
			AND EXISTS (SELECT 1 FROM sbom_originals o WHERE o.sbom_id = s.original_id) ORDER BY s.id LIMIT 1), $1) WHERE id = $1`,
		`DELETE FROM sbom_licenses WHERE sbom_id = $1`,
	} {
		if _, err := tx.pg.Exec(ctx, sql, id); err != nil {
			return fault(err)
		}
	}
	if err := tx.pg.QueryRow(ctx, `SELECT original_id FROM sboms WHERE id = $1`, id).Scan(&in.SBOM.OriginalID); err != nil {
		return fault(err)
	}
	return tx.keepParcel(ctx, in)
}

// SetSBOMState withdraws a document, or makes a superseded one speak for its release again.
func (tx *Tx) SetSBOMState(ctx context.Context, id int64, state models.SBOMState) error {
	_, err := tx.pg.Exec(ctx, `UPDATE sboms SET state = $2, superseded_by_id = NULL WHERE id = $1`, id, state)
	return fault(err)
}
