package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Token is an API credential of a person. Its secret is not kept.
type Token struct {
	ID         int64      `json:"id"`
	Name       string     `json:"name" example:"CI of Case Desk"`
	Hint       string     `json:"hint" doc:"How the secret begins" example:"ospo_x7Qk"`
	AgencyID   *int64     `json:"agencyId" doc:"Limited to this agency and those below; null: wherever the person may act"`
	Actions    []Action   `json:"actions"`
	ExpiresAt  time.Time  `json:"expiresAt"`
	LastUsedAt *time.Time `json:"lastUsedAt"`
	RevokedAt  *time.Time `json:"revokedAt"`
	CreatedAt  time.Time  `json:"createdAt"`
}

// NewToken is a token with its secret, which is shown this once.
type NewToken struct {
	Token
	Secret string `json:"secret" doc:"Shown once: keep it where your program finds it"`
}

// TokenInput is what a new token may do.
type TokenInput struct {
	Name      string    `json:"name" minLength:"1" maxLength:"100" doc:"What will use it" example:"CI of Case Desk"`
	AgencyID  *int64    `json:"agencyId,omitempty" minimum:"1" doc:"Limit it to this agency and those below"`
	Actions   []Action  `json:"actions" minItems:"1" maxItems:"20"`
	ExpiresAt time.Time `json:"expiresAt" doc:"Within the next 366 days"`
}

func shapeToken(t *models.Token) Token {
	out := Token{ID: t.ID, Name: t.Name, Hint: t.Hint, AgencyID: t.AgencyID, Actions: []Action{}, ExpiresAt: utc(t.ExpiresAt), LastUsedAt: instant(t.LastUsedAt), RevokedAt: instant(t.RevokedAt), CreatedAt: utc(t.CreatedAt)}
	for _, action := range t.Actions {
		out.Actions = append(out.Actions, Action(action))
	}
	return out
}

func (a *api) tokens() {
	const tag = "People"
	get(a, "/tokens", about{id: "listTokens", tag: tag, summary: "List your API tokens", text: "Newest first.", signedIn: true}, a.listTokens)
	post(a, "/tokens", about{id: "createToken", tag: tag, summary: "Make an API token", repeats: true, status: 201,
		text: "Only for a person who is signed in: a token cannot make tokens. The secret is shown once and never kept, so an Idempotency-Key is not taken here."}, a.createToken)
	post(a, "/tokens/{id}/transitions", about{id: "revokeToken", tag: tag, summary: "Revoke a token", text: "At once and for good. Your own; an administrator anybody's.", status: 204}, a.revokeToken)
	get(a, "/users/{id}/tokens", about{id: "listUserTokens", tag: tag, summary: "List the API tokens of a person", text: "For administrators.", signedIn: true}, a.listUserTokens)
}

func (a *api) listTokens(ctx context.Context, _ *struct{}) (*struct{ Body List[Token] }, error) {
	if err := signedIn(ctx, "see your tokens"); err != nil {
		return nil, err
	}
	l, err := a.Store.Tokens(ctx, viewer(ctx).UserID)
	return &struct{ Body List[Token] }{complete(l, shapeToken)}, err
}

func (a *api) listUserTokens(ctx context.Context, in *ID) (*struct{ Body List[Token] }, error) {
	if err := allowed(ctx, models.ManageUsers, "see other people's tokens"); err != nil {
		return nil, err
	}
	if _, err := a.Store.User(ctx, in.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Tokens(ctx, in.ID)
	return &struct{ Body List[Token] }{complete(l, shapeToken)}, err
}

func (a *api) createToken(ctx context.Context, in *struct{ Body Body[TokenInput] }) (*struct{ Body NewToken }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	want := in.Body.Value
	t := models.Token{Name: want.Name, AgencyID: want.AgencyID, ExpiresAt: want.ExpiresAt.UTC()}
	for _, action := range want.Actions {
		t.Actions = append(t.Actions, string(action))
	}
	secret, err := a.Register.CreateToken(ctx, viewer(ctx), &t)
	if err != nil {
		return nil, err
	}
	return &struct{ Body NewToken }{NewToken{shapeToken(&t), secret}}, nil
}

// TokenTransition revokes a token.
type TokenTransition struct {
	To string `json:"to" enum:"revoked"`
}

func (a *api) revokeToken(ctx context.Context, in *struct {
	ID
	Body Body[TokenTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.RevokeToken(ctx, viewer(ctx), in.ID.ID)
}
