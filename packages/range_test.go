package packages

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// rangeCases are ranges as people write them, with versions inside and outside.
var rangeCases = []struct {
	name      string
	text      string
	ecosystem Ecosystem
	inside    []string
	outside   []string
}{
	{"below a release finds Debian builds of earlier releases", "<3.0.8", Deb, []string{"3.0.7-1+deb12u1", "1.1.1n-0+deb11u3", "3.0.8~rc1-1", "1:3.0.7-1"}, []string{"3.0.8-1", "3.0.8-1~deb12u1", "3.0.9-1", "1:3.0.8-1"}},
	{"below a release ignores the epoch and release of an rpm", "<3.0.8", RPM, []string{"1:3.0.7-18.el9_2", "3.0.7-1", "1:1.1.1k-12.el8_9"}, []string{"1:3.0.8-1.el9", "3.0.8-1.fc39"}},
	{"below a release leaves the builds of that release out in Alpine", "<3.0.8", Apk, []string{"3.0.7-r4", "1.1.1q-r0", "3.0.8_rc1-r0"}, []string{"3.0.8-r0", "3.0.8-r3", "3.0.8"}},
	{"exactly a release finds every Debian build of it", "=3.0.7", Deb, []string{"3.0.7-1", "3.0.7-1+deb12u1", "3.0.7+dfsg-2", "2:3.0.7-1", "3.0.7"}, []string{"3.0.7a-1", "3.0.8-1"}},
	{"exactly a release finds every Alpine build of it", "1.2.13", Apk, []string{"1.2.13-r0", "1.2.13-r1"}, []string{"1.2.12-r3"}},
	{"a bound with a revision is compared with everything", "<1.2.13-r1", Apk, []string{"1.2.13-r0", "1.2.12-r9"}, []string{"1.2.13-r1", "1.2.13-r2"}},
	{"a Debian bound with a revision is compared with everything but the epoch", "<3.0.7-1+deb12u2", Deb, []string{"3.0.7-1+deb12u1", "1:3.0.7-1+deb12u1"}, []string{"3.0.7-1+deb12u2", "3.0.7-2"}},
	{"a bound with an epoch is compared with the epoch", ">=1:3.0.7", RPM, []string{"1:3.0.7-18.el9_2", "2:1.0-1"}, []string{"3.0.9-1", "0:9.0-1"}},
	{"OpenSSL's letters come after the plain number", "<1.1.1k", Generic, []string{"1.1.1", "1.1.1j", "1.0.2zg", "0.9.8zh"}, []string{"1.1.1k", "1.1.1l", "1.1.1za", "3.0.0"}},
	{"OpenSSL's letters work the same in Alpine, Debian and rpm", "<1.1.1k", Apk, []string{"1.1.1j-r0", "1.1.1-r0"}, []string{"1.1.1k-r0", "1.1.1q-r0"}},
	{"two bounds hold both", ">=1.0 <2.0", NPM, []string{"1.0.0", "1.9.9", "2.0.0-rc.1"}, []string{"0.9.9", "2.0.0", "1.0.0-beta"}},
	{"a comma does as well as a blank", ">=1,<2", PyPI, []string{"1", "1.5.post1", "1!0.5"}[:2], []string{"2", "0.9"}},
	{"blanks after the operator do not matter", ">= 1.0 , < 2.0", Maven, []string{"1.0", "1.5-SNAPSHOT"}, []string{"2.0", "1.0-alpha-1"}},
	{"operators need no blank between them", ">=1.0<2.0", Cargo, []string{"1.2.3"}, []string{"2.0.0"}},
	{"a hyphen between blanks includes both ends", "1.0 - 2.0", NPM, []string{"1.0.0", "2.0.0"}, []string{"2.0.1", "0.9.0"}},
	{"a series holds what begins with its numbers", "3.0.x", Deb, []string{"3.0-1", "3.0.7-1", "1:3.0.11-1~deb12u2"}, []string{"3.1.0-1", "30.0-1", "2.9-1"}},
	{"a series may be written with a star", "3.0.*", NPM, []string{"3.0.0", "3.0.0-rc1"}, []string{"3.1.0-alpha", "3.10.0"}},
	{"a series of a series is the same", "3.x.x", Generic, []string{"3", "3.7"}, []string{"30"}},
	{"alternatives hold one or the other", "<1.1.1k || 3.0.x", Generic, []string{"1.1.1j", "3.0.2"}, []string{"1.1.1k", "3.1.0"}},
	{"unequal leaves one version out", ">=1.0 !=1.5 <2.0", PyPI, []string{"1.4", "1.6"}, []string{"1.5", "1.5.0", "2.0"}},
	{"Go versions have a v and bounds need none", "<1.20.0", Golang, []string{"v1.19.0", "v0.0.0-20210101000000-abcdefabcdef"}, []string{"v1.20.0", "v1.20.0+incompatible"}},
	{"Go bounds may have a v", "<v1.20", Golang, []string{"v1.19.5"}, []string{"v1.20.1"}},
	{"Maven knows its qualifiers", "<2.0", Maven, []string{"2.0-SNAPSHOT", "2.0-rc1", "1.9.RELEASE"}, []string{"2.0", "2.0.Final", "2.0-1"}},
	{"a version with too many numbers for the ecosystem is still compared", "<2", NPM, []string{"1.2.3.4"}, []string{"2.0.0.1"}},
	{"a version without a number is in no range", "<2", NPM, nil, []string{"", "latest", "UNKNOWN", "(devel)"}},
	{"an empty range holds everything", " ", NPM, []string{"", "latest", "1"}, nil},
	{"a star holds everything", "*", Deb, []string{"", "1-1"}, nil},
	{"VERS ranges work for their ecosystem", "vers:npm/>=1.0.0|<2.0.0", NPM, []string{"1.0.0", "1.5.0"}, []string{"2.0.0", "0.9.0"}},
	{"VERS ranges hold nothing of another ecosystem", "vers:npm/>=1.0.0|<2.0.0", PyPI, nil, []string{"1.5.0"}},
	{"VERS pairs lower with upper bounds", "vers:pypi/0.0.1|>=1.0|<1.5|!=1.2|>2.0", PyPI, []string{"0.0.1", "1.0", "1.1", "2.1", "9"}, []string{"0.5", "1.2", "1.5", "2.0"}},
	{"VERS decodes its versions", "vers:deb/<3.0.7-1%2Bdeb12u2", Deb, []string{"3.0.7-1+deb12u1"}, []string{"3.0.7-1+deb12u2"}},
	{"VERS for all packages holds for all", "vers:all/<2", NuGet, []string{"1.0.0"}, []string{"2.0.0"}},
	{"VERS with a star holds every version of its ecosystem", "vers:npm/*", NPM, []string{"1", ""}, nil},
}

func TestARangeHoldsTheVersionsAPersonMeans(t *testing.T) {
	t.Parallel()
	for _, c := range rangeCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := ParseRange(c.text)
			if err != nil {
				t.Fatal(err)
			}
			for _, version := range c.inside {
				if !r.Contains(c.ecosystem, version) {
					t.Errorf("%q does not hold %s %q", c.text, c.ecosystem, version)
				}
			}
			for _, version := range c.outside {
				if r.Contains(c.ecosystem, version) {
					t.Errorf("%q holds %s %q", c.text, c.ecosystem, version)
				}
			}
		})
	}
}

func TestAnUnreadableRangeSaysHowToWriteIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"a caret is to be written out", "^1.2", "write it out"},
		{"a tilde is to be written out", "~> 1.2", "write it out"},
		{"an operator needs a version", "<", "without a version"},
		{"an operator at the end needs a version", ">=1.0 <", "without a version"},
		{"a word is no version", "<latest", "has no number"},
		{"an alternative cannot be empty", "1.0 ||", "nothing beside"},
		{"a comparison with a series is refused", "<3.0.x", "compares with a series"},
		{"brackets are not our notation", "[1.0,2.0)", "is not a version"},
		{"a quotation mark is no part of a version", `<1.0'`, "is not a version"},
		{"a VERS range needs an ecosystem", "vers:>=1.0", "not a VERS range"},
		{"a VERS range needs a version", "vers:npm/", "names no version"},
		{"an endless text is refused", strings.Repeat("1", MaxRangeLength+1), "at most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseRange(c.text)
			var wrong *RangeError
			if !errors.As(err, &wrong) || !strings.Contains(wrong.Sentence, c.says) {
				t.Errorf("%q gives %v, want a sentence with %q", c.text, err, c.says)
			}
		})
	}
}

func TestTheTextOfARangeIsReadAsTheSameRange(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "",
		"*":                        "",
		"1.2.3":                    "=1.2.3",
		" >= 1.0 ,<2.0":            ">=1.0 <2.0",
		"1.0 - 2.0":                ">=1.0 <=2.0",
		"3.0.*":                    "3.0.x",
		"<1 || 3.0.x":              "<1 || 3.0.x",
		"vers:npm/<2.0.0|>=1.0.0":  "vers:npm/>=1.0.0|<2.0.0",
		"vers:deb/1.0-1%2Bdeb12u1": "vers:deb/1.0-1+deb12u1",
		"vers:npm/*":               "vers:npm/*",
	} {
		r, err := ParseRange(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseRange(r.String())
		if err != nil {
			t.Fatalf("%q becomes %q: %v", text, r, err)
		}
		if diff := cmp.Diff([]string{want, want}, []string{r.String(), again.String()}); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestBelowAndAtLeastDivideAllVersions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ecosystem := rapid.SampledFrom(everyEcosystem).Draw(t, "ecosystem")
		version, bound := someVersion(t, "version"), someVersion(t, "bound")
		lower, err := ParseRange("<" + bound)
		if err != nil {
			return // the bound is no version
		}
		upper, err := ParseRange(">=" + bound)
		if err != nil {
			t.Fatal(err)
		}
		numbered := strings.ContainsAny(version, "0123456789")
		if lower.Contains(ecosystem, version) == upper.Contains(ecosystem, version) && numbered {
			t.Fatalf("%s %q is in both or none of %s and %s", ecosystem, version, lower, upper)
		}
	})
}

func FuzzParseRange(f *testing.F) {
	for _, seed := range []string{"", "*", "<3.0.8", ">=1.0 <2.0", "1.0 - 2.0", "3.0.x", "^1", "vers:npm/>=1.0.0|<2.0.0", "vers:all/*", "<1.1.1k || 3.0.x", "<", "||", "vers:deb/%", "=1:2-3~4+5"} {
		f.Add(seed, "1.0.2", "deb")
	}
	f.Fuzz(func(t *testing.T, text, version, ecosystem string) {
		r, err := ParseRange(text)
		if err != nil {
			if err.Error() == "" {
				t.Error("the error has no sentence")
			}
			return
		}
		again, err := ParseRange(r.String())
		if err != nil {
			if len(r.String()) > MaxRangeLength {
				return
			}
			t.Fatalf("%q becomes %q, which cannot be read: %v", text, r, err)
		}
		if r.Contains(Ecosystem(ecosystem), version) != again.Contains(Ecosystem(ecosystem), version) {
			t.Errorf("%q and %q differ on %s %q", text, r, ecosystem, version)
		}
	})
}
