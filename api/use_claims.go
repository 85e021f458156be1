package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// UseClaim is what somebody says of another agency: that it uses this software. It proves nothing until the agency confirms it.
type UseClaim struct {
	ID           int64          `json:"id"`
	AssetID      int64          `json:"assetId"`
	Asset        string         `json:"asset"`
	AgencyID     *int64         `json:"agencyId" doc:"null while nobody knows which agency is meant"`
	Agency       string         `json:"agency"`
	Stated       string         `json:"stated" doc:"The agency's name as it was stated"`
	Origin       UseClaimOrigin `json:"origin"`
	Source       string         `json:"source" doc:"Where it is said"`
	Note         string         `json:"note"`
	State        UseClaimState  `json:"state"`
	ClaimedBy    string         `json:"claimedBy"`
	Reason       string         `json:"reason" doc:"Of a denial or withdrawal"`
	DeploymentID *int64         `json:"deploymentId" doc:"What it has become"`
	DecidedAt    *time.Time     `json:"decidedAt"`
	Version      int64          `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt    time.Time      `json:"createdAt"`
	UpdatedAt    time.Time      `json:"updatedAt"`
}

// UseClaimInput is what a steward says of another agency.
type UseClaimInput struct {
	AssetID  int64  `json:"assetId" minimum:"1"`
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"Either this or stated"`
	Stated   string `json:"stated,omitempty" maxLength:"300" doc:"The agency's name, national code or URI, when its number is not known" example:"Ministry of Health"`
	Source   string `json:"source,omitempty" maxLength:"1000" doc:"What shows it"`
	Note     string `json:"note,omitempty" maxLength:"1000" doc:"What the agency should know to answer"`
}

// SupplierClaimInput is what a supplier says by an upload link.
type SupplierClaimInput struct {
	Stated string `json:"stated" minLength:"1" maxLength:"300" doc:"Name of the agency that uses the software"`
	Note   string `json:"note,omitempty" maxLength:"1000"`
}

// UseClaimTransition is an answer to a claim.
type UseClaimTransition struct {
	To           string      `json:"to" enum:"matched,confirmed,denied,withdrawn" doc:"matched: it is known which agency is meant, for every claim under the same name"`
	AgencyID     int64       `json:"agencyId,omitempty" minimum:"1" doc:"Of matched: the agency that is meant"`
	Reason       string      `json:"reason,omitempty" maxLength:"1000" doc:"Of denied and withdrawn"`
	ValidUntilOn *string     `json:"validUntilOn,omitempty" format:"date" doc:"Of confirmed: how long it holds; 180 days when absent"`
	Statement    string      `json:"statement,omitempty" maxLength:"1000" doc:"Of confirmed: what it rests on"`
	VersionText  string      `json:"versionText,omitempty" maxLength:"100" doc:"Of confirmed"`
	Service      string      `json:"service,omitempty" maxLength:"200" doc:"Of confirmed: the business service it serves"`
	Environment  Environment `json:"environment,omitempty" doc:"Of confirmed; production when absent"`
	Visibility   Visibility  `json:"visibility,omitempty" doc:"Of confirmed: who may see that the agency runs it; public when absent"`
}

// Uses is who uses a piece of software, each agency once.
type Uses struct {
	Agencies  int        `json:"agencies" doc:"That say so themselves: confirmed, stale and claimed together"`
	Own       int        `json:"own" doc:"1 when the agency that answers for it is one of them, which proves nothing to others"`
	Confirmed int        `json:"confirmed" doc:"Confirmed it, and the confirmation holds"`
	Recent    int        `json:"recent" doc:"Confirmed it within the last 180 days"`
	Stale     int        `json:"stale" doc:"Had confirmed it, and the confirmation has run out"`
	Claimed   int        `json:"claimed" doc:"Registered it, and nobody has confirmed it"`
	Stated    int        `json:"stated" doc:"Only others say so, and they have not answered; not among agencies"`
	Unmatched int        `json:"unmatched" doc:"Names of which nobody knows which agency is meant; not among agencies"`
	Items     []AssetUse `json:"items" doc:"Surest first, at most 500"`
}

// AssetUse is one agency that uses a piece of software, or is said to.
type AssetUse struct {
	AgencyID     *int64   `json:"agencyId" doc:"null when nobody knows which is meant"`
	Agency       string   `json:"agency"`
	State        UseState `json:"state"`
	ConfirmedOn  *string  `json:"confirmedOn" format:"date"`
	ValidUntilOn *string  `json:"validUntilOn" format:"date"`
	SinceOn      string   `json:"sinceOn" format:"date" doc:"When it was first registered or stated"`
	Deployments  int      `json:"deployments"`
}

func shapeUseClaim(c *store.UseClaimRow) UseClaim {
	return UseClaim{ID: c.ID, AssetID: c.AssetID, Asset: c.Asset, AgencyID: c.AgencyID, Agency: c.Agency, Stated: c.Stated, Origin: UseClaimOrigin(c.Origin), Source: c.Source, Note: c.Note, State: UseClaimState(c.State), ClaimedBy: c.ClaimedBy,
		Reason: c.Reason, DeploymentID: c.DeploymentID, DecidedAt: instant(c.DecidedAt), Version: c.Version, CreatedAt: utc(c.CreatedAt), UpdatedAt: utc(c.UpdatedAt)}
}

const reuseTag = "Reuse"

func (a *api) useClaims() {
	get(a, "/assets/{id}/uses", about{id: "listUses", tag: reuseTag, summary: "Who uses a piece of software", text: "Each agency once, by how sure it is: what agencies say of themselves, and apart from it what others say of them."}, a.listUses)
	get(a, "/use-claims", about{id: "listUseClaims", tag: reuseTag, summary: "List what is said of others' use", text: "Newest first. The agency named and the steward see what became of theirs, everybody else only what waits."}, a.listUseClaims)
	post(a, "/use-claims", about{id: "claimUse", tag: reuseTag, summary: "Say that another agency uses your software", text: "It waits until that agency confirms or denies it.", status: 201}, a.claimUse)
	post(a, "/uploads/{link}/use-claims", about{id: "claimUseByLink", tag: reuseTag, summary: "Say by an upload link who uses the software", text: "For the supplier who has the link. The agency named is asked; 20 names may wait for an answer.", open: true, repeats: true, slowed: true, status: 204}, a.claimUseByLink)
	get(a, "/use-claims/{id}", about{id: "getUseClaim", tag: reuseTag, summary: "A claim of use"}, a.getUseClaim)
	get(a, "/use-claims/{id}/transitions", about{id: "listUseClaimTransitions", tag: reuseTag, summary: "The history of a claim of use"}, a.listUseClaimTransitions)
	post(a, "/use-claims/{id}/transitions", about{id: "moveUseClaim", tag: reuseTag, summary: "Match, confirm, deny or withdraw a claim of use",
		text: "Only somebody of the agency named confirms or denies. Confirmed, it is a deployment from then on, or confirms the one that is there."}, a.moveUseClaim)
}

func (a *api) listUses(ctx context.Context, in *ID) (*struct{ Body Uses }, error) {
	if _, err := a.asset(ctx, in.ID); err != nil {
		return nil, err
	}
	n, err := a.Store.UsesOf(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Store.UsesBy(ctx, viewer(ctx), in.ID, 500)
	out := Uses{Agencies: n.Agencies, Own: n.Own, Confirmed: n.Confirmed, Recent: n.Recent, Stale: n.Stale, Claimed: n.Claimed, Stated: n.Stated, Unmatched: n.Unmatched, Items: each(list, func(u *store.UseRow) AssetUse {
		return AssetUse{AgencyID: u.AgencyID, Agency: u.Agency, State: UseState(u.State), ConfirmedOn: day(u.ConfirmedOn), ValidUntilOn: day(u.ValidUntilOn), SinceOn: models.DateOf(u.Since).String(), Deployments: u.Deployments}
	})}
	return &struct{ Body Uses }{out}, err
}

func (a *api) listUseClaims(ctx context.Context, in *struct {
	Asset     int64          `query:"asset" minimum:"1"`
	Agency    int64          `query:"agency" minimum:"1" doc:"This agency and all below it"`
	State     UseClaimState  `query:"state"`
	Origin    UseClaimOrigin `query:"origin"`
	Unmatched bool           `query:"unmatched" doc:"Only where nobody knows which agency is meant"`
	Q         string         `query:"q" maxLength:"200" doc:"Part of the name as stated"`
	Paging
}) (*Page[UseClaim], error) {
	l, err := a.Store.UseClaims(ctx, viewer(ctx), models.UseClaimFilter{Asset: in.Asset, Agency: in.Agency, State: models.UseClaimState(in.State), Origin: models.UseClaimOrigin(in.Origin), Unmatched: in.Unmatched, Query: in.Q, Page: in.page()})
	return page(ctx, l, shapeUseClaim), err
}

func (a *api) claimUse(ctx context.Context, in *struct{ Body Body[UseClaimInput] }) (*Made[UseClaim], error) {
	w := in.Body.Value
	c := models.UseClaim{AssetID: w.AssetID, AgencyID: w.AgencyID, Stated: w.Stated, Source: w.Source, Note: w.Note, Origin: models.ClaimOfSteward}
	if err := in.Body.check(ctx, a, c.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.ClaimUse(ctx, viewer(ctx), &c); err != nil {
		return nil, err
	}
	row, err := a.Store.UseClaim(ctx, viewer(ctx), c.ID)
	if err != nil {
		return nil, err
	}
	return made("use-claims", c.ID, c.Version, shapeUseClaim(row))
}

func (a *api) claimUseByLink(ctx context.Context, in *struct {
	Link
	Body Body[SupplierClaimInput]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.ClaimUseByLink(ctx, in.Link.Link, in.Body.Value.Stated, in.Body.Value.Note)
}

func (a *api) getUseClaim(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[UseClaim], error) {
	c, err := a.Store.UseClaim(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(c.Version, shapeUseClaim(c), in.Unless)
}

func (a *api) moveUseClaim(ctx context.Context, in *struct {
	ID
	Based
	Body Body[UseClaimTransition]
}) (*One[UseClaim], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	t := in.Body.Value
	if t.To == "matched" {
		_, err = a.Register.MatchUseClaim(ctx, viewer(ctx), in.ID.ID, based, t.AgencyID)
	} else {
		answer := register.UseAnswer{To: models.UseClaimState(t.To), Reason: t.Reason, Statement: t.Statement,
			Run: models.Deployment{VersionText: t.VersionText, Service: t.Service, Environment: models.Environment(t.Environment), Visibility: models.Visibility(t.Visibility)}}
		if d := dateOf(t.ValidUntilOn); d != nil {
			answer.Until = *d
		}
		_, err = a.Register.AnswerUseClaim(ctx, viewer(ctx), in.ID.ID, based, answer)
	}
	if err != nil {
		return nil, err
	}
	c, err := a.Store.UseClaim(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(c.Version, shapeUseClaim(c), Unless{})
}

func (a *api) listUseClaimTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	c, err := a.Store.UseClaim(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "use-claim", NounID: c.ID}, in.Feed)
}
