package web_test

import (
	"archive/zip"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// filing is a case of the example to which files are attached, seen by who buys for the agency.
func filing(t *testing.T) (*example, *site) {
	t.Helper()
	e := newExample(t, testkit.Store(t))
	e.open()
	return e, e.at(e.steps[0].At).as(e.people["procurement-officer"].ID)
}

// addAttachmentAddresses adds the pages about the files of a case to the addresses of all pages.
func addAttachmentAddresses(t *testing.T, s *site, id int64, all map[string]string) {
	t.Helper()
	files, err := s.store.Attachments(context.Background(), sample.By, id, models.Page{Limit: 1})
	if err != nil || len(files.Items) == 0 {
		t.Fatalf("the case has no file: %v", err)
	}
	all["/decisions/:id/attachments"], all["/attachments/:id"] = fmt.Sprintf("/decisions/%d/attachments", id), fmt.Sprintf("/attachments/%d", files.Items[0].ID)
	all["/decisions/:id/bundle"], all["/attachments/:id/content"] = "", "" // files, not pages
}

var fileNumber = regexp.MustCompile(`/attachments/([0-9]+)"`)

func TestAFileIsAttachedThroughThePageAndComesBackToBeKept(t *testing.T) {
	e, s := filing(t)
	files := fmt.Sprintf("/decisions/%d/attachments", e.id)
	s.get(files).want(t, 200, "Add a file", "Cost calculation", "capacity-letter.txt")
	a := s.upload(files, "page.html", []byte("<html><script>alert(1)</script></html>"), "title", "Market <notes>", "type", "marketStudies", "tier", "government", "part", "scan")
	if a.want(t, 303); a.Location != files {
		t.Errorf("it leads to %s", a.Location)
	}
	list := s.get(files).want(t, 200, "is on file.", "Market &lt;notes&gt;", "Market study or search", "Not looked at for malware", "Government only", "by Pia Procurement", "Download them all")
	all := fileNumber.FindAllStringSubmatch(list.Body, -1)
	number := all[len(all)-1][1] // the files of the example come first
	s.get("/attachments/"+number).want(t, 200, "Download", "text/html", "page.html", "scan")
	got := s.get("/attachments/"+number+"/content").want(t, 200)
	for header, want := range map[string]string{"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=page.html", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"} {
		if got.Header.Get(header) != want {
			t.Errorf("%s is %q, want %q", header, got.Header.Get(header), want)
		}
	}
	if got.Body != "<html><script>alert(1)</script></html>" {
		t.Errorf("the file is %q", got.Body)
	}
	bundle := s.get(fmt.Sprintf("/decisions/%d/bundle", e.id)).want(t, 200)
	if z, err := zip.NewReader(strings.NewReader(bundle.Body), int64(len(bundle.Body))); err != nil || len(z.File) != len(all)+2 {
		t.Errorf("the archive is %v, %v", z, err)
	}
	better := s.upload(files, "page.txt", []byte("better"), "tier", "public", "supersedesId", number).want(t, 303)
	s.get(better.Location).want(t, 200, "better version")
	outsider := e.at(e.steps[0].At).as(sample.User(t, e.store, "Olga Other", models.Reader, sample.Agency(t, e.store, func(*models.Agency) {}).ID).ID)
	for _, path := range []string{files, "/attachments/" + number, "/attachments/" + number + "/content", fmt.Sprintf("/decisions/%d/bundle", e.id)} {
		outsider.get(path).want(t, http.StatusNotFound)
	}
}

func TestAFileThatCannotBeTakenIsAnsweredOnItsForm(t *testing.T) {
	e, s := filing(t)
	files := fmt.Sprintf("/decisions/%d/attachments", e.id)
	s.upload(files, "need.pdf", []byte("<html>"), "tier", "agency", "title", "Need").want(t, 400, "but its bytes are text/html", `value="Need"`)
	s.upload(files, "need.txt", nil, "tier", "agency").want(t, 400, "The file is empty")
	s.upload(files, "need.txt", []byte("x"), "tier", "agency", "part", "feelings").want(t, 400, "A dossier has no part")
	s.post(files, "title", "x").want(t, 400, "Choose the file")
	reader := e.at(e.steps[0].At).as(sample.User(t, e.store, "Rena Reader", models.Reader, e.agency.ID).ID)
	reader.upload(files, "need.txt", []byte("x"), "tier", "agency").want(t, http.StatusForbidden)
	if a := reader.get(files).want(t, 200); strings.Contains(a.Body, "Add a file") {
		t.Error("a reader is offered to add a file")
	}
}

func TestDeadlinesAreShownToWhoMaySeeThemAndReadByCalendars(t *testing.T) {
	e, s := filing(t)
	soon := models.DateOf(time.Now()).AddDays(5)
	err := store.Write(context.Background(), e.store, func(tx *store.Tx) error {
		return tx.SetDeadlines(context.Background(), e.id, 2, time.Now(), []store.Deadline{{Kind: "opinion", OnDay: soon, Title: "The opinion is due", Text: "Ten working days.", Law: "section 5"}})
	})
	if err != nil {
		t.Fatal(err)
	}
	s.get("/deadlines").want(t, 200, "The opinion is due", "Ten working days.", "section 5", "In 5 days")
	s.get("/").want(t, 200, "Due in your cases", "The opinion is due", "/deadlines")
	s.post("/deadlines", "name", "").want(t, 400, "What will read it?")
	made := s.post("/deadlines", "name", "Phone", "agencyId", fmt.Sprint(e.agency.ID)).want(t, 200, "/v1/calendars/ospo_cal_", "Phone", "Ministry of Works")
	revoke := regexp.MustCompile(`/calendar-feeds/[0-9]+/revoke`).FindString(made.Body)
	s.post(revoke).want(t, 303)
	if a := s.get("/deadlines").want(t, 200, "is revoked"); strings.Contains(a.Body, revoke) {
		t.Error("the address that was revoked is listed")
	}
	public := e.at(e.steps[0].At).get("/deadlines").want(t, 200, "Nothing is due that you may see", "/v1/decisions/calendar")
	if strings.Contains(public.Body, "The opinion is due") {
		t.Error("the public is shown a day of a case that is not published")
	}
	if !strings.Contains(public.Body, `<link rel="alternate" type="application/atom+xml" title="Published decisions" href="/v1/decisions/feed">`) {
		t.Error("a feed reader does not find the feed")
	}
}
