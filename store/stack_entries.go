package store

import (
	"context"
	"slices"
	"time"

	"github.com/ospo-register/ospo/models"
)

// StackRow is a stack entry with the names it goes by.
type StackRow struct {
	models.StackEntry
	Agency       string // "" for all of government
	DecisionRef  string // "" when there is none, or none that the viewer may see
	SupersededBy *int64
}

const stackFrom = `stack_entries e LEFT JOIN agencies g ON g.id = e.agency_id LEFT JOIN assets a ON a.id = e.asset_id LEFT JOIN decisions d ON d.id = e.decision_id`

// stackVisible hides entries on software that the viewer may not see; all others are public.
func (q *query) stackVisible(v models.Viewer) {
	q.where = append(q.where, "e.asset_id IS NULL OR ("+q.sees(v, "a.visibility", "a.steward_id")+")")
}

func (q *query) stackClauses(f models.StackFilter) {
	q.where = append(q.where, map[bool]string{false: "e.ended_at IS NULL", true: "e.ended_at IS NOT NULL"}[f.Ended])
	if f.Agency != 0 {
		q.and("e.agency_id IS NULL OR EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = e.agency_id AND c.descendant_id = ?)", f.Agency)
	}
	if f.Function != "" {
		q.and("e.function = ? OR starts_with(e.function, ?)", f.Function, f.Function+".")
	}
	if f.Status != "" {
		q.and("e.status = ?", f.Status)
	}
	if f.Asset != 0 {
		q.and("e.asset_id = ?", f.Asset)
	}
	if f.Stale {
		q.and("e.valid_until_on < ?", models.DateOf(now()).Time())
	}
}

func (s *Store) stackRows(ctx context.Context, v models.Viewer, q *query, tail string) ([]StackRow, error) {
	where := q.clause()
	return rows[StackRow](ctx, s, `SELECT `+columns("e", models.StackEntry{})+`, coalesce(g.name, '') AS agency, CASE WHEN `+q.sees(v, "d.visibility", "d.agency_id")+` THEN coalesce(d.ref, '') ELSE '' END AS decision_ref,
		(SELECT n.id FROM stack_entries n WHERE n.supersedes_id = e.id) AS superseded_by FROM `+stackFrom+` WHERE`+where+tail, q.args...)
}

// stackRank orders statuses from the best, as models.StackStatuses does.
const stackRank = `array_position(ARRAY['recommended', 'accepted', 'contain', 'retire'], e.status)`

// StackEntries lists the entries by function, those of the best status first.
func (s *Store) StackEntries(ctx context.Context, v models.Viewer, f models.StackFilter) (models.List[StackRow], error) {
	var none models.List[StackRow]
	q := &query{}
	q.stackVisible(v)
	q.stackClauses(f)
	total, err := s.total(ctx, stackFrom, q)
	if err != nil {
		return none, err
	}
	var function, name string
	var rank int
	var id int64
	if more, err := after(f.After, &function, &rank, &name, &id); err != nil {
		return none, err
	} else if more {
		q.and("(e.function, "+stackRank+", e.name, e.id) > (?, ?::int, ?, ?::bigint)", function, rank, name, id)
	}
	list, err := s.stackRows(ctx, v, q, `ORDER BY e.function, `+stackRank+`, e.name, e.id LIMIT `+q.arg(limit(f.Page)))
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(r *StackRow) []any {
		return []any{r.Function, slices.Index(models.StackStatuses, r.Status) + 1, r.Name, r.ID}
	}, total), nil
}

// StackStatuses says how government stands to pieces of software now, from the best; those that no entry is about are left out.
func (s *Store) StackStatuses(ctx context.Context, v models.Viewer, assets []int64) (map[int64][]models.StackStatus, error) {
	q := &query{}
	q.stackVisible(v)
	q.stackClauses(models.StackFilter{})
	q.and("e.asset_id = ANY(?)", assets)
	list, err := rows[struct {
		AssetID int64
		Status  models.StackStatus
	}](ctx, s, `SELECT e.asset_id, e.status FROM `+stackFrom+` WHERE`+q.clause()+`GROUP BY e.asset_id, e.status ORDER BY e.asset_id, `+stackRank, q.args...)
	out := map[int64][]models.StackStatus{}
	for _, x := range list {
		out[x.AssetID] = append(out[x.AssetID], x.Status)
	}
	return out, err
}

// StackTally counts the entries of one status.
type StackTally struct {
	Status  models.StackStatus
	Entries int
	Stale   int // of those, with a validation that has run out
}

// StackTallies counts the entries that a filter chooses by status, whatever status it names, from the best; without those that no entry has.
func (s *Store) StackTallies(ctx context.Context, v models.Viewer, f models.StackFilter) ([]StackTally, error) {
	f.Status = ""
	q := &query{}
	q.stackVisible(v)
	q.stackClauses(f)
	day := q.arg(models.DateOf(now()).Time())
	return rows[StackTally](ctx, s, `SELECT e.status, count(*)::int AS entries, count(*) FILTER (WHERE e.ended_at IS NULL AND e.valid_until_on < `+day+`)::int AS stale FROM `+stackFrom+` WHERE`+q.clause()+`GROUP BY e.status ORDER BY `+stackRank, q.args...)
}

// StackFunctions lists the functions that entries hold for which the viewer may see, at most mostFunctions.
func (s *Store) StackFunctions(ctx context.Context, v models.Viewer) ([]string, error) {
	q := &query{}
	q.stackVisible(v)
	q.and("e.ended_at IS NULL")
	found, err := rows[struct{ Function string }](ctx, s, `SELECT DISTINCT e.function FROM `+stackFrom+` WHERE`+q.clause()+`ORDER BY e.function LIMIT `+q.arg(mostFunctions), q.args...)
	list := make([]string, len(found))
	for i := range found {
		list[i] = found[i].Function
	}
	return list, err
}

// StackEntry finds an entry, whether it holds or not.
func (s *Store) StackEntry(ctx context.Context, v models.Viewer, id int64) (*StackRow, error) {
	q := &query{}
	q.stackVisible(v)
	q.and("e.id = ?", id)
	list, err := s.stackRows(ctx, v, q, "")
	return first(list, err, "stack-entry")
}

// StackHistory lists an entry with those it supersedes and those that supersede it, newest first.
func (s *Store) StackHistory(ctx context.Context, v models.Viewer, id int64) ([]StackRow, error) {
	q := &query{}
	q.stackVisible(v)
	q.and(`e.id IN (WITH RECURSIVE back (id) AS (SELECT ?::bigint UNION SELECT x.supersedes_id FROM back JOIN stack_entries x ON x.id = back.id WHERE x.supersedes_id IS NOT NULL),
		forth (id) AS (SELECT ?::bigint UNION SELECT x.id FROM forth JOIN stack_entries x ON x.supersedes_id = forth.id) SELECT id FROM back UNION SELECT id FROM forth)`, id, id)
	return s.stackRows(ctx, v, q, `ORDER BY e.id DESC LIMIT 100`)
}

// StackFor lists the entries that hold for an agency on a product, by its number in the register or its name, or on a function and those below it; of entries
// for the same function and software the nearest agency's. At most 50; agency 0 gives those of all government only.
func (s *Store) StackFor(ctx context.Context, v models.Viewer, agency int64, asset *int64, name, function string) ([]StackRow, error) {
	q := &query{}
	q.stackVisible(v)
	q.and("e.ended_at IS NULL")
	q.and("(e.asset_id = ? OR ? <> '' AND lower(e.name) = lower(?) OR ? <> '' AND (e.function = ? OR starts_with(e.function, ? || '.')))", asset, name, name, function, function, function)
	mine := q.arg(agency)
	q.and(`e.id IN (SELECT DISTINCT ON (n.function, coalesce(n.asset_id, 0), CASE WHEN n.asset_id IS NULL THEN lower(n.name) ELSE '' END) n.id
		FROM stack_entries n LEFT JOIN agency_closure c ON c.ancestor_id = n.agency_id AND c.descendant_id = ` + mine + ` WHERE n.ended_at IS NULL AND (n.agency_id IS NULL OR c.depth IS NOT NULL)
		ORDER BY n.function, coalesce(n.asset_id, 0), CASE WHEN n.asset_id IS NULL THEN lower(n.name) ELSE '' END, c.depth NULLS LAST)`)
	return s.stackRows(ctx, v, q, `ORDER BY e.function, `+stackRank+`, e.name, e.id LIMIT 50`)
}

// StackUseRow is a deployment with the entry that holds for it.
type StackUseRow struct {
	EntryID      int64
	Function     string
	Status       models.StackStatus
	Minimum      string
	DeploymentID int64
	AgencyID     int64
	Agency       string
	AssetID      int64
	Asset        string
	Service      string
	Environment  models.Environment
	Criticality  int16
	VersionText  string
	PURL         string // of the software, without a version; "" when it has none
}

// MostStackUses bounds what is compared with the stack at once.
const MostStackUses = 5000

// StackUses lists what an agency and those below it run of software on which an entry holds that asks something of it: contained, to be retired, or with a lowest
// version; agency 0 means all of government. Of entries for the same function the nearest agency's holds. Only deployments of which the viewer sees the details,
// the most critical first; at most MostStackUses.
func (s *Store) StackUses(ctx context.Context, v models.Viewer, agency int64) ([]StackUseRow, error) {
	q := &query{}
	q.deploymentVisible(v)
	q.seen(v, "d.details", "d.agency_id")
	q.and("d.state <> 'withdrawn' AND d.lifecycle <> 'ended'")
	if agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = d.agency_id)", agency)
	}
	return rows[StackUseRow](ctx, s, `SELECT t.* FROM (SELECT DISTINCT ON (d.id, e.function) e.id AS entry_id, e.function, e.status, e.minimum, d.id AS deployment_id, d.agency_id, g.name AS agency, d.asset_id,
			btrim(a.name || ' ' || a.edition) AS asset, d.service, d.environment, d.criticality, d.version_text,
			coalesce((SELECT i.value FROM asset_identifiers i WHERE i.asset_id = a.id AND i.kind = 'purl' ORDER BY i.id LIMIT 1), '') AS purl
		FROM `+deploymentFrom+` JOIN stack_entries e ON e.asset_id = d.asset_id AND e.ended_at IS NULL LEFT JOIN agency_closure near ON near.ancestor_id = e.agency_id AND near.descendant_id = d.agency_id
		WHERE (e.agency_id IS NULL OR near.depth IS NOT NULL) AND`+q.clause()+`ORDER BY d.id, e.function, near.depth NULLS LAST) t
		WHERE t.status IN ('contain', 'retire') OR t.minimum <> '' ORDER BY t.criticality DESC, t.agency, t.asset, t.deployment_id, t.function LIMIT `+q.arg(MostStackUses), q.args...)
}

// CreateStackEntry adds an entry.
func (tx *Tx) CreateStackEntry(ctx context.Context, e *models.StackEntry) error {
	return fault(tx.gorm(ctx).Create(e).Error)
}

// EndStackEntry says when and why an entry stopped holding.
func (tx *Tx) EndStackEntry(ctx context.Context, id int64, at time.Time, by *int64, reason string) error {
	_, err := tx.pg.Exec(ctx, `UPDATE stack_entries SET ended_at = $2, ended_by_id = $3, end_reason = $4 WHERE id = $1`, id, at, by, reason)
	return fault(err)
}
