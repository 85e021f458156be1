package register_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// abroad is a register that reads the catalogue of another government, which a server on this machine plays.
type abroad struct {
	t      *testing.T
	s      *store.Store
	r      *register.Register
	g      *sample.State
	by     models.Viewer
	host   *httptest.Server
	pages  map[string]string // answers by path and query
	status atomic.Int32      // of every answer; 0: 200
}

func newAbroad(t *testing.T) *abroad {
	s := testkit.OwnStore(t)
	a := &abroad{t: t, s: s, r: register.New(s), g: sample.Government(t, s), pages: map[string]string{}}
	a.by = sample.Viewer(t, s, a.g.Officer)
	a.r.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Every: 24 * time.Hour})
	a.host = httptest.NewServer(http.HandlerFunc(a.answer))
	t.Cleanup(a.host.Close)
	return a
}

func (a *abroad) answer(w http.ResponseWriter, r *http.Request) {
	if status := a.status.Load(); status != 0 {
		w.WriteHeader(int(status))
		return
	}
	content, ok := a.pages[r.URL.RequestURI()]
	if !ok {
		http.NotFound(w, r)
		return
	}
	tag := fmt.Sprintf("%q", fmt.Sprint(len(content)))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if strings.HasPrefix(content, "@prefix") {
		w.Header().Set("Content-Type", "text/turtle")
	}
	_, _ = w.Write([]byte(strings.ReplaceAll(content, "HOST", a.host.URL)))
}

func (a *abroad) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *abroad) source(kind models.SourceKind, path string) *models.Source {
	a.t.Helper()
	s := &models.Source{Name: "Catalogue " + path, Kind: kind, URL: a.host.URL + path, Country: "it", License: "CC-BY-4.0", Active: true}
	a.must(a.r.RegisterSource(a.t.Context(), a.by, s))
	return s
}

func (a *abroad) read(s *models.Source, mode models.ReadingMode) *store.ReadingRow {
	a.t.Helper()
	row, err := a.r.AskReading(a.t.Context(), a.by, s.ID, mode)
	a.must(err)
	a.must(a.r.RunReading(a.t.Context(), row.ID))
	row, err = a.s.Reading(a.t.Context(), row.ID)
	a.must(err)
	if row.EndedAt == nil {
		a.t.Fatalf("the reading has not ended: %+v", row.Reading)
	}
	return row
}

// counts are the numbers of a reading.
func counts(r *store.ReadingRow) string {
	return fmt.Sprintf("%s %s: %d found, %d added, %d changed, %d unchanged, %d gone, %d refused", r.State, r.Outcome, r.Found, r.Added, r.Changed, r.Unchanged, r.Gone, r.Refused)
}

func (a *abroad) want(r *store.ReadingRow, want string) {
	a.t.Helper()
	if got := counts(r); got != want {
		lines, err := a.s.ReadingLines(a.t.Context(), r.ID, models.Page{})
		a.t.Errorf("the reading is\n%s, want\n%s\n%s %s\n%+v %v", got, want, r.Detail, r.Cure, lines.Items, err)
	}
}

func (a *abroad) entries(f models.ForeignFilter) []string {
	a.t.Helper()
	list, err := a.s.ForeignEntries(a.t.Context(), a.by, f)
	a.must(err)
	var out []string
	for _, e := range list.Items {
		word := e.Name
		if e.GoneAt != nil {
			word += " (gone)"
		}
		out = append(out, word)
	}
	return out
}

func software(id, name string) string {
	return fmt.Sprintf(`{"id":%q,"url":"https://code.example.org/%s.git","active":true,"publiccodeYml":%q}`, id, strings.ToLower(name), strings.NewReplacer("NAME", name, "URL", "https://code.example.org/"+strings.ToLower(name)+".git").Replace(publicCode))
}

func list(next string, items ...string) string {
	return `{"data":[` + strings.Join(items, ",") + `],"links":{"next":` + fmt.Sprintf("%q", next) + `}}`
}

func TestACatalogueIsReadPageByPageAndOnlyWhatChangedIsWritten(t *testing.T) {
	a := newAbroad(t)
	s := a.source(models.OpenCatalogSource, "/v1")
	first, second := "/v1/software?page%5Bsize%5D=100", "/v1/software?page%5Bafter%5D=x&page%5Bsize%5D=100"
	a.pages[first] = list("?page[after]=x", software("1", "Alpha"), software("2", "Beta"))
	a.pages[second] = list("", software("3", "Gamma"), `{"id":"4"}`)
	a.want(a.read(s, models.ReadingRehearsed), "done read: 3 found, 3 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	if got := a.entries(models.ForeignFilter{}); got != nil {
		t.Errorf("a rehearsal kept %v", got)
	}
	a.want(a.read(s, models.ReadingKeeps), "done read: 3 found, 3 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	row, err := a.s.Source(t.Context(), s.ID)
	a.must(err)
	if row.Entries != 3 || row.ReadAt == nil || row.NextAt == nil || row.Freshness(time.Now()) != models.FreshSource {
		t.Errorf("the source is %+v", row)
	}
	a.want(a.read(s, models.ReadingKeeps), "done read: 3 found, 0 added, 0 changed, 3 unchanged, 0 gone, 0 refused")
	a.pages[first] = list("?page[after]=x", software("1", "Alpha"), strings.Replace(software("2", "Beta"), "web", "linux", 1))
	a.pages[second] = list("", software("5", "Delta"))
	a.want(a.read(s, models.ReadingKeeps), "done read: 3 found, 1 added, 1 changed, 1 unchanged, 1 gone, 0 refused")
	if diff := cmp.Diff([]string{"Alpha", "Beta", "Delta", "Gamma (gone)"}, a.entries(models.ForeignFilter{Source: s.ID})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Gamma (gone)"}, a.entries(models.ForeignFilter{Gone: models.Yes})); diff != "" {
		t.Error(diff)
	}
	a.pages[second] = list("", software("3", "Gamma"))
	a.want(a.read(s, models.ReadingKeeps), "done read: 3 found, 0 added, 1 changed, 2 unchanged, 1 gone, 0 refused")
}

func TestWhatIsNotWholeMakesNothingGone(t *testing.T) {
	a := newAbroad(t)
	s := a.source(models.OpenCatalogSource, "/v1/software?page%5Bsize%5D=10")
	first := "/v1/software?page%5Bsize%5D=10"
	a.pages[first] = list("", software("1", "Alpha"), software("2", "Beta"))
	a.read(s, models.ReadingKeeps)
	for name, answer := range map[string]string{
		"it breaks off":                   strings.TrimSuffix(list("", software("1", "Alpha")), `],"links":{"next":""}}`) + `,{"id":"2","url":`,
		"the next page is not there":      list("?page[after]=lost", software("1", "Alpha")),
		"the next page is elsewhere":      list("https://elsewhere.example.org/x", software("1", "Alpha")),
		"it is empty":                     list(""),
		"it is a page of another program": "<html>Sorry</html>",
	} {
		a.pages[first] = answer
		r := a.read(s, models.ReadingKeeps)
		if r.Gone != 0 || slices.Contains(a.entries(models.ForeignFilter{}), "Beta (gone)") {
			t.Errorf("when %s: %s", name, counts(r))
		}
	}
	row, err := a.s.Source(t.Context(), s.ID)
	a.must(err)
	if row.Entries != 2 {
		t.Errorf("%d entries are left", row.Entries)
	}
}

func TestHowAReadingFailedIsSaidAndItIsLeftAloneForAWhile(t *testing.T) {
	a := newAbroad(t)
	for status, want := range map[int]models.VisitOutcome{404: models.VisitGone, 410: models.VisitGone, 403: models.VisitForbidden, 503: models.VisitBusy, 500: models.VisitFailed} {
		host := newAbroadOn(a)
		s := host.source(models.CodeJSONSource, fmt.Sprintf("/%d.json", status))
		host.status.Store(int32(status))
		r := host.read(s, models.ReadingKeeps)
		row, err := a.s.Source(t.Context(), s.ID)
		a.must(err)
		if r.Outcome != want || r.State != models.HarvestBroken || r.Cure == "" || row.Failures != 1 || row.NextAt == nil || row.ReadAt != nil || row.Freshness(time.Now()) != models.NeverRead {
			t.Errorf("%d: %s, %+v", status, counts(r), row)
		}
	}
	inside := &models.Source{Name: "Inside", Kind: models.DCATSource, URL: "https://169.254.169.254/latest", Country: "IT", License: "CC0-1.0", Active: true}
	if err := a.r.RegisterSource(t.Context(), a.by, inside); !models.IsKind(err, models.Invalid) {
		t.Errorf("an address inside is taken: %v", err)
	}
	a.must(register.New(a.s).RegisterSource(t.Context(), a.by, inside)) // where nothing is read, nothing is known of what may be asked
	if r := a.read(inside, models.ReadingKeeps); r.Outcome != models.VisitBlocked {
		t.Errorf("an address inside: %s", counts(r))
	}
}

// newAbroadOn is another host that the same register reads.
func newAbroadOn(a *abroad) *abroad {
	other := &abroad{t: a.t, s: a.s, r: a.r, g: a.g, by: a.by, pages: map[string]string{}}
	other.host = httptest.NewServer(http.HandlerFunc(other.answer))
	a.t.Cleanup(other.host.Close)
	return other
}

func TestSourcesOfEachKindAreRead(t *testing.T) {
	a := newAbroad(t)
	a.pages["/code.json"] = `{"agency":"GSA","version":"2.0.0","releases":[{"name":"One","repositoryURL":"https://code.example.org/one","permissions":{"usageType":"openSource"}},{"name":"Two","repositoryURL":"https://code.example.org/one","permissions":{}},{}]}`
	a.pages["/catalogue.ttl"] = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<HOST/a> a dcat:Dataset ; dct:title "Three" . <HOST/catalogue.ttl> hydra:next <HOST/more.ttl> .`
	a.pages["/more.ttl"] = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . <HOST/b> a dcat:Dataset ; dct:title "Four" .`
	a.pages["/list.txt"] = "HOST/five/publiccode.yml\nHOST/six/publiccode.yml\nHOST/lost/publiccode.yml\n"
	a.pages["/five/publiccode.yml"] = strings.NewReplacer("NAME", "Five", "URL", "https://code.example.org/five").Replace(publicCode)
	a.pages["/six/publiccode.yml"] = "publiccodeYmlVersion: \"0.5\"\nname: Six\n"
	a.want(a.read(a.source(models.AgencyIndexSource, "/code.json"), models.ReadingKeeps), "done read: 2 found, 2 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	a.want(a.read(a.source(models.DCATSource, "/catalogue.ttl"), models.ReadingKeeps), "done read: 2 found, 2 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	s := a.source(models.PublicCodeList, "/list.txt")
	a.want(a.read(s, models.ReadingKeeps), "done read: 2 found, 2 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	if diff := cmp.Diff([]string{"Five", "Four", "One", "Six", "Three", "Two"}, a.entries(models.ForeignFilter{})); diff != "" {
		t.Error(diff)
	}
	delete(a.pages, "/five/publiccode.yml")
	a.want(a.read(s, models.ReadingKeeps), "done read: 1 found, 0 added, 0 changed, 1 unchanged, 1 gone, 0 refused")
}

func TestACatalogueThatDidNotChangeIsNotReadAgain(t *testing.T) {
	a := newAbroad(t)
	a.pages["/code.json"] = `{"agency":"A","version":"2.0.0","releases":[{"name":"One","repositoryURL":"https://code.example.org/one"}]}`
	s := a.source(models.CodeJSONSource, "/code.json")
	a.read(s, models.ReadingKeeps)
	a.want(a.read(s, models.ReadingKeeps), "done unchanged: 0 found, 0 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	if diff := cmp.Diff([]string{"One"}, a.entries(models.ForeignFilter{Gone: models.No})); diff != "" {
		t.Error(diff)
	}
}

func TestACatalogueIsBroughtAsAFileWhereNobodyMayAsk(t *testing.T) {
	a := newAbroad(t)
	a.r.UseHarvesting(register.Harvesting{})
	s := a.source(models.CodeJSONSource, "/code.json")
	bring := func(mode models.ReadingMode, contents ...string) *store.ReadingRow {
		var docs []register.SourceDocument
		for i, c := range contents {
			docs = append(docs, register.SourceDocument{Filename: fmt.Sprint(i, ".json"), Content: []byte(c)})
		}
		row, err := a.r.BringCatalogue(t.Context(), a.by, s.ID, docs, mode)
		a.must(err)
		return row
	}
	one, two := `{"name":"One","repositoryURL":"https://code.example.org/one","permissions":{"usageType":"openSource"}}`, `{"agency":"A","releases":[{"name":"Two","repositoryURL":"https://code.example.org/two"}]}`
	a.want(bring(models.ReadingRehearsed, one), "done read: 1 found, 1 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	a.want(bring(models.ReadingKeeps, one, two), "done read: 2 found, 2 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
	a.want(bring(models.ReadingKeeps, two), "done read: 1 found, 0 added, 0 changed, 1 unchanged, 1 gone, 0 refused")
	if _, err := a.r.BringCatalogue(t.Context(), a.by, s.ID, nil, models.ReadingKeeps); !models.IsKind(err, models.Invalid) {
		t.Errorf("nothing was taken: %v", err)
	}
	a.want(a.read(s, models.ReadingKeeps), "broken failed: 0 found, 0 added, 0 changed, 0 unchanged, 0 gone, 0 refused")
}

func TestABroughtFileThatCannotBeReadFailsWhereItBreaks(t *testing.T) {
	a := newAbroad(t)
	a.r.UseHarvesting(register.Harvesting{})
	whole := map[models.SourceKind]string{
		models.CodeJSONSource: `{"agency":"A","releases":[{"name":"One","repositoryURL":"https://code.example.org/one"}]}`,
		models.DCATSource:     "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n<https://x.example/1> a dcat:Dataset; dct:title \"One\" .\n",
		models.PublicCodeList: strings.NewReplacer("NAME", "One", "URL", "https://code.example.org/one.git").Replace(publicCode),
	}
	sources := map[models.SourceKind]*models.Source{}
	bring := func(kind models.SourceKind, content string, mode models.ReadingMode) *store.ReadingRow {
		if sources[kind] == nil {
			sources[kind] = a.source(kind, "/"+string(kind))
		}
		row, err := a.r.BringCatalogue(t.Context(), a.by, sources[kind].ID, []register.SourceDocument{{Filename: "mine", Content: []byte(content)}}, mode)
		a.must(err)
		return row
	}
	for kind, content := range whole {
		if row := bring(kind, content, models.ReadingKeeps); row.State != models.HarvestDone || row.Found != 1 {
			t.Fatalf("%s: %s %s", kind, counts(row), row.Detail)
		}
	}
	for name, tt := range map[string]struct {
		kind    models.SourceKind
		content string
		says    string
	}{
		"code.json that breaks off":            {models.CodeJSONSource, "{\"agency\":\n\"A\",,", "Line 2"},
		"fifty thousand brackets":              {models.CodeJSONSource, strings.Repeat("[", 50_000), "nests deeper"},
		"another kind of JSON":                 {models.CodeJSONSource, `{"hello":1}`, "describes no software"},
		"Turtle with a broken sentence":        {models.DCATSource, "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<x> a dcat:Dataset dcat:title .\n", "Line 2"},
		"RDF/XML with entities of its own":     {models.DCATSource, "<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY a \"b\">]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">&a;", ""},
		"a publiccode.yml that is broken YAML": {models.PublicCodeList, "publiccodeYmlVersion: '0.4'\nname: [", "Line"},
		"a list of addresses":                  {models.PublicCodeList, "https://code.example.org/one\n", "no publiccode.yml"},
	} {
		t.Run(name, func(t *testing.T) {
			row := bring(tt.kind, tt.content, models.ReadingKeeps)
			if row.State != models.HarvestBroken || row.Detail == "" || !strings.Contains(row.Detail, tt.says) || !strings.Contains(row.Cure, "bring it again") || strings.Contains(row.Cure, "address") {
				t.Errorf("%s\n%s\n%s", counts(row), row.Detail, row.Cure)
			}
			source, err := a.s.Source(t.Context(), sources[tt.kind].ID)
			a.must(err)
			if source.Entries != 1 || source.Failures != 0 || source.Freshness(time.Now()) != models.FreshSource {
				t.Errorf("a file that cannot be read changed the source: %+v", source)
			}
		})
	}
	if row := bring(models.CodeJSONSource, `{"agency":"A","releases":[]}`, models.ReadingRehearsed); row.State != models.HarvestDone || row.Outcome != models.VisitUndescribed || strings.Contains(row.Cure, "address") {
		t.Errorf("an empty catalogue: %s %s", counts(row), row.Cure)
	}
	broken := whole[models.CodeJSONSource][:len(whole[models.CodeJSONSource])-2] + `,{"name":"Two","repos`
	if row := bring(models.CodeJSONSource, broken, models.ReadingKeeps); row.State != models.HarvestDone || row.Found == 0 || !strings.Contains(row.Detail, "Line 1") || !strings.Contains(row.Cure, "bring it again") {
		t.Errorf("a catalogue that breaks off after its first entry: %s %s %s", counts(row), row.Detail, row.Cure)
	}
}
