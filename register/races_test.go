package register_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// atOnce does something so many times at the same moment, and gives the errors.
func atOnce(n int, do func(i int) error) []error {
	var wg sync.WaitGroup
	errs := make([]error, n)
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// A check before the write, and not with it, let two of a peer's publishers have one id.
func TestOfFiftyEqualOnesAtOnceOneIsMadeAndTheOthersLearnWhichFieldIsTaken(t *testing.T) {
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	health := f.agency("health", nil)
	for _, tc := range []struct {
		noun, field string
		make        func(i int) error
	}{
		{"publishers with one alternative id", "alternativeId", func(i int) error {
			return f.r.RegisterPublisher(ctx, system, &models.Publisher{AgencyID: health.ID, Name: fmt.Sprint("Publisher ", i), AlternativeID: "health-digital", Active: true})
		}},
		{"publishers with one name", "name", func(int) error {
			return f.r.RegisterPublisher(ctx, system, &models.Publisher{AgencyID: health.ID, Name: "Health digital", Active: true})
		}},
		{"repositories at one address, spelt in several ways", "url", func(i int) error {
			spelt := []string{"https://git.example.org/health/desk", "https://git.example.org/health/desk.git", "https://GIT.example.org/health/desk/", "https://git.example.org:443/health/desk"}[i%4]
			return f.r.RegisterRepository(ctx, system, &models.Repository{AgencyID: health.ID, URL: spelt, Host: models.PlainGit, Visibility: models.VisiblePublic, Active: true})
		}},
		{"agencies with one code", "code", func(i int) error {
			return f.r.RegisterAgency(ctx, system, &models.Agency{Code: "H1", Name: fmt.Sprint("Agency ", i), Kind: "department", URI: "https://example.gov/agency/" + url.PathEscape(fmt.Sprint(i))})
		}},
		{"sources at one address", "url", func(i int) error {
			return f.r.RegisterSource(ctx, system, &models.Source{Name: fmt.Sprint("Source ", i), Kind: models.OpenCatalogSource, URL: "https://catalogue.example.org/v1", Country: "IT", License: "CC0-1.0", EveryHours: 24})
		}},
	} {
		made := 0
		for _, err := range atOnce(50, tc.make) {
			var refusal *models.Error
			switch {
			case err == nil:
				made++
			case !errors.As(err, &refusal) || refusal.Kind != models.Conflict || len(refusal.Fields) != 1 || refusal.Fields[0].Field != tc.field:
				t.Errorf("%s: %v, want a conflict at %s", tc.noun, err, tc.field)
			}
		}
		if made != 1 {
			t.Errorf("%s: %d were made, want 1", tc.noun, made)
		}
	}
}

// Of two scanners of a peer that wrote at the same time, one lost what it had found.
func TestScannersThatWriteAtTheSameMomentLoseNothing(t *testing.T) {
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	repo := &models.Repository{AgencyID: f.agency("health", nil).ID, URL: "https://git.example.org/health/desk", Host: models.PlainGit, Visibility: models.VisiblePublic, Active: true}
	f.must(f.r.RegisterRepository(ctx, system, repo))
	before := f.lastEvent().ID
	const scanners = 20
	for _, err := range atOnce(scanners, func(i int) error {
		_, err := f.r.WriteAnalyses(ctx, system, repo.ID, map[string]json.RawMessage{fmt.Sprint("scanner-", i): json.RawMessage(fmt.Sprintf(`{"v": 1, "found": %d}`, i))})
		return err
	}) {
		f.must(err)
	}
	all, err := s.Analyses(ctx, repo.ID)
	f.must(err)
	found := map[string]bool{}
	for _, a := range all {
		found[a.Namespace] = true
	}
	if len(found) != scanners {
		t.Errorf("%d of %d scanners are there: %v", len(found), scanners, found)
	}
	if n := len(f.events(before)); n != scanners {
		t.Errorf("%d events, want one of each scanner", n)
	}
}
