package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Referent is a person of government who has offered to answer questions about a piece of software. How to reach them is not told: ask in the register.
type Referent struct {
	ID        int64     `json:"id"`
	AssetID   int64     `json:"assetId"`
	Name      string    `json:"name" doc:"Empty for who is not in government"`
	AgencyID  int64     `json:"agencyId"`
	Agency    string    `json:"agency"`
	Expertise Expertise `json:"expertise"`
	Note      string    `json:"note" doc:"What they can be asked about; empty for who is not in government"`
	CreatedAt time.Time `json:"createdAt"`
}

// ReferentInput is what a person offers.
type ReferentInput struct {
	AgencyID  int64     `json:"agencyId" minimum:"1" doc:"For which agency you speak"`
	Expertise Expertise `json:"expertise"`
	Note      string    `json:"note,omitempty" maxLength:"300" doc:"What you can be asked about"`
}

// ReferentTransition ends an offer.
type ReferentTransition struct {
	To string `json:"to" enum:"ended"`
}

func shapeReferent(f *store.ReferentRow) Referent {
	return Referent{ID: f.ID, AssetID: f.AssetID, Name: f.Name, AgencyID: f.AgencyID, Agency: f.Agency, Expertise: Expertise(f.Expertise), Note: f.Note, CreatedAt: utc(f.CreatedAt)}
}

func (a *api) referents() {
	get(a, "/assets/{id}/referents", about{id: "listReferents", tag: reuseTag, summary: "Who answers questions about a piece of software", text: "The public learns of which agencies they are, government also their names. No address is told to anybody."}, a.listReferents)
	post(a, "/assets/{id}/referents", about{id: "becomeReferent", tag: reuseTag, summary: "Offer to answer questions about a piece of software", text: "For yourself: nobody can offer it for another.", status: 201}, a.becomeReferent)
	post(a, "/referents/{id}/transitions", about{id: "endReferent", tag: reuseTag, summary: "End the offer to answer questions", status: 204}, a.endReferent)
}

func (a *api) listReferents(ctx context.Context, in *ID) (*struct{ Body List[Referent] }, error) {
	if _, err := a.asset(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Referents(ctx, viewer(ctx), in.ID)
	return &struct{ Body List[Referent] }{complete(l, shapeReferent)}, err
}

func (a *api) becomeReferent(ctx context.Context, in *struct {
	ID
	Body Body[ReferentInput]
}) (*struct{ Body Referent }, error) {
	w := in.Body.Value
	f := models.Referent{AssetID: in.ID.ID, AgencyID: w.AgencyID, Expertise: models.Expertise(w.Expertise), Note: w.Note}
	if err := in.Body.check(ctx, a, f.Validate); err != nil {
		return nil, err
	}
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if err := a.Register.BecomeReferent(ctx, viewer(ctx), &f); err != nil {
		return nil, err
	}
	row, err := a.Store.Referent(ctx, viewer(ctx), f.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Referent }{shapeReferent(row)}, nil
}

func (a *api) endReferent(ctx context.Context, in *struct {
	ID
	Body Body[ReferentTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.EndReferent(ctx, viewer(ctx), in.ID.ID)
}
