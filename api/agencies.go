package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Agency is a public body.
type Agency struct {
	ID          int64       `json:"id" example:"12"`
	URI         string      `json:"uri" format:"uri" doc:"Canonical web identity" example:"https://www.example.gov/agency/health"`
	Code        string      `json:"code" doc:"National code" example:"MOH"`
	Name        string      `json:"name" example:"Ministry of Health"`
	Kind        AgencyKind  `json:"kind"`
	ParentID    *int64      `json:"parentId" doc:"The agency directly above; null at the top"`
	State       AgencyState `json:"state"`
	SuccessorID *int64      `json:"successorId" doc:"The agency that answers for a merged one"`
	Email       string      `json:"email" doc:"Published functional mailbox"`
	Phone       string      `json:"phone"`
	Website     string      `json:"website"`
	Version     int64       `json:"version" doc:"Counts changes; goes into If-Match" example:"1"`
	CreatedAt   time.Time   `json:"createdAt"`
	UpdatedAt   time.Time   `json:"updatedAt"`
}

// AgencyDetail is an agency with its place in the hierarchy.
type AgencyDetail struct {
	Agency
	Path     []AgencyRef    `json:"path" doc:"The line from the top down to this agency"`
	Children []AgencyRef    `json:"children" doc:"Active agencies directly below"`
	Parents  []AgencyParent `json:"parents" doc:"Where the agency stood and stands, oldest first"`
}

// AgencyRef names an agency.
type AgencyRef struct {
	ID   int64      `json:"id"`
	Code string     `json:"code"`
	Name string     `json:"name"`
	Kind AgencyKind `json:"kind"`
}

// AgencyParent is one span of days under a parent.
type AgencyParent struct {
	ParentID *int64  `json:"parentId" doc:"null: at the top"`
	FromOn   string  `json:"fromOn" format:"date"`
	UntilOn  *string `json:"untilOn" format:"date" doc:"First day on which it no longer held; null while it holds"`
}

// AgencyInput is what can be said of an agency.
type AgencyInput struct {
	URI      string     `json:"uri" format:"uri" maxLength:"2000" doc:"Canonical web identity" example:"https://www.example.gov/agency/health"`
	Code     string     `json:"code" maxLength:"64" doc:"National code" example:"MOH"`
	Name     string     `json:"name" maxLength:"200" example:"Ministry of Health"`
	Kind     AgencyKind `json:"kind"`
	ParentID *int64     `json:"parentId,omitempty" minimum:"1" doc:"The agency directly above; absent at the top. A new parent takes effect today"`
	Email    string     `json:"email,omitempty" doc:"Functional mailbox, never a private one" example:"service@health.example.gov"`
	Phone    string     `json:"phone,omitempty" maxLength:"40"`
	Website  string     `json:"website,omitempty" maxLength:"2000"`
}

func (in *AgencyInput) write(a *models.Agency) {
	a.URI, a.Code, a.Name, a.Kind, a.ParentID = in.URI, in.Code, in.Name, models.AgencyKind(in.Kind), in.ParentID
	a.Email, a.Phone, a.Website = in.Email, in.Phone, in.Website
}

func inputOfAgency(a *models.Agency) AgencyInput {
	return AgencyInput{URI: a.URI, Code: a.Code, Name: a.Name, Kind: AgencyKind(a.Kind), ParentID: a.ParentID, Email: a.Email, Phone: a.Phone, Website: a.Website}
}

func shapeAgency(a *models.Agency) Agency {
	return Agency{ID: a.ID, URI: a.URI, Code: a.Code, Name: a.Name, Kind: AgencyKind(a.Kind), ParentID: a.ParentID, State: AgencyState(a.State),
		SuccessorID: a.SuccessorID, Email: a.Email, Phone: a.Phone, Website: a.Website, Version: a.Version, CreatedAt: utc(a.CreatedAt), UpdatedAt: utc(a.UpdatedAt)}
}

func refAgency(a *models.Agency) AgencyRef {
	return AgencyRef{ID: a.ID, Code: a.Code, Name: a.Name, Kind: AgencyKind(a.Kind)}
}

func (a *api) agencies() {
	const tag = "Agencies"
	get(a, "/agencies", about{id: "listAgencies", tag: tag, summary: "List agencies", text: "By name. Agencies are public."}, a.listAgencies)
	post(a, "/agencies", about{id: "registerAgency", tag: tag, summary: "Add an agency", status: 201}, a.registerAgency)
	get(a, "/agencies/{id}", about{id: "getAgency", tag: tag, summary: "An agency with its place in the hierarchy"}, a.getAgency)
	patch(a, "/agencies/{id}", about{id: "changeAgency", tag: tag, summary: "Change an agency", text: "A new parent takes effect today and is kept as a dated move."}, a.changeAgency)
	post(a, "/agencies/{id}/merges", about{id: "mergeAgency", tag: tag, summary: "Merge an agency into its successor",
		text: "The successor takes over everything the agency stewards, runs and staffs. The agency stays in the register as merged."}, a.mergeAgency)
}

func (a *api) listAgencies(ctx context.Context, in *struct {
	Q     string      `query:"q" maxLength:"200" doc:"Part of the name, or the code"`
	Kind  AgencyKind  `query:"kind"`
	State AgencyState `query:"state"`
	Under int64       `query:"under" minimum:"1" doc:"This agency and all below it"`
	Paging
}) (*Page[Agency], error) {
	l, err := a.Store.Agencies(ctx, models.AgencyFilter{Query: in.Q, Kind: models.AgencyKind(in.Kind), State: models.AgencyState(in.State), Under: in.Under, Page: in.page()})
	return page(ctx, l, shapeAgency), err
}

func (a *api) getAgency(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[AgencyDetail], error) {
	g, err := a.Store.Agency(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	path, err := a.Store.AgencyPath(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	children, err := a.Store.AgencyChildren(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	parents, err := a.Store.AgencyParents(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	return one(g.Version, AgencyDetail{Agency: shapeAgency(g), Path: each(path, refAgency), Children: each(children, refAgency),
		Parents: each(parents, func(p *models.AgencyParent) AgencyParent {
			return AgencyParent{ParentID: p.ParentID, FromOn: p.FromOn.String(), UntilOn: day(p.UntilOn)}
		})}, in.Unless)
}

func (a *api) registerAgency(ctx context.Context, in *struct{ Body Body[AgencyInput] }) (*Made[Agency], error) {
	var g models.Agency
	in.Body.Value.write(&g)
	if err := in.Body.check(ctx, a, g.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterAgency(ctx, viewer(ctx), &g); err != nil {
		return nil, err
	}
	return made("agencies", g.ID, g.Version, shapeAgency(&g))
}

func (a *api) changeAgency(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[AgencyInput] `contentType:"application/merge-patch+json"`
}) (*One[Agency], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	g, err := a.Register.ChangeAgency(ctx, viewer(ctx), in.ID.ID, based, func(g *models.Agency) {
		changed := in.Body.apply(inputOfAgency(g))
		changed.write(g)
	})
	if err != nil {
		return nil, err
	}
	return one(g.Version, shapeAgency(g), Unless{})
}

// AgencyMerge says who takes over.
type AgencyMerge struct {
	SuccessorID int64 `json:"successorId" minimum:"1" doc:"The active agency that takes over"`
}

func (a *api) mergeAgency(ctx context.Context, in *struct {
	ID
	Based
	Body Body[AgencyMerge]
}) (*One[Agency], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	g, err := a.Register.MergeAgency(ctx, viewer(ctx), in.ID.ID, in.Body.Value.SuccessorID, based)
	if err != nil {
		return nil, err
	}
	return one(g.Version, shapeAgency(g), Unless{})
}
