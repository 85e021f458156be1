package register

import (
	"os"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

func TestAFullDiskIsNotBlamedOnTheSender(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &spool{file: full}
	defer s.close()
	err = s.fill(strings.NewReader("a document"), 100)
	if err == nil || models.IsKind(err, models.Invalid) {
		t.Errorf("got %v, want an error of ours", err)
	}
}

func TestAKilledProgramLeavesNoDocumentBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, err := spoolBody(strings.NewReader("a document"), sbom.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) != 0 {
		t.Errorf("while it is read there is %v (%v)", left, err)
	}
}
