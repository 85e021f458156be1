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

// Intake is one document made ready for storing. Expressions and components are distinct; ids are filled in by KeepSBOM.
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
}

// ComponentFacts is a component whose licences are still indexes into Intake.Expressions.
type ComponentFacts struct {
	models.Component
	Declared, Concluded, Effective int32
}

// LicenseText is a licence text that a document brought along.
type LicenseText struct {
	Expression int32 // index into Intake.Expressions
	Ref        string
	Hash       []byte // SHA-256 of Text
	Name, Text string
}

// KeepSBOM stores a document whole: shared rows, header, content, rollup and original. The release's current document,
// if there is one, becomes superseded.
func (tx *Tx) KeepSBOM(ctx context.Context, in *Intake) error {
	if err := tx.internExpressions(ctx, in); err != nil {
		return err
	}
	if err := tx.internComponents(ctx, in); err != nil {
		return err
	}
	if err := tx.keepHeader(ctx, &in.SBOM); err != nil {
		return err
	}
	if err := tx.keepContent(ctx, in); err != nil {
		return err
	}
	if in.SBOM.OriginalID != in.SBOM.ID {
		return nil
	}
	return tx.keepOriginal(ctx, in)
}

// keepHeader inserts the header and supersedes the former document in one go. Documents of one release come in one at a
// time, by a lock on the release.
func (tx *Tx) keepHeader(ctx context.Context, s *models.SBOM) error {
	if _, err := tx.pg.Exec(ctx, `SELECT 1 FROM releases WHERE id = $1 FOR UPDATE`, s.ReleaseID); err != nil {
		return err
	}
	if err := tx.pg.QueryRow(ctx, `SELECT nextval(pg_get_serial_sequence('sboms', 'id'))`).Scan(&s.ID); err != nil {
		return err
	}
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce((SELECT s.original_id FROM sboms s WHERE s.sha256 = $1 AND EXISTS (SELECT 1 FROM sbom_originals o WHERE o.sbom_id = s.original_id) ORDER BY s.id LIMIT 1), $2)`, s.SHA256, s.ID).Scan(&s.OriginalID); err != nil {
		return err
	}
	var former *int64
	if err := tx.pg.QueryRow(ctx, `SELECT (SELECT id FROM sboms WHERE release_id = $1 AND state = 'current')`, s.ReleaseID).Scan(&former); err != nil {
		return err
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

func (tx *Tx) keepContent(ctx context.Context, in *Intake) error {
	ordinals, counts := make([]int32, len(in.Ordinals)), map[int32]int32{}
	for i, at := range in.Ordinals {
		c := &in.Components[at]
		ordinals[i] = c.ID
		counts[c.EffectiveID]++
	}
	distinct := slices.Clone(ordinals)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	roots := in.Roots
	if roots == nil {
		roots = []int32{}
	}
	if _, err := tx.pg.Exec(ctx, `INSERT INTO sbom_contents (sbom_id, component_ids, ordinals, roots, edges) VALUES ($1, $2, $3, $4, $5)`,
		in.SBOM.ID, distinct, ordinals, roots, packEdges(in.Edges)); err != nil {
		return fmt.Errorf("keeping the packages: %w", fault(err))
	}
	ids, packages := make([]int32, 0, len(counts)), make([]int32, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		packages = append(packages, counts[id])
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO sbom_licenses (sbom_id, expression_id, packages) SELECT $1, * FROM unnest($2::int[], $3::int[])`, in.SBOM.ID, ids, packages)
	return fault(err)
}

// known maps the hashes that a table has to their ids.
func (tx *Tx) known(ctx context.Context, table string, hashes [][]byte) (map[string]int32, error) {
	list, err := rows[struct {
		ID   int32
		Hash []byte
	}](ctx, tx.Store, `SELECT id, hash FROM `+table+` WHERE hash = ANY($1)`, hashes)
	ids := make(map[string]int32, len(list))
	for _, r := range list {
		ids[string(r.Hash)] = r.ID
	}
	return ids, err
}

// intern gives every hash an id: it looks up, inserts what is missing, and looks up again what another writer was
// quicker with. insert gets the missing positions in the order of their hashes, so that two writers cannot deadlock.
func (tx *Tx) intern(ctx context.Context, table string, n int, hash func(int) []byte, insert func(missing []int) error) (map[string]int32, error) {
	hashes := make([][]byte, n)
	for i := range hashes {
		hashes[i] = hash(i)
	}
	ids, err := tx.known(ctx, table, hashes)
	if err != nil || len(ids) == n {
		return ids, err
	}
	var missing []int
	for i := range hashes {
		if _, ok := ids[string(hashes[i])]; !ok {
			missing = append(missing, i)
		}
	}
	slices.SortFunc(missing, func(a, b int) int { return bytes.Compare(hashes[a], hashes[b]) })
	for batch := range slices.Chunk(missing, 5000) {
		if err := insert(batch); err != nil {
			return nil, fault(err)
		}
	}
	left := make([][]byte, len(missing))
	for i, at := range missing {
		left[i] = hashes[at]
	}
	more, err := tx.known(ctx, table, left)
	for h, id := range more {
		ids[h] = id
	}
	if err == nil && len(ids) != n {
		err = fmt.Errorf("%s: %d of %d rows found after inserting", table, len(ids), n)
	}
	return ids, err
}

func (tx *Tx) internExpressions(ctx context.Context, in *Intake) error {
	es := in.Expressions
	ids, err := tx.intern(ctx, "license_expressions", len(es), func(i int) []byte { return es[i].Hash }, func(missing []int) error {
		rows := make([]*models.LicenseExpression, len(missing))
		for i, at := range missing {
			rows[i] = &es[at]
		}
		h := column(rows, func(e *models.LicenseExpression) []byte { return e.Hash })
		leaves := column(rows, func(e *models.LicenseExpression) string { v, _ := e.Leaves.Value(); return v.(string) })
		_, err := tx.pg.Exec(ctx, `INSERT INTO license_expressions (hash, stated, kind, canonical, guessed, class, leaves)
			SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::jsonb[]) ON CONFLICT (hash) DO NOTHING`,
			h, column(rows, func(e *models.LicenseExpression) string { return e.Stated }),
			column(rows, func(e *models.LicenseExpression) string { return e.Kind }),
			column(rows, func(e *models.LicenseExpression) string { return e.Canonical }),
			column(rows, func(e *models.LicenseExpression) bool { return e.Guessed }),
			column(rows, func(e *models.LicenseExpression) string { return e.Class }), leaves)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the licences: %w", err)
	}
	for i := range es {
		es[i].ID = ids[string(es[i].Hash)]
	}
	for i := range in.Components {
		c := &in.Components[i]
		c.DeclaredID, c.ConcludedID, c.EffectiveID = es[c.Declared].ID, es[c.Concluded].ID, es[c.Effective].ID
	}
	return tx.keepTexts(ctx, in)
}

func (tx *Tx) keepTexts(ctx context.Context, in *Intake) error {
	if len(in.Texts) == 0 {
		return nil
	}
	slices.SortFunc(in.Texts, func(a, b LicenseText) int {
		return cmp.Or(bytes.Compare(a.Hash, b.Hash), cmp.Compare(a.Expression, b.Expression), cmp.Compare(a.Ref, b.Ref))
	})
	hashes := column(in.Texts, func(t LicenseText) []byte { return t.Hash })
	if _, err := tx.pg.Exec(ctx, `INSERT INTO license_texts (hash, name, text) SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[]) ON CONFLICT (hash) DO NOTHING`,
		hashes, column(in.Texts, func(t LicenseText) string { return t.Name }), column(in.Texts, func(t LicenseText) string { return t.Text })); err != nil {
		return fmt.Errorf("keeping the licence texts: %w", fault(err))
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO license_expression_texts (expression_id, ref, text_hash) SELECT * FROM unnest($1::int[], $2::text[], $3::bytea[]) ON CONFLICT DO NOTHING`,
		column(in.Texts, func(t LicenseText) int32 { return in.Expressions[t.Expression].ID }),
		column(in.Texts, func(t LicenseText) string { return t.Ref }), hashes)
	return fault(err)
}

func (tx *Tx) internComponents(ctx context.Context, in *Intake) error {
	cs := in.Components
	ids, err := tx.intern(ctx, "components", len(cs), func(i int) []byte { return cs[i].Hash }, func(missing []int) error {
		rows := make([]*ComponentFacts, len(missing))
		for i, at := range missing {
			rows[i] = &cs[at]
		}
		text := func(get func(*ComponentFacts) string) []string { return column(rows, get) }
		number := func(get func(*ComponentFacts) int32) []int32 { return column(rows, get) }
		_, err := tx.pg.Exec(ctx, `INSERT INTO components (hash, purl, base, ecosystem, name, version, purl_name, upstream, supplier, declared_id, concluded_id, effective_id)
			SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[], $11::int[], $12::int[]) ON CONFLICT (hash) DO NOTHING`,
			column(rows, func(c *ComponentFacts) []byte { return c.Hash }),
			text(func(c *ComponentFacts) string { return c.PURL }), text(func(c *ComponentFacts) string { return c.Base }),
			text(func(c *ComponentFacts) string { return c.Ecosystem }), text(func(c *ComponentFacts) string { return c.Name }),
			text(func(c *ComponentFacts) string { return c.Version }), text(func(c *ComponentFacts) string { return c.PURLName }),
			text(func(c *ComponentFacts) string { return c.Upstream }), text(func(c *ComponentFacts) string { return c.Supplier }),
			number(func(c *ComponentFacts) int32 { return c.DeclaredID }), number(func(c *ComponentFacts) int32 { return c.ConcludedID }),
			number(func(c *ComponentFacts) int32 { return c.EffectiveID }))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the components: %w", err)
	}
	for i := range cs {
		cs[i].ID = ids[string(cs[i].Hash)]
	}
	return nil
}

// column takes one field of every row, as unnest wants it.
func column[R, T any](rows []R, get func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = get(r)
	}
	return out
}
