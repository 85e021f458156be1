package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/ospo-register/ospo/models"
)

// AssetRow is an asset as lists show it.
type AssetRow struct {
	models.Asset
	Steward     string
	Class       string // licence class of the declared expression; "" when none is declared
	Deployments int    // running or planned, that the viewer may see
	Agencies    int    // distinct agencies among them
}

// Asset finds an asset with its addresses, identifiers and aliases. A merged one is found too: see MergedIntoID.
func (s *Store) Asset(ctx context.Context, v models.Viewer, id int64) (*models.Asset, error) {
	q := &query{}
	q.and("a.id = ?", id)
	q.visible(v, "a", "steward_id")
	list, err := rows[models.Asset](ctx, s, `SELECT `+assetColumns+` FROM assets a WHERE`+q.clause(), q.args...)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, models.NoSuch("asset")
	}
	return &list[0], s.fillAssets(ctx, []*models.Asset{&list[0]})
}

// fillAssets reads what hangs on assets, in three statements whatever their number.
func (s *Store) fillAssets(ctx context.Context, assets []*models.Asset) error {
	ids, by := make([]int64, len(assets)), map[int64]*models.Asset{}
	for i, a := range assets {
		ids[i], by[a.ID] = a.ID, a
	}
	urls, err := rows[models.AssetURL](ctx, s, `SELECT id, asset_id, kind, url, canonical FROM asset_urls WHERE asset_id = ANY($1) ORDER BY id`, ids)
	if err != nil {
		return err
	}
	for _, u := range urls {
		by[u.AssetID].URLs = append(by[u.AssetID].URLs, u)
	}
	idents, err := rows[models.AssetIdentifier](ctx, s, `SELECT id, asset_id, kind, value FROM asset_identifiers WHERE asset_id = ANY($1) ORDER BY id`, ids)
	if err != nil {
		return err
	}
	for _, i := range idents {
		by[i.AssetID].Identifiers = append(by[i.AssetID].Identifiers, i)
	}
	aliases, err := rows[struct {
		AssetID int64
		Name    string
	}](ctx, s, `SELECT asset_id, name FROM asset_aliases WHERE asset_id = ANY($1) ORDER BY name`, ids)
	if err != nil {
		return err
	}
	for _, n := range aliases {
		by[n.AssetID].Aliases = append(by[n.AssetID].Aliases, n.Name)
	}
	return nil
}

// assetQuery turns a filter into conditions on "assets a LEFT JOIN license_expressions l".
func assetQuery(v models.Viewer, f models.AssetFilter) *query {
	q := &query{}
	q.visible(v, "a", "steward_id")
	q.and("a.merged_into_id IS NULL")
	if f.Query != "" {
		q.matches(f.Query)
	}
	if f.Origin != "" {
		q.and("a.origin = ?", f.Origin)
	}
	if f.Lifecycle != "" {
		q.and("a.lifecycle = ?", f.Lifecycle)
	}
	if f.Visibility != "" {
		q.and("a.visibility = ?", f.Visibility)
	}
	if f.Steward != 0 {
		q.and("EXISTS (SELECT 1 FROM agency_closure c WHERE c.ancestor_id = ? AND c.descendant_id = a.steward_id)", f.Steward)
	}
	if f.Category != "" {
		q.and("a.categories @> jsonb_build_array(?::text)", f.Category)
	}
	if f.License != "" {
		q.and("l.leaves @> jsonb_build_array(?::text)", f.License)
	}
	if f.Parent != 0 {
		q.and("a.parent_id = ?", f.Parent) // the parts of what is not visible are not found
		q.where = append(q.where, "EXISTS (SELECT 1 FROM assets p WHERE p.id = a.parent_id AND ("+q.sees(v, "p.visibility", "p.steward_id")+"))")
	}
	if f.Class != "" {
		q.and("coalesce(l.class, 'unknown') = ?", f.Class)
	}
	return q
}

// matches is the word search over assets: whole words, beginnings of words, or words like those.
func (q *query) matches(text string) { q.matchesWords(text, wordsQuery) }

// wordsQuery is what is looked for as words, for matchesWords.
const wordsQuery = `to_tsquery('simple', unaccent(lower(?)))`

// alikeQuery is the same where each word may also be one that is said of software and like it, for those who make typing errors.
const alikeQuery = `(SELECT to_tsquery('simple', string_agg('(''' || replace(w.word, '''', '''''') || ''':*' || coalesce(alike.words, '') || ')', ' & '))
	FROM (SELECT unaccent(lower(w)) AS word FROM unnest(?::text[]) w) w CROSS JOIN LATERAL (SELECT string_agg(' | ''' || k.word || '''', '') AS words
		FROM (SELECT k.word FROM asset_words k WHERE w.word <% k.word ORDER BY word_similarity(w.word, k.word) DESC, k.word LIMIT 50) k) alike)`

func (q *query) matchesWords(text, wordsQuery string) {
	plain := strings.ReplaceAll(text, `\`, ` `) // to_tsquery takes a backslash as an escape
	words := strings.Fields(plain)
	for i, w := range words {
		words[i] = "'" + strings.ReplaceAll(w, "'", "''") + "':*"
	}
	cond, args := `a.search @@ `+wordsQuery+` OR a.search_text LIKE '%' || lower(unaccent(?)) || '%'`, []any{strings.Join(words, " & "), escapeLike(text)}
	if tellable(text) {
		cond, args = cond+` OR a.search @@ `+alikeQuery, append(args, strings.Fields(plain))
	}
	q.and(cond, args...)
}

const assetFrom = `assets a JOIN agencies g ON g.id = a.steward_id LEFT JOIN license_expressions l ON l.id = a.license_id`

// assetCounted is the least that has to be read to count what a filter matches.
func assetCounted(f models.AssetFilter) string {
	if f.License == "" && f.Class == "" {
		return "assets a"
	}
	return "assets a LEFT JOIN license_expressions l ON l.id = a.license_id"
}

// Assets lists assets.
func (s *Store) Assets(ctx context.Context, v models.Viewer, f models.AssetFilter) (models.List[AssetRow], error) {
	var none models.List[AssetRow]
	q := assetQuery(v, f)
	total, err := s.steadyTotal(ctx, assetCounted(f), q)
	if err != nil {
		return none, err
	}
	order, key, err := assetOrder(q, f)
	if err != nil {
		return none, err
	}
	dq := &query{args: q.args}
	dq.deploymentVisibleTo(v)
	items, err := rows[AssetRow](ctx, s, `SELECT `+assetColumns+`, g.name AS steward, coalesce(l.class, '') AS class, run.deployments, run.agencies
		FROM `+assetFrom+` CROSS JOIN LATERAL (SELECT count(*) AS deployments, count(DISTINCT d.agency_id) AS agencies FROM deployments d
			WHERE d.asset_id = a.id AND d.state <> 'withdrawn' AND `+dq.clause()+`) run
		WHERE`+q.clause()+order+` LIMIT `+dq.arg(limit(f.Page)), dq.args...)
	if err != nil {
		return none, err
	}
	return page(items, f.Page, key, total), nil
}

func assetOrder(q *query, f models.AssetFilter) (order string, key func(*AssetRow) []any, err error) {
	var id int64
	if f.Sort == models.ByUpdated {
		var at string
		more, err := after(f.After, &at, &id)
		if more {
			q.and("(a.updated_at, a.id) < (?::timestamptz, ?)", at, id)
		}
		return "ORDER BY a.updated_at DESC, a.id DESC", func(a *AssetRow) []any { return []any{a.UpdatedAt.Format(timeKey), a.ID} }, err
	}
	var name string
	more, err := after(f.After, &name, &id)
	if more {
		q.and("(a.name, a.id) > (?, ?)", name, id)
	}
	return "ORDER BY a.name, a.id", func(a *AssetRow) []any { return []any{a.Name, a.ID} }, err
}

// timeKey keeps the microseconds that Postgres keeps.
const timeKey = "2006-01-02T15:04:05.999999Z07:00"

// deploymentVisibleTo is the deployments' own clause, where the asset has been judged already.
func (q *query) deploymentVisibleTo(v models.Viewer) { q.visible(v, "d", "agency_id") }

// Duplicate is an asset that may be the same as another, with the reason.
type Duplicate struct {
	ID      int64
	Title   string
	Steward string
	Reason  string // "identifier", "repository", "home", "name", "similar-name"
	Shared  string // what they have in common
}

// Duplicates lists the assets that may be the same as the given one (which need not be stored), surest first.
func (s *Store) Duplicates(ctx context.Context, v models.Viewer, a *models.Asset) ([]Duplicate, error) {
	var repos, idents []string
	for _, u := range a.URLs {
		repos = append(repos, u.Canonical)
	}
	for _, i := range a.Identifiers {
		idents = append(idents, i.Value)
	}
	q := &query{}
	self, name, urls, ids := q.arg(a.ID), q.arg(a.Name), q.arg(repos), q.arg(idents)
	match := q.arg(models.MatchName(a.Name))
	q.visible(v, "a", "steward_id")
	return rows[Duplicate](ctx, s, `WITH hits AS (
			SELECT asset_id, 1 AS rank, 'identifier' AS reason, value AS shared FROM asset_identifiers WHERE value = ANY(`+ids+`::text[])
			UNION ALL SELECT asset_id, CASE kind WHEN 'repository' THEN 2 ELSE 4 END, kind, canonical FROM asset_urls WHERE canonical = ANY(`+urls+`::text[])
			UNION ALL SELECT id, 3, 'name', name FROM assets WHERE lower(name) = lower(`+name+`::text)
			UNION ALL SELECT asset_id, 3, 'name', name FROM asset_aliases WHERE lower(name) = lower(`+name+`::text)
			UNION ALL SELECT id, 5, 'similar-name', name FROM assets WHERE lower(name) % lower(`+name+`::text)
				AND (similarity(lower(name), lower(`+name+`::text)) > 0.55 OR regexp_replace(lower(name), '[^[:alnum:]]', '', 'g') = `+match+`::text)
		), best AS (SELECT DISTINCT ON (asset_id) asset_id, rank, reason, shared FROM hits ORDER BY asset_id, rank)
		SELECT a.id, btrim(a.name || ' ' || a.edition) AS title, g.name AS steward, b.reason, b.shared
		FROM best b JOIN assets a ON a.id = b.asset_id JOIN agencies g ON g.id = a.steward_id
		WHERE a.merged_into_id IS NULL AND a.id <> `+self+` AND`+q.clause()+`ORDER BY b.rank, a.name, a.id LIMIT 20`, q.args...)
}

// AssetsKnownAs finds assets that the viewer may see by package URL (without version), else by name, else by alias, at any of the
// agencies; none means all. At most 10.
func (s *Store) AssetsKnownAs(ctx context.Context, v models.Viewer, name, purl string, agencies ...int64) ([]int64, error) {
	for _, known := range []struct {
		cond string
		text string
	}{
		{"EXISTS (SELECT 1 FROM asset_identifiers i WHERE i.asset_id = a.id AND i.kind = 'purl' AND i.value = ?)", purl},
		{"lower(btrim(a.name || ' ' || a.edition)) = lower(?) OR lower(a.name) = lower(?)", name},
		{"EXISTS (SELECT 1 FROM asset_aliases i WHERE i.asset_id = a.id AND lower(i.name) = lower(?))", name},
	} {
		if known.text == "" {
			continue
		}
		q := &query{}
		q.and(known.cond, slices.Repeat([]any{known.text}, strings.Count(known.cond, "?"))...)
		q.and("a.merged_into_id IS NULL")
		if len(agencies) > 0 {
			q.and("a.steward_id = ANY(?)", agencies)
		}
		q.visible(v, "a", "steward_id")
		ids, err := scalars[int64](ctx, s, `SELECT a.id FROM assets a WHERE`+q.clause()+`ORDER BY a.id LIMIT 10`, q.args...)
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	return nil, nil
}

// IsPartOf reports whether an asset is another one or a part of it, through however many larger systems.
func (s *Store) IsPartOf(ctx context.Context, part, whole int64) (is bool, err error) {
	err = s.pg.QueryRow(ctx, `WITH RECURSIVE up (id) AS (SELECT $1::bigint UNION SELECT a.parent_id FROM up JOIN assets a ON a.id = up.id WHERE a.parent_id IS NOT NULL)
		SELECT EXISTS (SELECT 1 FROM up WHERE id = $2)`, part, whole).Scan(&is)
	return is, fault(err)
}

// CreateAsset adds an asset with everything that hangs on it.
func (tx *Tx) CreateAsset(ctx context.Context, a *models.Asset) error {
	a.Version = 1
	if err := tx.gorm(ctx).Create(a).Error; err != nil {
		return fault(err)
	}
	return tx.hangOn(ctx, a)
}

// SaveAsset stores a changed asset with everything that hangs on it.
func (tx *Tx) SaveAsset(ctx context.Context, a *models.Asset) error {
	if err := save(tx.gorm(ctx), a, a.ID, &a.Version); err != nil {
		return err
	}
	return tx.hangOn(ctx, a)
}

func (tx *Tx) hangOn(ctx context.Context, a *models.Asset) error {
	for _, table := range []string{"asset_urls", "asset_identifiers", "asset_aliases"} {
		if _, err := tx.pg.Exec(ctx, `DELETE FROM `+table+` WHERE asset_id = $1`, a.ID); err != nil {
			return err
		}
	}
	again := clause.OnConflict{DoNothing: true} // the same address twice is one address
	for i := range a.URLs {
		a.URLs[i].ID, a.URLs[i].AssetID = 0, a.ID
	}
	for i := range a.Identifiers {
		a.Identifiers[i].ID, a.Identifiers[i].AssetID = 0, a.ID
	}
	if len(a.URLs) > 0 {
		if err := tx.gorm(ctx).Clauses(again).Create(&a.URLs).Error; err != nil {
			return fault(err)
		}
	}
	if len(a.Identifiers) > 0 {
		if err := tx.gorm(ctx).Clauses(again).Create(&a.Identifiers).Error; err != nil {
			return fault(err)
		}
	}
	if len(a.Aliases) > 0 {
		if _, err := tx.pg.Exec(ctx, `INSERT INTO asset_aliases (asset_id, name) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`, a.ID, a.Aliases); err != nil {
			return fault(err)
		}
	}
	return tx.indexAsset(ctx, a.ID)
}

// indexAsset rebuilds what the word search looks at.
func (tx *Tx) indexAsset(ctx context.Context, id int64) error {
	_, err := tx.pg.Exec(ctx, `UPDATE assets a SET search_text = lower(unaccent(t.name || ' ' || t.rest)),
			search = setweight(to_tsvector('simple', unaccent(t.name)), 'A') || to_tsvector('simple', unaccent(t.rest))
		FROM (SELECT a.name || ' ' || a.edition || ' ' || coalesce((SELECT string_agg(name, ' ') FROM asset_aliases WHERE asset_id = a.id), '') AS name,
				concat_ws(' ', (SELECT string_agg(value, ' ') FROM jsonb_each_text(a.descriptions)),
					(SELECT string_agg(value, ' ') FROM jsonb_array_elements_text(a.categories)), a.license,
					(SELECT string_agg(canonical, ' ') FROM asset_urls WHERE asset_id = a.id),
					(SELECT string_agg(value, ' ') FROM asset_identifiers WHERE asset_id = a.id)) AS rest
			FROM assets a WHERE a.id = $1) t
		WHERE a.id = $1`, id)
	return fault(err)
}

// MergeAsset moves every reference from one asset to another. The caller has set and will save both records.
func (tx *Tx) MergeAsset(ctx context.Context, from, into int64) error {
	for _, sql := range []string{
		// A release that both have: what hangs on the one goes to the other.
		`UPDATE deployments d SET release_id = k.id FROM releases r JOIN releases k ON k.asset_id = $2 AND k.number = r.number WHERE r.asset_id = $1 AND d.release_id = r.id`,
		`UPDATE sboms s SET state = 'superseded', superseded_by_id = t.id FROM releases r JOIN releases k ON k.asset_id = $2 AND k.number = r.number
			JOIN sboms t ON t.release_id = k.id AND t.state = 'current' WHERE r.asset_id = $1 AND s.release_id = r.id AND s.state = 'current'`,
		`UPDATE sboms s SET release_id = k.id FROM releases r JOIN releases k ON k.asset_id = $2 AND k.number = r.number WHERE r.asset_id = $1 AND s.release_id = r.id
			AND NOT EXISTS (SELECT 1 FROM sboms t WHERE t.release_id = k.id AND t.sha256 = s.sha256)`,
		`UPDATE releases r SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1 AND NOT EXISTS (SELECT 1 FROM releases k WHERE k.asset_id = $2 AND k.number = r.number)`,
		`UPDATE deployments d SET state = 'withdrawn', lifecycle = 'ended', version = version + 1, updated_at = now() WHERE asset_id = $1 AND state <> 'withdrawn'
			AND EXISTS (SELECT 1 FROM deployments k WHERE k.asset_id = $2 AND k.state <> 'withdrawn' AND k.agency_id = d.agency_id AND k.environment = d.environment
				AND lower(k.service) = lower(d.service) AND lower(k.version_text) = lower(d.version_text))`,
		`UPDATE deployments SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
		`UPDATE repositories SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1`,
		`UPDATE assets SET merged_into_id = $2 WHERE merged_into_id = $1`,
		// What keeps the kept one going goes before what was said of the other; of answers to the same question the newest counts.
		`UPDATE continuities SET asset_id = $2, version = version + 1, updated_at = now() WHERE asset_id = $1 AND NOT EXISTS (SELECT 1 FROM continuities k WHERE k.asset_id = $2)`,
		`UPDATE continuities SET replacement_id = nullif($2, asset_id), version = version + 1, updated_at = now() WHERE replacement_id = $1`,
		`UPDATE checklist_answers SET asset_id = $2 WHERE asset_id = $1`,
		`INSERT INTO asset_sdgs (asset_id, goal, relevance) SELECT $2, goal, relevance FROM asset_sdgs WHERE asset_id = $1 ON CONFLICT DO NOTHING`,
		`UPDATE stack_entries e SET ended_at = now(), end_reason = 'The software was merged with another entry that is in the stack for this function already.' WHERE asset_id = $1 AND ended_at IS NULL
			AND EXISTS (SELECT 1 FROM stack_entries k WHERE k.asset_id = $2 AND k.ended_at IS NULL AND k.function = e.function AND k.agency_id IS NOT DISTINCT FROM e.agency_id)`,
		`UPDATE stack_entries SET asset_id = $2 WHERE asset_id = $1`,
		`UPDATE findings f SET asset_id = r.asset_id, version = f.version + 1 FROM releases r WHERE r.id = f.release_id AND r.asset_id = $2 AND f.asset_id = $1`,
		`UPDATE release_verdicts v SET asset_id = r.asset_id FROM releases r WHERE r.id = v.release_id AND r.asset_id = $2 AND v.asset_id = $1`, // else judging the kept one meets them
		// Of two choices about the same licence that of the kept one counts.
		`UPDATE license_choices c SET asset_id = $2 WHERE asset_id = $1 AND (ended_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM license_choices k WHERE k.asset_id = $2 AND k.ended_at IS NULL AND k.expression = c.expression))`,
	} {
		if _, err := tx.pg.Exec(ctx, sql, from, into); err != nil {
			return fault(err)
		}
	}
	return tx.mergeReuse(ctx, from, into)
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
