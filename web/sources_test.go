package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

const inventory = `{"agency":"ABROAD","version":"2.0.0","releases":[
 {"name":"Harbour","description":"Books berths.","repositoryURL":"https://code.example.org/harbour","permissions":{"usageType":"openSource","licenses":[{"name":"EUPL-1.2"}]},"tags":["ships"],"status":"Production","vcs":"git","contact":{"name":"Desk","email":"desk@abroad.example"}},
 {"name":"` + `<b>Odd</b>` + `","repositoryURL":"https://code.example.org/odd"}]}`

// abroad gives a source with two entries, one of which is gone, and a reading.
func abroad(t *testing.T, s *site, g *sample.State) (source, reading, entry, gone int64) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	by := sample.Viewer(t, s.store, g.Officer)
	src := &models.Source{Name: "Catalogue abroad", Kind: models.CodeJSONSource, URL: "https://catalogue.example.org/code.json", Country: "IT", License: "CC-BY-4.0", Active: true}
	must(s.reg.RegisterSource(t.Context(), by, src))
	bring := func(text string) int64 {
		r, err := s.reg.BringCatalogue(t.Context(), by, src.ID, []register.SourceDocument{{Filename: "code.json", Content: []byte(text)}}, models.ReadingKeeps)
		must(err)
		return r.ID
	}
	bring(inventory)
	reading = bring(strings.Replace(inventory, `"name":"<b>Odd</b>"`, `"name":"Other","laborHours":-1`, 1))
	list, err := s.store.ForeignEntries(t.Context(), by, models.ForeignFilter{})
	must(err)
	if len(list.Items) != 3 {
		t.Fatalf("%d entries", len(list.Items))
	}
	for _, e := range list.Items {
		switch {
		case e.GoneAt != nil:
			gone = e.ID
		case e.Name == "Harbour":
			entry = e.ID
		}
	}
	return src.ID, reading, entry, gone
}

func addSourceAddresses(t *testing.T, s *site, g *sample.State, all map[string]string) {
	t.Helper()
	source, reading, entry, _ := abroad(t, s, g)
	all["/sources/:id"], all["/sources/:id/edit"] = fmt.Sprintf("/sources/%d", source), fmt.Sprintf("/sources/%d/edit", source)
	all["/readings/:id"], all["/foreign-entries/:id"] = fmt.Sprintf("/readings/%d", reading), fmt.Sprintf("/foreign-entries/%d", entry)
}

func TestSoftwareOfOtherGovernmentsIsShownWithWhereItIsFrom(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	source, reading, entry, gone := abroad(t, s, g)
	s.get("/sources").want(t, 200, "Catalogue abroad", "CC-BY-4.0", "Fresh").without(t, "Add a catalogue")
	s.get(fmt.Sprintf("/sources/%d", source)).want(t, 200, "Harbour", "1 entry that is", "code.json").without(t, "Read it now", "Bring it as a file")
	s.get("/foreign-entries").want(t, 200, "Harbour", "Books berths.", "data under", "&lt;b&gt;Odd", "Gone").without(t, "<b>Odd")
	s.get("/foreign-entries?gone=yes").want(t, 200, "Odd").without(t, "Harbour")
	s.get(fmt.Sprintf("/foreign-entries/%d", entry)).want(t, 200, "Books berths.", "ABROAD", "EUPL-1.2", "CC-BY-4.0", "Nobody here answers for it", "vcs").without(t, "desk@abroad.example")
	s.get(fmt.Sprintf("/foreign-entries/%d", gone)).want(t, 200, "does not have it any more")
	s.get(fmt.Sprintf("/readings/%d", reading)).want(t, 200, "1 new", "1 gone", "Has mistakes", "below nought")
	s.as(g.Reader.ID).get(fmt.Sprintf("/foreign-entries/%d", entry)).want(t, 200, "desk@abroad.example")
}

func TestTheProgrammeOfficeAddsReadsAndBringsACatalogue(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	officer := s.as(g.Officer.ID)
	officer.post("/sources", "name", "", "kind", "x", "url", "nonsense", "country", "Italy", "license", "", "everyHours", "often").want(t, 400, `href="#f-name"`, `href="#f-kind"`, `href="#f-url"`, `href="#f-country"`, `href="#f-license"`, `href="#f-everyHours"`)
	made := officer.post("/sources", "name", "Abroad", "kind", "dcat", "url", "https://catalogue.example.org/x.ttl", "country", "nl", "license", "CC0-1.0", "everyHours", "48", "active", "yes").want(t, 303)
	path := made.Header.Get("Location")
	officer.get(path).want(t, 200, "Abroad", "Not read yet", "every 48 hours", "Read it now", "Bring it as a file")
	officer.post(path+"/readings", "mode", "dry-run").want(t, 303)
	officer.get(path).want(t, 200, "It is being read")
	officer.post(path+"/readings", "mode", "keep").want(t, 303)
	s.as(g.Reader.ID).post(path+"/readings", "mode", "keep").want(t, 403)
	s.as(g.Registrar.ID).get("/sources/new").want(t, 403)
}

func TestABroughtFileThatCannotBeReadSaysWhereItBreaksAndWhatToDo(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	source, _, _, _ := abroad(t, s, g)
	path := fmt.Sprintf("/sources/%d", source)
	officer := s.as(g.Officer.ID)
	landed := officer.upload(path+"/documents", "catalogue.json", []byte("{\"agency\":\n \"A\",,"), "mode", "keep").want(t, 303)
	officer.get(landed.Location).want(t, 200, "Broken off", "The file could not be read", "Line 2, column", "Mend the file there and bring it again", path+"#bring").without(t, "Check the address", "The file is read.", "Not described")
	officer.get(path).want(t, 200, "Broken off", "Line 2, column", "Mend the file", "Fresh", "Harbour").without(t, "It could not be read,", "Check the address")
}
