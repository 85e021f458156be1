package licenses

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func keysOf(owed []Duty) []string {
	var keys []string
	for _, duty := range owed {
		keys = append(keys, duty.Obligation.Key)
	}
	return keys
}

func TestTheCatalogueOfObligationsIsWhole(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for row := range rows(dutiesTSV) {
		for key := range strings.FieldsSeq(row[1]) {
			name, _, _ := strings.Cut(key, "@")
			used[name] = true
		}
	}
	for _, license := range All() {
		for _, key := range factDuties(Embedded().Facts(Leaf{ID: license.ID})) {
			used[key.key] = true
		}
	}
	seen := map[string]bool{}
	for _, o := range Obligations() {
		if !slices.Contains([]ObligationKind{Must, MustNot, May}, o.Kind) || len(o.Uses) == 0 || slices.Contains(o.Uses, "") {
			t.Errorf("%s is %q in %q", o.Key, o.Kind, o.Uses)
		}
		if o.Title == "" || !strings.HasSuffix(o.Sentence, ".") || seen[o.Key] {
			t.Errorf("%+v is not whole, or there twice", o)
		}
		if !used[o.Key] {
			t.Errorf("no licence brings %s", o.Key)
		}
		seen[o.Key] = true
	}
	for key := range used {
		if !seen[key] {
			t.Errorf("%s is not in the catalogue", key)
		}
	}
}

func TestEveryRowOfDutiesNamesKnownLicencesOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for row := range rows(dutiesTSV) {
		if len(row) != 4 || row[2] == "" || row[3] != "yes" && row[3] != "no" {
			t.Fatalf("%q", row)
		}
		for id := range strings.FieldsSeq(row[0]) {
			if l, ok := Get(id); !strings.HasPrefix(id, "derived:") && (!ok || l.ID != id || l.Successor != "") || seen[id] {
				t.Errorf("%s is not current, or there twice", id)
			}
			seen[id] = true
		}
		for key := range strings.FieldsSeq(row[1]) {
			if _, letters, special := strings.Cut(key, "@"); special && (letters == "" || strings.Trim(letters, "ibsnm") != "") {
				t.Errorf("%s has uses that are none", key)
			}
		}
	}
}

func TestWhatIsOwedDependsOnTheUse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		license string
		use     Use
		want    string
		certain bool
	}{
		"MIT is free to run":                                          {"MIT", UseInternal, "", true},
		"MIT wants its notice beside a binary":                        {"MIT", UseDistributeBinary, "keep-notices include-licence-text", true},
		"BSD names nobody to promote":                                 {"BSD-3-Clause", UseService, "no-endorsement", true},
		"old BSD wants its sentence in advertising":                   {"BSD-4-Clause", UseService, "acknowledge-in-advertising no-endorsement", true},
		"Boost wants nothing beside a binary":                         {"BSL-1.0", UseDistributeBinary, "", true},
		"zlib wants changed versions marked":                          {"Zlib", UseModify, "state-changes no-misrepresentation", true},
		"Apache wants NOTICE passed on and grants patents":            {"Apache-2.0", UseDistributeBinary, "keep-notices include-licence-text notice-file no-trademark patent-grant patent-peace", true},
		"the GPL asks nothing of those who only run it":               {"GPL-2.0-only", UseInternal, "", true},
		"the GPL asks for nothing when it is offered as a service":    {"GPL-2.0", UseService, "", true},
		"the GPL wants source and the same licence":                   {"GPL-2.0-only", UseDistributeBinary, "keep-notices include-licence-text provide-source same-licence no-further-restrictions", true},
		"version 3 wants installation information as well":            {"GPL-3.0-only", UseDistributeBinary, "keep-notices include-licence-text provide-source same-licence installation-information no-further-restrictions no-technical-locks patent-grant patent-peace", true},
		"the LGPL wants relinking":                                    {"LGPL-2.1+", UseDistributeBinary, "keep-notices include-licence-text licence-link provide-source allow-relinking allow-reverse-engineering no-further-restrictions", true},
		"the AGPL wants source offered to users of a changed version": {"AGPL-3.0-only", UseService, "offer-source-to-users same-licence-network patent-grant patent-peace", true},
		"the EUPL counts a service as passing on":                     {"EUPL-1.2", UseService, "no-trademark provide-source-network same-licence-network patent-grant", true},
		"the MPL keeps changed files":                                 {"MPL-2.0", UseModify, "same-licence-file", true},
		"the Classpath exception frees the rest of the work":          {"GPL-2.0-only WITH Classpath-exception-2.0", UseDistributeBinary, "keep-notices include-licence-text provide-source no-further-restrictions", true},
		"an OpenSSL exception frees nothing else":                     {"GPL-2.0-only WITH openvpn-openssl-exception", UseDistributeBinary, "keep-notices include-licence-text provide-source same-licence no-further-restrictions", true},
		"CC0 asks for nothing and leaves patents out":                 {"CC0-1.0", UseDistributeBinary, "no-patents", true},
		"non-commercial is non-commercial at home too":                {"CC-BY-NC-4.0", UseInternal, "no-patents no-commercial-use", true},
		"no-derivatives binds who changes":                            {"CC-BY-ND-4.0", UseModify, "no-changed-versions", true},
		"a permissive licence nobody went through has the usual":      {"Soundex", UseDistributeBinary, "keep-notices include-licence-text", false},
		"LicenseDB's proprietary licences are a matter of contract":   {"LicenseRef-scancode-proprietary-license", UseInternal, "check-contract", false},
		"an unknown licence has to be read":                           {"LicenseRef-acme", UseService, "read-the-text", false},
		"an unknown addition makes the whole unknown":                 {"MIT WITH AdditionRef-x", UseInternal, "read-the-text", false},
	} {
		owed := Embedded().Owes(leafOf(t, c.license), c.use)
		if got := strings.Join(keysOf(owed), " "); got != c.want {
			t.Errorf("%s: %s", name, cmp.Diff(strings.Fields(c.want), strings.Fields(got)))
		}
		for _, duty := range owed {
			if duty.Certain != c.certain || duty.Source == "" {
				t.Errorf("%s: %s is certain %t by %q", name, duty.Obligation.Key, duty.Certain, duty.Source)
			}
		}
	}
}

func TestEveryListedLicenceOwesWhatItsFactsSay(t *testing.T) {
	t.Parallel()
	read, phrases, derived := 0, 0, 0
	for _, license := range All() {
		leaf := Leaf{ID: license.ID}
		facts := Embedded().Facts(leaf)
		binary, modify := keysOf(Embedded().Owes(leaf, UseDistributeBinary)), keysOf(Embedded().Owes(leaf, UseModify))
		whole := slices.Contains(binary, "same-licence") || slices.Contains(modify, "share-alike")
		part := slices.Contains(modify, "same-licence-file") || slices.Contains(modify, "same-licence-library")
		switch facts.Reciprocity {
		case ReciprocityNone:
			if whole || part {
				t.Errorf("%s reaches nothing and asks for %v, %v", license.ID, binary, modify)
			}
		case ReciprocityProject, ReciprocityNetwork:
			if !whole && license.ID != "Vim" { // which has a way of its own
				t.Errorf("%s reaches the whole and asks for %v, %v", license.ID, binary, modify)
			}
		}
		row, ok := theDuties().byID[strings.ToLower(Embedded().current(leaf).ID)]
		switch {
		case ok && row.read:
			read++
		case ok:
			phrases++
		default:
			derived++
		}
	}
	if diff := cmp.Diff([]int{333, 240, 154}, []int{read, phrases, derived}); diff != "" {
		t.Errorf("the figures in docs/licences.md are these: %s", diff)
	}
}

func TestTheCatalogueCannotBeChangedByItsReaders(t *testing.T) {
	t.Parallel()
	Obligations()[0].Uses[0] = "broken"
	Embedded().Owes(Leaf{ID: "MIT"}, UseDistributeBinary)[0].Obligation.Uses[0] = "broken"
	if Obligations()[0].Uses[0] == "broken" {
		t.Error("a reader changed the catalogue")
	}
}
