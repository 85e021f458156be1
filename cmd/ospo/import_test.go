package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func migrated(ctx context.Context, dsn string) error {
	db, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer db.close()
	_, err = db.store.Migrate(ctx)
	return err
}

// onDatabase gives a way to run commands on a database of the test's own, and its store.
func onDatabase(t *testing.T) (ospo func(in string, args ...string) (int, string), st *store.Store) {
	t.Helper()
	dsn := testkit.DB(t, migrated)
	db, err := connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.close)
	return func(in string, args ...string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), append(args, "--database-url", dsn), strings.NewReader(in), &out, &out)
		return code, out.String()
	}, db.store
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const tinySBOM = `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"NAME","dataLicense":"CC0-1.0","documentNamespace":"https://example.gov/NAME",
"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: hand"]},
"packages":[{"SPDXID":"SPDXRef-P","name":"product","versionInfo":"1.0","downloadLocation":"NOASSERTION"}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-P"}]}`

func TestDocumentsAreImportedFromTheCommandLine(t *testing.T) {
	ospo, st := onDatabase(t)
	reg, by := register.New(st), models.SystemViewer("test")
	agency := &models.Agency{URI: "https://example.gov/a", Code: "a", Name: "Archive", Kind: models.Authority}
	if err := reg.RegisterAgency(t.Context(), by, agency); err != nil {
		t.Fatal(err)
	}
	for _, edition := range []string{"", "LTS"} {
		a := &models.Asset{Name: "Case Desk", Edition: edition, Origin: models.GovBuilt, StewardID: agency.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
		if err := reg.RegisterAsset(t.Context(), by, a); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	first := write(t, dir, "first.json", tinySBOM)
	write(t, dir, ".hidden.json", "not to be read")
	write(t, dir, "second.json", strings.ReplaceAll(tinySBOM, "NAME", "second"))
	bad := write(t, t.TempDir(), "notes.txt", "This is no SBOM.")

	steps := []struct {
		name, in string
		args     []string
		code     int
		says     []string
	}{
		{"a release that is not there is named", "", []string{first, "--asset", "Case Desk", "--release", "1.0"}, 1, []string{`no release "1.0"`, "--create"}},
		{"software that is not there is named", "", []string{first, "--asset", "Payroll", "--release", "1.0"}, 1, []string{`called "Payroll"`}},
		{"software with a similar name is offered", "", []string{first, "--asset", "Case Dsk", "--release", "1.0"}, 1, []string{"did you mean", "Case Desk LTS", "Archive"}},
		{"--create registers the release", "", []string{first, "--asset", "case desk", "--release", "1.0", "--create"}, 0, []string{"Case Desk 1.0", "accepted", "spdx-json", "1 document taken in, 0 there already, 0 refused"}},
		{"a directory is walked and the same bytes are there already", "", []string{dir, "--asset", "Case Desk", "--release", "1.0"}, 0, []string{"second.json", "was there already", "1 document taken in, 1 there already, 0 refused"}},
		{"a title with its edition and standard input", tinySBOM, []string{"-", "--asset", "Case Desk LTS", "--release", "2", "--create"}, 0, []string{"Case Desk LTS 2", "standard input"}},
		{"what is refused ends with status 1, and the rest is taken in", strings.ReplaceAll(tinySBOM, "NAME", "third"), []string{bad, "-", filepath.Join(dir, "nothing.json"), "--asset", "1", "--release", "1.0"}, 1,
			[]string{"refused", "no such file", "1 document taken in, 0 there already, 2 refused"}},
	}
	for _, s := range steps {
		code, out := ospo(s.in, append([]string{"import", "sbom"}, s.args...)...)
		if code != s.code {
			t.Errorf("%s: exit status %d, want %d\n%s", s.name, code, s.code, out)
		}
		for _, text := range s.says {
			if !strings.Contains(out, text) {
				t.Errorf("%s: it does not say %q:\n%s", s.name, text, out)
			}
		}
	}
}

func TestAListOfAgenciesIsImportedFromTheCommandLine(t *testing.T) {
	ospo, st := onDatabase(t)
	const list = "code;name;parent;uri;note\nb;Below;a;https://example.gov/b;x\na;Above;;https://example.gov/a;y\n"
	file := write(t, t.TempDir(), "agencies.csv", list)
	for _, s := range []struct {
		name, in string
		args     []string
		code     int
		says     []string
		agencies int
	}{
		{"a rehearsal changes nothing", "", []string{file, "--dry-run"}, 0, []string{"“note”", "2 rows: 2 created", "rehearsal"}, 0},
		{"the list lands", "", []string{file}, 0, []string{"under Above", "2 created, 0 changed, 0 unchanged, 0 refused"}, 2},
		{"again it changes nothing", list, []string{"-"}, 0, []string{"0 created, 0 changed, 2 unchanged, 0 refused"}, 2},
		{"a refused row ends with status 1", "code,name,uri\nc,,https://example.gov/c\n", []string{"-"}, 1, []string{"name: This is needed.", "1 refused"}, 2},
		{"what is no list is refused", "a,b\n1,2\n", []string{"-"}, 2, []string{"no column “code”", "no column “name”"}, 2},
		{"a file that is not there is named", "", []string{file + "x"}, 1, []string{"no such file"}, 2},
	} {
		code, out := ospo(s.in, append([]string{"import", "agencies"}, s.args...)...)
		if code != s.code {
			t.Errorf("%s: exit status %d, want %d\n%s", s.name, code, s.code, out)
		}
		for _, text := range s.says {
			if !strings.Contains(out, text) {
				t.Errorf("%s: it does not say %q:\n%s", s.name, text, out)
			}
		}
		got, err := st.Agencies(t.Context(), models.AgencyFilter{})
		if err != nil || len(got.Items) != s.agencies {
			t.Errorf("%s: %d agencies, %v", s.name, len(got.Items), err)
		}
	}
}
