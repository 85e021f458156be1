package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Exemption lets a rule be broken, for a ground, within a scope, until a day.
type Exemption struct {
	ID            int64          `json:"id"`
	PolicyID      *int64         `json:"policyId" doc:"The policy whose rule it is; null for what no rule covers"`
	Rule          string         `json:"rule"`
	AgencyID      int64          `json:"agencyId" doc:"For findings of the agency and of those below it"`
	Agency        string         `json:"agency"`
	AssetID       *int64         `json:"assetId" doc:"null: all software"`
	Asset         string         `json:"asset"`
	ReleaseID     *int64         `json:"releaseId" doc:"null: every release"`
	Release       string         `json:"release"`
	Component     string         `json:"component" doc:"As in findings; empty: every component"`
	License       string         `json:"license" doc:"As in findings; empty: every licence"`
	Ground        string         `json:"ground"`
	Evidence      string         `json:"evidence"`
	State         ExemptionState `json:"state"`
	RequestedByID *int64         `json:"requestedById"`
	RequestedBy   string         `json:"requestedBy"`
	RequestedAt   time.Time      `json:"requestedAt"`
	DecidedByID   *int64         `json:"decidedById"`
	DecidedBy     string         `json:"decidedBy"`
	DecidedAt     *time.Time     `json:"decidedAt"`
	Decision      string         `json:"decision" doc:"What who decided says about it"`
	ExpiresOn     string         `json:"expiresOn" format:"date" doc:"The last day it holds"`
	EndedAt       *time.Time     `json:"endedAt" doc:"When it was revoked or expired"`
	Renewals      int            `json:"renewals" doc:"How often it was renewed"`
	RenewsID      *int64         `json:"renewsId" doc:"The exemption it takes over from"`
	Findings      int            `json:"findings" doc:"That it covers now"`
}

// ExemptionGrounds are what everybody says who asks for an exemption.
type ExemptionGrounds struct {
	Ground    string `json:"ground" minLength:"1" maxLength:"4000" doc:"Why the rule may be broken"`
	Evidence  string `json:"evidence" minLength:"1" maxLength:"4000" doc:"What shows it: a decision, a contract, an address"`
	ExpiresOn string `json:"expiresOn" format:"date" doc:"The last day it is to hold; at most two years from now"`
}

// ExemptionInput is what a request for an exemption says.
type ExemptionInput struct {
	PolicyID  *int64 `json:"policyId,omitempty" minimum:"1" doc:"The policy whose rule it is"`
	Rule      string `json:"rule" minLength:"1" maxLength:"200"`
	AgencyID  int64  `json:"agencyId" minimum:"1" doc:"For findings of the agency and of those below it"`
	AssetID   *int64 `json:"assetId,omitempty" minimum:"1" doc:"Only this software"`
	ReleaseID *int64 `json:"releaseId,omitempty" minimum:"1" doc:"Only this release"`
	Component string `json:"component,omitempty" maxLength:"2000" doc:"Only this component, as in findings"`
	License   string `json:"license,omitempty" maxLength:"10000" doc:"Only this licence, as in findings"`
	ExemptionGrounds
}

// FindingExemptionInput is what a request for an exemption of one finding says; the rest is the finding's.
type FindingExemptionInput struct {
	Reach string `json:"reach,omitempty" enum:"release,asset" doc:"asset: later releases of the software too; release when absent"`
	ExemptionGrounds
}

func shapeExemption(x *store.ExemptionRow) Exemption {
	return Exemption{ID: x.ID, PolicyID: x.PolicyID, Rule: x.Rule, AgencyID: x.AgencyID, Agency: x.Agency, AssetID: x.AssetID, Asset: x.Asset, ReleaseID: x.ReleaseID, Release: x.Release, Component: x.Component, License: x.License, Ground: x.Ground, Evidence: x.Evidence,
		State: ExemptionState(x.State), RequestedByID: x.RequestedByID, RequestedBy: x.RequestedBy, RequestedAt: utc(x.RequestedAt), DecidedByID: x.DecidedByID, DecidedBy: x.DecidedBy, DecidedAt: instant(x.DecidedAt), Decision: x.Decision,
		ExpiresOn: x.ExpiresOn.String(), EndedAt: instant(x.EndedAt), Renewals: x.Renewals, RenewsID: x.RenewsID, Findings: x.Findings}
}

func (g *ExemptionGrounds) exemption() models.Exemption {
	x := models.Exemption{Ground: g.Ground, Evidence: g.Evidence}
	if on := dateOf(&g.ExpiresOn); on != nil {
		x.ExpiresOn = *on
	}
	return x
}

func (a *api) exemptions() {
	const tag = "Findings"
	get(a, "/exemptions", about{id: "listExemptions", tag: tag, summary: "List exemptions", text: "Of the agencies you act for, or all of them for those who see all; newest first."}, a.listExemptions)
	post(a, "/exemptions", about{id: "requestExemption", tag: tag, summary: "Ask for an exemption", text: "Another person decides. There is none without a ground, evidence and a last day.", status: 201}, a.requestExemption)
	post(a, "/findings/{id}/exemptions", about{id: "exemptFinding", tag: tag, summary: "Ask for an exemption of one finding", text: "Rule, agency, software, component and licence are the finding's.", status: 201}, a.exemptFinding)
	get(a, "/exemptions/{id}", about{id: "getExemption", tag: tag, summary: "An exemption"}, a.getExemption)
	get(a, "/exemptions/{id}/transitions", about{id: "listExemptionTransitions", tag: tag, summary: "The history of an exemption"}, a.listExemptionTransitions)
	post(a, "/exemptions/{id}/transitions", about{id: "moveExemption", tag: tag, summary: "Grant, refuse or revoke an exemption", text: "Nobody decides on a request of their own. Findings that it covers are exempted, or open again, in the background."}, a.moveExemption)
	post(a, "/exemptions/{id}/renewals", about{id: "renewExemption", tag: tag, summary: "Ask for an exemption to go on after its last day", text: "The scope stays; the former one holds until its last day.", status: 201}, a.renewExemption)
}

func (a *api) listExemptions(ctx context.Context, in *struct {
	State  ExemptionState `query:"state"`
	Agency int64          `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Paging
}) (*Page[Exemption], error) {
	l, err := a.Store.Exemptions(ctx, viewer(ctx), models.ExemptionState(in.State), in.Agency, in.page())
	return page(ctx, l, shapeExemption), err
}

func (a *api) getExemption(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Exemption], error) {
	x, err := a.Store.Exemption(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeExemption(x), in.Unless)
}

// asked answers with an exemption that was asked for.
func (a *api) asked(ctx context.Context, x *models.Exemption) (*Made[Exemption], error) {
	row, err := a.Store.Exemption(ctx, viewer(ctx), x.ID)
	if err != nil {
		return nil, err
	}
	return made("exemptions", x.ID, 1, shapeExemption(row))
}

func (a *api) requestExemption(ctx context.Context, in *struct{ Body Body[ExemptionInput] }) (*Made[Exemption], error) {
	want := in.Body.Value
	x := want.exemption()
	x.PolicyID, x.Rule, x.AgencyID, x.AssetID, x.ReleaseID, x.Component, x.License = want.PolicyID, want.Rule, want.AgencyID, want.AssetID, want.ReleaseID, want.Component, want.License
	if err := in.Body.check(ctx, a, func() error { return x.Validate(models.DateOf(time.Now())) }); err != nil {
		return nil, err
	}
	if _, err := a.Store.Agency(ctx, x.AgencyID); err != nil {
		return nil, err
	}
	if err := a.Register.RequestExemption(ctx, viewer(ctx), &x); err != nil {
		return nil, err
	}
	return a.asked(ctx, &x)
}

func (a *api) exemptFinding(ctx context.Context, in *struct {
	ID
	Body Body[FindingExemptionInput]
}) (*Made[Exemption], error) {
	x := in.Body.Value.exemption()
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	wide := register.ThisRelease
	if in.Body.Value.Reach != "" {
		wide = register.Reaching(in.Body.Value.Reach)
	}
	if err := a.Register.ExemptFinding(ctx, viewer(ctx), in.ID.ID, wide, &x); err != nil {
		return nil, err
	}
	return a.asked(ctx, &x)
}

func (a *api) renewExemption(ctx context.Context, in *struct {
	ID
	Body Body[ExemptionGrounds]
}) (*Made[Exemption], error) {
	x := in.Body.Value.exemption()
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.RenewExemption(ctx, viewer(ctx), in.ID.ID, &x); err != nil {
		return nil, err
	}
	return a.asked(ctx, &x)
}

// ExemptionTransition decides on an exemption or revokes it.
type ExemptionTransition struct {
	To       string `json:"to" enum:"granted,refused,revoked"`
	Decision string `json:"decision" minLength:"1" maxLength:"4000" doc:"Why: a sentence that will make sense to an auditor"`
}

func (a *api) moveExemption(ctx context.Context, in *struct {
	ID
	Body Body[ExemptionTransition]
}) (*One[Exemption], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	var err error
	if to := models.ExemptionState(in.Body.Value.To); to == models.ExemptionRevoked {
		err = a.Register.RevokeExemption(ctx, viewer(ctx), in.ID.ID, in.Body.Value.Decision)
	} else {
		err = a.Register.DecideExemption(ctx, viewer(ctx), in.ID.ID, to, in.Body.Value.Decision)
	}
	if err != nil {
		return nil, err
	}
	x, err := a.Store.Exemption(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeExemption(x), Unless{})
}

func (a *api) listExemptionTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	x, err := a.Store.Exemption(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "exemption", NounID: x.ID}, in.Feed)
}
