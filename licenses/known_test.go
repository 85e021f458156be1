package licenses

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func leafOf(t *testing.T, text string) Leaf {
	t.Helper()
	e, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if e.Leaf() == (Leaf{}) {
		t.Fatalf("%s is no leaf", text)
	}
	return e.Leaf()
}

func TestEveryRowOfTheTablesNamesKnownLicencesOnceAndSaysWhere(t *testing.T) {
	t.Parallel()
	listed := func(id string) bool {
		l, ok := Get(id)
		_, own := theCategories().byID[strings.ToLower(id)]
		return ok && l.Successor == "" && l.ID == id || strings.HasPrefix(id, scancodePrefix) && own
	}
	exceptionListed := func(id string) bool {
		x, ok := GetException(id)
		return ok && x.ID == id
	}
	for name, table := range map[string]struct {
		rows   string
		listed func(string) bool
		values []string
	}{
		"reciprocity": {reciprocityTSV, listed, []string{"none", "file", "library", "project", "network", "unknown"}},
		"exceptions":  {exceptionEffectsTSV, exceptionListed, []string{"library", effectSame}},
		"limits":      {limitsTSV, listed, []string{"none", "non-commercial", "no-derivatives", "field-of-use"}},
		"patents":     {patentsTSV, listed, []string{"unstated", "granted", "retaliate", "withheld"}},
	} {
		seen := map[string]bool{}
		for row := range rows(table.rows) {
			if len(row) != 3 || strings.TrimSpace(row[2]) == "" {
				t.Errorf("%s: %q has no reason", name, row[0])
				continue
			}
			for value := range strings.FieldsSeq(row[0]) {
				if !slices.Contains(table.values, value) {
					t.Errorf("%s: %q is no value", name, value)
				}
			}
			for id := range strings.FieldsSeq(row[1]) {
				if !table.listed(id) {
					t.Errorf("%s: %s is not listed, or is deprecated and has a successor", name, id)
				}
				if seen[id] {
					t.Errorf("%s: %s is there twice", name, id)
				}
				seen[id] = true
			}
		}
	}
}

func TestNamesForSomeLicenceOfAKindAreThoseThatLicenseDBHas(t *testing.T) {
	t.Parallel()
	for row := range rows(unspecificTSV) {
		for id := range strings.FieldsSeq(row[0]) {
			if f := Embedded().Facts(Leaf{ID: id}); !f.Unspecific || !f.Listed || f.Name == "" {
				t.Errorf("%s is %+v", id, f)
			}
		}
	}
	for _, id := range []string{"LicenseRef-scancode-public-domain", "LicenseRef-scancode-commons-clause", "LicenseRef-other-permissive", "MIT", "any-OSI"} {
		if Embedded().Facts(Leaf{ID: id}).Unspecific {
			t.Errorf("%s is no name for some licence of a kind", id)
		}
	}
}

func TestEveryListedLicenceIsSortedOnEveryAxisAndSaysFromWhere(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for _, license := range All() {
		f := Embedded().Facts(Leaf{ID: license.ID})
		if !f.Listed || f.Name != license.Name {
			t.Errorf("%s is %+v", license.ID, f)
		}
		for _, axis := range []string{"openness", "reciprocity", "patents"} {
			if f.Sources[axis] == "" {
				t.Errorf("%s has no source for %s", license.ID, axis)
			}
		}
		if len(f.Limits) > 0 && f.Sources["limits"] == "" {
			t.Errorf("%s has no source for its limits", license.ID)
		}
		if f.Reciprocity == ReciprocityUnknown && !strings.HasPrefix(f.Sources["reciprocity"], readInText) {
			t.Errorf("how far %s reaches is unknown without a reason", license.ID)
		}
		counts["openness "+string(f.Openness)]++
		counts["reciprocity "+string(f.Reciprocity)]++
		counts["patents "+string(f.Patents)]++
		for _, limit := range f.Limits {
			counts["limit "+string(limit)]++
		}
	}
	want := map[string]int{
		"openness open": 212, "openness public-domain": 20, "openness presumably-open": 435, "openness source-available": 56, "openness proprietary": 4,
		"reciprocity none": 494, "reciprocity file": 65, "reciprocity library": 51, "reciprocity project": 95, "reciprocity network": 21, "reciprocity unknown": 1,
		"patents unstated": 563, "patents granted": 32, "patents retaliate": 95, "patents withheld": 25, "patents unknown": 12,
		"limit non-commercial": 28, "limit no-derivatives": 13, "limit field-of-use": 21,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("the figures in docs/licences.md are these: %s", diff)
	}
}

func TestEveryExceptionOfTheListHasBeenJudged(t *testing.T) {
	t.Parallel()
	for _, exception := range AllExceptions() {
		if _, ok := theKnown().effects[strings.ToLower(exception.ID)]; !ok {
			t.Errorf("nobody has said what %s changes", exception.ID)
		}
	}
}

// One licence for each reach, and with an exception that frees something, and with one that does not, what is left of it.
func TestAnExceptionLessensOnlyAReachOverTheWholeWork(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]struct{ freed, same Reciprocity }{
		"MIT":            {ReciprocityNone, ReciprocityNone},
		"MPL-2.0":        {ReciprocityFile, ReciprocityFile},
		"LGPL-2.1-only":  {ReciprocityLibrary, ReciprocityLibrary},
		"GPL-2.0-only":   {ReciprocityLibrary, ReciprocityProject},
		"CECILL-2.1":     {ReciprocityLibrary, ReciprocityProject},
		"AGPL-3.0-only":  {ReciprocityNetwork, ReciprocityNetwork},
		"AGPL-1.0":       {ReciprocityNetwork, ReciprocityNetwork},
		"OSL-3.0":        {ReciprocityNetwork, ReciprocityNetwork},
		"EUPL-1.2":       {ReciprocityNetwork, ReciprocityNetwork},
		"RPL-1.5":        {ReciprocityNetwork, ReciprocityNetwork},
		"SSPL-1.0":       {ReciprocityNetwork, ReciprocityNetwork},
		"CAL-1.0":        {ReciprocityNetwork, ReciprocityNetwork},
		"TGPPL-1.0":      {ReciprocityNetwork, ReciprocityNetwork},
		"Frameworx-1.0":  {ReciprocityNetwork, ReciprocityNetwork},
		"any-OSI":        {ReciprocityUnknown, ReciprocityUnknown},
		"LicenseRef-foo": {ReciprocityUnknown, ReciprocityUnknown},
	} {
		alone := Leaf{ID: id}
		for _, exception := range AllExceptions() {
			leaf, expected := Leaf{ID: id, Addition: exception.ID}, want.same
			if theKnown().effects[strings.ToLower(exception.ID)].value != effectSame {
				expected = want.freed
			}
			if got := Embedded().Facts(leaf).Reciprocity; got != expected {
				t.Errorf("%s is %s, want %s", leaf, got, expected)
			}
			if want.same == ReciprocityNetwork && leaf.Class() != alone.Class() {
				t.Errorf("%s is %s, want %s", leaf, leaf.Class(), alone.Class())
			}
			if freed, owed := Embedded().Owes(leaf, UseService), Embedded().Owes(alone, UseService); want.same == ReciprocityNetwork && len(freed) < len(owed) {
				t.Errorf("%s asks a service for %d things, %s for %d", leaf, len(freed), id, len(owed))
			}
		}
	}
}

func TestALicenceHasTheFactsThatItsTextSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"MIT":                        "open none [] unstated",
		"Apache-2.0":                 "open none [] retaliate",
		"GPL-2.0":                    "open project [] unstated",
		"GPL-2.0+":                   "open project [] unstated",
		"GPL-3.0-or-later":           "open project [] retaliate",
		"LGPL-2.1-only":              "open library [] unstated",
		"AGPL-3.0-only":              "open network [] retaliate",
		"EUPL-1.2":                   "open network [] granted",
		"MPL-2.0":                    "open file [] retaliate",
		"EPL-2.0":                    "open file [] retaliate",
		"CC0-1.0":                    "open none [] withheld",
		"CC-BY-NC-ND-4.0":            "source-available none [non-commercial no-derivatives] withheld",
		"CC-BY-NC-SA-3.0":            "source-available project [non-commercial] unstated",
		"JSON":                       "source-available none [field-of-use] unstated",
		"SSPL-1.0":                   "source-available network [field-of-use] retaliate",
		"BUSL-1.1":                   "source-available none [field-of-use] unstated",
		"BSD-3-Clause-Clear":         "open none [] withheld",
		"HPND-export-US":             "presumably-open none [] unstated",
		"any-OSI":                    "open unknown [] unknown",
		"NIST-PD":                    "public-domain none [] unstated",
		"ESA-PL-strong-copyleft-2.4": "presumably-open project [] retaliate",
		"GPL-2.0-only WITH Classpath-exception-2.0":       "open library [] unstated",
		"GPL-2.0-with-classpath-exception":                "open library [] unstated",
		"GPL-3.0-or-later WITH GCC-exception-3.1":         "open library [] retaliate",
		"GPL-3.0-only WITH Bison-exception-2.2":           "open project [] retaliate",
		"GPL-3.0-only WITH Qt-GPL-exception-1.0":          "open project [] retaliate",
		"GPL-2.0-only WITH Linux-syscall-note":            "open project [] unstated",
		"GPL-2.0-only WITH u-boot-exception-2.0":          "open project [] unstated",
		"GPL-2.0-only WITH Texinfo-exception":             "open project [] unstated",
		"GPL-2.0-or-later WITH Libtool-exception":         "open library [] unstated",
		"GPL-2.0-only WITH mif-exception":                 "open library [] unstated",
		"GPL-2.0-only WITH Font-exception-2.0":            "open library [] unstated",
		"AGPL-3.0-only WITH Font-exception-2.0":           "open network [] retaliate",
		"GPL-2.0-only WITH openvpn-openssl-exception":     "open project [] unstated",
		"Apache-2.0 WITH LLVM-exception":                  "open none [] retaliate",
		"MPL-2.0 WITH Classpath-exception-2.0":            "open file [] retaliate",
		"MIT WITH AdditionRef-no-clouds":                  "unknown unknown [] unknown",
		"GPL-2.0-only WITH Unlisted-exception":            "unknown unknown [] unknown",
		"LicenseRef-acme":                                 "unknown unknown [] unknown",
		"Not-Listed-1.0":                                  "unknown unknown [] unknown",
		"LicenseRef-scancode-commons-clause":              "source-available unknown [field-of-use] unknown",
		"LicenseRef-scancode-proprietary-license":         "proprietary unknown [] unknown",
		"LicenseRef-scancode-public-domain":               "public-domain none [] unknown",
		"DocumentRef-d:LicenseRef-scancode-public-domain": "unknown unknown [] unknown",
	} {
		f := Embedded().Facts(leafOf(t, text))
		limits := make([]string, len(f.Limits))
		for i, limit := range f.Limits {
			limits[i] = string(limit)
		}
		got := strings.Join([]string{string(f.Openness), string(f.Reciprocity), "[" + strings.Join(limits, " ") + "]", string(f.Patents)}, " ")
		if got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestFactsOfADeprecatedIdentifierAreThoseOfItsSuccessor(t *testing.T) {
	t.Parallel()
	ignore := func(f Facts) Facts {
		f.Leaf, f.Name, f.Deprecated, f.Category = Leaf{}, "", false, ""
		f.Openness, f.OSI, f.FSF, f.Sources = "", "", "", nil // the list has flags at the old identifier that it left out at the new one
		return f
	}
	for _, license := range All() {
		if license.Successor == "" {
			continue
		}
		old, next := ignore(Embedded().Facts(Leaf{ID: license.ID})), ignore(Embedded().Facts(leafOf(t, license.Successor)))
		if diff := cmp.Diff(next, old); diff != "" {
			t.Errorf("%s: %s", license.ID, diff)
		}
	}
}

func TestTheClassOfAnExceptionFollowsWhatItFrees(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Class{
		"GPL-2.0-only WITH GCC-exception-2.0":                  WeakCopyleft,
		"GPL-2.0-only WITH Autoconf-exception-2.0":             StrongCopyleft,
		"GPL-3.0-only WITH Autoconf-exception-3.0":             StrongCopyleft,
		"GPL-3.0-only WITH Autoconf-exception-macro":           StrongCopyleft,
		"GPL-3.0-only WITH Bison-exception-2.2":                StrongCopyleft,
		"GPL-2.0-only WITH Linux-syscall-note":                 StrongCopyleft,
		"GPL-2.0-or-later WITH Libtool-exception":              WeakCopyleft,
		"GPL-3.0-or-later WITH Autoconf-exception-generic-3.0": WeakCopyleft,
		"AGPL-3.0-only WITH Font-exception-2.0":                StrongCopyleft,
		"AGPL-3.0 WITH GCC-exception-3.1":                      StrongCopyleft,
		"OSL-3.0 WITH Classpath-exception-2.0":                 StrongCopyleft,
		"GPL-2.0-only WITH openvpn-openssl-exception":          StrongCopyleft,
		"GPL-2.0-only WITH GPL-CC-1.0":                         StrongCopyleft,
		"GPL-2.0-only WITH GStreamer-exception-2008":           StrongCopyleft,
		"LGPL-2.1-only WITH FLTK-exception":                    WeakCopyleft,
		"JSON":                                                 RestrictedUse,
		"HPND-export-US":                                       Permissive,
		"OFL-1.1-RFN":                                          WeakCopyleft,
		"ESA-PL-strong-copyleft-2.4":                           StrongCopyleft,
		"MS-LPL":                                               RestrictedUse,
	} {
		if got := leafOf(t, text).Class(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestWhatIsOpenLimitsNothingAndWhatLimitsIsNotPermissive(t *testing.T) {
	t.Parallel()
	for _, license := range All() {
		f := Embedded().Facts(Leaf{ID: license.ID})
		if f.Openness == Open && len(f.Limits) > 0 {
			t.Errorf("%s is open and has limits %v", license.ID, f.Limits)
		}
		if len(f.Limits) > 0 && license.Class != RestrictedUse {
			t.Errorf("%s has limits %v and class %s", license.ID, f.Limits, license.Class)
		}
		if license.OSI && f.Openness != Open {
			t.Errorf("%s is approved by the OSI and %s", license.ID, f.Openness)
		}
	}
}

func TestAnExceptionIsMadeForCertainLicences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression string
		misplaced  bool
	}{
		{"MIT WITH Classpath-exception-2.0", true}, {"Apache-2.0 WITH Classpath-exception-2.0", true}, {"MIT WITH LLVM-exception", true}, {"CC0-1.0 WITH GPL-CC-1.0", true},
		{"GPL-2.0-only WITH Classpath-exception-2.0", false}, {"Apache-2.0 WITH LLVM-exception", false}, {"MIT WITH fmt-exception", false}, {"BSD-3-Clause WITH PCRE2-exception", false},
		{"LGPL-3.0-only WITH LGPL-3.0-linking-exception", false}, {"GPL-2.0-with-classpath-exception", false}, {"MIT WITH AdditionRef-own", false}, {"LicenseRef-x WITH Classpath-exception-2.0", false}, {"MIT", false},
	} {
		e, err := Parse(c.expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := Embedded().Facts(e.Leaf()).Misplaced; got != c.misplaced {
			t.Errorf("%s: misplaced %t", c.expression, got)
		}
	}
}
