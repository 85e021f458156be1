package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// Suggestion is software that somebody outside suggests for a case, and what became of it.
type Suggestion struct {
	Number     int        `json:"number" doc:"1, 2, 3 … of the decision"`
	Name       string     `json:"name" doc:"Of the product"`
	License    string     `json:"license" doc:"SPDX expression, as it was said; empty when it was not"`
	URL        string     `json:"url"`
	Text       string     `json:"text" doc:"Why it would do"`
	References string     `json:"references" doc:"Who uses it"`
	By         string     `json:"by" doc:"Who suggests it"`
	Contact    string     `json:"contact" doc:"Only for who sees the dossier"`
	State      string     `json:"state" enum:"received,candidate,declined"`
	Candidate  string     `json:"candidate" doc:"Key of the candidate that was made of it; empty otherwise"`
	Reason     string     `json:"reason" doc:"What was answered"`
	AnsweredAt *time.Time `json:"answeredAt"`
	At         time.Time  `json:"suggestedAt"`
}

// SuggestionInput is what somebody suggests.
type SuggestionInput struct {
	Name       string `json:"name" minLength:"1" maxLength:"200" example:"Seafile" doc:"Of the product"`
	License    string `json:"license,omitempty" maxLength:"500" example:"AGPL-3.0-or-later" doc:"SPDX expression"`
	URL        string `json:"url,omitempty" maxLength:"2000" doc:"Where it is to be seen"`
	Text       string `json:"text" minLength:"1" maxLength:"3000" doc:"Why it would do"`
	References string `json:"references,omitempty" maxLength:"2000" doc:"Who uses it"`
	By         string `json:"by" minLength:"1" maxLength:"200" doc:"Who suggests it, as everybody will read it"`
	Contact    string `json:"contact,omitempty" maxLength:"300" doc:"For who answers alone"`
}

// SuggestionTransition answers a suggestion.
type SuggestionTransition struct {
	To     string `json:"to" enum:"candidate,declined"`
	Key    string `json:"key,omitempty" maxLength:"40" doc:"Of the candidate that is made of it"`
	Origin string `json:"origin,omitempty" enum:"gov-reuse,oss,commercial,custom,shared-service" doc:"Of the candidate; open source of others when absent"`
	Reason string `json:"reason,omitempty" maxLength:"3000" doc:"Read by everybody; needed to decline"`
}

// SuggestionNumber is the path parameter of a suggestion.
type SuggestionNumber struct {
	Number int `path:"number" minimum:"1" doc:"Number of the suggestion" example:"1"`
}

func shapeSuggestion(g *models.Suggestion) Suggestion {
	return Suggestion{Number: g.Number, Name: g.Name, License: g.License, URL: g.URL, Text: g.Text, References: g.References, By: g.ByName, Contact: g.Contact, State: string(g.State), Candidate: g.Candidate, Reason: g.Reason,
		AnsweredAt: instant(g.AnsweredAt), At: utc(g.At)}
}

func (a *api) suggestions() {
	const tag = "Decisions"
	get(a, "/decisions/{id}/suggestions", about{id: "listSuggestions", tag: tag, summary: "What was suggested for a decision", text: "Oldest first, with what became of each."}, a.listSuggestions)
	post(a, "/decisions/{id}/suggestions", about{id: "suggestCandidate", tag: tag, summary: "Suggest software for a decision", open: true, repeats: true, status: 201,
		text: "While its need is published for offers, and as long as the published decision is in force. Nobody has to sign in. So many are taken in a day. An Idempotency-Key is not taken here."}, a.suggestCandidate)
	post(a, "/decisions/{id}/suggestions/{number}/transitions", about{id: "answerSuggestion", tag: tag, summary: "Make a candidate of a suggestion, or decline it", text: "A candidate enters the long list of the case with who suggested it. To decline needs a reason, which everybody reads."}, a.answerSuggestion)
}

func (a *api) listSuggestions(ctx context.Context, in *ID) (*struct{ Body List[Suggestion] }, error) {
	row, err := a.Store.Decision(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.Suggestions(ctx, row)
	return &struct{ Body List[Suggestion] }{complete(l, shapeSuggestion)}, err
}

func (a *api) suggestCandidate(ctx context.Context, in *struct {
	ID
	Body Body[SuggestionInput]
}) (*struct{ Body Suggestion }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	s := in.Body.Value
	g, err := a.Register.SuggestCandidate(ctx, viewer(ctx), in.ID.ID, models.Suggestion{Name: s.Name, License: s.License, URL: s.URL, Text: s.Text, References: s.References, ByName: s.By, Contact: s.Contact})
	if err != nil {
		return nil, err
	}
	return &struct{ Body Suggestion }{shapeSuggestion(g)}, nil
}

func (a *api) answerSuggestion(ctx context.Context, in *struct {
	ID
	SuggestionNumber
	Body Body[SuggestionTransition]
}) (*struct{ Body Suggestion }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	t := in.Body.Value
	g, err := a.Register.AnswerSuggestion(ctx, viewer(ctx), in.ID.ID, in.Number, register.SuggestionAnswer{To: models.SuggestionState(t.To), Key: t.Key, Origin: models.CandidateOrigin(t.Origin), Reason: t.Reason})
	if err != nil {
		return nil, err
	}
	return &struct{ Body Suggestion }{shapeSuggestion(g)}, nil
}
