package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/bench/national"
)

// options are what a run can be told.
type options struct {
	Size        []string `default:"S,M" help:"Sizes to fill: S, M, L. The lines of the goals table are those of the larger one."`
	Only        []string `help:"Only these measures: read, ingest, again, growth, exposure, licenses, list, growth-list, etag, answers, policies, catalogue, harvest."`
	Out         string   `type:"path" placeholder:"docs/performance.md" help:"The page to write; without it the results are only printed. With --only, the tables of those measures are renewed on it and the rest stays, the goals too."`
	Dir         string   `type:"path" help:"Where the private Postgres keeps its data from run to run. Without it a new one is made and removed."`
	DatabaseURL string   `help:"A Postgres on this machine to use instead, as a role that may make databases; it makes and drops bench_S, bench_M and bench_L."`
	Program     string   `type:"path" help:"The register to serve, built already. Without it it is built from this source."`
	Rounds      int      `default:"5" help:"How often the two sides of a pair are measured, in turn."`
	Seed        uint64   `default:"1" help:"Another seed gives another government."`
	Profiles    string   `type:"path" help:"A folder to write CPU profiles of the ingesting program into."`
}

type runCommand struct{ options }

// measure is one thing that can be measured.
type measure struct {
	name string
	do   func(*bench, context.Context) error
}

// measures are what can be measured, in the order in which they are.
var measures = []measure{
	{"read", (*bench).measureReaders},
	{"ingest", (*bench).measureIngest},
	{"again", (*bench).measureAgain},
	{"growth", (*bench).measureGrowth},
	{"exposure", (*bench).measureExposure},
	{"licenses", (*bench).measureLicenses},
	{"list", (*bench).measureList},
	{"growth-list", (*bench).measureGrowthOfList},
	{"etag", (*bench).measureUnchanged},
	{"answers", (*bench).measureAnswers},
	{"policies", (*bench).measurePolicies},
	{"catalogue", (*bench).measureCatalogue},
	{"harvest", (*bench).measureHarvest},
}

// bench is a run under way.
type bench struct {
	opts   options
	out    io.Writer
	dir    string // for what the run makes
	server *postgres
	sizes  []national.Size // from the smallest
	goals  []*goal
	tables []table
	notes  []string
	begun  time.Time
	busy   string // load average of the machine when the run began
	ospo   string // the program, built from this source
}

// Run measures.
func (c *runCommand) Run(ctx context.Context, w io.Writer) (err error) {
	b := &bench{opts: c.options, out: w, goals: goals(), begun: time.Now(), busy: loadAverage()}
	for _, name := range c.Only {
		if !slices.ContainsFunc(measures, func(m measure) bool { return m.name == name }) {
			return fmt.Errorf("there is no measure “%s”", name)
		}
	}
	for _, name := range c.Size {
		size, err := national.ParseSize(name)
		if err != nil {
			return err
		}
		b.sizes = append(b.sizes, size)
	}
	slices.SortFunc(b.sizes, func(x, y national.Size) int { return x.Documents - y.Documents })
	// Below /tmp others cannot look into; the server may run as another user.
	if b.dir, err = os.MkdirTemp("", "ospo-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := os.Chmod(b.dir, 0o711); err != nil {
		return err
	}
	data := c.Dir
	if data == "" {
		data = filepath.Join(b.dir, "postgres")
	}
	if b.server, err = startPostgres(ctx, c.DatabaseURL, data); err != nil {
		return err
	}
	defer b.server.stop()
	for _, m := range measures {
		if len(c.Only) > 0 && !slices.Contains(c.Only, m.name) {
			continue
		}
		b.say("measuring: %s", m.name)
		if failed := m.do(b, ctx); failed != nil { // what else can be measured is worth having
			err = errors.Join(err, fmt.Errorf("%s: %w", m.name, failed))
			b.notes = append(b.notes, fmt.Sprintf("%s could not be measured: %v", m.name, failed))
			b.say("%s", b.notes[len(b.notes)-1])
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(err, b.report())
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.out, "%7.1fs  %s\n", time.Since(b.begun).Seconds(), fmt.Sprintf(format, args...))
}

// found notes what was measured for a goal.
func (b *bench) found(id string, f *found) {
	for _, g := range b.goals {
		if g.id == id {
			g.measured = f
			b.say("%s: %s. %s", g.what, f.show(g.unit), f.note)
		}
	}
}

func (b *bench) table(t table) {
	b.tables = append(b.tables, t)
	fmt.Fprintln(b.out, t.markdown())
}

func (b *bench) profile(name string) string {
	if b.opts.Profiles == "" {
		return ""
	}
	return filepath.Join(b.opts.Profiles, name+".cpu.pprof")
}

// largest is the size that the lines of the goals table are of.
func (b *bench) largest() national.Size { return b.sizes[len(b.sizes)-1] }

func (b *bench) measureIngest(ctx context.Context) error {
	for _, size := range b.sizes {
		g, err := b.ingest(ctx, size)
		if err != nil {
			return err
		}
		b.reportIngest(g)
	}
	return nil
}

// filled gives the register of a size with all its documents, and fills it first when that has not been done.
func (b *bench) filled(ctx context.Context, size national.Size) (*registerDB, error) {
	n := national.New(size, b.opts.Seed)
	db, err := b.server.open(ctx, databaseOf(size), n, size.Documents)
	if !errors.Is(err, errNotLoaded) {
		return db, err
	}
	if _, err := b.ingest(ctx, size); err != nil {
		return nil, err
	}
	return b.server.open(ctx, databaseOf(size), n, size.Documents)
}

// program builds the register from this source, once.
func (b *bench) program(ctx context.Context) (string, error) {
	if b.ospo == "" {
		b.ospo = b.opts.Program
	}
	if b.ospo != "" {
		return b.ospo, nil
	}
	to := filepath.Join(b.dir, "ospo")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", to, "github.com/ospo-register/ospo/cmd/ospo")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the register (run this in its source): %w: %s", err, strings.TrimSpace(string(out)))
	}
	b.ospo = to
	return to, nil
}
