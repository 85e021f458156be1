package documents

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ospo-register/ospo/importers"
	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// Failer is what testing.TB and rapid.T have in common.
type Failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Corpus gives the real documents of every format below importers/*/testdata/corpus, unpacked, by file name: those
// that a reader takes.
func Corpus(t testing.TB) map[string][]byte {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(here), "../../../importers/*/testdata/corpus/*.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	found := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := importers.Read(bytes.NewReader(data), sbom.Limits{}, func(*models.SBOMPackage) error { return nil }); err != nil {
			continue // refused, as the golden tables of the readers want it
		}
		found[strings.TrimSuffix(filepath.Base(f), ".gz")] = data
	}
	if len(found) < 150 {
		t.Fatalf("only %d documents can be read", len(found))
	}
	return found
}

// Read reads a document whole.
func Read(t Failer, data []byte) *models.WholeSBOM {
	t.Helper()
	whole := &models.WholeSBOM{}
	doc, err := importers.Read(bytes.NewReader(data), sbom.Limits{}, whole.Add)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	whole.SBOMDocument = *doc
	return whole
}

// Schema compiles a JSON schema with those it refers to: each file is known under the last element of its path too, in
// the same folder and under the address of CycloneDX.
func Schema(t testing.TB, file string, others ...string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, f := range append(others, file) {
		raw, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(raw)
		_ = raw.Close()
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		url := "file:///" + filepath.Base(f)
		if m, ok := doc.(map[string]any); ok {
			if id, ok := m["$id"].(string); ok {
				url = id
			}
		}
		if err := c.AddResource(url, doc); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if f == file {
			schema, err := c.Compile(url)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			return schema
		}
	}
	return nil
}

// Valid fails the test when a document breaks a schema.
func Valid(t Failer, data []byte, schemas ...*jsonschema.Schema) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("no JSON: %v", err)
	}
	for _, s := range schemas {
		if err := s.Validate(doc); err != nil {
			t.Fatalf("not valid: %.1500v", err)
		}
	}
}
