package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/licenses"
)

// Ids are numbers of the government plus one. What is not documents is loaded in bulk: how fast that goes is not measured.

// load fills an empty register with agencies, software, releases and deployments.
func (r *registerDB) load(ctx context.Context) error {
	// Indexes are made once everything is there: one entry at a time takes minutes for a large register.
	indexes, err := r.dropIndexes(ctx, "assets", "releases", "deployments")
	if err != nil {
		return err
	}
	steps := []func(context.Context) error{r.loadAgencies, r.loadLicenses, r.loadAssets, r.loadReleases, r.loadDeployments}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, index := range indexes {
		if _, err := r.pool.Exec(ctx, index); err != nil {
			return err
		}
	}
	for _, table := range []string{"agencies", "assets", "releases", "deployments"} {
		if _, err := r.pool.Exec(ctx, `SELECT setval(pg_get_serial_sequence($1, 'id'), max(id)) FROM `+table, table); err != nil {
			return err
		}
	}
	_, err = r.pool.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

// dropIndexes drops the indexes of tables that hold no rule, and gives the statements that make them again.
func (r *registerDB) dropIndexes(ctx context.Context, tables ...string) ([]string, error) {
	rows, err := r.pool.Query(ctx, `SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY($1::text[]::regclass[]) AND NOT indisunique`, tables)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Name, Made string }])
	if err != nil {
		return nil, err
	}
	var made []string
	for _, index := range list {
		if _, err := r.pool.Exec(ctx, `DROP INDEX `+index.Name); err != nil {
			return nil, err
		}
		made = append(made, index.Made)
	}
	return made, nil
}

// copyRows sends one row for each number below n.
func (r *registerDB) copyRows(ctx context.Context, table string, columns []string, n int, row func(i int) []any) error {
	_, err := r.pool.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, func(i int) ([]any, error) { return row(i), nil }))
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

func (r *registerDB) loadAgencies(ctx context.Context) error {
	n := r.national
	err := r.copyRows(ctx, "agencies", []string{"id", "uri", "code", "name", "kind", "parent_id"}, n.Size.Agencies, func(i int) []any {
		a := n.Agency(i)
		var parent *int64
		if a.Parent >= 0 {
			id := int64(a.Parent) + 1
			parent = &id
		}
		return []any{int64(i) + 1, a.URI, a.Code, a.Name, a.Kind, parent}
	})
	if err != nil {
		return err
	}
	if _, err := r.pool.Exec(ctx, `WITH RECURSIVE up (ancestor, descendant, depth) AS (
			SELECT id, id, 0 FROM agencies UNION ALL SELECT a.parent_id, u.descendant, u.depth + 1 FROM up u JOIN agencies a ON a.id = u.ancestor WHERE a.parent_id IS NOT NULL)
		INSERT INTO agency_closure SELECT * FROM up`); err != nil {
		return err
	}
	_, err = r.pool.Exec(ctx, `INSERT INTO agency_parents (agency_id, parent_id, from_on) SELECT id, parent_id, '2020-01-01' FROM agencies`)
	return err
}

// loadLicenses keeps the declared licences of the software as a registration does: register.digest is the hash.
func (r *registerDB) loadLicenses(ctx context.Context) error {
	seen := map[string]bool{}
	for i := range r.national.Size.Assets {
		text := r.national.Asset(i).License
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		hash := sha256.Sum256(append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...))
		reading, leaves := licenses.Read(text), []string{}
		for _, leaf := range reading.Expression.Leaves() {
			leaves = append(leaves, leaf.ID)
		}
		slices.Sort(leaves)
		if _, err := r.pool.Exec(ctx, `INSERT INTO license_expressions (hash, stated, kind, canonical, class, leaves) VALUES ($1, $2, $3, $4, $5, $6)`,
			hash[:16], text, string(reading.Kind), reading.Canonical, string(reading.Class()), slices.Compact(leaves)); err != nil {
			return fmt.Errorf("licence %s: %w", text, err)
		}
	}
	return nil
}

func (r *registerDB) loadAssets(ctx context.Context) error {
	n, ids := r.national, map[string]int32{}
	rows, err := r.pool.Query(ctx, `SELECT stated, min(id) FROM license_expressions GROUP BY stated`)
	if err != nil {
		return err
	}
	var stated string
	var id int32
	if _, err := pgx.ForEachRow(rows, []any{&stated, &id}, func() error { ids[stated] = id; return nil }); err != nil {
		return err
	}
	columns := []string{"id", "name", "edition", "origin", "descriptions", "steward_id", "categories", "license", "license_id", "lifecycle", "visibility", "updated_at", "search_text", "search"}
	staged := []string{"id", "name", "edition", "origin", "descriptions", "steward_id", "categories", "license", "license_id", "lifecycle", "visibility", "url"}
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, `CREATE TABLE staged (id bigint, name text, edition text, origin text, descriptions jsonb, steward_id bigint, categories jsonb, license text, license_id int, lifecycle text, visibility text, url text)`)
	if err != nil {
		return err
	}
	err = r.copyRows(ctx, "staged", staged, n.Size.Assets, func(i int) []any {
		a := n.Asset(i)
		var license *int32
		if id, ok := ids[a.License]; ok && a.License != "" {
			license = &id
		}
		return []any{int64(i) + 1, a.Name, a.Edition, a.Origin, map[string]string{"en": a.Summary}, int64(a.Steward) + 1, a.Categories, a.License, license, a.Lifecycle, a.Visibility, a.Repository}
	})
	if err != nil {
		return err
	}
	insert := ""
	for i, c := range columns {
		if i > 0 {
			insert += ", "
		}
		insert += c
	}
	// As store.indexAsset makes the words that are searched.
	if _, err := conn.Exec(ctx, `INSERT INTO assets (`+insert+`) SELECT id, t.name, edition, origin, descriptions, steward_id, categories, license, license_id, lifecycle, visibility, now() - id * interval '1 minute',
			lower(unaccent(full_name || ' ' || rest)), setweight(to_tsvector('simple', unaccent(full_name)), 'A') || to_tsvector('simple', unaccent(rest))
		FROM staged t, LATERAL (SELECT t.name || ' ' || edition || ' ' AS full_name, concat_ws(' ', descriptions->>'en', (SELECT string_agg(value, ' ') FROM jsonb_array_elements_text(categories)), license, nullif(ltrim(url, 'htps:/'), '')) AS rest) w`); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `INSERT INTO asset_urls (asset_id, kind, url, canonical) SELECT id, 'repository', url, ltrim(url, 'htps:/') FROM staged WHERE url <> ''; DROP TABLE staged`)
	return err
}

func (r *registerDB) loadReleases(ctx context.Context) error {
	n := r.national
	if err := r.copyRows(ctx, "releases", []string{"id", "asset_id", "number", "released_source"}, n.Size.Releases(), func(i int) []any {
		release := n.Release(i)
		return []any{int64(i) + 1, int64(release.Asset) + 1, release.Number, release.ReleasedOn}
	}); err != nil {
		return err
	}
	_, err := r.pool.Exec(ctx, `UPDATE releases SET released_on = released_source::date, released_source = 'release notes'`)
	return err
}

func (r *registerDB) loadDeployments(ctx context.Context) error {
	n := r.national
	columns := []string{"id", "agency_id", "asset_id", "release_id", "version_text", "service", "environment", "business_owner", "business_email", "criticality", "data_class", "hosting", "lifecycle", "visibility", "details"}
	return r.copyRows(ctx, "deployments", columns, n.Size.Deployments, func(i int) []any {
		d := n.Deployment(i)
		var release *int64
		if d.Release >= 0 {
			id := int64(d.Release) + 1
			release = &id
		}
		return []any{int64(i) + 1, int64(d.Agency) + 1, int64(d.Asset) + 1, release, d.Version, d.Service, d.Environment, "Service owner", "owner@agency.national.example", int16(d.Criticality), d.Data, d.Hosting,
			d.Lifecycle, "public", "government"}
	})
}

// spareReleases makes so many releases that have no document yet and gives the id of the first.
func (r *registerDB) spareReleases(ctx context.Context, n int) (first int64, err error) {
	err = r.pool.QueryRow(ctx, `WITH made AS (INSERT INTO releases (asset_id, number) SELECT 1, 'spare ' || gen_random_uuid() FROM generate_series(1, $1) RETURNING id) SELECT min(id) FROM made`, n).Scan(&first)
	return first, err
}
