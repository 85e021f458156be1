package register_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// someParts is a document of a product with some of ten libraries in some of three versions.
func someParts(random *rand.Rand, edition int) string {
	var packages, edges []string
	for i := range 10 {
		if random.IntN(3) == 0 {
			continue
		}
		packages = append(packages, fmt.Sprintf(`{"SPDXID":"SPDXRef-%d","name":"lib-%d","versionInfo":"1.%d","licenseDeclared":"%s","downloadLocation":"NOASSERTION",
			"externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:%s/lib-%d@1.%d"}]}`, i, i, i*random.IntN(2), []string{"MIT", "GPL-2.0-only", "MIT License", "LicenseRef-own", "NONE", "what?"}[random.IntN(6)], []string{"npm", "pypi"}[i%2], i, i*random.IntN(2)))
		edges = append(edges, fmt.Sprintf(`{"spdxElementId":"SPDXRef-P","relatedSpdxElement":"SPDXRef-%d","relationshipType":"DEPENDS_ON"}`, i))
	}
	packages = append(packages, `{"SPDXID":"SPDXRef-P","name":"product","versionInfo":"1","downloadLocation":"NOASSERTION"}`)
	return fmt.Sprintf(`{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"product %d","documentNamespace":"https://example.gov/%d","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: t-1"]},
		"packages":[%s],"documentDescribes":["SPDXRef-P"],"relationships":[%s]}`, edition, edition, strings.Join(packages, ","), strings.Join(edges, ","))
}

// government is a random register that keeps changing.
type government struct {
	*fixture
	random      *rand.Rand
	agencies    []*models.Agency
	assets      []*models.Asset
	releases    []*models.Release
	deployments []int64
	edition     int
}

func pick[T any](g *government, list []T) T { return list[g.random.IntN(len(list))] }

// change does one random thing; what is refused is no change.
func (g *government) change() {
	switch g.random.IntN(12) {
	case 0:
		g.assets = append(g.assets, g.asset(fmt.Sprintf("%c-product %d", 'a'+rune(g.random.IntN(26)), len(g.assets)), pick(g, g.agencies), pick(g, models.Visibilities)))
	case 1, 2:
		r := &models.Release{AssetID: pick(g, g.assets).ID, Number: fmt.Sprint(len(g.releases))}
		if g.r.RegisterRelease(ctx, system, r) == nil { // a merged asset refuses
			g.releases = append(g.releases, r)
		}
	case 3, 4, 5, 6:
		g.edition++
		_, err := g.r.ReceiveSBOM(ctx, system, pick(g, g.releases).ID, "x", strings.NewReader(someParts(g.random, g.edition)), sbom.Limits{})
		if !models.HasCode(err, "asset-merged") {
			g.must(err)
		}
	case 7, 8:
		r := pick(g, g.releases)
		d := &models.Deployment{AgencyID: pick(g, g.agencies).ID, AssetID: r.AssetID, ReleaseID: &r.ID, Service: fmt.Sprint(len(g.deployments)), Environment: models.Production, Lifecycle: models.DeploymentRunning,
			Visibility: pick(g, models.Visibilities), Details: pick(g, models.Visibilities), DataClass: "unknown", PersonalData: "unknown", Hosting: "unknown"}
		if err := g.r.RegisterDeployment(ctx, system, d); err == nil {
			g.deployments = append(g.deployments, d.ID)
		}
	case 9:
		_, _ = g.r.ChangeAsset(ctx, system, pick(g, g.assets).ID, 0, func(a *models.Asset) { // a merged one refuses
			a.Visibility, a.Name, a.StewardID = pick(g, models.Visibilities), a.Name+"x", pick(g, g.agencies).ID
		})
	case 10:
		list, err := g.s.SBOMs(ctx, system, 0, pick(g, g.releases).ID, models.Page{Limit: 1})
		g.must(err)
		for _, s := range list.Items {
			_, _ = g.r.WithdrawSBOM(ctx, system, s.ID, "wrong") // refused when it was already
		}
	case 11:
		if g.random.IntN(4) == 0 && len(g.assets) > 3 {
			_, _ = g.r.MergeAssets(ctx, system, pick(g, g.assets).ID, pick(g, g.assets).ID, "the same") // refused for one and the same
		}
		if len(g.deployments) > 0 {
			_, _ = g.r.WithdrawDeployment(ctx, system, pick(g, g.deployments), 0)
		}
	}
}

// newGovernment is a random register, and another store on the same database.
func newGovernment(t *testing.T) (*government, *store.Store) {
	t.Helper()
	dsn := testkit.OwnDSN(t)
	open := func() *store.Store {
		s, err := store.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s
	}
	f := &fixture{t: t, s: open()}
	f.r = register.New(f.s)
	f.health = f.agency("health", nil)
	f.hospitals = f.agency("hospitals", &f.health.ID)
	f.education = f.agency("education", nil)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &government{fixture: f, random: rand.New(rand.NewPCG(seed, 1)), agencies: []*models.Agency{f.health, f.hospitals, f.education}}
	g.assets = append(g.assets, g.asset("first", f.health, models.VisiblePublic))
	g.releases = append(g.releases, g.release(g.assets[0], "0"))
	for range 40 {
		g.change()
	}
	return g, open()
}

func TestTheIndexAnswersAsSQLDoes(t *testing.T) {
	g, quick := newGovernment(t)
	f := g.fixture
	indexed := register.New(quick)
	f.must(indexed.UseIndex(ctx))
	viewers := []models.Viewer{{}, system, f.person("r@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Reader, f.education), f.person("s@example.gov", models.Auditor, nil)}
	filters := []models.ComponentFilter{{Name: "lib-1"}, {Name: "lib-3", Version: "<1.2"}, {Query: "lib"}, {Query: "lib", Ecosystem: "npm", Version: ">=1"}, {License: "MIT"}, {PURL: "pkg:npm/lib-4"}, {Name: "nothing"}}
	found, shown := 0, 0
	for round := range 40 {
		for range 3 {
			g.change()
		}
		v, filter := pick(g, viewers), pick(g, filters)
		filter.Page = models.Page{Limit: 1 + g.random.IntN(5)}
		for range 4 {
			want, err := f.r.Exposure(ctx, v, filter)
			f.must(err)
			got, err := indexed.Exposure(ctx, v, filter)
			f.must(err)
			found += want.Counts.Deployments
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("round %d, viewer %q, filter %+v: SQL (-) and the index (+) differ:\n%s", round, v.Name, filter, diff)
			}
			if filter.After = want.Uses.Next; filter.After == "" {
				break
			}
		}
		search := store.SearchFilter{Query: []string{"lib", "lib-3", "lbi-4", "li", "product", "pkg:npm/lib-2", "pkg:pypi/lib-1@1.0"}[g.random.IntN(7)], Noun: []string{"", "component"}[g.random.IntN(2)], Page: models.Page{Limit: 1 + g.random.IntN(5)}}
		for range 4 {
			want, facets, err := f.s.Search(ctx, v, search)
			f.must(err)
			got, quickly, err := quick.Search(ctx, v, search)
			f.must(err)
			for _, x := range facets {
				if x.Value == "component" {
					shown += x.Count
				}
			}
			if diff := cmp.Diff(want, got) + cmp.Diff(facets, quickly); diff != "" {
				t.Fatalf("round %d, viewer %q, search %+v: SQL (-) and the index (+) differ:\n%s", round, v.Name, search, diff)
			}
			if search.After = want.Next; search.After == "" {
				break
			}
		}
		scope := models.Scope{Agency: []int64{0, f.health.ID, f.education.ID}[g.random.IntN(3)]}
		want, err := f.s.LicenseReport(ctx, v, scope)
		f.must(err)
		got, err := quick.LicenseReport(ctx, v, scope)
		f.must(err)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("round %d, viewer %q, licences of %+v: SQL (-) and the index (+) differ:\n%s", round, v.Name, scope, diff)
		}
		documents, err := f.s.LicenseDocuments(ctx, v, scope)
		f.must(err)
		if n, err := quick.LicenseDocuments(ctx, v, scope); err != nil || n != documents {
			t.Fatalf("round %d, viewer %q: %d documents of %+v by SQL, %d by the index (%v)", round, v.Name, documents, scope, n, err)
		}
	}
	if found == 0 || shown == 0 {
		t.Error("no question found anything: the test shows nothing")
	}
}
