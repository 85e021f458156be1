package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Speaking is a document that speaks for a release, as part of a larger export.
type Speaking struct {
	SBOMID     int64  `db:"sbom_id"`
	SHA256     []byte `db:"sha256"`
	ReceivedAt time.Time
	Packages   int
	Asset      string
	Steward    string
	Release    string
	Part       bool // of an asset that is a part of the one asked for
}

const speakingColumns = `s.id AS sbom_id, s.sha256, s.received_at, s.packages, btrim(a.name || ' ' || a.edition) AS asset, g.name AS steward, r.number AS release`

// SpeakingOfAsset lists the documents in force that the viewer may see of an asset and of all that is a part of it, be it
// by way of another part: of every release, or of one and, of each part, the newest. At most so many, the asset's first.
func (s *Store) SpeakingOfAsset(ctx context.Context, v models.Viewer, asset, release int64, most int) ([]Speaking, error) {
	q := &query{}
	root := q.arg(asset)
	q.speaking(v)
	if release != 0 {
		q.and("CASE WHEN a.id = "+root+" THEN r.id = ? ELSE s.id = (SELECT n.id FROM sboms n JOIN releases nr ON nr.id = n.release_id WHERE nr.asset_id = a.id AND n.state = 'current' ORDER BY n.received_at DESC, n.id DESC LIMIT 1) END", release)
	}
	return rows[Speaking](ctx, s, `WITH RECURSIVE parts (id) AS (SELECT `+root+`::bigint UNION SELECT p.id FROM assets p JOIN parts ON p.parent_id = parts.id)
		SELECT `+speakingColumns+`, a.id <> `+root+` AS part FROM `+sbomFrom+` JOIN agencies g ON g.id = a.steward_id
		WHERE a.id IN (SELECT id FROM parts) AND`+q.clause()+`ORDER BY a.id <> `+root+`, a.name, r.id LIMIT `+q.arg(most), q.args...)
}

// SpeakingOfAgency lists the documents in force that the viewer may see of the software that an agency, with all below it,
// answers for or runs in a release the viewer may know. At most so many, by name.
func (s *Store) SpeakingOfAgency(ctx context.Context, v models.Viewer, agency int64, most int) ([]Speaking, error) {
	q := &query{}
	below := q.arg(agency)
	q.speaking(v)
	dq := &query{args: q.args}
	dq.ran(v)
	within := `EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ` + below + ` AND c.descendant_id = `
	return rows[Speaking](ctx, s, `SELECT `+speakingColumns+`, false AS part FROM `+sbomFrom+` JOIN agencies g ON g.id = a.steward_id
		WHERE`+q.clause()+`AND (`+within+`a.steward_id) OR EXISTS (SELECT 1 FROM deployments d WHERE`+dq.clause()+`AND `+within+`d.agency_id)))
		ORDER BY a.name, r.id LIMIT `+dq.arg(most), dq.args...)
}

// ComponentRows gives components by id, in the order of their ids. The caller has checked that the viewer may see a document that has them.
func (s *Store) ComponentRows(ctx context.Context, ids []int32) ([]ComponentRow, error) {
	return rows[ComponentRow](ctx, s, `SELECT `+componentColumns+` FROM `+componentFrom+` WHERE c.id = ANY($1) ORDER BY c.id`, ids)
}

// ExpressionsWithTexts lists the expressions among the declared and concluded licences of components whose LicenseRefs come with
// texts, each once.
func (s *Store) ExpressionsWithTexts(ctx context.Context, components []int32) ([]int32, error) {
	list, err := rows[struct{ ID int32 }](ctx, s, `SELECT DISTINCT e.id FROM components c, LATERAL (VALUES (c.declared_id), (c.concluded_id)) AS e (id)
		WHERE c.id = ANY($1) AND EXISTS (SELECT 1 FROM license_expression_texts x WHERE x.expression_id = e.id) ORDER BY e.id`, components)
	ids := make([]int32, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	return ids, err
}

// TextsOf gives the texts that LicenseRefs of several expressions stand for, by expression.
func (s *Store) TextsOf(ctx context.Context, expressions []int32) (map[int32][]LicenseText, error) {
	list, err := rows[struct {
		ExpressionID int32
		Ref          string
		Hash         []byte
		Name, Text   string
	}](ctx, s, `SELECT x.expression_id, x.ref, x.text_hash AS hash, t.name, t.text FROM license_expression_texts x JOIN license_texts t ON t.hash = x.text_hash
		WHERE x.expression_id = ANY($1) ORDER BY x.expression_id, x.ref`, expressions)
	texts := make(map[int32][]LicenseText, len(list))
	for _, t := range list {
		texts[t.ExpressionID] = append(texts[t.ExpressionID], LicenseText{Ref: t.Ref, Hash: t.Hash, Name: t.Name, Text: t.Text})
	}
	return texts, err
}
