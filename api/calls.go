package api

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/atom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Call asks other agencies for something: to hear of a reuse that is planned, to contribute, to build together.
type Call struct {
	ID       int64  `json:"id"`
	Agency   string `json:"agency"`
	AgencyID int64  `json:"agencyId" doc:"Who calls"`
	Asset    string `json:"asset"`
	AssetID  *int64 `json:"assetId"`
	CallFacts
	Kind      CallKind   `json:"kind"`
	State     CallState  `json:"state"`
	Reason    string     `json:"reason" doc:"Of its end"`
	Members   int        `json:"members" doc:"Agencies in a joint development, who calls included"`
	EndedAt   *time.Time `json:"endedAt"`
	Version   int64      `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt time.Time  `json:"createdAt"`
	UpdatedAt time.Time  `json:"updatedAt"`
}

// CallFacts are what both sides say of a call.
type CallFacts struct {
	Title       string     `json:"title" minLength:"1" maxLength:"150"`
	Text        string     `json:"text" minLength:"1" maxLength:"5000" doc:"The purpose, what is wanted, or the need"`
	Skills      []string   `json:"skills" required:"false" nullable:"false" maxItems:"20" doc:"That contributors bring"`
	GoodFirst   bool       `json:"goodFirst" required:"false" doc:"Good for who does not know the software yet"`
	NeededOn    *string    `json:"neededOn" required:"false" format:"date" doc:"By when"`
	CostSharing string     `json:"costSharing" required:"false" maxLength:"3000" doc:"Of a joint development: who bears what"`
	EndsOn      *string    `json:"endsOn" required:"false" format:"date" doc:"It stands up to and including this day; 180 days from today when absent"`
	Visibility  Visibility `json:"visibility" required:"false" doc:"Government when absent; of a call for contributions that of the software"`
}

// CallInput is what can be said of a new call.
type CallInput struct {
	Kind     CallKind `json:"kind"`
	AgencyID int64    `json:"agencyId,omitempty" minimum:"1" doc:"Who calls; of a call for contributions it is the steward"`
	AssetID  *int64   `json:"assetId,omitempty" minimum:"1" doc:"May be left out of a joint development only"`
	CallFacts
}

// CallChangeInput is what can be changed of a call.
type CallChangeInput struct{ CallFacts }

// CallMember is an agency in a joint development.
type CallMember struct {
	AgencyID int64      `json:"agencyId"`
	Agency   string     `json:"agency"`
	Note     string     `json:"note" doc:"What it brings"`
	JoinedAt time.Time  `json:"joinedAt"`
	LeftAt   *time.Time `json:"leftAt"`
}

// CallMemberInput is an agency that joins.
type CallMemberInput struct {
	AgencyID int64  `json:"agencyId" minimum:"1"`
	Note     string `json:"note,omitempty" maxLength:"500" doc:"What it brings"`
}

// CallDepartureInput is an agency that leaves.
type CallDepartureInput struct {
	AgencyID int64 `json:"agencyId" minimum:"1"`
}

// CallTransition ends a call.
type CallTransition struct {
	To     string `json:"to" enum:"fulfilled,closed"`
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

func (in *CallFacts) write(k *models.Call) {
	k.Title, k.Text, k.Skills, k.GoodFirst, k.NeededOn, k.CostSharing = in.Title, in.Text, in.Skills, in.GoodFirst, dateOf(in.NeededOn), in.CostSharing
	if d := dateOf(in.EndsOn); d != nil {
		k.EndsOn = *d
	}
	k.Visibility = models.Visibility(in.Visibility)
}

func factsOfCall(k *models.Call) CallFacts {
	return CallFacts{Title: k.Title, Text: k.Text, Skills: orEmpty([]string(k.Skills)), GoodFirst: k.GoodFirst, NeededOn: day(k.NeededOn), CostSharing: k.CostSharing, EndsOn: day(&k.EndsOn), Visibility: Visibility(k.Visibility)}
}

func shapeCall(k *store.CallRow) Call {
	return Call{ID: k.ID, Agency: k.Agency, AgencyID: k.AgencyID, Asset: k.Asset, AssetID: k.AssetID, CallFacts: factsOfCall(&k.Call), Kind: CallKind(k.Kind), State: CallState(k.State), Reason: k.Reason, Members: k.Members, EndedAt: instant(k.EndedAt),
		Version: k.Version, CreatedAt: utc(k.CreatedAt), UpdatedAt: utc(k.UpdatedAt)}
}

func (a *api) calls() {
	get(a, "/calls", about{id: "listCalls", tag: reuseTag, summary: "List calls", text: "Newest first."}, a.listCalls)
	get(a, "/calls/feed", about{id: "getCallFeed", tag: reuseTag, summary: "Open calls as a feed", text: "Atom (RFC 4287), newest first, page by page (RFC 5005)."}, a.getCallFeed)
	post(a, "/calls", about{id: "openCall", tag: reuseTag, summary: "Call other agencies", text: "Each call has a last day.", status: 201}, a.openCall)
	get(a, "/calls/{id}", about{id: "getCall", tag: reuseTag, summary: "A call"}, a.getCall)
	patch(a, "/calls/{id}", about{id: "changeCall", tag: reuseTag, summary: "Change an open call"}, a.changeCall)
	get(a, "/calls/{id}/transitions", about{id: "listCallTransitions", tag: reuseTag, summary: "The history of a call"}, a.listCallTransitions)
	post(a, "/calls/{id}/transitions", about{id: "moveCall", tag: reuseTag, summary: "End a call"}, a.moveCall)
	get(a, "/calls/{id}/members", about{id: "listCallMembers", tag: reuseTag, summary: "The agencies in a joint development", text: "Former ones last."}, a.listCallMembers)
	post(a, "/calls/{id}/members", about{id: "joinCall", tag: reuseTag, summary: "Join a joint development", status: 201}, a.joinCall)
	post(a, "/calls/{id}/departures", about{id: "leaveCall", tag: reuseTag, summary: "Leave a joint development"}, a.leaveCall)
	a.huma.OpenAPI().Paths["/calls/feed"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/atom+xml": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

func (a *api) listCalls(ctx context.Context, in *struct {
	Q         string    `query:"q" maxLength:"200" doc:"Part of title, text or skills"`
	Kind      CallKind  `query:"kind"`
	State     CallState `query:"state"`
	Agency    int64     `query:"agency" minimum:"1" doc:"This agency and all below it, as caller or member"`
	Asset     int64     `query:"asset" minimum:"1"`
	Skill     string    `query:"skill" maxLength:"60"`
	GoodFirst bool      `query:"goodFirst" doc:"Only what is good for newcomers"`
	Paging
}) (*Page[Call], error) {
	l, err := a.Store.Calls(ctx, viewer(ctx), models.CallFilter{Query: in.Q, Kind: models.CallKind(in.Kind), State: models.CallState(in.State), Agency: in.Agency, Asset: in.Asset, Skill: in.Skill, GoodFirst: in.GoodFirst, Page: in.page()})
	return page(ctx, l, shapeCall), err
}

func (a *api) openCall(ctx context.Context, in *struct{ Body Body[CallInput] }) (*Made[Call], error) {
	k := models.Call{Kind: models.CallKind(in.Body.Value.Kind), AgencyID: in.Body.Value.AgencyID, AssetID: in.Body.Value.AssetID}
	in.Body.Value.write(&k)
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.OpenCall(ctx, viewer(ctx), &k); err != nil {
		return nil, err
	}
	row, err := a.Store.Call(ctx, viewer(ctx), k.ID)
	if err != nil {
		return nil, err
	}
	return made("calls", k.ID, k.Version, shapeCall(row))
}

func (a *api) call(ctx context.Context, id int64, unless Unless) (*One[Call], error) {
	k, err := a.Store.Call(ctx, viewer(ctx), id)
	if err != nil {
		return nil, err
	}
	return one(k.Version, shapeCall(k), unless)
}

func (a *api) getCall(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Call], error) {
	return a.call(ctx, in.ID.ID, in.Unless)
}

func (a *api) changeCall(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[CallChangeInput] `contentType:"application/merge-patch+json"`
}) (*One[Call], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	err = a.Register.ChangeCall(ctx, viewer(ctx), in.ID.ID, based, func(k *models.Call) {
		changed := in.Body.apply(CallChangeInput{factsOfCall(k)})
		changed.write(k)
	})
	if err != nil {
		return nil, err
	}
	return a.call(ctx, in.ID.ID, Unless{})
}

func (a *api) moveCall(ctx context.Context, in *struct {
	ID
	Based
	Body Body[CallTransition]
}) (*One[Call], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.EndCall(ctx, viewer(ctx), in.ID.ID, based, models.CallState(in.Body.Value.To), in.Body.Value.Reason); err != nil {
		return nil, err
	}
	return a.call(ctx, in.ID.ID, Unless{})
}

func (a *api) listCallTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	k, err := a.Store.Call(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "call", NounID: k.ID}, in.Feed)
}

func (a *api) members(ctx context.Context, id int64) (*struct{ Body List[CallMember] }, error) {
	if _, err := a.Store.Call(ctx, viewer(ctx), id); err != nil {
		return nil, err
	}
	l, err := a.Store.CallMembers(ctx, id)
	return &struct{ Body List[CallMember] }{complete(l, func(m *store.CallMemberRow) CallMember {
		return CallMember{AgencyID: m.AgencyID, Agency: m.Agency, Note: m.Note, JoinedAt: utc(m.JoinedAt), LeftAt: instant(m.LeftAt)}
	})}, err
}

func (a *api) listCallMembers(ctx context.Context, in *ID) (*struct{ Body List[CallMember] }, error) {
	return a.members(ctx, in.ID)
}

func (a *api) joinCall(ctx context.Context, in *struct {
	ID
	Body Body[CallMemberInput]
}) (*struct{ Body List[CallMember] }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.JoinCall(ctx, viewer(ctx), in.ID.ID, in.Body.Value.AgencyID, in.Body.Value.Note); err != nil {
		return nil, err
	}
	return a.members(ctx, in.ID.ID)
}

func (a *api) leaveCall(ctx context.Context, in *struct {
	ID
	Body Body[CallDepartureInput]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.LeaveCall(ctx, viewer(ctx), in.ID.ID, in.Body.Value.AgencyID)
}

func (a *api) getCallFeed(ctx context.Context, in *struct {
	Kind CallKind `query:"kind"`
	Paging
	Unless
}) (*Text, error) {
	l, err := a.Store.Calls(ctx, viewer(ctx), models.CallFilter{Kind: models.CallKind(in.Kind), State: models.CallOpen, Page: in.page()})
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	at := func(after string) string {
		q := url.Values{}
		for name, value := range map[string]string{"kind": string(in.Kind), "after": after} {
			if value != "" {
				q.Set(name, value)
			}
		}
		if in.Limit != models.DefaultLimit {
			q.Set("limit", strconv.Itoa(in.Limit))
		}
		return base + (&url.URL{Path: prefix + "/calls/feed", RawQuery: q.Encode()}).String()
	}
	f := &atom.Feed{ID: at(""), Title: "Open calls", Subtitle: "What agencies want to reuse, where contributions are wanted, and what is built together", Author: "OSPO register", Self: at(in.After), First: at(""), Alternate: base + "/reuse", Updated: time.Unix(0, 0)}
	for i := range l.Items {
		k := &l.Items[i]
		page := fmt.Sprintf("%s/reuse/calls/%d", base, k.ID)
		f.Entries = append(f.Entries, atom.Entry{ID: page, Title: k.Title, Published: k.CreatedAt, Updated: k.UpdatedAt, Author: k.Agency, Summary: k.Text, Page: page, Document: fmt.Sprintf("%s%s/calls/%d", base, prefix, k.ID), Categories: []atom.Category{{Term: string(k.Kind)}}})
		if k.UpdatedAt.After(f.Updated) {
			f.Updated = k.UpdatedAt
		}
	}
	if l.Next != "" {
		f.Next = at(l.Next)
	}
	return feedOf(ctx, in.Unless, f, l.Next)
}
