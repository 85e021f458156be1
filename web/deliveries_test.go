package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/jobs"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// large is a document that is too large to be read while its sender waits.
func large(t *testing.T) []byte {
	t.Helper()
	var packages []any
	for i := range 20_000 {
		packages = append(packages, map[string]any{"SPDXID": fmt.Sprintf("SPDXRef-%d", i), "name": fmt.Sprintf("package-%d", i), "versionInfo": "1", "licenseDeclared": "MIT", "downloadLocation": "NOASSERTION", "comment": strings.Repeat("x", 200)})
	}
	body, err := json.Marshal(map[string]any{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "large", "documentNamespace": "https://example.gov/large",
		"creationInfo": map[string]any{"created": "2026-01-02T03:04:05Z", "creators": []string{"Tool: test-1"}}, "packages": packages, "documentDescribes": []string{"SPDXRef-0"}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestALargeDocumentIsReadInTheBackgroundAndItsPageSaysHowFarItIs(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	s = s.as(g.Registrar.ID)
	release := "/releases/" + number(g.CaseDesk41.ID)
	a := s.upload(release+"/sboms", "large.json", large(t)).want(t, 303)
	if !strings.HasPrefix(a.Location, "/deliveries/") {
		t.Fatalf("a large document leads to %s", a.Location)
	}
	s.get(a.Location).want(t, 200, "The document has arrived and is kept.", "It waits for its turn", "<progress", `<noscript><meta http-equiv="refresh" content="5">`, "Stop it", "Case Desk 4.1", "Rosa Registrar")
	s.get(release).want(t, 200, "A document is being read", "large.json")
	s.get("/deliveries").want(t, 200, "large.json", "Waiting")
	s.as(g.Buyer.ID).get(a.Location).want(t, 404)
	runner, err := jobs.Start(context.Background(), jobs.Deps{Store: s.store, Register: s.reg, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := runner.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	ended := false
	for range 8 { // each stream ends by itself after a while
		stream := s.get(a.Location+"/progress").want(t, 200, "event: progress")
		if ended = strings.Contains(stream.Body, `"ended":true`); ended {
			break
		}
	}
	if !ended {
		t.Fatal("the document was not read")
	}
	s.get(a.Location).want(t, 200, "It was read and is kept.", "Open the document", "Done").without(t, "<progress", "Stop it")
	s.get(release).want(t, 200, "large.json", "20,000").without(t, "A document is being read")
}

func TestADeliveryThatCameToNothingSaysWhyAndCanBeTriedAgain(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	id := delivered(t, s, g)
	path := "/deliveries/" + number(id)
	if err := s.reg.ReadDelivery(context.Background(), id, register.Limits{}); err != nil {
		t.Fatal(err)
	}
	registrar.get(path).want(t, 200, "It was not taken.", "Refused", "Problem code", "Try again", "Mend the document")
	registrar.get("/deliveries").want(t, 200, "Came to nothing", "desk.json")
	registrar.get("/releases/"+number(g.CaseDesk42.ID)).want(t, 200, "The last document that was sent was not taken")
	registrar.post(path+"/retry").want(t, 303)
	registrar.get(path).want(t, 200, "The document will be read again.", "It waits for its turn")
	s.as(g.Buyer.ID).post(path+"/cancel").want(t, 404)
	registrar.post(path+"/cancel").want(t, 303)
	registrar.get(path).want(t, 200, "Somebody stopped it before it was read.", "Try again")
	registrar.post(path+"/cancel").want(t, 409, "has ended already")
	s.get("/deliveries").want(t, 401)
	s.get(path).want(t, 404)
}

func TestASupplierSendsADocumentByALinkWithoutAnAccount(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	registrar := s.as(g.Registrar.ID)
	links := "/releases/" + number(g.CaseDesk41.ID) + "/upload-links"
	s.get(links).want(t, 401)
	s.as(g.Buyer.ID).get(links).want(t, 403)
	registrar.post(links, "supplier", " ", "days", "300", "maxBytes", "1048576").want(t, 400, `href="#f-supplier"`, `href="#f-days"`)
	made := registrar.post(links, "supplier", "Example Software Ltd", "email", "maker@example.com", "note", "The build of May, please.", "days", "14", "maxBytes", "1048576").want(t, 200, "The link for Example Software Ltd is made", "It is shown this once")
	if got := made.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("a page with a secret may be kept: %q", got)
	}
	_, after, _ := strings.Cut(made.Body, "/upload/")
	secret, _, _ := strings.Cut(after, `"`)
	path := "/upload/" + secret
	registrar.get(links).want(t, 200, "Waiting", "maker@<wbr>example.<wbr>com", "Revoke").without(t, secret)
	asked := s.get(path).want(t, 200, "Please send the SBOM document of", "Case Desk", "Ministry of Health", "The build of May, please.", "Check it first", "Send the document").without(t, "next=%2fupload", "next=%2Fupload", "next=/upload")
	for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
		if got := asked.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	s.upload(path, "large.json", bytes.Repeat([]byte(" "), 3<<20)).want(t, 413, "There is a problem", "larger than 1 MB")
	s.read(path, []byte(`{"hello":"world"}`))
	s.get(path).want(t, 200, "The last document could not be taken", "The link still works")
	s.read(path, sample.Document())
	s.get(path).want(t, 200, "Thank you: the document has arrived", "How complete it is", "What to do first", "10 packages").without(t, `type="file"`)
	s.upload(path, "again.json", sample.Document()).want(t, 409, "A document was sent by this link already")
	registrar.get(links).want(t, 200, "Used").without(t, "Revoke")
	registrar.get("/releases/"+number(g.CaseDesk41.ID)).want(t, 200, "desk.json")
	s.get("/upload/ospo_up_nothing").want(t, 404, "This upload link is unknown, has expired or was withdrawn.")
}

// read sends a document by a link and has it read.
func (s *site) read(path string, body []byte) {
	s.t.Helper()
	s.upload(path, "desk.json", body).want(s.t, 303)
	list, err := s.store.Deliveries(context.Background(), sample.By, deliveriesWaiting)
	if err != nil || len(list.Items) != 1 {
		s.t.Fatalf("%d deliveries wait, %v", len(list.Items), err)
	}
	s.get(path).want(s.t, 200, "Your document is being read", "It waits for its turn")
	if err := s.reg.ReadDelivery(context.Background(), list.Items[0].ID, register.Limits{}); err != nil {
		s.t.Fatal(err)
	}
}

func TestARevokedLinkIsOneThatWasNeverThere(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	path := linked(t, s, g)
	registrar := s.as(g.Registrar.ID)
	list, err := s.reg.UploadLinks(context.Background(), sample.By, g.CaseDesk41.ID, models.Page{})
	if err != nil || len(list.Items) != 1 {
		t.Fatal(list, err)
	}
	revoke := "/upload-links/" + number(list.Items[0].ID) + "/revoke"
	s.post(revoke).want(t, 401)
	registrar.post(revoke).want(t, 303)
	registrar.get("/releases/"+number(g.CaseDesk41.ID)+"/upload-links").want(t, 200, "does not work any more", "Revoked")
	s.get(path).want(t, 404)
	s.get("/").want(t, 200).without(t, strings.TrimPrefix(path, "/upload/"))
}
