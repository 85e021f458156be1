package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// linkedDocument is a product with parts: each line is "name licence relationship from", the relationship from the product when no other is named.
func linkedDocument(lines ...string) string {
	var packages, relations strings.Builder
	for i, line := range lines {
		f := strings.Split(line, "|")
		from := "p"
		if len(f) > 3 {
			from = f[3]
		}
		fmt.Fprintf(&packages, `,{"SPDXID":"SPDXRef-%s","name":%q,"versionInfo":"1.%d","downloadLocation":"NOASSERTION","copyrightText":"© %s","licenseDeclared":%q,"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/%s@1.%d"}]}`, f[0], f[0], i, f[0], f[1], f[0], i)
		if f[2] != "" {
			fmt.Fprintf(&relations, `,{"spdxElementId":"SPDXRef-%s","relationshipType":%q,"relatedSpdxElement":"SPDXRef-%s"}`, from, f[2], f[0])
		}
	}
	return `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"d","documentNamespace":"https://example.gov/d","dataLicense":"CC0-1.0","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t"]},
	"packages":[{"SPDXID":"SPDXRef-p","name":"product","versionInfo":"1","downloadLocation":"NOASSERTION","licenseDeclared":"EUPL-1.2"}` + packages.String() + `],
	"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-p"}` + relations.String() + `]}`
}

// answers lists the components of a publication as text.
func answers(p *register.Publication) []string {
	var out []string
	for _, c := range p.Components {
		line := fmt.Sprintf("%s %s %s %s", c.Component, c.License, c.How, c.Answer)
		if !c.Via.IsZero() && c.Via.String() != c.License {
			line += " via " + c.Via.String()
		}
		if len(c.Path) > 0 {
			line += " by " + strings.Join(c.Path, " > ")
		}
		out = append(out, line)
	}
	return out
}

func TestWhetherAReleaseMayBePublishedSaysWhatStandsInTheWay(t *testing.T) {
	for _, c := range []struct {
		name, outbound string
		lines          []string
		answer         licenses.Answer
		want           []string
	}{
		{"permissive parts go with anything", "EUPL-1.2", []string{"a|MIT|DEPENDS_ON", "b|Apache-2.0|CONTAINS"}, licenses.AnswerYes, []string{"a MIT included yes", "b Apache-2.0 included yes"}},
		{"a part under the GPL stands in the way of MIT", "MIT", []string{"a|MIT|DEPENDS_ON", "b|GPL-3.0-only|DEPENDS_ON|a"}, licenses.AnswerNo, []string{"b GPL-3.0-only included no by product 1 > a 1.0 > b 1.1", "a MIT included yes"}},
		{"the branch of a choice that goes is named", "MIT", []string{"a|MIT OR GPL-3.0-only|DEPENDS_ON"}, licenses.AnswerYes, []string{"a GPL-3.0-only OR MIT included yes via MIT"}},
		{"what nothing leads to counts as part of the product", "MIT", []string{"a|GPL-3.0-only|", "b|GPL-3.0-only|CONTAINS"}, licenses.AnswerNo, []string{"a GPL-3.0-only included no", "b GPL-3.0-only included no by product 1 > b 1.1"}},
		{"a part of a part stands in the way with its path", "MIT", []string{"a|MIT|DEPENDS_ON", "b|GPL-3.0-only|CONTAINS|a"}, licenses.AnswerNo, []string{"b GPL-3.0-only included no by product 1 > a 1.0 > b 1.1", "a MIT included yes"}},
		{"how a library under the LGPL is built in decides", "Apache-2.0", []string{"a|LGPL-2.1-only|DEPENDS_ON"}, licenses.AnswerCheck, []string{"a LGPL-2.1-only included check by product 1 > a 1.0"}},
		{"a library under the LGPL whose code is in the product stands in the way", "Apache-2.0", []string{"a|LGPL-2.1-only|CONTAINS"}, licenses.AnswerNo, []string{"a LGPL-2.1-only included no by product 1 > a 1.0"}},
		{"no licence stands in the way", "EUPL-1.2", []string{"a|NONE|DEPENDS_ON"}, licenses.AnswerNo, []string{"a NONE included no by product 1 > a 1.0"}},
		{"a licence that nobody knows is not known", "EUPL-1.2", []string{"a|NOASSERTION|DEPENDS_ON", "b|MIT|DEPENDS_ON"}, licenses.AnswerUnknown, []string{"a NOASSERTION included unknown by product 1 > a 1.0", "b MIT included yes"}},
		{"a document without parts has to be looked at", "EUPL-1.2", nil, licenses.AnswerCheck, nil},
		{"without a licence it asks about the registered one", "", []string{"a|MIT|DEPENDS_ON"}, licenses.AnswerYes, []string{"a MIT included yes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
			f.receive(system, release, linkedDocument(c.lines...))
			p, err := f.r.Publication(ctx, models.Viewer{}, release.ID, c.outbound)
			f.must(err)
			if diff := cmp.Diff(c.want, answers(p)); diff != "" || p.Answer != c.answer {
				t.Errorf("%s: %s\n%s", p.Answer, p.Sentence, diff)
			}
			if p.Sentence == "" || len(p.Assumptions) == 0 || p.Product != "product 1" || p.Stated != "EUPL-1.2" {
				t.Errorf("in words: %q, %q, %q, %q", p.Sentence, p.Assumptions, p.Product, p.Stated)
			}
			for _, part := range p.Components {
				if part.Answer == licenses.AnswerNo && part.Hint == "" {
					t.Errorf("nothing is said of what to do about %s", part.Component)
				}
			}
		})
	}
}

func TestDevelopmentToolsStayOutAndDynamicLinksAreLinks(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	text := linkedDocument("lib|LGPL-3.0-only|DYNAMIC_LINK", "tool|GPL-3.0-only|", "under|GPL-3.0-only|DEPENDS_ON|tool", "both|MIT|DEPENDS_ON|tool", "deep|MIT|CONTAINS|lib")
	text = strings.Replace(text, `"relationships":[`, `"relationships":[{"spdxElementId":"SPDXRef-tool","relationshipType":"BUILD_TOOL_OF","relatedSpdxElement":"SPDXRef-p"},{"spdxElementId":"SPDXRef-p","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-both"},`, 1)
	f.receive(system, release, text)
	p, err := f.r.Publication(ctx, system, release.ID, "Apache-2.0")
	f.must(err)
	how := map[string]licenses.Linking{}
	for _, c := range p.Components {
		how[c.Component] = c.How
	}
	want := map[string]licenses.Linking{"lib": licenses.Linked, "deep": licenses.Linked, "tool": licenses.Separate, "under": licenses.Separate, "both": licenses.Included}
	if diff := cmp.Diff(want, how); diff != "" || p.Separate != 2 {
		t.Errorf("%d are separate:\n%s", p.Separate, diff)
	}
}

func TestAChoiceAndAConclusionChangeWhetherItMayBePublished(t *testing.T) {
	f := newFixture(t)
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	release := f.release(a, "1.0")
	f.receive(system, release, linkedDocument("a|MIT OR GPL-3.0-only|DEPENDS_ON", "b|NOASSERTION|DEPENDS_ON"))
	f.must(f.r.ChooseLicense(ctx, officer, &models.LicenseChoice{Reach: models.ReachAsset, AssetID: &a.ID, Expression: "GPL-3.0-only OR MIT", Chosen: "GPL-3.0-only", Reason: "Ours is under it."}))
	f.must(f.r.ConcludeLicense(ctx, officer, &models.LicenseConclusion{Reach: models.ReachEverywhere, Base: "pkg:npm/b", Concluded: "ISC", Reason: "Read in its LICENSE file."}))
	p, err := f.r.Publication(ctx, system, release.ID, "MIT")
	f.must(err)
	want := []string{"a GPL-3.0-only included no by product 1 > a 1.0", "b ISC included yes"}
	if diff := cmp.Diff(want, answers(p)); diff != "" || !p.Components[1].Concluded {
		t.Error(diff)
	}
}

func TestWhatCannotBeAnsweredAboutPublicationIsRefused(t *testing.T) {
	f := newFixture(t)
	hidden, open := f.release(f.asset("Hidden", f.health, models.VisibleAgency), "1"), f.release(f.asset("Open", f.health, models.VisiblePublic), "1")
	f.receive(system, hidden, linkedDocument("a|MIT|DEPENDS_ON"))
	for _, c := range []struct {
		name     string
		release  int64
		outbound string
		by       models.Viewer
		code     string
	}{
		{"a release that the asker may not see", hidden.ID, "MIT", models.Viewer{}, "release-not-found"},
		{"a release without a document", open.ID, "MIT", system, "no-document"},
		{"no expression", hidden.ID, "MIT AND", system, "invalid-input"},
		{"no licence on the list", hidden.ID, "nonsense", system, "invalid-input"},
		{"a licence that only a document defines", hidden.ID, "MIT OR LicenseRef-foo", system, "invalid-input"},
		{"an exception that is not on the list", hidden.ID, "GPL-2.0-only WITH Nonsense", system, "invalid-input"},
	} {
		if _, err := f.r.Publication(ctx, c.by, c.release, c.outbound); !models.HasCode(err, c.code) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.code == "invalid-input" {
			continue
		}
		if _, err := f.r.Obligations(ctx, c.by, c.release, licenses.UseInternal); !models.HasCode(err, c.code) {
			t.Errorf("%s: obligations: %v", c.name, err)
		}
		if _, err := f.r.Notice(ctx, c.by, c.release, register.NoticeText); !models.HasCode(err, c.code) {
			t.Errorf("%s: notice: %v", c.name, err)
		}
	}
}

func TestChecklistPublicationAndNoticeCountTheUnlicensedAlike(t *testing.T) {
	for _, c := range []struct {
		name          string
		origin        models.Origin
		product       string
		none, unknown int
	}{
		{"what government built is judged by its parts", models.GovBuilt, "NOASSERTION", 1, 3},
		{"of what others built the product counts too", models.OpenSource, "NOASSERTION", 1, 4},
		{"a product that nobody has licensed", models.OpenSource, "NONE", 2, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			a := &models.Asset{Name: "Case Desk", Origin: c.origin, StewardID: f.health.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic, Descriptions: map[string]string{"en": "Keeps cases"}}
			f.must(f.r.RegisterAsset(ctx, system, a))
			release := f.release(a, "1.0")
			doc := linkedDocument("a|MIT|DEPENDS_ON", "b|NONE|DEPENDS_ON", "c|NOASSERTION|CONTAINS", "d|see contract|DEPENDS_ON", "e||DEPENDS_ON", "tool|NONE|", "test|NOASSERTION|")
			doc = strings.Replace(doc, `"relationships":[`, `"relationships":[{"spdxElementId":"SPDXRef-tool","relationshipType":"BUILD_TOOL_OF","relatedSpdxElement":"SPDXRef-p"},{"spdxElementId":"SPDXRef-test","relationshipType":"TEST_DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-p"},`, 1)
			f.receive(system, release, strings.Replace(doc, "EUPL-1.2", c.product, 1))
			list, err := f.r.Obligations(ctx, system, release.ID, licenses.UseDistributeBinary)
			f.must(err)
			p, err := f.r.Publication(ctx, system, release.ID, "EUPL-1.2")
			f.must(err)
			_, gaps, err := f.r.NoticeGaps(ctx, system, release.ID)
			f.must(err)
			noticed := [2]int{}
			for _, g := range gaps {
				switch {
				case strings.Contains(g.Sentence, "no licence that is known"):
					noticed[1] = len(g.Names) + g.More
				case strings.Contains(g.Sentence, "as the document says itself"):
					noticed[0] = len(g.Names) + g.More
				}
			}
			want := [2]int{c.none, c.unknown}
			if diff := cmp.Diff([][2]int{want, want, want}, [][2]int{{list.NoLicense, list.Unknown}, {p.NoLicense, p.Unknown}, noticed}); diff != "" {
				t.Errorf("checklist, publication, notice:\n%s", diff)
			}
		})
	}
}
