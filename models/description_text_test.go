package models_test

import (
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestADescriptionIsToldInTheLanguageNearestToTheReaders(t *testing.T) {
	for _, tt := range []struct {
		name, wanted, want string
		tags               []string
	}{
		{"in the language itself", "nl", "nl", []string{"en", "nl"}},
		{"in a region of it", "en", "en-GB", []string{"de", "en-GB", "it"}},
		{"else in English", "fr", "en-US", []string{"de", "en-US"}},
		{"else in whatever there is", "fr", "de", []string{"de", "it"}},
		{"of nothing", "fr", "", nil},
	} {
		d := &models.Description{Texts: map[string]models.DescriptionText{}}
		for _, tag := range tt.tags {
			d.Texts[tag] = models.DescriptionText{Short: "in " + tag}
		}
		if text, tag := d.Text(tt.wanted); tag != tt.want || tag != "" && text.Short != "in "+tag {
			t.Errorf("%s: %q %+v, want %q", tt.name, tag, text, tt.want)
		}
	}
}
