package web_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/page"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// What the makers of a document may write into it.
const (
	script  = `<script>alert("x")</script><img src=x onerror=alert(1)>`
	turned  = "evil\u202egnp.exe"
	quote   = `"><svg onload=alert(1)>' =cmd|' /C calc'!A0`
	control = "bell\u0007 and\u0085 more"
)

// hostile is an SBOM document whose every text was chosen to do harm, and the pages that show it.
func hostile(t *testing.T, s *site) (paths []string) {
	t.Helper()
	long := strings.Repeat("x", 10_000)
	pkg := func(id, name, version, license string) map[string]any {
		return map[string]any{"SPDXID": "SPDXRef-" + id, "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "supplier": "Organization: " + name, "licenseDeclared": license, "licenseConcluded": license}
	}
	document := map[string]any{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": script, "documentNamespace": "https://example.gov/" + script,
		"creationInfo": map[string]any{"created": "2026-01-02T03:04:05Z", "creators": []string{"Tool: " + script, "Organization: " + long, "Person: " + turned}}, script: long,
		"hasExtractedLicensingInfos": []any{map[string]any{"licenseId": "LicenseRef-1", "name": script, "extractedText": quote + script + long}},
		"packages":                   []any{pkg("a", script, quote, "LicenseRef-1"), pkg("b", long, long, long), pkg("c", turned, control, script), pkg("d", quote, script, quote), pkg("d", "twice", "1", "MIT")},
		"relationships": []any{map[string]any{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
			map[string]any{"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"},
			map[string]any{"spdxElementId": "SPDXRef-b", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-c"},
			map[string]any{"spdxElementId": "SPDXRef-c", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-d"}}}
	body, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	a := sample.Asset(t, s.store, func(a *models.Asset) { a.Name = script[:50] })
	r := sample.Release(t, s.store, a.ID, quote)
	sbom := sample.SBOM(t, s.store, r.ID, body)
	sample.Deployment(t, s.store, a.StewardID, a.ID, func(d *models.Deployment) {
		d.VersionText, d.Service, d.TechnicalOwner, d.TechnicalEmail = quote, script, quote, strings.Repeat("m", 60)+"@"+strings.Repeat("h", 60)+".example.gov"
	})
	path := "/sboms/" + number(sbom.ID)
	paths = []string{path, path + "/packages", path + "/packages?q=%3Cscript%3E", path + "/packages/0", path + "/packages/1", path + "/packages/2", path + "/packages/3", path + "/findings", path + "/history", path + "/withdraw",
		"/licenses?sbom=" + number(sbom.ID), "/licenses?class=unknown", "/components?name=twice", "/components?license=LicenseRef-1", "/components?name=%3Cscript%3E", "/components?name=" + turned,
		"/search?q=%3Cscript%3E", "/search?q=" + strings.Repeat("W", 200), "/licenses/LicenseRef-1", "/events", "/sign-in?next=%22%3E%3Cscript%3E"}
	found, err := s.store.LicenseComponents(context.Background(), sample.By, models.Scope{SBOM: sbom.ID}, 0, "", models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found.Items {
		paths = append(paths, "/components/"+number(int64(c.ID)))
	}
	counts, err := s.store.LicenseReport(context.Background(), sample.By, models.Scope{SBOM: sbom.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range counts {
		paths = append(paths, "/licenses?expression="+number(int64(n.ExpressionID)), path+"/packages?expression="+number(int64(n.ExpressionID)))
	}
	return paths
}

func TestWhatADocumentSaysIsShownAndNeverRun(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	officer := s.as(sample.User(t, s.store, "Officer", models.OSPOStaff, 0).ID)
	for _, path := range hostile(t, s) {
		t.Run(path, func(t *testing.T) {
			a := officer.get(path).want(t, 200)
			for _, harm := range []string{"<script", "<img", "<svg onload", "ZgotmplZ", "javascript:"} {
				if strings.Contains(a.Body, harm) {
					t.Errorf("the page contains %s\n%s", harm, mainOf(a.Body))
				}
			}
			if strings.Contains(a.Body, strings.Repeat("x", 501)) && !strings.Contains(a.Body, "<pre>") {
				t.Error("a text of 10,000 characters is shown whole")
			}
			if len(a.Body) > 100_000 {
				t.Errorf("the page weighs %d bytes", len(a.Body))
			}
		})
	}
}

func TestNoNameMakesAPageScrollSideways(t *testing.T) {
	b, s, _, address := served(t)
	b.SetCookie(address, s.cookie)
	for _, path := range hostile(t, s) {
		b.Open(address+path, page.Wide)
		for _, width := range []int64{page.Wide, page.Narrow} {
			b.Resize(width)
			if wide := b.Sideways(); len(wide) > 0 {
				t.Errorf("%s scrolls sideways at %d pixels because of\n\t%s", path, width, strings.Join(wide, "\n\t"))
			}
		}
		if blocked := b.Blocked(); len(blocked) > 0 {
			t.Errorf("%s: the browser complains: %q", path, blocked)
		}
	}
}
