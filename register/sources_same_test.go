package register_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestTheSameSoftwareIsShownAsTheSame(t *testing.T) {
	a := newAbroad(t)
	asset := &models.Asset{Name: "One here", StewardID: a.g.Health.ID, Origin: models.GovBuilt, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic, URLs: []models.AssetURL{{Kind: models.RepositoryURL, URL: "https://www.code.example.org/One.git"}}}
	a.must(a.r.RegisterAsset(t.Context(), a.by, asset))
	a.pages["/code.json"] = `{"agency":"A","releases":[{"name":"One","repositoryURL":"https://code.example.org/one/"},{"name":"Two","repositoryURL":"https://code.example.org/two","contact":{"name":"P","email":"p@example.org"}}]}`
	a.read(a.source(models.CodeJSONSource, "/code.json"), models.ReadingKeeps)
	public, err := a.s.ForeignEntries(t.Context(), models.Viewer{}, models.ForeignFilter{})
	a.must(err)
	if len(public.Items) != 2 || public.Items[0].AssetID == nil || *public.Items[0].AssetID != asset.ID || public.Items[0].Asset != "One here" || public.Items[1].AssetID != nil {
		t.Errorf("entries %+v", public.Items)
	}
	if diff := cmp.Diff([]string{"Two"}, a.entries(models.ForeignFilter{Same: models.No})); diff != "" {
		t.Error(diff)
	}
	if e := public.Items[1]; len(e.Description.Contacts) != 0 || e.License != "CC-BY-4.0" || e.Country != "IT" || e.Attribution == "" {
		t.Errorf("the public sees %+v", e)
	}
	mine, err := a.s.ForeignEntry(t.Context(), a.by, public.Items[1].ID)
	a.must(err)
	if len(mine.Description.Contacts) != 1 {
		t.Errorf("government sees %+v", mine.Description)
	}
}

// What the search leaves out for a viewer is what the list of foreign entries says is the same as software here that the viewer sees.
func TestTheSearchShowsSoftwareThatIsOursTooOnce(t *testing.T) {
	a := newAbroad(t)
	a.pages["/v1/software?page%5Bsize%5D=100"] = list("", software("1", "Alpha"), software("2", "Beta"), software("3", "Gamma"), software("4", "Delta"), software("5", "Epsilon"))
	a.read(a.source(models.OpenCatalogSource, "/v1/software"), models.ReadingKeeps)
	all, err := a.s.ForeignEntries(t.Context(), a.by, models.ForeignFilter{})
	a.must(err)
	url := map[string]string{}
	for _, e := range all.Items {
		url[e.Name] = e.URL
	}
	repository := func(asset *models.Asset, address string, v models.Visibility, aliases ...string) int64 {
		r := &models.Repository{AgencyID: asset.StewardID, AssetID: &asset.ID, URL: address, Aliases: aliases, Visibility: v, Active: true}
		a.must(a.r.RegisterRepository(t.Context(), sample.By, r))
		return r.ID
	}
	held := map[string]*models.Asset{}
	for name, v := range map[string]models.Visibility{"Alpha": models.VisiblePublic, "Beta": models.VisibleAgency, "Gamma": models.VisiblePublic, "Delta": models.VisiblePublic} {
		held[name] = sample.Asset(t, a.s, func(s *models.Asset) { s.Name, s.StewardID, s.Visibility = name+" here", a.g.Health.ID, v })
	}
	repository(held["Alpha"], url["Alpha"], models.VisiblePublic)
	repository(held["Beta"], url["Beta"], models.VisiblePublic)
	repository(held["Gamma"], url["Gamma"], models.VisibleAgency)
	_, err = a.r.ChangeRepository(t.Context(), sample.By, repository(held["Delta"], "https://git.example.gov/delta", models.VisiblePublic, url["Delta"]), 0, func(r *models.Repository) { r.Active = false })
	a.must(err)
	viewers := map[string]models.Viewer{"the public": {}, "staff": a.by, "registrar of health": sample.Viewer(t, a.s, a.g.Registrar), "buyer of finance": sample.Viewer(t, a.s, a.g.Buyer), "the program": sample.By}
	same := func(want int) {
		t.Helper()
		found := 0
		for who, v := range viewers {
			others, err := a.s.ForeignEntries(t.Context(), v, models.ForeignFilter{Same: models.No})
			a.must(err)
			var expected, got []string
			for _, e := range others.Items {
				expected = append(expected, e.Name)
			}
			p, err := a.s.SearchCatalog(t.Context(), v, store.CatalogFilter{Filters: map[catalog.Facet][]string{catalog.FacetKind: {string(catalog.Foreign)}}, Sort: catalog.ByName})
			a.must(err)
			for _, h := range p.Items {
				got = append(got, h.Entry.Name)
			}
			slices.Sort(expected)
			if diff := cmp.Diff(expected, got); diff != "" {
				t.Errorf("for %s: %s", who, diff)
			}
			found += 5 - len(got)
		}
		if found != want {
			t.Errorf("%d are left out, want %d", found, want)
		}
	}
	same(2 + 4 + 4 + 2 + 4)
	_, err = a.r.ChangeAsset(t.Context(), sample.By, held["Alpha"].ID, 0, func(s *models.Asset) {
		s.URLs = []models.AssetURL{{Kind: models.RepositoryURL, URL: url["Epsilon"]}}
	})
	a.must(err)
	same(3 + 5 + 5 + 3 + 5)
}

func second[T any](_ T, err error) error { return err }
