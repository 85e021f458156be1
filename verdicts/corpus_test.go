package verdicts

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

var corpus = flag.String("corpus", "", "a directory with further documents of the golden table")

const (
	goldenTable  = "testdata/corpus.tsv"
	goldenHeader = "document\tsha256\tverdict\tpackages\tfindings\tsha256 of the verdict\tprogram"
)

// real is a document of the importers' testdata, or of a directory below -corpus, unpacked.
type real struct {
	name, sha256 string
	data         []byte
}

func realDocuments(t testing.TB) []real {
	t.Helper()
	found := map[string]real{}
	dirs := []string{"../importers/spdx/testdata/corpus", "../importers/cyclonedx/testdata/corpus"}
	if *corpus != "" {
		dirs = append(dirs, *corpus)
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || slices.Contains([]string{"README.md", "ORIGIN.tsv"}, entry.Name()) {
				return err
			}
			d, err := readReal(path)
			if first, known := found[d.sha256]; !known || d.name < first.name {
				found[d.sha256] = d
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b real) int {
		return strings.Compare(a.name+"\t"+a.sha256, b.name+"\t"+b.sha256)
	})
}

func readReal(path string) (real, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return real{}, err
	}
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return real{}, err
		}
		var b bytes.Buffer
		if _, err = b.ReadFrom(z); err != nil {
			return real{}, fmt.Errorf("%s: %w", path, err)
		}
		data = b.Bytes()
	}
	sum := sha256.Sum256(data)
	return real{strings.TrimSuffix(filepath.Base(path), ".gz"), hex.EncodeToString(sum[:]), data}, nil
}

// shipped is the policy that ships, for software that government built and runs itself.
func shipped(t testing.TB) (*policy.Program, policy.Situation) {
	t.Helper()
	p, err := policy.Compile([]policy.Source{{Policy: policy.Default()}}, licenses.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	in, err := Situate(map[string]any{"asset.origin": "gov-built", "use.internal": true})
	if err != nil {
		t.Fatal(err)
	}
	return p, in
}

// goldenRow says what the verdict on a document is. The verdict has the name of the file only, so that it is the same wherever the file lies.
func goldenRow(t testing.TB, s *jsonschema.Schema, p *policy.Program, in policy.Situation, d real) string {
	t.Helper()
	v, err := Judge(context.Background(), p, in, Words{}, bytes.NewReader(d.data), d.name, sbom.Limits{})
	var refusal *models.Error
	if errors.As(err, &refusal) {
		return fmt.Sprintf("%s\t%s\trefused\t0\t%s\t\t%.12s", d.name, d.sha256, refusal.Code, p.Digest())
	}
	if err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	if v.Subject.SHA256 != d.sha256 {
		t.Errorf("%s: it judged %s, not %s", d.name, v.Subject.SHA256, d.sha256)
	}
	if err := validate(t, s, v.JSON()); err != nil {
		t.Errorf("%s: %v", d.name, err)
	}
	text := v.JSON()
	again, err := ReadVerdict(text)
	if err != nil || !bytes.Equal(again.JSON(), text) {
		t.Errorf("%s: what was written is not what is read: %v", d.name, err)
	}
	var found []string
	for _, f := range v.Findings {
		found = append(found, fmt.Sprintf("%s/%s=%d", f.Verdict, f.Rule, f.Packages))
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%.12s", d.name, d.sha256, v.Verdict, v.Packages, strings.Join(found, " "), hex.EncodeToString(sum[:]), v.Program)
}

// The table has every document that was ever judged with -corpus. Without it those are checked, and written, that are here; the last column says by which
// policies and list a row was made.
func TestTheVerdictOnEveryRealDocumentIsThatOfTheGoldenTable(t *testing.T) {
	p, in := shipped(t)
	s := compiledSchema(t)
	rows := map[string]string{} // by SHA-256
	if table, err := os.ReadFile(goldenTable); err == nil {
		for row := range strings.Lines(string(table)) {
			if columns := strings.Split(row, "\t"); len(columns) > 2 && columns[1] != "sha256" {
				rows[columns[1]] = strings.TrimSuffix(row, "\n")
			}
		}
	}
	update := flag.Lookup("update").Value.String() == "true"
	checked := 0
	for _, d := range realDocuments(t) {
		want, listed := rows[d.sha256]
		got := goldenRow(t, s, p, in, d)
		checked++
		switch {
		case update && (listed || !strings.Contains(got, "\tnot-an-sbom\t")):
			rows[d.sha256] = got
		case !update && listed && want != got:
			t.Errorf("%s:\nwant %s\n got %s", d.name, want, got)
		case !update && !listed && *corpus == "":
			t.Errorf("%s is not in the golden table; write it with -update", d.name)
		}
	}
	if checked < 400 {
		t.Errorf("only %d documents are there", checked)
	}
	if update {
		lines := slices.Sorted(maps.Values(rows))
		if err := os.WriteFile(goldenTable, []byte(goldenHeader+"\n"+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// varied are documents that differ in format, origin and what comes out.
var varied = []string{
	"CycloneDX_bom-examples--SBOM_laravel-7.12.0_bom.1.4.xml",
	"CycloneDX_sbom-utility--cdx-1-3-syntax-err-2.json",
	"DependencyTrack_hyades-apiserver--SPDXTagExample-v2.1.spdx",
	"DependencyTrack_hyades-apiserver--bom-issue2519.json",
	"guacsec_guac-data--nats.json",
	"guacsec_guac-data--syft-spdx-docker.io-library-alpine_latest.json",
	"guacsec_trustify--openssl-3.0.7-18.el9_2.cdx.json",
	"interlynk-io_sbomqs--cdx-mixed-licenses.cdx.json",
	"interlynk-io_sbomqs--sbomqs.spdx3.0.json",
}

func TestAVerdictIsWrittenAsItsGoldenFile(t *testing.T) {
	p, in := shipped(t)
	s, seen := compiledSchema(t), 0
	for _, d := range realDocuments(t) {
		if !slices.Contains(varied, d.name) {
			continue
		}
		seen++
		v, err := Judge(context.Background(), p, in, Words{}, bytes.NewReader(d.data), d.name, sbom.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		testkit.Golden(t, "verdicts/"+d.name+".verdict.json", v.JSON())
		if err := validate(t, s, v.JSON()); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
	}
	if seen != len(varied) {
		t.Errorf("%d of %d documents are there", seen, len(varied))
	}
}

func TestTheDocumentationHasTheFiguresOfTheGoldenTable(t *testing.T) {
	table, err := os.ReadFile(goldenTable)
	if err != nil {
		t.Fatal(err)
	}
	documents, packages := map[string]int{}, 0
	all := 0
	for row := range strings.Lines(string(table)) {
		columns := strings.Split(row, "\t")
		if columns[1] == "sha256" {
			continue
		}
		all++
		documents[columns[2]]++
		for _, part := range strings.Split(columns[3], ", ") {
			n := 0
			if _, err := fmt.Sscanf(part, "%d ", &n); err == nil {
				packages += n
			}
		}
	}
	text, err := os.ReadFile("../docs/licences.md")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%d real SBOM documents with %d,%03d packages that government might build on and run itself come out as %d allowed, %d that need a choice, %d to review, %d unknown or unparsable, %d with packages for which it is said that there is no licence, %d denied, and %d that are refused.",
		all, packages/1000, packages%1000, documents["allowed"], documents["needs-choice"], documents["review"], documents["unknown"]+documents["unparsable"]+documents["undetermined"], documents["none"], documents["denied"], documents["refused"])
	if !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
		t.Errorf("docs/licences.md does not say: %s", want)
	}
}
