package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// ReleaseVerdict is the verdict on the software of a release where an agency answers for it or runs it.
type ReleaseVerdict struct {
	ReleaseID, AgencyID, DeploymentID, AssetID int64
	SBOMID                                     int64 `db:"sbom_id"`
	ContextID                                  int32
	Verdict                                    string
	Counts                                     map[string]int // packages by verdict
	JudgedAt                                   time.Time
}

// VerdictRow is a ReleaseVerdict with the names it goes by.
type VerdictRow struct {
	ReleaseVerdict
	Release string
	Asset   string
	Agency  string
	Open    int // findings
}

// LicenseVerdict is what a context says of one expression.
type LicenseVerdict struct {
	ContextID    int32
	ExpressionID int32
	Verdict      string
	Reasons      json.RawMessage
}

// Judged is how far everything is judged: the last event whose consequences are, by which licence list, and when that was.
type Judged struct {
	EventID int64
	List    string // licenses.List.Digest
	At      time.Time
}

// Judged says how far everything is judged.
func (s *Store) Judged(ctx context.Context) (*Judged, error) {
	list, err := rows[Judged](ctx, s, `SELECT event_id, list, at FROM judged`)
	return first(list, err, "judgement")
}

// SetJudged says how far everything is judged.
func (tx *Tx) SetJudged(ctx context.Context, j Judged) error {
	_, err := tx.pg.Exec(ctx, `UPDATE judged SET event_id = $1, list = $2, at = $3 WHERE event_id <= $1`, j.EventID, j.List, j.At)
	return fault(err)
}

// ForgetIdentified has every licence text identified again: a newer program may know more licences.
func (tx *Tx) ForgetIdentified(ctx context.Context) error {
	_, err := tx.pg.Exec(ctx, `UPDATE license_texts SET identified = NULL, coverage = 0 WHERE identified IS NOT NULL`)
	return fault(err)
}

// TryHoldJudging makes this process the only one that judges what has changed until release is called; false when another is.
func (s *Store) TryHoldJudging(ctx context.Context) (release func(), held bool, err error) {
	return s.TryHoldDelivery(ctx, 0) // no delivery has the number 0
}

// Change is an event as far as judging cares.
type Change struct {
	ID      int64
	Noun    string
	NounID  int64
	Action  string
	AssetID *int64
}

// ChangesAfter lists the events after one, in order.
func (s *Store) ChangesAfter(ctx context.Context, event int64, most int) ([]Change, error) {
	return rows[Change](ctx, s, `SELECT id, noun, noun_id, action, asset_id FROM events WHERE id > $1 ORDER BY id LIMIT $2`, event, most)
}

// FindLicenseContext finds the context with a digest; 0 when there is none.
func (s *Store) FindLicenseContext(ctx context.Context, digest []byte) (int32, error) {
	var id int32
	err := s.pg.QueryRow(ctx, `SELECT id FROM license_contexts WHERE digest = $1`, digest).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return id, fault(err)
}

// LicenseContext finds or adds the context with a digest.
func (tx *Tx) LicenseContext(ctx context.Context, digest []byte, facts string) (int32, error) {
	id, err := tx.FindLicenseContext(ctx, digest)
	if err != nil || id != 0 {
		return id, err
	}
	err = tx.pg.QueryRow(ctx, `INSERT INTO license_contexts (digest, facts) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id`, digest, facts).Scan(&id)
	return id, fault(err)
}

// LicenseVerdicts reads the verdict table of a context.
func (s *Store) LicenseVerdicts(ctx context.Context, context int32) ([]LicenseVerdict, error) {
	return rows[LicenseVerdict](ctx, s, `SELECT context_id, expression_id, verdict, reasons FROM license_verdicts WHERE context_id = $1`, context)
}

// AddLicenseVerdicts adds to the verdict table; what is there already stays.
func (tx *Tx) AddLicenseVerdicts(ctx context.Context, list []LicenseVerdict) error {
	if len(list) == 0 {
		return nil
	}
	_, err := tx.pg.Exec(ctx, `INSERT INTO license_verdicts (context_id, expression_id, verdict, reasons) SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::jsonb[]) ON CONFLICT DO NOTHING`,
		column(list, func(v LicenseVerdict) int32 { return v.ContextID }), column(list, func(v LicenseVerdict) int32 { return v.ExpressionID }),
		column(list, func(v LicenseVerdict) string { return v.Verdict }), column(list, func(v LicenseVerdict) json.RawMessage { return v.Reasons }))
	return fault(err)
}

// KeepVerdicts replaces the verdicts on assets.
func (tx *Tx) KeepVerdicts(ctx context.Context, assets []int64, list []ReleaseVerdict) error {
	if _, err := tx.pg.Exec(ctx, `DELETE FROM release_verdicts WHERE asset_id = ANY($1)`, assets); err != nil {
		return fault(err)
	}
	_, err := tx.pg.CopyFrom(ctx, pgx.Identifier{"release_verdicts"}, []string{"release_id", "agency_id", "deployment_id", "asset_id", "sbom_id", "context_id", "verdict", "counts", "judged_at"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			v := list[i]
			counts, err := json.Marshal(v.Counts)
			return []any{v.ReleaseID, v.AgencyID, v.DeploymentID, v.AssetID, v.SBOMID, v.ContextID, v.Verdict, counts, v.JudgedAt}, err
		}))
	return fault(err)
}

// Verdicts lists the verdicts on an asset that the viewer may see, the steward's first.
func (s *Store) Verdicts(ctx context.Context, v models.Viewer, asset int64) ([]VerdictRow, error) {
	q := &query{}
	q.and("t.asset_id = ?", asset)
	q.visible(v, "a", "steward_id")
	q.where = append(q.where, q.sees(v, "'agency'", "t.agency_id"))
	return rows[VerdictRow](ctx, s, `SELECT t.*, r.number AS release, btrim(a.name || ' ' || a.edition) AS asset, g.name AS agency,
			(SELECT count(*) FROM findings f WHERE f.release_id = t.release_id AND f.agency_id = t.agency_id AND f.state = 'open')::int AS open
		FROM release_verdicts t JOIN assets a ON a.id = t.asset_id JOIN releases r ON r.id = t.release_id JOIN agencies g ON g.id = t.agency_id WHERE`+q.clause()+`
		ORDER BY t.deployment_id <> 0, r.id DESC, g.name, t.deployment_id LIMIT 1000`, q.args...)
}

// OpenFindings lists the findings on assets that are not closed, whoever may see them: for who judges.
func (s *Store) OpenFindings(ctx context.Context, assets []int64) ([]models.Finding, error) {
	return rows[models.Finding](ctx, s, `SELECT `+columns("f", models.Finding{})+` FROM findings f WHERE f.asset_id = ANY($1) AND f.state <> 'closed' ORDER BY f.id`, assets)
}

var findingColumns = []string{"agency_id", "asset_id", "release_id", "sbom_id", "policy_id", "policy_version_id", "rule", "verdict", "severity", "component_id", "component", "component_name", "license", "leaf", "missing", "packages", "state", "opened_at", "exemption_id"}

// OpenAll adds findings.
func (tx *Tx) OpenAll(ctx context.Context, list []models.Finding) error {
	_, err := tx.pg.CopyFrom(ctx, pgx.Identifier{"findings"}, findingColumns, pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
		f := list[i]
		return []any{f.AgencyID, f.AssetID, f.ReleaseID, f.SBOMID, f.PolicyID, f.PolicyVersionID, f.Rule, f.Verdict, string(f.Severity), f.ComponentID, f.Component, f.ComponentName, f.License, f.Leaf, f.Missing, f.Packages, string(f.State), f.OpenedAt, f.ExemptionID}, nil
	}))
	return fault(err)
}

// CloseAll closes findings.
func (tx *Tx) CloseAll(ctx context.Context, ids []int64, at time.Time) error {
	_, err := tx.pg.Exec(ctx, `UPDATE findings SET state = 'closed', closed_at = $2, exemption_id = NULL, version = version + 1 WHERE id = ANY($1)`, ids, at)
	return fault(err)
}

// Refresh stores what judging finds out anew about findings that stay: what shows them, by which version of the rule, and whether they are exempted.
func (tx *Tx) Refresh(ctx context.Context, list []models.Finding) error {
	_, err := tx.pg.Exec(ctx, `UPDATE findings f SET sbom_id = n.sbom_id, policy_version_id = n.policy_version_id, verdict = n.verdict, severity = n.severity, component_id = n.component_id,
			component_name = n.component_name, leaf = n.leaf, missing = n.missing, packages = n.packages, state = n.state, exemption_id = n.exemption_id, version = f.version + 1
		FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::int[], $11::text[], $12::bigint[])
			n (id, sbom_id, policy_version_id, verdict, severity, component_id, component_name, leaf, missing, packages, state, exemption_id) WHERE f.id = n.id`,
		column(list, func(f models.Finding) int64 { return f.ID }), column(list, func(f models.Finding) int64 { return f.SBOMID }), column(list, func(f models.Finding) *int64 { return f.PolicyVersionID }),
		column(list, func(f models.Finding) string { return f.Verdict }), column(list, func(f models.Finding) string { return string(f.Severity) }), column(list, func(f models.Finding) *int32 { return f.ComponentID }),
		column(list, func(f models.Finding) string { return f.ComponentName }), column(list, func(f models.Finding) string { return f.Leaf }), column(list, func(f models.Finding) string { return f.Missing }),
		column(list, func(f models.Finding) int32 { return int32(f.Packages) }), column(list, func(f models.Finding) string { return string(f.State) }), column(list, func(f models.Finding) *int64 { return f.ExemptionID }))
	return fault(err)
}

// ExpressionClass is the class that an expression was sorted into.
type ExpressionClass struct {
	ID               int32
	Canonical, Class string
}

// ExpressionClasses lists the classes of all expressions that could be read.
func (s *Store) ExpressionClasses(ctx context.Context) ([]ExpressionClass, error) {
	return rows[ExpressionClass](ctx, s, `SELECT id, canonical, class FROM license_expressions WHERE canonical NOT IN ('', 'NONE', 'NOASSERTION') ORDER BY id`)
}

// SetExpressionClasses sorts expressions anew.
func (tx *Tx) SetExpressionClasses(ctx context.Context, classes map[int32]string) error {
	ids, texts := make([]int32, 0, len(classes)), make([]string, 0, len(classes))
	for id, class := range classes {
		ids, texts = append(ids, id), append(texts, class)
	}
	_, err := tx.pg.Exec(ctx, `UPDATE license_expressions e SET class = n.class FROM unnest($1::int[], $2::text[]) n (id, class) WHERE e.id = n.id`, ids, texts)
	return fault(err)
}

// AssetHead is what the audit trail says of an asset.
type AssetHead struct {
	ID, StewardID int64
	Title         string
}

// AssetHeads finds assets by number, in its order.
func (s *Store) AssetHeads(ctx context.Context, ids []int64) ([]AssetHead, error) {
	return rows[AssetHead](ctx, s, `SELECT id, steward_id, btrim(name || ' ' || edition) AS title FROM assets WHERE id = ANY($1) ORDER BY id`, ids)
}
