package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// published writes the built-in list as a release of the SPDX list is published, with one licence more.
func published(t *testing.T, dir, more string) {
	t.Helper()
	type entry map[string]any
	first := entry{"licenseListVersion": "3.99.0", "releaseDate": "2027-01-01T00:00:00Z", "licenses": []entry{}}
	list := []entry{{"licenseId": more, "name": "A new licence", "isDeprecatedLicenseId": false, "isOsiApproved": true, "seeAlso": []string{}}}
	for _, l := range licenses.All() {
		e := entry{"licenseId": l.ID, "name": l.Name, "isDeprecatedLicenseId": l.Deprecated, "isOsiApproved": l.OSI, "seeAlso": l.SeeAlso}
		if l.FSF != licenses.Unstated {
			e["isFsfLibre"] = l.FSF == licenses.Yes
		}
		list = append(list, e)
	}
	first["licenses"] = list
	var exceptions []entry
	for _, x := range licenses.AllExceptions() {
		exceptions = append(exceptions, entry{"licenseExceptionId": x.ID, "name": x.Name, "isDeprecatedLicenseId": x.Deprecated, "seeAlso": x.SeeAlso})
	}
	for name, what := range map[string]entry{"licenses.json": first, "exceptions.json": {"licenseListVersion": "3.99.0", "releaseDate": "2027-01-01T00:00:00Z", "exceptions": exceptions}} {
		b, err := json.Marshal(what)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, name, string(b))
	}
}

func TestANewLicenceListIsShownBeforeItIsInForce(t *testing.T) {
	ospo, st := onDatabase(t)
	reg, by := register.New(st), models.SystemViewer("test")
	agency := &models.Agency{URI: "https://example.gov/a", Code: "a", Name: "Archive", Kind: models.Authority}
	asset := &models.Asset{Name: "Reader", Origin: models.OpenSource, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(reg.RegisterAgency(t.Context(), by, agency))
	asset.StewardID = agency.ID
	must(reg.RegisterAsset(t.Context(), by, asset))
	release := &models.Release{AssetID: asset.ID, Number: "1.0"}
	must(reg.RegisterRelease(t.Context(), by, release))
	document := strings.Replace(tinySBOM, `"downloadLocation":"NOASSERTION"`, `"downloadLocation":"NOASSERTION","licenseDeclared":"Velmora-1.0 OR LicenseRef-x"`, 1)
	if _, err := reg.ReceiveSBOM(t.Context(), by, release.ID, "r.spdx.json", strings.NewReader(document), register.Limits{}); err != nil {
		t.Fatal(err)
	}
	if _, err := reg.ShipPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if code, out := ospo("", "licenses", "update", dir); code == 0 || !strings.Contains(out, "licenses.json") {
		t.Errorf("an empty folder: %d\n%s", code, out)
	}
	published(t, dir, "Velmora-1.0")
	code, out := ospo("", "licenses", "update", dir)
	if code != 0 || !strings.Contains(out, "added       Velmora-1.0") || !strings.Contains(out, "1 of 1 verdict ") || !strings.Contains(out, "Reader 1.0, Archive: unknown → ") {
		t.Errorf("the list is brought in: %d\n%s", code, out)
	}
	if _, out := ospo("", "licenses", "list"); !strings.Contains(out, "3.99.0    2027-01-01, brought in") || !strings.Contains(out, licenses.ListVersion().Number+"    "+licenses.ListVersion().Date+", in force") {
		t.Errorf("before it is in force:\n%s", out)
	}
	if code, out := ospo("", "licenses", "update", dir, "--activate"); code != 0 || !strings.Contains(out, "The list 3.99.0 is in force") {
		t.Errorf("the list is put in force: %d\n%s", code, out)
	}
	if _, out := ospo("", "licenses", "list"); !strings.Contains(out, "3.99.0    2027-01-01, in force") {
		t.Errorf("when it is in force:\n%s", out)
	}
}
