package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/ospo-register/ospo/bench/national"
)

// needs are what the catalogue is asked for: plain words, phrases with synonyms, beginnings, typing errors, nonsense.
var needs = []string{"building permits", "parking", "tax register", "water meters for municipalities", "document management", "gestione pratiche", "Genehmigungen", "factures", "library port", "schol register", "applicatons",
	"school", "vaccines", "case management for caseworkers", "Ministry of Health", "eupl", "health record", "payroll and invoices", "gis", "signature", "northfield", "backup", "xylophone", "e-learning", "open data portal", "appointment"}

// narrowings are filters that go with them.
var narrowings = []string{"", "", "origin=gov-built&origin=open-source", "open=yes", "class=permissive&status=stable", "usedBy=2", "category=gis&category=backup", "language=it&activity=year", "steward=5", "sbom=no&archived=no"}

// bareCatalog is the least that Postgres has to do for the same: words in its own index, 25 hits by rank, and five facets counted, each under all filters, as if who looks and
// which filter is whose did not matter.
const bareCatalog = `WITH found AS MATERIALIZED (SELECT a.id, a.name, a.origin, a.categories, a.license_id, a.steward_id, a.lifecycle, ts_rank(a.search, q) AS rank
		FROM assets a, plainto_tsquery('simple', $1) q WHERE a.search @@ q AND a.merged_into_id IS NULL AND a.visibility = 'public')
	SELECT (SELECT count(*) FROM (SELECT id FROM found ORDER BY rank DESC, id LIMIT 25) h)
		+ (SELECT count(*) FROM (SELECT origin, count(*) FROM found GROUP BY 1) c) + (SELECT count(*) FROM (SELECT x.value, count(*) FROM found, jsonb_array_elements_text(categories) x GROUP BY 1) c)
		+ (SELECT count(*) FROM (SELECT l.class, count(*) FROM found LEFT JOIN license_expressions l ON l.id = license_id GROUP BY 1) c)
		+ (SELECT count(*) FROM (SELECT c.ancestor_id, count(*) FROM found JOIN agency_closure c ON c.descendant_id = steward_id GROUP BY 1) c)
		+ (SELECT count(*) FROM (SELECT c.ancestor_id, count(DISTINCT found.id) FROM found JOIN deployments d ON d.asset_id = found.id JOIN agency_closure c ON c.descendant_id = d.agency_id WHERE d.state <> 'withdrawn' GROUP BY 1) c)`

// described gives a register of a size with what is said in the repositories of its software, and without documents.
func (b *bench) described(ctx context.Context, size national.Size) (*registerDB, error) {
	n, name := national.New(size, b.opts.Seed), databaseOf(size)+"_described"
	db, err := b.server.open(ctx, name, n, 0)
	if errors.Is(err, errNotLoaded) {
		b.say("filling %s with descriptions", size.Name)
		db, err = b.server.found(ctx, name, n)
	}
	if err != nil {
		return nil, err
	}
	var there bool
	if err = db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM repositories)`).Scan(&there); err == nil && !there {
		err = db.loadRepositories(ctx)
	}
	if err != nil {
		db.close()
		return nil, err
	}
	return db, nil
}

func (r *registerDB) loadRepositories(ctx context.Context) error {
	n, today := r.national, time.Now().UTC().Truncate(24*time.Hour)
	var rows [][]any
	for i := range n.Size.Assets {
		d, ok := n.Description(i, today)
		if !ok {
			continue
		}
		text, err := json.Marshal(d.Description)
		if err != nil {
			return err
		}
		rows = append(rows, []any{int64(i) + 1, int64(n.Asset(i).Steward) + 1, d.Description.URL, fmt.Sprintf("%s#%d", d.Description.URL, i), "git", "public", "here", d.Archived, d.LastCommitAt, json.RawMessage(text)})
	}
	if err := r.copyRows(ctx, "repositories", []string{"asset_id", "agency_id", "url", "canonical", "host", "visibility", "state", "archived", "last_commit_at", "description"}, len(rows), func(i int) []any { return rows[i] }); err != nil {
		return err
	}
	_, err := r.pool.Exec(ctx, `VACUUM ANALYZE repositories`)
	return err
}

// needed makes the questions of one kind: each need with each narrowing.
func needed(path, more string, header ...string) []question {
	var out []question
	for i, need := range needs {
		for j := range 3 {
			address := path + "?q=" + url.QueryEscape(need) + more
			if narrowing := narrowings[(i+j*3)%len(narrowings)]; narrowing != "" {
				address += "&" + narrowing
			}
			out = append(out, ask(address, header...))
		}
	}
	return out
}

// measureCatalogue presses the catalogue with needs, as the public and as staff.
func (b *bench) measureCatalogue(ctx context.Context) error {
	size := b.largest()
	db, err := b.described(ctx, size)
	if err != nil {
		return err
	}
	defer db.close()
	began := time.Now()
	if err := db.store.UseCatalogue(ctx); err != nil {
		return err
	}
	built := time.Since(began)
	server, err := b.serve(ctx, db)
	if err != nil {
		return err
	}
	defer server.stop()
	staff, err := db.staff(ctx)
	if err != nil {
		return err
	}
	list, err := catalogueWalk(ctx, server.address)
	if err != nil {
		return err
	}
	sides := []*side{
		{what: "count every facet of what a search finds", questions: needed("/v1/catalog-entries/facets", "")},
		{what: "the same, as staff", questions: needed("/v1/catalog-entries/facets", "", staff)},
		{what: "search, 25 entries with what was found where", questions: needed("/v1/catalog-entries", "")},
		{what: "list of 25 entries, 60 pages in turn", questions: list},
		{what: "page of the catalogue: search, facets, charts, in HTML", questions: needed("/catalogue", "")},
	}
	t := table{title: "The catalogue", head: []string{"question", "clients", "requests/s", "CPU µs a request, with Postgres", "p50 ms", "p95 ms", "p99 ms"},
		note: fmt.Sprintf("%s: %d pieces of software, a quarter of them with a description of some hundred words in two languages, %d deployments, %d agencies. %d needs in turn, with and without filters; each client asks as soon as it has been answered and takes part in the same two cores. "+
			"Wanted are a p95 under 50 ms for a search with facets and under 10 ms for a list. Reading the register into the index took %.1f s. Measured on %s with `--only catalogue`; load average of the machine %s when it began, %s when it ended.",
			size.Name, size.Assets, size.Deployments, size.Agencies, len(needs), built.Seconds(), b.begun.UTC().Format("2 January 2006"), b.busy, loadAverage())}
	for _, clients := range []int{1, 16} {
		for _, s := range sides {
			s.server, s.status, s.rates, s.costs, s.took = server, 200, nil, nil, nil
		}
		if err := b.compare(ctx, sides, clients); err != nil {
			return err
		}
		for _, s := range sides {
			t.row(s.what, fmt.Sprint(clients), fmt.Sprintf("%.0f", s.rates.median()), fmt.Sprintf("%.0f", s.costs.median()), fmt.Sprintf("%.2f", s.took.median()), fmt.Sprintf("%.2f", s.took.quantile(0.95)), fmt.Sprintf("%.2f", s.took.quantile(0.99)))
		}
	}
	bare, err := db.bareNeeds(ctx)
	if err != nil {
		return err
	}
	t.row("five facets by bare SQL, words only, without HTTP", "1", "–", "–", fmt.Sprintf("%.2f", bare.median()), fmt.Sprintf("%.2f", bare.quantile(0.95)), fmt.Sprintf("%.2f", bare.quantile(0.99)))
	b.table(t)
	return nil
}

// bareNeeds asks Postgres for what single words find, each ten times.
func (r *registerDB) bareNeeds(ctx context.Context) (sample, error) {
	var took sample
	for _, need := range needs {
		for range 10 {
			var n int
			began := time.Now()
			if err := r.pool.QueryRow(ctx, bareCatalog, need).Scan(&n); err != nil {
				return nil, err
			}
			took = append(took, milliseconds(time.Since(began)))
		}
	}
	return took, nil
}

// catalogueWalk gives the questions for the first pages of the whole list.
func catalogueWalk(ctx context.Context, address string) ([]question, error) {
	var out []question
	after := ""
	for range pages {
		q := ask("/v1/catalog-entries?limit=25" + after)
		r, err := get(ctx, address, q)
		if err := r.good(err, q); err != nil {
			return nil, err
		}
		var page struct{ Next *string }
		if err := json.Unmarshal(r.body, &page); err != nil {
			return nil, err
		}
		if out = append(out, q); page.Next == nil {
			return nil, fmt.Errorf("the catalogue has only %d pages", len(out))
		}
		after = "&after=" + url.QueryEscape(*page.Next)
	}
	return out, nil
}
