package register_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// fixture is a small government: a ministry with an authority below it, and a second ministry.
type fixture struct {
	t                            *testing.T
	s                            *store.Store
	r                            *register.Register
	health, hospitals, education *models.Agency
}

var (
	ctx    = context.Background()
	system = models.SystemViewer("Test")
)

func newFixture(t *testing.T) *fixture {
	t.Helper()
	s := testkit.Store(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	f.health = f.agency("health", nil)
	f.hospitals = f.agency("hospitals", &f.health.ID)
	f.education = f.agency("education", nil)
	return f
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) agency(code string, parent *int64) *models.Agency {
	f.t.Helper()
	a := &models.Agency{URI: "https://www.example.gov/" + code, Code: code, Name: "Ministry of " + code, Kind: models.Ministry, ParentID: parent}
	f.must(f.r.RegisterAgency(ctx, system, a))
	return a
}

func (f *fixture) asset(name string, steward *models.Agency, visibility models.Visibility) *models.Asset {
	f.t.Helper()
	a := &models.Asset{Name: name, Origin: models.OpenSource, StewardID: steward.ID, Lifecycle: models.AssetInUse, Visibility: visibility,
		Descriptions: map[string]string{"en": "Keeps " + name}, License: "MIT"}
	f.must(f.r.RegisterAsset(ctx, system, a))
	return a
}

func (f *fixture) release(a *models.Asset, number string) *models.Release {
	f.t.Helper()
	r := &models.Release{AssetID: a.ID, Number: number}
	f.must(f.r.RegisterRelease(ctx, system, r))
	return r
}

// person makes a user with a role and gives the viewer they are.
func (f *fixture) person(email string, role models.Role, agency *models.Agency) models.Viewer {
	f.t.Helper()
	u := &models.User{Email: email, Name: email}
	f.must(f.r.CreateUser(ctx, system, u))
	m := &models.Membership{UserID: u.ID, Role: role}
	if agency != nil {
		m.AgencyID = &agency.ID
	}
	f.must(f.r.GiveRole(ctx, system, m))
	return f.viewer(u.ID)
}

func (f *fixture) viewer(user int64) models.Viewer {
	f.t.Helper()
	v, err := f.s.Viewer(ctx, user)
	f.must(err)
	return v
}

func (f *fixture) receive(by models.Viewer, r *models.Release, doc string) *register.Receipt {
	f.t.Helper()
	receipt, err := f.r.ReceiveSBOM(ctx, by, r.ID, "sbom.json", strings.NewReader(doc), sbom.Limits{})
	f.must(err)
	return receipt
}

// events gives the actions recorded after an id.
func (f *fixture) events(after int64) []string {
	f.t.Helper()
	list, err := f.s.Events(ctx, system, models.EventFilter{After: after, Limit: models.MaxLimit})
	f.must(err)
	var actions []string
	for _, e := range list {
		actions = append(actions, e.Action)
	}
	return actions
}

func (f *fixture) lastEvent() store.EventRow {
	f.t.Helper()
	list, err := f.s.Events(ctx, system, models.EventFilter{Latest: true, Limit: 1})
	f.must(err)
	return list[0]
}

// document is an SPDX document of a product that depends on web, which depends on openssl.
const document = `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"product","documentNamespace":"https://example.gov/spdx/1",
"creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: test-1","Organization: Example"]},
"packages":[
 {"SPDXID":"SPDXRef-P","name":"product","versionInfo":"1.0","downloadLocation":"NOASSERTION","licenseDeclared":"EUPL-1.2","licenseConcluded":"NOASSERTION"},
 {"SPDXID":"SPDXRef-W","name":"web","versionInfo":"2.1","downloadLocation":"NOASSERTION","licenseDeclared":"NOASSERTION","licenseConcluded":"LicenseRef-1","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/web@2.1"}]},
 {"SPDXID":"SPDXRef-O","name":"libssl3","versionInfo":"3.0.7-1+deb12u1","downloadLocation":"NOASSERTION","licenseDeclared":"Apache-2.0","licenseConcluded":"NOASSERTION","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/libssl3@3.0.7-1+deb12u1?arch=amd64&upstream=openssl"}]}],
"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-1","extractedText":"Do as you like.","name":"House licence"}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relatedSpdxElement":"SPDXRef-P","relationshipType":"DESCRIBES"},
 {"spdxElementId":"SPDXRef-P","relatedSpdxElement":"SPDXRef-W","relationshipType":"DEPENDS_ON"},
 {"spdxElementId":"SPDXRef-O","relatedSpdxElement":"SPDXRef-W","relationshipType":"DEPENDENCY_OF"}]}`

func hashOf(secret string) []byte { return register.TokenHash(secret) }
