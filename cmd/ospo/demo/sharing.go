package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// sharingSteps is how many steps loadSharing takes.
const sharingSteps = 8

// loadSharing fills the shared repository of code: publishers whose repositories were harvested twice, and the catalogue of a neighbour.
func (l *loader) loadSharing(ctx context.Context) error {
	l.reg.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{Own: Hosts(l.code)}), Workers: 1, Mirrors: Mirrors(l.code)})
	for _, part := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"Publishers of code", l.publishers},
		{"The first harvest of the government's code", l.firstHarvest},
		{"What crawlers go by", l.forCrawlers},
		{"Programs that are told", l.setUpWebhooks},
		{"The harvest of yesterday", l.secondHarvest},
		{"The catalogue of the neighbours", l.neighbour},
		{"A catalogue that was brought", l.brought},
		{"What the programs were told", l.tellWebhooks},
	} {
		if err := l.step(part.what, part.do(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// Mirrors is the folder of the copies that the register keeps of the code below dir.
func Mirrors(dir string) string { return filepath.Join(filepath.Dir(dir), "mirrors") }

// publishers adds who publishes code, and makes the code.
func (l *loader) publishers(ctx context.Context) error {
	list, err := read[codeSeed]("code")
	if err != nil {
		return err
	}
	if l.codeSeeds = list; l.code == "" {
		return fmt.Errorf("there is no folder to keep the code in")
	}
	if err := writeCode(l.code, list, l.today, false); err != nil {
		return err
	}
	for _, p := range []struct{ agency, name, group string }{
		{"V160", "Weather and Flood Service", "weather"}, {"V201", "Town of Alderquay", "alderquay"}, {"V202", "Town of High Marren", "highmarren"}, {"V119", "Government Computing Centre", "computing"},
		{"V101", "Open Source Programme Office", "ospo"}, {"V150", "National Library", "library"}, {"V120", "National Pensions Authority", "pensions"}, {"V121", "Employment Service", "work"},
		{"V16", "Ministry of Land and Sea", "landsea"}, {"V162", "Marine Authority", "marine"},
	} {
		publisher := &models.Publisher{AgencyID: l.agencies[p.agency].ID, Name: p.name, Email: "code@" + p.group + ".velmora.example", Active: true,
			Hostings: []models.CodeHosting{{URL: "https://" + codeHost + "/" + p.group, Host: models.Gitea, Group: true}}}
		if err := l.ago(60).RegisterPublisher(ctx, l.by(p.agency), publisher); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	risk, err := l.asset("customs-risk") // nobody publishes it
	if err != nil {
		return err
	}
	return l.ago(60).RegisterRepository(ctx, l.office(), &models.Repository{AgencyID: l.agencies["V111"].ID, AssetID: &risk, URL: "https://" + codeHost + "/customs/cargo-risk", Host: models.Gitea, Visibility: models.VisibleAgency, Active: true})
}

// The government's code was gone over first and last so many days ago.
const harvestedFirst, harvestedLast = 29, 1

func (l *loader) firstHarvest(ctx context.Context) error {
	if err := l.harvest(ctx, harvestedFirst); err != nil {
		return err
	}
	for path, found := range map[string]string{
		"weather/flood-watch": `{"ort": {"v": 1, "issues": 0, "advisories": 1, "packages": 84}, "scorecard": {"v": 5, "score": 7.2}}`,
		"ospo/form-kit":       `{"accessibility": {"v": 2, "standard": "WCAG 2.2 AA", "failures": 0}}`,
	} {
		repo, err := l.repository(ctx, path)
		if err != nil {
			return err
		}
		given := map[string]json.RawMessage{}
		if err := json.Unmarshal([]byte(found), &given); err != nil {
			return err
		}
		if _, err := l.ago(harvestedFirst-2).WriteAnalyses(ctx, l.office(), repo, given); err != nil {
			return err
		}
	}
	// Of this one the register keeps a copy; before the next harvest its host has lost it.
	kept, err := l.repository(ctx, "work/benefit-desk")
	if err != nil {
		return err
	}
	if err := l.ago(harvestedFirst-2).SetMirror(ctx, l.office(), kept, models.Yes); err != nil {
		return err
	}
	return l.harvest(ctx, harvestedFirst-3)
}

func (l *loader) secondHarvest(ctx context.Context) error {
	if err := writeCode(l.code, l.codeSeeds, l.today, true); err != nil {
		return err
	}
	return l.harvest(ctx, harvestedLast)
}

// harvest goes over all publishers' code, some days ago.
func (l *loader) harvest(ctx context.Context, days int) error {
	then := l.ago(days)
	h, err := then.AskHarvest(ctx, l.office(), 0)
	if err != nil {
		return err
	}
	if err := then.RunHarvest(ctx, h.ID); err != nil {
		return err
	}
	done, err := l.store.Harvest(ctx, l.system, h.ID)
	if err == nil && done.State != models.HarvestDone {
		err = fmt.Errorf("the harvest ended %s: %s", done.State, done.Detail)
	}
	return err
}

// repository finds the number of a repository by its path on the host.
func (l *loader) repository(ctx context.Context, path string) (int64, error) {
	canonical, err := models.CanonicalURL("https://" + codeHost + "/" + path)
	if err != nil {
		return 0, err
	}
	row, err := l.store.RepositoryAt(ctx, l.system, canonical)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return row.ID, nil
}

// neighbour reads the catalogue of another government.
func (l *loader) neighbour(ctx context.Context) error {
	then := l.ago(harvestedLast)
	s := &models.Source{Name: "Software of the Federation of Ostrand (invented)", Kind: models.OpenCatalogSource, URL: "https://" + abroad + "/v1", Country: "XO", License: "CC0-1.0", Active: true, EveryHours: 24}
	if err := then.RegisterSource(ctx, l.office(), s); err != nil {
		return err
	}
	r, err := then.AskReading(ctx, l.office(), s.ID, models.ReadingKeeps)
	if err != nil {
		return err
	}
	if err := then.RunReading(ctx, r.ID); err != nil {
		return err
	}
	done, err := l.store.Reading(ctx, r.ID)
	if err == nil && done.State != models.HarvestDone {
		err = fmt.Errorf("the reading ended %s: %s %s", done.State, done.Detail, done.Cure)
	}
	return err
}
