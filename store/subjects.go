package store

import (
	"context"
	"maps"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Subject is one thing that a licence policy judges: the current document of a release, where an agency answers for it
// (DeploymentID 0) or runs it.
type Subject struct {
	ReleaseID, AssetID, SBOMID, AgencyID, DeploymentID int64 `db:"-"`

	Release      string
	Packages     int  // in the document
	Broken       bool // the document breaks off: nobody knows what the rest says
	Asset        string
	Edition      string
	Origin       models.Origin
	Lifecycle    models.AssetLifecycle
	Visibility   models.Visibility
	Categories   models.StringList
	License      string
	Published    bool // a repository address is registered
	AgencyCode   string
	AgencyName   string
	AgencyKind   models.AgencyKind
	Environment  models.Environment // and all below: of the deployment
	Service      string
	Hosting      models.Hosting
	DataClass    models.DataClass
	PersonalData models.PersonalData
	Criticality  int16
	Jurisdiction string
}

type subjectRow struct {
	TheRelease, TheAsset, TheAgency, TheDeployment int64
	TheSBOM                                        int64 `db:"the_sbom"`
	Subject
}

const subjectColumns = `a.id AS the_asset, s.id AS the_sbom, r.id AS the_release, r.number AS release, s.packages, s.findings @> '[{"Rule": "broken-off"}]' AS broken, a.name AS asset, a.edition, a.origin, a.lifecycle, a.visibility, a.categories, a.license,
	EXISTS (SELECT 1 FROM asset_urls w WHERE w.asset_id = a.id AND w.kind = 'repository') AS published, g.id AS the_agency, g.code AS agency_code, g.name AS agency_name, g.kind AS agency_kind`

// Subjects lists what is to be judged of assets, or with none named of all: of each asset the newest release with a document for its steward, and each
// release that is run for who runs it. They come by asset, release, agency and deployment.
func (s *Store) Subjects(ctx context.Context, assets []int64) ([]Subject, error) {
	cond := `a.merged_into_id IS NULL`
	args := []any{}
	if len(assets) > 0 {
		cond, args = cond+` AND a.id = ANY($1)`, []any{assets}
	}
	list, err := rows[subjectRow](ctx, s, `SELECT * FROM (
		(SELECT DISTINCT ON (a.id) `+subjectColumns+`, 0::bigint AS the_deployment, '' AS environment, '' AS service, '' AS hosting, '' AS data_class, '' AS personal_data, 0::smallint AS criticality, '' AS jurisdiction
		FROM releases r JOIN assets a ON a.id = r.asset_id JOIN sboms s ON s.release_id = r.id AND s.state = 'current' JOIN agencies g ON g.id = a.steward_id
		WHERE `+cond+` ORDER BY a.id, coalesce(r.released_on, r.created_at::date) DESC, r.id DESC)
		UNION ALL
		(SELECT `+subjectColumns+`, d.id, d.environment, d.service, d.hosting, d.data_class, d.personal_data, d.criticality, d.jurisdiction
		FROM deployments d JOIN assets a ON a.id = d.asset_id JOIN releases r ON r.id = d.release_id JOIN sboms s ON s.release_id = r.id AND s.state = 'current' JOIN agencies g ON g.id = d.agency_id
		WHERE d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND `+cond+`)) t ORDER BY the_asset, the_release, the_agency, the_deployment`, args...)
	if err != nil {
		return nil, err
	}
	out := make([]Subject, len(list))
	for i, r := range list {
		r.Subject.ReleaseID, r.Subject.AssetID, r.Subject.SBOMID, r.Subject.AgencyID, r.Subject.DeploymentID = r.TheRelease, r.TheAsset, r.TheSBOM, r.TheAgency, r.TheDeployment
		out[i] = r.Subject
	}
	return out, nil
}

// JudgedAssets lists, after an asset, the next ones that have something to judge or something judged, by id.
func (s *Store) JudgedAssets(ctx context.Context, after int64, most int) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM assets a WHERE id > $1 AND (EXISTS (SELECT 1 FROM releases r JOIN sboms s ON s.release_id = r.id WHERE r.asset_id = a.id)
		OR EXISTS (SELECT 1 FROM findings f WHERE f.asset_id = a.id AND f.state <> 'closed')) ORDER BY id LIMIT $2`, after, most)
}

// LicenseRollup is how many packages of a document have an effective licence.
type LicenseRollup struct {
	SBOMID       int64 `db:"sbom_id"`
	ExpressionID int32
	Packages     int32
}

// LicenseRollups lists the rollups of documents, by document.
func (s *Store) LicenseRollups(ctx context.Context, sboms []int64) ([]LicenseRollup, error) {
	return rows[LicenseRollup](ctx, s, `SELECT sbom_id, expression_id, packages FROM sbom_licenses WHERE sbom_id = ANY($1) ORDER BY sbom_id, expression_id`, sboms)
}

// StatedLicense is a licence statement with the texts that its document gives to the licences it defines.
type StatedLicense struct {
	ID        int32
	Kind      string
	Canonical string
	Stated    string
	Guessed   bool
	Texts     []StatedText `db:"-"`
}

// StatedText is the text that stands behind a LicenseRef. Identified is nil until somebody has looked which listed licence it is, and "" when it is none.
type StatedText struct {
	ExpressionID int32
	Ref          string
	TextHash     []byte
	Text         string
	Identified   *string
}

// StatedLicenses finds statements by number.
func (s *Store) StatedLicenses(ctx context.Context, ids []int32) ([]StatedLicense, error) {
	list, err := rows[StatedLicense](ctx, s, `SELECT id, kind, canonical, stated, guessed FROM license_expressions WHERE id = ANY($1) ORDER BY id`, ids)
	if err != nil {
		return nil, err
	}
	texts, err := rows[StatedText](ctx, s, `SELECT x.expression_id, x.ref, x.text_hash, CASE WHEN t.identified IS NULL THEN t.text ELSE '' END AS text, t.identified FROM license_expression_texts x JOIN license_texts t ON t.hash = x.text_hash
		WHERE x.expression_id = ANY($1) ORDER BY x.expression_id, x.ref`, ids)
	if err != nil {
		return nil, err
	}
	place := make(map[int32]int, len(list))
	for i := range list {
		place[list[i].ID] = i
	}
	for _, t := range texts {
		e := &list[place[t.ExpressionID]]
		e.Texts = append(e.Texts, t)
	}
	return list, nil
}

// IdentifyText keeps which listed licence a text is; "" for none.
func (tx *Tx) IdentifyText(ctx context.Context, hash []byte, expression string, coverage float64) error {
	_, err := tx.pg.Exec(ctx, `UPDATE license_texts SET identified = $2, coverage = $3 WHERE hash = $1`, hash, expression, coverage)
	return fault(err)
}

// PartOf is a component within a document, with how many packages of it are it.
type PartOf struct {
	SBOMID       int64 `db:"sbom_id"`
	ComponentID  int32
	Name         string
	Version      string
	PURL         string `db:"purl"`
	Base         string
	Ecosystem    string
	Supplier     string
	ExpressionID int32
	Packages     int32
}

const partColumns = `c.id AS component_id, c.name, c.version, c.purl, c.base, c.ecosystem, c.supplier, c.effective_id AS expression_id`

const partsOf = `SELECT x.sbom_id, ` + partColumns + `, count(*)::int AS packages
	FROM sbom_contents x CROSS JOIN LATERAL unnest(x.ordinals) o JOIN components c ON c.id = o WHERE x.sbom_id = ANY($1)`

// PartsWithLicense lists the components of documents that have one of some effective licences, by document and name. The packages are counted
// here and not in SQL: to sort those of thousands of documents took Postgres seconds.
func (s *Store) PartsWithLicense(ctx context.Context, sboms []int64, expressions []int32) ([]PartOf, error) {
	type content struct {
		SBOMID   int64 `db:"sbom_id"`
		Ordinals []int32
	}
	list, err := rows[content](ctx, s, `SELECT sbom_id, ordinals FROM sbom_contents WHERE sbom_id = ANY($1) ORDER BY sbom_id`, sboms)
	if err != nil {
		return nil, err
	}
	var all []int32
	for _, c := range list {
		all = append(all, c.Ordinals...)
	}
	slices.Sort(all)
	named, err := rows[PartOf](ctx, s, `SELECT `+partColumns+` FROM components c WHERE c.id = ANY($1) AND c.effective_id = ANY($2) ORDER BY c.name, c.id`, slices.Compact(all), expressions)
	if err != nil {
		return nil, err
	}
	place := make(map[int32]int, len(named))
	for i := range named {
		place[named[i].ComponentID] = i
	}
	var parts []PartOf
	for _, c := range list {
		count := map[int]int32{}
		for _, id := range c.Ordinals {
			if i, ok := place[id]; ok {
				count[i]++
			}
		}
		for _, i := range slices.Sorted(maps.Keys(count)) {
			p := named[i]
			p.SBOMID, p.Packages = c.SBOMID, count[i]
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// SilentRoots lists, by document, the component that is what a document describes and of which it states no licence. Some documents say that they describe
// every package they name: where there are several nobody knows which one is the product.
func (s *Store) SilentRoots(ctx context.Context, sboms []int64) ([]PartOf, error) {
	return rows[PartOf](ctx, s, `SELECT x.sbom_id, `+partColumns+`, count(*)::int AS packages FROM sbom_contents x CROSS JOIN LATERAL unnest(x.roots) r
		JOIN components c ON c.id = x.ordinals[r + 1] JOIN license_expressions e ON e.id = c.effective_id AND e.kind IN ('no-assertion', 'absent')
		WHERE x.sbom_id = ANY($1) AND cardinality(x.roots) = 1 GROUP BY x.sbom_id, c.id ORDER BY x.sbom_id, c.id`, sboms)
}

// Parts lists all components of documents, by document and name.
func (s *Store) Parts(ctx context.Context, sboms []int64) ([]PartOf, error) {
	return rows[PartOf](ctx, s, partsOf+` GROUP BY x.sbom_id, c.id ORDER BY x.sbom_id, c.name, c.id`, sboms)
}

// PartsNamed lists the components of documents that are one of some purls without version or, without a purl, of some names.
func (s *Store) PartsNamed(ctx context.Context, sboms []int64, bases, names []string) ([]PartOf, error) {
	ids, err := scalars[int32](ctx, s, `SELECT id FROM components WHERE base <> '' AND left(base, 400) = ANY(SELECT left(b, 400) FROM unnest($1::text[]) b) AND base = ANY($1)
		UNION SELECT id FROM components WHERE base = '' AND lower(left(name, 200)) = ANY(SELECT lower(left(n, 200)) FROM unnest($2::text[]) n) AND name = ANY($2)`, bases, names)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return rows[PartOf](ctx, s, partsOf+` AND x.component_ids && $2 AND c.id = ANY($2) GROUP BY x.sbom_id, c.id ORDER BY x.sbom_id, c.name, c.id`, sboms, ids)
}
