package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Overview is the register in numbers, as far as a viewer sees it.
type Overview struct {
	Agencies             int
	Assets               int
	OpenAssets           int // gov-built or open source
	Deployments          int // running or planned
	OpenDeployments      int // of gov-built or open-source assets
	ConfirmedDeployments int // with an attestation that holds
	Production           int // deployments in production
	ProductionWithSBOM   int `db:"production_with_sbom"` // whose release has a current document; only where the viewer may know the version
	SBOMs                int `db:"sboms"`                // current documents
	Packages             int // in them
	PastSupport          int // assets with a running release past the end of its security support
	DataAt               *time.Time
}

// Overview counts what the viewer may see, within an agency's branch when agency is not 0.
func (s *Store) Overview(ctx context.Context, v models.Viewer, agency int64) (Overview, error) {
	q := &query{}
	assets, deployments, known := q.sees(v, "a.visibility", "a.steward_id"), q.sees(v, "d.visibility", "d.agency_id"), q.sees(v, "d.details", "d.agency_id")
	branch := func(column string) string {
		if agency == 0 {
			return "TRUE"
		}
		return "EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = " + q.arg(agency) + " AND c.descendant_id = " + column + ")"
	}
	inAgency, stewarded, run := branch("g.id"), branch("a.steward_id"), branch("d.agency_id")
	today := q.arg(models.DateOf(now()).Time())
	list, err := rows[Overview](ctx, s, `WITH a AS (SELECT a.* FROM assets a WHERE a.merged_into_id IS NULL AND (`+assets+`)),
		d AS (SELECT d.*, a.origin, (`+known+`) AS known FROM deployments d JOIN a ON a.id = d.asset_id WHERE d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND (`+deployments+`) AND `+run+`),
		sb AS (SELECT s.* FROM sboms s JOIN releases r ON r.id = s.release_id JOIN a ON a.id = r.asset_id WHERE s.state = 'current' AND `+stewarded+`)
		SELECT (SELECT count(*) FROM agencies g WHERE g.state = 'active' AND `+inAgency+`) AS agencies,
			(SELECT count(*) FROM a WHERE `+stewarded+`) AS assets,
			(SELECT count(*) FROM a WHERE a.origin IN ('gov-built', 'open-source') AND `+stewarded+`) AS open_assets,
			(SELECT count(*) FROM d) AS deployments,
			(SELECT count(*) FROM d WHERE d.origin IN ('gov-built', 'open-source')) AS open_deployments,
			(SELECT count(*) FROM d WHERE d.state = 'confirmed' AND d.valid_until_on >= `+today+`) AS confirmed_deployments,
			(SELECT count(*) FROM d WHERE d.environment = 'production' AND d.known) AS production,
			(SELECT count(*) FROM d WHERE d.environment = 'production' AND d.known AND EXISTS (SELECT 1 FROM sboms s WHERE s.release_id = d.release_id AND s.state = 'current')) AS production_with_sbom,
			(SELECT count(*) FROM sb) AS sboms, (SELECT coalesce(sum(packages), 0) FROM sb)::int AS packages,
			(SELECT count(DISTINCT d.asset_id) FROM d JOIN releases r ON r.id = d.release_id WHERE d.known AND r.security_end_on < `+today+`) AS past_support,
			(SELECT max(at) FROM events) AS data_at`, q.args...)
	if err != nil {
		return Overview{}, err
	}
	return list[0], nil
}

// CommonComponent is a component name that much of government depends on.
type CommonComponent struct {
	Name     string
	Versions int
	Assets   int
	Agencies int // running it, as far as the viewer may know versions
}

// CommonComponents ranks component names by the assets whose speaking documents contain them.
func (s *Store) CommonComponents(ctx context.Context, v models.Viewer, most int) ([]CommonComponent, error) {
	q := &query{}
	speakers := q.speakers(v, models.Scope{})
	dq := &query{args: q.args}
	dq.ran(v)
	return rows[CommonComponent](ctx, s, `WITH speaker (sbom_id) AS MATERIALIZED (`+speakers+`), named AS (
			SELECT lower(c.name) AS name, count(DISTINCT c.version)::int AS versions, count(DISTINCT r.asset_id)::int AS assets, array_agg(DISTINCT r.id) AS releases
			FROM speaker JOIN sbom_contents x USING (sbom_id) JOIN sboms s ON s.id = x.sbom_id JOIN releases r ON r.id = s.release_id, unnest(x.component_ids) i JOIN components c ON c.id = i
			WHERE c.purl <> '' GROUP BY lower(c.name) ORDER BY assets DESC, name LIMIT `+dq.arg(most)+`)
		SELECT name, versions, assets, (SELECT count(DISTINCT d.agency_id)::int FROM releases r, deployments d WHERE r.id = ANY(releases) AND`+dq.clause()+`) AS agencies
		FROM named ORDER BY assets DESC, agencies DESC, name`, dq.args...)
}
