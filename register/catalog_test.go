package register_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// publish does one random thing to the repositories of a register.
func (g *government) publish(repositories *[]int64) {
	if len(*repositories) == 0 || g.random.IntN(2) == 0 {
		a := pick(g, g.assets)
		r := &models.Repository{URL: fmt.Sprintf("https://git.example.gov/%d", len(*repositories)), AgencyID: pick(g, g.agencies).ID, Visibility: pick(g, models.Visibilities), Active: true, State: models.RepositoryHere,
			AssetID: &a.ID, Description: g.description()}
		if err := g.r.RegisterRepository(ctx, system, r); err == nil { // merged software takes none
			*repositories = append(*repositories, r.ID)
		}
		return
	}
	_, _ = g.r.ChangeRepository(ctx, system, pick(g, *repositories), 0, func(r *models.Repository) { // merged software takes none
		a := pick(g, g.assets)
		switch g.random.IntN(3) {
		case 0:
			r.AssetID = &a.ID
		case 1:
			r.AssetID = nil
		}
		r.Visibility, r.Active = pick(g, models.Visibilities), g.random.IntN(4) > 0
	})
}

func (g *government) description() *models.Description {
	return &models.Description{Name: "code", Categories: []string{pick(g, []string{"gis", "e-learning"})}, License: pick(g, []string{"EUPL-1.2", "GPL-3.0-or-later"}), Status: "stable", Scope: []string{"health"},
		Texts: map[string]models.DescriptionText{pick(g, []string{"en", "it"}): {Short: pick(g, []string{"maps of rivers", "mappe dei fiumi"}), Features: []string{"exports tables"}}}}
}

// An index that follows the audit trail must say what one says that is read anew, and what plain lists say.
func TestTheCatalogueKeepsInStepWithTheRegister(t *testing.T) {
	g, followed := newGovernment(t)
	viewers := []models.Viewer{{}, system, g.person("r@example.gov", models.Registrar, g.health), g.person("o@example.gov", models.Reader, g.education), g.person("s@example.gov", models.Auditor, nil)}
	var repositories []int64
	hits := 0
	for round := range 25 {
		for range 4 {
			g.change()
			g.publish(&repositories)
		}
		trial, done, err := store.Trial(ctx, g.s) // reads everything anew for each question
		g.must(err)
		for _, v := range viewers {
			f := store.CatalogFilter{Text: pick(g, []string{"", "product", "rivers", "fiumi", "productt", "education keeps"}), Sort: pick(g, catalog.Sorts), Count: catalog.Facets(), Page: models.Page{Limit: 1 + g.random.IntN(20)}}
			want, err := trial.SearchCatalog(ctx, v, f)
			g.must(err)
			got, err := followed.SearchCatalog(ctx, v, f)
			g.must(err)
			hits += len(got.Items)
			if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-5, 0), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("round %d, viewer %q, %+v: read anew (-), followed (+):\n%s", round, v.Name, f, diff)
			}
			g.compareWithLists(followed, v)
		}
		done()
	}
	if hits == 0 {
		t.Error("nothing was found: the test shows nothing")
	}
}

// compareWithLists holds counts of the catalogue against totals of SQL.
func (g *government) compareWithLists(s *store.Store, v models.Viewer) {
	g.t.Helper()
	p, err := s.SearchCatalog(ctx, v, store.CatalogFilter{Count: []catalog.Facet{catalog.FacetSteward, catalog.FacetUsedBy, catalog.FacetVisibility, catalog.FacetSBOM}})
	g.must(err)
	counts := map[string]int{}
	for _, f := range p.Facets {
		for _, value := range f.Values {
			counts[string(f.Facet)+" "+value.Value] = value.Count
		}
	}
	total := func(f models.AssetFilter) int {
		list, err := g.s.Assets(ctx, v, f)
		g.must(err)
		return list.Total.Count
	}
	if want := total(models.AssetFilter{}); p.Total.Count != want {
		g.t.Fatalf("viewer %q: %d entries, the list has %d", v.Name, p.Total.Count, want)
	}
	for _, a := range g.agencies {
		if want := total(models.AssetFilter{Steward: a.ID}); counts["steward "+strconv.FormatInt(a.ID, 10)] != want {
			g.t.Fatalf("viewer %q: the catalogue says %d of %s, the list %d", v.Name, counts["steward "+strconv.FormatInt(a.ID, 10)], a.Name, want)
		}
		list, err := g.s.Deployments(ctx, v, models.DeploymentFilter{Agency: a.ID, Lifecycle: models.NotEnded, Page: models.Page{Limit: models.MaxLimit}})
		g.must(err)
		var used []int64
		for _, d := range list.Items {
			if asset, err := g.s.Asset(ctx, v, d.AssetID); err == nil && asset.MergedIntoID == nil { // an agency sees what it runs even where it may not see the software
				used = append(used, d.AssetID)
			}
		}
		slices.Sort(used)
		if want := len(slices.Compact(used)); counts["usedBy "+strconv.FormatInt(a.ID, 10)] != want {
			g.t.Fatalf("viewer %q: the catalogue says that %s uses %d, its deployments %d", v.Name, a.Name, counts["usedBy "+strconv.FormatInt(a.ID, 10)], want)
		}
	}
}

func TestAChangedEntryIsFoundAtOnce(t *testing.T) {
	g, s := newGovernment(t)
	search := func(text string) int {
		p, err := s.SearchCatalog(ctx, system, store.CatalogFilter{Text: text})
		g.must(err)
		return p.Total.Count
	}
	if search("zeppelin") != 0 {
		t.Fatal("found what is not there")
	}
	a := g.asset("Zeppelin", g.health, models.VisiblePublic)
	if search("zeppelin") != 1 {
		t.Error("what was registered is not found")
	}
	_, err := g.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Name = "Airship"; a.Descriptions = nil })
	g.must(err)
	if search("zeppelin") != 0 || search("airship") != 1 {
		t.Error("the old name is found, or the new one is not")
	}
}

// A merge moves repositories without a word on each.
func TestCodeThatCameByAMergeAndIsTakenAwayAgainIsNotFound(t *testing.T) {
	g, s := newGovernment(t)
	search := func() int {
		p, err := s.SearchCatalog(ctx, system, store.CatalogFilter{Text: "dirigible"})
		g.must(err)
		return p.Total.Count
	}
	from, to := g.asset("Merged", g.health, models.VisiblePublic), g.asset("Kept", g.health, models.VisiblePublic)
	r := &models.Repository{URL: "https://git.example.gov/dirigible", AgencyID: g.health.ID, Active: true, AssetID: &from.ID, Description: &models.Description{Name: "code", Texts: map[string]models.DescriptionText{"en": {Short: "steers a dirigible"}}}}
	g.must(g.r.RegisterRepository(ctx, system, r))
	g.must2(g.r.MergeAssets(ctx, system, from.ID, to.ID, "the same"))
	if search() != 1 {
		t.Fatal("the merged code is not found: the test shows nothing")
	}
	_, err := g.r.ChangeRepository(ctx, system, r.ID, 0, func(r *models.Repository) { r.AssetID = nil })
	g.must(err)
	if search() != 0 {
		t.Error("software is found by code that is not its own any more")
	}
}

func TestACursorOfTheCatalogueMustBeOneOfOurs(t *testing.T) {
	f := newFixture(t)
	for _, after := range []string{"x", "WzFd", "WyJvd24tMSIsIm4iLDEsIm5vIHRpbWUiLDFd", "WyJub3RoaW5nIiwibiIsMSwiMjAyNi0wMS0wMVQwMDowMDowMFoiLDFd"} {
		if _, err := f.s.SearchCatalog(ctx, system, store.CatalogFilter{Page: models.Page{After: after}}); !models.HasCode(err, "bad-cursor") {
			t.Errorf("%s: %v", after, err)
		}
	}
}
