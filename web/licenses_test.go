package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

func TestTheLicenceReportCountsUnknownsApartAndSplitsThemByWhy(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	for _, tc := range []struct{ name, query, heading string }{
		{"of the whole government", "", "Licences across government"},
		{"of an agency", "?agency=" + number(g.Health.ID), "Licences in Ministry of Health"},
		{"of a piece of software", "?asset=" + number(g.CaseDesk.ID), "Licences in Case Desk"},
		{"of a release", "?release=" + number(g.CaseDesk42.ID), "Licences in Case Desk 4.2.1"},
		{"of a document", "?sbom=" + number(g.Current.ID), "Licences in Case Desk 4.2.1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.get("/licenses"+tc.query).want(t, 200, "<bdi>"+tc.heading+"</bdi></h1>", "10 packages in 1 current SBOM document", "For 3 of them nobody has said a licence that we know.",
				"<svg class=\"chart-bar\"", "3 packages without a known licence", "NOASSERTION", "Nothing stated", "A licence of its own", "Where the unknowns are", "libfoo-report", "tiny-xml", "pdf-stamp",
				"<code>MIT</code>", "class=strong-copyleft", "format=csv")
		})
	}
	s.get("/licenses?asset="+number(g.Portal.ID)).want(t, 200, "There are no packages to report on yet.")
}

func TestALicenceReportOfWhatMayNotBeSeenIsNotThere(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	release := sample.Release(t, s.store, g.Secret.ID, "1")
	body := strings.ReplaceAll(string(sample.Document()), "WTFPL OR MIT", "LicenseRef-Treasury-Only")
	d := sample.SBOM(t, s.store, release.ID, []byte(body))
	counts, err := s.store.LicenseReport(context.Background(), sample.By, models.Scope{SBOM: d.ID})
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{"/licenses?asset=" + number(g.Secret.ID), "/licenses?release=" + number(release.ID), "/licenses?sbom=" + number(d.ID), "/licenses/LicenseRef-Treasury-Only"}
	for _, n := range counts {
		if n.Effective == "LicenseRef-Treasury-Only" {
			paths = append(paths, "/licenses?expression="+number(int64(n.ExpressionID)))
		}
	}
	for _, path := range paths {
		s.get(path).want(t, 404)
		s.as(g.Registrar.ID).get(path).want(t, 404)
		s.as(g.Auditor.ID).get(path).want(t, 200)
	}
	s.get("/licenses").want(t, 200, "10 packages").without(t, "Treasury")
	s.get("/licenses?asset=999999").want(t, 404)
	for _, path := range []string{"/licenses?class=no-such", "/licenses?expression=x"} {
		s.get(path).want(t, 400, misunderstood)
	}
}

func TestTheReportLeadsDownToTheComponentsOfAClassOrLicence(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	g := sample.Government(t, s.store)
	s.get("/licenses?class=strong-copyleft").want(t, 200, "Components by licence: strong copyleft", "ghostview").without(t, "left-pad")
	s.get("/licenses?class=unknown&asset="+number(g.CaseDesk.ID)).want(t, 200, "libfoo-report", "Ask the supplier", `href="/assets/`+number(g.CaseDesk.ID)+`"`)
	counts, err := s.store.LicenseReport(context.Background(), models.Viewer{}, models.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range counts {
		if n.Effective == "MIT" {
			s.get("/licenses?expression="+number(int64(n.ExpressionID))).want(t, 200, "Components under MIT", "express", "lodash", "2 components", `href="/licenses/MIT"`)
		}
	}
}

func TestALicencesPageSaysWhatTheListsSayAndWhoUsesIt(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	s.get("/licenses/MIT").want(t, 200, "MIT License", "Permissive", "OSI-approved", "Yes", "Free", "3 packages in 1 piece of software that you can see are under a licence that names it.", "Case Desk", "/components?license=MIT", "1 piece of software</a> is released under it")
	s.get("/licenses/EUPL-1.2").want(t, 200, "European Union Public License 1.2", "released under it")
	s.get("/licenses/BSD-3-Clause-No-Nuclear-License").want(t, 200, "Says nothing", "Nothing that you can see is under it.")
	s.get("/licenses/AGPL-3.0").want(t, 200, "deprecated", `<a href="/licenses/AGPL-3.0-only">AGPL-3.0-only</a>`, "1 package in 1 piece of software")
	s.get("/licenses/Classpath-exception-2.0").want(t, 200, "An exception, written behind WITH")
	s.get("/licenses/LicenseRef-pdf-stamp").want(t, 200, "This is not a licence of the SPDX list.", "Case Desk")
	if a := s.get("/licenses/mit"); a.Status != 301 || a.Location != "/licenses/MIT" {
		t.Errorf("another spelling answers %d and leads to %q", a.Status, a.Location)
	}
	s.get("/licenses/No-Such-License").want(t, 404)
	s.get("/licenses/"+strings.Repeat("x", 300)).want(t, 404)
}

func TestTheLicenceReportComesAsATable(t *testing.T) {
	s := newSite(t, testkit.Store(t))
	sample.Government(t, s.store)
	a := s.get("/licenses?format=csv").want(t, 200, "Licence,How stated,Class,Packages,Guessed packages,Documents", "MIT,expression,permissive,2,0,1")
	if got := a.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("the table is sent as %q", got)
	}
}
