package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// UseClaimRow is a claim of use with the names it goes by.
type UseClaimRow struct {
	models.UseClaim
	Agency     string // "" while nobody knows which is meant
	Asset      string
	StewardID  int64
	Steward    string
	Visibility models.Visibility // of the software
}

const useClaimFrom = `use_claims c JOIN assets a ON a.id = c.asset_id JOIN agencies o ON o.id = a.steward_id LEFT JOIN agencies g ON g.id = c.agency_id`

var useClaimSelect = `SELECT ` + columns("c", models.UseClaim{}) + `, coalesce(g.name, '') AS agency, btrim(a.name || ' ' || a.edition) AS asset, a.steward_id, o.name AS steward, a.visibility FROM ` + useClaimFrom

// useClaimVisible hides claims from who has no part in them: the agency named and the steward see all of theirs, government those that wait, the public only
// what a published description says and nobody has answered yet. So a denial, or that an agency runs something it does not show, is told to nobody else.
func (q *query) useClaimVisible(v models.Viewer) {
	if v.SeesAll() {
		return
	}
	open := "c.state = 'waiting' AND c.origin = 'description'"
	if v.InGovernment() {
		open = "c.state = 'waiting'"
	}
	asset := q.sees(v, "a.visibility", "a.steward_id")
	q.where = append(q.where, "("+open+" OR "+q.sees(v, "'agency'", "a.steward_id")+") AND ("+asset+") OR "+q.sees(v, "'agency'", "c.agency_id"))
}

// UseClaims lists claims of use, newest first.
func (s *Store) UseClaims(ctx context.Context, v models.Viewer, f models.UseClaimFilter) (models.List[UseClaimRow], error) {
	var none models.List[UseClaimRow]
	q := &query{}
	q.useClaimVisible(v)
	if f.Asset != 0 {
		q.and("c.asset_id = ?", f.Asset)
	}
	if f.Agency != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure l WHERE l.ancestor_id = ? AND l.descendant_id = c.agency_id)", f.Agency)
	}
	if f.State != "" {
		q.and("c.state = ?", f.State)
	}
	if f.Origin != "" {
		q.and("c.origin = ?", f.Origin)
	}
	if f.Unmatched {
		q.and("c.agency_id IS NULL")
	}
	if f.Query != "" {
		q.and("lower(unaccent(c.stated)) LIKE '%' || lower(unaccent(?)) || '%'", escapeLike(f.Query))
	}
	total, err := s.total(ctx, useClaimFrom, q)
	if err != nil {
		return none, err
	}
	if err := newestAfter(q, "c.id", f.Page); err != nil {
		return none, err
	}
	list, err := rows[UseClaimRow](ctx, s, useClaimSelect+` WHERE`+q.clause()+`ORDER BY c.id DESC LIMIT `+q.arg(limit(f.Page)), q.args...)
	if err != nil {
		return none, err
	}
	return page(list, f.Page, func(c *UseClaimRow) []any { return []any{c.ID} }, total), nil
}

// newestAfter goes on after the last id of a list that has the newest first.
func newestAfter(q *query, column string, p models.Page) error {
	var id int64
	more, err := after(p.After, &id)
	if more {
		q.and(column+" < ?", id)
	}
	return err
}

// UseClaim finds a claim of use.
func (s *Store) UseClaim(ctx context.Context, v models.Viewer, id int64) (*UseClaimRow, error) {
	q := &query{}
	q.and("c.id = ?", id)
	q.useClaimVisible(v)
	list, err := rows[UseClaimRow](ctx, s, useClaimSelect+` WHERE`+q.clause(), q.args...)
	return first(list, err, "use-claim")
}

// UnmatchedName is a spelling that no agency answers to, with how much hangs on it.
type UnmatchedName struct {
	ID     int64 // of one of its claims
	Stated string
	Claims int
	Assets int
}

// UnmatchedNames lists the spellings that no agency answers to, those of most claims first, at most 200.
func (s *Store) UnmatchedNames(ctx context.Context, v models.Viewer) ([]UnmatchedName, error) {
	q := &query{}
	q.useClaimVisible(v)
	q.and("c.agency_id IS NULL AND c.state = 'waiting'")
	return rows[UnmatchedName](ctx, s, `SELECT min(c.id) AS id, min(c.stated) AS stated, count(*)::int AS claims, count(DISTINCT c.asset_id)::int AS assets FROM `+useClaimFrom+`
		WHERE`+q.clause()+`GROUP BY c.key ORDER BY count(*) DESC, min(c.stated) LIMIT 200`, q.args...)
}

// UseClaimsOfName lists the ids of the claims that wait under the spellings that fold to a key, whoever may see them.
func (s *Store) UseClaimsOfName(ctx context.Context, key string) ([]int64, error) {
	return scalars[int64](ctx, s, `SELECT id FROM use_claims WHERE md5(key) = md5($1) AND key = $1 AND agency_id IS NULL AND state = 'waiting' ORDER BY id`, key)
}

// WaitingUseClaim is the id of the claim that waits for an agency's answer about an asset, or 0.
func (s *Store) WaitingUseClaim(ctx context.Context, asset, agency int64) (int64, error) {
	ids, err := scalars[int64](ctx, s, `SELECT id FROM use_claims WHERE asset_id = $1 AND agency_id = $2 AND state = 'waiting'`, asset, agency)
	if len(ids) == 0 {
		return 0, err
	}
	return ids[0], err
}

// CountWaitingClaims counts what one source has said of an asset that nobody has answered.
func (s *Store) CountWaitingClaims(ctx context.Context, asset int64, source string) (n int, err error) {
	err = s.pg.QueryRow(ctx, `SELECT count(*)::int FROM use_claims WHERE asset_id = $1 AND source = $2 AND state = 'waiting'`, asset, source).Scan(&n)
	return n, fault(err)
}

// UseClaimKnown reports whether somebody has said of an agency, or under the same spelling, that it uses an asset, and it waits or was answered.
func (s *Store) UseClaimKnown(ctx context.Context, asset int64, agency *int64, key string) (known bool, err error) {
	err = s.pg.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM use_claims WHERE asset_id = $1 AND state <> 'withdrawn' AND (agency_id = $2 OR key = $3))`, asset, agency, key).Scan(&known)
	return known, fault(err)
}

// RunBy is the oldest deployment by which an agency runs an asset, or 0.
func (s *Store) RunBy(ctx context.Context, asset, agency int64) (int64, error) {
	ids, err := scalars[int64](ctx, s, `SELECT id FROM deployments WHERE asset_id = $1 AND agency_id = $2 AND state <> 'withdrawn' AND lifecycle IN ('running', 'phase-out') ORDER BY id LIMIT 1`, asset, agency)
	if len(ids) == 0 {
		return 0, err
	}
	return ids[0], err
}

// Named is what a stated name of an agency comes to.
type Named struct {
	Stated   string
	Key      string // see models.UseClaim.Key; "" when nothing is left of it
	AgencyID *int64 // nil when no agency, or more than one, is called so
}

// AgenciesNamed finds which agencies are meant by names as people write them: by name without regard to case, accents, spaces and punctuation, by national
// code, by URI, or by what somebody has said of the same spelling before. Of an agency that was merged its successor is meant. The same spelling comes back once.
func (s *Store) AgenciesNamed(ctx context.Context, names []string) ([]Named, error) {
	plain, err := scalars[string](ctx, s, `SELECT unaccent(lower(n)) FROM unnest($1::text[]) WITH ORDINALITY x (n, i) ORDER BY i`, names)
	if err != nil {
		return nil, err
	}
	known, err := s.agencyKeys(ctx)
	if err != nil {
		return nil, err
	}
	var list []Named
	var keys []string
	seen := map[string]bool{}
	for i, stated := range names {
		key := models.MatchName(plain[i])
		if key == "" || seen[key] {
			continue
		}
		seen[key], keys = true, append(keys, key)
		n := Named{Stated: stated, Key: key}
		if id := known[key]; id > 0 {
			n.AgencyID = &id
		}
		list = append(list, n)
	}
	said, err := rows[struct {
		Key      string
		AgencyID int64
	}](ctx, s, `SELECT DISTINCT ON (key) key, agency_id FROM use_claims WHERE matched_by_id IS NOT NULL AND agency_id IS NOT NULL AND md5(key) = ANY(SELECT md5(k) FROM unnest($1::text[]) k) ORDER BY key, id DESC`, keys)
	if err != nil {
		return nil, err
	}
	for _, k := range said {
		for i := range list {
			if list[i].Key == k.Key && list[i].AgencyID == nil {
				list[i].AgencyID = &k.AgencyID
			}
		}
	}
	return list, nil
}

// several marks a key that more than one agency answers to.
const several = -1

// agencyKeys maps the folded names, codes and URIs of agencies to who answers to them today. A name goes before a code, and a code before a URI.
func (s *Store) agencyKeys(ctx context.Context) (map[string]int64, error) {
	list, err := rows[struct {
		ID          int64
		Plain       string
		Code, URI   string
		State       models.AgencyState
		SuccessorID *int64
	}](ctx, s, `SELECT id, unaccent(lower(name)) AS plain, lower(code) AS code, lower(uri) AS uri, state, successor_id FROM agencies ORDER BY id`)
	if err != nil {
		return nil, err
	}
	successor, closed := map[int64]int64{}, map[int64]bool{}
	for _, a := range list {
		if a.SuccessorID != nil {
			successor[a.ID] = *a.SuccessorID
		}
		closed[a.ID] = a.State == models.AgencyClosed
	}
	keys := map[string]int64{}
	for _, name := range []func(i int) string{func(i int) string { return list[i].Plain }, func(i int) string { return list[i].Code }, func(i int) string { return list[i].URI }} {
		fresh := map[string]int64{}
		for i := range list {
			key, id := models.MatchName(name(i)), list[i].ID
			for hops := 0; successor[id] != 0 && hops < 100; hops++ {
				id = successor[id]
			}
			if key == "" || closed[id] {
				continue
			}
			if was, there := fresh[key]; there && was != id {
				id = several
			}
			fresh[key] = id
		}
		for key, id := range fresh {
			if _, there := keys[key]; !there {
				keys[key] = id
			}
		}
	}
	return keys, nil
}

// CreateUseClaim adds a claim of use.
func (tx *Tx) CreateUseClaim(ctx context.Context, c *models.UseClaim) error {
	c.Version = 1
	return fault(tx.gorm(ctx).Create(c).Error)
}

// SaveUseClaim stores a changed claim of use.
func (tx *Tx) SaveUseClaim(ctx context.Context, c *models.UseClaim) error {
	return save(tx.gorm(ctx), c, c.ID, &c.Version)
}

// SetStatedUses makes the claims of a description those that it states now: what is new is added, what is not said any more and still waits is withdrawn. An agency that has
// answered for this software, or that says in public that it runs it, is not asked again.
func (tx *Tx) SetStatedUses(ctx context.Context, asset int64, source, by string, names []Named) (added, matched, withdrawn int, err error) {
	stated, keys, agencies := make([]string, len(names)), make([]string, len(names)), make([]*int64, len(names))
	for i, n := range names {
		stated[i], keys[i], agencies[i] = n.Stated, n.Key, n.AgencyID
	}
	tag, err := tx.pg.Exec(ctx, `UPDATE use_claims c SET state = 'withdrawn', reason = 'The description does not say so any more.', version = version + 1, updated_at = now(), decided_at = now()
		WHERE asset_id = $1 AND origin = 'description' AND source = $2 AND state = 'waiting' AND NOT EXISTS (SELECT 1 FROM unnest($3::text[]) k WHERE k = c.key)`, asset, source, keys)
	if err != nil {
		return 0, 0, 0, fault(err)
	}
	withdrawn = int(tag.RowsAffected())
	err = tx.pg.QueryRow(ctx, `WITH new AS (INSERT INTO use_claims (asset_id, agency_id, stated, key, origin, source, state, claimed_by)
			SELECT $1, n.agency, n.stated, n.key, 'description', $2, 'waiting', $6 FROM unnest($3::text[], $4::text[], $5::bigint[]) n (stated, key, agency)
			WHERE NOT EXISTS (SELECT 1 FROM use_claims c WHERE c.asset_id = $1 AND c.state <> 'withdrawn' AND (c.key = n.key OR c.agency_id = n.agency))
				AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.asset_id = $1 AND d.agency_id = n.agency AND d.visibility = 'public' AND d.state <> 'withdrawn' AND d.lifecycle IN ('running', 'phase-out'))
			ON CONFLICT DO NOTHING RETURNING agency_id)
		SELECT count(*)::int, count(agency_id)::int FROM new`, asset, source, stated, keys, agencies, by).Scan(&added, &matched)
	return added, matched, withdrawn, fault(err)
}
