package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// RiskRow is a piece of software that may not go on, with why, and whom that hits.
type RiskRow struct {
	AssetID      int64
	Asset        string
	Origin       models.Origin
	StewardID    int64
	Steward      string
	StewardEmail string
	Unit         string // of the steward; "" when it was not said
	models.ContinuityFacts
	Risks   []models.ContinuityRisk // from the most pressing
	Exposed []ExposedRow            `db:"-"` // those who run it, the most critical first; at most MostExposed
}

// ExposedRow is an agency that runs software which may not go on.
type ExposedRow struct {
	AssetID     int64
	AgencyID    int64
	Agency      string
	Criticality int16  // the highest of its deployments; 0 when it was not assessed or is not for the viewer
	Deployments int    // that run or are planned
	Owner       string // technical owner of the most critical one: a role or unit
	Email       string
}

// MostExposed bounds the agencies that are named with a risk.
const MostExposed = 5

// riskConditions says when each risk holds, over the names of riskFrom. @day is today; the bounds are those of models.
var riskConditions = map[models.ContinuityRisk]string{
	models.RiskSupportOver:    `run.unsupported > 0`,
	models.RiskUpstreamGone:   `code.repositories > 0 AND code.lost = code.repositories AND code.copies = 0 AND coalesce(k.escrow, '') = '' AND coalesce(k.escrow_url, '') = ''`,
	models.RiskContractsOver:  `code.contracts_end_on IS NOT NULL`,
	models.RiskKeepersGone:    `keep.ended_on IS NOT NULL`,
	models.RiskUnmaintained:   `code.unmaintained AND run.agencies > 0`,
	models.RiskFundingEnds:    `k.funded_until_on <= @day + @funding`,
	models.RiskOneContributor: `code.absence <= 1 AND run.critical > 0`,
	models.RiskNoPlan:         `coalesce(k.plan, '') = '' AND coalesce(k.plan_url, '') = '' AND (run.agencies >= @agencies OR run.critical > 0)`,
	models.RiskStandstill:     `code.stable AND code.last_commit_at < (@day - @standstill)::timestamptz`,
	models.RiskNoLicense:      `a.license = '' AND a.origin IN ('gov-built', 'open-source')`,
	models.RiskStewardClosed:  `g.state <> 'active'`,
	models.RiskReviewOverdue:  `coalesce(k.next_review_on, k.reviewed_on + @review) < @day`,
}

// riskFrom joins, for each piece of software that the viewer may see and that is used or looked after, who runs it, its code and its continuity.
//
// What runs is counted as far as the viewer may see it. Contracts are over when models.Description.ContractorsPast says so. A repository that is a mirror or a
// technical fork is a copy and not where the software is developed.
func (q *query) riskFrom(v models.Viewer, f models.RiskFilter) string {
	q.visible(v, "a", "steward_id")
	q.and("a.merged_into_id IS NULL AND (a.lifecycle <> 'retired' OR run.asset_id IS NOT NULL)")
	if f.Asset != 0 {
		q.and("a.id = ?", f.Asset)
	}
	if f.Criticality != 0 {
		q.and("run.criticality >= ?", f.Criticality)
	}
	runs := &query{args: q.args}
	runs.deploymentVisible(v)
	if f.Agency != 0 {
		under := "EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = " + runs.arg(f.Agency) + " AND c.descendant_id = "
		q.where = append(q.where, under+"a.steward_id) OR coalesce(run.here, false)")
	}
	detail := "(" + runs.sees(v, "d.details", "d.agency_id") + ")"
	here := "NULL::boolean"
	if f.Agency != 0 {
		here = "bool_or(EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = " + runs.arg(f.Agency) + " AND c.descendant_id = d.agency_id))"
	}
	code := runs.sees(v, "p.visibility", "p.agency_id")
	if f.Asset != 0 {
		runs.and("d.asset_id = ?", f.Asset)
		code = "(" + code + ") AND p.asset_id = " + runs.arg(f.Asset)
	}
	day := runs.arg(models.DateOf(now()).Time()) + "::date"
	risks := make([]string, len(models.ContinuityRisks))
	for i, r := range models.ContinuityRisks {
		risks[i] = "CASE WHEN " + riskConditions[r] + " THEN " + runs.arg(string(r)) + "::text END"
	}
	q.args = runs.args
	from := `assets a JOIN agencies g ON g.id = a.steward_id LEFT JOIN continuities k ON k.asset_id = a.id
		LEFT JOIN (SELECT d.asset_id, count(*) FILTER (WHERE d.production)::int AS agencies, bool_or(d.here) AS here, sum(d.critical)::int AS critical, max(d.criticality) AS criticality, sum(d.unsupported)::int AS unsupported
			FROM (SELECT d.asset_id, bool_or(d.environment = 'production') AS production, ` + here + ` AS here,
					count(*) FILTER (WHERE d.criticality >= @critical AND ` + detail + `) AS critical, coalesce(max(d.criticality) FILTER (WHERE ` + detail + `), 0) AS criticality,
					count(*) FILTER (WHERE r.security_end_on < @day AND ` + detail + `) AS unsupported
				FROM deployments d JOIN assets a ON a.id = d.asset_id LEFT JOIN releases r ON r.id = d.release_id
				WHERE d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND` + runs.clause() + `GROUP BY d.asset_id, d.agency_id) d GROUP BY d.asset_id) run ON run.asset_id = a.id
		LEFT JOIN (` + riskCode + ` WHERE p.asset_id IS NOT NULL AND (` + code + `) GROUP BY p.asset_id) code ON code.asset_id = a.id
		LEFT JOIN LATERAL (SELECT max((m->>'UntilOn')::date) AS ended_on FROM jsonb_array_elements(CASE jsonb_typeof(k.keepers) WHEN 'array' THEN k.keepers ELSE '[]' END) m WHERE m->>'Kind' = 'maintainer'
			HAVING count(*) > 0 AND bool_and(coalesce((m->>'UntilOn')::date < @day, false))) keep ON true
		CROSS JOIN LATERAL (SELECT array_remove(ARRAY[` + strings.Join(risks, ", ") + `], NULL) AS risks) risk`
	q.where = append(q.where, "risk.risks <> '{}'")
	return strings.NewReplacer("@day", day, "@critical", strconv.Itoa(models.CriticalFrom), "@funding", strconv.Itoa(models.FundingDays), "@agencies", strconv.Itoa(models.PlanFromAgencies), "@standstill", strconv.Itoa(models.StandstillDays),
		"@review", strconv.Itoa(models.ReviewDays)).Replace(from)
}

// riskCode sums up the repositories of each piece of software.
const riskCode = `SELECT p.asset_id, count(*) FILTER (WHERE own)::int AS repositories, count(*) FILTER (WHERE own AND (p.state = 'gone' OR p.archived))::int AS lost, count(*) FILTER (WHERE own AND p.state = 'gone')::int AS gone,
		(count(*) FILTER (WHERE NOT own AND p.state = 'here') + count(*) FILTER (WHERE m.fetched_at IS NOT NULL AND (m.sound OR m.checked_at IS NULL)) + count(*) FILTER (WHERE kept.there))::int AS copies,
		max(p.last_commit_at) AS last_commit_at, bool_or(own AND told."Status" = 'stable') AS stable, bool_or(own AND told."Maintenance" = 'none') AS unmaintained,
		max(over.ended_on) AS contracts_end_on, min(absence.value) AS absence
	FROM repositories p CROSS JOIN LATERAL (SELECT p.fork NOT IN ('mirror', 'technical') AS own) kind
	LEFT JOIN LATERAL jsonb_to_record(CASE jsonb_typeof(p.description) WHEN 'object' THEN p.description END) AS told ("Status" text, "Maintenance" text, "Contractors" jsonb) ON true LEFT JOIN mirrors m ON m.repository_id = p.id
	CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM revisions v WHERE v.repository_id = p.id AND v.archive = 'kept') AS there) kept
	LEFT JOIN LATERAL (SELECT x.value FROM measurements x WHERE x.repository_id = p.id AND x.metric = 'contributor-absence-factor' ORDER BY x.measured_at DESC LIMIT 1) absence ON own
	LEFT JOIN LATERAL (SELECT max((c->>'Until')::date) AS ended_on FROM jsonb_array_elements(CASE WHEN own AND told."Maintenance" = 'contract' AND jsonb_typeof(told."Contractors") = 'array' THEN told."Contractors" ELSE '[]' END) c
		HAVING count(*) > 0 AND bool_and(coalesce((c->>'Until')::date < @day, false))) over ON true`

// RiskPage is a page of software that may not go on, with what all of it comes to.
type RiskPage struct {
	models.List[RiskRow]
	Critical int         // of all in the list, with a critical deployment
	Tallies  []RiskTally // by risk, from the most pressing, whichever risk the list is narrowed to; without those that hold nowhere
}

// RiskTally counts the software for which one risk holds.
type RiskTally struct {
	Risk     models.ContinuityRisk
	Assets   int
	Critical int // of those, with a critical deployment
}

// risky says once what may not go on; what is asked of it is counted and listed from there.
const risky = `WITH risky AS MATERIALIZED (SELECT a.name, a.id AS asset_id, btrim(a.name || ' ' || a.edition) AS asset, a.origin, a.steward_id, g.name AS steward, g.email AS steward_email, coalesce(k.unit, '') AS unit,
		coalesce(run.agencies, 0) AS agencies, coalesce(run.critical, 0) AS critical, coalesce(run.criticality, 0) AS criticality, coalesce(run.unsupported, 0) AS unsupported,
		coalesce(k.plan, '') <> '' OR coalesce(k.plan_url, '') <> '' AS planned, k.funded_until_on, coalesce(code.repositories, 0) AS repositories, coalesce(code.lost, 0) AS lost, coalesce(code.gone, 0) AS gone,
		coalesce(code.copies, 0) AS copies, code.last_commit_at, code.contracts_end_on, keep.ended_on AS keepers_end_on, coalesce(k.next_review_on, k.reviewed_on + @review) AS review_due_on, risk.risks
	FROM @from WHERE@where),
	asked AS MATERIALIZED (SELECT * FROM risky WHERE @risk = '' OR @risk = ANY (risks))
	SELECT @columns (SELECT count(*) FROM asked)::int AS total, (SELECT count(*) FROM asked WHERE criticality >= @critical)::int AS all_critical,
		(SELECT jsonb_agg(jsonb_build_object('Risk', t.risk, 'Assets', t.assets, 'Critical', t.critical) ORDER BY array_position(@order::text[], t.risk))
			FROM (SELECT t.risk, count(*) AS assets, count(*) FILTER (WHERE critical > 0) AS critical FROM risky CROSS JOIN unnest(risks) t (risk) GROUP BY t.risk) t) AS tallies `

// ContinuityRisks lists software that may not go on: what the most critical deployments depend on first. For people in government: what is weak is no map for
// others.
func (s *Store) ContinuityRisks(ctx context.Context, v models.Viewer, f models.RiskFilter) (RiskPage, error) {
	var none RiskPage
	if !v.InGovernment() {
		return none, nil
	}
	var critical, agencies int
	var name string
	var id int64
	more, err := after(f.After, &critical, &agencies, &name, &id)
	if err != nil {
		return none, err
	}
	q := &query{}
	sql := q.risky(v, f, "r.*,") + "FROM asked r"
	if more {
		q.where = nil
		q.and("(-critical, -agencies, name, asset_id) > (?::int, ?::int, ?, ?::bigint)", -critical, -agencies, name, id)
		sql += " WHERE" + q.clause()
	}
	list, err := rows[riskListed](ctx, s, sql+" ORDER BY -critical, -agencies, name, asset_id LIMIT "+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	counted := riskCounted{}
	if len(list) > 0 {
		counted = list[0].riskCounted
	} else if counted, err = s.countRisks(ctx, v, f); err != nil {
		return none, err
	}
	listed := page(list, f.Page, func(r *riskListed) []any { return []any{r.Critical, r.Agencies, r.Name, r.AssetID} }, models.Total{Count: counted.Total, Exact: true})
	out := RiskPage{List: models.List[RiskRow]{Next: listed.Next, Total: listed.Total}, Critical: counted.AllCritical, Tallies: counted.Tallies}
	for i := range listed.Items {
		out.Items = append(out.Items, listed.Items[i].RiskRow)
	}
	return out, s.fillExposed(ctx, v, out.Items)
}

// risky says what may not go on, ready to be asked for columns of it besides the counts.
func (q *query) risky(v models.Viewer, f models.RiskFilter, columns string) string {
	from := q.riskFrom(v, f)
	where := q.clause()
	return strings.NewReplacer("@from", from, "@where", where, "@risk", q.arg(string(f.Risk))+"::text", "@order", q.arg(riskNames()), "@critical", strconv.Itoa(models.CriticalFrom), "@review", strconv.Itoa(models.ReviewDays), "@columns", columns).Replace(risky)
}

// countRisks counts where no row is listed that would say it.
func (s *Store) countRisks(ctx context.Context, v models.Viewer, f models.RiskFilter) (riskCounted, error) {
	q := &query{}
	list, err := rows[riskCounted](ctx, s, q.risky(v, f, ""), q.args...)
	if err != nil {
		return riskCounted{}, err
	}
	return list[0], nil
}

// RiskTallies counts software by risk, from the most pressing risk; without those that hold nowhere.
func (s *Store) RiskTallies(ctx context.Context, v models.Viewer, f models.RiskFilter) ([]RiskTally, error) {
	if !v.InGovernment() {
		return nil, nil
	}
	counted, err := s.countRisks(ctx, v, f)
	return counted.Tallies, err
}

// riskListed is a row with the part of its place in the list that nobody is shown, and what all rows come to.
type riskListed struct {
	Name string
	RiskRow
	riskCounted
}

type riskCounted struct {
	Total, AllCritical int
	Tallies            []RiskTally
}

// fillExposed names those who run the software, for the page that is shown.
func (s *Store) fillExposed(ctx context.Context, v models.Viewer, list []RiskRow) error {
	ids, by := make([]int64, len(list)), map[int64]*RiskRow{}
	for i := range list {
		ids[i], by[list[i].AssetID] = list[i].AssetID, &list[i]
	}
	q := &query{}
	q.and("d.asset_id = ANY(?) AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended'", ids)
	q.deploymentVisible(v)
	level := "CASE WHEN " + q.sees(v, "d.details", "d.agency_id") + " THEN d.criticality ELSE 0 END"
	shown := func(column string) string {
		return "(array_agg(CASE WHEN " + q.sees(v, "d.details", "d.agency_id") + " THEN " + column + " ELSE '' END ORDER BY " + level + " DESC, d.id))[1]"
	}
	owner, email := shown("d.technical_owner"), shown("d.technical_email")
	found, err := rows[ExposedRow](ctx, s, `SELECT t.asset_id, t.agency_id, t.agency, t.criticality, t.deployments, t.owner, t.email FROM (
			SELECT d.asset_id, d.agency_id, g.name AS agency, max(`+level+`) AS criticality, count(*)::int AS deployments, `+owner+` AS owner, `+email+` AS email,
				row_number() OVER (PARTITION BY d.asset_id ORDER BY max(`+level+`) DESC, g.name, d.agency_id) AS place
			FROM `+deploymentFrom+` WHERE`+q.clause()+`GROUP BY d.asset_id, d.agency_id, g.name) t WHERE t.place <= `+strconv.Itoa(MostExposed)+` ORDER BY t.asset_id, t.place`, q.args...)
	for _, e := range found {
		by[e.AssetID].Exposed = append(by[e.AssetID].Exposed, e)
	}
	return err
}

func riskNames() []string {
	names := make([]string, len(models.ContinuityRisks))
	for i, r := range models.ContinuityRisks {
		names[i] = string(r)
	}
	return names
}
