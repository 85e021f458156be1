package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ospo-register/ospo/bench/national"
)

// bareSearch is the search for software by the beginnings of words, and nothing of what the register adds to it.
const bareSearch = `SELECT a.id, a.name FROM assets a WHERE a.search @@ to_tsquery('simple', $1) AND a.merged_into_id IS NULL ORDER BY ts_rank(a.search, to_tsquery('simple', $1)) DESC, a.id LIMIT 25`

// answered is how long one kind of question took at one size.
type answered struct{ http, sql sample }

// measureAnswers asks the same kinds of questions at every size, to see how the answers grow with the register.
func (b *bench) measureAnswers(ctx context.Context) error {
	kinds := []string{"search for software", "which agencies run X, common X", "licence distribution", "list of 25"}
	found := map[string]map[string]*answered{}
	for _, size := range b.sizes {
		at, err := b.answers(ctx, size)
		if err != nil {
			return fmt.Errorf("%s: %w", size.Name, err)
		}
		found[size.Name] = at
	}
	t := table{title: "How answers grow with the register", note: "One connection over HTTP, asked as staff, each question 100 times. The bare SQL of the search finds numbers and names of software only; the register's search looks through agencies and components too, and forgives typing errors.",
		head: []string{"question", "size", "HTTP p50 ms", "p99 ms", "bare SQL p50 ms", "times the size before"}}
	for _, kind := range kinds {
		before := 0.0
		for _, size := range b.sizes {
			a := found[size.Name][kind]
			bare, growth := "–", "–"
			if len(a.sql) > 0 {
				bare = fmt.Sprintf("%.2f", a.sql.median())
			}
			if before > 0 {
				growth = fmt.Sprintf("%.1f ×", a.http.median()/before)
			}
			before = a.http.median()
			t.row(kind, size.Name, fmt.Sprintf("%.2f", a.http.median()), fmt.Sprintf("%.2f", a.http.quantile(0.99)), bare, growth)
		}
	}
	b.table(t)
	return nil
}

// answers asks every kind of question at one size.
func (b *bench) answers(ctx context.Context, size national.Size) (map[string]*answered, error) {
	db, err := b.filled(ctx, size)
	if err != nil {
		return nil, err
	}
	defer db.close()
	server, err := b.serve(ctx, db)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	header, err := db.staff(ctx)
	if err != nil {
		return nil, err
	}
	c, err := dial(ctx, server.address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	at := map[string]*answered{}
	for round := range 26 {
		word := strings.ToLower(strings.Fields(db.national.Asset(round * 7).Name)[0])
		for kind, path := range map[string]string{
			"search for software":            "/v1/search?q=" + url.QueryEscape(word),
			"which agencies run X, common X": "/v1/components?name=" + url.QueryEscape(db.national.Newest(ranks["common"][round%3]).Name),
			"licence distribution":           "/v1/license-reports",
			"list of 25":                     "/v1/assets?limit=25",
		} {
			q := ask(path, header)
			if at[kind] == nil {
				at[kind] = &answered{}
			}
			for range 4 {
				began := time.Now()
				r, err := c.do(q, false)
				if err := r.good(err, q); err != nil {
					return nil, err
				}
				if round > 0 {
					at[kind].http = append(at[kind].http, milliseconds(time.Since(began)))
				}
			}
		}
		began := time.Now()
		if _, err := db.pool.Exec(ctx, bareSearch, word+":*"); err != nil {
			return nil, err
		}
		at["search for software"].sql = append(at["search for software"].sql, milliseconds(time.Since(began)))
	}
	return at, nil
}
