package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit/sample"
)

// upload sends a file with a form; the pairs are its other answers, which come first.
func (s *site) upload(path, filename string, body []byte, pairs ...string) answer {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", filename)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r := request(http.MethodPost, path)
	r.Body, r.ContentLength = bodyOf(b.Bytes()), int64(b.Len())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return s.do(r)
}

func TestAReleaseIsAddedAndChanged(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	asset := "/assets/" + number(g.CaseDesk.ID)
	s.get(asset+"/releases/new").want(t, 200, "Add a release of Case Desk")
	a := s.post(asset+"/releases", "number", "5.0", "releasedOn", "2026-11-02", "releasedSource", "https://git.example.gov/releases/5.0", "notes", "A new start.").want(t, 303)
	s.get(a.Location).want(t, 200, "Send its SBOM document next", "2 Nov 2026", "A new start.", "This release has no SBOM document", `href="https://git.example.gov/releases/5.0"`)
	edit := s.get(a.Location+"/edit").want(t, 200, `value="2026-11-02"`)
	s.post(a.Location, "number", "5.0", "releasedOn", "2026-11-02", "releasedSource", "mail", "securityEndOn", "2026-11-03", "securityEndSource", "mail", "version", hidden(t, edit.Body, "version")).want(t, 303)
	s.get(a.Location).want(t, 200, "Past security support", "A release of")
	s.get(a.Location+"/history").want(t, 200, "End of security support", "3 Nov 2026", "Rosa Registrar")
	s.get(asset+"/releases").want(t, 200, "Ended")
}

func TestEveryMistakeInAReleaseIsNamedAtOnce(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	path := "/assets/" + number(g.CaseDesk.ID) + "/releases"
	s.post(path, "number", "", "releasedOn", "yesterday", "releasedSource", "mail", "lifeEndOn", "2026-01-01").
		want(t, 400, `href="#f-number"`, `href="#f-releasedOn"`, "Write the date as year-month-day", `href="#f-lifeEndSource"`, "Say where this date comes from.", `value="yesterday"`)
	s.post(path, "number", "4.2.1").want(t, 409, "This release is in the register already.", `href="#f-number"`)
}

func TestADocumentIsSentAndItsReadingIsShown(t *testing.T) {
	public, g := government(t)
	s := public.as(g.Registrar.ID)
	path := "/releases/" + number(g.CaseDesk41.ID)
	s.get(path).want(t, 200, "This release has no SBOM document", "Send the document")
	if strings.Contains(public.get(path).Body, `type="file"`) {
		t.Error("the public is asked for a document")
	}
	a := s.upload(path+"/sboms", "desk.json", sample.Document()).want(t, 303)
	s.get(a.Location).want(t, 200, "The document is read and kept.", "10 packages", "Accepted", "SPDX JSON", "example-builder-1.0", "nothing was lost")
	s.get(path).want(t, 200, "desk.json", "Licences in release 4.1", `role="img"`, "10 distinct components")
	again := s.upload(path+"/sboms", "desk.json", sample.Document()).want(t, 303)
	s.get(again.Location).want(t, 200, "This document was there already")
	salvaged := bytes.Replace(sample.Document(), []byte(`"relatedSpdxElement": "SPDXRef-tiny-xml"`), []byte(`"relatedSpdxElement": "SPDXRef-nowhere"`), 1)
	a = s.upload(path+"/sboms", "desk2.json", salvaged).want(t, 303)
	s.get(a.Location).want(t, 200, "What the reader has to say", "nowhere")
	s.get(path).want(t, 200, "Superseded", "2 documents")
}

func TestWhatIsNoDocumentIsRefusedOnThePage(t *testing.T) {
	s, g := government(t)
	s = s.as(g.Registrar.ID)
	path := "/releases/" + number(g.CaseDesk41.ID) + "/sboms"
	s.upload(path, "photo.json", []byte("this is no SBOM")).want(t, 400, "There is a problem", `href="#f-file"`)
	s.upload(path, "empty.json", nil).want(t, 400, "The document is empty")
	s.upload(path, "large.json", bytes.Repeat([]byte(" "), 10<<20)).want(t, 413, "larger than 8 MB")
	s.post(path).want(t, 400, "Choose the SBOM file")
	s.upload("/releases/999999/sboms", "x.json", sample.Document()).want(t, 404)
	reader := s.as(g.Reader.ID)
	reader.upload(path, "x.json", sample.Document()).want(t, 403, "Ask a registrar")
	s.get("/releases/"+number(g.CaseDesk41.ID)+"/sboms/"+number(g.Current.ID)).want(t, 404)
}
