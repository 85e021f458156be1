package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ospo-register/ospo/bench/national"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// serving is a server in a process of its own.
type serving struct {
	cmd     *exec.Cmd
	address string
}

// freeAddress is one that nothing listens on now.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// serve starts the register as it is shipped on a database.
func (b *bench) serve(ctx context.Context, db *registerDB) (*serving, error) {
	program, err := b.program(ctx)
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "serve")
	cmd.Env = append(os.Environ(), "OSPO_DATABASE_URL="+db.dsn, "OSPO_LISTEN="+address, "OSPO_LOG_LEVEL=warn", "OSPO_HARVEST_EVERY=0")
	s, err := b.start(ctx, cmd, address)
	if err != nil {
		return nil, err
	}
	if err := db.judged(ctx); err != nil {
		return nil, err
	}
	return s, s.settle(ctx)
}

// judged waits until the program has judged everything by its licence policies, as it does when it first serves a register.
func (r *registerDB) judged(ctx context.Context) error {
	for {
		_, behind, err := register.New(r.store).JudgedUpTo(ctx)
		if err != nil || behind == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// settle waits until the program has nothing to do: it builds its index after it has begun to answer.
func (s *serving) settle(ctx context.Context) error {
	var before time.Duration
	for quiet := 0; quiet < 3 && ctx.Err() == nil; time.Sleep(300 * time.Millisecond) {
		now, err := cpuOf(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if quiet++; now-before > 15*time.Millisecond {
			quiet = 0
		}
		before = now
	}
	return ctx.Err()
}

// bare starts the handlers that ours are compared with.
func (b *bench) bare(ctx context.Context, db *registerDB) (*serving, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	return b.start(ctx, exec.Command(self, "bare", "--dsn", db.dsn, "--listen", address), address)
}

// asStaff measures a register of a size while it is served; header lets staff of the programme office ask, who see everything.
func (b *bench) asStaff(ctx context.Context, size national.Size, measure func(ctx context.Context, db *registerDB, server *serving, header string) error) error {
	db, err := b.filled(ctx, size)
	if err != nil {
		return err
	}
	defer db.close()
	server, err := b.serve(ctx, db)
	if err != nil {
		return err
	}
	defer server.stop()
	header, err := db.staff(ctx)
	if err != nil {
		return err
	}
	return measure(ctx, db, server, header)
}

// besideBare measures the largest register beside a handler that only asks the same database.
func (b *bench) besideBare(ctx context.Context, measure func(ctx context.Context, ours, bare *serving) error) error {
	db, err := b.filled(ctx, b.largest())
	if err != nil {
		return err
	}
	defer db.close()
	ours, err := b.serve(ctx, db)
	if err != nil {
		return err
	}
	defer ours.stop()
	bare, err := b.bare(ctx, db)
	if err != nil {
		return err
	}
	defer bare.stop()
	return measure(ctx, ours, bare)
}

// start waits until the server listens.
func (b *bench) start(ctx context.Context, cmd *exec.Cmd, address string) (*serving, error) {
	log, err := os.Create(filepath.Join(b.dir, filepath.Base(cmd.Path)+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &serving{cmd, address}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return s, conn.Close()
		}
	}
	s.stop()
	said, err := os.ReadFile(log.Name())
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s does not listen: %s", filepath.Base(cmd.Path), said)
}

func (s *serving) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	_ = s.cmd.Wait()
}

// cpu presses a server and says besides what each request has cost it and Postgres, in microseconds.
func (b *bench) cpu(ctx context.Context, s *serving, questions []question, clients int, lasting time.Duration, status int) (load, float64, error) {
	m, err := b.meter(s.cmd.Process.Pid)
	if err != nil {
		return load{}, 0, err
	}
	l, err := press(ctx, s.address, questions, clients, lasting, status)
	if err != nil {
		return l, 0, err
	}
	cost, err := m.since(l.requests)
	return l, cost.each(cost.cpu()), err
}

// staff makes a member of the open source programme office and gives the header by which they are known.
func (r *registerDB) staff(ctx context.Context) (string, error) {
	reg, by := register.New(r.store), models.SystemViewer("bench")
	u := &models.User{Email: fmt.Sprintf("staff-%d@bench.national.example", time.Now().UnixNano()), Name: "Staff"}
	if err := reg.CreateUser(ctx, by, u); err != nil {
		return "", err
	}
	if err := reg.GiveRole(ctx, by, &models.Membership{UserID: u.ID, Role: models.OSPOStaff}); err != nil {
		return "", err
	}
	person, err := r.store.Viewer(ctx, u.ID)
	if err != nil {
		return "", err
	}
	secret, err := reg.CreateToken(ctx, person, &models.Token{Name: "bench", Actions: []string{string(models.ReadGovernment)}, ExpiresAt: time.Now().AddDate(0, 1, 0)})
	return "X-Api-Key: " + secret, err
}
