package register_test

import (
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func TestSourcesAreReadByTheClockOnceEach(t *testing.T) {
	a := newAbroad(t)
	s := a.source(models.CodeJSONSource, "/code.json")
	off := a.source(models.CodeJSONSource, "/off.json")
	_, err := a.r.ChangeSource(t.Context(), a.by, off.ID, 0, func(s *models.Source) { s.Active = false })
	a.must(err)
	for want := 1; want >= 0; want-- {
		if n, err := a.r.ReadSourcesDue(t.Context()); n != want || err != nil {
			t.Errorf("%d asked, %v; want %d", n, err, want)
		}
	}
	if _, err := a.r.AskReading(t.Context(), a.by, s.ID, models.ReadingKeeps); !models.HasCode(err, "reading-open") {
		t.Errorf("two at a time: %v", err)
	}
}

func TestOnlyTheProgrammeOfficeSaysWhatIsRead(t *testing.T) {
	a := newAbroad(t)
	s := a.source(models.CodeJSONSource, "/code.json")
	other := sample.Viewer(t, a.s, a.g.Registrar)
	for name, err := range map[string]error{
		"register": a.r.RegisterSource(t.Context(), other, &models.Source{Name: "N", Kind: models.DCATSource, URL: "https://example.org", Country: "IT", License: "MIT"}),
		"change":   second(a.r.ChangeSource(t.Context(), other, s.ID, 0, func(s *models.Source) { s.Name = "x" })),
		"ask":      second(a.r.AskReading(t.Context(), other, s.ID, models.ReadingKeeps)),
		"bring":    second(a.r.BringCatalogue(t.Context(), other, s.ID, []register.SourceDocument{{Content: []byte("{}")}}, models.ReadingKeeps)),
	} {
		if !models.IsKind(err, models.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := &models.Source{Kind: "x", URL: "ftp://x", Country: "Italy", License: "free for all", EveryHours: 9999}
	err := a.r.RegisterSource(t.Context(), a.by, bad)
	for _, field := range []string{"name", "kind", "url", "country", "license", "everyHours"} {
		if err == nil || !strings.Contains(err.Error(), "\n  "+field+":") {
			t.Errorf("%s is not named in %v", field, err)
		}
	}
}

func TestAMarketScanLooksIntoCataloguesOfOtherGovernments(t *testing.T) {
	a := newAbroad(t)
	a.pages["/code.json"] = `{"agency":"A","releases":[{"name":"Harbour","description":"Books berths for ships.","repositoryURL":"https://code.example.org/harbour","permissions":{"usageType":"openSource"}}]}`
	a.read(a.source(models.CodeJSONSource, "/code.json"), models.ReadingKeeps)
	hits, err := a.s.SearchCatalog(t.Context(), models.Viewer{}, store.CatalogFilter{Text: "berths"})
	a.must(err)
	if len(hits.Items) != 1 || hits.Items[0].Entry.Source != "Catalogue /code.json" {
		t.Errorf("the catalogue finds %+v", hits.Items)
	}
}
