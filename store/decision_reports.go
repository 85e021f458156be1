package store

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// GrantedExemption is an exemption from open source first that was granted in a case, as the newest answer on file says.
type GrantedExemption struct {
	DecisionID int64
	Ref        string
	Title      string
	Function   string
	State      models.DecisionState
	AgencyID   int64
	Agency     string
	ChosenName string
	Verdict    string            // granted or granted-limited
	Grounds    models.StringList // ids of the regime
	Facts      string            // of the request
	Text       string            // of the answer
	ByID       *int64            // who granted it
	ByName     string
	Role       models.Role
	At         time.Time
	ExpiresOn  *models.Date // the last day; nil when the answer names none
	Renewals   int          // how often it was granted before
	Repeated   int          // other requests with the same facts, word for word, in force or not
	VersionID  int64        // of the regime
}

// ExemptionsGranted lists the exemptions that hold on a day, those that end first in front, in cases of which the viewer sees the dossier. Cases that have ended
// are left out.
func (s *Store) ExemptionsGranted(ctx context.Context, v models.Viewer, agency int64, on models.Date) ([]GrantedExemption, error) {
	q := &query{}
	q.and(q.dossierSeen(v))
	where := q.clause()
	day := q.arg(on.Time())
	if agency != 0 {
		day += ` AND EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ` + q.arg(agency) + ` AND c.descendant_id = x.agency_id)`
	}
	return rows[GrantedExemption](ctx, s, `WITH newest AS (
			SELECT DISTINCT ON (p.decision_id, p.part) p.decision_id, p.part, p.content, p.by_id, p.by_name, p.role, p.at FROM decision_parts p
			WHERE p.part IN ('exemption', 'exemption-answer') ORDER BY p.decision_id, p.part, p.number DESC),
		asked AS (
			SELECT d.id AS decision_id, d.ref, d.title, d.function, d.state, d.agency_id, g.name AS agency, d.regime_version_id AS version_id, d.closed_at, `+chosenName+` AS chosen_name,
				coalesce(r.content->>'facts', '') AS facts, coalesce((r.content->>'renewalCount')::int, 0) AS renewals,
				a.content->>'verdict' AS verdict, a.content->>'text' AS text, coalesce(a.content->'grounds', '[]')::text AS grounds, nullif(a.content->>'expiresOn', '')::date AS expires_on,
				a.by_id, coalesce(a.by_name, '') AS by_name, coalesce(a.role, '') AS role, a.at,
				count(*) OVER (PARTITION BY regexp_replace(lower(coalesce(r.content->>'facts', '')), '[^[:alnum:]]+', '', 'g')) - 1 AS repeated
			FROM decisions d JOIN agencies g ON g.id = d.agency_id LEFT JOIN newest r ON r.decision_id = d.id AND r.part = 'exemption' LEFT JOIN newest a ON a.decision_id = d.id AND a.part = 'exemption-answer'
			WHERE`+where+`AND (r.decision_id IS NOT NULL OR a.decision_id IS NOT NULL))
		SELECT x.decision_id, x.ref, x.title, x.function, x.state, x.agency_id, x.agency, x.chosen_name, x.verdict, x.grounds, x.facts, x.text, x.by_id, x.by_name, x.role, x.at, x.expires_on, x.renewals,
			CASE WHEN btrim(x.facts) = '' THEN 0 ELSE x.repeated END::int AS repeated, x.version_id
		FROM asked x WHERE x.verdict IN ('granted', 'granted-limited') AND x.closed_at IS NULL AND (x.expires_on IS NULL OR x.expires_on >= `+day+`) ORDER BY x.expires_on NULLS LAST, x.ref`, q.args...)
}

// DecisionTally counts approved acquisitions that are alike. What is told of them is what was published.
type DecisionTally struct {
	Year      int // of the approval
	AgencyID  int64
	Agency    string
	Published bool   // false: nothing was published, so that the fields below are not known
	Model     string // how the law prefers open source: "ladder"
	Rung      int    // that the chosen candidate stands on; 0: none, or not told
	RungTitle string
	Open      string // whether what was chosen is open source: yes, no, undetermined; "" when not told
	Exempt    bool   // with an exemption that was granted
	Decisions int
}

// DecisionTallies counts the approved acquisitions that the viewer may see, in an agency with all below it (0: everywhere), the newest year first.
func (s *Store) DecisionTallies(ctx context.Context, v models.Viewer, agency int64) ([]DecisionTally, error) {
	q := &query{}
	q.visible(v, "d", "agency_id")
	q.decisionClauses(models.DecisionFilter{Agency: agency, Branch: models.Acquisition})
	q.and("d.approved_at IS NOT NULL")
	return rows[DecisionTally](ctx, s, `WITH told AS (
			SELECT DISTINCT ON (p.decision_id) p.decision_id, convert_from(p.document, 'UTF8')::json AS doc FROM decision_publications p ORDER BY p.decision_id, p.number DESC)
		SELECT extract(year FROM d.approved_at AT TIME ZONE 'UTC')::int AS year, g.id AS agency_id, g.name AS agency, t.doc IS NOT NULL AS published, coalesce(t.doc->'regime'->>'model', '') AS model,
			coalesce(c.rung, 0) AS rung, coalesce(c.title, '') AS rung_title, coalesce(c.open, '') AS open, coalesce(t.doc->'exemption'->>'verdict', '') IN ('granted', 'granted-limited') AS exempt, count(*)::int AS decisions
		FROM decisions d JOIN agencies g ON g.id = d.agency_id LEFT JOIN told t ON t.decision_id = d.id
		LEFT JOIN LATERAL (SELECT (r->>'rung')::int AS rung, r->>'title' AS title, o->'openSource'->>'outcome' AS open FROM json_array_elements(t.doc->'rungs') r, json_array_elements(r->'candidates') o
			WHERE o->>'chosen' = 'true' LIMIT 1) c ON true
		WHERE`+q.clause()+`GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1 DESC, 3, 5, 6`, q.args...)
}

// EarlierDecision is a decision that was approved for a function before.
type EarlierDecision struct {
	ID         int64
	Ref        string
	Title      string
	Function   string
	Agency     string
	ChosenName string // "" when the viewer does not see the dossier
	ApprovedAt time.Time
}

// EarlierDecisions lists, for each function, the newest decisions that were approved for it and that the viewer may see, at most three of each.
func (s *Store) EarlierDecisions(ctx context.Context, v models.Viewer, functions []string) ([]EarlierDecision, error) {
	q := &query{}
	full := q.dossierSeen(v)
	q.visible(v, "d", "agency_id")
	q.and("d.approved_at IS NOT NULL AND d.function = ANY(?)", functions)
	return rows[EarlierDecision](ctx, s, `SELECT id, ref, title, function, agency, chosen_name, approved_at FROM (
			SELECT d.id, d.ref, d.title, d.function, g.name AS agency, CASE WHEN `+full+` THEN `+chosenName+` ELSE '' END AS chosen_name, d.approved_at, row_number() OVER (PARTITION BY d.function ORDER BY d.approved_at DESC, d.id DESC) AS n
			FROM decisions d JOIN agencies g ON g.id = d.agency_id WHERE`+q.clause()+`) x WHERE n <= 3 ORDER BY function, n`, q.args...)
}

// DecisionSample draws decisions at random from a population that the viewer may see, and counts the population. The seed decides alone: whoever has it and sees the same
// decisions draws the same ones, by the order of the SHA-256 of the seed, a line end and the reference.
func (s *Store) DecisionSample(ctx context.Context, v models.Viewer, p models.Population, seed string, size int) (sample []DecisionRow, population int, err error) {
	q := &query{}
	full := q.dossierSeen(v)
	q.visible(v, "d", "agency_id")
	q.decisionClauses(models.DecisionFilter{Agency: p.Agency, Regime: p.Regime, Kind: p.Kind, Exempt: p.Exempt})
	q.and("d.approved_at IS NOT NULL")
	if p.ValueFrom != "" {
		q.and("d.value >= ?::numeric AND d.currency = ?", string(p.ValueFrom), p.Currency)
	}
	if p.ValueTo != "" {
		q.and("d.value <= ?::numeric AND d.currency = ?", string(p.ValueTo), p.Currency)
	}
	if p.From != nil {
		q.and("d.approved_at >= ?", p.From.Time())
	}
	if p.To != nil {
		q.and("d.approved_at < ?", p.To.AddDays(1).Time())
	}
	where := q.clause()
	if err = s.pg.QueryRow(ctx, `SELECT count(*) FROM `+decisionFrom+` WHERE`+where+`AND (`+full+` OR TRUE)`, q.args...).Scan(&population); err != nil {
		return nil, 0, fault(err)
	}
	sample, err = rows[DecisionRow](ctx, s, decisionSelect(full)+` FROM `+decisionFrom+` WHERE`+where+`ORDER BY sha256(convert_to(`+q.arg(seed)+` || E'\n' || d.ref, 'UTF8')) LIMIT `+q.arg(max(1, min(size, models.MaxSample))), q.args...)
	for i := range sample {
		sample[i].hide()
	}
	return sample, population, err
}
