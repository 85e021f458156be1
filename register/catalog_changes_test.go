package register_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// mirrored is a copy of the catalogue that somebody keeps who follows its changes.
type mirrored struct {
	*fixture
	viewer models.Viewer
	next   int64
	have   map[string]bool
}

// follow takes over what has changed, a few events at a time, up to most pages.
func (m *mirrored) follow(pages int) {
	m.t.Helper()
	for range pages {
		c, err := m.s.CatalogChanges(ctx, m.viewer, "", m.next, 3)
		m.must(err)
		for _, x := range c.Items {
			if key := fmt.Sprintf("%s %d", x.Kind, x.ID); x.Here {
				m.have[key] = true
			} else {
				delete(m.have, key)
			}
		}
		if m.next = c.Next; !c.More {
			return
		}
	}
}

// listed is what the lists show now.
func (m *mirrored) listed() map[string]bool {
	m.t.Helper()
	set := map[string]bool{}
	assets, err := m.s.Assets(ctx, m.viewer, models.AssetFilter{Page: models.Page{Limit: 200}})
	m.must(err)
	for _, a := range assets.Items {
		set[fmt.Sprintf("software %d", a.ID)] = true
	}
	repositories, err := m.s.Repositories(ctx, m.viewer, models.RepositoryFilter{Page: models.Page{Limit: 200}})
	m.must(err)
	for _, r := range repositories.Items {
		set[fmt.Sprintf("repository %d", r.ID)] = true
	}
	publishers, err := m.s.Publishers(ctx, m.viewer, models.PublisherFilter{Page: models.Page{Limit: 200}})
	m.must(err)
	for _, p := range publishers.Items {
		set[fmt.Sprintf("publisher %d", p.ID)] = true
	}
	return set
}

// happens changes something at random.
func (f *fixture) happens(random *rand.Rand, step int, assets, repositories *[]int64) {
	f.t.Helper()
	visibility := models.Visibilities[random.IntN(3)]
	agency := []*models.Agency{f.health, f.hospitals, f.education}[random.IntN(3)]
	pick := func(ids []int64) int64 { return ids[random.IntN(len(ids))] }
	switch n := random.IntN(10); {
	case n < 3 || len(*assets) < 4:
		*assets = append(*assets, f.asset(fmt.Sprintf("Software %d", step), agency, visibility).ID)
	case n < 4 || len(*repositories) < 3:
		r := &models.Repository{AgencyID: agency.ID, URL: fmt.Sprintf("https://code.example.gov/x/%d", step), Host: models.PlainGit, Visibility: visibility, Active: true}
		f.must(f.r.RegisterRepository(ctx, system, r))
		*repositories = append(*repositories, r.ID)
	case n < 6:
		_, err := f.r.ChangeAsset(ctx, system, pick(*assets), 0, func(a *models.Asset) { a.Visibility = visibility })
		f.must(err)
	case n < 8:
		_, err := f.r.ChangeRepository(ctx, system, pick(*repositories), 0, func(r *models.Repository) { r.Visibility, r.Active = visibility, random.IntN(3) > 0 })
		f.must(err)
	case n < 9:
		f.must(f.r.RegisterPublisher(ctx, system, &models.Publisher{AgencyID: agency.ID, Name: fmt.Sprintf("Publisher %d", step), Active: true}))
	default:
		from := random.IntN(len(*assets))
		id := (*assets)[from]
		*assets = slices.Delete(*assets, from, from+1)
		_, err := f.r.MergeAssets(ctx, system, id, pick(*assets), "The same.")
		f.must(err)
	}
}

func TestAMirrorThatFollowsTheChangesHasExactlyWhatItsViewerSees(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			f := newFixture(t)
			random := rand.New(rand.NewPCG(seed, 7))
			mirrors := map[string]*mirrored{"the public": {viewer: models.Viewer{}}, "government": {viewer: f.person("reader@example.gov", models.Reader, f.education)}}
			for _, m := range mirrors {
				m.fixture, m.have = f, map[string]bool{}
			}
			var assets, repositories []int64
			for step := range 120 {
				f.happens(random, step, &assets, &repositories)
				for _, m := range mirrors {
					if random.IntN(4) == 0 {
						m.follow(1 + random.IntN(3))
					}
				}
			}
			for name, m := range mirrors {
				m.follow(1000)
				if diff := cmp.Diff(slices.Sorted(maps.Keys(m.listed())), slices.Sorted(maps.Keys(m.have))); diff != "" {
					t.Errorf("the mirror of %s (-register +mirror):\n%s", name, diff)
				}
				late := &mirrored{fixture: f, viewer: m.viewer, have: map[string]bool{}}
				if late.follow(1000); !maps.Equal(late.have, m.have) || len(late.have) < 5 {
					t.Errorf("one that begins at the end has %d things, and the other %d", len(late.have), len(m.have))
				}
			}
		})
	}
}

func TestWhatNobodySawLeavesNoTombstone(t *testing.T) {
	f := newFixture(t)
	begun, err := f.s.LastEvent(ctx)
	f.must(err)
	hidden, open, kept := f.asset("Hidden", f.health, models.VisibleAgency), f.asset("Open", f.health, models.VisiblePublic), f.asset("Kept", f.health, models.VisiblePublic)
	closed := f.asset("Closed", f.health, models.VisiblePublic)
	for _, id := range []int64{hidden.ID, closed.ID} {
		_, err := f.r.ChangeAsset(ctx, system, id, 0, func(a *models.Asset) { a.Visibility = models.VisibleGovernment })
		f.must(err)
	}
	_, err = f.r.MergeAssets(ctx, system, open.ID, kept.ID, "The same.")
	f.must(err)
	c, err := f.s.CatalogChanges(ctx, models.Viewer{}, models.CatalogSoftware, begun, 100)
	f.must(err)
	have := map[string]string{}
	for _, x := range c.Items {
		said := "gone"
		if x.Here {
			said = "here"
		}
		if x.MergedIntoID != nil {
			said = fmt.Sprintf("in %d", *x.MergedIntoID)
		}
		have[fmt.Sprint(x.ID)] = said
	}
	want := map[string]string{fmt.Sprint(open.ID): fmt.Sprintf("in %d", kept.ID), fmt.Sprint(kept.ID): "here", fmt.Sprint(closed.ID): "gone"}
	if diff := cmp.Diff(want, have); diff != "" || c.More {
		t.Errorf("the public is told (-want +got):\n%s", diff)
	}
}
