package policy

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

const exampleDir = "testdata/worked-example"

// exampleStep is one line of steps.json.
type exampleStep struct {
	Step   int
	Title  string
	At     time.Time
	By     models.Role
	Person int64
	Files  []string
	To     models.DecisionState
}

// exampleWriter says who writes a file, where that is not who takes the step.
type exampleWriter struct {
	Role   models.Role
	Person int64
}

// exampleDeviation is one line of deviations.json.
type exampleDeviation struct {
	Name, Title  string
	State        models.DecisionState
	Files        []string
	Without      []string
	By           map[string]exampleWriter
	Rules        []string
	Undetermined []string
}

func readExample[T any](t testing.TB, name string) T {
	t.Helper()
	var into T
	text, err := os.ReadFile(path.Join(exampleDir, name))
	if err == nil {
		err = json.Unmarshal(text, &into)
	}
	if err != nil {
		t.Fatal(err)
	}
	return into
}

// example is the case as it stands when it has reached a state for the first time, with the files of a deviation in place of its own.
type example struct {
	decision models.Decision
	parts    []models.DecisionPart
	moves    []models.DecisionMove
	now      time.Time
}

func exampleCase(t testing.TB) models.Decision {
	t.Helper()
	c := readExample[struct {
		Kind            models.DecisionKind
		Track           models.DecisionTrack
		Title, Function string
		Value           models.Money
	}](t, "case.json")
	requester := int64(100)
	return models.Decision{ID: 1, Ref: "health-2026-0001", AgencyID: 1, Kind: c.Kind, Track: c.Track, Title: c.Title, Function: c.Function, Value: &c.Value.Amount, Currency: c.Value.Currency,
		State: models.DecisionDraft, RequestedByID: &requester}
}

// playTo plays the steps until the case is about to leave a state: everything filed there is on file. "" plays all.
func playTo(t testing.TB, state models.DecisionState, d exampleDeviation) *example {
	t.Helper()
	e := &example{decision: exampleCase(t)}
	for _, s := range readExample[[]exampleStep](t, "steps.json") {
		e.now = s.At
		for _, file := range s.Files {
			if !slices.Contains(d.Without, file) && !slices.Contains(d.Files, file) {
				e.file(t, exampleDir, file, exampleWriter{s.By, s.Person}, s.At)
			}
		}
		if s.To != "" && e.decision.State == state {
			break
		}
		if s.To != "" {
			e.move(s)
		}
	}
	for _, file := range d.Files {
		by := exampleWriter{models.Procurement, 107}
		if w, ok := d.By[file]; ok {
			by = w
		}
		e.file(t, path.Join(exampleDir, "deviations", d.Name), file, by, e.now)
	}
	return e
}

func (e *example) move(s exampleStep) {
	e.moves = append(e.moves, models.DecisionMove{Number: len(e.moves) + 1, From: e.decision.State, To: s.To, At: s.At, Role: s.By})
	e.decision.State = s.To
	at, on := s.At, models.DateOf(s.At)
	switch s.To {
	case models.DecisionApproved:
		review := on.AddDays(365)
		e.decision.ApprovedAt, e.decision.ReviewOn = &at, &review
	case models.Standstill:
		end := mustDate("2026-11-17")
		e.decision.StandstillOn = &end
	case models.DecisionInForce:
		e.decision.PublishedAt = &at
	}
}

func mustDate(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// file puts a file on file as the API would: read strictly, validated, in canonical form.
func (e *example) file(t testing.TB, dir, name string, by exampleWriter, at time.Time) {
	t.Helper()
	text, err := os.ReadFile(path.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	address, _, _ := strings.Cut(name, ".")
	kind, key, _ := strings.Cut(address, "_")
	part, err := models.PartOf(models.PartName(kind))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	content, err := part.Read(text)
	if err != nil {
		t.Fatalf("%s/%s: %v", dir, name, err)
	}
	bytes, err := models.PartBytes(content)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(bytes)
	e.parts = slices.DeleteFunc(e.parts, func(p models.DecisionPart) bool { return p.Part == part.Name && p.Key == key })
	p := models.DecisionPart{Part: part.Name, Key: key, Number: 1, Content: bytes, Digest: sum[:], Role: by.Role, At: at, State: e.decision.State}
	if by.Person != 0 {
		p.ByID = &by.Person
	}
	e.parts = append(e.parts, p)
}

func tt(t testing.TB) *Regime {
	t.Helper()
	text, err := os.ReadFile("regimes/tt-draft.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRegime(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (e *example) input(t testing.TB, r *Regime) CaseInput {
	t.Helper()
	dossier, err := models.ReadDossier(e.parts, e.moves)
	if err != nil {
		t.Fatal(err)
	}
	return CaseInput{Decision: &e.decision, Dossier: dossier, Regime: r, Agency: "health", Now: e.now}
}

// judge judges by every rule of a decision that could be asked until the state and by the gates that come next.
func (e *example) judge(t testing.TB, r *Regime) (violated, undetermined []string) {
	t.Helper()
	court, err := CompileRegime(r)
	if err != nil {
		t.Fatal(err)
	}
	in := e.input(t, r)
	k, _ := Derive(in)
	for _, gate := range gatesUntil(e.decision.State) {
		for _, result := range court.Judge(context.Background(), gate, k) {
			switch result.Outcome {
			case models.RuleViolated:
				violated = append(violated, result.Rule)
			case models.RuleUndetermined:
				undetermined = append(undetermined, result.Rule)
				if testing.Verbose() {
					t.Log(result.Rule, result.Paths, result.Trouble)
				}
			}
		}
	}
	slices.Sort(violated)
	slices.Sort(undetermined)
	return slices.Compact(violated), slices.Compact(undetermined)
}

// gatesUntil lists the gates of the example's moves up to and out of a state.
func gatesUntil(state models.DecisionState) []models.Gate {
	gates := []models.Gate{models.GateNeed}
	for _, at := range []struct {
		state models.DecisionState
		gates []models.Gate
	}{{models.DecisionScanning, []models.Gate{models.GateScan}}, {models.DecisionEvaluating, []models.Gate{models.GateEvaluation}}, {models.DecisionEvaluated, nil}, {models.DecisionProposed, []models.Gate{models.GateProposal, models.GateExemption, models.GateApproval}},
		{models.Standstill, []models.Gate{models.GateContract}}, {models.DecisionRegistered, []models.Gate{models.GateRegistration}}, {models.DecisionInForce, []models.Gate{models.GateTimer}}} {
		if slices.Index(models.DecisionStates, state) >= slices.Index(models.DecisionStates, at.state) {
			gates = append(gates, at.gates...)
		}
	}
	return gates
}

func TestTheExampleTakesEveryStepOfTheProcedureAndNoRuleStopsIt(t *testing.T) {
	r, e := tt(t), &example{decision: exampleCase(t)}
	court, err := CompileRegime(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range readExample[[]exampleStep](t, "steps.json") {
		e.now = s.At
		for _, file := range s.Files {
			e.file(t, exampleDir, file, exampleWriter{s.By, s.Person}, s.At)
			part, _ := models.PartOf(e.parts[len(e.parts)-1].Part)
			if !part.Opens(&e.decision) || !slices.Contains(part.By, s.By) {
				t.Errorf("%s: %s cannot file %s at %s", s.Title, s.By, file, e.decision.State)
			}
		}
		if s.To == "" {
			continue
		}
		in := e.input(t, r)
		move, err := e.decision.MoveTo(s.To, r.Terms(in.Decision, in.Dossier))
		if err != nil || !slices.Contains(move.By, s.By) {
			t.Fatalf("%s: %s may not: %v", s.Title, s.By, err)
		}
		k, _ := Derive(in)
		for _, gate := range move.Gates {
			for _, result := range court.Judge(context.Background(), gate, k) {
				if result.Outcome == models.RuleViolated || result.Outcome == models.RuleUndetermined {
					t.Errorf("%s: %s is %s %v %s", s.Title, result.Rule, result.Outcome, result.Paths, result.Trouble)
				}
			}
		}
		e.move(s)
	}
	if e.decision.State != models.DecisionInForce {
		t.Errorf("the example ends at %s", e.decision.State)
	}
}

func TestEachDeviationFromTheExampleBreaksExactlyTheRulesThatItNames(t *testing.T) {
	r := tt(t)
	for _, d := range readExample[[]exampleDeviation](t, "deviations.json") {
		t.Run(d.Title, func(t *testing.T) {
			violated, undetermined := playTo(t, d.State, d).judge(t, r)
			if diff := cmp.Diff(d.Rules, append([]string{}, violated...)); diff != "" {
				t.Errorf("violated (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(append([]string{}, d.Undetermined...), append([]string{}, undetermined...)); diff != "" {
				t.Errorf("undetermined (-want +got):\n%s", diff)
			}
		})
	}
}
