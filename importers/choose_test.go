package importers

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestEachRealDocumentIsReadAsItsOwnFormat(t *testing.T) {
	for format, directories := range map[string][]string{"spdx": {"spdx/testdata/corpus"}, "cyclonedx": {"cyclonedx/testdata/corpus", "cyclonedx/testdata/suite"}} {
		read := 0
		for _, dir := range directories {
			files, err := filepath.Glob(dir + "/*.gz")
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range files {
				f, err := os.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				doc, err := Read(f, sbom.Limits{}, func(*models.SBOMPackage) error { return nil })
				_ = f.Close()
				var refusal *models.Error
				switch {
				case errors.As(err, &refusal) && refusal.Code == "broken-off":
				case err != nil || !strings.HasPrefix(string(doc.Format), format):
					t.Errorf("%s is read as %+v: %v", path, doc, err)
				default:
					read++
				}
			}
		}
		if read < 150 {
			t.Errorf("only %d documents of %s were read", read, format)
		}
	}
}
