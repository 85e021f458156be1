package testkit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
)

// recorder is a testing.TB that remembers what it was told instead of failing.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Errorf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }
func (r *recorder) Fatalf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }

func TestGoldenComparesWithTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("testdata/deep", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", "deep", "answer.txt"), []byte("one\ntwo\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, got, want string }{
		{"the same answer says nothing", "deep/answer.txt", "one\ntwo\n", ""},
		{"another answer shows the difference and the way out", "deep/answer.txt", "one\nthree\n", "-update"},
		{"a missing file says how it is made", "none.txt", "x", "-update"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{TB: t}
			testkit.Golden(r, c.file, []byte(c.got))
			if (c.want == "") != (r.said == "") || !strings.Contains(r.said, c.want) {
				t.Errorf("it said %q", r.said)
			}
		})
	}
}
