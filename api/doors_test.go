package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

func TestASupplierSendsADocumentByALinkAndSeesWhatBecameOfIt(t *testing.T) {
	s := newServer(t)
	release := newRelease(s)
	made := s.expect(http.StatusCreated, "registrar", http.MethodPost, path("/releases/%d/upload-links", release.ID),
		map[string]any{"supplier": "ACME", "email": "sbom@acme.example", "note": "The build of March, please.", "maxBytes": 100_000, "expiresAt": soon()}).object(t)
	secret := made["secret"].(string)
	where := "/v1/uploads/" + secret
	if made["state"] != "open" || made["url"] != s.base+where || made["pageUrl"] != s.base+"/upload/"+secret {
		t.Errorf("made: %v", made)
	}
	asked := s.get(public, where)
	if got := asked.object(t); got["note"] != "The build of March, please." || got["askedBy"] != "Ministry of Health" || got["open"] != true || got["sent"] != nil {
		t.Errorf("asked: %s", asked.body)
	}
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"} {
		if got := asked.header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	s.expect(http.StatusRequestEntityTooLarge, public, http.MethodPost, where, strings.Repeat(" ", 100_001))
	sent := s.expect(http.StatusAccepted, public, http.MethodPost, where+"?filename=march.json", sample.Document()).object(t)
	if at(sent, "sent", "state") != "waiting" || at(sent, "sent", "filename") != "march.json" || sent["open"] != false {
		t.Errorf("sent: %v", sent)
	}
	s.expect(http.StatusConflict, public, http.MethodPost, where, sample.Document())
	d, err := s.store.DeliveryByLink(context.Background(), s.linkOf(secret).ID)
	s.must(err)
	s.read(d.ID)
	done := s.get(public, where).object(t)
	if at(done, "sent", "state") != "done" || at(done, "result", "packages") != 10.0 || len(at(done, "result", "quality").([]any)) != 3 {
		t.Errorf("done: %v", done)
	}
	if l := s.get("registrar", path("/releases/%d/upload-links", release.ID)).items(t); len(l) != 1 || l[0]["state"] != "used" || strings.Contains(fmt.Sprint(l), secret) {
		t.Errorf("listed: %v", l)
	}
	for _, gone := range []string{"ospo_up_nosuchlink", "nothing", strings.Repeat("x", 200)} {
		s.expect(http.StatusNotFound, public, http.MethodGet, "/v1/uploads/"+gone, nil)
		s.expect(http.StatusNotFound, public, http.MethodPost, "/v1/uploads/"+gone, sample.Document())
	}
	if trail := string(s.get("officer", "/v1/events?limit=200").body) + s.log.String(); strings.Contains(trail, secret) || strings.Contains(trail, strings.TrimPrefix(secret, "ospo_up_")) {
		t.Error("the secret is in the trail or in the log")
	}
}

func TestAnUploadLinkIsCheckedWhenItIsMade(t *testing.T) {
	s := newServer(t)
	p := path("/releases/%d/upload-links", s.state.CaseDesk42.ID)
	for _, tc := range []struct {
		body map[string]any
		want []string
	}{
		{map[string]any{}, []string{"expiresAt required", "supplier required"}},
		{map[string]any{"supplier": "ACME", "expiresAt": time.Now().AddDate(0, 0, 91).Format(time.RFC3339)}, []string{"expiresAt out-of-range"}},
		{map[string]any{"supplier": " ", "expiresAt": soon()}, []string{"supplier required"}},
		{map[string]any{"supplier": "ACME", "email": "nobody", "expiresAt": soon(), "maxBytes": 1 << 30}, []string{"maxBytes out-of-range"}},
	} {
		if diff := cmp.Diff(tc.want, s.expect(http.StatusBadRequest, "registrar", http.MethodPost, p, tc.body).mistakes(t)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.body, diff)
		}
	}
}

func TestAnybodyChecksADocumentAndNothingIsKept(t *testing.T) {
	s := newServer(t)
	before := len(s.events())
	good := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", sample.Document()).object(t)
	reports := good["quality"].([]any)
	if good["verdict"] == "refused" || good["packages"] != 10.0 || good["format"] != "spdx-json" || len(reports) != 3 || text(reports[0], "sentence") == "" || len(at(reports[0], "improvements").([]any)) == 0 {
		t.Errorf("a good one: %v", good)
	}
	packed := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", pressed(t, "gzip", sample.Document()), "Content-Encoding: gzip").object(t)
	if diff := cmp.Diff(good, packed); diff != "" {
		t.Errorf("compressed for the way: %s", diff)
	}
	for name, body := range map[string]any{"nothing": nil, "something else": `{"hello":"world"}`, "a page": "<html></html>"} {
		bad := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", body).object(t)
		if bad["verdict"] != "refused" || len(bad["findings"].([]any)) != 1 || len(bad["quality"].([]any)) != 0 {
			t.Errorf("%s: %v", name, bad)
		}
	}
	large := s.expect(http.StatusRequestEntityTooLarge, public, http.MethodPost, "/v1/sbom-checks", bytes.Repeat([]byte(" "), 20<<20+1))
	if !strings.Contains(string(large.body), "sbom-too-large") {
		t.Errorf("too large: %s", large.body)
	}
	if after := len(s.events()); after != before {
		t.Errorf("%d events were written", after-before)
	}
}

func TestACheckThatComesTooSlowlyHoldsNoPlaceForLong(t *testing.T) {
	s := newServerWith(t, func(d *api.Deps) { d.Patience = 50 * time.Millisecond })
	body, sender := io.Pipe()
	defer sender.Close()
	go func() { _, _ = sender.Write([]byte("{")) }()
	res, err := http.Post(s.base+"/v1/sbom-checks", "application/json", body)
	s.must(err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestTimeout {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestQualityIsReportedPerDocumentAndOverTime(t *testing.T) {
	s := newServer(t)
	lists := s.get(public, "/v1/quality-lists").items(t)
	if len(lists) != 3 || lists[0]["id"] != "cisa-2026" || len(lists[0]["rules"].([]any)) < 17 {
		t.Fatalf("the lists are %v", lists)
	}
	one := s.get(public, path("/sboms/%d/quality?list=ntia-2021", s.state.Current.ID)).object(t)["reports"].([]any)
	if len(one) != 1 || text(one[0], "listId") != "ntia-2021" || text(one[0], "sentence") == "" {
		t.Errorf("of one document: %v", one)
	}
	month := time.Now().UTC().Format("2006-01") + "-01"
	for _, tc := range []struct {
		who, query        string
		months, documents int
	}{
		{public, "", 1, 0}, {"officer", "", 1, 0}, {public, "?until=2020-01-01", 0, 0}, {public, fmt.Sprintf("?agency=%d", s.state.Finance.ID), 0, 0}, {public, "?supplier=Nobody", 0, 0},
	} {
		r := s.get(tc.who, "/v1/reports/sbom-quality"+tc.query).object(t)
		months := r["months"].([]any)
		if len(months) != tc.months {
			t.Errorf("%s as %q: %v", tc.query, tc.who, months)
		}
		if tc.months == 0 {
			if said := text(r, "whole", "sentence"); !strings.Contains(said, "there are no documents") {
				t.Errorf("%s as %q: %s", tc.query, tc.who, said)
			}
			continue
		}
		agencies, sum := r["agencies"].([]any), 0.0
		for _, g := range agencies {
			sum += at(g, "packages").(float64)
		}
		if text(months[0], "startsOn") != month || at(months[0], "packages") != sum || at(months[0], "value").(float64) == 0 || text(r, "whole", "sentence") == "" {
			t.Errorf("%s as %q: %v", tc.query, tc.who, r)
		}
	}
	s.get(public, "/v1/reports/sbom-quality?from=2020-01-02&until=2020-01-02")
	turned := s.expect(http.StatusBadRequest, public, http.MethodGet, "/v1/reports/sbom-quality?from=2020-01-02&until=2020-01-01", nil).object(t)
	if fields, _ := turned["errors"].([]any); len(fields) != 1 {
		t.Errorf("a span that ends before it begins: %v", turned)
	}
	hidden := sample.Release(t, s.store, s.state.Secret.ID, "1.0")
	sample.SBOM(t, s.store, hidden.ID, nil)
	packages := func(who string) any {
		return at(s.get(who, "/v1/reports/sbom-quality").object(t)["months"].([]any)[0], "packages")
	}
	if packages(public) == packages("buyer") {
		t.Error("the public counts what it does not see")
	}
}

func TestADocumentIsServedInOtherFormsAndCompared(t *testing.T) {
	s := newServer(t)
	id := s.state.Current.ID
	for format, kind := range map[string]string{"spdx": "application/spdx+json", "spdx-2.3": "application/spdx+json", "cyclonedx": "application/vnd.cyclonedx+json", "cyclonedx-1.6": "application/vnd.cyclonedx+json"} {
		p := path("/sboms/%d/exports/%s", id, format)
		a := s.get(public, p)
		if !strings.HasPrefix(a.header.Get("Content-Type"), kind) || !strings.Contains(a.header.Get("Content-Disposition"), "attachment") || !strings.Contains(string(a.body), "openssl") {
			t.Errorf("%s: %v", format, a.header)
		}
		s.expect(http.StatusNotModified, public, http.MethodGet, p, nil, "If-None-Match: "+a.header.Get("ETag"))
		checked := s.expect(http.StatusOK, public, http.MethodPost, "/v1/sbom-checks", a.body).object(t)
		if checked["verdict"] == "refused" || checked["packages"] != 10.0 {
			t.Errorf("%s comes back as %v", format, checked)
		}
	}
	s.expect(http.StatusBadRequest, public, http.MethodGet, path("/sboms/%d/exports/yaml", id), nil)
	for _, p := range []string{path("/assets/%d/sbom?format=cyclonedx", s.state.CaseDesk.ID), path("/agencies/%d/sbom", s.state.Health.ID)} {
		a := s.get(public, p)
		if !strings.Contains(string(a.body), "openssl") {
			t.Errorf("%s: %.200s", p, a.body)
		}
		s.expect(http.StatusNotModified, public, http.MethodGet, p, nil, "If-None-Match: "+a.header.Get("ETag"))
		if again := s.get(public, p); !bytes.Equal(again.body, a.body) {
			t.Errorf("%s: the second export differs", p)
		}
	}

	other := sample.SBOM(t, s.store, newRelease(s).ID, bytes.ReplaceAll(sample.Document(), []byte("openssl"), []byte("=boringssl")))
	p := path("/sbom-comparisons?from=%d&to=%d", id, other.ID)
	c := s.get(public, p).object(t)
	if c["added"] == 0.0 || c["removed"] == 0.0 || len(c["changes"].([]any)) != int(c["changeCount"].(float64)) {
		t.Errorf("compared: %v", c)
	}
	for _, a := range []answer{s.get(public, p+"&format=csv"), s.expect(http.StatusOK, public, http.MethodGet, p, nil, "Accept: text/csv")} {
		rows, err := csv.NewReader(bytes.NewReader(a.body)).ReadAll()
		s.must(err)
		if len(rows) != int(c["changeCount"].(float64))+1 || a.header.Get("Content-Type") != "text/csv; charset=utf-8" || strings.Contains(string(a.body), ",=boring") {
			t.Errorf("as a table: %v", rows)
		}
	}
	hidden := sample.Release(t, s.store, s.state.Secret.ID, "1.0")
	secret := sample.SBOM(t, s.store, hidden.ID, nil)
	s.expect(http.StatusNotFound, public, http.MethodGet, path("/sbom-comparisons?from=%d&to=%d", id, secret.ID), nil)
	if diff := cmp.Diff([]string{"to required"}, s.expect(http.StatusBadRequest, public, http.MethodGet, path("/sbom-comparisons?from=%d", id), nil).mistakes(t)); diff != "" {
		t.Error(diff)
	}
}

func TestAPackageSaysWhyItIsThere(t *testing.T) {
	s := newServer(t)
	p := path("/sboms/%d", s.state.Current.ID)
	g := s.get(public, p+"/graph").object(t)
	if g["depths"].([]any)[0] != 1.0 || len(g["nodes"].([]any)) == 0 || len(g["edges"].([]any)) == 0 {
		t.Errorf("the graph: %v", g)
	}
	for _, pkg := range s.get(public, p+"/packages?q=openssl").items(t) {
		one := s.get(public, fmt.Sprintf("%s/packages/%.0f", p, pkg["ordinal"])).object(t)
		ways := one["paths"].([]any)
		first := ways[0].([]any)
		if one["depth"] != float64(len(first)-1) || !strings.Contains(text(first[len(first)-1], "name"), "openssl") || len(one["dependants"].([]any)) == 0 {
			t.Errorf("openssl: %v", one)
		}
		around := s.get(public, fmt.Sprintf("%s/graph?around=%.0f", p, pkg["ordinal"])).object(t)
		if len(around["nodes"].([]any)) < len(first) {
			t.Errorf("around openssl: %v", around)
		}
	}
	s.expect(http.StatusNotFound, public, http.MethodGet, p+"/packages/999", nil)
}

func TestAPartOfALargerSystemIsFoundBelowIt(t *testing.T) {
	s := newServer(t)
	a := s.expect(http.StatusCreated, "officer", http.MethodPost, "/v1/assets", map[string]any{"name": "Case Desk Search", "origin": "gov-built", "stewardId": s.state.Health.ID, "parentId": s.state.CaseDesk.ID}).object(t)
	parts := s.get(public, path("/assets?parent=%d", s.state.CaseDesk.ID)).items(t)
	if a["parentId"] != float64(s.state.CaseDesk.ID) || len(parts) != 1 || parts[0]["id"] != a["id"] {
		t.Errorf("the parts are %v", parts)
	}
	s.expect(http.StatusOK, "officer", http.MethodPatch, path("/assets/%d", s.state.CaseDesk.ID), map[string]any{"visibility": "agency"}, "If-Match: *")
	s.expect(http.StatusOK, "officer", http.MethodPatch, path("/assets/%.0f", a["id"]), map[string]any{"visibility": "public"}, "If-Match: *")
	if seen := s.get(public, path("/assets/%.0f", a["id"])).object(t); seen["parentId"] != nil {
		t.Errorf("the public sees a part of number %v, which is hidden", seen["parentId"])
	}
	if parts := s.get(public, path("/assets?parent=%d", s.state.CaseDesk.ID)).items(t); len(parts) != 0 {
		t.Errorf("the public finds %d parts of what is hidden", len(parts))
	}
	circle := s.expect(http.StatusBadRequest, "officer", http.MethodPatch, path("/assets/%d", s.state.CaseDesk.ID), map[string]any{"parentId": a["id"]}, "If-Match: *")
	if m := circle.mistakes(t); len(m) != 1 || !strings.HasPrefix(m[0], "parentId ") {
		t.Errorf("a circle: %s", circle.body)
	}
}
