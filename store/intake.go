package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Intake is one document made ready for storing. Expressions and components are distinct, each with a hash of its own.
type Intake struct {
	SBOM        models.SBOM
	Expressions []models.LicenseExpression
	Texts       []LicenseText // texts that LicenseRefs of the expressions stand for
	Components  []ComponentFacts
	Ordinals    []int32 // index into Components of each package, in document order
	Roots       []int32
	Edges       []models.Edge
	Original    io.Reader
	DeliveryID  int64 // where the bytes are, when not in Original

	// Describe makes the row of a component. It is asked only of those that the register does not know.
	Describe func(*ComponentFacts) models.Component
}

// ComponentFacts is what a document states of a component. Licences are indexes into Intake.Expressions.
type ComponentFacts struct {
	Hash                           Hash
	PURL, Name, Version, Supplier  string
	Declared, Concluded, Effective int32
}

// LicenseText is a licence text that a document brought along.
type LicenseText struct {
	Expression int32 // index into Intake.Expressions
	Ref        string
	Hash       []byte // SHA-256 of Text
	Name, Text string
}

// KeepSBOM stores a document whole: header, original, shared rows, content and rollup. The release's current document,
// if there is one, becomes superseded.
//
// Other writers wait for this transaction from the moment it inserts a shared row that they bring too, so these come
// as late as they can. The order is the same for everybody: release, licences, texts, components, each by its hash.
func (tx *Tx) KeepSBOM(ctx context.Context, in *Intake) error {
	if err := tx.keepHeader(ctx, &in.SBOM); err != nil {
		return err
	}
	return tx.keepParcel(ctx, in)
}

// keepParcel stores all of a document but its header.
func (tx *Tx) keepParcel(ctx context.Context, in *Intake) error {
	if in.SBOM.OriginalID == in.SBOM.ID {
		if err := tx.keepOriginal(ctx, in); err != nil {
			return err
		}
	}
	expressions, err := tx.internExpressions(ctx, in.Expressions)
	if err != nil {
		return fmt.Errorf("keeping the licences: %w", err)
	}
	if err := tx.keepTexts(ctx, in, expressions); err != nil {
		return fmt.Errorf("keeping the licence texts: %w", err)
	}
	components, err := tx.internComponents(ctx, in, expressions)
	if err != nil {
		return fmt.Errorf("keeping the components: %w", err)
	}
	if err := tx.keepContent(ctx, in, components, expressions); err != nil {
		return fmt.Errorf("keeping the packages: %w", err)
	}
	return nil
}

// keepHeader inserts the header and supersedes the former document in one go. Documents of one release come in one at a
// time, by a lock on the release.
func (tx *Tx) keepHeader(ctx context.Context, s *models.SBOM) error {
	if _, err := tx.pg.Exec(ctx, `SELECT 1 FROM releases WHERE id = $1 FOR UPDATE`, s.ReleaseID); err != nil {
		return fault(err)
	}
	var former *int64
	var original *int64
	if err := tx.pg.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('sboms', 'id')),
			(SELECT s.original_id FROM sboms s WHERE s.sha256 = $1 AND EXISTS (SELECT 1 FROM sbom_originals o WHERE o.sbom_id = s.original_id) ORDER BY s.id LIMIT 1),
			(SELECT id FROM sboms WHERE release_id = $2 AND state = 'current')`, s.SHA256, s.ReleaseID).Scan(&s.ID, &original, &former); err != nil {
		return fault(err)
	}
	s.OriginalID = s.ID
	if original != nil {
		s.OriginalID = *original
	}
	s.State = models.SBOMCurrent
	if former == nil {
		return fault(tx.gorm(ctx).Create(s).Error)
	}
	// Both rows cannot be current at once, and the former needs the new one to point at: so insert it aside first.
	s.State = models.SBOMWithdrawn
	if err := tx.gorm(ctx).Create(s).Error; err != nil {
		return fault(err)
	}
	if _, err := tx.pg.Exec(ctx, `UPDATE sboms SET state = 'superseded', superseded_by_id = $2 WHERE id = $1`, *former, s.ID); err != nil {
		return fault(err)
	}
	s.State = models.SBOMCurrent
	_, err := tx.pg.Exec(ctx, `UPDATE sboms SET state = 'current' WHERE id = $1`, s.ID)
	return fault(err)
}

// keepContent stores the packages and how many have which licence, given the ids of components and expressions by place.
func (tx *Tx) keepContent(ctx context.Context, in *Intake, components, expressions []int32) error {
	ordinals, counts := make([]int32, len(in.Ordinals)), make([]int32, len(expressions))
	for i, at := range in.Ordinals {
		ordinals[i] = components[at]
		counts[in.Components[at].Effective]++
	}
	distinct := slices.Clone(components)
	slices.Sort(distinct)
	roots := in.Roots
	if roots == nil {
		roots = []int32{}
	}
	if _, err := tx.pg.Exec(ctx, `INSERT INTO sbom_contents (sbom_id, component_ids, ordinals, roots, edges) VALUES ($1, $2, $3, $4, $5)`,
		in.SBOM.ID, distinct, ordinals, roots, packEdges(in.Edges)); err != nil {
		return fault(err)
	}
	var used, packages []int32
	for i, n := range counts {
		if n > 0 {
			used, packages = append(used, expressions[i]), append(packages, n)
		}
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO sbom_licenses (sbom_id, expression_id, packages) SELECT $1, * FROM unnest($2::int[], $3::int[])`, in.SBOM.ID, used, packages)
	return fault(err)
}

func (tx *Tx) internExpressions(ctx context.Context, es []models.LicenseExpression) ([]int32, error) {
	hashes := column(es, func(e models.LicenseExpression) Hash { return Hash(e.Hash) })
	return tx.intern(ctx, &tx.shared.expressions, "license_expressions", hashes, func(missing []int) (string, []any) {
		text := func(get func(*models.LicenseExpression) string) []string {
			return column(missing, func(at int) string { return get(&es[at]) })
		}
		return `INSERT INTO license_expressions (hash, stated, kind, canonical, guessed, class, leaves)
			SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::jsonb[]) ON CONFLICT (hash) DO NOTHING RETURNING id, hash`,
			[]any{
				column(missing, func(at int) []byte { return es[at].Hash }),
				text(func(e *models.LicenseExpression) string { return e.Stated }),
				text(func(e *models.LicenseExpression) string { return e.Kind }),
				text(func(e *models.LicenseExpression) string { return e.Canonical }),
				column(missing, func(at int) bool { return es[at].Guessed }),
				text(func(e *models.LicenseExpression) string { return e.Class }),
				text(func(e *models.LicenseExpression) string { v, _ := e.Leaves.Value(); return v.(string) }),
			}
	})
}

func (tx *Tx) keepTexts(ctx context.Context, in *Intake, expressions []int32) error {
	if len(in.Texts) == 0 {
		return nil
	}
	// In an order that does not depend on the document, so that two writers cannot deadlock.
	slices.SortFunc(in.Texts, func(a, b LicenseText) int {
		return cmp.Or(bytes.Compare(a.Hash, b.Hash), cmp.Compare(expressions[a.Expression], expressions[b.Expression]), cmp.Compare(a.Ref, b.Ref))
	})
	hashes := column(in.Texts, func(t LicenseText) []byte { return t.Hash })
	if _, err := tx.pg.Exec(ctx, `INSERT INTO license_texts (hash, name, text) SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[]) ON CONFLICT (hash) DO NOTHING`,
		hashes, column(in.Texts, func(t LicenseText) string { return t.Name }), column(in.Texts, func(t LicenseText) string { return t.Text })); err != nil {
		return fault(err)
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO license_expression_texts (expression_id, ref, text_hash) SELECT * FROM unnest($1::int[], $2::text[], $3::bytea[]) ON CONFLICT DO NOTHING`,
		column(in.Texts, func(t LicenseText) int32 { return expressions[t.Expression] }),
		column(in.Texts, func(t LicenseText) string { return t.Ref }), hashes)
	return fault(err)
}

func (tx *Tx) internComponents(ctx context.Context, in *Intake, expressions []int32) ([]int32, error) {
	hashes := column(in.Components, func(c ComponentFacts) Hash { return c.Hash })
	return tx.intern(ctx, &tx.shared.components, "components", hashes, func(missing []int) (string, []any) {
		rows := make([]models.Component, len(missing))
		for i, at := range missing {
			c := &in.Components[at]
			rows[i] = in.Describe(c)
			rows[i].Hash, rows[i].DeclaredID, rows[i].ConcludedID, rows[i].EffectiveID = c.Hash[:], expressions[c.Declared], expressions[c.Concluded], expressions[c.Effective]
		}
		return insertComponents, componentArrays(rows)
	})
}

const insertComponents = `INSERT INTO components (hash, purl, base, ecosystem, name, version, purl_name, upstream, supplier, declared_id, concluded_id, effective_id)
	SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[], $11::int[], $12::int[]) ON CONFLICT (hash) DO NOTHING RETURNING id, hash`

// componentArrays are the arguments of insertComponents.
func componentArrays(rows []models.Component) []any {
	text := func(get func(*models.Component) string) []string {
		return column(rows, func(c models.Component) string { return get(&c) })
	}
	number := func(get func(*models.Component) int32) []int32 {
		return column(rows, func(c models.Component) int32 { return get(&c) })
	}
	return []any{
		column(rows, func(c models.Component) []byte { return c.Hash }),
		text(func(c *models.Component) string { return c.PURL }), text(func(c *models.Component) string { return c.Base }),
		text(func(c *models.Component) string { return c.Ecosystem }), text(func(c *models.Component) string { return c.Name }),
		text(func(c *models.Component) string { return c.Version }), text(func(c *models.Component) string { return c.PURLName }),
		text(func(c *models.Component) string { return c.Upstream }), text(func(c *models.Component) string { return c.Supplier }),
		number(func(c *models.Component) int32 { return c.DeclaredID }), number(func(c *models.Component) int32 { return c.ConcludedID }),
		number(func(c *models.Component) int32 { return c.EffectiveID }),
	}
}
