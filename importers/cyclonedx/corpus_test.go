package cyclonedx

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

var (
	update = flag.Bool("update", false, "write golden files instead of comparing with them")
	corpus = flag.String("corpus", "", "a directory with further documents of the golden table")
)

const goldenTable = "testdata/corpus.tsv"

const goldenHeader = "file\tsha256\tformat\tversion\tpackages\trelationships\tfiles\tdistinct licences\troots\tedges\tverdict\tfindings"

// document is a file of the corpus, unpacked.
type document struct {
	name, sha256 string
	data         []byte
}

// corpusFiles gives the documents below a directory by their SHA-256.
func corpusFiles(t testing.TB, dir string) map[string]document {
	t.Helper()
	found := map[string]document{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if base := filepath.Base(path); base == "README.md" || base == "ORIGIN.tsv" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data, err = unpacked(data)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		sum := sha256.Sum256(data)
		digest := hex.EncodeToString(sum[:])
		found[digest] = document{strings.TrimSuffix(filepath.Base(path), ".gz"), digest, data}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// everyDocument gives those in testdata and below -corpus, by name.
func everyDocument(t testing.TB) []document {
	t.Helper()
	documents := corpusFiles(t, "testdata/corpus")
	maps.Copy(documents, corpusFiles(t, "testdata/suite"))
	if *corpus != "" {
		maps.Copy(documents, corpusFiles(t, *corpus))
	}
	return slices.SortedFunc(maps.Values(documents), func(a, b document) int { return strings.Compare(a.name, b.name) })
}

func unpacked(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		return data, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

// goldenRow says what was read of a document.
func goldenRow(d document) string {
	distinct := map[string]bool{}
	packages := 0
	doc, err := Read(bytes.NewReader(d.data), sbom.Limits{}, func(p *models.SBOMPackage) error {
		packages++
		for _, stated := range []string{p.Declared, p.Concluded} {
			if r := licenses.Read(stated); r.Kind == licenses.ReadExpression {
				distinct[r.Canonical] = true
			} else if r.Kind == licenses.ReadUnreadable {
				distinct[stated] = true
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Sprintf("%s\t%s\t\t\t0\t0\t0\t0\t0\t0\trefused\t%v", d.name, d.sha256, err)
	}
	if packages != doc.Packages {
		return fmt.Sprintf("%s\thanded over %d packages, says %d", d.name, packages, doc.Packages)
	}
	rules := map[string]int{}
	for _, f := range doc.Findings {
		rules[f.Rule]++
	}
	var findings []string
	for _, rule := range slices.Sorted(maps.Keys(rules)) {
		findings = append(findings, fmt.Sprintf("%s=%d", rule, rules[rule]))
	}
	if doc.MoreFindings > 0 {
		findings = append(findings, fmt.Sprintf("more=%d", doc.MoreFindings))
	}
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s", d.name, d.sha256, doc.Format, strings.Join(strings.Fields(doc.SpecVersion), " "), doc.Packages,
		doc.Relations, doc.Files, len(distinct), len(doc.Roots), len(doc.Edges), doc.Verdict(), strings.Join(findings, " "))
}

func TestEveryRealDocumentIsReadAsTheGoldenTableSays(t *testing.T) {
	rows := map[string]string{} // by SHA-256
	table, err := os.ReadFile(goldenTable)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for row := range strings.Lines(string(table)) {
		if columns := strings.Split(row, "\t"); len(columns) > 2 && columns[1] != "sha256" {
			rows[columns[1]] = strings.TrimSuffix(row, "\n")
		}
	}
	checked := 0
	for _, d := range everyDocument(t) {
		want, listed := rows[d.sha256]
		if !listed && !*update {
			if *corpus != "" {
				continue // below -corpus there are files of other kinds
			}
			t.Errorf("%s is not in the golden table; write it with -update", d.name)
			continue
		}
		got := goldenRow(d)
		checked++
		if *update && !listed && strings.Contains(got, "is not a CycloneDX document") {
			continue // a document of another format below -corpus
		}
		if *update {
			rows[d.sha256] = got
		} else if got != want {
			t.Errorf("%s:\nwant %s\ngot  %s", d.name, want, got)
		}
	}
	if *update {
		sorted := slices.Sorted(maps.Values(rows))
		if err := os.WriteFile(goldenTable, []byte(goldenHeader+"\n"+strings.Join(sorted, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if checked < 650 {
		t.Errorf("only %d documents were read", checked)
	}
}

// nothingIn are documents that break off before anything of them could be read.
var nothingIn = []string{"CycloneDX_bom-examples--MLBOM_Dataset_bom.json", "CycloneDX_sbom-utility--cdx-1-3-syntax-err-1.json", "DependencyTrack_hyades-apiserver--bom-invalid.json"}

func TestNoDocumentIsRefusedThatSaysAnything(t *testing.T) {
	table, err := os.ReadFile(goldenTable)
	if err != nil {
		t.Fatal(err)
	}
	for row := range strings.Lines(string(table)) {
		name, _, _ := strings.Cut(row, "\t")
		if refused := strings.Contains(row, "\trefused\t"); refused != slices.Contains(nothingIn, name) {
			t.Errorf("refused is %v: %s", refused, row)
		}
	}
}
