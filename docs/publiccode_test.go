package docs_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
)

func TestOurOwnPubliccodeIsValid(t *testing.T) {
	d, remarks := publiccode.ReadIn([]byte(read(t, "publiccode.yml")), os.DirFS(".."))
	for _, r := range remarks {
		if r.Severity != models.Note {
			t.Errorf("publiccode.yml:%d:%d: %s: %s", r.Line, r.Column, r.Severity, r.Message)
		}
	}
	if d == nil || !strings.HasPrefix(d.FormatVersion, publiccode.Latest) {
		t.Fatalf("it does not follow version %s of the standard", publiccode.Latest)
	}
	if !strings.Contains(read(t, "LICENSE"), "EUROPEAN UNION PUBLIC LICENCE v. 1.2") || d.License != "EUPL-1.2" {
		t.Error("the licence is not that of the file LICENSE")
	}
}
