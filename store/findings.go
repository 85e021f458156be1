package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// FindingRow is a finding with the names it goes by.
type FindingRow struct {
	models.Finding
	Agency       string
	Asset        string
	Release      string
	Policy       string // of the rule; "" where no rule of a policy matched
	PolicyNumber int
	Assignee     string
	Comments     int
}

const findingFrom = `findings f JOIN agencies g ON g.id = f.agency_id JOIN assets a ON a.id = f.asset_id JOIN releases r ON r.id = f.release_id
	LEFT JOIN policy_versions v ON v.id = f.policy_version_id LEFT JOIN license_policies p ON p.id = v.policy_id LEFT JOIN users u ON u.id = f.assignee_id`

var findingSelect = `SELECT ` + columns("f", models.Finding{}) + `, g.name AS agency, btrim(a.name || ' ' || a.edition) AS asset, r.number AS release, coalesce(p.name, '') AS policy,
	coalesce(v.number, 0) AS policy_number, coalesce(u.name, '') AS assignee, (SELECT count(*) FROM finding_comments k WHERE k.finding_id = f.id)::int AS comments FROM ` + findingFrom

// findingSeen is the condition that a viewer may see a finding: those of the agency concerned and those who see all.
func findingSeen(q *query, v models.Viewer) string { return q.sees(v, "'agency'", "f.agency_id") }

const severityRank = `array_position(ARRAY['info', 'low', 'medium', 'high', 'critical'], f.severity)`

func findingQuery(v models.Viewer, f models.FindingFilter) *query {
	q := &query{}
	q.where = append(q.where, findingSeen(q, v))
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = f.agency_id)", f.Agency)
	}
	for _, c := range []struct {
		column string
		id     int64
	}{{"f.asset_id", f.Asset}, {"f.release_id", f.Release}, {"v.policy_id", f.Policy}, {"f.assignee_id", f.Assignee}} {
		if c.id != 0 {
			q.and(c.column+" = ?", c.id)
		}
	}
	for _, c := range []struct{ column, text string }{{"f.state", string(f.State)}, {"f.verdict", f.Verdict}, {"f.rule", f.Rule}, {"f.component", f.Component}} {
		if c.text != "" {
			q.and(c.column+" = ?", c.text)
		}
	}
	if f.Severity != "" {
		q.and(severityRank+" >= array_position(ARRAY['info', 'low', 'medium', 'high', 'critical'], ?)", f.Severity)
	}
	if f.License != "" {
		q.and("strpos(lower(f.license), lower(?)) > 0", f.License)
	}
	if f.Overdue {
		q.and("f.state = 'open' AND f.due_on < ?", models.DateOf(now()).Time())
	}
	return q
}

// Findings lists findings that the viewer may see, the most severe and then the oldest first.
func (s *Store) Findings(ctx context.Context, v models.Viewer, f models.FindingFilter) (models.List[FindingRow], error) {
	var none models.List[FindingRow]
	q := findingQuery(v, f)
	total, err := s.total(ctx, findingFrom, q)
	if err != nil {
		return none, err
	}
	var rank int
	var id int64
	if more, err := after(f.After, &rank, &id); err != nil {
		return none, err
	} else if more {
		q.and("(-"+severityRank+", f.id) > (-?::int, ?)", rank, id)
	}
	list, err := rows[FindingRow](ctx, s, findingSelect+` WHERE`+q.clause()+`ORDER BY -`+severityRank+`, f.id LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(r *FindingRow) []any { return []any{severityNumber(r.Severity), r.ID} }, total), nil
}

func severityNumber(s models.FindingSeverity) int {
	for i, known := range models.FindingSeverities {
		if s == known {
			return i + 1
		}
	}
	return 0
}

// Finding finds a finding that the viewer may see.
func (s *Store) Finding(ctx context.Context, v models.Viewer, id int64) (*FindingRow, error) {
	q := &query{}
	q.and("f.id = ?", id)
	q.where = append(q.where, findingSeen(q, v))
	list, err := rows[FindingRow](ctx, s, findingSelect+` WHERE`+q.clause(), q.args...)
	return first(list, err, "finding")
}

// FindingCount is how many findings are in a group.
type FindingCount struct {
	Key   string // the value of the group
	Label string
	Count int
}

// FindingCounts counts the findings of a filter by "severity", "rule", "asset" or "agency", most first.
func (s *Store) FindingCounts(ctx context.Context, v models.Viewer, f models.FindingFilter, by string) ([]FindingCount, error) {
	group := map[string]string{"severity": "f.severity, f.severity", "rule": "f.rule, f.rule", "asset": "f.asset_id::text, btrim(a.name || ' ' || a.edition)", "agency": "f.agency_id::text, g.name"}[by]
	q := findingQuery(v, f)
	return rows[FindingCount](ctx, s, `SELECT key, label, count FROM (SELECT `+group+`, count(*)::int FROM `+findingFrom+` WHERE`+q.clause()+`GROUP BY 1, 2) t (key, label, count) ORDER BY count DESC, label LIMIT 1000`, q.args...)
}

// CommentRow is a comment with who made it.
type CommentRow struct {
	models.FindingComment
	By string
}

// FindingComments lists the comments of a finding, oldest first.
func (s *Store) FindingComments(ctx context.Context, finding int64) ([]CommentRow, error) {
	return rows[CommentRow](ctx, s, `SELECT `+columns("k", models.FindingComment{})+`, coalesce(u.name, '') AS by FROM finding_comments k LEFT JOIN users u ON u.id = k.user_id WHERE k.finding_id = $1 ORDER BY k.id LIMIT 1000`, finding)
}

// CreateFindingComment adds a comment.
func (tx *Tx) CreateFindingComment(ctx context.Context, c *models.FindingComment) error {
	return fault(tx.gorm(ctx).Create(c).Error)
}

// SaveFinding stores what a person changed of a finding.
func (tx *Tx) SaveFinding(ctx context.Context, f *models.Finding) error {
	return save(tx.gorm(ctx), f, f.ID, &f.Version)
}
