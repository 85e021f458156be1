package packages_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/packages"
)

func TestAPlainPackageURLIsWhatParsingMakesOfIt(t *testing.T) {
	kinds := []string{"npm", "pypi", "deb", "rpm", "apk", "gem", "cargo", "golang", "maven", "NPM", "pip", ""}
	rapid.Check(t, func(t *rapid.T) {
		text := "pkg:" + rapid.SampledFrom(kinds).Draw(t, "type") + "/" + rapid.StringMatching(`[a-z0-9./@_+A-Z%-]{0,20}`).Draw(t, "rest")
		if !packages.PlainPURL(text) {
			return
		}
		p, err := packages.ParsePURL(text)
		if err != nil || p.String() != text || len(p.Repairs) > 0 {
			t.Fatalf("%s was called plain; parsing makes %q of it, repairs %q, error %v", text, p.String(), p.Repairs, err)
		}
	})
}

func TestCommonPackageURLsArePlain(t *testing.T) {
	for text, plain := range map[string]bool{
		"pkg:npm/lodash@4.17.21": true, "pkg:golang/github.com/gin-gonic/gin@v1.12.0": true, "pkg:deb/debian/openssl@3.0.7-1": true, "pkg:pypi/requests": true, "pkg:rpm/fedora/curl@8.1.2-RC1": true,
		"pkg:npm/%40angular/core@1": false, "pkg:pypi/a_b@1": false, "pkg:npm/a@": false, "pkg:npm/": false, "pkg:npm/a//b": false, "pkg:npm/./a": false, "pkg:maven/a/b@1": false, "pkg:deb/a/b@1?arch=x": false,
		"pkg:npm/A": false, "npm/a": false, "pkg:npm": false, "pkg:cargo/a@1@2": false, "pkg:gem/-": false, "pkg:gem/" + strings.Repeat("a", packages.MaxPURLLength): false,
	} {
		if packages.PlainPURL(text) != plain {
			t.Errorf("%.60s: %v", text, !plain)
		}
	}
}
