package description_test

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/exporters/description"
	"github.com/ospo-register/ospo/models"
)

func TestEveryFormatHasANameAWordAndAFileOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range description.Formats {
		file := description.Write(&description.Entry{Address: "https://register.example/assets/1", Description: &models.Description{Name: "Case Desk"}}, f, dcat.Turtle)
		for _, s := range []string{f.Title(), f.Purpose(), file.Name} {
			if s == "" || seen[s] {
				t.Errorf("%s: %q is empty or said twice", f, s)
			}
			seen[s] = true
		}
		if !strings.Contains(string(file.Content), "Case Desk") || file.MediaType == "" || models.NoGaps(file.Losses) {
			t.Errorf("%s: %+v", f, file)
		}
	}
}
