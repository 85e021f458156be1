package api

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Event is one line of the audit trail.
type Event struct {
	ID         int64     `json:"id" doc:"Grows in the order in which changes took effect" example:"1024"`
	OccurredAt time.Time `json:"occurredAt"`
	Action     string    `json:"action" example:"asset.changed"`
	Noun       string    `json:"noun" example:"asset"`
	NounID     int64     `json:"nounId"`
	Title      string    `json:"title" doc:"How the thing was called then; empty in a tombstone"`
	AgencyID   *int64    `json:"agencyId" doc:"The agency it concerns"`
	AssetID    *int64    `json:"assetId" doc:"The software whose history it belongs to"`
	Gone       bool      `json:"gone" doc:"A tombstone: you could see the thing before, and no longer can. Forget it"`
	Full       bool      `json:"full" doc:"You see who did it and what changed"`
	ActorID    *int64    `json:"actorId"`
	Actor      string    `json:"actor"`
	TokenID    *int64    `json:"tokenId" doc:"The API token that was used"`
	RequestID  string    `json:"requestId"`
	Before     Facts     `json:"before" doc:"The fields that changed, as they were"`
	After      Facts     `json:"after" doc:"The fields that changed, as they are since"`
}

// Facts are fields of a record by name; null when there are none, or when you may not see them.
type Facts json.RawMessage

// MarshalJSON writes what the trail keeps.
func (f Facts) MarshalJSON() ([]byte, error) { return json.RawMessage(f).MarshalJSON() }

// Schema is that of any object.
func (Facts) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Nullable: true, AdditionalProperties: true}
}

// Feed asks for a part of the events.
type Feed struct {
	After int64     `query:"after" minimum:"0" doc:"Only events after this id; with sort=latest, before it. 0 for all"`
	Limit int       `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most events at once"`
	Sort  EventSort `query:"sort" doc:"oldest when absent"`
}

// EventPage is the answer with a part of the events.
type EventPage struct {
	Link string `header:"Link" doc:"Address of the next part with rel=next, keeping every other key; absent when there is no more for now (RFC 8288)"`
	Body EventList
}

// EventList is a part of the events.
type EventList struct {
	Items []Event `json:"items"`
	Next  int64   `json:"next" doc:"The id to go on from, to be sent as after, now or whenever you ask again"`
}

func shapeEvent(e *store.EventRow) Event {
	return Event{ID: e.ID, OccurredAt: utc(e.At), Action: e.Action, Noun: e.Noun, NounID: e.NounID, Title: e.Title, AgencyID: e.AgencyID, AssetID: e.AssetID, Gone: e.Gone, Full: e.Full,
		ActorID: e.ActorID, Actor: e.ActorName, TokenID: e.TokenID, RequestID: e.RequestID, Before: Facts(e.Before), After: Facts(e.After)}
}

func (a *api) events() {
	get(a, "/events", about{id: "listEvents", tag: "Events", summary: "The feed of every change",
		text: "Ordered, without gaps and repetitions for whoever goes on after the last id. What you can no longer see comes as a tombstone. Who did it and what changed is there for those who may read the trail, and for the agencies concerned."}, a.listEvents)
}

func (a *api) listEvents(ctx context.Context, in *struct {
	Noun   string `query:"noun" maxLength:"40" doc:"asset, release, deployment, sbom, agency, …"`
	NounID int64  `query:"nounId" minimum:"1"`
	Asset  int64  `query:"asset" minimum:"1" doc:"Of the software and of everything that hangs on it"`
	Agency int64  `query:"agency" minimum:"1" doc:"That concern this agency"`
	Actor  int64  `query:"actor" minimum:"1" doc:"By this person, where you see who did it"`
	Action string `query:"action" maxLength:"60" example:"asset.changed"`
	Feed
}) (*EventPage, error) {
	return a.feed(ctx, models.EventFilter{Noun: in.Noun, NounID: in.NounID, Asset: in.Asset, Agency: in.Agency, Actor: in.Actor, Action: in.Action}, in.Feed)
}

func (a *api) feed(ctx context.Context, f models.EventFilter, part Feed) (*EventPage, error) {
	f.After, f.Limit, f.Latest = part.After, part.Limit, part.Sort == "latest"
	l, err := a.Store.Events(ctx, viewer(ctx), f)
	if err != nil {
		return nil, err
	}
	out := &EventPage{Body: EventList{Items: each(l, shapeEvent), Next: part.After}}
	if len(l) > 0 {
		out.Body.Next = l[len(l)-1].ID
	}
	if len(l) == part.Limit {
		out.Link = link(ctx, strconv.FormatInt(out.Body.Next, 10))
	}
	return out, nil
}

func (a *api) listAssetEvents(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Asset: in.ID.ID}, in.Feed)
}
