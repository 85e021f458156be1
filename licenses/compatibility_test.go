package licenses

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheMatrixReadsOutboundInRowsAndInboundInColumns(t *testing.T) {
	t.Parallel()
	m := theMatrix()
	if m.date != "2024-05-25" || len(m.rows) != 110 {
		t.Fatalf("%d rows of %q", len(m.rows), m.date)
	}
	counts := map[rune]int{}
	for i, row := range m.rows {
		if len(row) != len(m.rows) || row[i] != 's' {
			t.Errorf("row %s is not whole", m.names[i])
		}
		for _, letter := range row {
			counts[letter]++
		}
	}
	if diff := cmp.Diff(map[rune]int{'y': 7725, 'n': 3228, 'u': 983, 's': 110, 'c': 54}, counts); diff != "" {
		t.Error(diff)
	}
	for name, in := range m.alike {
		if _, ok := m.at[strings.ToLower(in)]; !ok {
			t.Errorf("%s stands for %s and is not in the matrix", in, name)
		}
		if _, ok := m.at[name]; ok {
			t.Errorf("%s is in the matrix itself", name)
		}
		if _, ok := Get(name); !ok {
			t.Errorf("%s is not listed", name)
		}
	}
}

func TestEveryClauseNamesKnownLicences(t *testing.T) {
	t.Parallel()
	for row := range rows(compatibilityTSV) {
		if len(row) != 6 || row[4] == "" || row[5] == "" || !slices.Contains(Answers(), Answer(row[3])) || row[2] != string(Included) && row[2] != string(Linked) {
			t.Fatalf("%q", row)
		}
		for side := range strings.SplitSeq(row[0]+"|"+row[1], "|") {
			if side == "*" {
				continue
			}
			e, err := Parse(side)
			if err != nil || len(e.Unlisted()) > 0 || e.String() != side || !e.Equal(e.Current()) {
				t.Errorf("%q is not a current leaf", side)
			}
		}
	}
}

// Sources of the positions: [matrix] FSF, "How are the various GNU licenses compatible with each other?" (gpl-faq, AllCompatibility);
// [list] FSF, "Various Licenses and Comments about Them"; [ASF] Apache Software Foundation, "Apache License v2.0 and GPL
// Compatibility" and "Third Party License Policy"; [MPL] Mozilla, "MPL 2.0 FAQ"; [EPL] Eclipse Foundation, "EPL 2.0 FAQ"; [EU] European Commission, EUPL
// guidelines, appendix and matrix of compatible licences; [CC] Creative Commons, "Compatible Licenses"; [OSADL] its matrix.
func TestWellKnownPositionsAreGivenBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, inbound, outbound string
		how                     Linking
		want                    Answer
	}{
		{"MIT code may be in GPL software [list]", "MIT", "GPL-2.0-only", Included, AnswerYes},
		{"GPL code may not be in MIT software [list]", "GPL-2.0-only", "MIT", Included, AnswerNo},
		{"a GPL library makes an MIT program GPL as a whole [list]", "GPL-3.0-only", "MIT", Linked, AnswerNo},
		{"Apache code may not be in software under version 2 of the GPL [ASF]", "Apache-2.0", "GPL-2.0-only", Included, AnswerNo},
		{"nor may it be linked there [ASF]", "Apache-2.0", "GPL-2.0-only", Linked, AnswerNo},
		{"Apache code may be in software under version 3 of the GPL [ASF]", "Apache-2.0", "GPL-3.0-only", Included, AnswerYes},
		{"Apache code makes GPL-2.0-or-later software GPL-3.0 as a whole [matrix]", "Apache-2.0", "GPL-2.0-or-later", Included, AnswerCheck},
		{"GPL-3.0 code may not be in Apache software [ASF]", "GPL-3.0-only", "Apache-2.0", Included, AnswerNo},
		{"MIT code may be in Apache software [ASF]", "MIT", "Apache-2.0", Included, AnswerYes},
		{"LGPL code may not be in Apache software [ASF]", "LGPL-2.1-only", "Apache-2.0", Included, AnswerNo},
		{"an LGPL library may be linked by a permissive program [list]", "LGPL-2.1-only", "Apache-2.0", Linked, AnswerYes},
		{"and by a proprietary one [list]", "LGPL-3.0-or-later", "LicenseRef-scancode-proprietary-license", Linked, AnswerYes},
		{"a GPL library may not [list]", "GPL-2.0-or-later", "LicenseRef-scancode-proprietary-license", Linked, AnswerNo},
		{"GPL code may not be in proprietary software [list]", "GPL-2.0-or-later", "LicenseRef-scancode-proprietary-license", Included, AnswerNo},
		{"GPL-2.0-only and GPL-3.0-only do not mix [matrix]", "GPL-2.0-only", "GPL-3.0-only", Included, AnswerNo},
		{"nor the other way [matrix]", "GPL-3.0-only", "GPL-2.0-only", Included, AnswerNo},
		{"GPL-2.0-or-later may be taken as GPL-3.0 [matrix]", "GPL-2.0-or-later", "GPL-3.0-only", Included, AnswerYes},
		{"GPL-2.0+ is the same [matrix]", "GPL-2.0+", "GPL-3.0-only", Included, AnswerYes},
		{"GPL-2.0-only code makes GPL-2.0-or-later software GPL-2.0 as a whole [matrix]", "GPL-2.0-only", "GPL-2.0-or-later", Included, AnswerCheck},
		{"an LGPL-3.0 library may not be linked by GPL-2.0-only software [matrix]", "LGPL-3.0-only", "GPL-2.0-only", Linked, AnswerNo},
		{"LGPL-2.1 code may be in GPL-2.0-only software [matrix]", "LGPL-2.1-only", "GPL-2.0-only", Included, AnswerYes},
		{"LGPL-2.1-or-later code may be in GPL-3.0 software [matrix]", "LGPL-2.1-or-later", "GPL-3.0-only", Included, AnswerYes},
		{"GPL-3.0 and AGPL-3.0 may be linked [list]", "GPL-3.0-only", "AGPL-3.0-only", Linked, AnswerYes},
		{"a CDDL library and the GPL do not go together [list]", "CDDL-1.0", "GPL-2.0-only", Linked, AnswerNo},
		{"EPL-1.0 and the GPL do not go together [list]", "EPL-1.0", "GPL-3.0-only", Included, AnswerNo},
		{"EPL-2.0 depends on its secondary licences [EPL]", "EPL-2.0", "GPL-2.0-only", Included, AnswerCheck},
		{"MPL-2.0 names the GPL as a secondary licence [MPL]", "MPL-2.0", "GPL-2.0-only", Included, AnswerYes},
		{"MPL-2.0 without its exception does not [MPL]", "MPL-2.0-no-copyleft-exception", "GPL-2.0-only", Included, AnswerNo},
		{"MPL-1.1 and the GPL do not go together [list]", "MPL-1.1", "GPL-2.0-only", Included, AnswerNo},
		{"MPL code keeps its files in a permissive program [MPL]", "MPL-2.0", "MIT", Linked, AnswerYes},
		{"the advertising clause clashes with the GPL [list]", "BSD-4-Clause", "GPL-2.0-only", Included, AnswerNo},
		{"OpenSSL's old licence clashes with the GPL [list]", "OpenSSL", "GPL-2.0-only", Linked, AnswerNo},
		{"unless an exception lets it be linked [list]", "OpenSSL", "GPL-2.0-only WITH openvpn-openssl-exception", Linked, AnswerYes},
		{"the Academic Free License clashes with the GPL [list]", "AFL-3.0", "GPL-3.0-only", Included, AnswerNo},
		{"the Microsoft Public License clashes with the GPL [list]", "MS-PL", "GPL-2.0-only", Included, AnswerNo},
		{"the JSON licence clashes with the GPL [list]", "JSON", "GPL-3.0-only", Included, AnswerNo},
		{"the Free Documentation License clashes with the GPL [list]", "GFDL-1.3-only", "GPL-3.0-only", Included, AnswerNo},
		{"EUPL-1.2 names version 3 of the GPL [EU]", "EUPL-1.2", "GPL-3.0-only", Included, AnswerYes},
		{"EUPL-1.2 names version 2 of the GPL [EU]", "EUPL-1.2", "GPL-2.0-only", Included, AnswerYes},
		{"EUPL-1.1 names version 2 of the GPL [EU]", "EUPL-1.1", "GPL-2.0-only", Included, AnswerYes},
		{"EUPL-1.1 does not name version 3 [EU]", "EUPL-1.1", "GPL-3.0-only", Included, AnswerNo},
		{"EUPL-1.1 or later may be taken as 1.2, which does [EU]", "EUPL-1.1+", "GPL-3.0-only", Included, AnswerYes},
		{"EUPL-1.2 names CeCILL 2.1 [EU]", "EUPL-1.2", "CECILL-2.1", Included, AnswerYes},
		{"EUPL code may not be in MIT software [EU]", "EUPL-1.2", "MIT", Included, AnswerNo},
		{"whether an EUPL library reaches a program is not settled [EU]", "EUPL-1.2", "MIT", Linked, AnswerCheck},
		{"GPL code may not be in EUPL software [EU]", "GPL-3.0-only", "EUPL-1.2", Included, AnswerNo},
		{"MIT code may be in EUPL software [EU]", "MIT", "EUPL-1.2", Included, AnswerYes},
		{"Apache code may be in EUPL software [EU]", "Apache-2.0", "EUPL-1.2", Included, AnswerYes},
		{"nobody knows what \"some permissive licence\" asks for", "LicenseRef-scancode-other-permissive", "MIT", Included, AnswerUnknown},
		{"not even beside itself", "LicenseRef-scancode-other-copyleft", "LicenseRef-scancode-other-copyleft", Included, AnswerUnknown},
		{"of somebody's own terms it is known that they are not open", "LicenseRef-scancode-commercial-license", "MIT", Included, AnswerNo},
		{"a GPL library with the exception of GCC's runtime may be linked", "GPL-3.0-only WITH GCC-exception-3.1", "MIT", Linked, AnswerYes},
		{"an AGPL font frees documents; a program that uses it as a library has to look", "AGPL-3.0-only WITH Font-exception-2.0", "MIT", Linked, AnswerCheck},
		{"and its code may not be in the program", "AGPL-3.0-only WITH Font-exception-2.0", "MIT", Included, AnswerNo},
		{"an LGPL library may be linked by EUPL software [EU]", "LGPL-2.1-or-later", "EUPL-1.2", Linked, AnswerYes},
		{"CeCILL 2.1 may be taken as EUPL", "CECILL-2.1", "EUPL-1.2", Included, AnswerYes},
		{"the Classpath exception frees programs that link [list]", "GPL-2.0-only WITH Classpath-exception-2.0", "Apache-2.0", Linked, AnswerYes},
		{"and not those that contain the code [list]", "GPL-2.0-only WITH Classpath-exception-2.0", "Apache-2.0", Included, AnswerNo},
		{"the GCC runtime may be in proprietary programs [list]", "GPL-3.0-or-later WITH GCC-exception-3.1", "LicenseRef-scancode-proprietary-license", Linked, AnswerYes},
		{"the LLVM exception makes Apache code fit for GPL-2.0", "Apache-2.0 WITH LLVM-exception", "GPL-2.0-only", Included, AnswerYes},
		{"the kernel's headers bind no program", "GPL-2.0-only WITH Linux-syscall-note", "LicenseRef-scancode-proprietary-license", Linked, AnswerYes},
		{"CC-BY-SA-4.0 goes one way into GPL-3.0 [CC]", "CC-BY-SA-4.0", "GPL-3.0-only", Included, AnswerYes},
		{"and there is no way back [CC]", "GPL-3.0-only", "CC-BY-SA-4.0", Included, AnswerUnknown},
		{"CC-BY-SA may be shared under a later version [CC]", "CC-BY-SA-3.0", "CC-BY-SA-4.0", Included, AnswerYes},
		{"CC-BY-NC code may not be in open software [CC]", "CC-BY-NC-4.0", "MIT", Included, AnswerNo},
		{"CC0 goes into everything [list]", "CC0-1.0", "GPL-2.0-only", Included, AnswerYes},
		{"SSPL code may not be in open software", "SSPL-1.0", "Apache-2.0", Included, AnswerNo},
		{"BUSL code may not be in EUPL software", "BUSL-1.1", "EUPL-1.2", Included, AnswerNo},
		{"proprietary code may not be in open software", "LicenseRef-scancode-proprietary-license", "MIT", Included, AnswerNo},
		{"a proprietary library may not be linked by GPL software [list]", "LicenseRef-scancode-proprietary-license", "GPL-3.0-only", Linked, AnswerNo},
		{"a permissive program with a proprietary library needs a look", "LicenseRef-scancode-proprietary-license", "MIT", Linked, AnswerCheck},
		{"a compiler under the GPL asks nothing of what it builds [list]", "GPL-3.0-only", "MIT", Separate, AnswerYes},
		{"a licence that only a document knows is unknown", "LicenseRef-acme", "MIT", Included, AnswerUnknown},
		{"publishing under one that only a document knows is unknown too", "MIT", "LicenseRef-acme", Included, AnswerUnknown},
		{"a permissive licence that nobody compared needs a look", "Soundex", "EUPL-1.2", Included, AnswerCheck},
		{"MIT-0 asks no more than 0BSD [OSADL]", "MIT-0", "GPL-2.0-only", Included, AnswerYes},
		{"OSADL has no opinion on Artistic in EUPL software [OSADL]", "Artistic-1.0-Perl", "EUPL-1.2", Included, AnswerUnknown},
		{"an exception cannot be granted for others' code", "GPL-3.0-only", "GPL-3.0-only WITH GCC-exception-3.1", Included, AnswerCheck},
	} {
		got := Embedded().Compatible(leafOf(t, c.inbound), leafOf(t, c.outbound), c.how)
		if got.Answer != c.want {
			t.Errorf("%s: %s because %s (%s)", c.name, got.Answer, got.Reason, got.Source)
		}
	}
}

func TestEveryOpenLicenceGoesWithItself(t *testing.T) {
	t.Parallel()
	for _, license := range All() {
		leaf := Leaf{ID: license.ID}
		if Embedded().Facts(leaf).Openness != Open {
			continue
		}
		for _, how := range Linkings() {
			if got := Embedded().Compatible(leaf, leaf, how); got.Answer != AnswerYes {
				t.Errorf("%s %s itself: %v", license.ID, how, got)
			}
		}
	}
}

func TestEveryAnswerHasAReasonAndASourceAndLooserIsNeverWorse(t *testing.T) {
	t.Parallel()
	leaves := []Leaf{{ID: "LicenseRef-acme"}, {ID: "LicenseRef-scancode-proprietary-license"}, {ID: "GPL-2.0-only", Addition: "Classpath-exception-2.0"}, {ID: "MIT", Addition: "AdditionRef-x"}, {ID: "EUPL-1.1", OrLater: true}}
	for _, license := range All() {
		leaves = append(leaves, Leaf{ID: license.ID})
	}
	outbound := []string{"MIT", "EUPL-1.2", "GPL-2.0-or-later", "GPL-3.0-only", "AGPL-3.0-only", "LGPL-2.1+", "CC-BY-SA-4.0", "LicenseRef-scancode-proprietary-license", "BUSL-1.1", "GPL-2.0-only WITH openvpn-openssl-exception", "LicenseRef-acme"}
	for _, out := range outbound {
		for _, in := range leaves {
			last := len(Answers())
			for _, how := range Linkings() {
				got := Embedded().Compatible(in, leafOf(t, out), how)
				if got.Answer.rank() < 0 || !strings.HasSuffix(got.Reason, ".") || got.Source == "" {
					t.Errorf("%s %s %s: %+v", in, how, out, got)
				}
				if got.Answer.rank() > last {
					t.Errorf("%s in %s is worse when only %s: %+v", in, out, how, got)
				}
				last = got.Answer.rank()
			}
		}
	}
}

func TestPublishFindsTheBranchThatWorksAndWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inbound, outbound string
		how               Linking
		answer            Answer
		via, blockers     string
	}{
		"one branch of an OR is enough":               {"MIT OR GPL-2.0-only", "Apache-2.0", Included, AnswerYes, "MIT", ""},
		"two that work stay to be chosen from":        {"MIT OR ISC OR GPL-2.0-only", "Apache-2.0", Included, AnswerYes, "ISC OR MIT", ""},
		"an AND needs both":                           {"MIT AND GPL-2.0-only", "Apache-2.0", Included, AnswerNo, "", "GPL-2.0-only"},
		"the choice inside an AND":                    {"MIT AND (GPL-2.0-only OR LGPL-2.1-only)", "Apache-2.0", Linked, AnswerYes, "LGPL-2.1-only AND MIT", ""},
		"all that fail are named":                     {"MIT AND (GPL-2.0-only OR LGPL-2.1-only)", "Apache-2.0", Included, AnswerNo, "", "GPL-2.0-only LGPL-2.1-only"},
		"what needs a look is named":                  {"EPL-2.0 OR CDDL-1.0", "GPL-2.0-only", Included, AnswerCheck, "EPL-2.0", "EPL-2.0"},
		"the three of Mozilla go into the GPL":        {"MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later", "GPL-3.0-only", Included, AnswerYes, "GPL-2.0-or-later OR LGPL-2.1-or-later", ""},
		"a choice of outbound licences binds to each": {"GPL-2.0-only", "MIT OR GPL-2.0-only", Included, AnswerNo, "", "GPL-2.0-only"},
		"of joined outbound licences one has to fit":  {"GPL-2.0-only", "MIT AND GPL-2.0-only", Included, AnswerYes, "GPL-2.0-only", ""},
		"an unknown part is not a no":                 {"MIT AND LicenseRef-acme", "MIT", Included, AnswerUnknown, "LicenseRef-acme AND MIT", "LicenseRef-acme"},
	} {
		in, err := Parse(c.inbound)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Parse(c.outbound)
		if err != nil {
			t.Fatal(err)
		}
		p := Embedded().Publish(out, in, c.how)
		var blockers []string
		for _, leaf := range p.Blockers {
			blockers = append(blockers, leaf.String())
		}
		if p.Answer != c.answer || p.Via.String() != c.via || strings.Join(blockers, " ") != c.blockers || len(p.Reasons) != len(in.Leaves()) {
			t.Errorf("%s: %+v via %s", name, p, p.Via)
		}
	}
	if p := Embedded().Publish(Expression{}, Of(Leaf{ID: "MIT"}), Included); p.Answer != AnswerUnknown {
		t.Errorf("no outbound licence is %+v", p)
	}
}

func TestALongExpressionIsComparedInTimeThatGrowsWithItsLength(t *testing.T) {
	t.Parallel()
	var ors []Expression
	for _, license := range All() {
		ors = append(ors, Or(Of(Leaf{ID: license.ID}), Of(Leaf{ID: "LicenseRef-" + strings.TrimSuffix(license.ID, "+")})))
	}
	started := time.Now()
	inbound := And(ors...)
	if p := Embedded().Publish(Of(Leaf{ID: "EUPL-1.2"}), inbound, Included); len(p.Reasons) != len(inbound.Leaves()) {
		t.Errorf("%d reasons", len(p.Reasons))
	}
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("%d ANDed ORs took %s", len(ors), took)
	}
}
