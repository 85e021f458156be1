package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Harvest is one run over the addresses of a publisher, or of all.
type Harvest struct {
	ID          int64        `json:"id"`
	PublisherID *int64       `json:"publisherId" doc:"null: every active publisher"`
	Publisher   string       `json:"publisher"`
	State       HarvestState `json:"state"`
	Found       int          `json:"found" doc:"Repositories to visit; 0 until the hosts have been asked"`
	Visited     int          `json:"visited"`
	Changed     int          `json:"changed" doc:"Repositories that had something new"`
	Failed      int          `json:"failed" doc:"Lines of the intake log with failed=yes: repositories and addresses of hosts that an owner has to mend"`
	Detail      string       `json:"detail"`
	CreatedAt   time.Time    `json:"createdAt"`
	StartedAt   *time.Time   `json:"startedAt"`
	EndedAt     *time.Time   `json:"endedAt"`
}

func shapeHarvest(h *store.HarvestRow) Harvest {
	return Harvest{ID: h.ID, PublisherID: h.PublisherID, Publisher: h.Publisher, State: HarvestState(h.State), Found: h.Found, Visited: h.Visited, Changed: h.Changed, Failed: h.Failed, Detail: h.Detail, CreatedAt: utc(h.CreatedAt), StartedAt: instant(h.StartedAt), EndedAt: instant(h.EndedAt)}
}

// Visit is one line of the intake log: what happened when an address was asked.
type Visit struct {
	ID           int64        `json:"id"`
	HarvestID    *int64       `json:"harvestId"`
	PublisherID  *int64       `json:"publisherId"`
	RepositoryID *int64       `json:"repositoryId" doc:"null: a host was asked for its list"`
	URL          string       `json:"url"`
	Outcome      VisitOutcome `json:"outcome"`
	Detail       string       `json:"detail" doc:"What happened"`
	Cure         string       `json:"cure" doc:"How to mend it; empty when there is nothing to mend"`
	Remarks      int          `json:"remarks" doc:"On the file that describes the software"`
	Milliseconds int64        `json:"milliseconds"`
	VisitedAt    time.Time    `json:"visitedAt"`
}

func shapeVisit(v *store.VisitRow) Visit {
	return Visit{ID: v.ID, HarvestID: v.HarvestID, PublisherID: v.PublisherID, RepositoryID: v.RepositoryID, URL: v.URL, Outcome: VisitOutcome(v.Outcome), Detail: v.Detail, Cure: v.Cure, Remarks: v.Remarks, Milliseconds: v.Took.Milliseconds(), VisitedAt: utc(v.At)}
}

func (a *api) harvests() {
	const tag = "Harvests"
	get(a, "/harvests", about{id: "listHarvests", tag: tag, summary: "List harvests", text: "The newest first. Each counts what you may see: its lines are at /visits."}, a.listHarvests)
	post(a, "/harvests", about{id: "askHarvest", tag: tag, summary: "Have repositories harvested", status: 202, text: "In the background: the addresses of a publisher, or with publisherId absent those of all, which is for the open source programme office."}, a.askHarvest)
	get(a, "/harvests/{id}", about{id: "getHarvest", tag: tag, summary: "How far a harvest is"}, a.getHarvest)
	post(a, "/harvests/{id}/transitions", about{id: "cancelHarvest", tag: tag, summary: "Cancel a harvest", text: "It stops after the repositories it is at; what was read stays."}, a.cancelHarvest)
	get(a, "/visits", about{id: "listVisits", tag: tag, summary: "The intake log", text: "What happened at each address, when, and how to mend it; the newest first."}, a.listVisits)
}

func (a *api) listHarvests(ctx context.Context, in *struct {
	Publisher int64 `query:"publisher" minimum:"1"`
	Paging
}) (*Page[Harvest], error) {
	l, err := a.Store.Harvests(ctx, viewer(ctx), in.Publisher, in.page())
	return page(ctx, l, shapeHarvest), err
}

// HarvestWish says whose addresses to go over.
type HarvestWish struct {
	PublisherID int64 `json:"publisherId,omitempty" minimum:"1" doc:"All active publishers when absent"`
}

func (a *api) askHarvest(ctx context.Context, in *struct{ Body Body[HarvestWish] }) (*struct{ Body Harvest }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	h, err := a.Register.AskHarvest(ctx, viewer(ctx), in.Body.Value.PublisherID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Harvest }{shapeHarvest(h)}, nil
}

func (a *api) getHarvest(ctx context.Context, in *struct{ ID }) (*struct{ Body Harvest }, error) {
	h, err := a.Store.Harvest(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Harvest }{shapeHarvest(h)}, nil
}

// HarvestTransition cancels a harvest.
type HarvestTransition struct {
	To string `json:"to" enum:"cancelled"`
}

func (a *api) cancelHarvest(ctx context.Context, in *struct {
	ID
	Body Body[HarvestTransition]
}) (*struct{ Body Harvest }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	h, err := a.Register.CancelHarvest(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Harvest }{shapeHarvest(h)}, nil
}

func (a *api) listVisits(ctx context.Context, in *struct {
	Harvest    int64        `query:"harvest" minimum:"1"`
	Publisher  int64        `query:"publisher" minimum:"1"`
	Repository int64        `query:"repository" minimum:"1"`
	Outcome    VisitOutcome `query:"outcome"`
	Failed     YesNo        `query:"failed" doc:"yes: only what an owner has to mend"`
	Paging
}) (*Page[Visit], error) {
	l, err := a.Store.Visits(ctx, viewer(ctx), models.VisitFilter{Harvest: in.Harvest, Publisher: in.Publisher, Repository: in.Repository, Outcome: models.VisitOutcome(in.Outcome), Failed: in.Failed == YesNo(models.Yes), Page: in.page()})
	return page(ctx, l, shapeVisit), err
}
