package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/packages"
)

// asked is one question for who runs a component, in both ways of asking it.
type asked struct {
	kind     string // common, common in a range, rare, rare in a range
	question question
	ids      []int32 // of the components that match, for the bare SQL
}

// ranks of the names that are asked for: those at the top are in most documents, those at the end in a few of them.
var ranks = map[string][]int{"common": {0, 1, 2, 3, 5, 8}, "rare": {30_000, 35_000, 40_000, 45_000, 50_000, 55_000}}

// questions makes the questions about common and rare components, with a range of versions and without.
func (b *bench) questions(ctx context.Context, db *registerDB, header string) ([]asked, error) {
	var list []asked
	for _, kind := range []string{"common", "rare"} {
		for _, rank := range ranks[kind] {
			p := db.national.Newest(rank)
			version := strings.TrimPrefix(p.Version, "v")
			major, _, _ := strings.Cut(version, ".")
			for _, within := range []string{"", ">=" + major + ".3.0"} {
				path := "/v1/components?name=" + url.QueryEscape(p.Name)
				name := kind
				if within != "" {
					path, name = path+"&version="+url.QueryEscape(within), kind+"-range"
				}
				ids, err := db.matching(ctx, p, within)
				if err != nil {
					return nil, err
				}
				list = append(list, asked{name, ask(path, header), ids})
			}
		}
	}
	return list, nil
}

// matching gives the components with the name in the range.
func (r *registerDB) matching(ctx context.Context, p national.Package, within string) ([]int32, error) {
	bounds, err := packages.ParseRange(within)
	if err != nil {
		return nil, err
	}
	rows, err := r.pool.Query(ctx, `SELECT id, ecosystem, version FROM components WHERE lower(left(name, 200)) = $1`, strings.ToLower(p.Name))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int32
	for rows.Next() {
		var id int32
		var ecosystem, version string
		if err := rows.Scan(&id, &ecosystem, &version); err != nil {
			return nil, err
		}
		if bounds.Contains(packages.Ecosystem(ecosystem), version) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// bareExposure is the question itself: which agencies run a release whose document has one of the components.
const bareExposure = `SELECT d.agency_id, count(*) FROM sbom_contents x JOIN sboms s ON s.id = x.sbom_id AND s.state = 'current' JOIN deployments d ON d.release_id = s.release_id
	WHERE x.component_ids && $1 AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended' GROUP BY d.agency_id`

func (b *bench) measureExposure(ctx context.Context) error {
	return b.asStaff(ctx, b.largest(), b.exposures)
}

func (b *bench) exposures(ctx context.Context, db *registerDB, server *serving, header string) error {
	list, err := b.questions(ctx, db, header)
	if err != nil {
		return err
	}
	t := table{title: "Which agencies run X, at " + b.largest().Name, note: "One connection, asked as staff of the programme office, who see everything; the bare SQL gives agencies and counts only, for components that were looked up before.",
		head: []string{"X", "documents with X", "agencies", "answer kB", "HTTP p50 ms", "p99 ms", "bare SQL p50 ms", "p99 ms", "asked"}}
	for _, kind := range []string{"common", "common-range", "rare", "rare-range"} {
		var some []asked
		for _, q := range list {
			if q.kind == kind {
				some = append(some, q)
			}
		}
		x, err := b.expose(ctx, db, server, some)
		if err != nil {
			return err
		}
		t.row(kind, fmt.Sprintf("%.0f", x.documents.median()), fmt.Sprintf("%.0f", x.agencies.median()), fmt.Sprintf("%.0f", x.size.median()/1000), fmt.Sprintf("%.2f", x.http.median()), fmt.Sprintf("%.2f", x.http.quantile(0.99)),
			fmt.Sprintf("%.2f", x.sql.median()), fmt.Sprintf("%.2f", x.sql.quantile(0.99)), fmt.Sprint(len(x.http)))
		b.found("exposure-"+kind, &found{value: x.http.quantile(0.99), note: fmt.Sprintf("p50 %.1f ms; bare SQL p50 %.1f, p99 %.1f ms; %.0f documents, %.0f agencies, %.0f kB", x.http.median(), x.sql.median(), x.sql.quantile(0.99), x.documents.median(), x.agencies.median(), x.size.median()/1000)})
	}
	peak, err := peakOf(server.cmd.Process.Pid)
	if err != nil {
		return err
	}
	b.table(t)
	b.notes = append(b.notes, fmt.Sprintf("The program that answers these questions at %s, with its index in memory, took at most %.0f MB.", b.largest().Name, float64(peak)/(1<<20)))
	b.say("%s", b.notes[len(b.notes)-1])
	return nil
}

// exposed is how long questions of one kind took.
type exposed struct {
	http, sql, documents, agencies, size sample
}

// expose asks each question often, in both ways in turn, for at most half a minute.
func (b *bench) expose(ctx context.Context, db *registerDB, server *serving, list []asked) (*exposed, error) {
	c, err := dial(ctx, server.address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	x := &exposed{}
	start := time.Now()
	for round := 0; round < 100 && (round < 3 || time.Since(start) < 30*time.Second); round++ {
		for _, q := range list {
			began := time.Now()
			r, err := c.do(q.question, round == 0)
			took := milliseconds(time.Since(began))
			if err := r.good(err, q.question); err != nil {
				return nil, err
			}
			began = time.Now()
			if _, err := db.pool.Exec(ctx, bareExposure, q.ids); err != nil {
				return nil, err
			}
			bare := milliseconds(time.Since(began))
			if round > 0 {
				x.http, x.sql = append(x.http, took), append(x.sql, bare)
				continue
			}
			var answer struct {
				Counts struct{ Releases, Agencies float64 }
			}
			if err := json.Unmarshal(r.body, &answer); err != nil {
				return nil, err
			}
			if answer.Counts.Releases == 0 {
				return nil, fmt.Errorf("nothing was found: %s", q.question)
			}
			x.documents, x.agencies, x.size = append(x.documents, answer.Counts.Releases), append(x.agencies, answer.Counts.Agencies), append(x.size, float64(len(r.body)))
		}
	}
	return x, nil
}

// rowScan counts licences as a register without a rollup must: package by package.
const rowScan = `SELECT coalesce(nullif(e.canonical, ''), e.stated), e.kind, sum(t.packages), count(*) FROM (
		SELECT x.sbom_id, c.effective_id, count(*) AS packages FROM sbom_contents x JOIN sboms s ON s.id = x.sbom_id AND s.state = 'current'
			CROSS JOIN LATERAL unnest(x.ordinals) o (component_id) JOIN components c ON c.id = o.component_id GROUP BY 1, 2) t
	JOIN license_expressions e ON e.id = t.effective_id GROUP BY 1, 2 ORDER BY 3 DESC`

func (b *bench) measureLicenses(ctx context.Context) error {
	return b.asStaff(ctx, b.largest(), b.distribution)
}

func (b *bench) distribution(ctx context.Context, db *registerDB, server *serving, header string) error {
	q := ask("/v1/license-reports", header)
	var ours, scan sample
	for round := range b.opts.Rounds + 1 {
		var some sample
		for range 5 {
			start := time.Now()
			r, err := get(ctx, server.address, q)
			if err := r.good(err, q); err != nil {
				return err
			}
			some = append(some, milliseconds(time.Since(start)))
		}
		start := time.Now()
		if _, err := db.pool.Exec(ctx, rowScan); err != nil {
			return err
		}
		if round > 0 {
			ours, scan = append(ours, some.median()), append(scan, milliseconds(time.Since(start)))
		}
	}
	b.found("licenses", middle(scan.over(ours), fmt.Sprintf("%.1f ms against %.0f ms", ours.median(), scan.median())))
	return nil
}
