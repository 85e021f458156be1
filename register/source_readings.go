package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// SourceReadingJob asks for a source to be read; see RunReading.
type SourceReadingJob struct {
	ReadingID int64 `json:"readingId"`
}

// Kind names the job in the queue.
func (SourceReadingJob) Kind() string { return "source-reading" }

// ReadingQueue is the queue of readings, so that a slow catalogue keeps nobody's document waiting.
const ReadingQueue = "reading"

// InsertOpts puts the job in its queue.
func (SourceReadingJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: ReadingQueue} }

// readsSources is who reads by the clock.
var readsSources = models.SystemViewer("Reading of other catalogues")

// AskReading has a source read in the background.
func (r *Register) AskReading(ctx context.Context, by models.Viewer, source int64, mode models.ReadingMode) (*store.ReadingRow, error) {
	run, err := r.newReading(ctx, by, source, mode, "")
	if err != nil {
		return nil, err
	}
	return r.store.Reading(ctx, run.ID)
}

func (r *Register) newReading(ctx context.Context, by models.Viewer, source int64, mode models.ReadingMode, filename string) (*models.Reading, error) {
	now := r.now().Truncate(time.Microsecond)
	run := &models.Reading{SourceID: source, AskedByID: optional(by.UserID), AskedByName: by.Name, Mode: mode, Filename: filename, State: models.HarvestWaiting, CreatedAt: now}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		run.ID = 0
		s, err := tx.Source(ctx, source)
		if err != nil {
			return err
		}
		if err := may(by, models.WriteSource, 0, "have catalogues of other governments read"); err != nil {
			return err
		}
		if filename != "" {
			run.State, run.StartedAt = models.HarvestRunning, &now
		}
		if err := tx.CreateReading(ctx, run); err != nil {
			return err
		}
		if filename == "" {
			if _, err := tx.Queue(ctx, SourceReadingJob{run.ID}); err != nil {
				return err
			}
		}
		return record(ctx, tx, by, event{action: "reading.asked", noun: "reading", id: run.ID, title: s.Name, to: models.VisiblePublic, after: map[string]any{"sourceId": source, "mode": mode, "file": filename}})
	})
	return run, err
}

// ReadSourcesDue asks for readings of the sources whose time has come, and gives up those of documents that were cut short. It gives how many it asked for.
func (r *Register) ReadSourcesDue(ctx context.Context) (int, error) {
	stale, err := r.store.CutShort(ctx, r.now().Add(-time.Hour))
	if err != nil {
		return 0, err
	}
	for _, id := range stale {
		if err := r.endReading(ctx, readsSources, id, nil, models.HarvestBroken, &forge.Problem{Outcome: models.VisitFailed, Detail: "The program ended in the middle of it.", Cure: "Bring the document again."}); err != nil {
			return 0, err
		}
	}
	if r.harvesting.Client == nil || r.harvesting.Every <= 0 {
		return 0, nil // nothing is asked by the clock here
	}
	due, err := r.store.DueSources(ctx, r.now())
	if err != nil {
		return 0, err
	}
	asked := 0
	for _, id := range due {
		if _, err := r.AskReading(ctx, readsSources, id, models.ReadingKeeps); models.IsKind(err, models.Conflict) {
			continue
		} else if err != nil {
			return asked, fmt.Errorf("asking for a reading: %w", err)
		}
		asked++
	}
	return asked, nil
}

// RunReading reads a source as a reading asks for. One that is cut short begins anew; what was kept stays, and what says the same is not written again.
func (r *Register) RunReading(ctx context.Context, id int64) error {
	release, held, err := r.store.TryHoldReading(ctx, id)
	if err != nil || !held {
		return err // another node is at it
	}
	defer release()
	source, run, err := r.startReading(ctx, id)
	if err != nil || run == nil {
		return err
	}
	c := r.newSourceReader(source, run)
	if r.harvesting.Client == nil {
		return r.endReading(ctx, readsSources, id, c, models.HarvestBroken, &forge.Problem{Outcome: models.VisitFailed, Detail: "Asking other hosts is not set up on this register.", Cure: "Bring the catalogue as a file."})
	}
	err = c.ask(ctx)
	if ctx.Err() != nil {
		return ctx.Err() // begins anew at the next start
	}
	return r.concludeReading(ctx, id, c, err)
}

func (r *Register) concludeReading(ctx context.Context, id int64, c *sourceReader, err error) error {
	var p *forge.Problem
	switch {
	case err == nil:
		return r.endReading(ctx, readsSources, id, c, models.HarvestDone, nil)
	case errors.As(err, &p):
		return r.endReading(ctx, readsSources, id, c, models.HarvestBroken, p)
	}
	return err
}

func (r *Register) startReading(ctx context.Context, id int64) (source *store.SourceRow, run *models.Reading, err error) {
	err = store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "readings", id); err != nil {
			return err
		}
		row, err := tx.Reading(ctx, id)
		if err != nil || row.EndedAt != nil {
			return err
		}
		if source, err = tx.Source(ctx, row.SourceID); err != nil {
			return err
		}
		now := r.now().Truncate(time.Microsecond)
		was := row.Reading
		run = &models.Reading{ID: was.ID, SourceID: was.SourceID, AskedByID: was.AskedByID, AskedByName: was.AskedByName, Mode: was.Mode, State: models.HarvestRunning, CreatedAt: was.CreatedAt, StartedAt: &now}
		if err := tx.ForgetReadingLines(ctx, id); err != nil {
			return err
		}
		return tx.SaveReading(ctx, run)
	})
	return source, run, err
}

// endReading notes how a reading went. Only one that came to its end says what is gone; what was kept before a failure stays.
func (r *Register) endReading(ctx context.Context, by models.Viewer, id int64, c *sourceReader, state models.HarvestState, p *forge.Problem) error {
	return store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "readings", id); err != nil {
			return err
		}
		row, err := tx.Reading(ctx, id)
		if err != nil || row.EndedAt != nil {
			return err
		}
		run := row.Reading
		if c != nil {
			c.counts(&run)
		}
		now := r.now().Truncate(time.Microsecond)
		run.State, run.EndedAt, run.Outcome = state, &now, models.VisitRead
		if p != nil {
			run.Outcome, run.Detail, run.Cure = p.Outcome, p.Detail, p.Cure
		}
		if state == models.HarvestDone && c != nil {
			if err := c.settle(ctx, tx, &run, now); err != nil {
				return err
			}
		}
		if err := tx.SaveReading(ctx, &run); err != nil || run.Mode != models.ReadingKeeps {
			return err
		}
		if c != nil {
			if err := c.noteSource(ctx, tx, &run, p, now); err != nil {
				return err
			}
		}
		return record(ctx, tx, by, event{action: "source.read", noun: "source", id: run.SourceID, title: row.Source, from: models.VisiblePublic, to: models.VisiblePublic,
			after: map[string]any{"state": run.State, "outcome": run.Outcome, "found": run.Found, "added": run.Added, "changed": run.Changed, "gone": run.Gone, "refused": run.Refused}})
	})
}

// CancelReading stops a reading that waits or runs; what was kept stays.
func (r *Register) CancelReading(ctx context.Context, by models.Viewer, id int64) (*store.ReadingRow, error) {
	row, err := r.store.Reading(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := may(by, models.WriteSource, 0, "stop readings of other catalogues"); err != nil {
		return nil, err
	}
	if row.EndedAt != nil {
		return nil, models.Refuse(models.Conflict, "reading-ended", "This reading has ended already.")
	}
	if err := r.endReading(ctx, by, id, nil, models.HarvestCancelled, &forge.Problem{Outcome: models.VisitFailed, Detail: "Stopped by " + orElse(by.Name, "a person") + "."}); err != nil {
		return nil, err
	}
	return r.store.Reading(ctx, id)
}
