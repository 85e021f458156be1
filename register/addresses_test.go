package register_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

const hiddenAt = "https://code.example.gov/customs/cargo-risk"

// hiddenCode is a repository of the health agency that others do not see, with another address, and a publisher's group.
func (f *fixture) hiddenCode() *models.Repository {
	r := &models.Repository{AgencyID: f.health.ID, URL: hiddenAt, Aliases: []string{"https://old.example.gov/customs/risk"}, Host: models.PlainGit, Visibility: models.VisibleAgency, Active: true}
	f.must(f.r.RegisterRepository(ctx, system, r))
	f.must(f.r.RegisterPublisher(ctx, system, &models.Publisher{AgencyID: f.health.ID, Name: "Health digital", Active: true, Hostings: []models.CodeHosting{{URL: "https://code.example.gov/health", Host: models.PlainGit, Group: true}}}))
	return r
}

func TestNobodyLearnsByTryingWhetherAnAddressIsHidden(t *testing.T) {
	f := newFixture(t)
	f.hiddenCode()
	by := f.person("e@education.example.gov", models.Registrar, f.education)
	free := &models.Repository{AgencyID: f.education.ID, URL: "https://code.example.gov/school/desk", Active: true}
	f.must(f.r.RegisterRepository(ctx, by, free))
	var first *models.Error
	for _, address := range []string{hiddenAt, hiddenAt + ".git", "https://code.example.gov/customs/free", "https://old.example.gov/customs/risk", "https://old.example.gov/customs/free", "https://code.example.gov/health/free", "https://code.example.gov/health/a/b"} {
		for name, try := range map[string]func() error{
			"registered": func() error {
				return f.r.RegisterRepository(ctx, by, &models.Repository{AgencyID: f.education.ID, URL: address, Active: true})
			},
			"as an alias": func() error {
				return f.r.RegisterRepository(ctx, by, &models.Repository{AgencyID: f.education.ID, URL: "https://code.example.gov/school/other", Aliases: []string{address}, Active: true})
			},
			"by a change": func() error {
				_, err := f.r.ChangeRepository(ctx, by, free.ID, 0, func(r *models.Repository) { r.Aliases = []string{address} })
				return err
			},
			"told by a crawler": func() error {
				_, err := f.r.TellSoftware(ctx, by, nil, &register.ToldSoftware{URL: address, PublicCode: publicCode, Active: true})
				return err
			},
			"told as an alias": func() error {
				_, err := f.r.TellSoftware(ctx, by, nil, &register.ToldSoftware{URL: "https://code.example.gov/school/other", Aliases: []string{address}, PublicCode: publicCode, Active: true})
				return err
			},
		} {
			last := f.lastEvent().ID
			var e *models.Error
			if err := try(); !errors.As(err, &e) || e.Code != "address-held" || first != nil && e.Error() != first.Error() {
				t.Errorf("%s %s gives %v", address, name, err)
				continue
			}
			first = e
			list, err := f.s.Events(ctx, system, models.EventFilter{After: last})
			f.must(err)
			if len(list) != 1 || list[0].AgencyID == nil || *list[0].AgencyID != f.health.ID {
				t.Errorf("%s %s leaves the events %+v", address, name, list)
			}
			if seen, err := f.s.Events(ctx, by, models.EventFilter{After: last}); err != nil || len(seen) != 0 {
				t.Errorf("%s %s: who tried is told %+v, %v", address, name, seen, err)
			}
		}
	}
}

func TestWhoMaySeeWhatHasAnAddressIsLedToIt(t *testing.T) {
	f := newFixture(t)
	r := f.hiddenCode()
	by := f.person("h@health.example.gov", models.Registrar, f.health)
	for name, given := range map[string]models.Repository{
		"by its address":       {AgencyID: f.health.ID, URL: hiddenAt + "/"},
		"by a former address":  {AgencyID: f.health.ID, URL: "https://old.example.gov/customs/risk"},
		"as an alias":          {AgencyID: f.health.ID, URL: "https://code.example.gov/customs/new", Aliases: []string{hiddenAt}},
		"as an alias of alias": {AgencyID: f.health.ID, URL: "https://code.example.gov/customs/new", Aliases: []string{"https://old.example.gov/customs/risk"}},
	} {
		var e *models.Error
		if err := f.r.RegisterRepository(ctx, by, &given); !errors.As(err, &e) || e.Code != "repository-exists" || e.Existing != fmt.Sprintf("/repositories/%d", r.ID) || len(e.Fields) != 1 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	f.must(f.r.RegisterRepository(ctx, by, &models.Repository{AgencyID: f.health.ID, URL: "https://code.example.gov/customs/new", Active: true}))
}

func TestAnAddressIsNotLookedUpForWhoMayEnterNone(t *testing.T) {
	f := newFixture(t)
	f.hiddenCode()
	reader := f.person("r@education.example.gov", models.Reader, f.education)
	for _, address := range []string{hiddenAt, "https://code.example.gov/nobody/free"} {
		if _, err := f.r.TellSoftware(ctx, reader, nil, &register.ToldSoftware{URL: address, PublicCode: publicCode, Active: true}); !models.HasCode(err, "not-allowed") {
			t.Errorf("%s gives %v", address, err)
		}
	}
}
