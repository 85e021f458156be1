package sample

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// By is who registers samples: the program itself.
var By = models.SystemViewer("sample")

// count makes names that no other sample of the process has.
var count atomic.Int64

// Agency registers an agency.
func Agency(t testing.TB, s *store.Store, change ...func(*models.Agency)) *models.Agency {
	t.Helper()
	n := count.Add(1)
	a := &models.Agency{Name: fmt.Sprintf("Agency %d", n), Code: fmt.Sprintf("A-%d", n), URI: fmt.Sprintf("https://www.example.gov/agency/%d", n), Kind: models.Department}
	for _, f := range change {
		f(a)
	}
	must(t, register.New(s).RegisterAgency(context.Background(), By, a))
	return a
}

// Asset registers a piece of software, under an agency of its own unless change names one.
func Asset(t testing.TB, s *store.Store, change ...func(*models.Asset)) *models.Asset {
	t.Helper()
	a := &models.Asset{Name: fmt.Sprintf("Software %d", count.Add(1)), Origin: models.OpenSource, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic,
		Descriptions: map[string]string{"en": "Does one thing and says so."}, License: "EUPL-1.2"}
	for _, f := range change {
		f(a)
	}
	if a.StewardID == 0 {
		a.StewardID = Agency(t, s).ID
	}
	must(t, register.New(s).RegisterAsset(context.Background(), By, a))
	return a
}

// Release registers a release of the asset.
func Release(t testing.TB, s *store.Store, asset int64, number string, change ...func(*models.Release)) *models.Release {
	t.Helper()
	r := &models.Release{AssetID: asset, Number: number}
	for _, f := range change {
		f(r)
	}
	must(t, register.New(s).RegisterRelease(context.Background(), By, r))
	return r
}

// Deployment registers that an agency runs an asset in production.
func Deployment(t testing.TB, s *store.Store, agency, asset int64, change ...func(*models.Deployment)) *models.Deployment {
	t.Helper()
	d := &models.Deployment{AgencyID: agency, AssetID: asset, Environment: models.Production}
	for _, f := range change {
		f(d)
	}
	must(t, register.New(s).RegisterDeployment(context.Background(), By, d))
	return d
}

// User makes a person with one role, in the agency or, with agency 0, in the whole register.
func User(t testing.TB, s *store.Store, name string, role models.Role, agency int64) *models.User {
	t.Helper()
	u := &models.User{Name: name, Email: fmt.Sprintf("user%d@example.gov", count.Add(1))}
	r := register.New(s)
	must(t, r.CreateUser(context.Background(), By, u))
	m := &models.Membership{UserID: u.ID, Role: role}
	if agency != 0 {
		m.AgencyID = &agency
	}
	must(t, r.GiveRole(context.Background(), By, m))
	return u
}

// Viewer is what a person sees and may do.
func Viewer(t testing.TB, s *store.Store, user *models.User) models.Viewer {
	t.Helper()
	v, err := s.Viewer(context.Background(), user.ID)
	must(t, err)
	return v
}

//go:embed testdata/case-desk.spdx.json
var document []byte

// Document is an SPDX 2.3 JSON document of ten packages: permissive, weak and strong copyleft, a licence of their own,
// NOASSERTION and none stated; openssl 3.0.2 is reached through two others.
func Document() []byte { return bytes.Clone(document) }

// SBOM attaches a document to a release; Document when body is nil.
func SBOM(t testing.TB, s *store.Store, release int64, body []byte) *store.SBOMRow {
	t.Helper()
	if body == nil {
		body = Document()
	}
	receipt, err := register.New(s).ReceiveSBOM(context.Background(), By, release, "case-desk.spdx.json", bytes.NewReader(body), sbom.Limits{})
	must(t, err)
	return receipt.SBOM
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("making a sample: %v", err)
	}
}
