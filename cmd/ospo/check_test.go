package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const checkedDocument = `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://sbom.test/d","creationInfo":{"created":"2026-01-02T03:04:05Z"},
"documentDescribes":["SPDXRef-a"],"packages":[{"SPDXID":"SPDXRef-a","name":"alpha","licenseDeclared":"MIT","supplier":"ACME"},{"SPDXID":"SPDXRef-b","name":"beta","supplier":"<b>"}]}`

// checkFiles writes two documents, one of them in a directory below and one in a hidden one, and gives their directory.
func checkFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"a.json": checkedDocument, "below/b.txt": "Hello.", ".git/c": "Hello."} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func runCheck(t *testing.T, c checkCommand, in string) (out string, status int) {
	t.Helper()
	var b strings.Builder
	err := c.Run(t.Context(), strings.NewReader(in), &b)
	var code quiet
	if err != nil && !errors.As(err, &code) {
		t.Fatal(err)
	}
	return b.String(), int(code)
}

func TestCheckPrintsAReportPerDocumentAndFailsWhenOneIsRefused(t *testing.T) {
	dir := checkFiles(t)
	out, status := runCheck(t, checkCommand{Files: []string{dir, filepath.Join(dir, "missing")}}, "")
	want := `DIR/a.json: salvaged
  spdx-json, SPDX-2.3: 2 packages, 0 relationships, 1 distinct licence
  SHA-256 1c7175dc78eed175545c5c6c74d4af27365754082f06c8e68ecd43bb9f228f87
  warning  bad-supplier, 2 times, first at /packages/0/supplier
           The supplier “ACME” does not begin with Organization: or Person:; “ACME” was taken as its name.
DIR/below/b.txt: refused
  SHA-256 2d8bd7d9bb5f85ba643f0110d50cb506a1fe439e769a22503193ea6046bb87f7
  fatal    not-an-sbom
           The file is not an SBOM document that is known. Send SPDX 2.1 to 3.0.1 or CycloneDX 1.2 to 1.7.
DIR/missing: refused
  fatal    unreadable-file
           The file cannot be read: no such file or directory.
`
	plain, judged := withoutQuality(strings.ReplaceAll(out, dir, "DIR"))
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, says := range []string{"  CISA 2026: ", " met, ", " missing, ", "           1. ", "           3. "} {
		if !strings.Contains(judged, says) {
			t.Errorf("of the quality it does not say %q:\n%s", says, judged)
		}
	}
	if strings.Contains(judged, "           4. ") || strings.Count(judged, "           1. ") > 3 {
		t.Errorf("more than the cheapest improvements, or those of a refused document:\n%s", judged)
	}
	if status != 1 {
		t.Errorf("the exit status is %d", status)
	}
}

// withoutQuality takes the quality report out of what was printed; its words are those of package quality.
func withoutQuality(out string) (plain, judged string) {
	inside := false
	for line := range strings.Lines(out) {
		switch {
		case strings.HasPrefix(line, "  CISA 2026: "):
			inside = true
		case !strings.HasPrefix(line, " "):
			inside = false
		}
		if inside {
			judged += line
		} else {
			plain += line
		}
	}
	return plain, judged
}

func TestCheckPrintsOneLineOfJSONPerDocument(t *testing.T) {
	out, status := runCheck(t, checkCommand{Files: []string{"-"}, JSON: true}, checkedDocument)
	want := `{"file":"-","sha256":"1c7175dc78eed175545c5c6c74d4af27365754082f06c8e68ecd43bb9f228f87","kind":"sbom","format":"spdx-json","version":"SPDX-2.3","packages":2,"relationships":0,"distinctLicenses":1,` +
		`"verdict":"salvaged","findings":[{"rule":"bad-supplier","severity":"warning","pointer":"/packages/0/supplier","message":"The supplier “ACME” does not begin with Organization: or Person:; “ACME” was taken as its name."},` +
		`{"rule":"bad-supplier","severity":"warning","pointer":"/packages/1/supplier","message":"The supplier “<b>” does not begin with Organization: or Person:; “<b>” was taken as its name."}],"moreFindings":0}` + "\n"
	facts, judged, _ := strings.Cut(out, `,"quality":`)
	if diff := cmp.Diff(want, facts+"}\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var lists []struct {
		List, Grade, Sentence string
		Outcomes              map[string]int
		Improvements          []struct{ Rule, Sentence string }
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(judged, "}\n")), &lists); err != nil {
		t.Fatal(err)
	}
	if len(lists) != 3 || lists[0].List != "cisa-2026" || lists[0].Grade == "" || lists[0].Sentence == "" || lists[0].Outcomes["missing"] == 0 || len(lists[0].Improvements) != 3 {
		t.Errorf("the quality is %+v", lists)
	}
	if status != 0 {
		t.Errorf("the exit status is %d", status)
	}
}
