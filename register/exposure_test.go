package register_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (f *fixture) deployment(by models.Viewer, agency *models.Agency, a *models.Asset, version, service string) *models.Deployment {
	f.t.Helper()
	d := &models.Deployment{AgencyID: agency.ID, AssetID: a.ID, VersionText: version, Service: service, TechnicalOwner: "Platform team", TechnicalEmail: "platform@example.gov"}
	f.must(f.r.RegisterDeployment(ctx, by, d))
	return d
}

func TestTheRegisterSaysWhoRunsAComponentBelowAVersionWithTheWayToIt(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	f.receive(system, f.release(a, "1.0"), document)
	f.deployment(system, f.hospitals, a, "1.0", "Appointments")
	f.deployment(system, f.education, a, "0.9", "School places") // another version: not exposed
	x, err := f.r.Exposure(ctx, system, models.ComponentFilter{Name: "OpenSSL", Version: "<3.0.8"})
	f.must(err)
	if len(x.Uses.Items) != 1 || len(x.Uses.Items[0].Ways) != 1 {
		t.Fatalf("uses %+v", x.Uses.Items)
	}
	use := x.Uses.Items[0]
	if diff := cmp.Diff([]string{"product 1.0", "web 2.1", "libssl3 3.0.7-1+deb12u1"}, use.Ways[0].Path); diff != "" {
		t.Error(diff)
	}
	if use.Ways[0].Ordinal != 2 {
		t.Errorf("the way leads to package %d of the document", use.Ways[0].Ordinal)
	}
	if diff := cmp.Diff([]store.ExposedAgency{{AgencyID: f.hospitals.ID, Agency: f.hospitals.Name, Deployments: 1}}, x.Agencies); diff != "" {
		t.Error(diff)
	}
	if use.Ways[0].Direct() {
		t.Error("two steps away is not direct")
	}
	if len(use.Deployments) != 1 || use.Deployments[0].Agency != f.hospitals.Name || use.Deployments[0].TechnicalEmail != "platform@example.gov" {
		t.Errorf("deployments %+v", use.Deployments)
	}
	if x.Counts.Agencies != 1 || x.Counts.Assets != 1 || x.Counts.Deployments != 1 || x.Counts.Releases != 1 {
		t.Errorf("counts %+v", x.Counts)
	}
}

func TestAVersionThatIsFixedIsNotExposed(t *testing.T) {
	f := newFixture(t)
	f.receive(system, f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0"), document)
	for _, tc := range []struct {
		filter models.ComponentFilter
		uses   int
	}{
		{models.ComponentFilter{Name: "openssl", Version: "<3.0.7"}, 0},
		{models.ComponentFilter{Name: "libssl3", Version: "<3.0.8"}, 1},
		{models.ComponentFilter{PURL: "pkg:deb/debian/libssl3"}, 1},
		{models.ComponentFilter{PURL: "pkg:npm/web@2.1"}, 1},
		{models.ComponentFilter{PURL: "pkg:npm/web@2.0"}, 0},
		{models.ComponentFilter{License: "Apache-2.0"}, 1},
		{models.ComponentFilter{Query: "libsl"}, 1},
		{models.ComponentFilter{Name: "nothing-of-this-name"}, 0},
	} {
		x, err := f.r.Exposure(ctx, system, tc.filter)
		f.must(err)
		if len(x.Uses.Items) != tc.uses || x.Uses.Total.Count != tc.uses {
			t.Errorf("%+v: %d uses, want %d", tc.filter, len(x.Uses.Items), tc.uses)
		}
	}
	if _, err := f.r.Exposure(ctx, system, models.ComponentFilter{Version: "<<"}); !models.IsKind(err, models.Invalid) {
		t.Errorf("no name and a bad range: %v", err)
	}
}

func TestThePublicSeesNoVersionThatAnAgencyRuns(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	hidden := f.asset("Inspections", f.health, models.VisibleAgency)
	f.receive(system, f.release(a, "1.0"), document)
	f.receive(system, f.release(hidden, "7"), document)
	f.deployment(system, f.hospitals, a, "1.0", "Appointments")
	reader := f.person("reader@example.gov", models.Reader, f.education)
	owner := f.person("owner@example.gov", models.Reader, f.health)
	for _, tc := range []struct {
		name                      string
		viewer                    models.Viewer
		uses, deployments, detail int
	}{
		{"the public", models.Viewer{}, 1, 0, 0},
		{"another agency", reader, 1, 1, 1},
		{"the agency itself", owner, 2, 1, 1},
	} {
		x, err := f.r.Exposure(ctx, tc.viewer, models.ComponentFilter{Name: "openssl"})
		f.must(err)
		got := 0
		for _, u := range x.Uses.Items {
			got += len(u.Deployments)
		}
		if len(x.Agencies) != tc.detail {
			t.Errorf("%s sees the agencies %+v", tc.name, x.Agencies)
		}
		if len(x.Uses.Items) != tc.uses || got != tc.deployments || x.Counts.Deployments != tc.detail {
			t.Errorf("%s sees %d uses, %d deployments, counts %+v", tc.name, len(x.Uses.Items), got, x.Counts)
		}
	}
	list, err := f.s.Deployments(ctx, models.Viewer{}, models.DeploymentFilter{})
	f.must(err)
	if len(list.Items) != 1 || list.Items[0].VersionText != "" || list.Items[0].TechnicalEmail != "" {
		t.Errorf("the public sees %+v", list.Items)
	}
}

func TestTheVersionsOfAPackageComeNewestFirstAndOnlyThoseThatMayBeSeen(t *testing.T) {
	f := newFixture(t)
	a, hidden := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Inspections", f.health, models.VisibleAgency)
	for _, n := range []string{"2.1", "2.10", "2.9"} {
		f.receive(system, f.release(a, n), strings.ReplaceAll(document, "2.1\"", n+"\""))
	}
	f.receive(system, f.release(hidden, "1"), strings.ReplaceAll(document, "2.1\"", "3.0\""))
	x, err := f.r.Exposure(ctx, system, models.ComponentFilter{PURL: "pkg:npm/web@2.9"})
	f.must(err)
	for _, tc := range []struct {
		name   string
		viewer models.Viewer
		want   []string
	}{
		{"the public", models.Viewer{}, []string{"2.10", "2.9", "2.1"}},
		{"the program", system, []string{"3.0", "2.10", "2.9", "2.1"}},
	} {
		list, err := f.r.Versions(ctx, tc.viewer, &x.Components.Items[0].Component)
		f.must(err)
		var got []string
		for _, c := range list {
			got = append(got, c.Version)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestAComponentOfASupersededDocumentIsStillFoundByThoseWhoMaySeeIt(t *testing.T) {
	f := newFixture(t)
	r := f.release(f.asset("Inspections", f.health, models.VisibleAgency), "1")
	f.receive(system, r, document)
	x, err := f.r.Exposure(ctx, system, models.ComponentFilter{Name: "web"})
	f.must(err)
	id := x.Components.Items[0].ID
	f.receive(system, r, strings.ReplaceAll(document, "2.1\"", "2.2\""))
	c, err := f.s.Component(ctx, system, id)
	f.must(err)
	if c.Version != "2.1" || c.Kind != "expression" || c.Effective != "LicenseRef-1" {
		t.Errorf("the component is %+v", c)
	}
	if _, err := f.s.Component(ctx, models.Viewer{}, id); !models.IsKind(err, models.NotFound) {
		t.Errorf("the public finds it: %v", err)
	}
}

func TestTheSoftwareUnderALicenceIsRankedByItsPackages(t *testing.T) {
	f := newFixture(t)
	a, hidden := f.asset("Case Desk", f.health, models.VisiblePublic), f.asset("Inspections", f.health, models.VisibleAgency)
	f.receive(system, f.release(a, "1"), document)
	f.receive(system, f.release(hidden, "1"), strings.ReplaceAll(document, "NOASSERTION\",\"licenseConcluded\":\"LicenseRef-1", "NOASSERTION\",\"licenseConcluded\":\"MIT AND Apache-2.0"))
	for _, tc := range []struct {
		name             string
		viewer           models.Viewer
		packages, assets int
		first            string
	}{
		{"the public", models.Viewer{}, 1, 1, "Case Desk"},
		{"the program", system, 3, 2, "Inspections"},
	} {
		top, packages, assets, err := f.s.LicenseUses(ctx, tc.viewer, "Apache-2.0", 10)
		f.must(err)
		if packages != tc.packages || assets != tc.assets || len(top) != tc.assets || top[0].Asset != tc.first {
			t.Errorf("%s sees %d packages in %d pieces of software, first %+v", tc.name, packages, assets, top)
		}
	}
}

func TestPackagesAreFoundByTheirPlaceInTheDocument(t *testing.T) {
	f := newFixture(t)
	sbom := f.receive(system, f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1"), document).SBOM.ID
	list, err := f.s.PackagesAt(ctx, sbom, []int32{2, 0, 7})
	f.must(err)
	if len(list) != 2 || list[0].Name != "product" || list[1].Name != "libssl3" || list[1].Ordinal != 2 {
		t.Errorf("found %+v", list)
	}
}

func TestAPackageOfAnotherKindWithTheSameNameCanBeLeftOut(t *testing.T) {
	f := newFixture(t)
	gem := strings.NewReplacer("SPDXRef-O", "SPDXRef-G", "libssl3", "openssl", "3.0.7-1+deb12u1", "2.1.2", "pkg:deb/debian/libssl3@3.0.7-1+deb12u1?arch=amd64&upstream=openssl", "pkg:gem/openssl@2.1.2").Replace(document)
	f.receive(system, f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0"), document)
	f.receive(system, f.release(f.asset("Ruby Desk", f.health, models.VisiblePublic), "1.0"), gem)
	for kind, want := range map[string]int{"": 2, "deb": 1, "gem": 1, "npm": 0} {
		x, err := f.r.Exposure(ctx, system, models.ComponentFilter{Name: "openssl", Version: "<3.0.8", Ecosystem: kind})
		f.must(err)
		if x.Uses.Total.Count != want || len(x.Ecosystems) != 2 {
			t.Errorf("%q: %d uses, kinds %v", kind, x.Uses.Total.Count, x.Ecosystems)
		}
	}
}

func TestNobodyToCallIsLeftOutWhereMoreThanAFewHundredDeploymentsAreExposed(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	f.receive(system, f.release(a, "1.0"), document)
	for i := range 510 {
		f.deployment(system, f.hospitals, a, "1.0", "Ward "+strconv.Itoa(i))
	}
	x, err := f.r.Exposure(ctx, system, models.ComponentFilter{Name: "openssl", Version: "<3.0.8"})
	f.must(err)
	if use := x.Uses.Items[0]; len(use.Deployments) != use.Use.Deployments || x.Counts.Deployments != 510 {
		t.Errorf("%d of %d deployments are named", len(use.Deployments), x.Counts.Deployments)
	}
}

func TestAnAgencyKeepsSightOfWhatItRunsWhenTheSoftwareIsHidden(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	registrar := f.person("registrar@example.gov", models.Registrar, f.education)
	d := f.deployment(registrar, f.education, a, "1.0", "School places")
	_, err := f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Visibility = models.VisibleAgency })
	f.must(err)
	if _, err := f.s.Deployment(ctx, registrar, d.ID); err != nil {
		t.Errorf("its own deployment: %v", err)
	}
	if _, err := f.s.Asset(ctx, registrar, a.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("the hidden software itself: %v", err)
	}
	if _, err := f.s.Deployment(ctx, models.Viewer{}, d.ID); !models.IsKind(err, models.NotFound) {
		t.Errorf("the public: %v", err)
	}
	if _, err := f.r.WithdrawDeployment(ctx, registrar, d.ID, 0); err != nil {
		t.Errorf("withdrawing it: %v", err)
	}
}
