package register_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

// checked judges something and fails when that cannot be done.
func (f *fixture) checked(by models.Viewer, c register.PolicyCheck, body string) *register.CheckedPolicy {
	f.t.Helper()
	c.Body = strings.NewReader(body)
	v, err := f.r.CheckPolicy(ctx, by, c)
	f.must(err)
	return v
}

func TestOneCallJudgesDocumentsPackagesAndLicences(t *testing.T) {
	f := newFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	if _, err := f.r.CheckPolicy(ctx, models.Viewer{}, register.PolicyCheck{Kind: verdicts.Expression, Body: strings.NewReader("MIT")}); !models.HasCode(err, "no-policy") {
		t.Errorf("without a policy: %v", err)
	}
	f.inForce(officer, nil, strictPolicy)
	f.receive(system, f.release(f.asset("Open", f.health, models.VisiblePublic), "1"), withLicenses("GPL-3.0-only"))
	f.receive(system, f.release(f.asset("Hidden", f.health, models.VisibleAgency), "1"), strings.ReplaceAll(withLicenses("GPL-3.0-only"), "part0", "secret0"))
	for _, c := range []struct {
		name string
		by   models.Viewer
		kind verdicts.Kind
		body string
		want licenses.Verdict
	}{
		{"an expression that is allowed", models.Viewer{}, verdicts.Expression, "MIT", licenses.Allowed},
		{"an expression that is denied", models.Viewer{}, verdicts.Expression, "MIT AND GPL-3.0-only", licenses.Denied},
		{"a choice", models.Viewer{}, verdicts.Expression, "MIT OR GPL-3.0-only", licenses.NeedsChoice},
		{"a document", models.Viewer{}, verdicts.SBOM, withLicenses("MIT", "GPL-3.0-only"), licenses.Denied},
		{"packages that public documents state a licence of", models.Viewer{}, verdicts.PURLs, "pkg:npm/part0@1.0\n", licenses.Denied},
		{"packages that only hidden documents state a licence of", models.Viewer{}, verdicts.PURLs, "pkg:npm/secret0@1.0\n", licenses.UnknownTerms},
		{"the same for who sees those documents", officer, verdicts.PURLs, "pkg:npm/secret0@1.0\n", licenses.Denied},
		{"packages that nobody knows", officer, verdicts.PURLs, "pkg:npm/nobody@1.0\n", licenses.UnknownTerms},
	} {
		last := f.lastEvent().ID
		v := f.checked(c.by, register.PolicyCheck{Kind: c.kind, Name: "question"}, c.body)
		if v.Verdict.Verdict != c.want || v.ID != 0 || len(f.events(last)) != 0 {
			t.Errorf("%s: %s, number %d, events %v", c.name, v.Verdict.Verdict, v.ID, f.events(last))
		}
	}
	for _, c := range []struct {
		name string
		c    register.PolicyCheck
		body string
		code string
	}{
		{"lines that are no purls", register.PolicyCheck{Kind: verdicts.PURLs}, "left-pad\n", "invalid-input"},
		{"a fact that nobody knows", register.PolicyCheck{Kind: verdicts.Expression, Facts: map[string]any{"weather": "fine"}}, "MIT", "invalid-input"},
		{"an agency that is not there", register.PolicyCheck{Kind: verdicts.Expression, AgencyID: 987654}, "MIT", "agency-not-found"},
		{"to keep it without signing in", register.PolicyCheck{Kind: verdicts.Expression, Keep: register.KeepVerdict}, "MIT", "sign-in-first"},
	} {
		c.c.Body = strings.NewReader(c.body)
		if _, err := f.r.CheckPolicy(ctx, models.Viewer{}, c.c); !models.HasCode(err, c.code) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAKeptVerdictIsSeenByWhoIsConcernedAndComesOutTheSame(t *testing.T) {
	f := newFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	keeper, colleague, other := f.person("k@example.gov", models.Reader, f.health), f.person("c@example.gov", models.Registrar, f.health), f.person("x@example.gov", models.Registrar, f.education)
	f.inForce(officer, nil, strictPolicy)
	last := f.lastEvent().ID
	c := register.PolicyCheck{Kind: verdicts.SBOM, AgencyID: f.health.ID, Name: "delivery.json", Keep: register.KeepVerdict}
	first := f.checked(keeper, c, withLicenses("MIT", "GPL-3.0-only"))
	again := f.checked(keeper, c, withLicenses("MIT", "GPL-3.0-only"))
	if first.ID == 0 || first.ID != again.ID || fmt.Sprint(f.events(last)) != "[policy-check.kept]" {
		t.Errorf("kept as %d and %d, events %v", first.ID, again.ID, f.events(last))
	}
	for _, x := range []struct {
		name string
		by   models.Viewer
		sees bool
	}{{"who kept it", keeper, true}, {"a colleague", colleague, true}, {"another ministry", other, false}, {"the public", models.Viewer{}, false}, {"the OSPO", officer, true}} {
		row, err := f.s.PolicyCheck(ctx, x.by, first.ID)
		if (err == nil) != x.sees || x.sees && !bytes.Equal(row.Verdict, first.JSON()) {
			t.Errorf("%s: %v", x.name, err)
		}
		verified, err := f.r.VerifyVerdict(ctx, x.by, bytes.NewReader(first.JSON()))
		if x.sees && (err != nil || !verified.Same) || !x.sees && !models.HasCode(err, "cannot-verify") {
			t.Errorf("%s verifies: %+v, %v", x.name, verified, err)
		}
	}
	changed := bytes.Replace(first.JSON(), []byte(`"denied"`), []byte(`"allowed"`), 1)
	if v, err := f.r.VerifyVerdict(ctx, keeper, bytes.NewReader(changed)); err != nil || v.Same || len(v.Differences) != 1 {
		t.Errorf("a verdict that was changed: %+v, %v", v, err)
	}
	if _, err := f.r.VerifyVerdict(ctx, keeper, strings.NewReader("{}")); !models.IsKind(err, models.Invalid) {
		t.Errorf("no verdict: %v", err)
	}
}

func TestTheVerdictOnADocumentAgreesWithItsFindingsAndStaysRunnable(t *testing.T) {
	f := newOwnFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	a := f.asset("Case Desk", f.hospitals, models.VisiblePublic)
	receipt := f.receive(system, f.release(a, "1.0"), withLicenses("MIT", "GPL-3.0-only", "GPL-3.0-only OR MIT", "NOASSERTION"))
	f.inForce(officer, nil, strictPolicy)
	f.must(f.r.ChooseLicense(ctx, officer, &models.LicenseChoice{Reach: models.ReachAsset, AssetID: &a.ID, Expression: "GPL-3.0-only OR MIT", Chosen: "MIT", Reason: "It asks for less."}))
	f.judged(f.health.ID)
	v, err := f.r.SBOMVerdict(ctx, models.Viewer{}, receipt.SBOM.ID, 0, nil)
	f.must(err)
	rows, err := f.s.Verdicts(ctx, system, a.ID)
	f.must(err)
	for verdict, n := range v.Packages {
		if rows[0].Counts[string(verdict)] != n {
			t.Errorf("%s: %d packages in the verdict, %d in the background", verdict, n, rows[0].Counts[string(verdict)])
		}
	}
	if len(v.Words.Choices) != 1 || v.Situation["asset.origin"] != "open-source" || v.Situation["agency.code"] != "hospitals" {
		t.Errorf("words %+v, situation %v", v.Words, v.Situation)
	}
	again, err := f.r.SBOMVerdict(ctx, models.Viewer{}, receipt.SBOM.ID, 0, nil)
	f.must(err)
	if !bytes.Equal(v.JSON(), again.JSON()) {
		t.Error("the same question has another answer")
	}
	f.inForce(officer, nil, strings.Replace(strictPolicy, "GPL-3.0-only", "MIT", 1))
	verified, err := f.r.VerifyVerdict(ctx, models.Viewer{}, bytes.NewReader(v.JSON()))
	f.must(err)
	if !verified.Same {
		t.Errorf("under a policy that was superseded: %+v", verified.Differences)
	}
}

// largeDocument is a product with so many packages under so many licences.
func largeDocument(packages int) string {
	ids := licenses.All()
	stated := make([]string, packages)
	for i := range stated {
		stated[i] = ids[i%len(ids)].ID
		if i%7 == 0 {
			stated[i] += " OR " + ids[(i+3)%len(ids)].ID
		}
	}
	return withLicenses(stated...)
}

func TestOneCallOverFiveThousandPackagesIsQuick(t *testing.T) {
	f := newFixture(t)
	shipped, err := f.r.ShipPolicy(ctx)
	if f.must(err); !shipped {
		t.Fatal("there is no policy")
	}
	text := largeDocument(5000)
	began := time.Now()
	v := f.checked(models.Viewer{}, register.PolicyCheck{Kind: verdicts.SBOM}, text)
	if took := time.Since(began); took > 3*time.Second { // alone it takes a fraction of one; a busy machine may be slower
		t.Errorf("it took %v", took)
	}
	if v.Subject.Packages != 5001 {
		t.Errorf("%d packages", v.Subject.Packages)
	}
}

func BenchmarkOneCallOverFiveThousandPackages(b *testing.B) {
	r := register.New(testkit.Store(b))
	if _, err := r.ShipPolicy(ctx); err != nil {
		b.Fatal(err)
	}
	text := largeDocument(5000)
	for b.Loop() {
		if _, err := r.CheckPolicy(ctx, models.Viewer{}, register.PolicyCheck{Kind: verdicts.SBOM, Body: strings.NewReader(text)}); err != nil {
			b.Fatal(err)
		}
	}
}
