package register

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// HarvestJob asks for a harvest to be run; see RunHarvest.
type HarvestJob struct {
	HarvestID int64 `json:"harvestId"`
}

// Kind names the job in the queue.
func (HarvestJob) Kind() string { return "harvest" }

// HarvestQueue is the queue of harvests, so that hours of waiting for hosts keep nobody's document waiting.
const HarvestQueue = "harvest"

// InsertOpts puts the job in its queue.
func (HarvestJob) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: HarvestQueue} }

// AskHarvest has the addresses of a publisher gone over in the background, or those of all active publishers when publisher is 0.
func (r *Register) AskHarvest(ctx context.Context, by models.Viewer, publisher int64) (*store.HarvestRow, error) {
	h := &models.Harvest{PublisherID: optional(publisher), AskedByID: optional(by.UserID), AskedByName: by.Name, State: models.HarvestWaiting, CreatedAt: r.now().Truncate(time.Microsecond)}
	var row *store.HarvestRow
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		h.ID = 0
		title, agency := "all publishers", int64(0)
		if publisher != 0 {
			p, err := tx.Publisher(ctx, by, publisher)
			if err != nil {
				return err
			}
			title, agency = p.Name, p.AgencyID
		}
		if err := may(by, models.WriteRepository, agency, "have these repositories harvested"); err != nil {
			return err
		}
		if err := tx.CreateHarvest(ctx, h); err != nil {
			return err
		}
		if _, err := tx.Queue(ctx, HarvestJob{h.ID}); err != nil {
			return err
		}
		if err := record(ctx, tx, by, event{action: "harvest.asked", noun: "harvest", id: h.ID, title: title, agency: agency, to: models.VisiblePublic}); err != nil {
			return err
		}
		var err error
		row, err = tx.Harvest(ctx, by, h.ID)
		return err
	})
	return row, err
}

// CancelHarvest stops a harvest after the repositories it is at; what was read stays.
func (r *Register) CancelHarvest(ctx context.Context, by models.Viewer, id int64) (*store.HarvestRow, error) {
	var row *store.HarvestRow
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, "harvests", id); err != nil {
			return err
		}
		if _, err := tx.Harvest(ctx, by, id); err != nil {
			return err
		}
		h, err := tx.Harvest(ctx, models.SystemViewer(""), id) // with all that it counts, which is stored again
		if err != nil {
			return err
		}
		if err := may(by, models.WriteRepository, h.AgencyID, "cancel this harvest"); err != nil {
			return err
		}
		if h.EndedAt != nil {
			return models.Refuse(models.Conflict, "harvest-ended", "This harvest has ended already.")
		}
		if err := r.endHarvest(ctx, tx, by, h, models.HarvestCancelled, "Cancelled by "+orElse(by.Name, "a person")+"."); err != nil {
			return err
		}
		row, err = tx.Harvest(ctx, by, id)
		return err
	})
	return row, err
}

// endHarvest notes that a harvest is over, with its event.
func (r *Register) endHarvest(ctx context.Context, tx *store.Tx, by models.Viewer, h *store.HarvestRow, state models.HarvestState, detail string) error {
	now := r.now().Truncate(time.Microsecond)
	h.State, h.EndedAt, h.Detail = state, &now, detail
	if err := tx.SaveHarvest(ctx, &h.Harvest); err != nil {
		return err
	}
	return record(ctx, tx, by, event{action: "harvest.ended", noun: "harvest", id: h.ID, title: orElse(h.Publisher, "all publishers"), agency: h.AgencyID, to: models.VisiblePublic,
		after: map[string]any{"state": h.State, "visited": h.Visited, "changed": h.Changed, "failed": h.Failed}})
}

// ResumeHarvests takes up harvests that a program left when it was killed: those that nobody is at work on go on where they were. It gives how many.
func (r *Register) ResumeHarvests(ctx context.Context) (int, error) {
	left, err := r.store.AbandonedHarvests(ctx)
	if err != nil {
		return 0, err
	}
	resumed := 0
	for _, id := range left {
		release, free, err := r.store.TryHoldHarvest(ctx, id)
		if err != nil {
			return resumed, err
		}
		if !free {
			continue
		}
		release() // before its job is in the queue: whoever takes that finds the harvest free
		if err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			_, err := tx.Queue(ctx, HarvestJob{id})
			return err
		}); err != nil {
			return resumed, err
		}
		resumed++
	}
	return resumed, nil
}

// HarvestDue starts a harvest of all publishers when the last one is older than the interval that was set. It gives how many it asked for.
func (r *Register) HarvestDue(ctx context.Context) (int, error) {
	if r.harvesting.Every <= 0 {
		return 0, nil
	}
	last, err := r.store.LastHarvest(ctx)
	if err != nil || r.now().Sub(last) < r.harvesting.Every {
		return 0, err
	}
	some, err := r.store.Publishers(ctx, models.Viewer{}, models.PublisherFilter{Active: true, Page: models.Page{Limit: 1}})
	if err != nil {
		return 0, err
	}
	if alone, err := r.store.Repositories(ctx, models.SystemViewer(""), models.RepositoryFilter{Page: models.Page{Limit: 1}}); err != nil || len(some.Items)+len(alone.Items) == 0 {
		return 0, err
	}
	if _, err := r.AskHarvest(ctx, models.SystemViewer("Harvest by the clock"), 0); models.IsKind(err, models.Conflict) {
		return 0, nil // one waits or runs
	} else if err != nil {
		return 0, fmt.Errorf("asking for a harvest: %w", err)
	}
	return 1, nil
}
