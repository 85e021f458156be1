package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// hookHost is where programs of the invented government wait to be told: its landscape takes messages, its chat does not.
const hookHost = "hooks.velmora.example"

func hooks() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /landscape", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /chat", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "The room “software” was closed in October.", http.StatusGone)
	})
	return mux
}

// setUpWebhooks has two programs told of what happens from here on.
func (l *loader) setUpWebhooks(ctx context.Context) error {
	l.reg.UseWebhooks(register.Webhooks{Client: forge.NewClient(forge.Limits{Own: Hosts(l.code)})})
	for _, w := range []models.Webhook{
		{Name: "Landscape of the government", URL: "https://" + hookHost + "/landscape", Scope: models.HookEverything, Audience: models.VisiblePublic, Format: models.CloudEvents, Types: models.StringList{"repository.*", "publisher.*", "source.*"}},
		{Name: "Chat of the programme office", URL: "https://" + hookHost + "/chat", Scope: models.HookRepositories, Audience: models.VisibleGovernment, Format: models.CloudEvents, Types: models.StringList{"repository.lost", "repository.back"}},
	} {
		if _, err := l.ago(harvestedLast+1).RegisterWebhook(ctx, l.office(), &w); err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	return nil
}

// tellWebhooks sends them what happened since.
func (l *loader) tellWebhooks(ctx context.Context) error {
	if _, err := l.reg.GatherWebhooks(ctx); err != nil {
		return err
	}
	list, err := l.store.Webhooks(ctx, l.office(), models.WebhookFilter{})
	if err != nil {
		return err
	}
	for _, w := range list.Items {
		if err := l.reg.SendWebhook(ctx, w.ID); err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	return nil
}

// forCrawlers adds what crawlers of others go by: a list of places, a bundle, and what one of them said.
func (l *loader) forCrawlers(ctx context.Context) error {
	then := l.ago(harvestedFirst)
	towns := &models.CrawlerCatalog{Name: "Towns and districts (invented)", AlternativeID: "towns", Active: true, Scopes: models.StringList{"local government"},
		Sources: []models.CatalogSource{{Driver: "gitea", URL: "https://" + codeHost + "/alderquay"}, {Driver: "gitea", URL: "https://" + codeHost + "/highmarren"}}}
	if err := then.RegisterCrawlerCatalog(ctx, l.office(), towns); err != nil {
		return err
	}
	bundle := &models.SoftwareBundle{Name: "What every office needs", Description: "Small pieces that most agencies run sooner or later. Begin here before you build.", Active: true}
	var first int64
	for _, path := range []string{"ospo/form-kit", "alderquay/permit-desk", "weather/flood-watch"} {
		id, err := l.repository(ctx, path)
		if err != nil {
			return err
		}
		row, err := l.store.Repository(ctx, l.system, id)
		if err != nil {
			return err
		}
		bundle.Repositories, first = append(bundle.Repositories, row.UUID), id
	}
	if err := then.RegisterSoftwareBundle(ctx, l.office(), bundle); err != nil {
		return err
	}
	return then.WriteCrawlerLog(ctx, l.office(), &models.CrawlerLog{RepositoryID: &first, Message: "Read publiccode.yml; 2 warnings: no logo, no roadmap."})
}

// broughtFiles are what somebody brought for the catalogue of a neighbour who may not be asked: one that breaks off, and the whole one.
const (
	brokenFile = "{\n  \"agency\": \"Harbour Union\",\n  \"version\": \"2.0.0\",\n  \"releases\": [\n    {\"name\": \"Berth Planner\",,\n"
	wholeFile  = `{"agency":"Harbour Union (invented)","version":"2.0.0","measurementType":{"method":"projects"},"releases":[
 {"name":"Berth Planner","description":"Plans which ship lies where, and tells pilots and tugs.","repositoryURL":"https://code.harbours.example/berths","status":"Production","permissions":{"usageType":"openSource","licenses":[{"name":"EUPL-1.2"}]},"tags":["ships","harbour"]},
 {"name":"Depth Soundings","description":"Keeps what survey boats measure, and draws the maps.","repositoryURL":"https://code.harbours.example/tides","status":"Beta","permissions":{"usageType":"openSource","licenses":[{"name":"MIT"}]},"tags":["sea"]},
 {"name":"Pilot Roster","description":"Who is on duty, and who may take which ship.","repositoryURL":"https://code.harbours.example/pilots","status":"Production","permissions":{"usageType":"governmentWideReuse"},"tags":["staff"]}]}`
)

// brought is the catalogue of a neighbour that was brought as files.
func (l *loader) brought(ctx context.Context) error {
	then := l.ago(harvestedLast)
	s := &models.Source{Name: "Harbour Union, as files (invented)", Kind: models.AgencyIndexSource, URL: "https://code.harbours.example/code.json", Country: "XH", License: "CC-BY-4.0", Attribution: "Harbour Union", EveryHours: 24}
	if err := then.RegisterSource(ctx, l.office(), s); err != nil {
		return err
	}
	for _, file := range []struct {
		content string
		ends    models.HarvestState
	}{{brokenFile, models.HarvestBroken}, {wholeFile, models.HarvestDone}} {
		r, err := then.BringCatalogue(ctx, l.office(), s.ID, []register.SourceDocument{{Filename: "code.json", Content: []byte(file.content)}}, models.ReadingKeeps)
		if err != nil {
			return err
		}
		if r.State != file.ends {
			return fmt.Errorf("the reading of a file ended %s: %s", r.State, r.Detail)
		}
	}
	return nil
}
