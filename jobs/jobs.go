// Package jobs says what runs by itself: background and timed work. Each piece is a call into register, which decides and
// writes; here is only when it happens and how often it is tried.
//
// It holds no rules and reads no tables. Start with Start.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Deps is what the work needs.
type Deps struct {
	Store    *store.Store
	Register *register.Register
	Log      *slog.Logger
	Limits   register.Limits // of one document
	Workers  int             // documents read at the same time; 0: two
}

// Runner works the queue until Stop.
type Runner struct {
	client *river.Client[pgx.Tx]
	stop   context.CancelFunc // of following
	ended  chan struct{}      // closed when following has ended
}

// longest bounds one try of one job; the reader's own limit of time is shorter.
const longest = 30 * time.Minute

// Start begins to work: jobs that wait are taken up at once, several nodes share them.
func Start(ctx context.Context, d Deps) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &readDelivery{deps: d})
	river.AddWorker(workers, &resume{deps: d})
	river.AddWorker(workers, &retain{deps: d})
	river.AddWorker(workers, &expire{deps: d})
	if d.Workers <= 0 {
		d.Workers = 2
	}
	client, err := d.Store.JobClient(&river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: d.Workers}, timed: {MaxWorkers: 1}},
		Workers:              workers,
		Logger:               slog.New(quiet{d.Log.Handler()}),
		JobTimeout:           longest,
		RescueStuckJobsAfter: 2 * longest,
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(20*time.Second), func() (river.JobArgs, *river.InsertOpts) { return resumeJob{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour), func() (river.JobArgs, *river.InsertOpts) { return retainJob{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
			river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return expireJob{}, once }, &river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
	if err != nil {
		return nil, err
	}
	if err := client.Start(ctx); err != nil {
		return nil, fmt.Errorf("starting background work: %w", err)
	}
	following, stop := context.WithCancel(ctx)
	r := &Runner{client, stop, make(chan struct{})}
	go func() {
		defer close(r.ended)
		follow(following, d)
	}()
	return r, nil
}

// Stop lets the jobs under way end, and cuts them short when ctx ends; what is cut short waits for the next start.
func (r *Runner) Stop(ctx context.Context) error {
	r.stop() // a batch that is cut short is judged again
	<-r.ended
	if err := r.client.Stop(ctx); err == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return r.client.StopAndCancel(last)
}

// timed is the queue of work by the clock, so that a long document never keeps it waiting.
const timed = "timed"

// once keeps a piece of timed work from piling up, and from being tried again before its next time comes.
var once = &river.InsertOpts{Queue: timed, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: 10 * time.Second}}

type readDelivery struct {
	river.WorkerDefaults[register.ReadDeliveryJob]
	deps Deps
}

func (w *readDelivery) Work(ctx context.Context, job *river.Job[register.ReadDeliveryJob]) error {
	return w.deps.Register.ReadDelivery(ctx, job.Args.DeliveryID, w.deps.Limits)
}

type resumeJob struct{}

func (resumeJob) Kind() string { return "resume-deliveries" }

type resume struct {
	river.WorkerDefaults[resumeJob]
	deps Deps
}

func (w *resume) Work(ctx context.Context, _ *river.Job[resumeJob]) error {
	n, err := w.deps.Register.ResumeDeliveries(ctx)
	if n > 0 {
		w.deps.Log.Info("deliveries taken up again", "count", n)
	}
	return err
}

type retainJob struct{}

func (retainJob) Kind() string { return "retain" }

type retain struct {
	river.WorkerDefaults[retainJob]
	deps Deps
}

func (w *retain) Work(ctx context.Context, _ *river.Job[retainJob]) error {
	n, err := w.deps.Register.Retain(ctx)
	if n > 0 {
		w.deps.Log.Info("documents reduced by retention rules", "count", n)
	}
	return err
}

type expireJob struct{}

func (expireJob) Kind() string { return "expire-exemptions" }

type expire struct {
	river.WorkerDefaults[expireJob]
	deps Deps
}

func (w *expire) Work(ctx context.Context, _ *river.Job[expireJob]) error {
	n, err := w.deps.Register.ExpireExemptions(ctx)
	if n > 0 {
		w.deps.Log.Info("exemptions expired", "count", n)
	}
	return err
}

// quiet passes on warnings and errors of the queue; its daily life is no news.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
