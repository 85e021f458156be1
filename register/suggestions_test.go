package register_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
)

func suggested(name string) models.Suggestion {
	return models.Suggestion{Name: name, License: "AGPL-3.0-or-later", URL: "https://example.org/" + name, Text: "It does the same for half.", ByName: "Island Open Services", Contact: "office@islandopen.example"}
}

func TestAnybodySuggestsSoftwareForAPublishedDecisionAndReadsWhatBecameOfIt(t *testing.T) {
	x := newTrial(t)
	private, _, err := proof.NewKey("example.gov/log")
	x.must(err)
	x.must(x.r.UseLogKey(private))
	x.walk(models.DecisionInForce)
	nobody := models.Viewer{}
	if _, err := x.r.SuggestCandidate(ctx, nobody, x.id, suggested("Seafile")); !models.IsKind(err, models.NotFound) {
		t.Errorf("a case that is not public takes a suggestion: %v", err)
	}
	var steps []trialStep
	x.must(json.Unmarshal(read(t, "steps.json"), &steps))
	x.step(steps[len(steps)-1])
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	r := x.r.At(at)
	if _, err := r.SuggestCandidate(ctx, nobody, x.id, models.Suggestion{URL: "nowhere"}); !slices.Equal(fields(err), []string{"byName", "name", "text", "url"}) {
		t.Errorf("all mistakes at once: %v", err)
	}
	g, err := r.SuggestCandidate(ctx, nobody, x.id, suggested("Seafile"))
	x.must(err)
	if g.Number != 1 || g.State != models.SuggestionReceived {
		t.Errorf("%+v", g)
	}
	if _, err := r.AnswerSuggestion(ctx, x.people["104"], x.id, 1, register.SuggestionAnswer{To: models.SuggestionDeclined, Reason: "No."}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("the approver answers: %v", err)
	}
	officer := x.people["procurement-officer"]
	if _, err := r.AnswerSuggestion(ctx, officer, x.id, 1, register.SuggestionAnswer{To: models.SuggestionDeclined}); !slices.Equal(fields(err), []string{"reason"}) {
		t.Errorf("declined without a reason: %v", err)
	}
	if _, err := r.AnswerSuggestion(ctx, officer, x.id, 1, register.SuggestionAnswer{To: models.SuggestionDeclined, Reason: "Looked at again at the review in a year."}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.AnswerSuggestion(ctx, officer, x.id, 1, register.SuggestionAnswer{To: models.SuggestionDeclined, Reason: "Again."}); !models.HasCode(err, "suggestion-answered") {
		t.Errorf("answered twice: %v", err)
	}
	row, err := x.s.Decision(ctx, nobody, x.id)
	x.must(err)
	list, err := x.s.Suggestions(ctx, row)
	x.must(err)
	if len(list) != 1 || list[0].Reason == "" || list[0].Contact != "" || list[0].ByName != "Island Open Services" {
		t.Errorf("the public reads %+v", list)
	}
	for range models.MostSuggestionsOfCase - 1 {
		_, err = r.SuggestCandidate(ctx, nobody, x.id, suggested("More"))
		x.must(err)
	}
	if _, err := r.SuggestCandidate(ctx, nobody, x.id, suggested("Too-much")); !models.HasCode(err, "too-many-suggestions") {
		t.Errorf("a flood is taken: %v", err)
	}
	report, err := x.r.VerifyLog(ctx, register.LogCheck{}, nil)
	x.must(err)
	if !report.Same() {
		t.Errorf("the log differs: %+v", report.Differences)
	}
}

func TestWhatIsSuggestedWhileANeedIsOutForOffersBecomesACandidate(t *testing.T) {
	x := newTrial(t)
	x.enforce("tt-draft", day("2026-10-01"), "maxAgeDays: 365 => maxAgeDays: 365\n  publicCall: true")
	at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	row, err := x.r.At(at).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Title: "Files", Function: "FILES.SHARE", Value: models.Money{Amount: "790000.00", Currency: "TTD"}})
	x.must(err)
	x.id = row.ID
	x.walk(models.ScanClosed)
	officer := x.people["procurement-officer"]
	r := x.r.At(time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC))
	x.must(x.file(x.people["registrar"], time.Date(2026, 10, 8, 8, 0, 0, 0, time.UTC), "scan.json", read(t, "scan.json")))
	_, err = r.MoveDecision(ctx, officer, x.id, 0, register.Step{To: models.PublicCallOut})
	x.must(err)
	if _, err := r.SuggestCandidate(ctx, models.Viewer{}, x.id, suggested("Seafile")); !models.IsKind(err, models.NotFound) {
		t.Errorf("before its need is published: %v", err)
	}
	x.must(x.file(officer, time.Date(2026, 10, 8, 9, 1, 0, 0, time.UTC), "publication.json", []byte(`{"tier":"public"}`)))
	r = x.r.At(time.Date(2026, 10, 8, 10, 0, 0, 0, time.UTC))
	told, err := r.PublishDecision(ctx, officer, x.id, 0, "A call for offers.")
	x.must(err)
	if told.PublishedAt != nil || told.Visibility != models.VisiblePublic {
		t.Errorf("a call counts as the publication of a decision: %+v", told.PublishedAt)
	}
	_, err = r.SuggestCandidate(ctx, models.Viewer{}, x.id, suggested("Seafile"))
	x.must(err)
	answer := register.SuggestionAnswer{To: models.SuggestionCandidate, Key: "seafile", Reason: "It is looked at like the others."}
	if _, err := r.AnswerSuggestion(ctx, officer, x.id, 1, register.SuggestionAnswer{To: models.SuggestionCandidate, Key: "Sea File"}); !models.IsKind(err, models.Invalid) {
		t.Errorf("a key that is none: %v", err)
	}
	_, err = r.MoveDecision(ctx, officer, x.id, 0, register.Step{To: models.DecisionScanning})
	x.must(err)
	g, err := r.AnswerSuggestion(ctx, officer, x.id, 1, answer)
	x.must(err)
	f, err := r.CaseFile(ctx, officer, x.id, time.Time{})
	x.must(err)
	one := f.Dossier.Candidate("seafile")
	if g.Candidate != "seafile" || one == nil || one.Value.SuggestedBy != "Island Open Services" || one.Value.Origin != models.FromOpenSource || !slices.Equal(one.Value.References, []string{"https://example.org/Seafile"}) {
		t.Errorf("%+v of %+v", one, g)
	}
}
