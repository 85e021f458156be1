package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// PolicyRow is a licence policy with whom it binds and its versions that matter now.
type PolicyRow struct {
	models.LicensePolicy
	Agency       string // "" for all of government
	ActiveID     *int64
	ActiveNumber int
	DraftID      *int64
	OpenFindings int // of its rules, that the viewer may see
}

const policySelect = `SELECT p.id, p.agency_id, p.name, p.created_at, coalesce(g.name, '') AS agency, a.id AS active_id, coalesce(a.number, 0) AS active_number, d.id AS draft_id`

const policyFrom = ` FROM license_policies p LEFT JOIN agencies g ON g.id = p.agency_id
	LEFT JOIN policy_versions a ON a.policy_id = p.id AND a.state = 'active' LEFT JOIN policy_versions d ON d.policy_id = p.id AND d.state = 'draft'`

// Policies lists the policies, that of all government first, then by agency.
func (s *Store) Policies(ctx context.Context, v models.Viewer) ([]PolicyRow, error) {
	q := &query{}
	sees := findingSeen(q, v)
	return rows[PolicyRow](ctx, s, policySelect+`, (SELECT count(*) FROM findings f JOIN policy_versions x ON x.id = f.policy_version_id WHERE x.policy_id = p.id AND f.state = 'open' AND (`+sees+`))::int AS open_findings`+
		policyFrom+` ORDER BY g.name NULLS FIRST, p.id`, q.args...)
}

// Policy finds a policy.
func (s *Store) Policy(ctx context.Context, id int64) (*PolicyRow, error) {
	list, err := rows[PolicyRow](ctx, s, policySelect+policyFrom+` WHERE p.id = $1`, id)
	return first(list, err, "policy")
}

// PolicyVersionRow is a version with its policy and the people it went through.
type PolicyVersionRow struct {
	models.PolicyVersion
	AgencyID    *int64
	Policy      string
	Agency      string
	CreatedBy   string
	ActivatedBy string
}

const versionFrom = ` FROM policy_versions v JOIN license_policies p ON p.id = v.policy_id LEFT JOIN agencies g ON g.id = p.agency_id
	LEFT JOIN users c ON c.id = v.created_by_id LEFT JOIN users u ON u.id = v.activated_by_id`

var versionSelect = `SELECT ` + columns("v", models.PolicyVersion{}) + `, p.agency_id, p.name AS policy, coalesce(g.name, '') AS agency, coalesce(c.name, '') AS created_by, coalesce(u.name, '') AS activated_by` + versionFrom

// PolicyVersions lists the versions of a policy, newest first.
func (s *Store) PolicyVersions(ctx context.Context, policy int64) ([]PolicyVersionRow, error) {
	return rows[PolicyVersionRow](ctx, s, versionSelect+` WHERE v.policy_id = $1 ORDER BY v.number DESC`, policy)
}

// PolicyVersion finds a version of a policy.
func (s *Store) PolicyVersion(ctx context.Context, id int64) (*PolicyVersionRow, error) {
	list, err := rows[PolicyVersionRow](ctx, s, versionSelect+` WHERE v.id = $1`, id)
	return first(list, err, "policy-version")
}

// PolicyVersionByDigest finds the newest released version with a text.
func (s *Store) PolicyVersionByDigest(ctx context.Context, digest []byte) (*PolicyVersionRow, error) {
	list, err := rows[PolicyVersionRow](ctx, s, versionSelect+` WHERE v.digest = $1 AND v.state IN ('active', 'superseded') ORDER BY v.id DESC LIMIT 1`, digest)
	return first(list, err, "policy-version")
}

// ActivePolicies lists the versions that judge now, that of all government first.
func (s *Store) ActivePolicies(ctx context.Context) ([]PolicyVersionRow, error) {
	return rows[PolicyVersionRow](ctx, s, versionSelect+` WHERE v.state = 'active' ORDER BY p.agency_id NULLS FIRST`)
}

// Lines gives for agencies those above them from the top down, and at last themselves; with none named, for every agency.
func (s *Store) Lines(ctx context.Context, agencies []int64) (map[int64][]int64, error) {
	type pair struct{ DescendantID, AncestorID int64 }
	list, err := rows[pair](ctx, s, `SELECT descendant_id, ancestor_id FROM agency_closure WHERE cardinality($1::bigint[]) = 0 OR descendant_id = ANY($1) ORDER BY descendant_id, depth DESC`, append([]int64{}, agencies...))
	if err != nil {
		return nil, err
	}
	lines := make(map[int64][]int64)
	for _, p := range list {
		lines[p.DescendantID] = append(lines[p.DescendantID], p.AncestorID)
	}
	return lines, nil
}

// CreatePolicy adds a policy.
func (tx *Tx) CreatePolicy(ctx context.Context, p *models.LicensePolicy) error {
	return fault(tx.gorm(ctx).Create(p).Error)
}

// CreatePolicyVersion adds a version with the next number of its policy.
func (tx *Tx) CreatePolicyVersion(ctx context.Context, v *models.PolicyVersion) error {
	v.Version = 1
	if err := tx.pg.QueryRow(ctx, `SELECT coalesce(max(number), 0) + 1 FROM policy_versions WHERE policy_id = $1`, v.PolicyID).Scan(&v.Number); err != nil {
		return fault(err)
	}
	return fault(tx.gorm(ctx).Create(v).Error)
}

// SavePolicyVersion stores a changed version.
func (tx *Tx) SavePolicyVersion(ctx context.Context, v *models.PolicyVersion) error {
	return save(tx.gorm(ctx), v, v.ID, &v.Version)
}

// AgencyCode is how an agency is named to machines.
type AgencyCode struct {
	ID   int64
	Code string
}

// AgencyCodes lists the codes of all agencies that have one.
func (s *Store) AgencyCodes(ctx context.Context) ([]AgencyCode, error) {
	return rows[AgencyCode](ctx, s, `SELECT id, code FROM agencies WHERE code <> ''`)
}
