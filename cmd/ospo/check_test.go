package main

import (
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
	err := c.Run(strings.NewReader(in), &b)
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
           The file is not an SBOM document that this release knows. Send SPDX 2.1 to 2.3 as JSON, tag-value, YAML, RDF or XML.
DIR/missing: refused
  fatal    unreadable-file
           The file cannot be read: no such file or directory.
`
	if diff := cmp.Diff(want, strings.ReplaceAll(out, dir, "DIR")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if status != 1 {
		t.Errorf("the exit status is %d", status)
	}
}

func TestCheckPrintsOneLineOfJSONPerDocument(t *testing.T) {
	out, status := runCheck(t, checkCommand{Files: []string{"-"}, JSON: true}, checkedDocument)
	want := `{"file":"-","sha256":"1c7175dc78eed175545c5c6c74d4af27365754082f06c8e68ecd43bb9f228f87","kind":"sbom","format":"spdx-json","version":"SPDX-2.3","packages":2,"relationships":0,"distinctLicenses":1,` +
		`"verdict":"salvaged","findings":[{"rule":"bad-supplier","severity":"warning","pointer":"/packages/0/supplier","message":"The supplier “ACME” does not begin with Organization: or Person:; “ACME” was taken as its name."},` +
		`{"rule":"bad-supplier","severity":"warning","pointer":"/packages/1/supplier","message":"The supplier “<b>” does not begin with Organization: or Person:; “<b>” was taken as its name."}],"moreFindings":0}` + "\n"
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if status != 0 {
		t.Errorf("the exit status is %d", status)
	}
}
