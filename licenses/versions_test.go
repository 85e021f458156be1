package licenses

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheVersionsOfALeaf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, leaf, want string }{
		{"an exact version is itself", "GPL-2.0-only", "GPL-2.0-only"},
		{"a deprecated identifier is itself", "GPL-2.0", "GPL-2.0"},
		{"or later", "GPL-2.0-or-later", "GPL-2.0-or-later GPL-2.0-only GPL-3.0-only"},
		{"a deprecated or later", "GPL-2.0+", "GPL-2.0+ GPL-2.0-only GPL-3.0-only"},
		{"the newest or later", "AGPL-3.0-or-later", "AGPL-3.0-or-later AGPL-3.0-only"},
		{"Affero's own version 1 or later", "AGPL-1.0-or-later", "AGPL-1.0-or-later AGPL-1.0-only AGPL-3.0-only"},
		{"a plus", "EUPL-1.0+", "EUPL-1.0+ EUPL-1.0 EUPL-1.1 EUPL-1.2"},
		{"a plus on a version in the middle", "CC-BY-SA-2.5+", "CC-BY-SA-2.5+ CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0"},
		{"a plus on what has no versions", "MIT+", "MIT+ MIT"},
		{"a plus on what is not listed", "Made-Up-1.0+", "Made-Up-1.0+ Made-Up-1.0"},
		{"a reference", "LicenseRef-x", "LicenseRef-x"},
		{"a plus after only", "GPL-2.0-only+", "GPL-2.0-only+"},
		{"a plus after or-later", "GPL-3.0-or-later+", "GPL-3.0-or-later+ GPL-3.0-only"},
		{"a pair keeps its exception", "GPL-2.0-or-later WITH Bison-exception-2.2",
			"GPL-2.0-or-later_WITH_Bison-exception-2.2 GPL-2.0-only_WITH_Bison-exception-2.2 GPL-3.0-only_WITH_Bison-exception-2.2"},
		{"a deprecated name of an or-later pair", "wxWindows",
			"wxWindows LGPL-2.0-only_WITH_WxWindows-exception-3.1 LGPL-2.1-only_WITH_WxWindows-exception-3.1 LGPL-3.0-only_WITH_WxWindows-exception-3.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			leaf := mustParse(t, c.leaf).Leaf()
			var got []string
			for _, version := range leaf.Versions() {
				got = append(got, strings.ReplaceAll(version.String(), " ", "_"))
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheVersionsOfALeafCannotBeChangedByItsReaders(t *testing.T) {
	t.Parallel()
	leaf := Leaf{ID: "EUPL-1.1", OrLater: true}
	leaf.Versions()[2].ID = "broken"
	if diff := cmp.Diff("EUPL-1.2", leaf.Versions()[2].ID); diff != "" {
		t.Error(diff)
	}
}

func TestEveryVersionInTheTableIsACurrentIdentifierOfOneFamily(t *testing.T) {
	t.Parallel()
	family := map[string]string{}
	for row := range rows(versionsTSV) {
		if len(row) != 3 || row[0] == "" || row[2] == "" {
			t.Errorf("%q has not three fields", row)
			continue
		}
		ids := strings.Fields(row[1])
		if len(ids) < 2 {
			t.Errorf("%s has no successors", row[0])
		}
		for _, id := range ids {
			listed, ok := Get(id)
			if !ok || listed.Deprecated || listed.ID != id {
				t.Errorf("%s in %s is not a current identifier", id, row[0])
			}
			if other, taken := family[id]; taken {
				t.Errorf("%s is in %s and in %s", id, other, row[0])
			}
			family[id] = row[0]
			if base, only := strings.CutSuffix(id, onlySuffix); only {
				if _, ok := Get(base + orLaterSuffix); !ok {
					t.Errorf("%s has no identifier for later versions", id)
				}
			}
		}
	}
}

// versionNumber is what makes identifiers alike but for their version: "-2.0.1", "-1.3a", "-2015", in the middle too.
var versionNumber = regexp.MustCompile(`-v?\d+(\.\d+)*[a-z]?(-|$)`)

// noFamily are the identifiers that look like versions of each other and are none, with the reason.
var noFamily = map[string]string{
	"BSD-*-Clause":           "the number counts clauses",
	"Brian-Gladman-*-Clause": "the number counts clauses",
	"HP-*":                   "years of two different texts",
	"Spencer-*":              "years of different texts of one author",
	"libpng-*":               "libpng-1.6.35 is a version of the program",
	"TU-Berlin-*":            "two texts that the list numbers; their author does not",
	"CC-BY-*-AU":             "ports are national texts; which one follows is not stated",
	"CC-BY-NC-SA-*-DE":       "ports are national texts; which one follows is not stated",
	"Sendmail-*":             "Sendmail-8.23 is a version of the program",
	"SAX-PD-*":               "a statement on two versions of the program",
	"Sun-PPP-*":              "a year, of another text",
	"NTP-*":                  "NTP-0 is another text, without attribution",
	"MIT-*":                  "MIT-0 is another text, without attribution",
}

func TestEveryLookalikeIsInTheVersionTableOrHasAReasonNotToBe(t *testing.T) {
	t.Parallel()
	alike := map[string][]string{}
	for _, license := range All() {
		if license.Deprecated || strings.HasSuffix(license.ID, orLaterSuffix) {
			continue
		}
		key := versionNumber.ReplaceAllString(license.ID, "-*$2")
		alike[key] = append(alike[key], license.ID)
		if key == license.ID {
			alike[key+"-*"] = append(alike[key+"-*"], license.ID)
		}
	}
	used := map[string]bool{}
	for key, ids := range alike {
		if len(ids) < 2 {
			continue
		}
		if noFamily[key] != "" {
			used[key] = true
			continue
		}
		for _, id := range ids[1:] {
			this, ok := theVersions()[strings.ToLower(id)]
			other := theVersions()[strings.ToLower(ids[0])]
			if !ok || this.family != other.family {
				t.Errorf("%s look like versions of one licence (%s), but are not in the table", ids, key)
				break
			}
		}
	}
	for key := range noFamily {
		if !used[key] {
			t.Errorf("%s is excused, but nothing looks like it", key)
		}
	}
}

func TestTheVersionsOfAFamilyAreInTheOrderOfTheirNumbers(t *testing.T) {
	t.Parallel()
	// Families whose identifiers are not numbered throughout.
	byHand := []string{"EPL", "SISSL", "Unicode", "W3C"}
	number := regexp.MustCompile(`\d+(\.\d+)*[a-z]?`)
	for row := range rows(versionsTSV) {
		ids := strings.Fields(row[1])
		if slices.Contains(byHand, row[0]) {
			continue
		}
		if !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(number.FindString(a), number.FindString(b)) }) {
			t.Errorf("%s is out of order", row[0])
		}
	}
}
