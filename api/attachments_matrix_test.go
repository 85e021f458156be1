package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

const healthOnly = "404 404 404 200 404 200 200 200" // visible to Health and to those who see all

// attachmentReads are the rows of what reads files, deadlines and news of decisions.
var attachmentReads = map[string][]try{
	"listAttachments": {{path: func(s *server) string { return fmt.Sprintf("/decisions/%d/attachments", s.ownCase().ID) }, want: healthOnly}},
	"getAttachment":   {{path: func(s *server) string { return fmt.Sprintf("/attachments/%d", s.attached(models.VisibleAgency).ID) }, want: healthOnly}, {name: "for the public", path: func(s *server) string { return fmt.Sprintf("/attachments/%d", s.published().ID) }, want: everybody}},
	"downloadAttachment": {{path: func(s *server) string {
		return fmt.Sprintf("/attachments/%d/content", s.attached(models.VisibleAgency).ID)
	}, want: healthOnly}},
	"downloadDecisionBundle": {{path: func(s *server) string { return fmt.Sprintf("/decisions/%d/bundle", s.ownCase().ID) }, want: healthOnly}},
	"getDecisionCalendar":    {{path: fixed("/decisions/calendar"), want: everybody}},
	"getDecisionFeed":        {{path: fixed("/decisions/feed"), want: everybody}},
	"listCalendarFeeds":      {{path: fixed("/calendar-feeds"), want: "401 200 200 200 200 200 200 200"}},
	"readCalendarFeed":       {{path: func(s *server) string { return "/calendars/" + s.calendarOf(s.state.Reader) }, want: everybody}},
}

// attachmentWrites are the rows of what files and of addresses for calendars.
var attachmentWrites = map[string][]try{
	"attachFile": {{path: func(s *server) string {
		return fmt.Sprintf("/decisions/%d/attachments?filename=note.txt", s.ownCase().ID)
	}, want: "401 404 404 201 404 403 201 403", body: func(*server) any { return "noted" }, header: fixed("Content-Type: text/plain")}},
	"makeCalendarFeed": {{name: "with a token", path: fixed("/calendar-feeds"), want: "401 401 401 401 401 401 401 401", body: body(map[string]any{"name": "Phone"})}},
	"revokeCalendarFeed": {{path: func(s *server) string {
		_, _, err := register.New(s.store).OpenCalendarFeed(context.Background(), s.calendarOf(s.state.Reader))
		s.must(err)
		feeds, err := s.store.CalendarFeeds(context.Background(), s.state.Reader.ID)
		s.must(err)
		return fmt.Sprintf("/calendar-feeds/%d/transitions", feeds[0].ID)
	}, want: "401 204 404 404 404 404 404 204", body: body(map[string]any{"to": "revoked"})}},
}

// ownCase opens a case of Health.
func (s *server) ownCase() *store.DecisionRow {
	s.t.Helper()
	d, err := s.store.Decision(context.Background(), sample.By, s.openCase(models.Acquisition))
	s.must(err)
	return d
}

func (s *server) attached(tier models.Visibility) *store.AttachmentRow {
	s.t.Helper()
	a, err := register.New(s.store).Attach(context.Background(), s.as(s.state.Registrar), s.ownCase().ID, models.Attachment{Title: "Costs", Filename: "cösts.html", Type: "x_tco", Media: "text/html", Tier: tier}, strings.NewReader("<html><script>alert(1)</script></html>"))
	s.must(err)
	return a
}

// published is a file for the public of a case that the public sees.
func (s *server) published() *store.AttachmentRow {
	s.t.Helper()
	a := s.attached(models.VisiblePublic)
	s.must(store.Write(context.Background(), s.store, func(tx *store.Tx) error {
		d, err := tx.Decision(context.Background(), sample.By, a.DecisionID)
		if err != nil {
			return err
		}
		d.Visibility = models.VisiblePublic
		return tx.SaveDecision(context.Background(), &d.Decision)
	}))
	return a
}

func (s *server) calendarOf(u *models.User) string {
	s.t.Helper()
	secret, err := register.New(s.store).MakeCalendarFeed(context.Background(), s.as(u), &models.CalendarFeed{Name: fresh("Phone")})
	if models.HasCode(err, "too-many-feeds") {
		feeds, err := s.store.CalendarFeeds(context.Background(), u.ID)
		s.must(err)
		for _, f := range feeds {
			s.must(register.New(s.store).RevokeCalendarFeed(context.Background(), s.as(u), f.ID))
		}
		return s.calendarOf(u)
	}
	s.must(err)
	return secret
}

func TestAFileIsHandedOutToBeKeptAndNeverToBeShown(t *testing.T) {
	s := newServer(t)
	a := s.published()
	got := s.expect(http.StatusOK, public, http.MethodGet, path("/attachments/%d/content", a.ID), nil)
	for header, want := range map[string]string{"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename*=utf-8''c%C3%B6sts.html", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Etag": `"` + hex.EncodeToString(a.SHA256) + `"`} {
		if got.header.Get(header) != want {
			t.Errorf("%s is %q, want %q", header, got.header.Get(header), want)
		}
	}
	if string(got.body) != "<html><script>alert(1)</script></html>" {
		t.Errorf("the file is %q", got.body)
	}
	s.expect(http.StatusNotModified, public, http.MethodGet, path("/attachments/%d/content", a.ID), nil, "If-None-Match: "+got.header.Get("Etag"))
	meta := s.expect(http.StatusOK, public, http.MethodGet, path("/attachments/%d", a.ID), nil)
	if m := meta.object(t); m["filedBy"] != "" || m["sha256"] != hex.EncodeToString(a.SHA256) || m["mediaType"] != "text/html" || m["withheld"] != "" {
		t.Errorf("the public reads %s", meta.body)
	}
	s.expect(http.StatusNotModified, public, http.MethodGet, path("/attachments/%d", a.ID), nil, "If-None-Match: "+meta.header.Get("Etag"))
	if m := s.get("registrar", path("/attachments/%d", a.ID)).object(t); m["filedBy"] != "Rosa Registrar" {
		t.Errorf("who sees the dossier does not read who filed it: %v", m)
	}
}

func TestAFileIsAttachedOnceForOneKeyAndRefusedWithEveryMistake(t *testing.T) {
	s := newServer(t)
	d := s.ownCase()
	to := path("/decisions/%d/attachments", d.ID)
	first := s.expect(http.StatusCreated, "registrar", http.MethodPost, to+"?title=Costs&tier=government&part=scan&language=en", "a;b\n", "Content-Type: text/csv", `Content-Disposition: attachment; filename="costs.csv"`, "Idempotency-Key: once")
	again := s.expect(http.StatusCreated, "registrar", http.MethodPost, to+"?title=Costs&tier=government&part=scan&language=en", "a;b\n", "Content-Type: text/csv", `Content-Disposition: attachment; filename="costs.csv"`, "Idempotency-Key: once")
	m := first.object(t)
	if m["id"] != again.object(t)["id"] || m["filename"] != "costs.csv" || m["tier"] != "government" || m["type"] != "x_attachment" || m["mediaType"] != "text/csv" || first.header.Get("Location") != fmt.Sprintf("/v1/attachments/%.0f", m["id"]) {
		t.Errorf("the file is %s, then %s", first.body, again.body)
	}
	if l := s.get("registrar", to).items(t); len(l) != 1 {
		t.Errorf("%d files are on file", len(l))
	}
	s.expect(http.StatusConflict, "registrar", http.MethodPost, to+"?title=Costs&tier=government&part=scan&language=en", "other", "Content-Type: text/csv", `Content-Disposition: attachment; filename="costs.csv"`, "Idempotency-Key: once")
	bad := s.expect(http.StatusBadRequest, "registrar", http.MethodPost, to+"?type=a%20b&part=..&language=x", "x", "Content-Type: text/plain")
	for _, want := range []string{"title required", "filename required", "type malformed", "part malformed", "language malformed"} {
		if !strings.Contains(strings.Join(bad.mistakes(t), ","), want) {
			t.Errorf("%q is not among %v", want, bad.mistakes(t))
		}
	}
	s.expect(http.StatusUnsupportedMediaType, "registrar", http.MethodPost, to, "--x", "Content-Type: multipart/form-data; boundary=x")
}

func TestABundleIsAnArchive(t *testing.T) {
	s := newServer(t)
	a := s.published()
	got := s.get(public, path("/decisions/%d/bundle", a.DecisionID))
	z, err := zip.NewReader(bytes.NewReader(got.body), int64(len(got.body)))
	if err != nil || len(z.File) != 3 || got.header.Get("Content-Type") != "application/zip" || !strings.Contains(got.header.Get("Content-Disposition"), ".zip") {
		t.Fatalf("%v of %v, %v", z, got.header, err)
	}
	f, err := z.File[2].Open()
	s.must(err)
	if text, err := io.ReadAll(f); string(text) != "<html><script>alert(1)</script></html>" || err != nil {
		t.Errorf("the file is %q, %v", text, err)
	}
}

func TestACalendarShowsItsReaderTheirDeadlinesAndNobodyElseThem(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	d := s.ownCase()
	on := models.DateOf(time.Now().AddDate(0, 0, 10))
	s.must(store.Write(ctx, s.store, func(tx *store.Tx) error {
		return tx.SetDeadlines(ctx, d.ID, d.Version, time.Now(), []store.Deadline{{Kind: "opinion", OnDay: on, Title: "The opinion is due", Text: "Ten working days."}})
	}))
	count := func(a answer) int {
		cal, err := ics.ParseCalendar(bytes.NewReader(a.body))
		if err != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") {
			t.Fatalf("%v: %s", err, a.body)
		}
		for _, e := range cal.Events() {
			if start, err := e.GetAllDayStartAt(); err != nil || models.DateOf(start) != on {
				t.Errorf("a deadline is on %v, %v", start, err)
			}
		}
		return len(cal.Events())
	}
	for who, want := range map[string]int{public: 0, "buyer": 0, "registrar": 1, "auditor": 1} {
		if n := count(s.get(who, "/v1/decisions/calendar")); n != want {
			t.Errorf("%q is shown %d deadlines, want %d", who, n, want)
		}
	}
	mine, others := s.calendarOf(s.state.Registrar), s.calendarOf(s.state.Buyer)
	if a, b := count(s.get(public, "/v1/calendars/"+mine)), count(s.get(public, "/v1/calendars/"+others)); a != 1 || b != 0 {
		t.Errorf("the addresses of a registrar and a buyer show %d and %d deadlines", a, b)
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/calendars/"+mine+"x", nil)
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/calendars/nothing", nil)
	feed := s.get("registrar", "/v1/calendar-feeds").items(t)[0]
	s.expect(http.StatusNoContent, "registrar", http.MethodPost, path("/calendar-feeds/%.0f/transitions", feed["id"]), `{"to":"revoked"}`)
	s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/calendars/"+mine, nil)
}

func TestTheFeedHasWhatWasPublishedAndGoesOnPageByPage(t *testing.T) {
	s := newServer(t)
	ctx := context.Background()
	for i := range 3 {
		a := s.published()
		s.must(store.Write(ctx, s.store, func(tx *store.Tx) error {
			for edition := range 2 {
				text := fmt.Sprintf(`{"format":"ospo-decision/1","title":"Case %d","summary":"Chosen for its fit.","edition":%d}`, i, edition+1)
				if err := tx.AddDecisionPublication(ctx, &models.DecisionPublication{DecisionID: a.DecisionID, Document: []byte(text), Digest: bytes.Repeat([]byte{byte(i + 1)}, 32), Note: "better", At: time.Date(2026, 11, 1+i, edition, 0, 0, 0, time.UTC)}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	first := s.get(public, "/v1/decisions/feed?limit=2")
	for _, want := range []string{"<title>", ": Case 2</title>", ": Case 1</title>", "urn:uuid:03030303-0303-8303-8303-030303030303", "<updated>2026-11-03T01:00:00Z</updated>", "<published>2026-11-03T00:00:00Z</published>", `rel="self"`, `rel="next"`, "Chosen for its fit. New in edition 2: better"} {
		if !strings.Contains(string(first.body), want) {
			t.Errorf("there is no %s in\n%s", want, first.body)
		}
	}
	next := strings.TrimSuffix(strings.TrimPrefix(strings.Split(first.header.Get("Link"), ">")[0], "<"), ">")
	second := s.get(public, next)
	if !strings.Contains(string(second.body), ": Case 0</title>") || strings.Contains(string(second.body), `rel="next"`) || second.header.Get("Link") != "" {
		t.Errorf("the second page, at %s, is\n%s", next, second.body)
	}
}
