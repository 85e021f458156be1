package register_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestWhatACrawlerToldStaysUntilTheRepositoryDescribesItself(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/bare"
	h.host.Add("bare", map[string]string{"README.md": "# Bare"})
	text := described("Told Desk", url)["publiccode.yml"]
	told, err := h.r.TellSoftware(t.Context(), h.by, nil, &register.ToldSoftware{URL: url, PublicCode: text, Active: true})
	h.must(err)
	if told.PublisherID == nil || *told.PublisherID != h.p.ID || told.Host != models.Gitea || told.AssetID == nil {
		t.Errorf("what was told is %+v", told)
	}
	h.run()
	is := h.at(url)
	if is.Source != text || !is.Told || is.AssetID == nil || is.Outcome != models.VisitRead || is.Head == "" {
		t.Errorf("after a harvest that finds no file the repository is %+v", is.Repository)
	}
	logs, err := h.s.CrawlerLogs(t.Context(), models.Viewer{}, is.ID, models.OpenCatalogFilter{OpenCatalogPage: models.OpenCatalogPage{Size: 10}})
	h.must(err)
	if len(logs.Items) != 1 || logs.Items[0].Entity != "software/"+is.UUID || !strings.HasPrefix(logs.Items[0].Message, "["+url+"] read") {
		t.Errorf("the log says %+v", logs.Items)
	}

	h.host.Commit("bare", described("Own Desk", url))
	h.run()
	if is = h.at(url); is.Told || is.Description == nil || is.Description.Name != "Own Desk" {
		t.Errorf("after a harvest that finds a file the repository is %+v", is.Repository)
	}
}

func TestWhatIsWithdrawnIsNotHarvestedAndComesBackWhenItIsSwitchedOn(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/" + gitserver.Group + "/intake"
	h.host.Add("intake", described("Intake Desk", url))
	h.run()
	id := h.at(url).ID
	h.must(h.r.WithdrawRepository(t.Context(), h.by, id))
	before := h.events()
	h.must(h.r.WithdrawRepository(t.Context(), h.by, id))
	if h.events() != before {
		t.Error("withdrawing it again has left an event")
	}
	if row := h.run(); row.Visited != 0 {
		t.Errorf("what is withdrawn was visited: %+v", row.Harvest)
	}
	back, err := h.r.ChangeRepository(t.Context(), h.by, id, 0, func(r *models.Repository) { r.Active = true })
	h.must(err)
	if back.WithdrawnAt != nil || back.Source == "" {
		t.Errorf("it came back as %+v", back)
	}

	h.must(h.r.WithdrawPublisher(t.Context(), h.by, h.p.ID))
	list, err := h.s.Publishers(t.Context(), h.by, models.PublisherFilter{})
	h.must(err)
	if slices.ContainsFunc(list.Items, func(p store.PublisherRow) bool { return p.ID == h.p.ID }) {
		t.Error("a withdrawn publisher is listed")
	}
	p, err := h.s.Publisher(t.Context(), h.by, h.p.ID)
	h.must(err)
	if p.Active || len(p.Hostings) != 0 {
		t.Errorf("the publisher is %+v", p)
	}
}
