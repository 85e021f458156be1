package jobs

import (
	"context"
	"time"
)

const (
	lookEvery = time.Second      // at whether something has happened
	waitAfter = 15 * time.Second // something went wrong
)

// follow has judged what events have changed, soon after they happened, until ctx ends. The first time it asks although nothing has happened: this
// program may know more of licences than the one before it.
func follow(ctx context.Context, d Deps) {
	begun := false
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = lookEvery
		_, behind, err := d.Register.JudgedUpTo(ctx)
		if err == nil && behind == 0 && begun {
			continue
		}
		if err == nil {
			done, judging := d.Register.JudgeChanges(ctx)
			begun = judging == nil
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
