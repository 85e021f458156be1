package packages

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var everyEcosystem = []Ecosystem{Alpm, Apk, Cargo, Composer, Deb, Gem, Golang, Hex, Maven, NPM, NuGet, Pub, PyPI, RPM, Swift, Generic, "oci", ""}

// orderCases are versions, each line in ascending order; versions with "=" between them are equal. The cases of deb, rpm and apk are made from the published rules.
var orderCases = []struct {
	name      string
	ecosystem Ecosystem
	ascending string
}{
	{"Debian puts a tilde before the end and letters before the rest", Deb, "1.0~~ 1.0~~a 1.0~ 1.0~rc1 1.0 1.0a 1.0+b 1.0.1"},
	{"Debian compares runs of digits as numbers", Deb, "1.2 1.9 1.10=1.010 1.100"},
	{"Debian puts the epoch first", Deb, "9.9-9 1:0.1-1 2:0.0.1-1 10:0-1"},
	{"Debian compares the revision last", Deb, "1.0 1.0-1 1.0-1+b1 1.0-1+deb12u1 1.0-1.1 1.0-2 1.0-10"},
	{"Debian takes no revision as revision 0", Deb, "1.0=1.0-0 1.0-0.1 1.0-1"},
	{"Debian keeps security and backport builds in place", Deb, "3.0.8-1~bpo11+1 3.0.8-1~deb12u1 3.0.8-1 3.0.8-1ubuntu1 3.0.8-1+deb12u1 3.0.8-2"},
	{"Debian cuts at the last hyphen", Deb, "2.0-rc1-1 2.0-rc1-2 2.0-rc2-1"},
	{"Debian reads very long numbers", Deb, "1.99999999999999999999 1.100000000000000000000 2"},
	{"rpm compares segments, digits after letters", RPM, "1.0a=1.0.a 1.0.1 1.0.1a 1.0.1.1"},
	{"rpm takes separators for nothing else", RPM, "2.0.1=2_0_1=2..0..1 2.0.2"},
	{"rpm ignores zeros in front", RPM, "1.0=1.00 1.01=1.1 1.010=1.10"},
	{"rpm puts a tilde before the end", RPM, "1.0~rc1~git1 1.0~rc1 1.0~rc2 1.0 1.0.1"},
	{"rpm puts a caret after the end and before more segments", RPM, "1.0 1.0^ 1.0^git1 1.0^git2 1.0.1^git0 1.0.1.1"},
	{"rpm mixes tilde and caret", RPM, "1.0~rc1 1.0~rc1^git1 1.0 1.0^git1~pre 1.0^git1"},
	{"rpm puts the epoch first", RPM, "3.0.7-99 1:1.1.1k-12.el8_9 1:3.0.7-18.el9_2 1:3.0.7-24.el9 2:0-0"},
	{"rpm takes no epoch as epoch 0", RPM, "0:1.0-1=1.0-1 1:0.1-1"},
	{"Arch is ordered as rpm is", Alpm, "1.0.alpha 1.0.1-1 1.0.1-2 1.0.2-1 1:0.1-1"},
	{"Alpine puts letters between a number and the next", Apk, "1.1.1 1.1.1a 1.1.1k 1.1.1.1 1.1.2"},
	{"Alpine knows suffixes before and after a release", Apk, "1.0_alpha 1.0_alpha1 1.0_beta 1.0_pre2 1.0_rc1 1.0_rc2 1.0 1.0_cvs 1.0_git20240101 1.0_p1 1.0_p2 1.0.1"},
	{"Alpine compares revisions last", Apk, "3.0.8 3.0.8-r0 3.0.8-r1 3.0.8-r10 3.0.8a-r0 3.0.9-r0"},
	{"Alpine takes later numbers with a zero in front as fractions", Apk, "1.00 1.01 1.05 1.1 1.5 1.10"},
	{"Alpine compares the first number as a number", Apk, "0.1 01.0 2.0 10.0"},
	{"Alpine puts what is no version first", Apk, "nonsense 0"},
	{"npm follows semantic versions", NPM, "1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0=v1.0.0=1.0.0+build 1.0.1 1.10.0"},
	{"Cargo follows semantic versions", Cargo, "1.0.0-alpha 1.0.0 1.2.0 1.10.0"},
	{"Hex follows semantic versions", Hex, "1.0.0-dev 1.0.0=v1.0.0 1.0.1"},
	{"PyPI knows its releases", PyPI, "1.0.dev1 1.0a1 1.0b2 1.0rc1 1.0=1.0.0 1.0.post1 1.1 1!0.1"},
	{"Maven knows its qualifiers", Maven, "1.0-alpha-1 1.0-beta-1 1.0-M2 1.0-rc1=1.0-cr1 1.0-SNAPSHOT 1.0=1.0.0=1.0.Final 1.0-sp1 1.0-1 1.0.1 1.10"},
	{"Go orders tags and pseudo-versions", Golang, "v0.0.0-20200101000000-aaaaaaaaaaaa v0.0.0-20210101000000-aaaaaaaaaaaa v0.1.0 v1.0.0-rc1 v1.0.0=1.0.0 v1.2.0 v1.10.0 v2.0.0+incompatible"},
	{"Go's own releases are ordered", Golang, "go1.9 go1.20.3=1.20.3 go1.21.0"},
	{"RubyGems takes letters for pre-releases", Gem, "1.0.a 1.0.b1 1.0.rc1 1.0=1.0.0 1.0.0.1 1.1"},
	{"NuGet has four numbers and ignores case", NuGet, "1.0.0-alpha=1.0.0-ALPHA 1.0.0-beta 1.0.0=1.0=1.0.0.0 1.0.0.1 1.1"},
	{"Composer knows stabilities", Composer, "dev-main 1.0.0-dev 1.0.0-alpha1=1.0.0a1 1.0.0-beta1 1.0.0-RC1=1.0.0-rc1 1.0.0=v1.0.0 1.0.0-p1 1.0.1"},
	{"others count a missing number as 0", Generic, "1=1.0=v1.0.0 1.0.1 1.1 1.2 1.10 2"},
	{"others put patch letters after the release", Generic, "1.0.2-beta1 1.0.2 1.0.2a 1.0.2b 1.0.2z 1.0.2za 1.0.2zb 1.1.0"},
	{"others know the usual words", Generic, "2.0~x 2.0-dev 2.0-SNAPSHOT 2.0-alpha 2.0-beta 2.0b1=2.0-beta1 2.0b2 2.0-M1 2.0-rc1 2.0=2.0-final=2.0.GA=2.0.RELEASE 2.0-p1 2.0.1"},
	{"others ignore case and separators", Generic, "1.0-RC1=1.0rc1=1.0_rc.1 1.0"},
	{"dates are numbers", Generic, "2023.01.02=2023-1-2 2023.10.1 20230102"},
	{"an unknown ecosystem is ordered in the same way", "oci", "1.9 1.10 1.10.1"},
}

func TestVersionsAreOrderedByTheRulesOfTheirEcosystem(t *testing.T) {
	t.Parallel()
	for _, c := range orderCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			type placed struct {
				version string
				place   int
			}
			var all []placed
			for place, group := range strings.Fields(c.ascending) {
				for _, version := range strings.Split(group, "=") {
					all = append(all, placed{version, place})
				}
			}
			for _, a := range all {
				for _, b := range all {
					if got, want := Order(c.ecosystem, a.version, b.version), sign(a.place-b.place); got != want {
						t.Errorf("Order(%s, %q, %q) is %d, want %d", c.ecosystem, a.version, b.version, got, want)
					}
				}
			}
		})
	}
}

// someVersion draws what looks like a version often and like nothing sometimes.
func someVersion(t *rapid.T, label string) string {
	pieces := []string{"0", "00", "1", "2", "10", "010", "20240101", "a", "b", "k", "rc", "alpha", "SNAPSHOT", "final", "x", "git", "_p", "_rc", "dfsg", "el9", "~", "^", "+", "-", ".", ".", ".", ":", "-r1", "v", "!", "é", "(", "_", "*"}
	drawn := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 7).Draw(t, label)
	return strings.Join(drawn, "")
}

func TestEveryOrderIsATotalPreorder(t *testing.T) {
	t.Parallel()
	for _, ecosystem := range everyEcosystem {
		t.Run("in "+string(ecosystem), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				a, b, c := someVersion(t, "a"), someVersion(t, "b"), someVersion(t, "c")
				checkPreorder(t, ecosystem, a, b, c)
			})
		})
	}
}

type failer interface {
	Fatalf(format string, args ...any)
	Helper()
}

func checkPreorder(t failer, ecosystem Ecosystem, a, b, c string) {
	t.Helper()
	if Order(ecosystem, a, a) != 0 {
		t.Fatalf("%s %q is not equal to itself", ecosystem, a)
	}
	if Order(ecosystem, a, b) != -Order(ecosystem, b, a) {
		t.Fatalf("%s %q against %q is not the opposite of the reverse", ecosystem, a, b)
	}
	sorted := []string{a, b, c}
	slices.SortFunc(sorted, func(x, y string) int { return Order(ecosystem, x, y) })
	if Order(ecosystem, sorted[0], sorted[1]) <= 0 && Order(ecosystem, sorted[1], sorted[2]) <= 0 && Order(ecosystem, sorted[0], sorted[2]) > 0 {
		t.Fatalf("%s %q ≤ %q ≤ %q, but the first is after the last", ecosystem, sorted[0], sorted[1], sorted[2])
	}
	if Order(ecosystem, a, b) == 0 && Order(ecosystem, a, c) != Order(ecosystem, b, c) {
		t.Fatalf("%s %q and %q are equal, but not against %q", ecosystem, a, b, c)
	}
}

func TestOnlyVersionsAreReadable(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, c := range []struct {
		ecosystem Ecosystem
		version   string
	}{
		{NPM, "1.0.0"}, {NPM, "latest"}, {NPM, "1.x"}, {Golang, "(devel)"}, {Golang, "v1.2.3"}, {Deb, "1:2-3"}, {Deb, "abc"},
		{Apk, "1.0-r0"}, {Apk, "1.0-1"}, {Maven, "RELEASE"}, {Maven, "1-SNAPSHOT"}, {Generic, "1"}, {Generic, ""}, {RPM, "1.0-1"},
	} {
		got[string(c.ecosystem)+" "+c.version] = Readable(c.ecosystem, c.version)
	}
	want := map[string]bool{
		"npm 1.0.0": true, "npm latest": false, "npm 1.x": false, "golang (devel)": false, "golang v1.2.3": true, "deb 1:2-3": true, "deb abc": false,
		"apk 1.0-r0": true, "apk 1.0-1": false, "maven RELEASE": false, "maven 1-SNAPSHOT": true, "generic 1": true, "generic ": false, "rpm 1.0-1": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzOrder(f *testing.F) {
	for i, seed := range []string{"1.0", "1:1.0-1+deb12u1", "1.0~rc1^git", "1.0_rc1-r0", "1.0.0-beta.11", "1!1.0.post1", "1.0-SNAPSHOT", "v0.0.0-20200101000000-aaaaaaaaaaaa", "", "99999999999999999999999"} {
		f.Add(uint8(i), seed, "1.0.1", "1.1.1k")
	}
	f.Add(uint8(slices.Index(everyEcosystem, Maven)), "0A", "00", "0")
	f.Fuzz(func(t *testing.T, which uint8, a, b, c string) {
		checkPreorder(t, everyEcosystem[int(which)%len(everyEcosystem)], a, b, c)
	})
}

func BenchmarkContains(b *testing.B) {
	r, err := ParseRange("<3.0.8")
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		ecosystem Ecosystem
		version   string
	}{{Deb, "3.0.7-1+deb12u1"}, {RPM, "1:3.0.7-18.el9_2"}, {Apk, "3.0.8-r0"}, {NPM, "4.17.21"}, {Maven, "2.13.4.2"}, {PyPI, "2.31.0"}, {Generic, "1.1.1k"}} {
		b.Run(string(c.ecosystem), func(b *testing.B) {
			for b.Loop() {
				r.Contains(c.ecosystem, c.version)
			}
		})
	}
}
