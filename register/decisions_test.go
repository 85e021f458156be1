package register_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// workedExample is where the invented case of a ministry that needs file sharing is kept.
const workedExample = "../policy/testdata/worked-example"

// trial is the worked example with the people who act in it.
type trial struct {
	*fixture
	people map[string]models.Viewer // by role, and by the number that the example gives them
	id     int64
	assets [2]int64 // the numbers that stand for the software that it becomes
}

// trialStep is one step of the example.
type trialStep struct {
	Title  string
	At     time.Time
	By     string
	Person int
	Files  []string
	To     models.DecisionState
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	x := &trial{fixture: newFixture(t), people: map[string]models.Viewer{}}
	for _, role := range []models.Role{models.Requester, models.Registrar, models.Procurement, models.Adviser, models.ExemptionAuthority} {
		x.people[string(role)] = x.person(string(role)+"@health.example.gov", role, x.health)
	}
	for number, role := range map[string]models.Role{"101": models.Evaluator, "102": models.Evaluator, "104": models.Approver, "105": models.ProceduralReviewer} {
		x.people[number] = x.person(number+"@health.example.gov", role, x.health)
	}
	x.people["counsel"] = x.person("counsel@example.gov", models.Counsel, x.health)
	x.enforce("tt-draft", day("2026-10-01"), "")
	at := time.Date(2026, 10, 5, 9, 0, 0, 0, time.UTC)
	var n struct {
		Kind, Track, Title, Function string
		Value                        models.Money
	}
	x.must(json.Unmarshal(read(t, "case.json"), &n))
	row, err := x.r.At(at).OpenDecision(ctx, x.people["requester"], register.NewDecision{AgencyID: x.health.ID, Kind: models.DecisionKind(n.Kind), Track: models.DecisionTrack(n.Track), Title: n.Title, Function: n.Function, Value: n.Value})
	x.must(err)
	x.id = row.ID
	x.assets[0] = x.asset("Nextcloud", x.health, models.VisiblePublic).ID
	return x
}

func day(s string) models.Date {
	d, err := models.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(workedExample, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// enforce puts a preset in force for the ministry from a day on, with a change of its text.
func (x *trial) enforce(code string, from models.Date, change string) *store.RegimeVersionRow {
	x.t.Helper()
	var text string
	for _, p := range policy.Presets() {
		if p.Code == code {
			text = string(p.Text)
		}
	}
	if old, fresh, ok := strings.Cut(change, " => "); ok {
		if !strings.Contains(text, old) {
			x.t.Fatalf("the preset has no %q", old)
		}
		text = strings.Replace(text, old, fresh, 1)
	}
	then := x.r.At(from.Time())
	v, err := then.DraftRegime(ctx, x.people["counsel"], register.RegimeDraft{AgencyID: &x.health.ID, Text: text})
	x.must(err)
	x.must(then.ActivateRegime(ctx, x.people["counsel"], v.ID, v.Version, &from))
	v, err = x.s.RegimeVersion(ctx, v.ID)
	x.must(err)
	return v
}

// fit makes what a file of the example says fit this register: people and software have other numbers here.
func (x *trial) fit(name string, text []byte) []byte {
	switch {
	case strings.HasPrefix(name, "people"):
		var numbers []string // in one go: a person here may have the number of another in the example
		for number, who := range map[string]string{"101": "101", "102": "102", "103": "adviser"} {
			numbers = append(numbers, ": "+number, fmt.Sprintf(": %d", x.people[who].UserID))
		}
		text = []byte(strings.NewReplacer(numbers...).Replace(string(text)))
	case strings.HasPrefix(name, "registration"):
		var r models.Registration
		x.must(json.Unmarshal(text, &r))
		r.AssetIDs, r.DeploymentIDs = []int64{x.assets[0]}, nil
		text, _ = json.Marshal(r)
	}
	return text
}

// file puts a file of the example on file, as a person at a time.
func (x *trial) file(by models.Viewer, at time.Time, name string, text []byte) error {
	part, key, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "_")
	part, _, _ = strings.Cut(part, ".")
	if part == "scores" || part == "approval" {
		key = ""
	}
	_, err := x.r.At(at).FilePart(ctx, by, x.id, 0, models.PartName(part), key, x.fit(part, text))
	return err
}

// walk takes the example up to the move to a state; "" walks it to its end.
func (x *trial) walk(until models.DecisionState) {
	x.t.Helper()
	var steps []trialStep
	x.must(json.Unmarshal(read(x.t, "steps.json"), &steps))
	exhibits, err := filepath.Glob(filepath.Join(workedExample, "exhibits", "*"))
	x.must(err)
	for _, e := range exhibits {
		text, err := os.ReadFile(e)
		x.must(err)
		_, err = x.r.At(steps[0].At).Attach(ctx, x.people["registrar"], x.id, models.Attachment{Title: filepath.Base(e), Filename: filepath.Base(e), Type: "marketStudies", Media: "text/plain", Tier: models.VisibleGovernment}, bytes.NewReader(text))
		x.must(err)
	}
	for _, s := range steps {
		if s.To == until && until != "" {
			return
		}
		x.step(s)
	}
}

func (x *trial) step(s trialStep) {
	x.t.Helper()
	by, ok := x.people[fmt.Sprint(s.Person)]
	if !ok {
		by = x.people[s.By]
	}
	for _, name := range s.Files {
		if err := x.file(by, s.At, name, read(x.t, name)); err != nil {
			x.t.Fatalf("%s: %s: %v", s.Title, name, err)
		}
	}
	if s.To == models.DecisionInForce {
		if _, err := x.r.At(s.At).PublishDecision(ctx, by, x.id, 0, ""); err != nil {
			x.t.Fatalf("%s: publishing: %v", s.Title, err)
		}
	}
	if s.To != "" {
		if _, err := x.r.At(s.At.Add(time.Minute)).MoveDecision(ctx, by, x.id, 0, register.Step{To: s.To}); err != nil {
			x.t.Fatalf("%s: to %s: %v", s.Title, s.To, err)
		}
	}
}

func TestTheWorkedExampleRunsFromTheNeedToWhatIsInForce(t *testing.T) {
	x := newTrial(t)
	x.walk("")
	f, err := x.r.At(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)).CaseFile(ctx, x.people["registrar"], x.id, time.Time{})
	x.must(err)
	if f.State != models.DecisionInForce || f.Row.Chosen != "c" || f.Row.ChosenName != "Nextcloud enterprise subscription" || f.Row.Visibility != models.VisiblePublic {
		t.Errorf("the case ends at %s with %q (%s), seen by %s", f.State, f.Row.Chosen, f.Row.ChosenName, f.Row.Visibility)
	}
	if f.Standing.Recommended != "c" {
		t.Errorf("the regime leads to %q: %s", f.Standing.Recommended, f.Standing.Sentence)
	}
	for _, r := range f.Results {
		if r.Outcome == models.RuleViolated || r.Stops() {
			t.Errorf("rule %s: %s: %s %v", r.Rule, r.Outcome, r.Message, r.Missing)
		}
	}
	if got := f.Row.StandstillOn; got == nil || got.String() != "2026-11-17" {
		t.Errorf("the standstill ends on %v, not after ten working days from 3 November 2026, of which Divali on the 9th is none", got)
	}
	again, err := x.r.Rejudge(ctx, x.people["registrar"], x.id)
	x.must(err)
	for _, one := range again {
		if !one.Same || !one.File {
			t.Errorf("%s to %s, judged again: same %v, the same file %v", one.Move.From, one.Move.To, one.Same, one.File)
		}
	}
}

func TestADecisionKeepsTheLawItWasOpenedUnder(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionAnnounced)
	before, err := x.r.Rejudge(ctx, x.people["registrar"], x.id)
	x.must(err)
	x.enforce("tt-draft", day("2026-11-01"), "tcoHorizonMonths: 60 => tcoHorizonMonths: 84")
	after, err := x.r.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)).Rejudge(ctx, x.people["registrar"], x.id)
	x.must(err)
	if len(before) != len(after) || len(after) == 0 {
		t.Fatalf("%d moves, then %d", len(before), len(after))
	}
	other := false
	for i := range after {
		if diff := cmp.Diff(before[i].Again, after[i].Again); diff != "" {
			t.Errorf("%s to %s says something else under a newer law: %s", after[i].Move.From, after[i].Move.To, diff)
		}
		other = other || cmp.Diff(after[i].Again, after[i].Now) != ""
	}
	if !other {
		t.Error("the newer law says the same everywhere, so that nothing is shown")
	}
	f, err := x.r.At(time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)).CaseFile(ctx, x.people["registrar"], x.id, time.Time{})
	x.must(err)
	if f.Newer == nil || f.Newer.Number != 2 || f.Version.Number != 1 {
		t.Errorf("the case is under version %d, newer: %+v", f.Version.Number, f.Newer)
	}
}

func TestEveryRuleThatStopsAStepIsAnsweredAtOnce(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionProposed)
	var steps []trialStep
	x.must(json.Unmarshal(read(t, "steps.json"), &steps))
	i := slices.IndexFunc(steps, func(s trialStep) bool { return s.To == models.DecisionProposed })
	closed := bytes.Replace(read(t, "proposal.json"), []byte(`"chosen": "c"`), []byte(`"chosen": "d"`), 1)
	x.must(x.file(x.people["procurement-officer"], steps[i].At, "proposal.json", closed))
	_, err := x.r.At(steps[i].At).MoveDecision(ctx, x.people["procurement-officer"], x.id, 0, register.Step{To: models.DecisionProposed})
	if !models.HasCode(err, "rules-not-met") {
		t.Fatalf("proposing what fails a condition: %v", err)
	}
	if got := fields(err); !slices.Equal(got, []string{"E5"}) {
		t.Errorf("stopped by %v", got)
	}
}

func TestAPublishedDecisionIsProvedWithNothingFromUs(t *testing.T) {
	x := newTrial(t)
	private, public, err := proof.NewKey("example.gov/log")
	x.must(err)
	x.must(x.r.UseLogKey(private))
	x.walk("")
	p, err := x.r.PublicDocument(ctx, models.Viewer{}, x.id, 0)
	x.must(err)
	bundle, err := x.r.PublicationProof(ctx, models.Viewer{}, x.id, p.Number)
	x.must(err)
	finding, err := proof.VerifyInclusion(sha256.Sum256(p.Document), bundle, public)
	if err != nil || !finding.Same {
		t.Fatalf("the document as published: %+v, %v", finding, err)
	}
	if finding, err := proof.VerifyInclusion(sha256.Sum256(bytes.Replace(p.Document, []byte("Nextcloud"), []byte("Nextclowd"), 1)), bundle, public); err == nil && finding.Same {
		t.Error("a changed document is proved too")
	}
	report, err := x.r.VerifyLog(ctx, register.LogCheck{}, func(int64, int64) {})
	x.must(err)
	if len(report.Differences) > 0 {
		t.Errorf("the untouched log differs: %+v", report.Differences)
	}
}

func TestOutsidersSeeOfACaseWhatIsPublished(t *testing.T) {
	x := newTrial(t)
	x.walk(models.DecisionInForce)
	stranger := x.person("s@education.example.gov", models.Registrar, x.education)
	for name, v := range map[string]models.Viewer{"the public": {}, "another agency": stranger} {
		if _, err := x.s.Decision(ctx, v, x.id); !models.IsKind(err, models.NotFound) {
			t.Errorf("%s finds a case that is not published: %v", name, err)
		}
	}
	auditor := x.person("a@example.gov", models.Auditor, nil)
	if f, err := x.r.CaseFile(ctx, auditor, x.id, time.Time{}); err != nil || len(f.Parts) == 0 {
		t.Errorf("the auditor does not see the dossier: %v", err)
	}
	_, err := x.r.PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
	if models.HasCode(err, "no-publication") {
		x.must(x.file(x.people["registrar"], time.Now(), "publication.json", read(t, "publication.json")))
		_, err = x.r.PublishDecision(ctx, x.people["registrar"], x.id, 0, "")
	}
	x.must(err)
	row, err := x.s.Decision(ctx, models.Viewer{}, x.id)
	x.must(err)
	if row.Full || row.RequestedBy != "" {
		t.Errorf("the public sees more than what is published: %+v", row)
	}
	if _, err := x.r.CaseFile(ctx, stranger, x.id, time.Time{}); !models.HasCode(err, "dossier-restricted") {
		t.Errorf("another agency opens the dossier: %v", err)
	}
}

// fields names what an error complains of, sorted.
func fields(err error) []string {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil
	}
	var names []string
	for _, f := range e.Fields {
		names = append(names, f.Field)
	}
	slices.Sort(names)
	return names
}
