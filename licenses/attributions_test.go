package licenses

import (
	"os"
	"strings"
	"testing"
)

func TestEveryHolderOfDataIsNamedBesideTheDataAndInTheDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"data/README.md", "../docs/licences.md", "../README.md"} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range Attributions() {
			if _, ok := Get(a.License.ID); !ok || a.Data == "" || !strings.HasPrefix(a.URL, "https://") {
				t.Errorf("%+v is not whole", a)
			}
			for word := range strings.FieldsSeq("SPDX nexB OSADL GitHub") {
				if strings.Contains(a.Holder, word) && !strings.Contains(string(content), word) {
					t.Errorf("%s does not name %s", path, a.Holder)
				}
			}
			if !strings.Contains(string(content), a.License.ID) {
				t.Errorf("%s does not name %s", path, a.License)
			}
		}
	}
}
