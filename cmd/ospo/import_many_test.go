package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// folder is a folder of documents: products, each in some versions, and files that are none.
func folder(t *testing.T, products, versions int) string {
	t.Helper()
	dir := t.TempDir()
	for p := range products {
		for v := range versions {
			doc := strings.NewReplacer("NAME", fmt.Sprintf("d-%d-%d", p, v), `"product"`, fmt.Sprintf(`"product %d"`, p), `"1.0"`, fmt.Sprintf(`"%d.0"`, v)).Replace(tinySBOM)
			write(t, dir, fmt.Sprintf("%d-%d.spdx.json", p, v), doc)
		}
	}
	return dir
}

func withAgency(t *testing.T, st *store.Store) *models.Agency {
	t.Helper()
	agency := &models.Agency{URI: "https://example.gov/a", Code: "archive", Name: "Archive", Kind: models.Authority}
	if err := register.New(st).RegisterAgency(t.Context(), models.SystemViewer("test"), agency); err != nil {
		t.Fatal(err)
	}
	return agency
}

func TestAFolderIsImportedForWhateverItsDocumentsDescribe(t *testing.T) {
	ospo, st := onDatabase(t)
	agency := withAgency(t, st)
	dir := folder(t, 5, 4)
	other := t.TempDir()
	write(t, other, "notes.txt", "This is no SBOM.")
	write(t, other, "more.txt", "Nor is this.")
	write(t, other, ".hidden", "Nobody reads this.")
	for _, s := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"whose software it is must be said", []string{dir}, 1, []string{"--agency", "--make release"}},
		{"an agency that is not there is named", []string{dir, "--agency", "nowhere"}, 1, []string{`"nowhere"`}},
		{"only half of what goes together is refused", []string{dir, "--asset", "x"}, 1, []string{"--asset and --release together"}},
		{"nothing may be made", []string{dir, "--make", "nothing", "--agency", "archive"}, 1, []string{"Taken in       0", "Refused        20", "20 documents refused: target-unknown", "and 10 more"}},
		{"assets and releases are made, several at a time", []string{dir, "--agency", "archive", "--workers", "4"}, 0, []string{"Taken in", "20", "spdx-json"}},
		{"again it costs a look", []string{dir, other, "--agency", fmt.Sprint(agency.ID)}, 1, []string{"Taken in       0", "There already  20", "2 documents refused: not-an-sbom", "for example ", "notes.txt"}},
		{"what cannot be read is named", []string{filepath.Join(dir, "nothing"), "--agency", "archive"}, 1, []string{"unreadable-file", "no such file"}},
	} {
		code, out := ospo("", append([]string{"import", "sbom"}, s.args...)...)
		if code != s.code {
			t.Errorf("%s: exit status %d, want %d\n%s", s.name, code, s.code, out)
		}
		for _, text := range s.says {
			if !strings.Contains(out, text) {
				t.Errorf("%s: it does not say %q:\n%s", s.name, text, out)
			}
		}
	}
	assets, err := st.Assets(t.Context(), models.SystemViewer("test"), models.AssetFilter{})
	if err != nil || len(assets.Items) != 5 {
		t.Fatalf("%d assets, %v", len(assets.Items), err)
	}
	for _, a := range assets.Items {
		releases, err := st.Releases(t.Context(), models.SystemViewer("test"), a.ID, models.Page{})
		if err != nil || len(releases.Items) != 4 || releases.Items[0].Documents != 1 {
			t.Errorf("%s has %+v, %v", a.Name, releases.Items, err)
		}
	}
}

func TestAnImportReportsWhatBecameOfEachDocument(t *testing.T) {
	ospo, st := onDatabase(t)
	withAgency(t, st)
	dir := folder(t, 2, 1)
	write(t, dir, "notes.txt", "This is no SBOM.")
	report := filepath.Join(t.TempDir(), "report.csv")
	outcomes := func() []string {
		data, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || strings.Join(rows[0], ",") != "path,outcome,code,detail,sbomId,deliveryId" {
			t.Fatalf("%v, %v", rows, err)
		}
		var said []string
		for _, r := range rows[1:] {
			if taken := r[4] != ""; taken != (r[1] != "refused") || (r[3] == "") != taken {
				t.Errorf("row %q", r)
			}
			said = append(said, strings.TrimSpace(filepath.Base(r[0])+" "+r[1]+" "+r[2]))
		}
		slices.Sort(said)
		return said
	}
	for _, tt := range []struct {
		args []string
		want []string
		says string
	}{
		{[]string{"--agency", "archive"}, []string{"0-0.spdx.json accepted", "1-0.spdx.json accepted", "notes.txt refused not-an-sbom"}, "What became of each is in " + report},
		{[]string{"--agency", "archive"}, []string{"0-0.spdx.json again", "1-0.spdx.json again", "notes.txt refused not-an-sbom"}, "for example "},
		{[]string{"--asset", "product 0", "--release", "0.0"}, []string{"0-0.spdx.json again", "1-0.spdx.json accepted", "notes.txt refused not-an-sbom"}, "1 refused"},
	} {
		code, out := ospo("", append([]string{"import", "sbom", dir, "--report", report}, tt.args...)...)
		if code != 1 || !strings.Contains(out, tt.says) {
			t.Errorf("exit status %d: %s", code, out)
		}
		if diff := cmp.Diff(tt.want, outcomes()); diff != "" {
			t.Errorf("%v: %s", tt.args, diff)
		}
	}
	if code, out := ospo("", "import", "sbom", dir, "--agency", "archive", "--report", filepath.Join(dir, "no", "such.csv")); code != 1 || !strings.Contains(out, "no such file") {
		t.Errorf("a report that cannot be written: %d %s", code, out)
	}
}

func TestAnImportThatIsStoppedGoesOnWhereItWas(t *testing.T) {
	ospo, st := onDatabase(t)
	withAgency(t, st)
	dir := folder(t, 30, 1)
	files := documentsBelow([]string{dir}, &importSum{})
	ctx, stop := context.WithCancel(t.Context())
	m := &manyImport{st: st, reg: register.New(st), by: models.SystemViewer("test"), target: models.Target{AgencyID: 1, Make: models.MakeAsset}}
	defer stop()
	taken := 0
	for range m.send(ctx, files, 2) {
		if taken++; taken == 5 {
			stop()
		}
	}
	if taken < 5 || taken > 8 {
		t.Errorf("after the stop %d were taken", taken)
	}
	code, out := ospo("", "import", "sbom", dir, "--agency", "archive")
	if code != 0 || !strings.Contains(out, fmt.Sprintf("There already  %d", taken)) || !strings.Contains(out, fmt.Sprintf("Taken in       %d", 30-taken)) {
		t.Errorf("exit status %d after %d:\n%s", code, taken, out)
	}
}

func TestADocumentIsExportedAndALinkMadeFromTheCommandLine(t *testing.T) {
	ospo, st := onDatabase(t)
	withAgency(t, st)
	file := write(t, t.TempDir(), "a.json", tinySBOM)
	if code, out := ospo("", "import", "sbom", file, "--agency", "archive"); code != 0 {
		t.Fatal(out)
	}
	code, out := ospo("", "export", "sbom", "1", "--format", "cyclonedx")
	var bom struct{ BOMFormat, SpecVersion string }
	if err := json.Unmarshal([]byte(out), &bom); code != 0 || err != nil || bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" {
		t.Errorf("exit status %d, %v: %.300s", code, err, out)
	}
	to := filepath.Join(t.TempDir(), "out.json")
	code, out = ospo("", "export", "sbom", "1", "-o", to)
	written, err := os.ReadFile(to)
	if code != 0 || err != nil || !bytes.Contains(written, []byte("SPDX-2.3")) || !strings.Contains(out, "1 package") {
		t.Errorf("exit status %d, %v: %s", code, err, out)
	}
	if code, out := ospo("", "export", "sbom", "99"); code != 1 || !strings.Contains(out, "no such sbom") {
		t.Errorf("exit status %d: %s", code, out)
	}
	for _, args := range [][]string{{"--release", "1"}, {"--asset", "product", "--release", "1.0"}} {
		code, out := ospo("", append([]string{"link", "make", "--supplier", "ACME", "--public-url", "https://register.example.gov"}, args...)...)
		if code != 0 || !strings.Contains(out, "https://register.example.gov/upload/ospo_up_") {
			t.Errorf("%v: exit status %d: %s", args, code, out)
		}
	}
	if code, out := ospo("", "link", "make", "--supplier", "ACME", "--release", "1", "--days", "91"); code != 2 || !strings.Contains(out, "90 days") {
		t.Errorf("exit status %d: %s", code, out)
	}
}

func TestOpenContractingDataAreExportedFromTheCommandLine(t *testing.T) {
	ospo, _ := onDatabase(t)
	if code, out := ospo("", "export", "ocds"); code == 0 || !strings.Contains(out, "OSPO_OCDS_PREFIX") {
		t.Errorf("without a prefix: exit status %d: %s", code, out)
	}
	if code, out := ospo("", "export", "ocds", "--ocds-prefix", "h6vhtk"); code == 0 || !strings.Contains(out, "ocds-h6vhtk") || !strings.Contains(out, "OSPO_OCDS_PUBLISHER") {
		t.Errorf("with a prefix that is none: exit status %d: %s", code, out)
	}
	known := []string{"--ocds-prefix", "ocds-h6vhtk", "--ocds-publisher", "National OSPO"}
	if code, out := ospo("", append([]string{"export", "ocds"}, known...)...); code != 0 || out != "" {
		t.Errorf("with nothing to tell: exit status %d: %q", code, out)
	}
	if code, out := ospo("", append([]string{"export", "ocds", "health-2026-0001"}, known...)...); code != 1 || !strings.Contains(out, "no such decision") {
		t.Errorf("a decision that is not there: exit status %d: %s", code, out)
	}
}
