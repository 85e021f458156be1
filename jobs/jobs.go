// Package jobs says what runs by itself: background and timed work. Each piece is a call into register, which decides and
// writes; here is only when it happens and how often it is tried.
//
// It holds no rules and reads no tables. Start with Start.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
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
	ended  chan struct{}      // closed when following and telling have ended
}

// longest bounds one try of one job; the reader's own limit of time is shorter.
const longest = 30 * time.Minute

// Start begins to work: jobs that wait are taken up at once, several nodes share them.
func Start(ctx context.Context, d Deps) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &readDelivery{deps: d})
	river.AddWorker(workers, &byClock[resumeJob]{log: d.Log, said: "deliveries taken up again", do: d.Register.ResumeDeliveries})
	river.AddWorker(workers, &byClock[retainJob]{log: d.Log, said: "documents reduced by retention rules", do: d.Register.Retain})
	river.AddWorker(workers, &byClock[expireJob]{log: d.Log, said: "exemptions expired", do: d.Register.ExpireExemptions})
	river.AddWorker(workers, &checkAttachment{deps: d})
	river.AddWorker(workers, &byClock[checkJob]{log: d.Log, said: "attachments looked at for malware", do: d.Register.CheckAttachments})
	river.AddWorker(workers, &byClock[scheduleJob]{log: d.Log, said: "deadlines of decisions worked out", do: d.Register.ScheduleDeadlines})
	river.AddWorker(workers, &byClock[remindJob]{log: d.Log, said: "reminders of deadlines written", do: d.Register.RemindDeadlines})
	river.AddWorker(workers, &byClock[lapseJob]{log: d.Log, said: "opinions lapsed", do: d.Register.LapseOpinions})
	river.AddWorker(workers, &byClock[endJob]{log: d.Log, said: "exemptions from open source first expired", do: d.Register.ExpireDecisionExemptions})
	river.AddWorker(workers, &runHarvest{deps: d})
	river.AddWorker(workers, &runReading{deps: d})
	river.AddWorker(workers, &byClock[sourceJob]{log: d.Log, said: "catalogues of other governments to be read", do: d.Register.ReadSourcesDue})
	river.AddWorker(workers, &byClock[harvestJob]{log: d.Log, said: "harvests of all publishers asked for", do: d.Register.HarvestDue})
	river.AddWorker(workers, &byClock[resumeHarvestsJob]{log: d.Log, said: "harvests taken up again", do: d.Register.ResumeHarvests})
	river.AddWorker(workers, &byClock[archiveJob]{log: d.Log, said: "released states looked up in the archive", do: d.Register.AskArchives})
	river.AddWorker(workers, &byClock[watchJob]{log: d.Log, said: "software, deployments and decisions put before the timer rules", do: d.Register.WatchRegister})
	river.AddWorker(workers, &byClock[escalateJob]{log: d.Log, said: "unanswered questions put to the programme office", do: d.Register.EscalateQuestions})
	river.AddWorker(workers, &byClock[forgetJob]{log: d.Log, said: "askers from the public forgotten", do: d.Register.DropAskers})
	river.AddWorker(workers, &byClock[callsJob]{log: d.Log, said: "calls closed on their day", do: d.Register.EndCalls})
	river.AddWorker(workers, &byClock[accessJob]{log: d.Log, said: "access to code expired", do: d.Register.ExpireAccess})
	river.AddWorker(workers, &byClock[remindAccessJob]{log: d.Log, said: "reminders of the end of access written", do: d.Register.RemindAccess})
	river.AddWorker(workers, &sendWebhook{deps: d})
	river.AddWorker(workers, &byClock[forgetMessagesJob]{log: d.Log, said: "old messages of webhooks let go", do: d.Register.ForgetWebhookDeliveries})
	if d.Workers <= 0 {
		d.Workers = 2
	}
	client, err := d.Store.JobClient(&river.Config{
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: d.Workers}, timed: {MaxWorkers: 1}, checking: {MaxWorkers: 1}, register.HarvestQueue: {MaxWorkers: 1}, register.ReadingQueue: {MaxWorkers: 1}, register.WebhookQueue: {MaxWorkers: tellers}},
		Workers:              workers,
		Logger:               slog.New(quiet{d.Log.Handler()}),
		JobTimeout:           longest,
		RescueStuckJobsAfter: 2 * longest,
		PeriodicJobs: []*river.PeriodicJob{every(20*time.Second, resumeJob{}), every(24*time.Hour, retainJob{}), every(time.Hour, expireJob{}),
			every(20*time.Second, scheduleJob{}), every(time.Hour, remindJob{}), every(time.Hour, lapseJob{}), every(time.Hour, endJob{}), every(time.Hour, escalateJob{}), every(24*time.Hour, forgetJob{}), every(time.Hour, callsJob{}), every(time.Hour, accessJob{}), every(time.Hour, remindAccessJob{}), every(20*time.Second, watchJob{}), every(20*time.Second, resumeHarvestsJob{}), every(10*time.Minute, harvestJob{}), every(10*time.Minute, sourceJob{}), every(time.Hour, archiveJob{}), every(24*time.Hour, forgetMessagesJob{}),
			river.NewPeriodicJob(river.PeriodicInterval(10*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return checkJob{}, apart }, &river.PeriodicJobOpts{RunOnStart: true})},
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
		var loops sync.WaitGroup
		loops.Go(func() { follow(following, d) })
		loops.Go(func() { tell(following, d) })
		loops.Wait()
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

// checking is the queue of looking at what nobody has looked at yet, which takes as long as the operator's program does.
const checking = "checking"

var apart = &river.InsertOpts{Queue: checking, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: 10 * time.Second}}

type readDelivery struct {
	river.WorkerDefaults[register.ReadDeliveryJob]
	deps Deps
}

func (w *readDelivery) Work(ctx context.Context, job *river.Job[register.ReadDeliveryJob]) error {
	return w.deps.Register.ReadDelivery(ctx, job.Args.DeliveryID, w.deps.Limits)
}

type checkAttachment struct {
	river.WorkerDefaults[register.CheckAttachmentJob]
	deps Deps
}

func (w *checkAttachment) Work(ctx context.Context, job *river.Job[register.CheckAttachmentJob]) error {
	return w.deps.Register.CheckAttachment(ctx, job.Args.ContentID)
}

// The kinds of timed work.
type (
	resumeJob   struct{}
	retainJob   struct{}
	expireJob   struct{}
	checkJob    struct{}
	scheduleJob struct{}
	remindJob   struct{}
	lapseJob    struct{}
	endJob      struct{}
	watchJob    struct{}

	escalateJob     struct{}
	forgetJob       struct{}
	callsJob        struct{}
	accessJob       struct{}
	remindAccessJob struct{}
	harvestJob      struct{}

	resumeHarvestsJob struct{}
	sourceJob         struct{}
	archiveJob        struct{}
)

type runReading struct {
	river.WorkerDefaults[register.SourceReadingJob]
	deps Deps
}

// Timeout is none: every address that is asked has its own limit.
func (*runReading) Timeout(*river.Job[register.SourceReadingJob]) time.Duration { return -1 }

func (w *runReading) Work(ctx context.Context, job *river.Job[register.SourceReadingJob]) error {
	return w.deps.Register.RunReading(ctx, job.Args.ReadingID)
}

type runHarvest struct {
	river.WorkerDefaults[register.HarvestJob]
	deps Deps
}

// Timeout is none: a harvest is as long as what it goes over, and every address in it has its own limit.
func (*runHarvest) Timeout(*river.Job[register.HarvestJob]) time.Duration { return -1 }

func (w *runHarvest) Work(ctx context.Context, job *river.Job[register.HarvestJob]) error {
	return w.deps.Register.RunHarvest(ctx, job.Args.HarvestID)
}

func (resumeJob) Kind() string { return "resume-deliveries" }
func (retainJob) Kind() string { return "retain" }
func (expireJob) Kind() string { return "expire-exemptions" }

func (resumeHarvestsJob) Kind() string { return "resume-harvests" }

func (harvestJob) Kind() string  { return "harvest-due" }
func (sourceJob) Kind() string   { return "read-sources-due" }
func (archiveJob) Kind() string  { return "ask-archives" }
func (checkJob) Kind() string    { return "check-attachments" }
func (scheduleJob) Kind() string { return "schedule-deadlines" }
func (remindJob) Kind() string   { return "remind-deadlines" }
func (lapseJob) Kind() string    { return "lapse-opinions" }
func (endJob) Kind() string      { return "expire-decision-exemptions" }
func (watchJob) Kind() string    { return "watch-register" }

func (escalateJob) Kind() string     { return "escalate-questions" }
func (forgetJob) Kind() string       { return "drop-askers" }
func (callsJob) Kind() string        { return "end-calls" }
func (accessJob) Kind() string       { return "expire-access" }
func (remindAccessJob) Kind() string { return "remind-access" }

// byClock is timed work: do does what there is to do and counts it.
type byClock[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	log  *slog.Logger
	said string // of what was done
	do   func(context.Context) (int, error)
}

func (w *byClock[T]) Work(ctx context.Context, _ *river.Job[T]) error {
	n, err := w.do(ctx)
	if n > 0 {
		w.log.Info(w.said, "count", n)
	}
	return err
}

// every asks for timed work at once and then again and again.
func every(wait time.Duration, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(wait), func() (river.JobArgs, *river.InsertOpts) { return args, once }, &river.PeriodicJobOpts{RunOnStart: true})
}

// quiet passes on warnings and errors of the queue; its daily life is no news.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
