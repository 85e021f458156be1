package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
)

const permits = `publiccodeYmlVersion: "0.5"
name: Permit Desk
url: URL
platforms: [web]
categories: [workflow-management]
developmentStatus: stable
softwareType: standalone/web
intendedAudience: {countries: [TT], scope: [local-authorities]}
description:
  en-GB:
    shortDescription: Handles building permits.
    longDescription: "LONG"
    documentation: https://docs.permits.example/
    features: [Takes applications, Tells the neighbours]
  fr:
    shortDescription: Gère les permis de construire.
    longDescription: "LONG"
    features: [Reçoit les demandes]
legal: {license: EUPL-1.2}
maintenance:
  type: contract
  contractors: [{name: Harbour Soft, email: sales@harbour.example, until: "2027-03-31"}]
localisation: {localisationReady: true, availableLanguages: [en, fr]}
dependsOn: {open: [{name: PostgreSQL, versionMin: "15"}]}
`

// permitsAt is a sound publiccode.yml.
func permitsAt(url string) string {
	long := strings.Repeat("It takes what citizens send and leads each application through the office. ", 12)
	return strings.NewReplacer("URL", url, "LONG", long).Replace(permits)
}

func TestThePageOfSoftwareSaysWhatItDoesAsItsDescriptionDoes(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	host := gitserver.New(t)
	host.Add("permits", map[string]string{"publiccode.yml": permitsAt(host.URL + "/gov/permits")})
	host.Tag("permits", "v1.4.0")
	_, harvest := publishing(t, s, g, host)
	harvest()
	canonical, err := models.CanonicalURL(host.URL + "/gov/permits")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.store.RepositoryAt(t.Context(), sample.Viewer(t, s.store, g.Registrar), canonical)
	if err != nil || r.AssetID == nil {
		t.Fatal(err, r)
	}
	s.get(fmt.Sprintf("/assets/%d", *r.AssetID)).want(t, 200, "What it does", `lang="en-GB"`, "Takes applications", "Tells the neighbours", "The whole description", "leads each application", "https://docs.permits.example/",
		"In 1 other language", "French", "Reçoit les demandes", "What else is stated of it", "local authorities", "Trinidad &amp; Tobago", "PostgreSQL from 15", "Harbour Soft until 2027-03-31").without(t, "sales@harbour.example")
	registrar := s.as(g.Registrar.ID)
	registrar.get(fmt.Sprintf("/assets/%d", *r.AssetID)).want(t, 200, "Tagged in its repository", "v1.4.0", "/releases/new?number=1.4.0&amp;releasedOn=20")
	registrar.get(fmt.Sprintf("/assets/%d/releases/new?number=1.4.0&releasedOn=2026-11-01", *r.AssetID)).want(t, 200, `value="1.4.0"`, `value="2026-11-01"`)
	s.get(fmt.Sprintf("/assets/%d", *r.AssetID)).want(t, 200, "Tagged in its repository").without(t, "Register it")
	registrar.get(fmt.Sprintf("/assets/%d", g.Mail.ID)).want(t, 200, "Who uses it?").without(t, "What it does")
}
