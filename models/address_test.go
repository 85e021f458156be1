package models_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

func TestTheSpellingsOfOneAddressAreOne(t *testing.T) {
	const want = "git.example.gov/msd/case-desk"
	for _, given := range []string{
		"https://git.example.gov/msd/case-desk", "http://git.example.gov/msd/case-desk", "https://GIT.example.GOV/MSD/Case-Desk", "https://git.example.gov/msd/case-desk/",
		"https://git.example.gov/msd/case-desk.git", "https://git.example.gov:443/msd/case-desk", "http://git.example.gov:80/msd/case-desk", "https://www.git.example.gov/msd/case-desk",
		"https://git.example.gov/msd/case-desk/tree/main/docs", "https://git.example.gov/msd/case-desk/-/blob/main/README.md", "https://git.example.gov/msd/case-desk/src/branch/main",
		"https://git.example.gov/msd/case-desk?tab=readme#top", "git@git.example.gov:msd/case-desk.git", "ssh://git@git.example.gov/msd/case-desk.git", "git+https://git.example.gov/msd/case-desk.git",
		"git://git.example.gov/msd/case-desk", " https://git.example.gov//msd/./case-desk ", "https://user:secret@git.example.gov/msd/case-desk", "https://git.example.gov./msd/case-desk",
		"https://git.example.gov/msd/case-desk/releases/tag/v1", "https://git.example.gov/%6Dsd/case%2Ddesk", "scm:git:https://git.example.gov/msd/case-desk.git",
	} {
		if got, err := models.CanonicalURL(given); err != nil || got != want {
			t.Errorf("%s is %q, %v", given, got, err)
		}
	}
}

func TestDifferentAddressesStayApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"https://git.example.gov/msd/case", "https://git.example.gov/msd/desk"},
		{"https://git.example.gov:8443/a/b", "https://git.example.gov/a/b"},
		{"https://git.example.gov/a%2Fb", "https://git.example.gov/a/b"},
		{"https://git.example.gov/tree/main", "https://git.example.gov/tree/other"},
	} {
		a, errA := models.CanonicalURL(pair[0])
		b, errB := models.CanonicalURL(pair[1])
		if errA != nil || errB != nil || a == b {
			t.Errorf("%s and %s: %q %q %v %v", pair[0], pair[1], a, b, errA, errB)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, given := range []string{"", "case desk", "javascript:alert(1)", "file:///etc/passwd", "https://", "/relative", "data:text/html,x", "mailto:a@b.c"} {
		if got, err := models.CanonicalURL(given); err == nil {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestACanonicalAddressIsItsOwnCanonicalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := "https://" + rapid.StringMatching(`[a-zA-Z0-9.-]{1,20}/[ -~]{0,40}`).Draw(t, "rest")
		once, err := models.CanonicalURL(given)
		if err != nil {
			return
		}
		if twice, err := models.CanonicalURL("https://" + once); err == nil && twice != once {
			t.Errorf("%q: once %q, twice %q", given, once, twice)
		}
	})
}

func FuzzCanonicalURL(f *testing.F) {
	for _, seed := range []string{"git@h:a/b.git", "https://[::1]:443/a", "https://user:secret@h.example:8443/a@b", "https://m\u00fcnchen.example/x", "https://xn--mnchen-3ya.example/x", "https://www.www.h.example./a/tree/main", "ssh://git@h.example:22/~a/b.git", "https://h.example/%2e%2e/a%2Fb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := models.CanonicalURL(s)
		if err != nil {
			return
		}
		u, err := url.Parse("https://" + once)
		if err != nil {
			t.Fatalf("%q became %q, which is no address: %v", s, once, err)
		}
		if u.User != nil {
			t.Errorf("%q became %q, with a user", s, once)
		}
		if host, _, _ := strings.Cut(once, "/"); u.Host != host {
			t.Errorf("%q became %q on the host %q", s, once, u.Host)
		}
		if twice, err := models.CanonicalURL("https://" + once); err != nil || twice != once {
			t.Errorf("%q: once %q, twice %q, %v", s, once, twice, err)
		}
	})
}

func TestTheLettersAndTheCodeOfAHostAreOneAddress(t *testing.T) {
	const want = "xn--mnchen-3ya.example/x/y"
	for _, given := range []string{"https://m\u00fcnchen.example/x/y", "https://mu\u0308nchen.example/x/y", "https://M\u00dcNCHEN.example/X/y", "https://xn--mnchen-3ya.example/x/y", "https://XN--MNCHEN-3YA.example/x/y.git", "https://www.m\u00fcnchen\u3002example/x/y", "git@xn--mnchen-3ya.example:x/y.git"} {
		if got, err := models.CanonicalURL(given); err != nil || got != want {
			t.Errorf("%s is %q, %v", given, got, err)
		}
	}
	if got, err := models.CanonicalURL("https://\uff45xample.org/x"); err != nil || got != "example.org/x" {
		t.Errorf("a wide letter gives %q, %v", got, err)
	}
	if got, err := models.CanonicalURL("https://[2001:DB8::0:1]:8443/a"); err != nil || got != "[2001:db8::1]:8443/a" {
		t.Errorf("an IPv6 address gives %q, %v", got, err)
	}
}

func TestAHostThatCannotBeOneIsRefused(t *testing.T) {
	for _, given := range []string{"https://exa\u202emple.org/x", "https://exa mple.org/x", "https://exa%20mple.org/x", "https://-a.example/x", "https://a-.example/x", "https://a..example/x", "https://xn--a.example/x", "https://xn--\u00fc.example/x", "https://.../x",
		"https://a'b.example/x", "https://\u2488.example/x", "https://[fe80::1%25eth0]/x", "https://" + strings.Repeat("a", 64) + ".example/x", "https://h.example:port/x"} {
		if got, err := models.CanonicalURL(given); err == nil {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestCodeIsGivenByAnAddressThatIsReadByHTTPS(t *testing.T) {
	for given, want := range map[string]string{
		"git@github.com:Org/desk.git": "https://github.com/Org/desk.git", "ssh://git@gitlab.com/org/desk.git": "https://gitlab.com/org/desk.git", "git://codeberg.org/org/desk": "https://codeberg.org/org/desk",
		"http://GitHub.com/org/desk": "https://github.com/org/desk", "git+https://bitbucket.org/org/desk.git": "https://bitbucket.org/org/desk.git", " https://github.com/org/desk ": "https://github.com/org/desk",
		"git@git.example.org:org/desk.git": "git@git.example.org:org/desk.git", "http://git.example.org/desk": "http://git.example.org/desk", "https://user:secret@github.com/a/b": "https://user:secret@github.com/a/b", "ssh://git@github.com:2222/a/b": "ssh://git@github.com:2222/a/b",
	} {
		if got := models.HTTPSAddress(given); got != want {
			t.Errorf("%s becomes %s, want %s", given, got, want)
		}
	}
	for _, bad := range []string{"ssh://git@git.example.org/a.git", "git@git.example.org:a.git", "git://git.example.org/a"} {
		r := models.Repository{AgencyID: 1, URL: bad, Host: models.PlainGit, Visibility: models.VisiblePublic, Aliases: []string{bad}}
		var e *models.Error
		if err := r.Validate(); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != "not-https" {
			t.Errorf("a repository at %s gives %v", bad, err)
		}
		p := models.Publisher{AgencyID: 1, Name: "x", Hostings: []models.CodeHosting{{URL: bad, Host: models.PlainGit}}}
		if err := p.Validate(); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != "not-https" {
			t.Errorf("a publisher at %s gives %v", bad, err)
		}
	}
}

func TestAnAddressThatIsShownHoldsNoPasswordAndNothingUnseen(t *testing.T) {
	for _, good := range []string{"https://git.example.org/a", "ssh://git@git.example.org/a.git", "git@git.example.org:a.git", "http://git.example.org:8080/a?b=c", "https://git.example.org/%20a"} {
		if err := models.CheckAddress(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "https://", "https://user:secret@git.example.org/a", "https://token@git.example.org/a", "ssh://git:secret@git.example.org/a", "https://git.example.org/a b", "https://git.example.org/\u202egnp.exe", "https://git\u200b.example.org/a", "file:///etc/passwd", "scm:git:https://user:secret@git.example.org/a", "git+https://user:secret@git.example.org/a"} {
		if err := models.CheckAddress(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
