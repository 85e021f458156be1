package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/verdicts"
)

// gatePolicy allows MIT, denies the AGPL, reviews the rest and does not know what is not stated.
const gatePolicy = `id: gate
title: Gate
rules:
  - id: free
    title: Free
    licenses: {ids: [MIT]}
    outcome: allow
    message: Fine.
  - id: network
    title: Network copyleft
    licenses: {ids: [AGPL-3.0-only]}
    when: use.service
    outcome: deny
    severity: high
    message: Not for services.
    basis: Decision 7
    cure: Take another.
`

func gateDocument(licence string) string {
	return strings.Replace(strings.Replace(checkedDocument, `"licenseDeclared":"MIT","supplier":"ACME"`, `"licenseDeclared":"MIT"`, 1), `"supplier":"<b>"`, `"licenseDeclared":"`+licence+`"`, 1)
}

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	return write(t, t.TempDir(), name, text)
}

func TestTheExitStatusOfAJudgedDocumentIsThatOfItsVerdict(t *testing.T) {
	gate := fileOf(t, "gate.yaml", gatePolicy)
	files := map[string]string{}
	for _, licence := range []string{"MIT", "ISC", "NOASSERTION", "AGPL-3.0-only", "MIT OR AGPL-3.0-only", "NONE"} {
		files[licence] = fileOf(t, "d.json", gateDocument(licence))
	}
	files["refused"] = fileOf(t, "d.json", "Hello.")
	for _, c := range []struct {
		what   string
		args   []string
		status int
	}{
		{"allowed", []string{files["MIT"]}, 0},
		{"review", []string{files["ISC"]}, 3},
		{"a choice", []string{files["MIT OR AGPL-3.0-only"], "--use", "service"}, 3},
		{"unknown", []string{files["NOASSERTION"]}, 4},
		{"undetermined", []string{files["AGPL-3.0-only"]}, 4},
		{"denied", []string{files["AGPL-3.0-only"], "--use", "service"}, 5},
		{"none", []string{files["NONE"]}, 5},
		{"refused", []string{files["refused"]}, 1},
		{"no such file", []string{"missing.json"}, 1},
		{"the worst of several", []string{files["refused"], files["ISC"], files["MIT"]}, 3},
		{"a directory", []string{filepath.Dir(files["ISC"])}, 3},
		{"review is let through", []string{files["ISC"], "--fail-on", "unknown"}, 0},
		{"unknown is let through", []string{files["NOASSERTION"], "--fail-on", "denied"}, 0},
		{"denied is never let through", []string{files["AGPL-3.0-only"], "--fact", "use.service=true", "--fail-on", "denied"}, 5},
		{"the stricter of a chain", []string{files["MIT"], "--policy", "default"}, 0},
	} {
		code, out, errOut := command(t, append([]string{"check", "--policy", gate}, c.args...)...)
		if code != c.status {
			t.Errorf("%s: the exit status is %d, not %d:\n%s%s", c.what, code, c.status, out, errOut)
		}
	}
}

func TestCheckSaysTheVerdictInWordsFirstThenRulesAndCures(t *testing.T) {
	gate := fileOf(t, "gate.yaml", gatePolicy)
	code, out, _ := command(t, "check", "--policy", gate, "--use", "service", fileOf(t, "d.json", gateDocument("AGPL-3.0-only")))
	for _, says := range []string{
		"d.json: denied\n  Denied: 1 of 2 packages.\n  2 packages: 1 denied, 1 allowed\n  by Gate (gate, SHA-256 ", "use.service=true",
		"\n\n  denied, high: Network copyleft (gate/network), 1 package\n    Not for services.\n    Cure: Take another.\n    Basis: Decision 7\n    - beta, AGPL-3.0-only (declared)\n",
	} {
		if !strings.Contains(out, says) {
			t.Errorf("it does not say %q:\n%s", says, out)
		}
	}
	if code != 5 {
		t.Errorf("exit status %d", code)
	}
}

func TestExpressionsAndListsOfPackagesAreJudgedToo(t *testing.T) {
	gate := fileOf(t, "gate.yaml", gatePolicy)
	if code, out, _ := command(t, "check", "--policy", gate, "--expression", "MIT", "MIT AND ISC"); code != 3 || !strings.HasPrefix(out, "MIT: allowed\n") || !strings.Contains(out, "\nMIT AND ISC: review\n") {
		t.Errorf("%d:\n%s", code, out)
	}
	if code, out, _ := command(t, "check", "--expression", "MIT"); code != 0 || !strings.Contains(out, "(government, SHA-256") {
		t.Errorf("without --policy it is not judged by the one that ships: %d\n%s", code, out)
	}
	if code, out, _ := command(t, "check", "--policy", gate, "--purls", fileOf(t, "list", "pkg:npm/a@1\n"), "--json"); code != 4 || !strings.Contains(out, `"kind":"purls"`) || strings.Count(out, "\n") != 1 {
		t.Errorf("%d:\n%s", code, out)
	}
	if code, out, _ := command(t, "check", "--policy", gate, "--purls", fileOf(t, "list", "left-pad\n")); code != 1 || !strings.Contains(out, "left-pad") {
		t.Errorf("%d:\n%s", code, out)
	}
}

func TestEveryMistakeInWhatIsAskedOfCheckIsNamed(t *testing.T) {
	bad := fileOf(t, "bad.yaml", "id: x\nrules: 3\n")
	code, _, errOut := command(t, "check", "--policy", bad+",missing.yaml", "--use", "fly", "--fact", "nonsense", "--fact", "asset.origin=mars", "--verdict", "v.json", "--expression", "MIT", "ISC")
	if code != 2 {
		t.Errorf("exit status %d", code)
	}
	for _, says := range []string{"bad.yaml", "rules", "missing.yaml: no such file", `"fly"`, "nonsense", "mars", "--verdict"} {
		if !strings.Contains(errOut, says) {
			t.Errorf("it does not say %q:\n%s", says, errOut)
		}
	}
	if code, _, errOut := command(t, "check"); code != 2 || !strings.Contains(errOut, "Name a document") {
		t.Errorf("%d %s", code, errOut)
	}
	nowhere := filepath.Join(t.TempDir(), "no", "v.json")
	if code, _, errOut := command(t, "check", "--expression", "MIT", "--verdict", nowhere); code != 2 || !strings.Contains(errOut, nowhere) {
		t.Errorf("a verdict that cannot be written: %d %s", code, errOut)
	}
	if code, _, _ := command(t, "check", "--fail-on", "nothing", "x"); code != 2 {
		t.Errorf("exit status %d", code)
	}
}

func TestAVerdictIsVerifiedWithTheFilesThatAreGiven(t *testing.T) {
	gate, document := fileOf(t, "gate.yaml", gatePolicy), fileOf(t, "d.json", gateDocument("ISC"))
	kept := filepath.Join(t.TempDir(), "v.json")
	if code, _, errOut := command(t, "check", "--policy", "default,"+gate, "--fact", "asset.categories=a,b", "--verdict", kept, document); code != 3 {
		t.Fatalf("%d %s", code, errOut)
	}
	if code, out, errOut := command(t, "verify", kept, "--document", document, "--policy", gate); code != 0 || !strings.Contains(out, ": same\n") {
		t.Errorf("%d\n%s%s", code, out, errOut)
	}
	stricter := fileOf(t, "gate.yaml", gatePolicy+"  - id: no-isc\n    title: No ISC\n    licenses: {ids: [ISC]}\n    outcome: deny\n    message: No.\n    cure: Take another.\n")
	code, out, _ := command(t, "verify", kept, "--document", document, "--policy", stricter)
	if code != 1 || !strings.Contains(out, ": different\n  policy: The policy gate has another text.") || !strings.Contains(out, "The verdict was review and is denied.") {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out, _ = command(t, "verify", kept, "--document", fileOf(t, "d.json", gateDocument("MIT")), "--policy", gate); code != 1 || !strings.Contains(out, "The document is another one.") {
		t.Errorf("%d\n%s", code, out)
	}
	text, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if code, out, _ = command(t, "verify", fileOf(t, "v.json", strings.Replace(string(text), `"review"`, `"allowed"`, 1)), "--document", document); code != 1 || !strings.Contains(out, "changed after it was made") {
		t.Errorf("%d\n%s", code, out)
	}
	if code, _, errOut := command(t, "verify", document); code != 2 || !strings.Contains(errOut, "no verdict") {
		t.Errorf("%d\n%s", code, errOut)
	}
	if code, _, errOut := command(t, "verify", kept, "--document", "missing", "--policy", gate); code != 2 || !strings.Contains(errOut, "cannot be made again: missing: no such file") {
		t.Errorf("%d\n%s", code, errOut)
	}
}

func TestVerdictsOnExpressionsAndListsAreVerifiedToo(t *testing.T) {
	kept, list := filepath.Join(t.TempDir(), "v.json"), fileOf(t, "list", "pkg:npm/a@1\n")
	command(t, "check", "--expression", "MIT OR CC-BY-NC-4.0", "--verdict", kept)
	if code, out, errOut := command(t, "verify", kept); code != 0 {
		t.Errorf("%d\n%s%s", code, out, errOut)
	}
	command(t, "check", "--purls", list, "--verdict", kept)
	if code, out, errOut := command(t, "verify", kept, "--document", list); code != 0 {
		t.Errorf("%d\n%s%s", code, out, errOut)
	}
	if code, _, errOut := command(t, "verify", kept); code != 2 || !strings.Contains(errOut, "--document") {
		t.Errorf("%d\n%s", code, errOut)
	}
	if text, err := os.ReadFile(kept); err != nil || len(text) > verdicts.MostBytes {
		t.Errorf("%v", err)
	}
}

func TestAVerdictIsVerifiedWithWhatTheRegisterKept(t *testing.T) {
	ospo, st := onDatabase(t)
	reg, by := register.New(st), models.SystemViewer("test")
	agency := &models.Agency{URI: "https://example.gov/a", Code: "a", Name: "Archive", Kind: models.Authority}
	if err := reg.RegisterAgency(t.Context(), by, agency); err != nil {
		t.Fatal(err)
	}
	asset := &models.Asset{Name: "d", Origin: models.GovBuilt, StewardID: agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	if err := reg.RegisterAsset(t.Context(), by, asset); err != nil {
		t.Fatal(err)
	}
	document, gate := fileOf(t, "d.json", gateDocument("ISC")), fileOf(t, "gate.yaml", gatePolicy)
	kept := filepath.Join(t.TempDir(), "v.json")
	if code, out := ospo("", "check", "--policy", gate, "--use", "internal", "--verdict", kept, document); code != 3 {
		t.Fatalf("%d %s", code, out)
	}
	if code, out := ospo("", "verify", kept); code != 2 || !strings.Contains(out, "the register has no policy with the SHA-256") {
		t.Errorf("%d %s", code, out)
	}
	for _, text := range []string{gatePolicy, strings.Replace(gatePolicy, "[MIT]", "[MIT, ISC]", 1)} { // the second supersedes the first
		v, err := reg.DraftPolicy(t.Context(), by, register.Draft{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if err := reg.ActivatePolicy(t.Context(), by, v.ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	if code, out := ospo("", "verify", kept); code != 2 || !strings.Contains(out, "the register has no document with the SHA-256") {
		t.Errorf("%d %s", code, out)
	}
	if code, out := ospo("", "import", "sbom", document, "--asset", "d", "--release", "1.0", "--create"); code != 0 {
		t.Fatalf("%d %s", code, out)
	}
	if code, out := ospo("", "verify", kept); code != 0 || !strings.Contains(out, ": same\n") {
		t.Errorf("%d %s", code, out)
	}
}

func TestAVerdictThatTheRegisterKeptIsVerifiedWithWhatWasKeptWithIt(t *testing.T) {
	ospo, st := onDatabase(t)
	reg, by := register.New(st), models.SystemViewer("test")
	v, err := reg.DraftPolicy(t.Context(), by, register.Draft{Text: gatePolicy})
	if err != nil {
		t.Fatal(err)
	}
	if err := reg.ActivatePolicy(t.Context(), by, v.ID, 0); err != nil {
		t.Fatal(err)
	}
	for kind, body := range map[verdicts.Kind]string{verdicts.SBOM: gateDocument("ISC"), verdicts.PURLs: "pkg:npm/a@1\n", verdicts.Expression: "ISC"} {
		check := register.PolicyCheck{Kind: kind, Name: "d", Body: strings.NewReader(body), Facts: map[string]any{"use.internal": true}}
		unkept, err := reg.CheckPolicy(t.Context(), by, check)
		if err != nil {
			t.Fatal(err)
		}
		file := fileOf(t, "v.json", string(unkept.JSON()))
		if code, out := ospo("", "verify", file); kind != verdicts.Expression && (code != 2 || !strings.Contains(out, "--document")) {
			t.Errorf("%s that was not kept: %d %s", kind, code, out)
		}
		check.Body, check.Keep = strings.NewReader(body), register.KeepVerdict
		if _, err := reg.CheckPolicy(t.Context(), by, check); err != nil {
			t.Fatal(err)
		}
		if code, out := ospo("", "verify", file); code != 0 || !strings.Contains(out, ": same\n") {
			t.Errorf("%s: %d %s", kind, code, out)
		}
	}
}
