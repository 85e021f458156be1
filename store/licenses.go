package store

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/models"
)

// LicenseCount is one effective licence within a scope. Texts that were read as the same licence are one; a licence that
// documents define themselves (LicenseRef) is another in each of its meanings.
type LicenseCount struct {
	ExpressionID    int32  // one of those that were read so: it stands for all of them
	Effective       string // as read; as stated when it could not be read; "" when nothing was stated
	Kind            string
	Class           string
	Guessed         bool // every one of the texts was read by guessing
	Packages        int  // in all documents of the scope together
	GuessedPackages int  // those of them whose text was read by guessing
	SBOMs           int  `db:"sboms"` // documents it occurs in
}

// ownLicense matches expressions that mean what a document says, not what a list says.
const ownLicense = `'(LicenseRef-(?!scancode-)|AdditionRef-)'`

// sameLicense is a condition on license_expressions o: read as the same licence as the expression.
func (q *query) sameLicense(expression int32) string {
	return `EXISTS (SELECT 1 FROM license_expressions g WHERE g.id = ` + q.arg(expression) + ` AND (g.id = o.id OR g.kind = o.kind AND (g.kind IN ('none', 'no-assertion', 'absent')
		OR g.kind = 'expression' AND g.canonical = o.canonical AND g.canonical !~ ` + ownLicense + `)))`
}

// speakers gives the SQL of a CTE "speaker (sbom_id)": the documents that a scope is judged by. A release speaks through
// its current document; an asset through its newest release that has one; an agency through the releases it runs and
// the assets it stewards; the government through all of these.
func (q *query) speakers(v models.Viewer, scope models.Scope) string {
	const newest = `SELECT DISTINCT ON (r.asset_id) s.id FROM releases r JOIN assets a ON a.id = r.asset_id JOIN sboms s ON s.release_id = r.id AND s.state = 'current'
		WHERE a.merged_into_id IS NULL AND %s ORDER BY r.asset_id, coalesce(r.released_on, r.created_at::date) DESC, r.id DESC`
	const run = `SELECT s.id FROM deployments d JOIN assets a ON a.id = d.asset_id JOIN sboms s ON s.release_id = d.release_id AND s.state = 'current'
		WHERE d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND %s`
	asset := &query{args: q.args}
	asset.visible(v, "a", "steward_id")
	q.args = asset.args
	branch := func(column string) string {
		if scope.Agency == 0 {
			return "TRUE"
		}
		return "EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = " + q.arg(scope.Agency) + " AND c.descendant_id = " + column + ")"
	}
	switch {
	case scope.SBOM != 0:
		return `SELECT s.id FROM ` + sbomFrom + ` WHERE s.id = ` + q.arg(scope.SBOM) + ` AND` + asset.clause()
	case scope.Release != 0:
		return `SELECT s.id FROM ` + sbomFrom + ` WHERE s.state = 'current' AND s.release_id = ` + q.arg(scope.Release) + ` AND` + asset.clause()
	case scope.Asset != 0:
		return fmt.Sprintf(newest, `a.id = `+q.arg(scope.Asset)+` AND`+asset.clause())
	}
	dq := &query{args: q.args}
	dq.visible(v, "d", "agency_id")
	dq.seen(v, "d.details", "d.agency_id")
	q.args = dq.args
	return `(` + fmt.Sprintf(newest, branch("a.steward_id")+` AND`+asset.clause()) + `) UNION ` + fmt.Sprintf(run, branch("d.agency_id")+` AND`+asset.clause()+` AND`+dq.clause())
}

// LicenseReport counts the effective licences of a scope, most packages first. It reads the rollup kept at intake.
func (s *Store) LicenseReport(ctx context.Context, v models.Viewer, scope models.Scope) ([]LicenseCount, error) {
	if x := s.Index(); x != nil && whole(scope) {
		return x.licenseReport(ctx, v, scope)
	}
	q := &query{}
	speakers := q.speakers(v, scope)
	return rows[LicenseCount](ctx, s, `WITH speaker (sbom_id) AS (`+speakers+`), stated AS (
			SELECT e.id, e.kind, e.class, e.guessed, t.sbom_id, t.packages,
				CASE e.kind WHEN 'none' THEN 'NONE' WHEN 'no-assertion' THEN 'NOASSERTION' ELSE coalesce(nullif(e.canonical, ''), e.stated) END AS effective,
				CASE WHEN e.kind = 'unreadable' OR e.canonical ~ `+ownLicense+` THEN e.id ELSE 0 END AS own
			FROM sbom_licenses t JOIN speaker USING (sbom_id) JOIN license_expressions e ON e.id = t.expression_id)
		SELECT min(id) AS expression_id, effective, kind, min(class) AS class, bool_and(guessed) AS guessed, sum(packages)::int AS packages,
			coalesce(sum(packages) FILTER (WHERE guessed), 0)::int AS guessed_packages, count(DISTINCT sbom_id)::int AS sboms
		FROM stated GROUP BY effective, kind, own ORDER BY packages DESC, effective, expression_id`, q.args...)
}

// LicenseDocuments counts the documents that a scope is judged by, and the assets and agencies' deployments they stand for.
func (s *Store) LicenseDocuments(ctx context.Context, v models.Viewer, scope models.Scope) (n int, err error) {
	if x := s.Index(); x != nil && whole(scope) {
		return x.countSpeakers(ctx, v, scope)
	}
	q := &query{}
	speakers := q.speakers(v, scope)
	err = s.pg.QueryRow(ctx, `SELECT count(*) FROM (`+speakers+`) t`, q.args...).Scan(&n)
	return n, fault(err)
}

// LicensedComponent is a component found under a licence within a scope.
type LicensedComponent struct {
	ComponentRow
	SBOMs int `db:"sboms"`
}

// LicenseComponents lists the components of a scope whose effective licence is the one that the expression was read as, or
// is of the class when expression is 0, by name. This is the drill-down of the licence report.
func (s *Store) LicenseComponents(ctx context.Context, v models.Viewer, scope models.Scope, expression int32, class string, p models.Page) (models.List[LicensedComponent], error) {
	var none models.List[LicensedComponent]
	q := &query{}
	speakers := q.speakers(v, scope)
	if expression != 0 {
		q.where = append(q.where, "c.effective_id IN (SELECT o.id FROM license_expressions o WHERE "+q.sameLicense(expression)+")")
	}
	if class != "" {
		q.and("e.class = ?", class)
	}
	from := `(SELECT i AS id, count(*)::int AS sboms FROM sbom_contents x JOIN (` + speakers + `) sp (sbom_id) USING (sbom_id), unnest(x.component_ids) i GROUP BY i) n
		JOIN components c ON c.id = n.id JOIN license_expressions d ON d.id = c.declared_id JOIN license_expressions k ON k.id = c.concluded_id JOIN license_expressions e ON e.id = c.effective_id`
	total, err := s.total(ctx, from, q)
	if err != nil {
		return none, err
	}
	var name string
	var id int32
	if more, err := after(p.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(c.name, c.id) > (?, ?)", name, id)
	}
	list, err := rows[LicensedComponent](ctx, s, `SELECT `+componentColumns+`, n.sboms FROM `+from+` WHERE`+q.clause()+`ORDER BY c.name, c.id LIMIT `+q.arg(limit(p)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(c *LicensedComponent) []any { return []any{c.Name, c.ID} }, total), nil
}

// LicenseUse is a piece of software whose speaking documents have packages under a licence.
type LicenseUse struct {
	AssetID  int64
	Asset    string
	Steward  string
	Packages int
}

// LicenseUses ranks the software of the whole government by the packages whose effective licence names the licence id,
// and counts all of them: packages, and pieces of software.
func (s *Store) LicenseUses(ctx context.Context, v models.Viewer, license string, most int) (top []LicenseUse, packages, assets int, err error) {
	q := &query{}
	speakers := q.speakers(v, models.Scope{})
	used := `WITH used AS (SELECT r.asset_id, sum(t.packages)::int AS packages FROM sbom_licenses t JOIN (` + speakers + `) sp (sbom_id) USING (sbom_id)
			JOIN license_expressions e ON e.id = t.expression_id JOIN sboms s ON s.id = t.sbom_id JOIN releases r ON r.id = s.release_id
			WHERE e.leaves @> jsonb_build_array(` + q.arg(license) + `::text) GROUP BY r.asset_id) `
	if err := s.pg.QueryRow(ctx, used+`SELECT coalesce(sum(packages), 0)::int, count(*)::int FROM used`, q.args...).Scan(&packages, &assets); err != nil {
		return nil, 0, 0, fault(err)
	}
	top, err = rows[LicenseUse](ctx, s, used+`SELECT u.asset_id, btrim(a.name || ' ' || a.edition) AS asset, g.name AS steward, u.packages
		FROM used u JOIN assets a ON a.id = u.asset_id JOIN agencies g ON g.id = a.steward_id ORDER BY u.packages DESC, asset, u.asset_id LIMIT `+q.arg(most), q.args...)
	return top, packages, assets, err
}

// Expression finds one interned licence.
func (s *Store) Expression(ctx context.Context, id int32) (*models.LicenseExpression, error) {
	var e models.LicenseExpression
	err := s.gorm(ctx).Where("id = ?", id).Take(&e).Error
	return &e, found(err, "license")
}

// ExpressionTexts gives the texts that LicenseRefs of an expression stand for.
func (s *Store) ExpressionTexts(ctx context.Context, id int32) ([]LicenseText, error) {
	return rows[LicenseText](ctx, s, `SELECT x.ref, x.text_hash AS hash, t.name, t.text FROM license_expression_texts x JOIN license_texts t ON t.hash = x.text_hash WHERE x.expression_id = $1 ORDER BY x.ref`, id)
}

// InternExpression gives an expression its id, storing it when it is new.
func (tx *Tx) InternExpression(ctx context.Context, e *models.LicenseExpression) error {
	ids, err := tx.internExpressions(ctx, []models.LicenseExpression{*e})
	if err != nil {
		return err
	}
	e.ID = ids[0]
	return nil
}
