package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/bench/national"
)

// pressing is how long each side of a round is pressed.
const pressing = 2 * time.Second

// pages is how many different pages of the list are asked for in turn.
const pages = 60

// walk gives the questions for the first pages of the list, to ours and to the bare handler.
func walk(ctx context.Context, address string) (ours, bare []question, err error) {
	after, name, id := "", "", int64(0)
	for range pages {
		path := "/v1/assets?limit=25"
		if after != "" {
			path += "&after=" + url.QueryEscape(after)
		}
		ours, bare = append(ours, ask(path)), append(bare, ask("/assets?name="+url.QueryEscape(name)+"&id="+strconv.FormatInt(id, 10)))
		r, err := get(ctx, address, ours[len(ours)-1])
		if err := r.good(err, ours[len(ours)-1]); err != nil {
			return nil, nil, err
		}
		var page struct {
			Items []struct {
				ID   int64
				Name string
			}
			Next *string
		}
		if err := json.Unmarshal(r.body, &page); err != nil {
			return nil, nil, err
		}
		if len(page.Items) != 25 || page.Next == nil {
			return nil, nil, fmt.Errorf("the list has only %d entries on page %d", len(page.Items), len(ours))
		}
		after, name, id = *page.Next, page.Items[24].Name, page.Items[24].ID
	}
	return ours, bare, nil
}

// measureList compares the list with the same page from gin and pgx alone.
func (b *bench) measureList(ctx context.Context) error { return b.besideBare(ctx, b.list) }

func (b *bench) list(ctx context.Context, ours, bare *serving) error {
	mine, theirs, err := walk(ctx, ours.address)
	if err != nil {
		return err
	}
	counting := make([]question, len(theirs))
	for i, q := range theirs {
		counting[i] = question(strings.Replace(string(q), "/assets?", "/assets?count=1&", 1))
	}
	sides := []*side{{what: "register", server: ours, questions: mine, status: 200}, {what: "gin and pgx", server: bare, questions: theirs, status: 200},
		{what: "gin and pgx, counting the total as well", server: bare, questions: counting, status: 200}}
	if err := b.compare(ctx, sides, 16); err != nil {
		return err
	}
	b.table(sidesTable("List of 25 assets at "+b.largest().Name+", 16 clients, "+strconv.Itoa(pages)+" pages in turn", sides))
	b.found("list", middle(sides[0].rates.over(sides[1].rates), fmt.Sprintf("%.0f against %.0f requests/s; CPU %.0f against %.0f µs a request; against a bare handler that counts the total too: %.2f", sides[0].rates.median(), sides[1].rates.median(),
		sides[0].costs.median(), sides[1].costs.median(), sides[0].rates.over(sides[2].rates).median())))
	return nil
}

// side is one of those compared under load.
type side struct {
	what         string
	server       *serving
	questions    []question
	status       int
	rates, costs sample // requests a second; CPU microseconds a request
	took         sample // milliseconds
}

// compare presses the sides in turn.
func (b *bench) compare(ctx context.Context, sides []*side, clients int) error {
	for round := range b.opts.Rounds + 1 {
		for _, s := range sides {
			l, cost, err := b.cpu(ctx, s.server, s.questions, clients, pressing, s.status)
			if err != nil {
				return fmt.Errorf("%s: %w", s.what, err)
			}
			if round > 0 { // the first warms up
				s.rates, s.costs, s.took = append(s.rates, l.rate()), append(s.costs, cost), append(s.took, l.took...)
			}
		}
	}
	return nil
}

func sidesTable(title string, sides []*side) table {
	t := table{title: title, head: []string{"", "requests/s", "CPU µs a request, with Postgres", "p50 ms", "p99 ms"}}
	for _, s := range sides {
		t.row(s.what, fmt.Sprintf("%.0f", s.rates.median()), fmt.Sprintf("%.0f", s.costs.median()), fmt.Sprintf("%.2f", s.took.median()), fmt.Sprintf("%.2f", s.took.quantile(0.99)))
	}
	return t
}

// rowsOnly gives a register of a size without its documents: a list does not look at them.
func (b *bench) rowsOnly(ctx context.Context, size national.Size) (*registerDB, error) {
	n, name := national.New(size, b.opts.Seed), databaseOf(size)+"_rows"
	db, err := b.server.open(ctx, name, n, 0)
	if !errors.Is(err, errNotLoaded) {
		return db, err
	}
	b.say("filling %s without documents", size.Name)
	return b.server.found(ctx, name, n)
}

// measureGrowthOfList asks a register of size L and one of size S for the same page in turn.
func (b *bench) measureGrowthOfList(ctx context.Context) error {
	var sides []*side
	for _, size := range []national.Size{national.S, national.L} {
		db, err := b.rowsOnly(ctx, size)
		if err != nil {
			return err
		}
		defer db.close()
		server, err := b.serve(ctx, db)
		if err != nil {
			return err
		}
		defer server.stop()
		questions, _, err := walk(ctx, server.address)
		if err != nil {
			return err
		}
		sides = append(sides, &side{what: size.Name, server: server, questions: questions, status: 200})
	}
	if err := b.compare(ctx, sides, 16); err != nil {
		return err
	}
	b.table(sidesTable("The same list at S and at L (200,000 pieces of software, 500,000 deployments, no documents)", sides))
	b.found("growth-list", middle(sides[0].rates.over(sides[1].rates), fmt.Sprintf("16 clients: %.0f requests/s at S, %.0f at L; L has its software and deployments, not its documents, which a list does not read", sides[0].rates.median(), sides[1].rates.median())))
	return nil
}

// measureUnchanged asks for what has not changed since.
func (b *bench) measureUnchanged(ctx context.Context) error { return b.besideBare(ctx, b.unchanged) }

func (b *bench) unchanged(ctx context.Context, ours, bare *serving) error {
	path, what := "/v1/assets?limit=25", "the list of 25"
	r, err := get(ctx, ours.address, ask(path))
	if err := r.good(err, ask(path)); err != nil {
		return err
	}
	if r.etag == "" {
		var page struct{ Items []struct{ ID int64 } }
		if err := json.Unmarshal(r.body, &page); err != nil {
			return err
		}
		if len(page.Items) == 0 {
			return errors.New("the list is empty")
		}
		path, what = fmt.Sprintf("/v1/assets/%d", page.Items[0].ID), "one piece of software, since lists have no ETag"
		if r, err = get(ctx, ours.address, ask(path)); err != nil {
			return err
		}
	}
	sides := []*side{{what: "register, 304", server: ours, questions: []question{ask(path, "If-None-Match: "+r.etag)}, status: 304},
		{what: "gin, ready bytes", server: bare, questions: []question{ask("/ready")}, status: 200}}
	if err := b.compare(ctx, sides, 16); err != nil {
		return err
	}
	b.table(sidesTable("Unchanged page: "+what, sides))
	b.found("etag", middle(sides[0].rates.over(sides[1].rates), fmt.Sprintf("%s: %.0f against %.0f requests/s; CPU %.0f against %.0f µs a request", what, sides[0].rates.median(), sides[1].rates.median(), sides[0].costs.median(), sides[1].costs.median())))
	return nil
}
