package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestADocumentComesBackByteForByte(t *testing.T) {
	s := newServer(t)
	doc := bytes.Replace(sample.Document(), []byte("case-desk-4.2.1"), []byte("sent-over-http é"), 1)
	p := path("/releases/%d/sboms", s.state.CaseDesk41.ID)
	sent := s.expect(http.StatusCreated, "registrar", http.MethodPost, p, doc, `Content-Disposition: attachment; filename="from-ci.json"`, "Content-Type: text/html")
	body := sent.object(t)
	digest := sha256.Sum256(doc)
	if body["sha256"] != fmt.Sprintf("%x", digest) || body["bytes"] != float64(len(doc)) || body["filename"] != "from-ci.json" || body["format"] != "spdx-json" || body["state"] != "current" || body["receivedBy"] != "Rosa Registrar" {
		t.Errorf("got %s", sent.body)
	}
	where := sent.header.Get("Location")
	if where != path("/sboms/%.0f", body["id"]) {
		t.Errorf("Location is %q", where)
	}
	back := s.ask(public, http.MethodGet, where+"/original", nil, "Accept-Encoding: identity")
	if !bytes.Equal(back.body, doc) {
		t.Error("other bytes came back")
	}
	want := map[string]string{"ETag": fmt.Sprintf(`"%x"`, digest), "Repr-Digest": "sha-256=:" + base64.StdEncoding.EncodeToString(digest[:]) + ":",
		"Content-Type": "application/spdx+json", "Content-Disposition": "attachment; filename=from-ci.json"}
	for name, value := range want {
		if got := back.header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if s.get(public, where).object(t)["receivedBy"] != nil {
		t.Error("the public learns who sent it")
	}
	again := s.expect(http.StatusOK, "registrar", http.MethodPost, p+"?filename=other.json", doc)
	if diff := cmp.Diff(string(sent.body), string(again.body)); diff != "" || again.header.Get("Location") != where {
		t.Errorf("the same bytes again: %s", diff)
	}
}

func TestADocumentThatCannotBeTakenIsRefusedWithAdvice(t *testing.T) {
	s := newServer(t)
	p := path("/releases/%d/sboms", s.state.CaseDesk41.ID)
	before := len(s.events())
	for _, tc := range []struct {
		name    string
		body    any
		headers []string
		status  int
		code    string
	}{
		{"nothing", nil, nil, 400, "empty"},
		{"something else", `{"name":"package.json","version":"1"}`, nil, 400, "not-an-sbom"},
		{"a page", "<html><body>Sign in</body></html>", nil, 400, "not-an-sbom"},
		{"over the limit", strings.Repeat(" ", 1<<20) + string(sample.Document()), nil, 413, "sbom-too-large"},
		{"a form", "--x\r\n\r\n--x--", []string{"Content-Type: multipart/form-data; boundary=x"}, 415, "form-sent"},
		{"compressed", sample.Document(), []string{"Content-Encoding: br"}, 415, "encoding-unknown"},
	} {
		a := s.ask("registrar", http.MethodPost, p, tc.body, tc.headers...)
		if a.status != tc.status || a.object(t)["code"] != tc.code || len(a.object(t)["detail"].(string)) < 20 {
			t.Errorf("%s: %d %s", tc.name, a.status, a.body)
		}
	}
	if after := len(s.events()); after != before || len(s.get("registrar", p).items(t)) != 0 {
		t.Errorf("%d events were written", after-before)
	}
}

func TestAWithdrawnDocumentStaysReadableAndItsHistorySaysWhy(t *testing.T) {
	s := newServer(t)
	p := path("/sboms/%d", s.state.Current.ID)
	a := s.expect(http.StatusOK, "registrar", http.MethodPost, p+"/transitions", `{"to":"withdrawn","reason":"It is of another product."}`)
	if a.object(t)["state"] != "withdrawn" {
		t.Errorf("got %s", a.body)
	}
	s.expect(http.StatusConflict, "registrar", http.MethodPost, p+"/transitions", `{"to":"withdrawn","reason":"Again."}`)
	s.get(public, p+"/original")
	var actions []any
	for _, e := range s.get("registrar", p+"/transitions").items(t) {
		actions = append(actions, e["action"])
	}
	if diff := cmp.Diff([]any{"sbom.received", "sbom.withdrawn"}, actions); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(s.get("registrar", p+"/transitions").body), "It is of another product.") {
		t.Error("the history does not say why")
	}
}

func TestAReportCountsTheUnknownApartAndLeadsToTheComponents(t *testing.T) {
	s := newServer(t)
	r := s.get(public, path("/license-reports?sbom=%d", s.state.Current.ID)).object(t)
	if r["documents"] != 1.0 || r["packages"] != 10.0 || r["known"].(float64)+r["unknown"].(float64) != 10 || r["unknown"] == 0.0 {
		t.Errorf("got %v", r)
	}
	classes, sum := map[string]float64{}, 0.0
	for _, c := range r["classes"].([]any) {
		classes[text(c, "class")] = at(c, "packages").(float64)
		sum += at(c, "packages").(float64)
	}
	if sum != 10 || len(classes) != 5 || classes["unknown"] != r["unknown"] {
		t.Errorf("classes are %v", classes)
	}
	for _, e := range r["expressions"].([]any) {
		n := s.get(public, path("/license-reports/components?sbom=%d&expression=%.0f", s.state.Current.ID, at(e, "expressionId"))).object(t)
		if at(n, "total", "count") == 0.0 {
			t.Errorf("nothing stands behind %v", e)
		}
	}
	for _, bad := range []string{"?sbom=1&asset=1", "/components?sbom=1"} {
		s.expect(http.StatusBadRequest, public, http.MethodGet, path("/license-reports%s", bad), nil)
	}
}

func TestWhoRunsOpensslBelowAVersionIsAnsweredWithWhomToCall(t *testing.T) {
	s := newServer(t)
	x := s.get("reader", "/v1/components?name=openssl&version=%3C3.0.8").object(t)
	if diff := cmp.Diff(map[string]any{"assets": 1.0, "releases": 1.0, "deployments": 1.0, "agencies": 1.0}, x["counts"]); diff != "" {
		t.Error(diff)
	}
	use := at(x, "uses", "items").([]any)[0]
	run := at(use, "deployments").([]any)[0]
	for field, want := range map[string]any{"agency": "National Insurance Board", "service": "Old-age pensions", "technicalEmail": "apps@nib.example.gov", "versionText": "4.2.1", "criticality": 4.0, "state": "confirmed", "redacted": false} {
		if got := at(run, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	way := at(use, "ways").([]any)[0]
	if at(way, "direct") != false || len(at(way, "path").([]any)) < 3 {
		t.Errorf("the way is %v", way)
	}
	if n := at(s.get("reader", "/v1/components?name=openssl&version=%3E%3D3.0.8").object(t), "counts", "assets"); n != 0.0 {
		t.Errorf("above the version are %v", n)
	}
	public := s.get(public, "/v1/components?name=openssl").object(t)
	if at(public, "counts", "deployments") != 0.0 || len(at(public, "uses", "items").([]any)[0].(map[string]any)["deployments"].([]any)) != 0 {
		t.Error("the public learns who runs which version")
	}
	for _, bad := range []string{"", "?version=1", "?purl=openssl", "?name=openssl&version=%3C%3C3"} {
		s.expect(http.StatusBadRequest, "reader", http.MethodGet, "/v1/components"+bad, nil)
	}
}

func TestOfAComponentThatOnlyHiddenDocumentsHoldNothingIsSaid(t *testing.T) {
	s := newServer(t)
	release := sample.Release(t, s.store, s.state.Secret.ID, "1.0")
	sample.SBOM(t, s.store, release.ID, bytes.ReplaceAll(sample.Document(), []byte("openssl"), []byte("hiddenlib")))
	s.get("buyer", path("/releases/%d", release.ID))
	seen := s.get("buyer", "/v1/components?name=hiddenlib").object(t)
	id := at(at(seen, "components", "items").([]any)[0], "id")
	nothing := s.get(public, "/v1/components?name=nosuchlib")
	for _, who := range []string{public, "reader"} {
		if got := s.get(who, "/v1/components?name=hiddenlib"); string(got.body) != string(nothing.body) {
			t.Errorf("%q learns %s", who, got.body)
		}
		s.expect(http.StatusNotFound, who, http.MethodGet, path("/components/%.0f", id), nil)
		if got := s.get(who, "/v1/search?q=hiddenlib").object(t); at(got, "total", "count") != 0.0 || len(got["facets"].([]any)) != 0 {
			t.Errorf("%q finds %v", who, got)
		}
		s.expect(http.StatusNotFound, who, http.MethodGet, path("/license-reports?release=%d", release.ID), nil)
	}
}

func TestTheNamesOfPeopleAndTheirWordsStayWhereTheDetailsAre(t *testing.T) {
	s := newServer(t)
	p := path("/deployments/%d", s.state.Confirmed.ID)
	open, full := s.get(public, p), s.get("reader", p)
	for _, private := range []string{"Ines Registrar", "Checked on the server", "pensions@nib.example.gov", "4.2.1", "government-cloud", "Head of pensions", "TT"} {
		if strings.Contains(string(open.body), private) {
			t.Errorf("the public reads %q", private)
		}
		if !strings.Contains(string(full.body), private) {
			t.Errorf("government does not read %q", private)
		}
	}
	if open.object(t)["redacted"] != true || full.object(t)["redacted"] != false {
		t.Error("redaction is not said")
	}
	for _, keys := range []string{"hosting=government-cloud", "criticality=4", fmt.Sprintf("release=%d", s.state.CaseDesk42.ID)} {
		if n := len(s.get(public, "/v1/deployments?"+keys).items(t)); n != 0 {
			t.Errorf("a filter on %s tells the public of %d", keys, n)
		}
	}
}
