package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// listing is a document with packages of these names, each in its version after an @.
func listing(packages ...string) *strings.Reader {
	list := []string{`{"SPDXID":"SPDXRef-P","name":"product","downloadLocation":"NOASSERTION"}`}
	for i, p := range packages {
		name, version, _ := strings.Cut(p, "@")
		list = append(list, fmt.Sprintf(`{"SPDXID":"SPDXRef-%d","name":%q,"versionInfo":%q,"licenseDeclared":"MIT","downloadLocation":"NOASSERTION"}`, i, name, version))
	}
	return strings.NewReader(fmt.Sprintf(`{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"product","documentNamespace":"https://example.gov/%s","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},
		"packages":[%s],"documentDescribes":["SPDXRef-P"]}`, packages[0], strings.Join(list, ",")))
}

func TestASearchShowsOnlyComponentsOfDocumentsTheViewerMaySee(t *testing.T) {
	s, err := store.Open(ctx, testkit.OwnDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	f := &fixture{t: t, s: s, r: register.New(s)}
	f.health, f.education = f.agency("health", nil), f.agency("education", nil)
	for _, d := range []struct {
		visibility models.Visibility
		packages   []string
	}{
		{models.VisiblePublic, []string{"openssl@3.0.1", "Zlib@1.3"}},
		{models.VisibleGovernment, []string{"openssl@3.0.1", "openssl@3.0.2", "openssl-compat@1"}},
		{models.VisibleAgency, []string{"openssl@3.0.9", "openssl-hidden@1"}},
	} {
		release := f.release(f.asset("Desk "+string(d.visibility), f.health, d.visibility), "1")
		_, err := f.r.ReceiveSBOM(ctx, system, release.ID, "x", listing(d.packages...), sbom.Limits{})
		f.must(err)
	}
	all := []string{"openssl: 3 versions", "openssl-compat: 1 version", "openssl-hidden: 1 version"}
	cases := []struct {
		name, query string
		by          models.Viewer
		want        []string
	}{
		{"the public", "openssl", models.Viewer{}, []string{"openssl: 1 version"}},
		{"a reader elsewhere", "OpenSSL", f.person("r1@example.gov", models.Reader, f.education), []string{"openssl: 2 versions", "openssl-compat: 1 version"}},
		{"a reader of the agency", "openssl", f.person("r2@example.gov", models.Reader, f.health), all},
		{"an auditor who does not know how to write it", "opensl", f.person("r3@example.gov", models.Auditor, nil), all},
		{"the public, by the name that is hidden", "openssl-hidden", models.Viewer{}, []string{"openssl: 1 version"}},
		{"the public, by two letters", "zl", models.Viewer{}, []string{"Zlib: 1 version"}},
		{"the public, by a name nobody has", "qqqqq", models.Viewer{}, nil},
	}
	for _, how := range []string{"by SQL", "by the index"} {
		if how == "by the index" {
			f.must(s.UseIndex(ctx))
		}
		for _, tc := range cases {
			hits, facets, err := s.Search(ctx, tc.by, store.SearchFilter{Query: tc.query, Noun: "component"})
			f.must(err)
			var got []string
			for _, h := range hits.Items {
				got = append(got, h.Title+": "+h.Detail)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s, %s:\n%s", tc.name, how, diff)
			}
			counted := 0
			for _, x := range facets {
				if x.Name == "noun" && x.Value == "component" {
					counted = x.Count
				}
			}
			if counted != len(tc.want) || hits.Total.Count != len(tc.want) {
				t.Errorf("%s, %s: %d are counted and the total is %d, want %d", tc.name, how, counted, hits.Total.Count, len(tc.want))
			}
		}
	}
}

func TestASearchShowsTheExactNameHoweverManyContainIt(t *testing.T) {
	f := newFixture(t)
	names := []string{}
	for i := range 2100 {
		names = append(names, fmt.Sprintf("a-core-%d@1", i))
	}
	names = append(names, "core@1.2.3")
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1")
	_, err := f.r.ReceiveSBOM(ctx, system, release.ID, "x", listing(names...), sbom.Limits{})
	f.must(err)
	hits, _, err := f.s.Search(ctx, models.Viewer{}, store.SearchFilter{Query: "core", Noun: "component", Page: models.Page{Limit: 1}})
	f.must(err)
	if len(hits.Items) != 1 || hits.Items[0].Title != "core" || hits.Total.Exact {
		t.Errorf("found %+v, total %+v", hits.Items, hits.Total)
	}
}

func TestASearchForgivesTypingErrorsInTheWordsOfSoftware(t *testing.T) {
	f := newFixture(t)
	f.asset("Permit Desk", f.health, models.VisiblePublic)
	f.asset("Cirrus Archive", f.health, models.VisiblePublic)
	f.asset("Permit Vault", f.health, models.VisibleAgency)
	for query, want := range map[string][]string{
		"permt": {"Permit Desk"}, "cirus": {"Cirrus Archive"}, "permt desk": {"Permit Desk"}, "Cirus Arch": {"Cirrus Archive"}, "permit cirus": nil, "it's \\": nil, "qqqq": nil, "pe": {"Permit Desk"},
	} {
		hits, _, err := f.s.Search(ctx, models.Viewer{}, store.SearchFilter{Query: query, Noun: "asset"})
		f.must(err)
		list, err := f.s.Assets(ctx, models.Viewer{}, models.AssetFilter{Query: query})
		f.must(err)
		var found, listed []string
		for _, h := range hits.Items {
			found = append(found, h.Title)
		}
		for _, a := range list.Items {
			listed = append(listed, a.Name)
		}
		if diff := cmp.Diff(want, found) + cmp.Diff(want, listed); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	_, err := f.r.ChangeAsset(ctx, system, f.asset("Old Name", f.health, models.VisiblePublic).ID, 0, func(a *models.Asset) { a.Name = "Quarry Ledger" })
	f.must(err)
	hits, _, err := f.s.Search(ctx, models.Viewer{}, store.SearchFilter{Query: "quary", Noun: "asset"})
	f.must(err)
	if len(hits.Items) != 1 || hits.Items[0].Title != "Quarry Ledger" {
		t.Errorf("by a new name with an error: %+v", hits.Items)
	}
}
