package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// most is what all files of the demo may weigh in the repository, in bytes.
const most = 4 << 20

func documents(t *testing.T, st *store.Store) {
	verdicts, formats, states, specs := map[models.SBOMVerdict]int{}, map[models.SBOMFormat]int{}, map[models.SBOMState]int{}, map[string]int{}
	for _, a := range allAssets(t, st, everybody) {
		for _, s := range all(t, func(p models.Page) (models.List[store.SBOMRow], error) {
			return st.SBOMs(t.Context(), everybody, a.ID, 0, p)
		}) {
			verdicts[s.Verdict]++
			formats[s.Format]++
			states[s.State]++
			specs[s.SpecVersion]++
			if s.Verdict == models.Salvaged && len(s.Findings) == 0 {
				t.Errorf("%s was salvaged without a finding", s.Filename)
			}
		}
	}
	if verdicts[models.Accepted] < 20 || verdicts[models.Salvaged] < 3 || len(verdicts) != 2 {
		t.Errorf("verdicts: %v", verdicts)
	}
	for _, f := range []models.SBOMFormat{models.SPDXJSON, models.SPDXTagValue, models.SPDXYAML, models.SPDXRDF, models.SPDXXML} {
		if formats[f] == 0 {
			t.Errorf("no document is %s: %v", f, formats)
		}
	}
	if states[models.SBOMSuperseded] < 3 || specs["SPDX-2.2"] < 5 || specs["SPDX-2.3"] < 5 {
		t.Errorf("states %v, versions %v", states, specs)
	}
}

// origins reads sboms/ORIGIN.tsv by file.
func origins(t *testing.T) map[string][]string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(must(files.ReadFile("sboms/ORIGIN.tsv"))(t))), "\n")
	list := map[string][]string{}
	for _, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		if len(fields) != 7 {
			t.Fatalf("ORIGIN.tsv: %q has %d fields, want 7", line, len(fields))
		}
		list[fields[0]] = fields
	}
	return list
}

func TestEveryDocumentSaysWhereItComesFromAndIsAsPublished(t *testing.T) {
	list := origins(t)
	for _, f := range must(files.ReadDir("sboms"))(t) {
		if !strings.HasSuffix(f.Name(), ".zst") {
			continue
		}
		origin, ok := list[f.Name()]
		if !ok {
			t.Errorf("%s is not in ORIGIN.tsv", f.Name())
			continue
		}
		delete(list, f.Name())
		for i, field := range origin {
			if field == "" {
				t.Errorf("%s: field %d of its line in ORIGIN.tsv is empty", f.Name(), i+1)
			}
		}
		body := must(openSBOM(strings.TrimSuffix(f.Name(), ".zst")))(t)
		b := must(io.ReadAll(body))(t)
		_ = body.Close()
		sum := sha256.Sum256(b)
		if origin[5] != strconv.Itoa(len(b)) || origin[6] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s has %d bytes and the digest %x; ORIGIN.tsv says %s and %s", f.Name(), len(b), sum, origin[5], origin[6])
		}
	}
	for name := range list {
		t.Errorf("ORIGIN.tsv names %s, which is not there", name)
	}
}

func TestEveryDocumentIsUsed(t *testing.T) {
	unused := origins(t)
	for _, a := range must(readSeed())(t).Assets {
		for _, r := range a.Releases {
			for _, name := range r.SBOMs {
				delete(unused, name+".zst")
			}
		}
	}
	for name := range unused {
		t.Errorf("no release has the document %s", name)
	}
}

func TestTheDemoIsSmallEnoughForTheRepository(t *testing.T) {
	var size int64
	err := fs.WalkDir(files, ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil || size > most {
		t.Errorf("%d bytes, %v; at most %d are allowed", size, err, most)
	}
}
