package sbom_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

func TestEveryStatedLicenceIsWrittenAsAValidExpression(t *testing.T) {
	for _, tt := range []struct{ name, stated, want, kept string }{
		{"an expression stays", "MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT OR Apache-2.0"},
		{"canonical text says nothing twice", "MIT", "MIT", ""},
		{"a deprecated id is replaced", "GPL-2.0+", "GPL-2.0-or-later", "GPL-2.0+"},
		{"a phrase is read", "Apache License, Version 2.0", "Apache-2.0", "Apache License, Version 2.0"},
		{"nothing stays nothing", "", "", ""},
		{"NONE is an answer", "NONE", "NONE", ""},
		{"a placeholder says no more than NOASSERTION", "unknown", "NOASSERTION", "unknown"},
		{"a reference of the document", "MIT AND LicenseRef-house", "LicenseRef-house AND MIT", "MIT AND LicenseRef-house"},
		{"an odd reference gets a sound name", "LicenseRef-a_b", "LicenseRef-a-b", "LicenseRef-a_b"},
		{"a reference without text gets one that says so", "LicenseRef-lost", "LicenseRef-lost", ""},
		{"a reference into another document becomes one of ours", "DocumentRef-x:LicenseRef-y OR MIT", "LicenseRef-stated-04264297 OR MIT", "DocumentRef-x:LicenseRef-y OR MIT"},
		{"an unread addition becomes a demand", "MIT WITH AdditionRef-more", "LicenseRef-stated-784da733 AND MIT", "MIT WITH AdditionRef-more"},
		{"what cannot be read is a reference to what was stated", "ask Bob (or Jo", "LicenseRef-stated-8e49ac6f", "ask Bob (or Jo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sbom.NewLicenses([]models.Extract{{Ref: "LicenseRef-house", Text: "Do."}, {Ref: "LicenseRef-a_b", Text: "Do."}})
			got := l.Say(tt.stated)
			if diff := cmp.Diff([]string{tt.want, tt.kept}, []string{got.Text, got.Stated}); diff != "" {
				t.Error(diff)
			}
			if got.Kind == licenses.ReadExpression || got.Kind == licenses.ReadUnreadable {
				e, err := licenses.Parse(got.Text)
				if err != nil || len(e.Unlisted()) > 0 {
					t.Fatalf("%q is no valid expression: %v", got.Text, err)
				}
				for _, ref := range e.Refs() {
					if x, ok := l.Extract(ref.ID); !ok || x.Text == "" {
						t.Errorf("%s has no text", ref.ID)
					}
				}
			}
		})
	}
}

func TestATextKeepsItsReferenceWhenADocumentIsWrittenTwice(t *testing.T) {
	first := sbom.NewLicenses(nil)
	once := first.Say("ask Bob (or Jo").Text
	second := sbom.NewLicenses(first.Extracts())
	if again := second.Say(once).Text; again != once || len(second.Extracts()) != 1 || second.Extracts()[0].Text != "ask Bob (or Jo" {
		t.Errorf("%q became %q with %+v", once, again, second.Extracts())
	}
}

func TestReferencesThatWouldShareANameAreKeptApart(t *testing.T) {
	l := sbom.NewLicenses([]models.Extract{{Ref: "LicenseRef-a-b", Text: "one"}, {Ref: "LicenseRef-a_b", Text: "two"}, {Ref: "LicenseRef-a-b", Text: "said twice"}})
	one, two := l.Say("LicenseRef-a-b").Text, l.Say("LicenseRef-a_b").Text
	if one == two || len(l.Extracts()) != 2 {
		t.Errorf("%q and %q with %+v", one, two, l.Extracts())
	}
}

func TestOnlyTextsThatAreWhatAFieldWantsPass(t *testing.T) {
	for text, want := range map[string]bool{"https://acme.test/a?b=ä": true, "git+https://acme.test/a.git@1": true, "mailto:a@b.test": true, "acme.test": false, "https://acme.test/a b": false,
		"https://acme.test/{x}": false, "https://": false, "": false, "/etc/passwd": false, "http://[::1": false, "https://acme.test/%zz": false} {
		if sbom.IsURL(text) != want {
			t.Errorf("IsURL(%q) is not %v", text, want)
		}
	}
	for text, want := range map[string]bool{"a.b@acme.test": true, "a@b": true, "a@b@c": false, "a b@c.test": false, "Jo <a@b.test>": false, "a@-b.test": false, "": false, ".a@b.test": false} {
		if sbom.IsMail(text) != want {
			t.Errorf("IsMail(%q) is not %v", text, want)
		}
	}
}
