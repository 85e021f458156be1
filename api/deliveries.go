package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Delivery is a document handed in, from its arrival to its verdict.
type Delivery struct {
	ID         int64         `json:"id" example:"91"`
	Token      string        `json:"token" format:"uuid" doc:"What a pipeline polls by"`
	Door       Door          `json:"door"`
	State      DeliveryState `json:"state"`
	Code       string        `json:"code" doc:"Why nothing came of it, for programs" example:"not-an-sbom"`
	Reason     string        `json:"reason" doc:"Why nothing came of it, for people"`
	AgencyID   *int64        `json:"agencyId" doc:"Whose software it is; null until that is known"`
	Agency     string        `json:"agency"`
	AssetID    *int64        `json:"assetId"`
	Asset      string        `json:"asset"`
	ReleaseID  *int64        `json:"releaseId"`
	Release    string        `json:"release"`
	SBOMID     *int64        `json:"sbomId" doc:"The document, once it was taken"`
	Again      bool          `json:"again" doc:"These bytes were there already"`
	Filename   string        `json:"filename"`
	SHA256     string        `json:"sha256" doc:"Digest of the document, in hexadecimal"`
	Bytes      int64         `json:"bytes" doc:"Size of the document"`
	BytesRead  int64         `json:"bytesRead" doc:"How far the reading has come"`
	Attempts   int           `json:"attempts" doc:"How often it was begun to be read"`
	Sender     string        `json:"sender"`
	CreatedAt  time.Time     `json:"createdAt"`
	StartedAt  *time.Time    `json:"startedAt"`
	FinishedAt *time.Time    `json:"finishedAt"`
}

func shapeDelivery(d *store.DeliveryRow) Delivery {
	out := Delivery{ID: d.ID, Token: d.Token, Door: Door(d.Door), State: DeliveryState(d.State), Code: d.Code, Reason: d.Reason, AgencyID: d.AgencyID, Agency: d.Agency, Asset: d.Asset, ReleaseID: d.ReleaseID, Release: d.Release,
		SBOMID: d.SBOMID, Again: d.Again, Filename: d.Filename, SHA256: hex.EncodeToString(d.SHA256), Bytes: d.Bytes, BytesRead: d.BytesRead, Attempts: d.Attempts, Sender: d.Sender,
		CreatedAt: utc(d.CreatedAt), StartedAt: instant(d.StartedAt), FinishedAt: instant(d.FinishedAt)}
	if d.AssetID != 0 {
		out.AssetID = &d.AssetID
	}
	return out
}

func (a *api) deliveries() {
	const tag = "Deliveries"
	get(a, "/deliveries", about{id: "listDeliveries", tag: tag, summary: "List documents handed in", signedIn: true, text: "Newest first: your own, and those for the agencies you act for. Documents that were small enough to be read at once have no delivery."}, a.listDeliveries)
	get(a, "/deliveries/{id}", about{id: "getDelivery", tag: tag, summary: "What became of a document handed in", signedIn: true}, a.getDelivery)
	get(a, "/deliveries/{id}/events", about{id: "followDelivery", tag: tag, summary: "Follow a delivery", signedIn: true,
		text: "Server-sent events: each “progress” carries the delivery as it now is, and the stream ends when the delivery has. Lines that begin with a colon only keep the connection open."}, a.followDelivery)
	get(a, "/deliveries/{id}/transitions", about{id: "listDeliveryTransitions", tag: tag, summary: "The history of a delivery", signedIn: true}, a.listDeliveryTransitions)
	post(a, "/deliveries/{id}/transitions", about{id: "moveDelivery", tag: tag, summary: "Stop a delivery, or try it again",
		text: "To cancelled while it waits or is read; to waiting when nothing came of it. The bytes of a delivery that came to nothing are kept for 30 days."}, a.moveDelivery)
	stream := a.huma.OpenAPI().Paths["/deliveries/{id}/events"].Get.Responses["200"]
	stream.Content = map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (a *api) listDeliveries(ctx context.Context, in *struct {
	State  DeliveryState `query:"state"`
	Agency int64         `query:"agency" minimum:"1" doc:"For this agency and all below it"`
	Paging
}) (*Page[Delivery], error) {
	if err := signedIn(ctx, "see what was handed in"); err != nil {
		return nil, err
	}
	l, err := a.Store.Deliveries(ctx, viewer(ctx), store.DeliveryFilter{State: models.DeliveryState(in.State), AgencyID: in.Agency, Page: in.page()})
	return page(ctx, l, shapeDelivery), err
}

func (a *api) delivery(ctx context.Context, id int64) (*store.DeliveryRow, error) {
	if err := signedIn(ctx, "see what was handed in"); err != nil {
		return nil, err
	}
	return a.Store.Delivery(ctx, viewer(ctx), id)
}

// getDelivery answers without a mark: how far the reading has come changes without an event.
func (a *api) getDelivery(ctx context.Context, in *ID) (*struct{ Body Delivery }, error) {
	d, err := a.delivery(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Delivery }{shapeDelivery(d)}, nil
}

func (a *api) listDeliveryTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	d, err := a.delivery(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "delivery", NounID: d.ID}, in.Feed)
}

// DeliveryTransition stops a delivery or has it tried again.
type DeliveryTransition struct {
	To string `json:"to" enum:"cancelled,waiting"`
}

func (a *api) moveDelivery(ctx context.Context, in *struct {
	ID
	Body Body[DeliveryTransition]
}) (*struct{ Body Delivery }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	move := a.Register.CancelDelivery
	if in.Body.Value.To == string(models.DeliveryWaiting) {
		move = a.Register.RetryDelivery
	}
	d, err := move(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Delivery }{shapeDelivery(d)}, nil
}

// What a stream of progress costs is bounded: each asks the database a little question twice a second.
const (
	followEvery   = 500 * time.Millisecond
	heartbeat     = 15 * time.Second
	mostFollowing = 200
	longestStream = 15 * time.Minute // then the client connects again, with the rights it has by then
	writePatience = 10 * time.Second
)

// Progress is a stream of events.
type Progress struct {
	Type string `header:"Content-Type" hidden:"true"`
	Body func(huma.Context)
}

func (a *api) followDelivery(ctx context.Context, in *ID) (*Progress, error) {
	d, err := a.delivery(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &Progress{Type: "text/event-stream", Body: func(hc huma.Context) {
		hc.SetHeader("X-Accel-Buffering", "no") // nginx keeps answers back otherwise
		hc.SetStatus(http.StatusOK)
		if hc.Method() == http.MethodHead {
			return
		}
		a.follow(hc, viewer(ctx), d)
	}}, nil
}

// follow writes a delivery each time it has changed, until it has ended, the client has gone or the program ends.
func (a *api) follow(hc huma.Context, v models.Viewer, d *store.DeliveryRow) {
	ctx, cancel := context.WithTimeout(hc.Context(), longestStream)
	defer cancel()
	w := humagin.Unwrap(hc).Writer
	control := http.NewResponseController(w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }()
	say := func(format string, args ...any) bool {
		_ = control.SetWriteDeadline(time.Now().Add(writePatience)) // where it is not supported the client's going ends ctx
		_, err := fmt.Fprintf(w, format, args...)
		w.Flush()
		return err == nil
	}
	select {
	case a.following <- struct{}{}:
		defer func() { <-a.following }()
	default: // still an answer: the state as it is now, and when to come again
		say("retry: 5000\n")
		ctx, cancel = context.WithCancel(ctx)
		cancel()
	}
	tick, heart := time.NewTicker(followEvery), time.NewTicker(heartbeat)
	defer tick.Stop()
	defer heart.Stop()
	last := ""
	for {
		b, err := json.Marshal(shapeDelivery(d))
		if err != nil || string(b) != last && !say("event: progress\ndata: %s\n\n", b) || d.State.Ended() {
			return
		}
		last = string(b)
		select {
		case <-ctx.Done():
			return
		case <-a.Ending:
			return
		case <-heart.C:
			if !say(": still here\n\n") {
				return
			}
		case <-tick.C:
			if d, err = a.Store.Delivery(ctx, v, d.ID); err != nil {
				return
			}
		}
	}
}
