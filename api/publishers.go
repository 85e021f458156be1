package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Publisher is a public body, or a part of one, that publishes code.
type Publisher struct {
	ID            int64         `json:"id"`
	AgencyID      int64         `json:"agencyId"`
	Agency        string        `json:"agency"`
	Name          string        `json:"name"`
	AlternativeID string        `json:"alternativeId" doc:"A national code; unique when given"`
	Email         string        `json:"email" doc:"For government only; empty for others"`
	Active        bool          `json:"active" doc:"Whether its addresses are harvested"`
	Hostings      []CodeHosting `json:"hostings"`
	Repositories  int           `json:"repositories"`
	Failing       int           `json:"failing" doc:"Repositories that did not answer, or whose description breaks its standard"`
	Version       int64         `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt     time.Time     `json:"createdAt"`
	UpdatedAt     time.Time     `json:"updatedAt"`
}

// CodeHosting is an address where a publisher keeps code.
type CodeHosting struct {
	URL     string       `json:"url"`
	Host    Host         `json:"host"`
	Group   bool         `json:"group" doc:"Every repository below it; otherwise the address is one repository"`
	AskedAt *time.Time   `json:"askedAt"`
	Outcome VisitOutcome `json:"outcome" doc:"How asking it for its list last ended; empty when it never was"`
	Detail  string       `json:"detail"`
}

// PublisherInput is what can be said of a publisher.
type PublisherInput struct {
	AgencyID      int64              `json:"agencyId" minimum:"1"`
	Name          string             `json:"name" maxLength:"200" example:"Ministry of Health, digital services"`
	AlternativeID string             `json:"alternativeId,omitempty" maxLength:"255"`
	Email         string             `json:"email,omitempty" maxLength:"200" doc:"Functional mailbox for questions about harvests"`
	Active        *bool              `json:"active,omitempty" doc:"true when absent"`
	Hostings      []CodeHostingInput `json:"hostings,omitempty" maxItems:"100"`
}

// CodeHostingInput is an address to harvest.
type CodeHostingInput struct {
	URL   string `json:"url" maxLength:"2000" example:"https://github.com/example-gov"`
	Host  Host   `json:"host,omitempty" doc:"Guessed from the address when absent"`
	Group *bool  `json:"group,omitempty" doc:"true when absent"`
}

func (in *PublisherInput) write(p *models.Publisher) {
	p.AgencyID, p.Name, p.AlternativeID, p.Email, p.Active = in.AgencyID, in.Name, in.AlternativeID, in.Email, in.Active == nil || *in.Active
	had := map[string]models.CodeHosting{}
	for _, h := range p.Hostings {
		had[h.URL] = h
	}
	p.Hostings = nil
	for _, h := range in.Hostings {
		hosting := had[h.URL]
		hosting.URL, hosting.Host, hosting.Group = h.URL, models.Host(h.Host), h.Group == nil || *h.Group
		p.Hostings = append(p.Hostings, hosting)
	}
}

func inputOfPublisher(p *models.Publisher) PublisherInput {
	in := PublisherInput{AgencyID: p.AgencyID, Name: p.Name, AlternativeID: p.AlternativeID, Email: p.Email, Active: &p.Active}
	for i := range p.Hostings {
		h := &p.Hostings[i]
		in.Hostings = append(in.Hostings, CodeHostingInput{URL: h.URL, Host: Host(h.Host), Group: &h.Group})
	}
	return in
}

func shapePublisher(p *store.PublisherRow) Publisher {
	return Publisher{ID: p.ID, AgencyID: p.AgencyID, Agency: p.Agency, Name: p.Name, AlternativeID: p.AlternativeID, Email: p.Email, Active: p.Active,
		Hostings: each(p.Hostings, shapeHosting), Repositories: p.Repositories, Failing: p.Failing, Version: p.Version, CreatedAt: utc(p.CreatedAt), UpdatedAt: utc(p.UpdatedAt)}
}

func shapeHosting(h *models.CodeHosting) CodeHosting {
	return CodeHosting{URL: h.URL, Host: Host(h.Host), Group: h.Group, AskedAt: instant(h.AskedAt), Outcome: VisitOutcome(h.Outcome), Detail: h.Detail}
}

func (a *api) publishers() {
	const tag = "Publishers"
	get(a, "/publishers", about{id: "listPublishers", tag: tag, summary: "List publishers", text: "By name. Who publishes code is public."}, a.listPublishers)
	post(a, "/publishers", about{id: "registerPublisher", tag: tag, summary: "Add a publisher", status: 201, text: "With the addresses at which it keeps code, which harvests then go over."}, a.registerPublisher)
	get(a, "/publishers/{id}", about{id: "getPublisher", tag: tag, summary: "A publisher"}, a.getPublisher)
	patch(a, "/publishers/{id}", about{id: "changePublisher", tag: tag, summary: "Change a publisher"}, a.changePublisher)
}

func (a *api) listPublishers(ctx context.Context, in *struct {
	Q      string `query:"q" maxLength:"200" doc:"Part of the name, or the alternative id"`
	Agency int64  `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Paging
}) (*Page[Publisher], error) {
	l, err := a.Store.Publishers(ctx, viewer(ctx), models.PublisherFilter{Query: in.Q, Agency: in.Agency, Page: in.page()})
	return page(ctx, l, shapePublisher), err
}

func (a *api) getPublisher(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Publisher], error) {
	p, err := a.Store.Publisher(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(p.Version, shapePublisher(p), in.Unless)
}

func (a *api) registerPublisher(ctx context.Context, in *struct{ Body Body[PublisherInput] }) (*Made[Publisher], error) {
	var p models.Publisher
	in.Body.Value.write(&p)
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterPublisher(ctx, viewer(ctx), &p); err != nil {
		return nil, err
	}
	row, err := a.Store.Publisher(ctx, viewer(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	return made("publishers", p.ID, p.Version, shapePublisher(row))
}

func (a *api) changePublisher(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[PublisherInput] `contentType:"application/merge-patch+json"`
}) (*One[Publisher], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	if _, err := a.Register.ChangePublisher(ctx, viewer(ctx), in.ID.ID, based, func(p *models.Publisher) {
		changed := in.Body.apply(inputOfPublisher(p))
		changed.write(p)
	}); err != nil {
		return nil, err
	}
	row, err := a.Store.Publisher(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapePublisher(row), Unless{})
}
