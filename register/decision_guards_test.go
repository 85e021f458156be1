package register_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
)

func TestACaseIsPutRightUntilItIsDecided(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionScanning)
	title, value := "Files for the health sector", models.Money{Amount: "800000.00", Currency: "TTD"}
	row, err := x.r.AmendDecision(ctx, x.people["registrar"], x.id, 0, register.Amendment{Title: &title, Value: &value})
	x.must(err)
	if row.Title != title || row.Value == nil || *row.Value != "800000.00" {
		t.Errorf("it is called %q and costs %v", row.Title, row.Value)
	}
	if _, err := x.r.AmendDecision(ctx, x.people["104"], x.id, 0, register.Amendment{Title: &title}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("the approver amends: %v", err)
	}
	value.Amount = "many"
	if _, err := x.r.AmendDecision(ctx, x.people["registrar"], x.id, 0, register.Amendment{Value: &value}); !slices.Equal(fields(err), []string{"value.amount"}) {
		t.Errorf("an amount that is none: %v", err)
	}
}

func TestWhatWasSignedCountsForWhatWasOnFileThen(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionApproved)
	at := time.Date(2026, 10, 21, 15, 0, 0, 0, time.UTC)
	x.must(x.file(x.people["104"], at, "approval_104.json", read(t, "approval_104.json")))
	other := bytes.Replace(read(t, "proposal.json"), []byte(`"chosen": "c"`), []byte(`"chosen": "b"`), 1)
	x.must(x.file(x.people["procurement-officer"], at.Add(time.Minute), "proposal.json", other))
	_, err := x.r.At(at.Add(time.Hour)).MoveDecision(ctx, x.people["104"], x.id, 0, register.Step{To: models.DecisionApproved})
	if got := fields(err); !slices.Equal(got, []string{"approval", "procedure"}) {
		t.Errorf("another candidate is approved on what was signed for the first one: %v, %v", got, err)
	}
}

func TestTheLawIsNotGoneRound(t *testing.T) {
	x := newTrial(t)
	x.walk(models.AwardProposed)
	at := time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC)
	refused := func(name, code string, err error) {
		t.Helper()
		if !models.HasCode(err, code) {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
	refused("another candidate after the approval", "part-closed", x.file(x.people["procurement-officer"], at, "candidate_c.json", read(t, "candidate_d.json")))
	refused("another need after the approval", "part-closed", x.file(x.people["requester"], at, "need.json", read(t, "need.json")))
	value := models.Money{Amount: "80000000.00", Currency: "TTD"}
	_, err := x.r.At(at).AmendDecision(ctx, x.people["registrar"], x.id, 0, register.Amendment{Value: &value})
	refused("another value after the approval", "decided", err)
	unsigned := bytes.Replace(read(t, "contract.json"), []byte(`"signedAt": "2026-11-18T14:00:00Z",`), nil, 1)
	x.must(x.file(x.people["procurement-officer"], at, "contract.json", unsigned))
	refused("a signature to come", "invalid-input", x.file(x.people["procurement-officer"], at, "contract.json", read(t, "contract.json")))
	refused("an order of one's own", "invalid-input", x.file(x.people["procurement-officer"], at, "challenges.json", []byte(`{"challenges": [], "overridingInterestOrder": "I say so"}`)))
}

func TestAConfirmedNeedIsNotMadeLighter(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionEvaluated)
	at := time.Date(2026, 10, 15, 9, 0, 0, 0, time.UTC)
	var need models.Need
	x.must(json.Unmarshal(read(t, "need.json"), &need))
	need.Requirements = need.Requirements[2:]
	need.DaysMax = 2000
	text, err := json.Marshal(need)
	x.must(err)
	if got := fields(x.file(x.people["requester"], at, "need.json", text)); !slices.Equal(got, []string{"budgetMax", "requirements", "requirements"}) {
		t.Errorf("a lighter need is refused for %v", got)
	}
}

func TestACaseThatWentBackIsEvaluatedAndProposedAnew(t *testing.T) {
	x := newTrial(t)
	x.walk(models.ProceduralReview)
	at := time.Date(2026, 10, 19, 16, 0, 0, 0, time.UTC)
	_, err := x.r.At(at).MoveDecision(ctx, x.people["104"], x.id, 0, register.Step{To: models.DecisionEvaluating, Reason: "Its licence is not settled."})
	x.must(err)
	conflict := bytes.Replace(read(t, "license_c.json"), []byte(`"method"`), []byte(`"conflicts": ["A: B"], "method"`), 1)
	x.must(x.file(x.people["registrar"], at.Add(time.Hour), "license_c.json", conflict))
	_, err = x.r.At(at.Add(2*time.Hour)).MoveDecision(ctx, x.people["102"], x.id, 0, register.Step{To: models.DecisionEvaluated})
	x.must(err)
	_, err = x.r.At(at.Add(3*time.Hour)).MoveDecision(ctx, x.people["procurement-officer"], x.id, 0, register.Step{To: models.DecisionProposed})
	if got := fields(err); !slices.Equal(got, []string{"parts"}) {
		t.Errorf("it is proposed on the proposal of before: %v", err)
	}
}

func TestWhatIsWithheldIsNotToldByTheListEither(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionInForce)
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	x.must(x.file(x.people["registrar"], at, "publication.json", []byte(`{"tier": "public", "withheld": [{"part": "candidate/c", "ground": "security"}]}`)))
	_, err := x.r.At(at).PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
	x.must(err)
	list, err := x.s.Decisions(ctx, models.Viewer{}, models.DecisionFilter{})
	x.must(err)
	if len(list.Items) != 1 || list.Items[0].ChosenName != "" || list.Items[0].Chosen != "" {
		t.Errorf("the public reads %+v", list.Items)
	}
}

func TestTheSameWordsAreSignedAgainForAChangedCase(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionApproved)
	at := time.Date(2026, 10, 21, 15, 0, 0, 0, time.UTC)
	x.must(x.file(x.people["104"], at, "approval_104.json", read(t, "approval_104.json")))
	x.must(x.file(x.people["registrar"], at.Add(time.Minute), "mitigations.json", []byte(`{"items": ["Two suppliers can support it."]}`)))
	for _, s := range []trialStep{
		{At: at.Add(time.Hour), By: "procurement-officer", To: models.ProceduralReview},
		{At: at.Add(2 * time.Hour), Person: 105, Files: []string{"procedure.json"}, To: models.DecisionProposed},
		{At: at.Add(3 * time.Hour), Person: 104, Files: []string{"approval_104.json"}, To: models.DecisionApproved},
	} {
		x.step(s)
	}
}

func TestTheSameProposalIsMadeAgainAfterTheCaseWentBack(t *testing.T) {
	x := newTrial(t)
	x.walk(models.ProceduralReview)
	at := time.Date(2026, 10, 19, 16, 0, 0, 0, time.UTC)
	_, err := x.r.At(at).MoveDecision(ctx, x.people["104"], x.id, 0, register.Step{To: models.DecisionEvaluating, Reason: "Look at the costs once more."})
	x.must(err)
	x.step(trialStep{At: at.Add(time.Hour), Person: 102, To: models.DecisionEvaluated})
	x.step(trialStep{At: at.Add(2 * time.Hour), By: "procurement-officer", Files: []string{"proposal.json"}, To: models.DecisionProposed})
}

func TestAWaiverOfARuleThatStopsNothingOpensNoStep(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionScanning)
	at := time.Date(2026, 10, 6, 9, 0, 0, 0, time.UTC)
	every := map[string]string{}
	for _, rule := range policy.Rules() {
		every[rule.ID] = "because"
	}
	for name, by := range map[string]models.Viewer{"the approver": x.people["104"], "the exemption authority": x.people["exemption-authority"]} {
		if _, err := x.r.At(at).MoveDecision(ctx, by, x.id, 0, register.Step{To: models.DecisionScanning, Waivers: every}); !models.IsKind(err, models.Forbidden) {
			t.Errorf("%s opens the scan by waiving what stops nothing: %v", name, err)
		}
	}
}
