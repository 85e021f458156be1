package register_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func TestAHarvestLeavesAloneWhatAnotherAgencyAnswersFor(t *testing.T) {
	h := newHarvesting(t)
	for _, name := range []string{"hidden", "public", "open"} {
		h.host.Add(name, described("Desk "+name, h.host.URL+"/gov/"+name))
	}
	others := map[string]*models.Repository{}
	for name, visibility := range map[string]models.Visibility{"hidden": models.VisibleAgency, "public": models.VisiblePublic} {
		r := &models.Repository{AgencyID: h.g.Finance.ID, URL: h.host.URL + "/gov/" + name, Host: models.Gitea, Visibility: visibility, Active: true}
		h.must(h.r.RegisterRepository(t.Context(), models.SystemViewer(""), r))
		others[name] = r
	}
	row := h.run()
	for name, was := range others {
		got, err := h.s.Repository(t.Context(), models.SystemViewer(""), was.ID)
		h.must(err)
		if got.PublisherID != nil || got.Version != was.Version || got.VisitedAt != nil || got.URL != was.URL {
			t.Errorf("the %s one of another agency is %+v", name, got.Repository)
		}
	}
	if own := h.at(h.host.URL + "/gov/open"); own.AgencyID != h.g.Health.ID || own.AssetID == nil {
		t.Errorf("the one that is nobody else's is %+v", own.Repository)
	}
	failed, err := h.s.Visits(t.Context(), models.Viewer{}, models.VisitFilter{Harvest: row.ID, Failed: true})
	h.must(err)
	if row.Found != 1 || row.Visited != 1 || len(failed.Items) != 1 || failed.Items[0].URL != h.p.Hostings[0].URL || failed.Items[0].RepositoryID != nil {
		t.Errorf("the harvest counts %+v and tells %+v", row.Harvest, failed.Items)
	}
}

func TestAHarvestTellsNobodyWhetherAnAddressIsHidden(t *testing.T) {
	h := newHarvesting(t)
	hidden := &models.Repository{AgencyID: h.g.Finance.ID, URL: h.host.URL + "/customs/cargo-risk", Host: models.PlainGit, Visibility: models.VisibleAgency, Active: true}
	h.must(h.r.RegisterRepository(t.Context(), models.SystemViewer(""), hidden))
	type told struct {
		Found, Visited, Failed int
		Details                []string
	}
	var tries []told
	for _, address := range []string{hidden.URL, h.host.URL + "/customs/never-was"} {
		_, err := h.r.ChangePublisher(t.Context(), models.SystemViewer(""), h.p.ID, 0, func(p *models.Publisher) {
			p.Hostings = []models.CodeHosting{{URL: address, Host: models.PlainGit}} // as it was given before somebody hid something there
		})
		h.must(err)
		row := h.run()
		lines, err := h.s.Visits(t.Context(), h.by, models.VisitFilter{Harvest: row.ID})
		h.must(err)
		try := told{Found: row.Found, Visited: row.Visited, Failed: row.Failed}
		for _, l := range lines.Items {
			try.Details = append(try.Details, string(l.Outcome)+" "+l.Detail)
		}
		tries = append(tries, try)
		got, err := h.s.Repository(t.Context(), models.SystemViewer(""), hidden.ID)
		h.must(err)
		if got.PublisherID != nil || got.Version != hidden.Version {
			t.Errorf("what is hidden is %+v", got.Repository)
		}
	}
	if diff := cmp.Diff(tries[0], tries[1]); diff != "" || tries[0].Found != 0 {
		t.Errorf("a hidden and a free address differ, or something was found: %+v %s", tries[0], diff)
	}
}

func TestAPlaceAtWhichAnotherAgencyMayAnswerIsRefusedToPublishers(t *testing.T) {
	f := newFixture(t)
	f.hiddenCode()
	by := f.person("e@education.example.gov", models.Registrar, f.education)
	own := &models.Publisher{AgencyID: f.education.ID, Name: "School code", Active: true, Hostings: []models.CodeHosting{{URL: "https://code.example.gov/school", Host: models.PlainGit, Group: true}}}
	f.must(f.r.RegisterPublisher(ctx, by, own))
	health := f.person("h@health.example.gov", models.Registrar, f.health)
	f.must(f.r.RegisterPublisher(ctx, health, &models.Publisher{AgencyID: f.health.ID, Name: "Deep", Active: true, Hostings: []models.CodeHosting{{URL: "https://code.example.gov/deep/down", Host: models.PlainGit, Group: true}}}))
	for name, hosting := range map[string]models.CodeHosting{
		"what is hidden":              {URL: hiddenAt},
		"beside what is hidden":       {URL: "https://code.example.gov/customs/free"},
		"the group of what is hidden": {URL: "https://code.example.gov/customs", Group: true},
		"the group of an old address": {URL: "https://old.example.gov/customs", Group: true},
		"another's group":             {URL: "https://code.example.gov/health", Group: true},
		"below another's group":       {URL: "https://code.example.gov/health/desk", Group: true},
		"above another's group":       {URL: "https://code.example.gov/deep", Group: true},
	} {
		for door, try := range map[string]func() error{
			"registered": func() error {
				return f.r.RegisterPublisher(ctx, by, &models.Publisher{AgencyID: f.education.ID, Name: "Another", Active: true, Hostings: []models.CodeHosting{hosting}})
			},
			"told": func() error {
				return f.r.TellPublisher(ctx, by, nil, &models.Publisher{Name: "Another", Active: true, Hostings: []models.CodeHosting{hosting}})
			},
			"changed": func() error {
				_, err := f.r.ChangePublisher(ctx, by, own.ID, 0, func(p *models.Publisher) { p.Hostings = append(p.Hostings, hosting) })
				return err
			},
		} {
			if err := try(); !models.HasCode(err, "address-held") {
				t.Errorf("%s, %s, gives %v", name, door, err)
			}
		}
	}
	_, err := f.r.ChangePublisher(ctx, by, own.ID, 0, func(p *models.Publisher) { p.Name = "Code of schools" })
	f.must(err)
}

func TestOnlyTheOfficeAnswersForAWholeHostAndHoldsItAgainstNobody(t *testing.T) {
	f := newFixture(t)
	whole := func() *models.Publisher {
		return &models.Publisher{AgencyID: f.health.ID, Name: "All", Active: true, Hostings: []models.CodeHosting{{URL: "https://gitlab.com/", Group: true}}}
	}
	var e *models.Error
	if err := f.r.RegisterPublisher(ctx, f.person("h@health.example.gov", models.Registrar, f.health), whole()); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != "whole-host" || e.Fields[0].Field != "hostings[0].url" {
		t.Fatalf("a registrar gets %v", err)
	}
	f.must(f.r.RegisterPublisher(ctx, f.person("o@ospo.example.gov", models.OSPOStaff, nil), whole()))
	by := f.person("e@education.example.gov", models.Registrar, f.education)
	f.must(f.r.RegisterRepository(ctx, by, &models.Repository{AgencyID: f.education.ID, URL: "https://gitlab.com/school/desk", Active: true}))
	f.must(f.r.RegisterPublisher(ctx, by, &models.Publisher{AgencyID: f.education.ID, Name: "School", Active: true, Hostings: []models.CodeHosting{{URL: "https://gitlab.com/school", Group: true}}}))
	told, err := f.r.TellSoftware(ctx, by, nil, &register.ToldSoftware{URL: "https://gitlab.com/pupils/desk", PublicCode: publicCode, Active: true})
	f.must(err)
	if told.AgencyID != f.education.ID || told.PublisherID != nil {
		t.Errorf("what is told there is %+v", told)
	}
}

func TestAPublisherAtRestHoldsNothing(t *testing.T) {
	f := newFixture(t)
	f.hiddenCode()
	list, err := f.s.Publishers(ctx, system, models.PublisherFilter{Page: models.Page{Limit: 1}})
	f.must(err)
	_, err = f.r.ChangePublisher(ctx, system, list.Items[0].ID, 0, func(p *models.Publisher) { p.Active = false })
	f.must(err)
	by := f.person("e@education.example.gov", models.Registrar, f.education)
	f.must(f.r.RegisterRepository(ctx, by, &models.Repository{AgencyID: f.education.ID, URL: "https://code.example.gov/health/free", Active: true}))
	f.must(f.r.RegisterPublisher(ctx, by, &models.Publisher{AgencyID: f.education.ID, Name: "Below", Active: true, Hostings: []models.CodeHosting{{URL: "https://code.example.gov/health/school", Group: true}}}))
	health := f.person("h@health.example.gov", models.Registrar, f.health)
	if _, err := f.r.ChangePublisher(ctx, health, list.Items[0].ID, 0, func(p *models.Publisher) { p.Active = true }); !models.HasCode(err, "address-held") {
		t.Errorf("switched on again over another's, it gives %v", err)
	}
}
