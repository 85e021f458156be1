package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestThePublicCatalogueIsWrittenFromTheCommandLine(t *testing.T) {
	ospo, st := onDatabase(t)
	sample.Asset(t, st)
	code, lines := ospo("", "export", "catalogue", "--public-url", "https://register.example.gov")
	if code != 0 || strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"address":"https://register.example.gov/assets/`) {
		t.Errorf("exit status %d: %s", code, lines)
	}
	to := filepath.Join(t.TempDir(), "catalogue.csv")
	code, out := ospo("", "export", "catalogue", "--format", "csv", "-o", to, "--data-license", "CC-BY-4.0")
	table, err := os.ReadFile(to)
	if code != 0 || err != nil || strings.Count(string(table), "\r\n") != 2 || !strings.Contains(out, "1 entry") || !strings.Contains(out, "SHA-256") || !strings.Contains(out, "CC-BY-4.0") {
		t.Errorf("exit status %d, %v: %s", code, err, out)
	}
	if code, out := ospo("", "export", "catalogue", "--data-license", "free"); code == 0 || !strings.Contains(out, "OSPO_DATA_LICENSE") {
		t.Errorf("exit status %d: %s", code, out)
	}
}
