package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The same questions bare, and nothing of what the register adds to them: software by the beginnings of words, components by name.
const (
	bareSearch    = `SELECT a.id, a.name FROM assets a WHERE a.search @@ to_tsquery('simple', $1) AND a.merged_into_id IS NULL ORDER BY ts_rank(a.search, to_tsquery('simple', $1)) DESC, a.id LIMIT 25`
	bareComponent = `SELECT id, name, version FROM components WHERE lower(left(name, 200)) = $1`
)

// varied is one kind of question in its variants, which are asked in turn, each with what is asked of the database bare, if anything.
type varied struct {
	what   string
	status int
	ask    []question
	sql    string
	args   []any
}

// answered is how long one kind of question took at one size, and what it cost the program and Postgres.
type answered struct{ http, cpu, sql sample }

// measureAnswers asks the same kinds of questions at every size, to see how the answers grow with the register.
func (b *bench) measureAnswers(ctx context.Context) error {
	var kinds []string
	found := map[string][]*answered{}
	for _, size := range b.sizes {
		kinds = nil
		err := b.asStaff(ctx, size, func(ctx context.Context, db *registerDB, server *serving, header string) error {
			return b.answers(ctx, db, server, header, func(what string, a *answered) {
				kinds, found[what] = append(kinds, what), append(found[what], a)
			})
		})
		if err != nil {
			return fmt.Errorf("%s: %w", size.Name, err)
		}
	}
	t := table{title: growthTitle, head: []string{"question", "size", "HTTP p50 ms", "p99 ms", "CPU ms", "CPU times the size before", "bare SQL p50 ms"},
		note: fmt.Sprintf("One connection over HTTP, asked as staff, each kind of question %d times, all kinds in turn. CPU is the program's and Postgres's for one question. Sizes: %s. Measured on %s with `--only answers --size %s`; load average of the machine %s when it began, %s when it ended, of which the measurement itself makes one.\n\n"+
			"The bare SQL of a search finds numbers and names of software, or the versions of one component; the register's search looks through software, agencies, addresses and components at once, ranks and counts what it finds, and forgives typing errors. It looks at 2,000 things of a kind at most.",
			asks*(rounds-1), sizesOf(b), b.begun.UTC().Format("2 January 2006"), strings.Join(b.opts.Size, ","), b.busy, loadAverage())}
	for _, what := range kinds {
		before := 0.0
		for i, a := range found[what] {
			bare, growth := "–", "–"
			if len(a.sql) > 0 {
				bare = fmt.Sprintf("%.2f", a.sql.median())
			}
			if before > 0 {
				growth = fmt.Sprintf("%.1f ×", a.cpu.median()/before)
			}
			before = a.cpu.median()
			t.row(what, b.sizes[i].Name, fmt.Sprintf("%.2f", a.http.median()), fmt.Sprintf("%.2f", a.http.quantile(0.99)), fmt.Sprintf("%.2f", before), growth, bare)
		}
	}
	b.table(t)
	return nil
}

const (
	growthTitle = "How answers grow with the register"
	rounds      = 26 // the first warms up
	asks        = 4  // of one kind in a round
)

// answers asks every kind of question at one size and tells what each took.
func (b *bench) answers(ctx context.Context, db *registerDB, server *serving, header string, tell func(what string, a *answered)) error {
	list, err := b.variants(ctx, db, server, header)
	if err != nil {
		return err
	}
	c, err := dial(ctx, server.address)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	found := make([]answered, len(list))
	for round := range rounds {
		for i, kind := range list {
			var a answered
			if err := b.askKind(ctx, db, server, c, kind, round, &a); err != nil {
				return err
			}
			if round > 0 {
				found[i].http, found[i].cpu, found[i].sql = append(found[i].http, a.http...), append(found[i].cpu, a.cpu...), append(found[i].sql, a.sql...)
			}
		}
	}
	for i, kind := range list {
		tell(kind.what, &found[i])
	}
	return nil
}

// askKind asks one variant of a question some times, and once bare.
func (b *bench) askKind(ctx context.Context, db *registerDB, server *serving, c *client, kind varied, round int, a *answered) error {
	at := round % len(kind.ask)
	m, err := b.meter(server.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for range asks {
		began := time.Now()
		r, err := c.do(kind.ask[at], false)
		if err == nil && r.status != kind.status {
			err = fmt.Errorf("answered %d, not %d, to %q", r.status, kind.status, kind.ask[at])
		}
		if err != nil {
			return err
		}
		a.http = append(a.http, milliseconds(time.Since(began)))
	}
	cost, err := m.since(asks)
	if err != nil {
		return err
	}
	a.cpu = append(a.cpu, cost.each(cost.cpu())/1e3)
	if kind.sql == "" {
		return nil
	}
	began := time.Now()
	if _, err := db.pool.Exec(ctx, kind.sql, kind.args[at]); err != nil {
		return err
	}
	a.sql = append(a.sql, milliseconds(time.Since(began)))
	return nil
}

// variants makes the questions that are asked at every size.
func (b *bench) variants(ctx context.Context, db *registerDB, server *serving, header string) ([]varied, error) {
	software, mistyped := varied{what: "search by a word of software", sql: bareSearch}, varied{what: "search with a typing error"}
	for i := range rounds {
		word := strings.ToLower(strings.Fields(db.national.Asset(i * 7).Name)[0])
		software.ask, software.args = append(software.ask, ask("/v1/search?q="+url.QueryEscape(word), header)), append(software.args, word+":*")
		mistyped.ask = append(mistyped.ask, ask("/v1/search?q="+url.QueryEscape(word[:2]+word[3:]), header))
	}
	component := varied{what: "search by the name of a component", sql: bareComponent}
	for _, kind := range []string{"common", "rare"} {
		for _, rank := range ranks[kind] {
			name := db.national.Newest(rank).Name
			component.ask, component.args = append(component.ask, ask("/v1/search?q="+url.QueryEscape(name), header)), append(component.args, strings.ToLower(name))
		}
	}
	list := []varied{software, component, mistyped}
	exposures, err := b.questions(ctx, db, header)
	if err != nil {
		return nil, err
	}
	for _, kind := range []struct{ name, what string }{{"common", "which agencies run X, common X"}, {"common-range", "the same in a range of versions"}, {"rare", "which agencies run X, rare X"}, {"rare-range", "rare X in a range of versions"}} {
		v := varied{what: kind.what, sql: bareExposure}
		for _, q := range exposures {
			if q.kind == kind.name {
				v.ask, v.args = append(v.ask, q.question), append(v.args, q.ids)
			}
		}
		list = append(list, v)
	}
	list = append(list, varied{what: "licence distribution of the whole government", ask: []question{ask("/v1/license-reports", header)}},
		varied{what: "list of 25", ask: []question{ask("/v1/assets?limit=25", header)}})
	for i := range list {
		list[i].status = 200
	}
	one := "/v1/assets/1"
	r, err := get(ctx, server.address, ask(one, header))
	if err := r.good(err, ask(one)); err != nil {
		return nil, err
	}
	return append(list, varied{what: "unchanged page of one piece of software", status: 304, ask: []question{ask(one, header, "If-None-Match: "+r.etag)}}), nil
}
