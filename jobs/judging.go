package jobs

import (
	"context"
	"time"
)

const (
	lookEvery = time.Second      // at whether something has happened
	waitAfter = 15 * time.Second // something went wrong
)

// follow has judged what events have changed, soon after they happened, until ctx ends.
func follow(ctx context.Context, d Deps) {
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = lookEvery
		_, behind, err := d.Register.JudgedUpTo(ctx)
		if err == nil && behind == 0 {
			continue
		}
		if err == nil {
			done, judging := d.Register.JudgeChanges(ctx)
			if err = judging; err == nil && done.Opened+done.Closed > 0 {
				d.Log.Info("licence policies judged", "assets", done.Assets, "opened", done.Opened, "closed", done.Closed)
			}
		}
		if err != nil && ctx.Err() == nil {
			d.Log.Warn("judging licences; it is tried again", "error", err)
			wait = waitAfter
		}
	}
}
