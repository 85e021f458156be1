package register_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestTheShortTrackIsForWhatGoesOnAndOnlyUpToTheFirstBand(t *testing.T) {
	x := newTrial(t)
	asset := x.assets[0]
	value := func(amount string) models.Money { return models.Money{Amount: models.Decimal(amount), Currency: "TTD"} }
	at := x.r.At(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		name string
		kind models.DecisionKind
		with func(*register.NewDecision)
		want []string
	}{
		{"a renewal that says what it goes on with", models.DecideRenewal, func(n *register.NewDecision) { n.PriorID, n.Value = &x.id, value("900000") }, nil},
		{"a renewal of software", models.DecideRenewal, func(n *register.NewDecision) { n.AssetID, n.Value = &asset, value("1000000") }, nil},
		{"a renewal of nothing", models.DecideRenewal, func(n *register.NewDecision) { n.Value = value("90000") }, []string{"priorId"}},
		{"a renewal above the first band", models.DecideRenewal, func(n *register.NewDecision) { n.PriorID, n.Value = &x.id, value("1000000.01") }, []string{"track"}},
		{"a renewal of no known value", models.DecideRenewal, func(n *register.NewDecision) { n.PriorID = &x.id }, []string{"value"}},
		{"a renewal in another currency", models.DecideRenewal, func(n *register.NewDecision) {
			n.PriorID, n.Value = &x.id, models.Money{Amount: "900", Currency: "USD"}
		}, []string{"track"}},
		{"a small purchase", models.DecideNew, func(n *register.NewDecision) { n.Value = value("100000") }, nil},
		{"a purchase that is not small", models.DecideNew, func(n *register.NewDecision) { n.Value = value("100001") }, []string{"track"}},
	} {
		n := register.NewDecision{AgencyID: x.health.ID, Kind: c.kind, Track: models.ShortTrack, Title: c.name, Function: "FILES.SHARE"}
		c.with(&n)
		row, err := at.OpenDecision(ctx, x.people["requester"], n)
		if got := fields(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v (%v)", c.name, got, c.want, err)
		}
		if err == nil && row.Track != models.ShortTrack {
			t.Errorf("%s takes the track %s", c.name, row.Track)
		}
	}
}

// lenient opens the case of the example anew under a law without the rule about the rungs.
func (x *trial) lenient() {
	x.t.Helper()
	x.enforce("tt-draft", day("2026-10-01"), "C1, C2, C3, C4, C5, C6, C7, X1, X2, X3, X4, A1, A2 => C1, C3, C4, C5, C6, C7, X1, X2, X3, X4, A1, A2")
	row, err := x.r.At(time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecideNew, Title: "Files", Function: "FILES.SHARE",
		Value: models.Money{Amount: "790000.00", Currency: "TTD"}})
	x.must(err)
	x.id = row.ID
}

func TestWhatDoesNotFitIsNotApprovedWithoutSayingThatNothingDoes(t *testing.T) {
	x := newTrial(t)
	x.lenient()
	x.walk(models.DecisionProposed)
	at := time.Date(2026, 10, 18, 9, 0, 0, 0, time.UTC)
	officer := x.people["procurement-officer"]
	move := func(by models.Viewer, to models.DecisionState) error {
		at = at.Add(time.Minute)
		_, err := x.r.At(at).MoveDecision(ctx, by, x.id, 0, register.Step{To: to})
		return err
	}
	file := func(by models.Viewer, name, text string) {
		t.Helper()
		at = at.Add(time.Minute)
		x.must(x.file(by, at, name, []byte(text)))
	}
	_, err := x.r.At(at).MoveDecision(ctx, officer, x.id, 0, register.Step{To: models.DecisionEvaluating, Reason: "The supplier has confirmed the free export."})
	x.must(err)
	export := strings.Replace(string(read(t, "deviations/exempted/knock-outs_d.json")), "\n", " ", 1)
	file(x.people["adviser"], "knock-outs_d.json", export)
	x.must(move(officer, models.DecisionEvaluated))
	file(officer, "proposal.json", string(bytes.Replace(read(t, "proposal.json"), []byte(`"chosen": "c"`), []byte(`"chosen": "d"`), 1)))
	file(officer, "justification.json", `{"text":"We like it.","grounds":["we-like-it"],"signedBy":"x","signedAt":"2026-10-18T09:00:00Z"}`)
	x.must(move(officer, models.DecisionProposed))
	confirm := func() error {
		t.Helper()
		x.must(move(officer, models.ProceduralReview))
		file(x.people["105"], "procedure.json", string(read(t, "procedure.json")))
		x.must(move(x.people["105"], models.DecisionProposed))
		file(x.people["104"], "approval_104.json", string(read(t, "approval_104.json")))
		return move(x.people["104"], models.DecisionApproved)
	}
	err = confirm()
	if got := fields(err); !slices.Equal(got, []string{"case-grounds", "case-unfit"}) || !models.HasCode(err, "rules-not-met") {
		t.Fatalf("what does not fit is approved: %v %v", got, err)
	}
	f, err := x.r.At(at).CaseFile(ctx, officer, x.id, time.Time{})
	x.must(err)
	if !slices.ContainsFunc(f.Results, func(r models.RuleResult) bool { return r.Rule == "case-unfit" && r.Stops() }) {
		t.Error("the case does not say that what is proposed does not fit")
	}
	file(officer, "impossibility.json", `{"rung":2,"text":"Neither edition can sign files.","signedBy":"x","signedAt":"2026-10-18T09:00:00Z"}`)
	file(officer, "justification.json", `{"text":"Nothing else will do.","grounds":["no-oss-meets-essential"],"signedBy":"x","signedAt":"2026-10-18T09:00:00Z"}`)
	if err := confirm(); err != nil {
		t.Errorf("with the record that nothing will do: %v %v", fields(err), err)
	}
}

func TestAContractThatIsNotWhatWasAwardedIsRecordedAsThat(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionContracted)
	at, officer := time.Date(2026, 11, 18, 15, 0, 0, 0, time.UTC), x.people["procurement-officer"]
	contract := func(supplier, amount string) error {
		text := bytes.Replace(bytes.Replace(read(t, "contract.json"), []byte("Island Open Services"), []byte(supplier), 1), []byte("290000.00"), []byte(amount), 1)
		at = at.Add(time.Minute)
		x.must(x.file(officer, at, "contract.json", text))
		_, err := x.r.At(at).MoveDecision(ctx, officer, x.id, 0, register.Step{To: models.DecisionContracted})
		return err
	}
	if err := contract("Island Open Services", "790000.01"); !slices.Equal(fields(err), []string{"case-approved-value"}) {
		t.Errorf("a contract above what was approved: %v %v", fields(err), err)
	}
	x.must(contract("Mainland Services", "300000.00"))
	moves, err := x.s.DecisionMoves(ctx, x.id, at.Add(time.Hour))
	x.must(err)
	var warned []string
	for _, r := range moves[len(moves)-1].Results {
		if r.Outcome == models.RuleViolated {
			warned = append(warned, r.Rule)
		}
	}
	if !slices.Equal(warned, []string{"case-award-supplier", "case-award-value"}) {
		t.Errorf("the move records %v", warned)
	}
	again, err := x.r.At(at.Add(time.Hour)).Rejudge(ctx, x.people["registrar"], x.id)
	x.must(err)
	for _, one := range again {
		if !one.Same {
			t.Errorf("judged again, the move to %s differs", one.Move.To)
		}
	}
}

func TestWhatIsWithheldIsOnAGroundOfTheList(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionInForce)
	err := x.file(x.people["registrar"], time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), "publication.json", []byte(`{"tier":"public","withheld":[{"part":"cost/b","ground":"shame","text":"It is dear."}]}`))
	if got := fields(err); !slices.Equal(got, []string{"withheld[0].ground"}) || !strings.Contains(err.Error(), "security, personal-data, commercial-secrecy, national-security") {
		t.Errorf("a ground of no list: %v", err)
	}
}
