package models_test

import (
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
		"https://git.example.gov/msd/case-desk/releases/tag/v1", "scm:git:https://git.example.gov/msd/case-desk.git",
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
	f.Add("git@h:a/b.git")
	f.Add("https://[::1]:443/a")
	f.Fuzz(func(t *testing.T, s string) { _, _ = models.CanonicalURL(s) })
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
