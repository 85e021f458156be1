package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/ospo-register/ospo/register"
)

// tell has webhooks told of events soon after they happened, until ctx ends.
func tell(ctx context.Context, d Deps) {
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = lookEvery
		_, err := d.Register.GatherWebhooks(ctx)
		if err == nil {
			_, err = d.Register.QueueWebhooks(ctx)
		}
		if err != nil && ctx.Err() == nil {
			d.Log.Warn("telling webhooks; it is tried again", "error", err)
			wait = waitAfter
		}
	}
}

// tellers is how many webhooks are sent to at the same time.
const tellers = 8

type sendWebhook struct {
	river.WorkerDefaults[register.SendWebhookJob]
	deps Deps
}

func (w *sendWebhook) Work(ctx context.Context, job *river.Job[register.SendWebhookJob]) error {
	return w.deps.Register.SendWebhook(ctx, job.Args.WebhookID)
}

type forgetMessagesJob struct{}

func (forgetMessagesJob) Kind() string { return "forget-webhook-deliveries" }
