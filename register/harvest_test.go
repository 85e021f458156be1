package register_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

const publicCode = `publiccodeYmlVersion: "0.5"
name: NAME
url: URL
platforms: [web]
categories: [document-management]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: Keeps cases from the first letter to the archive.
    longDescription: Keeps the cases of an office from the first letter to the archive, with every step dated, every paper in its place and every deadline in sight of those who have to keep it, day by day.
    features: [cases, deadlines]
legal:
  license: EUPL-1.2
maintenance:
  type: internal
  contacts:
    - name: The team
localisation:
  localisationReady: true
  availableLanguages: [en]
`

func described(name, url string) map[string]string {
	return map[string]string{"publiccode.yml": strings.NewReplacer("NAME", name, "URL", url).Replace(publicCode), "README.md": "# " + name}
}

// harvesting is a register with a government, a publisher on a host of code, and what goes over it.
type harvesting struct {
	t    *testing.T
	dsn  string
	s    *store.Store
	r    *register.Register
	g    *sample.State
	host *gitserver.Server
	by   models.Viewer
	p    *models.Publisher
}

func newHarvesting(t *testing.T) *harvesting {
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	h := &harvesting{t: t, dsn: dsn, s: s, r: register.New(s), g: sample.Government(t, s), host: gitserver.New(t)}
	h.r.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true})})
	h.by = sample.Viewer(t, s, h.g.Registrar)
	h.p = &models.Publisher{AgencyID: h.g.Health.ID, Name: "Health digital", Active: true, Hostings: []models.CodeHosting{{URL: h.host.URL + "/" + gitserver.Group, Host: models.Gitea, Group: true}}}
	h.must(h.r.RegisterPublisher(t.Context(), h.by, h.p))
	return h
}

func (h *harvesting) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *harvesting) run() *store.HarvestRow {
	h.t.Helper()
	row, err := h.r.AskHarvest(context.Background(), h.by, h.p.ID)
	h.must(err)
	h.must(h.r.RunHarvest(context.Background(), row.ID))
	row, err = h.s.Harvest(context.Background(), h.by, row.ID)
	h.must(err)
	if row.State != models.HarvestDone {
		h.t.Fatalf("the harvest ended %s: %s", row.State, row.Detail)
	}
	return row
}

func (h *harvesting) at(url string) *store.RepositoryRow {
	h.t.Helper()
	c, err := models.CanonicalURL(url)
	h.must(err)
	r, err := h.s.RepositoryAt(context.Background(), h.by, c)
	h.must(err)
	return r
}

func (h *harvesting) events() int64 {
	h.t.Helper()
	n, err := h.s.LastEvent(context.Background())
	h.must(err)
	return n
}

func TestAHarvestMakesOneEntryOfEachDescribedRepository(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/intake"
	h.host.Add("intake", described("Intake Desk", url))
	h.host.Tag("intake", "v1.0.0")
	h.host.Add("bare", map[string]string{"README.md": "# Bare"})
	row := h.run()
	if row.Visited != 2 || row.Changed != 2 || row.Failed != 0 || row.Found != 2 {
		t.Errorf("the harvest counts %+v", row.Harvest)
	}
	repo := h.at(url)
	if repo.AssetID == nil || !repo.Valid || repo.Outcome != models.VisitRead || repo.Head == "" || repo.RootCommit == "" {
		t.Fatalf("the repository is %+v with remarks %+v", repo.Repository, repo.Remarks)
	}
	a, err := h.s.Asset(t.Context(), h.by, *repo.AssetID)
	h.must(err)
	if a.Name != "Intake Desk" || a.License != "EUPL-1.2" || a.Repository() != url || a.StewardID != h.g.Health.ID || a.Descriptions["en"] == "" || len(a.Categories) != 1 {
		t.Errorf("the entry is %+v", a)
	}
	revisions, err := h.s.Revisions(t.Context(), repo.ID, 10)
	h.must(err)
	if len(revisions) != 2 || !strings.HasPrefix(revisions[1].ReleaseSWHID, "swh:1:rel:") || !strings.HasPrefix(revisions[0].RevisionSWHID, "swh:1:rev:") {
		t.Errorf("revisions are %+v", revisions)
	}
	measured, err := h.s.Measurements(t.Context(), repo.ID)
	h.must(err)
	if len(measured) != len(models.Metrics) {
		t.Errorf("%d measurements, want %d", len(measured), len(models.Metrics))
	}
	if bare := h.at(h.host.URL + "/gov/bare"); bare.AssetID != nil || bare.Outcome != models.VisitUndescribed {
		t.Errorf("the one without a description is %+v", bare.Repository)
	}
}

func TestASecondHarvestTouchesOnlyWhatChanged(t *testing.T) {
	h := newHarvesting(t)
	for _, name := range []string{"one", "two", "three"} {
		h.host.Add(name, described("Desk "+name, h.host.URL+"/gov/"+name))
	}
	h.run()
	before, packs := h.events(), h.host.Packs()
	again := h.run()
	if again.Visited != 3 || again.Changed != 0 {
		t.Errorf("the second harvest counts %+v", again.Harvest)
	}
	if n := h.events() - before; n != 2 { // asked and ended
		t.Errorf("%d events, want 2", n)
	}
	if h.host.Packs() != packs+3*0 && h.host.Packs() > packs+3 {
		t.Errorf("%d packs were fetched", h.host.Packs()-packs)
	}
	h.host.Commit("two", map[string]string{"publiccode.yml": described("Desk two, renamed", h.host.URL+"/gov/two")["publiccode.yml"]})
	third := h.run()
	if third.Changed != 1 {
		t.Errorf("the third harvest counts %+v", third.Harvest)
	}
	if repo := h.at(h.host.URL + "/gov/two"); repo.Asset != "Desk two, renamed" {
		t.Errorf("the entry is called %q", repo.Asset)
	}
}

func TestWhatAPersonWroteIsNotOverwritten(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/intake"
	h.host.Add("intake", described("Intake Desk", url))
	h.run()
	id := *h.at(url).AssetID
	_, err := h.r.ChangeAsset(t.Context(), h.by, id, 0, func(a *models.Asset) { a.Name = "Front Desk" })
	h.must(err)
	h.host.Commit("intake", map[string]string{"publiccode.yml": strings.Replace(described("Intake Desk 2", url)["publiccode.yml"], "EUPL-1.2", "MIT", 1)})
	h.run()
	a, err := h.s.Asset(t.Context(), h.by, id)
	h.must(err)
	if a.Name != "Front Desk" || a.License != "MIT" {
		t.Errorf("the entry is %q under %q, want what the person wrote and what the file says", a.Name, a.License)
	}
}

func TestARepositoryThatFailsStopsNothingAndLosesNothing(t *testing.T) {
	h := newHarvesting(t)
	for _, name := range []string{"one", "two", "three", "four"} {
		h.host.Add(name, described("Desk "+name, h.host.URL+"/gov/"+name))
	}
	h.run()
	h.host.Break("one", http.StatusNotFound)
	h.host.Break("two", http.StatusForbidden)
	h.host.Break("three", http.StatusInternalServerError)
	row := h.run()
	if row.Visited != 4 || row.Failed != 3 {
		t.Errorf("the harvest counts %+v", row.Harvest)
	}
	for name, want := range map[string]struct {
		state   models.RepositoryState
		outcome models.VisitOutcome
	}{"one": {models.RepositoryGone, models.VisitGone}, "two": {models.RepositoryFailing, models.VisitForbidden}, "three": {models.RepositoryFailing, models.VisitFailed}, "four": {models.RepositoryHere, models.VisitRead}} {
		r := h.at(h.host.URL + "/gov/" + name)
		if r.State != want.state || r.Outcome != want.outcome || r.Description == nil || r.AssetID == nil {
			t.Errorf("%s is %s after %s, described: %v", name, r.State, r.Outcome, r.Description != nil)
		}
		if r.State != models.RepositoryHere && (r.NextAt == nil || r.Failures != 1 || r.Detail == "") {
			t.Errorf("%s is due again at %v, after %d failures: %q", name, r.NextAt, r.Failures, r.Detail)
		}
	}
	visits, err := h.s.Visits(t.Context(), h.by, models.VisitFilter{Harvest: row.ID, Failed: true})
	h.must(err)
	if len(visits.Items) != 3 || visits.Items[0].Cure == "" {
		t.Errorf("the intake log is %+v", visits.Items)
	}
	for _, name := range []string{"one", "two", "three"} {
		h.host.Break(name, 0)
	}
	h.run()
	if r := h.at(h.host.URL + "/gov/one"); r.State != models.RepositoryHere || r.Failures != 0 || r.NextAt != nil {
		t.Errorf("back again it is %+v", r.Repository)
	}
}

func TestAMirrorIsNoSecondEntry(t *testing.T) {
	h := newHarvesting(t)
	url := h.host.URL + "/gov/intake"
	h.host.Add("intake", described("Intake Desk", url))
	h.run()
	h.host.Copy("intake-mirror", "intake")
	h.run()
	mirror := h.at(h.host.URL + "/gov/intake-mirror")
	if mirror.Fork != models.Mirror && mirror.Fork != models.TechnicalFork {
		t.Errorf("the copy is %q", mirror.Fork)
	}
	if first := h.at(url); mirror.AssetID == nil || *mirror.AssetID != *first.AssetID {
		t.Errorf("the copy is of %v, the first of %v", mirror.AssetID, first.AssetID)
	}
}

func TestACopyThatLagsBehindIsKnownForOneWhenTheFirstIsReadAgain(t *testing.T) {
	h := newHarvesting(t)
	h.r.UseHarvesting(register.Harvesting{Workers: 1, Client: forge.NewClient(forge.Limits{AllowPrivate: true})}) // in the order in which they are listed
	url := h.host.URL + "/gov/intake"
	h.host.Add("intake", map[string]string{"README.md": "# Intake"})
	h.host.Copy("intake-mirror", "intake")
	h.host.Commit("intake", map[string]string{"README.md": "# Intake, second edition"})
	h.run()
	copied := func() *store.RepositoryRow { return h.at(h.host.URL + "/gov/intake-mirror") }
	if got := copied(); got.Fork != models.PlainFork || *got.ForkOfID != h.at(url).ID {
		t.Errorf("at first the copy is %q", got.Fork)
	}
	h.host.Commit("intake", map[string]string{"README.md": "# Intake, third edition"})
	before := h.events()
	h.run()
	if got := copied(); got.Fork != models.Mirror || *got.ForkOfID != h.at(url).ID {
		t.Errorf("the copy is %q", got.Fork)
	}
	list, err := h.s.Events(t.Context(), h.by, models.EventFilter{Noun: "repository", NounID: copied().ID, Limit: 10})
	h.must(err)
	if n := len(list); list[n-1].ID <= before {
		t.Error("no event says that the copy is one")
	}
}

func TestACopyAtAReleaseOfTheFirstIsAMirror(t *testing.T) {
	h := newHarvesting(t)
	h.host.Add("intake", map[string]string{"README.md": "# Intake"})
	h.host.Tag("intake", "v1.0.0")
	h.host.Copy("intake-mirror", "intake")
	h.host.Commit("intake", map[string]string{"README.md": "# Intake, second edition"})
	h.run()
	if got := h.at(h.host.URL + "/gov/intake-mirror"); got.Fork != models.Mirror {
		t.Errorf("the copy is %q", got.Fork)
	}
}
