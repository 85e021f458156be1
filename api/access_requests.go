package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// AccessRequest asks for the code of software that is not open to everybody. While it is granted, the people of the agency see the repositories of the software and their mirrors.
type AccessRequest struct {
	ID          int64       `json:"id"`
	AssetID     int64       `json:"assetId"`
	Asset       string      `json:"asset"`
	StewardID   int64       `json:"stewardId" doc:"The agency that decides"`
	Steward     string      `json:"steward"`
	AgencyID    int64       `json:"agencyId" doc:"Whose people are to have access"`
	Agency      string      `json:"agency"`
	Purpose     string      `json:"purpose"`
	People      string      `json:"people" doc:"Who will work with it"`
	UntilOn     string      `json:"untilOn" format:"date" doc:"Until when it is asked for"`
	State       AccessState `json:"state"`
	Conditions  string      `json:"conditions" doc:"Under which it was granted"`
	Reason      string      `json:"reason" doc:"Of a refusal, a revocation or a withdrawal"`
	GrantedOn   *string     `json:"grantedOn" format:"date"`
	EndsOn      *string     `json:"endsOn" format:"date" doc:"The last day of access"`
	RequestedBy string      `json:"requestedBy"`
	DecidedBy   string      `json:"decidedBy"`
	DecidedAt   *time.Time  `json:"decidedAt"`
	EndedAt     *time.Time  `json:"endedAt"`
	Version     int64       `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt   time.Time   `json:"createdAt"`
	UpdatedAt   time.Time   `json:"updatedAt"`
}

// AccessRequestInput is what is asked for.
type AccessRequestInput struct {
	AssetID  int64  `json:"assetId" minimum:"1"`
	AgencyID int64  `json:"agencyId" minimum:"1"`
	Purpose  string `json:"purpose" minLength:"1" maxLength:"3000"`
	People   string `json:"people" minLength:"1" maxLength:"1000" doc:"Who will work with it: a unit, roles, a contractor"`
	UntilOn  string `json:"untilOn" format:"date" doc:"Within two years"`
}

// AccessRequestTransition decides on a request, or ends it.
type AccessRequestTransition struct {
	To         string  `json:"to" enum:"granted,refused,withdrawn,revoked"`
	Conditions string  `json:"conditions,omitempty" maxLength:"3000" doc:"Of granted"`
	EndsOn     *string `json:"endsOn,omitempty" format:"date" doc:"Of granted: the last day; the one asked for when absent"`
	Reason     string  `json:"reason,omitempty" maxLength:"1000" doc:"Of the others; needed of refused and revoked"`
}

func shapeAccess(x *store.AccessRow) AccessRequest {
	return AccessRequest{ID: x.ID, AssetID: x.AssetID, Asset: x.Asset, StewardID: x.StewardID, Steward: x.Steward, AgencyID: x.AgencyID, Agency: x.Agency, Purpose: x.Purpose, People: x.People, UntilOn: x.UntilOn.String(), State: AccessState(x.StateOn(models.DateOf(time.Now()))),
		Conditions: x.Conditions, Reason: x.Reason, GrantedOn: day(x.GrantedOn), EndsOn: day(x.EndsOn), RequestedBy: x.RequestedBy, DecidedBy: x.DecidedBy, DecidedAt: instant(x.DecidedAt), EndedAt: instant(x.EndedAt), Version: x.Version, CreatedAt: utc(x.CreatedAt), UpdatedAt: utc(x.UpdatedAt)}
}

func (a *api) accessRequests() {
	get(a, "/access-requests", about{id: "listAccessRequests", tag: reuseTag, summary: "List requests for access to code", text: "Of the agencies you act for and to the software they answer for; newest first."}, a.listAccessRequests)
	post(a, "/access-requests", about{id: "requestAccess", tag: reuseTag, summary: "Ask for the code of software that is not open", status: 201}, a.requestAccess)
	get(a, "/access-requests/{id}", about{id: "getAccessRequest", tag: reuseTag, summary: "A request for access to code"}, a.getAccessRequest)
	get(a, "/access-requests/{id}/transitions", about{id: "listAccessRequestTransitions", tag: reuseTag, summary: "The history of a request for access"}, a.listAccessRequestTransitions)
	post(a, "/access-requests/{id}/transitions", about{id: "moveAccessRequest", tag: reuseTag, summary: "Grant, refuse, withdraw or revoke access", text: "The steward decides, and another person than who asked. Access ends by itself after its last day."}, a.moveAccessRequest)
}

func (a *api) listAccessRequests(ctx context.Context, in *struct {
	Asset  int64       `query:"asset" minimum:"1"`
	Agency int64       `query:"agency" minimum:"1" doc:"That asks, and all below it"`
	State  AccessState `query:"state"`
	ToMe   bool        `query:"toMe" doc:"Only what you may decide on"`
	Paging
}) (*Page[AccessRequest], error) {
	l, err := a.Store.AccessRequests(ctx, viewer(ctx), models.AccessFilter{Asset: in.Asset, Agency: in.Agency, State: models.AccessState(in.State), ToMe: in.ToMe, Page: in.page()})
	return page(ctx, l, shapeAccess), err
}

func (a *api) requestAccess(ctx context.Context, in *struct{ Body Body[AccessRequestInput] }) (*Made[AccessRequest], error) {
	w := in.Body.Value
	x := models.AccessRequest{AssetID: w.AssetID, AgencyID: w.AgencyID, Purpose: w.Purpose, People: w.People}
	if d := dateOf(&w.UntilOn); d != nil {
		x.UntilOn = *d
	}
	if err := in.Body.check(ctx, a, func() error { return x.Validate(models.DateOf(time.Now())) }); err != nil {
		return nil, err
	}
	if err := a.Register.RequestAccess(ctx, viewer(ctx), &x); err != nil {
		return nil, err
	}
	row, err := a.Store.AccessRequest(ctx, viewer(ctx), x.ID)
	if err != nil {
		return nil, err
	}
	return made("access-requests", x.ID, x.Version, shapeAccess(row))
}

func (a *api) accessRequest(ctx context.Context, id int64, unless Unless) (*One[AccessRequest], error) {
	x, err := a.Store.AccessRequest(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return one(x.Version, shapeAccess(x), unless)
}

func (a *api) getAccessRequest(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[AccessRequest], error) {
	return a.accessRequest(ctx, in.ID.ID, in.Unless)
}

func (a *api) moveAccessRequest(ctx context.Context, in *struct {
	ID
	Based
	Body Body[AccessRequestTransition]
}) (*One[AccessRequest], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	t := in.Body.Value
	if to := models.AccessState(t.To); to == models.AccessGranted {
		var end models.Date
		if d := dateOf(t.EndsOn); d != nil {
			end = *d
		}
		err = a.Register.GrantAccess(ctx, viewer(ctx), in.ID.ID, based, t.Conditions, end)
	} else {
		err = a.Register.EndAccess(ctx, viewer(ctx), in.ID.ID, based, to, t.Reason)
	}
	if err != nil {
		return nil, err
	}
	return a.accessRequest(ctx, in.ID.ID, Unless{})
}

func (a *api) listAccessRequestTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	x, err := a.Store.AccessRequest(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "access-request", NounID: x.ID}, in.Feed)
}
