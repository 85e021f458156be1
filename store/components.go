package store

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// ComponentRow is a component with its licences as read.
type ComponentRow struct {
	models.Component
	Declared  string // as stated
	Concluded string // as stated
	Effective string // as read; as stated when it could not be read
	Kind      string // licenses.ReadingKind of the effective licence
	Guessed   bool
	Class     string
}

const componentFrom = `components c JOIN license_expressions d ON d.id = c.declared_id JOIN license_expressions k ON k.id = c.concluded_id JOIN license_expressions e ON e.id = c.effective_id`

// speaking restricts sboms s, releases r and assets a to documents that speak for something the viewer may see.
func (q *query) speaking(v models.Viewer) {
	q.and("s.state = 'current' AND a.merged_into_id IS NULL")
	q.visible(v, "a", "steward_id")
}

// Candidate is a component that a name, purl or licence matches, before its version is judged.
type Candidate struct {
	ID        int32
	Ecosystem string
	Version   string
}

// MaxCandidates bounds how many components one question may match.
const MaxCandidates = 50_000

// Candidates finds the components that match the filter in everything but the version range, whoever may see them.
func (s *Store) Candidates(ctx context.Context, f models.ComponentFilter, base, exact string) ([]Candidate, error) {
	q := &query{}
	if base != "" {
		q.and("c.base <> '' AND left(c.base, 400) = left(?::text, 400) AND c.base = ?", base, base)
	}
	if exact != "" {
		q.and("c.version = ?", exact)
	}
	if f.Name != "" {
		name := strings.ToLower(f.Name)
		// An index of what is not empty serves only those who say that they want nothing else.
		q.and("lower(left(c.name, 200)) = left(?::text, 200) OR c.purl_name <> '' AND left(c.purl_name, 200) = left(?::text, 200) OR c.upstream <> '' AND left(c.upstream, 200) = left(?::text, 200)", name, name, name)
	}
	if f.Query != "" {
		text := strings.ToLower(f.Query)
		q.and("lower(left(c.name, 200)) IN (SELECT n.name FROM component_names n WHERE n.name LIKE '%' || ? || '%' OR ? <% n.name)", escapeLike(text), text)
	}
	if f.License != "" {
		q.and("e.leaves @> jsonb_build_array(?::text)", f.License)
	}
	return rows[Candidate](ctx, s, `SELECT c.id, c.ecosystem, c.version FROM components c JOIN license_expressions e ON e.id = c.effective_id WHERE`+q.clause()+`ORDER BY c.id LIMIT `+q.arg(MaxCandidates+1), q.args...)
}

// Component finds a component that occurs in a document the viewer may see, be it superseded or withdrawn.
func (s *Store) Component(ctx context.Context, v models.Viewer, id int32) (*ComponentRow, error) {
	q := &query{}
	q.and("c.id = ?", id)
	q.visible(v, "a", "steward_id")
	list, err := rows[ComponentRow](ctx, s, `SELECT `+componentColumns+` FROM `+componentFrom+`, sbom_contents x JOIN `+sbomFrom+` ON s.id = x.sbom_id
		WHERE x.component_ids @> ARRAY[c.id] AND`+q.clause()+`LIMIT 1`, q.args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("component")
	}
	return &list[0], nil
}

// shown is the SQL of those of ids that occur in a speaking document the viewer may see. It goes through the documents once:
// to look for the documents of each id takes a hundred times as long where a question matches everything.
func (q *query) shown(v models.Viewer, ids []int32) string {
	match := q.arg(ids)
	documents := &query{args: q.args}
	documents.speaking(v)
	q.args = documents.args
	return `SELECT DISTINCT i FROM sbom_contents x JOIN sboms s ON s.id = x.sbom_id JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id,
		LATERAL (SELECT i FROM unnest(x.component_ids) i JOIN unnest(` + match + `::int[]) m ON m = i) found (i) WHERE x.component_ids && ` + match + ` AND` + documents.clause()
}

// componentRows gives those of ids that occur in a speaking document the viewer may see, by name, version and id.
func (s *Store) componentRows(ctx context.Context, v models.Viewer, ids []int32, p models.Page) ([]ComponentRow, error) {
	q := &query{}
	shown := q.shown(v, ids)
	var name, version string
	var id int32
	if more, err := after(p.After, &name, &version, &id); err != nil {
		return nil, err
	} else if more {
		q.and("(c.name, c.version, c.id) > (?, ?, ?)", name, version, id)
	}
	return rows[ComponentRow](ctx, s, `WITH shown (id) AS MATERIALIZED (`+shown+`) SELECT `+componentColumns+` FROM shown JOIN (`+componentFrom+`) ON c.id = shown.id WHERE`+q.clause()+`
		ORDER BY c.name, c.version, c.id LIMIT `+q.arg(limit(p)), q.args...)
}

// Components lists those of ids that the viewer may see.
func (s *Store) Components(ctx context.Context, v models.Viewer, ids []int32, p models.Page) (models.List[ComponentRow], error) {
	var none models.List[ComponentRow]
	list, err := s.componentRows(ctx, v, ids, p)
	if err != nil {
		return none, err
	}
	q := &query{}
	var n int
	err = s.pg.QueryRow(ctx, `SELECT count(*) FROM (`+q.shown(v, ids)+`) shown`, q.args...).Scan(&n)
	return page(list, p, func(c *ComponentRow) []any { return []any{c.Name, c.Version, c.ID} }, models.Total{Count: n, Exact: true}), fault(err)
}

// ComponentsOf lists components by name, version and id, the first page of them. The caller knows that the viewer may see them.
func (s *Store) ComponentsOf(ctx context.Context, ids []int32, p models.Page) (models.List[ComponentRow], error) {
	list, err := rows[ComponentRow](ctx, s, `SELECT `+componentColumns+` FROM `+componentFrom+` WHERE c.id = ANY($1) ORDER BY c.name, c.version, c.id LIMIT $2`, ids, limit(p))
	return page(list, p, func(c *ComponentRow) []any { return []any{c.Name, c.Version, c.ID} }, models.Total{Count: len(ids), Exact: true}), err
}

// Use is one release that contains matching components.
type Use struct {
	SBOMID      int64 `db:"sbom_id"`
	AssetID     int64
	Asset       string
	StewardID   int64
	Steward     string
	ReleaseID   int64
	Release     string
	Components  []int32 // the matching ones in this document
	Deployments int     // that the viewer may see, and see run this release
	SortName    string  // for the cursor
}

// Exposure counts what contains matching components.
type Exposure struct {
	Assets, Releases, Deployments, Agencies int
}

const useFrom = `sbom_contents x JOIN sboms s ON s.id = x.sbom_id JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id JOIN agencies g ON g.id = a.steward_id`

// ran restricts deployments d of release r to running ones whose version the viewer may know.
func (q *query) ran(v models.Viewer) {
	q.and("d.release_id = r.id AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended'")
	q.visible(v, "d", "agency_id")
	q.seen(v, "d.details", "d.agency_id")
}

// Exposed counts the assets, releases, deployments and agencies that contain any of the components.
func (s *Store) Exposed(ctx context.Context, v models.Viewer, ids []int32) (Exposure, error) {
	q := &query{}
	q.and("x.component_ids && ?", ids)
	q.speaking(v)
	dq := &query{args: q.args}
	dq.ran(v)
	var e Exposure
	err := s.pg.QueryRow(ctx, `SELECT count(DISTINCT a.id), count(DISTINCT r.id), count(DISTINCT d.id), count(DISTINCT d.agency_id)
		FROM `+useFrom+` LEFT JOIN deployments d ON`+dq.clause()+`WHERE`+q.clause(), dq.args...).Scan(&e.Assets, &e.Releases, &e.Deployments, &e.Agencies)
	return e, fault(err)
}

// ExposedAgency is an agency with how many deployments it has of releases that contain matching components.
type ExposedAgency struct {
	AgencyID    int64
	Agency      string
	Deployments int
}

// ExposedAgencies ranks the agencies that run a release with any of the components, most deployments first.
func (s *Store) ExposedAgencies(ctx context.Context, v models.Viewer, ids []int32, most int) ([]ExposedAgency, error) {
	q := &query{}
	q.and("x.component_ids && ?", ids)
	q.speaking(v)
	q.ran(v)
	return rows[ExposedAgency](ctx, s, `SELECT d.agency_id, o.name AS agency, count(DISTINCT d.id)::int AS deployments
		FROM `+useFrom+` JOIN deployments d ON d.release_id = r.id JOIN agencies o ON o.id = d.agency_id
		WHERE`+q.clause()+`GROUP BY d.agency_id, o.name ORDER BY deployments DESC, o.name, d.agency_id LIMIT `+q.arg(most), q.args...)
}

// Uses lists the releases whose current document contains any of the components: most widely run first is not an order
// an index serves, so they come by asset and release.
func (s *Store) Uses(ctx context.Context, v models.Viewer, ids []int32, p models.Page) (models.List[Use], error) {
	var none models.List[Use]
	q := &query{}
	match := q.arg(ids)
	q.where = append(q.where, "x.component_ids && "+match)
	q.speaking(v)
	total, err := s.total(ctx, useFrom, q)
	if err != nil {
		return none, err
	}
	var name string
	var id int64
	if more, err := after(p.After, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(a.name, r.id) > (?, ?)", name, id)
	}
	dq := &query{args: q.args}
	dq.ran(v)
	list, err := rows[Use](ctx, s, `SELECT x.sbom_id, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, g.name AS steward, r.id AS release_id, r.number AS release,
			ARRAY(SELECT i FROM unnest(x.component_ids) i JOIN unnest(`+match+`::int[]) m ON m = i ORDER BY i) AS components,
			(SELECT count(*) FROM deployments d WHERE`+dq.clause()+`) AS deployments, a.name AS sort_name
		FROM `+useFrom+` WHERE`+q.clause()+`ORDER BY a.name, r.id LIMIT `+dq.arg(limit(p)), dq.args...)
	if err != nil {
		return none, err
	}
	return page(list, p, func(u *Use) []any { return []any{u.SortName, u.ReleaseID} }, total), nil
}

// maxUseDeployments bounds what one answer holds: more than all agencies of a country run of a page of releases, so that
// nobody to call is left out.
const maxUseDeployments = 20_000

// UseDeployments lists the running deployments of the releases, as far as the viewer may know their version, the most
// critical first, at most maxUseDeployments.
func (s *Store) UseDeployments(ctx context.Context, v models.Viewer, releases []int64) ([]DeploymentRow, error) {
	q := &query{}
	q.and("d.release_id = ANY(?) AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended'", releases)
	q.deploymentVisible(v)
	q.seen(v, "d.details", "d.agency_id")
	return s.deploymentRows(ctx, v, q, `ORDER BY d.criticality DESC, g.name, d.id LIMIT `+q.arg(maxUseDeployments))
}

// ComponentNames gives name and version of components, for paths.
func (s *Store) ComponentNames(ctx context.Context, ids []int32) (map[int32]string, error) {
	list, err := rows[struct {
		ID            int32
		Name, Version string
	}](ctx, s, `SELECT id, name, version FROM components WHERE id = ANY($1)`, ids)
	names := make(map[int32]string, len(list))
	for _, c := range list {
		names[c.ID] = strings.TrimSpace(c.Name + " " + c.Version)
	}
	return names, err
}

// Ecosystems counts those of ids that the viewer may see by purl type, most first; components without a purl are left out.
func (s *Store) Ecosystems(ctx context.Context, v models.Viewer, ids []int32) ([]Facet, error) {
	q := &query{}
	return rows[Facet](ctx, s, `WITH shown (id) AS MATERIALIZED (`+q.shown(v, ids)+`) SELECT 'ecosystem' AS name, c.ecosystem AS value, count(*)::int FROM shown JOIN components c USING (id)
		WHERE c.ecosystem <> '' GROUP BY c.ecosystem ORDER BY 3 DESC, 2`, q.args...)
}

// OfEcosystem keeps those of ids whose purl is of the type.
func (s *Store) OfEcosystem(ctx context.Context, ids []int32, ecosystem string) ([]int32, error) {
	return scalars[int32](ctx, s, `SELECT id FROM components WHERE id = ANY($1) AND ecosystem = $2 ORDER BY id`, ids, ecosystem)
}
