package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/bench/national"
)

// spent is what some work has cost.
type spent struct {
	wall, program, postgres time.Duration
	packages                int
}

func (s spent) cpu() time.Duration { return s.program + s.postgres }

// each is a cost in microseconds a package.
func (s spent) each(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(s.packages)
}

// meter reads the clocks now; since gives what has passed.
type meter struct {
	server *postgres
	pid    int
	at     time.Time
	spent  spent
}

func (b *bench) meter(pid int) (*meter, error) {
	m := &meter{server: b.server, pid: pid, at: time.Now()}
	var err error
	if m.spent.program, err = cpuOf(pid); err != nil {
		return nil, err
	}
	m.spent.postgres, err = cpuOfServer(b.server.postmaster)
	return m, err
}

func (m *meter) since(packages int) (spent, error) {
	wall := time.Since(m.at)
	program, err := cpuOf(m.pid)
	if err != nil {
		return spent{}, err
	}
	server, err := cpuOfServer(m.server.postmaster)
	return spent{wall, program - m.spent.program, server - m.spent.postgres, packages}, err
}

// perBatch is how many documents are made ready at a time: they are in this process's memory then, not in the program's.
const perBatch = 50

// parcels makes ready some documents of a government.
func parcels(n *national.National, from, to int, release func(i int) int64) ([]parcel, error) {
	var list []parcel
	for i := from; i < to; i++ {
		var body bytes.Buffer
		if err := n.Document(i).Write(&body, national.SPDX2); err != nil {
			return nil, err
		}
		list = append(list, parcel{release(i), body.Bytes()})
	}
	return list, nil
}

func bytesOf(list []parcel) (n int) {
	for _, p := range list {
		n += len(p.body)
	}
	return n
}

// measured sends documents and says what that cost.
func (b *bench) measured(p *program, t task, list []parcel, again bool) (spent, error) {
	m, err := b.meter(p.cmd.Process.Pid)
	if err != nil {
		return spent{}, err
	}
	packages, err := p.send(t, list, again)
	if err != nil {
		return spent{}, err
	}
	return m.since(packages)
}

// ingested is what filling a register has cost, batch by batch.
type ingested struct {
	size     national.Size
	batches  []spent
	copies   sample // rows a second by raw COPY
	rates    sample // packages a second in the batch that went with it
	floor    floor
	peak     int64 // bytes
	stored   []relation
	packages int
}

// half is the second half of the batches: by then most components are known.
func (g *ingested) half() []spent { return g.batches[len(g.batches)/2:] }

func (g *ingested) cpu() sample {
	var s sample
	for _, batch := range g.half() {
		s = append(s, batch.each(batch.cpu()))
	}
	return s
}

// ingest fills a register of the size with all documents.
func (b *bench) ingest(ctx context.Context, size national.Size) (*ingested, error) {
	n := national.New(size, b.opts.Seed)
	db, err := b.server.found(ctx, databaseOf(size), n)
	if err != nil {
		return nil, err
	}
	defer db.close()
	b.say("%s: agencies, software, releases and deployments are in; now %d documents", size.Name, size.Documents)
	p, err := startProgram(db.dsn, 2, b.profile("ingest-"+size.Name))
	if err != nil {
		return nil, err
	}
	defer p.stop() //nolint:errcheck // asked below; this is for the ways out before
	g := &ingested{size: size}
	every := max(1, size.Documents/perBatch/12)
	for from := 0; from < size.Documents; from += perBatch {
		to := min(from+perBatch, size.Documents)
		list, err := parcels(n, from, to, func(i int) int64 { return int64(size.ReleaseOf(i)) + 1 })
		if err != nil {
			return nil, err
		}
		batch, err := b.measured(p, receive, list, false)
		if err != nil {
			return nil, err
		}
		g.batches, g.packages = append(g.batches, batch), g.packages+batch.packages
		if len(g.batches)%every == 0 && from >= size.Documents/2 {
			rate, err := copyRate(ctx, db, from, to)
			if err != nil {
				return nil, err
			}
			g.copies, g.rates = append(g.copies, rate), append(g.rates, float64(batch.packages)/batch.wall.Seconds())
		}
		if len(g.batches)%20 == 0 {
			b.say("%s: %d documents, %.1f µs of CPU a package (program %.1f, Postgres %.1f), %.0f packages/s", size.Name, to, batch.each(batch.cpu()), batch.each(batch.program), batch.each(batch.postgres), float64(batch.packages)/batch.wall.Seconds())
		}
	}
	if g.peak, err = peakOf(p.cmd.Process.Pid); err != nil {
		return nil, err
	}
	if g.floor, err = measureFloor(n); err != nil {
		return nil, err
	}
	if g.stored, err = storedBytes(ctx, db); err != nil {
		return nil, err
	}
	return g, p.stop()
}

// copyRate is how many rows a second COPY brings into a table without indexes: the packages of the documents, 8 columns.
func copyRate(ctx context.Context, db *registerDB, from, to int) (float64, error) {
	var rows [][]any
	for i := from; i < to; i++ {
		d := db.national.Document(i)
		for k := range d.Packages() {
			p := d.Package(k)
			rows = append(rows, []any{int64(i), int32(k), p.PURL, p.Name, p.Version, p.Supplier, p.License, p.SHA256[:16]})
		}
	}
	conn, err := pgx.Connect(ctx, db.dsn)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS bench_rows (sbom_id bigint, ordinal int, purl text, name text, version text, supplier text, license text, hash bytea)`); err != nil {
		return 0, err
	}
	start := time.Now()
	if _, err := conn.CopyFrom(ctx, pgx.Identifier{"bench_rows"}, []string{"sbom_id", "ordinal", "purl", "name", "version", "supplier", "license", "hash"}, pgx.CopyFromRows(rows)); err != nil {
		return 0, err
	}
	took := time.Since(start)
	_, err = conn.Exec(ctx, `DROP TABLE bench_rows`)
	return float64(len(rows)) / took.Seconds(), err
}

// relation is a table and what it takes with its indexes and what was moved out of line.
type relation struct {
	Name  string
	Bytes int64
}

// storedBytes lists what documents take: their tables, and those that they share.
func storedBytes(ctx context.Context, db *registerDB) ([]relation, error) {
	rows, err := db.pool.Query(ctx, `SELECT relname, pg_total_relation_size(oid) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND (relname LIKE 'sbom%' OR relname LIKE 'component%' OR relname LIKE 'license\_%') ORDER BY 2 DESC`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[relation])
}

func databaseOf(size national.Size) string { return fmt.Sprintf("bench_%s", size.Name) }

func (b *bench) reportIngest(g *ingested) {
	cpu := g.cpu()
	var program, server, wall sample
	for _, batch := range g.half() {
		program, server = append(program, batch.each(batch.program)), append(server, batch.each(batch.postgres))
		wall = append(wall, float64(batch.packages)/batch.wall.Seconds())
	}
	limit := g.floor.total()
	b.found("ingest-cpu", middle(cpu.times(1/limit), fmt.Sprintf("%.1f µs at %s: program %.1f, Postgres %.1f; floor on this machine %.2f µs", cpu.median(), g.size.Name, program.median(), server.median(), limit)))
	b.found("ingest-rate", middle(g.rates.over(g.copies), fmt.Sprintf("%.0f packages/s against %.0f rows/s, two workers against one connection", wall.median(), g.copies.median())))
	total := int64(0)
	t := table{title: "Stored at " + g.size.Name, head: []string{"table, with indexes", "MB", "bytes a package"}}
	for _, r := range g.stored {
		total += r.Bytes
		t.row(r.Name, fmt.Sprintf("%.1f", float64(r.Bytes)/1e6), fmt.Sprintf("%.1f", float64(r.Bytes)/float64(g.packages)))
	}
	b.found("stored", &found{value: float64(total) / 1000 / float64(g.packages), note: fmt.Sprintf("%d packages at %s", g.packages, g.size.Name)})
	b.found("memory", &found{value: float64(g.peak) / (1 << 20), note: "resident, two workers, at " + g.size.Name})
	b.table(t)
	slices := table{title: "Ingest at " + g.size.Name + ", as the register fills", head: []string{"documents", "CPU µs a package", "program", "Postgres", "packages/s"}}
	for i := range 10 {
		part := g.batches[i*len(g.batches)/10 : (i+1)*len(g.batches)/10]
		var sum spent
		for _, s := range part {
			sum.wall, sum.program, sum.postgres, sum.packages = sum.wall+s.wall, sum.program+s.program, sum.postgres+s.postgres, sum.packages+s.packages
		}
		slices.row(fmt.Sprint((i+1)*g.size.Documents/10), fmt.Sprintf("%.1f", sum.each(sum.cpu())), fmt.Sprintf("%.1f", sum.each(sum.program)), fmt.Sprintf("%.1f", sum.each(sum.postgres)), fmt.Sprintf("%.0f", float64(sum.packages)/sum.wall.Seconds()))
	}
	b.table(slices)
	b.table(g.floor.table())
}
