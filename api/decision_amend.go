package api

import (
	"context"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// DecisionAmendment is what may be put right about a case until it is decided.
type DecisionAmendment struct {
	Title    string        `json:"title" minLength:"1" maxLength:"300" example:"File sharing for the ministry"`
	Function string        `json:"function,omitempty" maxLength:"100" doc:"Code of the function that the software serves" example:"FILES.SHARE"`
	Value    *models.Money `json:"value,omitempty" doc:"What it is expected to cost in all; null: not known after all"`
}

func (a *api) amendDecision(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[DecisionAmendment] `contentType:"application/merge-patch+json"`
}) (*One[Decision], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	row, err := a.full(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	changed := in.Body.apply(DecisionAmendment{Title: row.Title, Function: row.Function, Value: money(row.Value, row.Currency)})
	value := models.Money{}
	if changed.Value != nil {
		value = *changed.Value
	}
	return decided(a.Register.AmendDecision(ctx, viewer(ctx), in.ID.ID, based, register.Amendment{Title: &changed.Title, Function: &changed.Function, Value: &value}))
}
