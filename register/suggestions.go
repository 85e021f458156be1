package register

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// SuggestCandidate takes software that somebody suggests for a case that the public sees, without an account. Those who run the case answer, and the public reads what became of it.
func (r *Register) SuggestCandidate(ctx context.Context, by models.Viewer, id int64, g models.Suggestion) (*models.Suggestion, error) {
	at := r.now().Truncate(time.Microsecond)
	g.ID, g.DecisionID, g.State, g.Candidate, g.Reason, g.AnsweredAt, g.At, g.ByID = 0, id, models.SuggestionReceived, "", "", nil, at, optional(by.UserID)
	g.Name, g.License, g.URL, g.Text, g.References, g.ByName, g.Contact = tidy(g.Name), tidy(g.License), strings.TrimSpace(g.URL), strings.TrimSpace(g.Text), strings.TrimSpace(g.References), tidy(g.ByName), tidy(g.Contact)
	if err := g.Validate(); err != nil {
		return nil, err
	}
	err := store.Write(ctx, r.store, func(tx *store.Tx) error {
		if _, err := tx.Decision(ctx, by, id); err != nil {
			return err
		}
		if err := tx.Hold(ctx, "decisions", id); err != nil {
			return err
		}
		row, err := tx.Decision(ctx, models.SystemViewer("Suggestion"), id)
		if err != nil {
			return err
		}
		if !row.TakesSuggestions() {
			return models.Refuse(models.Conflict, "no-suggestions", "This case takes no suggestions now. Software is suggested while a need is published for offers, and as long as a published decision is in force.")
		}
		all, ofCase, err := tx.CountSuggestions(ctx, at.Add(-24*time.Hour), id)
		if err != nil {
			return err
		}
		if all >= models.MostSuggestions || ofCase >= models.MostSuggestionsOfCase {
			return models.Refuse(models.Conflict, "too-many-suggestions", "Too much was suggested today. Your suggestion was not taken. Send it again tomorrow, or write to the agency.")
		}
		if err := tx.AddSuggestion(ctx, &g); err != nil {
			return err
		}
		return suggestionEvent(ctx, tx, by, "decision.suggested", row, &g)
	})
	return &g, err
}

// suggestionEvent tells those who see the dossier what was suggested and what became of it. What strangers write stays out of the trail, which is kept for ever.
func suggestionEvent(ctx context.Context, tx *store.Tx, by models.Viewer, action string, row *store.DecisionRow, g *models.Suggestion) error {
	e := attachmentEvent(action, &row.Decision, models.VisibleAgency, map[string]any{"suggestion": g.Number, "state": g.State, "candidate": g.Candidate, "reason": g.Reason})
	_, err := recordLeaf(ctx, tx, by, e, logged{row.ID, proof.Entry{Ref: row.Ref, Dossier: hexDigest(row.Digest)}})
	return err
}

// SuggestionAnswer says what becomes of a suggestion: a candidate with a key, or nothing. The reason is read by the public.
type SuggestionAnswer struct {
	To     models.SuggestionState
	Key    string                 // of the candidate
	Origin models.CandidateOrigin // of the candidate; "" is open source of others
	Reason string
}

// AnswerSuggestion makes a candidate of what was suggested, or declines it with the reason. It is for who enters candidates, and answers each suggestion once.
func (r *Register) AnswerSuggestion(ctx context.Context, by models.Viewer, id int64, number int, a SuggestionAnswer) (*models.Suggestion, error) {
	var answered *models.Suggestion
	err := r.withCase(ctx, by, id, 0, func(tx *store.Tx, c *caseAt) error {
		kind, err := models.PartOf(models.PartCandidate)
		if err != nil {
			return err
		}
		if _, err := holds(by, kind.By, c.row.AgencyID, "answer what is suggested for this case"); err != nil {
			return err
		}
		list, err := tx.Suggestions(ctx, c.row)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(g models.Suggestion) bool { return g.Number == number })
		if i < 0 {
			return models.NoSuch("suggestion")
		}
		answered = &list[i]
		if answered.State != models.SuggestionReceived {
			return models.Refuse(models.Conflict, "suggestion-answered", "This suggestion was answered already.")
		}
		at := r.now().Truncate(time.Microsecond)
		answered.State, answered.Reason, answered.AnsweredAt = a.To, strings.TrimSpace(a.Reason), &at
		switch a.To {
		case models.SuggestionCandidate:
			if err := r.enterSuggested(ctx, tx, by, c, kind, answered, a); err != nil {
				return err
			}
		case models.SuggestionDeclined:
			if answered.Reason == "" {
				return invalidField("reason", "required", "Say why it is declined: who suggested it, and everybody else, will read it.")
			}
		default:
			return invalidField("to", "unknown-value", "Say candidate or declined.")
		}
		if err := tx.AnswerSuggestion(ctx, answered); err != nil {
			return err
		}
		return suggestionEvent(ctx, tx, by, "decision.suggestion-answered", c.row, answered)
	})
	return answered, err
}

// enterSuggested puts what was suggested on the long list of the case.
func (r *Register) enterSuggested(ctx context.Context, tx *store.Tx, by models.Viewer, c *caseAt, kind models.Part, g *models.Suggestion, a SuggestionAnswer) error {
	if err := kind.CheckKey(a.Key); err != nil {
		return err
	}
	if c.dossier.Candidate(a.Key) != nil {
		return invalidField("key", "taken", "The case has a candidate “"+a.Key+"” already. Choose another key.")
	}
	if a.Origin == "" {
		a.Origin = models.FromOpenSource
	}
	content := &models.Candidate{Name: g.Name, Origin: a.Origin, Delivery: models.Deliveries[0], OSSDeclared: a.Origin == models.FromOpenSource, Status: models.CandidateStates[0], SuggestedBy: g.ByName}
	if g.URL != "" {
		content.References = append(content.References, g.URL)
	}
	if err := content.Validate(); err != nil {
		return err
	}
	g.Candidate = a.Key
	return r.file(ctx, tx, by, c, kind, a.Key, content)
}
