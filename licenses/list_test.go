package licenses

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheListIsTheReleaseThatItNames(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(Version{"3.28.0", "2026-02-20"}, ListVersion()); diff != "" {
		t.Error(diff)
	}
	counts := map[string]int{"licenses": len(All()), "exceptions": len(AllExceptions())}
	for _, l := range All() {
		for name, is := range map[string]bool{"osi": l.OSI, "fsf yes": l.FSF == Yes, "fsf no": l.FSF == No, "fsf unstated": l.FSF == Unstated, "deprecated": l.Deprecated, "class unknown": l.Class == Unknown} {
			if is {
				counts[name]++
			}
		}
		if l.ID == "" || l.Name == "" || !strings.HasPrefix(l.URL, "https://spdx.org/licenses/") {
			t.Errorf("%+v is incomplete", l)
		}
	}
	want := map[string]int{"licenses": 727, "exceptions": 84, "osi": 149, "fsf yes": 127, "fsf no": 20, "fsf unstated": 580, "deprecated": 32, "class unknown": 2}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
}

func TestALicenceIsFoundInAnyCase(t *testing.T) {
	t.Parallel()
	got, ok := Get("eupl-1.2")
	want := License{
		ID: "EUPL-1.2", Name: "European Union Public License 1.2", OSI: true, FSF: Yes, URL: "https://spdx.org/licenses/EUPL-1.2.html",
		SeeAlso: got.SeeAlso, Category: CategoryCopyleftLimited, Class: WeakCopyleft,
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok || len(got.SeeAlso) == 0 {
		t.Error(diff)
	}
	if old, _ := Get("GPL-2.0+"); old.Successor != "GPL-2.0-or-later" || !old.Deprecated {
		t.Errorf("GPL-2.0+ is %+v", old)
	}
	if exception, ok := GetException("classpath-EXCEPTION-2.0"); !ok || exception.ID != "Classpath-exception-2.0" || exception.Name != "Classpath exception 2.0" {
		t.Errorf("the Classpath exception is %+v", exception)
	}
	for _, id := range []string{"", "LicenseRef-MIT", "MIT+", "mit license", "Classpath-exception-2.0"} {
		if _, ok := Get(id); ok {
			t.Errorf("%q is found", id)
		}
	}
}

func TestTheListCannotBeChangedByItsReaders(t *testing.T) {
	t.Parallel()
	All()[0].ID = "broken"
	AllExceptions()[0].ID = "broken"
	if All()[0].ID == "broken" || AllExceptions()[0].ID == "broken" {
		t.Error("a reader changed the list")
	}
}

func TestEverySuccessorIsACurrentIdentifier(t *testing.T) {
	t.Parallel()
	for old, leaf := range theList().successors {
		license, ok := Get(leaf.ID)
		if !ok || license.Deprecated || len(leaf.Unlisted()) > 0 {
			t.Errorf("%s leads to %s, which is not current", old, leaf)
		}
		if _, listed := Get(old); !listed && !strings.HasSuffix(old, "+") {
			t.Errorf("%s is not on the list", old)
		}
	}
	var without []string
	for _, license := range All() {
		if license.Deprecated && license.Successor == "" {
			without = append(without, license.ID)
		}
	}
	if diff := cmp.Diff([]string{"Net-SNMP", "Nunit"}, without); diff != "" {
		t.Errorf("deprecated without a successor: %s", diff)
	}
}

func TestALicenceHasTheClassThatPeopleExpect(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Class{
		"MIT": Permissive, "Apache-2.0": Permissive, "0BSD": Permissive, "CC0-1.0": Permissive, "Unlicense": Permissive,
		"LicenseRef-scancode-public-domain": Permissive,
		"MPL-2.0":                           WeakCopyleft, "EPL-2.0": WeakCopyleft, "LGPL-3.0-or-later": WeakCopyleft, "EUPL-1.2": WeakCopyleft, "CDDL-1.0": WeakCopyleft,
		"GPL-2.0-only": StrongCopyleft, "GPL-3.0-or-later": StrongCopyleft, "GPL-2.0+": StrongCopyleft, "AGPL-3.0-only": StrongCopyleft, "GPL-2.0": StrongCopyleft,
		"CC-BY-NC-4.0": RestrictedUse, "SSPL-1.0": RestrictedUse, "BUSL-1.1": RestrictedUse, "Elastic-2.0": RestrictedUse,
		"LicenseRef-scancode-proprietary-license": RestrictedUse,
		"LicenseRef-unknown":                      Unknown, "Not-Listed-1.0": Unknown, "LicenseRef-scancode-generic-cla": Unknown, "DocumentRef-d:LicenseRef-scancode-public-domain": Unknown,
		"GPL-2.0-only WITH Classpath-exception-2.0":           WeakCopyleft,
		"Apache-2.0 WITH LLVM-exception":                      Permissive,
		"GPL-3.0-only WITH Not-Listed-exception":              Unknown,
		"MIT WITH AdditionRef-no-clouds":                      Unknown,
		"CC-BY-NC-4.0 WITH Classpath-exception-2.0":           RestrictedUse,
		"BSD-3-Clause WITH PCRE2-exception":                   Permissive,
		"MIT AND GPL-3.0-only":                                StrongCopyleft,
		"MIT OR GPL-3.0-only":                                 Permissive,
		"MIT AND LicenseRef-unknown":                          Unknown,
		"MIT OR LicenseRef-unknown":                           Permissive,
		"(MIT OR LicenseRef-a) AND (LicenseRef-b OR MPL-2.0)": WeakCopyleft,
	} {
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Class(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestEveryCategoryOfLicenseDBIsNamed(t *testing.T) {
	t.Parallel()
	named := []Category{
		CategoryPermissive, CategoryPublicDomain, CategoryCopyleftLimited, CategoryCopyleft, CategoryNonCommercial, CategoryFreeRestricted,
		CategoryProprietaryFree, CategorySourceAvailable, CategoryCommercial, CategoryCLA, CategoryPatentLicense, CategoryUnstated,
	}
	for id, category := range theCategories().byID {
		if !slices.Contains(named, category) {
			t.Errorf("%s has category %q", id, category)
		}
	}
	for _, category := range named {
		if !slices.Contains(Classes(), category.Class()) {
			t.Errorf("%s has class %q", category, category.Class())
		}
	}
}
