package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileOfSynonymsIsReadAtTheStartAndItsMistakesAreNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "synonyms.txt")
	for text, want := range map[string]string{"zaak, case\n": "", "zaak\n\nlonely\n": "line 3: “lonely” is only one word"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errOut := command(t, "version", "--synonyms", file)
		if (code == 0) != (want == "") || !strings.Contains(errOut, want) {
			t.Errorf("%q: exit %d, said %s", text, code, errOut)
		}
	}
	if code, _, errOut := command(t, "version", "--synonyms", filepath.Join(t.TempDir(), "none")); code != 2 || !strings.Contains(errOut, "OSPO_SYNONYMS") {
		t.Errorf("exit %d, said %s", code, errOut)
	}
}
