package web_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

// without checks that the page says none of the texts.
func (a answer) without(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(mainOf(a.Body), text) {
			t.Errorf("the page says %q\n%s", text, mainOf(a.Body))
		}
	}
	return a
}

func TestWhoRunsAComponentIsAnsweredFirstInASentenceThenByWhomToCall(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	const question = "/components?name=OpenSSL&version=%3C3.0.8"
	for _, tc := range []struct {
		name   string
		viewer *site
	}{{"the agency itself", s.as(g.InsuranceRegistrar.ID)}, {"another agency", s.as(g.Reader.ID)}, {"an auditor", s.as(g.Auditor.ID)}} {
		t.Run(tc.name, func(t *testing.T) {
			tc.viewer.get(question).want(t, 200, "<h1>Who runs <bdi>OpenSSL below 3.0.8</bdi>?</h1>",
				"1 agency runs 1 deployment of software that contains OpenSSL below 3.0.8.",
				"Old-age pensions", "Application team", "mailto:apps@nib.example.gov?subject=OpenSSL%20below%203.0.8%20in%20Old-age%20pensions%20Case%20Desk",
				"National Insurance Board", "Production", "vital", "Case Desk</bdi></a> <bdi>4.2.1", "Through 1 other</a>: <bdi>openssl 3.0.2", "via <bdi>",
				"pkg:deb/debian/openssl@3.0.2", "<code>Apache-2.0</code>", "<svg class=\"chart-rank\"", "format=csv").without(t, "not shown to everybody")
		})
	}
}

func TestThePublicLearnsWhatContainsAComponentButNotWhoRunsIt(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	s.get("/components?name=openssl").want(t, 200, "1 public piece of software contains openssl, in 1 release.", "Which agencies run it is not shown to everybody",
		"/sign-in?next=%2Fcomponents%3Fname%3Dopenssl", "Case Desk", "Through 1 other").without(t, "Old-age pensions", "nib.example.gov", "National Insurance Board", "Whom to call")
	public := s.get("/components?name=openssl&format=csv").want(t, 200)
	if strings.Contains(public.Body, "nib.example.gov") {
		t.Errorf("the public’s table names an owner:\n%s", public.Body)
	}
}

func TestSoftwareOfAnotherAgencyIsNeitherCountedNorNamed(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	sample.SBOM(t, s.store, sample.Release(t, s.store, g.Secret.ID, "1").ID, nil)
	s.as(g.Reader.ID).get("/components?name=openssl").want(t, 200, "1 piece of software").without(t, "Tax Lens")
	s.as(g.Auditor.ID).get("/components?name=openssl").want(t, 200, "2 pieces of software", "Tax Lens", "which nobody is known to run")
}

func TestAComponentIsAskedForByPurlVersionAndLicence(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	officer := s.as(g.Officer.ID)
	for _, tc := range []struct{ name, query, want string }{
		{"by a purl in the field for names", "name=pkg:npm/lodash", "1 agency runs 1 deployment of software that contains pkg:npm/lodash."},
		{"by a purl of its own", "purl=pkg:npm/lodash@4.17.21", "that contains pkg:npm/lodash@4.17.21."},
		{"by a licence alone", "license=agpl-3.0-only", "that contains a component under AGPL-3.0-only."},
		{"by a deprecated licence, which has a successor", "license=AGPL-3.0", "that contains a component under AGPL-3.0-only."},
		{"from a version on", "name=lodash&version=%3E%3D4", "that contains lodash from 4 on."},
		{"within two bounds", "name=lodash&version=%3E%3D4+%3C5", "that contains lodash in versions &gt;=4 &lt;5."},
		{"in a version that is fixed", "name=openssl&version=%3E%3D3.0.8", "Nothing that you can see contains openssl from 3.0.8 on."},
		{"by a name with a typing error", "name=opensll", "Names like it:"},
		{"that nobody has", "name=nothing-of-this-name", "That does not prove that nobody runs it"},
	} {
		t.Run(tc.name, func(t *testing.T) { officer.get("/components?"+tc.query).want(t, 200, tc.want) })
	}
}

func TestAQuestionThatCannotBeReadSaysAllThatIsWrongAndKeepsTheAnswers(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	s.get("/components?name=pkg:%25%25&version=%3C%3C").want(t, 400, "There is a problem", `href="#f-name"`, `href="#f-version"`, `value="pkg:%%"`, `value="&lt;&lt;"`)
	s.get("/components?name=%3Cscript%3E&version=%22%3E%3Csvg").want(t, 400, "There is a problem").without(t, "<script", "<svg ")
	s.get("/components?version=%3C3").want(t, 400, "Give a purl, a name or a licence to look for.")
	s.get("/components").want(t, 200, "<h1>Who runs it?</h1>", "&lt;3.0.8")
}

func TestTheAnswerComesAsATableThatASpreadsheetDoesNotRun(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	for _, service := range []string{"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)"} {
		sample.Deployment(t, s.store, g.Clinic.ID, g.CaseDesk.ID, func(d *models.Deployment) { d.VersionText, d.Service = "4.2.1", service })
	}
	a := s.as(g.Officer.ID).get("/components?name=openssl&format=csv").want(t, 200)
	if got := a.Header.Get("Content-Disposition"); got != "attachment; filename=who-runs-it.csv" {
		t.Errorf("the table is sent as %q", got)
	}
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var services []string
	for _, row := range table[1:] {
		services = append(services, row[1])
	}
	want := []string{"Old-age pensions", "'=HYPERLINK(\"http://x\")", "'+1", "'-1", "'@SUM(A1)"}
	if diff := cmp.Diff(want, services); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Case Desk", "4.2.1", "openssl 3.0.2", "Through 1 other"}, table[1][4:8]); diff != "" {
		t.Error(diff)
	}
}

func TestAComponentsPageKeepsItsLicencesApartAndSaysWhichDecides(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	component := func(name string) string {
		x, err := s.reg.Exposure(context.Background(), sample.By, models.ComponentFilter{Name: name})
		if err != nil || len(x.Components.Items) == 0 {
			t.Fatalf("%s was not found: %v", name, err)
		}
		return "/components/" + number(int64(x.Components.Items[0].ID))
	}
	s.as(g.Officer.ID).get(component("openssl")).want(t, 200, "<bdi>openssl 3.0.2</bdi>", "came to no conclusion, so what the supplier declares decides", "<code>Apache-2.0</code>", "/licenses/Apache-2.0", "Example openssl",
		"1 release that you can see contains this version.", "Case Desk", "Deployments", "version=%3D3.0.2")
	s.get(component("pdf-stamp")).want(t, 200, "LicenseRef-pdf-stamp", "You may use this software for public tasks.", "Unknown").without(t, ">Deployments<")
	s.get(component("tiny-xml")).want(t, 200, "it is unknown", "The document has no licence for it.")
	s.get(component("libfoo-report")).want(t, 200, "it is unknown", "The author of the document says that they do not say.")
}

func TestAComponentThatOnlyHiddenSoftwareHasIsNotThere(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	body := strings.ReplaceAll(string(sample.Document()), "libintake", "libsecret")
	sample.SBOM(t, s.store, sample.Release(t, s.store, g.Secret.ID, "1").ID, []byte(body))
	x, err := s.reg.Exposure(context.Background(), sample.By, models.ComponentFilter{Name: "libsecret"})
	if err != nil {
		t.Fatal(err)
	}
	path := "/components/" + number(int64(x.Components.Items[0].ID))
	s.get(path).want(t, 404)
	s.as(g.Registrar.ID).get(path).want(t, 404)
	s.as(g.Buyer.ID).get(path).want(t, 200, "libsecret")
	s.get("/components?name=libsecret").want(t, 200, "Nothing that you can see contains libsecret.").without(t, "/components/")
	s.get("/components/99999999999").want(t, 404)
}

func TestAVersionWithoutAKnownLicencePointsToDocumentsThatSayOne(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	body := strings.Replace(string(sample.Document()), `"licenseDeclared": "NOASSERTION"`, `"licenseDeclared": "BSD-3-Clause"`, 1)
	sample.SBOM(t, s.store, sample.Release(t, s.store, g.Office.ID, "17").ID, []byte(body))
	list, err := s.store.LicenseComponents(context.Background(), models.Viewer{}, models.Scope{SBOM: g.Current.ID}, 0, "unknown", models.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Items {
		if c.Name == "libfoo-report" {
			s.get("/components/"+number(int64(c.ID))).want(t, 200, "Other documents say another licence for this version", "<code>BSD-3-Clause</code>")
		}
	}
}

func TestPackagesOfSeveralKindsWithOneNameAreToldApart(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	gem := strings.ReplaceAll(string(sample.Document()), "pkg:deb/debian/openssl@3.0.2", "pkg:gem/openssl@3.0.2")
	sample.SBOM(t, s.store, sample.Release(t, s.store, g.Office.ID, "17").ID, []byte(gem))
	s.get("/components?name=openssl").want(t, 200, "Several kinds of package have this name.", "/components?ecosystem=gem&amp;name=openssl", "2 public pieces of software contain openssl")
	a := s.get("/components?name=openssl&ecosystem=gem").want(t, 200, "1 public piece of software contains openssl as a gem package", "Look at every kind of package").without(t, "Several kinds")
	if !strings.Contains(a.Body, `href="/components?name=openssl">Look at every kind`) {
		t.Error("the way back to every kind keeps the kind")
	}
}
