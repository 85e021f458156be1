package main

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/bench/national"
)

// measureAgain sends the same bytes to the same releases a second time.
func (b *bench) measureAgain(ctx context.Context) error {
	size := b.largest()
	db, err := b.filled(ctx, size)
	if err != nil {
		return err
	}
	defer db.close()
	p, err := startProgram(db.dsn, 1, "")
	if err != nil {
		return err
	}
	defer p.stop() //nolint:errcheck // asked below; this is for the ways out before
	list, err := parcels(db.national, 0, 2*perBatch, func(i int) int64 { return int64(size.ReleaseOf(i)) + 1 })
	if err != nil {
		return err
	}
	var ours, base, wall, least sample
	for round := range b.opts.Rounds + 1 {
		again, err := b.measured(p, receive, list, true)
		if err != nil {
			return err
		}
		hash, err := b.measured(p, probe, list, true)
		if err != nil {
			return err
		}
		if round == 0 {
			continue // connections are made and plans cached in the first
		}
		each := func(s spent) float64 { return milliseconds(s.cpu()) / float64(len(list)) }
		ours, base = append(ours, each(again)), append(base, each(hash))
		wall, least = append(wall, milliseconds(again.wall)/float64(len(list))), append(least, milliseconds(hash.wall)/float64(len(list)))
	}
	b.found("again", middle(ours.over(base), fmt.Sprintf("%.2f ms against %.2f ms of CPU a document of %.0f kB; wall %.2f against %.2f ms", ours.median(), base.median(), float64(bytesOf(list))/1000/float64(len(list)), wall.median(), least.median())))
	return p.stop()
}

// measureGrowth sends the same new documents to the smallest and to the largest register in turn.
func (b *bench) measureGrowth(ctx context.Context) error {
	if len(b.sizes) < 2 {
		b.notes = append(b.notes, "Growth needs two sizes.")
		return nil
	}
	var dbs []*registerDB
	var programs []*program
	for _, size := range []national.Size{b.sizes[0], b.largest()} {
		db, err := b.filled(ctx, size)
		if err != nil {
			return err
		}
		defer db.close()
		p, err := startProgram(db.dsn, 1, "")
		if err != nil {
			return err
		}
		defer p.stop() //nolint:errcheck // a child without input ends
		dbs, programs = append(dbs, db), append(programs, p)
	}
	costs := make([]sample, 2)
	// Documents that nobody has: far beyond those of the size, and others in each run, so that a kept register can be measured again.
	var offset int
	if err := dbs[1].pool.QueryRow(ctx, `SELECT count(*) FROM sboms`).Scan(&offset); err != nil {
		return err
	}
	from := 1_000_000 + offset
	for round := range b.opts.Rounds + 1 {
		for i, db := range dbs {
			first, err := db.spareReleases(ctx, perBatch)
			if err != nil {
				return err
			}
			start := from + round*perBatch
			list, err := parcels(dbs[1].national, start, start+perBatch, func(d int) int64 { return first + int64(d-start) })
			if err != nil {
				return err
			}
			cost, err := b.measured(programs[i], receive, list, false)
			if err != nil {
				return err
			}
			if round > 0 {
				costs[i] = append(costs[i], cost.each(cost.cpu()))
			}
		}
	}
	b.found("growth", middle(costs[1].over(costs[0]), fmt.Sprintf("the same new documents to both in turn: %.1f µs a package at %s, %.1f µs at %s; a smaller register knows fewer components", costs[1].median(), b.largest().Name, costs[0].median(), b.sizes[0].Name)))
	return nil
}
