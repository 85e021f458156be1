package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// pushedTo is how many repositories are pushed to before the last harvest.
const pushedTo = 10

// harvested is a register with one publisher, whose code lies on a host in a process of its own.
type harvested struct {
	b         *bench
	db        *registerDB
	host      *serving
	reg       *register.Register
	by        models.Viewer
	publisher int64
}

// outing is what one harvest took.
type outing struct {
	took     time.Duration
	program  time.Duration // CPU
	postgres time.Duration
	host     time.Duration
	asked    requestsFor
	rows     map[string]int64 // written, by table
	harvest  models.Harvest
	outcomes map[string]int
	again    int // visits beyond one a repository
	load     string
}

// measureHarvest goes over the invented repositories with the program as it is shipped: kills it in the middle and starts it again, then goes over them
// when nothing was pushed, and when something was.
func (b *bench) measureHarvest(ctx context.Context) error {
	h, commits, err := b.codeToHarvest(ctx)
	if err != nil {
		return err
	}
	defer h.db.close()
	defer h.host.stop()
	t := table{title: "Harvest", head: []string{"harvest", "s", "visited", "with something new", "failed", "asked what it speaks", "calls of git-upload-pack", "rows written", "CPU s: program", "Postgres", "the host of code", "load average"},
		note: fmt.Sprintf("%d repositories of real git over HTTP on this machine, %d commits in all; most have a few dozen commits, %d have hundreds and a few thousands. One in twenty is broken: gone, hangs until the register gives up (30 s), "+
			"unreadable publiccode.yml, nothing pushed, a publiccode.yml of 34 MB, leads to an address that is never asked. The program is cmd/ospo, with four visits at a time; the host of code runs git on the same two cores. Wanted is a first harvest under 5 minutes. "+
			"“Cut short” is killed (SIGKILL) when two fifths were visited, and started again: the time is that of both together. Of the calls of git-upload-pack one a repository lists its branches and tags, the others fetch. Rows written are those inserted, updated and deleted in all tables. Measured on %s with `--only harvest`.",
			repositories, commits, repositories/17, b.begun.UTC().Format("2 January 2006"))}
	for _, step := range []struct {
		what   string
		kill   bool
		before func() error
	}{
		{what: "first, cut short", kill: true},
		{what: "second, nothing pushed"},
		{what: fmt.Sprintf("third, %d were pushed to", pushedTo), before: func() error { return h.pushSome(ctx) }},
	} {
		if step.before != nil {
			if err := step.before(); err != nil {
				return err
			}
		}
		o, err := h.outing(ctx, step.kill)
		if err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
		rows := int64(0)
		for _, n := range o.rows {
			rows += n
		}
		t.row(step.what, fmt.Sprintf("%.0f", o.took.Seconds()), fmt.Sprint(o.harvest.Visited), fmt.Sprint(o.harvest.Changed), fmt.Sprint(o.harvest.Failed), fmt.Sprint(o.asked.Refs), fmt.Sprint(o.asked.Packs), fmt.Sprint(rows),
			fmt.Sprintf("%.1f", o.program.Seconds()), fmt.Sprintf("%.1f", o.postgres.Seconds()), fmt.Sprintf("%.1f", o.host.Seconds()), o.load)
		b.notes = append(b.notes, fmt.Sprintf("Harvest, %s: outcomes %v; %d visited more than once; rows written %v; lists asked for %d.", step.what, o.outcomes, o.again, o.rows, o.asked.Lists))
		b.say("%s", b.notes[len(b.notes)-1])
	}
	b.table(t)
	return nil
}

// codeToHarvest makes the repositories, starts their host, and registers who publishes there.
func (b *bench) codeToHarvest(ctx context.Context) (h *harvested, commits int, err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, 0, err
	}
	dir := filepath.Join(b.dir, "code")
	b.say("making %d repositories", repositories)
	if commits, err = makeCode(ctx, dir, "http://"+address); err != nil {
		return nil, 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, 0, err
	}
	h = &harvested{b: b}
	if h.host, err = b.start(ctx, exec.Command(self, "code-host", "--dir", dir, "--listen", address), address); err != nil {
		return nil, 0, err
	}
	const database = "bench_harvest"
	if err := b.server.create(ctx, database); err != nil {
		return nil, 0, err
	}
	if h.db, err = b.server.connect(ctx, database, nil); err != nil {
		return nil, 0, err
	}
	h.reg = register.New(h.db.store)
	agency := &models.Agency{Name: "Digital Authority", Code: "NB-1", URI: "https://www.national.example/agency/1", Kind: models.Authority}
	system := models.SystemViewer("bench")
	if err := h.reg.RegisterAgency(ctx, system, agency); err != nil {
		return nil, 0, err
	}
	person := &models.User{Email: "registrar@national.example", Name: "Registrar"}
	if err := h.reg.CreateUser(ctx, system, person); err != nil {
		return nil, 0, err
	}
	if err := h.reg.GiveRole(ctx, system, &models.Membership{UserID: person.ID, Role: models.OSPOStaff}); err != nil {
		return nil, 0, err
	}
	if h.by, err = h.db.store.Viewer(ctx, person.ID); err != nil {
		return nil, 0, err
	}
	p := &models.Publisher{AgencyID: agency.ID, Name: "Digital Authority", Active: true, Hostings: []models.CodeHosting{{URL: "http://" + address + "/" + codeGroup, Host: models.Gitea, Group: true}}}
	err = h.reg.RegisterPublisher(ctx, h.by, p)
	h.publisher = p.ID
	return h, commits, err
}

func (h *harvested) pushSome(ctx context.Context) error {
	left := pushedTo
	for i, m := range madeRepositories() {
		if strings.HasPrefix(m.name, "desk") && i%(repositories/pushedTo) == 1 && left > 0 {
			if err := push(ctx, filepath.Join(h.b.dir, "code"), m.name); err != nil {
				return err
			}
			left--
		}
	}
	if left > 0 {
		return fmt.Errorf("%d too few were pushed to", left)
	}
	return nil
}

// program starts the register as it is shipped.
func (h *harvested) program(ctx context.Context) (*serving, error) {
	program, err := h.b.program(ctx)
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "serve")
	cmd.Env = append(os.Environ(), "OSPO_DATABASE_URL="+h.db.dsn, "OSPO_LISTEN="+address, "OSPO_LOG_LEVEL=warn", "OSPO_HARVEST_ALLOW_PRIVATE=true", "OSPO_HARVEST_EVERY=0")
	return h.b.start(ctx, cmd, address)
}

func (h *harvested) outing(ctx context.Context, kill bool) (*outing, error) {
	o := &outing{outcomes: map[string]int{}}
	server, err := h.program(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { server.stop() }()
	if err := server.settle(ctx); err != nil {
		return nil, err
	}
	before, err := h.accounts(ctx, server)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	row, err := h.reg.AskHarvest(ctx, h.by, h.publisher)
	if err != nil {
		return nil, err
	}
	if kill {
		if err := h.until(ctx, row.ID, func(now *models.Harvest) bool { return now.Visited >= repositories*2/5 }); err != nil {
			return nil, err
		}
		if o.program, err = cpuOf(server.cmd.Process.Pid); err != nil {
			return nil, err
		}
		o.program -= before.program
		before.program = 0
		_ = server.cmd.Process.Signal(syscall.SIGKILL)
		_ = server.cmd.Wait() // it was killed
		if server, err = h.program(ctx); err != nil {
			return nil, err
		}
	}
	if err := h.until(ctx, row.ID, func(now *models.Harvest) bool { return now.EndedAt != nil }); err != nil {
		return nil, err
	}
	o.took, o.load = time.Since(began), loadAverage()
	after, err := h.accounts(ctx, server)
	if err != nil {
		return nil, err
	}
	o.program += after.program - before.program
	o.postgres, o.host = after.postgres-before.postgres, after.host-before.host
	o.asked = requestsFor{after.asked.Lists - before.asked.Lists, after.asked.Refs - before.asked.Refs, after.asked.Packs - before.asked.Packs, after.asked.Others - before.asked.Others}
	o.rows = map[string]int64{}
	for name, n := range after.rows {
		if n -= before.rows[name]; n > 0 {
			o.rows[name] = n
		}
	}
	return o, h.said(ctx, row.ID, o)
}

// said reads what a harvest says of itself.
func (h *harvested) said(ctx context.Context, id int64, o *outing) error {
	row, err := h.db.store.Harvest(ctx, models.SystemViewer(""), id)
	if err != nil {
		return err
	}
	o.harvest = row.Harvest
	if row.State != models.HarvestDone {
		return fmt.Errorf("the harvest ended %s: %s", row.State, row.Detail)
	}
	var outcomes []byte
	if err := h.db.pool.QueryRow(ctx, `SELECT count(*) - count(DISTINCT repository_id), (SELECT jsonb_object_agg(outcome, n) FROM (SELECT outcome, count(*) AS n FROM visits WHERE harvest_id = $1 AND repository_id IS NOT NULL GROUP BY 1) o)
		FROM visits WHERE harvest_id = $1 AND repository_id IS NOT NULL`, id).Scan(&o.again, &outcomes); err != nil {
		return err
	}
	return json.Unmarshal(outcomes, &o.outcomes)
}

// until waits for a harvest to be as far as is wanted.
func (h *harvested) until(ctx context.Context, id int64, enough func(*models.Harvest) bool) error {
	for deadline := time.Now().Add(30 * time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		row, err := h.db.store.Harvest(ctx, models.SystemViewer(""), id)
		if err != nil {
			return err
		}
		if enough(&row.Harvest) {
			return nil
		}
	}
	return errors.Join(ctx.Err(), errors.New("the harvest did not get so far in 30 minutes"))
}

// accounts are counters before and after.
type accounts struct {
	program, postgres, host time.Duration
	asked                   requestsFor
	rows                    map[string]int64
}

func (h *harvested) accounts(ctx context.Context, server *serving) (a accounts, err error) {
	if a.program, err = cpuOf(server.cmd.Process.Pid); err != nil {
		return a, err
	}
	if a.postgres, err = cpuOfServer(h.b.server.postmaster); err != nil {
		return a, err
	}
	if a.host, err = cpuOfServer(h.host.cmd.Process.Pid); err != nil { // git runs below it
		return a, err
	}
	r, err := get(ctx, h.host.address, ask("/asked"))
	if err := r.good(err, ask("/asked")); err != nil {
		return a, err
	}
	if err := json.Unmarshal(r.body, &a.asked); err != nil {
		return a, err
	}
	a.rows, err = h.rowsWritten(ctx)
	return a, err
}

// rowsWritten reads the counters of the tables, which Postgres brings up to date some seconds late.
func (h *harvested) rowsWritten(ctx context.Context) (map[string]int64, error) {
	last := map[string]int64{}
	for quiet := 0; quiet < 6; time.Sleep(2 * time.Second) {
		var text []byte
		if err := h.db.pool.QueryRow(ctx, `SELECT jsonb_object_agg(relname, n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname NOT LIKE 'river%'`).Scan(&text); err != nil {
			return nil, err
		}
		now := map[string]int64{}
		if err := json.Unmarshal(text, &now); err != nil {
			return nil, err
		}
		if quiet++; !maps.Equal(now, last) {
			quiet = 0
		}
		last = now
	}
	return last, nil
}
