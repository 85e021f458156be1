package dossier_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/cases"
	"github.com/ospo-register/ospo/models"
)

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(dossier.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("decision.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("decision.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type failer interface{ Fatalf(string, ...any) }

func public(t failer, c *dossier.Case) []byte {
	out, err := dossier.Public(c)
	if err != nil {
		t.Fatalf("telling: %v", err)
	}
	return out
}

func valid(t failer, s *jsonschema.Schema, out []byte) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("no JSON: %v\n%s", err, out)
	}
	if err := s.Validate(doc); err != nil {
		t.Fatalf("not valid by the published schema: %v", err)
	}
}

func TestEachCaseIsToldAsItWasToldBeforeAndAsTheSchemaSays(t *testing.T) {
	s := schema(t)
	for name, c := range cases.Named() {
		t.Run(name, func(t *testing.T) {
			out := public(t, c)
			valid(t, s, out)
			var b bytes.Buffer
			if err := json.Indent(&b, out, "", "  "); err != nil {
				t.Fatal(err)
			}
			testkit.Golden(t, strings.ReplaceAll(name, " ", "-")+".json", append(b.Bytes(), '\n'))
		})
	}
}

func TestEqualCasesGiveEqualBytes(t *testing.T) {
	again := cases.Named()
	for name, c := range cases.Named() {
		if !bytes.Equal(public(t, c), public(t, again[name])) {
			t.Errorf("%s: the same case gave other bytes", name)
		}
	}
}

func TestTheSummaryComesFirst(t *testing.T) {
	for name, c := range cases.Named() {
		if want := `{"format":"ospo-decision/1","summary":"`; name != "not public" && !bytes.HasPrefix(public(t, c), []byte(want)) {
			t.Errorf("%s begins with %.60s", name, public(t, c))
		}
	}
}

func TestNobodyIsNamed(t *testing.T) {
	for name, c := range cases.Named() {
		out := string(public(t, c))
		for _, secret := range []string{"Jane", "4711", "4712", "An internal text", "internal.example.gov"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
}

// withheld is a case of which one part is kept back.
func withheld(part string) *dossier.Case {
	c := cases.Exempted()
	c.Dossier.Publication.Value.Withheld = []models.Withheld{{Part: part, Ground: "trade-secret"}}
	return c
}

func TestWhatIsWithheldIsNotTold(t *testing.T) {
	for part, secrets := range map[string][]string{
		"need":             {"Hospitals exchange files", "900000.00", "Share a file"},
		"scan":             {"oss-catalogue", "calls/7", "Result of the search"},
		"candidate/a":      {"Shared files of Ministry X Ltd", "No room for more users"},
		"candidate":        {"Nextcloud Ltd", "OfficeDrive Ltd"},
		"cost":             {"711000.00", "1027000.00", "Cost sheet"},
		"proposal":         {"because it meets the need", `"alternatives"`},
		"justification":    {"Nobody in the ministry can run"},
		"impossibility":    {"B and C need skills", "Record of impossibility"},
		"exemption":        {"Two of two posts are vacant", "Train four people", "Report every year"},
		"exemption-answer": {"Until the posts are filled", "Report every year"},
		"opinion":          {"Only with a plan to leave"},
		"approval":         {"Train the night shift"},
		"notices":          {"tenders.example.gov/n/1"},
		"procurement":      {"Support for Nextcloud for five years", "Call for tenders"},
		"contract":         {"MOH/2026/14", "contractSigned"},
		"attachment/17":    {"contractSigned"},
	} {
		t.Run(part, func(t *testing.T) {
			before, out := string(public(t, cases.Exempted())), string(public(t, withheld(part)))
			for _, secret := range secrets {
				if !strings.Contains(before, secret) {
					t.Errorf("the test shows nothing: %q is not told anyway", secret)
				}
				if strings.Contains(out, secret) {
					t.Errorf("%q is told", secret)
				}
			}
			if !strings.Contains(out, `{"part":"`+part+`","ground":"trade-secret"}`) {
				t.Error("it does not say that it is withheld")
			}
			valid(t, schema(t), []byte(out))
		})
	}
}

func TestWithholdingLeavesTheCaseAsItIs(t *testing.T) {
	c, same := cases.Withheld(), cases.Withheld()
	public(t, c)
	if diff := cmp.Diff(same, c, cmp.Comparer(func(a, b models.Date) bool { return a.String() == b.String() })); diff != "" {
		t.Error(diff)
	}
}

func TestSomethingWithheldUnderAnAddressThatNamesNothingIsRefused(t *testing.T) {
	c := cases.Full()
	c.Dossier.Publication.Value.Withheld = []models.Withheld{{Part: "prices", Ground: "x"}, {Part: "cost/zz", Ground: "x"}, {Part: "attachment/99", Ground: "x"}, {Part: "need/budget", Ground: "x"}, {Part: "cost/b", Ground: "x"}, {Part: "scores/4712", Ground: "x"}}
	_, err := dossier.Public(c)
	var fields []string
	var e *models.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			fields = append(fields, f.Field)
		}
	}
	if diff := cmp.Diff([]string{"withheld[0].part", "withheld[1].part", "withheld[2].part", "withheld[3].part"}, fields); diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
}

func TestACaseOfWhichNobodySaidWhatIsToldIsRefused(t *testing.T) {
	c := cases.Full()
	c.Dossier.Publication = nil
	if _, err := dossier.Public(c); !models.HasCode(err, "no-publication") {
		t.Errorf("got %v", err)
	}
}

func TestACaseThatIsNotPublicTellsNoMoreThanThatAndWhy(t *testing.T) {
	var keys map[string]any
	if err := json.Unmarshal(public(t, cases.Closed()), &keys); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"agency", "edition", "format", "publishedAt", "ref", "regime", "withheld"}, slices.Sorted(maps.Keys(keys))); diff != "" {
		t.Error(diff)
	}
}

func TestAnExemptionOfWhichOnlyTheExistenceIsPublishedHasNoReasons(t *testing.T) {
	out := string(public(t, cases.Existence()))
	for _, secret := range []string{"no-expertise\"],\"facts", "Two of two posts", "Train four people", "Until the posts", "Request for exemption"} {
		if strings.Contains(out, secret) {
			t.Errorf("%q is told", secret)
		}
	}
	if want := `"exemption":{"verdict":"granted-limited","byRole":"exemption-authority","answeredAt":"2026-03-24T12:00:00Z","untilOn":"2027-10-23","shown":"existence-only"}`; !strings.Contains(out, want) {
		t.Errorf("it does not have %s", want)
	}
}

func TestAnyPartOfACaseMayBeMissing(t *testing.T) {
	s := schema(t)
	rapid.Check(t, func(t *rapid.T) {
		out := public(t, cases.Some(t))
		valid(t, s, out)
		if strings.Contains(string(out), "Jane Personal") {
			t.Fatal("somebody is named")
		}
	})
}

func TestTheComparisonShowsWhatNobodyLookedAtAsEmpty(t *testing.T) {
	c := cases.Full()
	c.Dossier.Candidates[0].Value.Covers = nil
	rows := dossier.Comparison(c).Rows
	if diff := cmp.Diff([]string{"R1 (essential): Share a file with a named person.", "", "yes", "yes", "yes"}, rows[len(rows)-2]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Total cost", "", "790000.00", "790000.00", "790000.00"}, rows[9]); diff != "" {
		t.Error(diff)
	}
}

func TestTheCostTableHasARowForEachLineAndCandidate(t *testing.T) {
	table := dossier.Costs(cases.Full())
	want := [][]string{
		{"hosting", "Shared files of Ministry X", "", ""},
		{"hosting", "Nextcloud community", "quote", "TTD", "550000", "0"},
		{"hosting", "Nextcloud enterprise", "quote", "TTD", "730000", "0"},
		{"hosting", "OfficeDrive", "quote", "TTD", "960000", "0"},
	}
	if diff := cmp.Diff(want, table.Rows[:4]); diff != "" {
		t.Error(diff)
	}
	if got := len(table.Columns); got != 6 {
		t.Errorf("%d columns", got)
	}
}

func TestThePublicTablesHoldNothingWithheld(t *testing.T) {
	told, err := withheld("cost/c").ForPublic()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range dossier.Costs(told).Rows {
		if row[1] == "Nextcloud enterprise" && len(row) > 4 {
			t.Errorf("a withheld cost is shown: %q", row)
		}
	}
}

func TestAListOfDecisionsHasDaysAndAmounts(t *testing.T) {
	c := cases.Full()
	got := dossier.Decisions([]dossier.Listed{{Decision: *c.Decision, Agency: "Ministry of Health", Regime: "Open source first, version 1", URL: "https://decisions.example.gov/health-2026-0007"}})
	want := [][]string{{"health-2026-0007", "Ministry of Health", "File sharing for hospitals", "FILES.SHARE", "new", "full", "in-force", "Open source first, version 1", "790000.00", "TTD", "2026-03-02", "2026-03-28", "", "", "2027-03-28", "https://decisions.example.gov/health-2026-0007"}}
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Error(diff)
	}
}
