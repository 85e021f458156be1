package register_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestADocumentComesBackByteForByteAndItsPackagesAreKnown(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	receipt := f.receive(system, release, document)
	if receipt.Again || receipt.SBOM.State != models.SBOMCurrent || receipt.SBOM.Packages != 3 {
		t.Fatalf("receipt %+v", receipt)
	}
	body, err := f.s.Original(ctx, receipt.SBOM.OriginalID)
	f.must(err)
	got, err := io.ReadAll(body)
	f.must(err)
	if !bytes.Equal(got, []byte(document)) {
		t.Errorf("the original came back as %d bytes, not the %d sent", len(got), len(document))
	}
	list, err := f.s.Packages(ctx, receipt.SBOM.ID, store.PackageFilter{})
	f.must(err)
	var seen []string
	for _, p := range list.Items {
		seen = append(seen, p.Name+" "+p.Version+" "+p.Effective+" "+p.Class)
	}
	want := []string{"product 1.0 EUPL-1.2 weak-copyleft", "web 2.1 LicenseRef-1 unknown", "libssl3 3.0.7-1+deb12u1 Apache-2.0 permissive"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	texts, err := f.s.ExpressionTexts(ctx, mustExpression(f, receipt.SBOM.ID, "LicenseRef-1"))
	f.must(err)
	if len(texts) != 1 || texts[0].Text != "Do as you like." {
		t.Errorf("texts %+v", texts)
	}
}

func mustExpression(f *fixture, sbom int64, effective string) int32 {
	f.t.Helper()
	report, err := f.s.LicenseReport(ctx, system, models.Scope{SBOM: sbom})
	f.must(err)
	for _, c := range report {
		if c.Effective == effective {
			return c.ExpressionID
		}
	}
	f.t.Fatalf("no %s in %+v", effective, report)
	return 0
}

func TestTheSameBytesAgainChangeNothing(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	first := f.receive(system, release, document)
	last := f.lastEvent().ID
	again := f.receive(system, release, document)
	if !again.Again || again.SBOM.ID != first.SBOM.ID || len(f.events(last)) != 0 {
		t.Errorf("again %+v, events %v", again, f.events(last))
	}
}

func TestANewDocumentSupersedesTheOlderAndWithdrawingLeavesNone(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	first := f.receive(system, release, document)
	second := f.receive(system, release, strings.Replace(document, `"2.1"`, `"2.2"`, 1))
	old, err := f.s.SBOM(ctx, system, first.SBOM.ID)
	f.must(err)
	if old.State != models.SBOMSuperseded || old.SupersededByID == nil || *old.SupersededByID != second.SBOM.ID {
		t.Errorf("the older one is %s", old.State)
	}
	if _, err := f.r.WithdrawSBOM(ctx, system, second.SBOM.ID, " "); !models.IsKind(err, models.Invalid) {
		t.Errorf("withdrawing without a reason: %v", err)
	}
	_, err = f.r.WithdrawSBOM(ctx, system, second.SBOM.ID, "wrong product")
	f.must(err)
	report, err := f.s.LicenseReport(ctx, system, models.Scope{Release: release.ID})
	f.must(err)
	if len(report) != 0 {
		t.Errorf("a withdrawn document still speaks: %+v", report)
	}
	body, err := f.s.Original(ctx, first.SBOM.OriginalID)
	f.must(err)
	if got, _ := io.ReadAll(body); string(got) != document {
		t.Error("the superseded document is lost")
	}
}

func TestTheSameDocumentOnTwoReleasesIsKeptOnce(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	one, two := f.receive(system, f.release(a, "1.0"), document), f.receive(system, f.release(a, "1.1"), document)
	if two.Again || two.SBOM.OriginalID != one.SBOM.ID || two.SBOM.ID == one.SBOM.ID {
		t.Errorf("second %+v", two.SBOM.SBOM)
	}
}

func TestWhatIsNoDocumentIsRefusedAndLeavesNothing(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	last := f.lastEvent().ID
	for name, tc := range map[string]struct {
		body string
		lim  sbom.Limits
		kind models.ErrorKind
	}{
		"an empty body":       {"", sbom.Limits{}, models.Invalid},
		"a picture":           {"\x89PNG\r\n\x1a\n0000", sbom.Limits{}, models.Invalid},
		"some other JSON":     {`{"hello":"world"}`, sbom.Limits{}, models.Invalid},
		"more than the limit": {document, sbom.Limits{Bytes: 100}, models.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.r.ReceiveSBOM(ctx, system, release.ID, "x", strings.NewReader(tc.body), tc.lim)
			if !models.IsKind(err, tc.kind) {
				t.Errorf("got %v, want %s", err, tc.kind)
			}
		})
	}
	list, err := f.s.SBOMs(ctx, system, 0, release.ID, models.Page{})
	f.must(err)
	if list.Total.Count != 0 || len(f.events(last)) != 0 {
		t.Errorf("something was kept: %+v", list)
	}
}

func TestADocumentIsCalledAsItsFileWithoutTheFolders(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	for i, tc := range []struct{ sent, kept string }{
		{"sbom.json", "sbom.json"},
		{"../../etc/passwd", "passwd"},
		{`C:\Users\me\sbom.json`, "sbom.json"},
		{"a\r\nX-Evil: 1.json", "aX-Evil: 1.json"},
		{"a\u202egnp.json", "agnp.json"},
		{"..", ""},
		{"folder/", ""},
	} {
		receipt, err := f.r.ReceiveSBOM(ctx, system, release.ID, tc.sent, strings.NewReader(document+strings.Repeat(" ", i)), sbom.Limits{})
		f.must(err)
		if receipt.SBOM.Filename != tc.kept {
			t.Errorf("%q is kept as %q, not %q", tc.sent, receipt.SBOM.Filename, tc.kept)
		}
	}
}

func TestALicenseRefOfAnotherTextIsAnotherLicence(t *testing.T) {
	f := newFixture(t)
	a := f.asset("Case Desk", f.health, models.VisiblePublic)
	one := f.receive(system, f.release(a, "1"), document)
	two := f.receive(system, f.release(a, "2"), strings.Replace(document, "Do as you like.", "Ask first.", 1))
	if mustExpression(f, one.SBOM.ID, "LicenseRef-1") == mustExpression(f, two.SBOM.ID, "LicenseRef-1") {
		t.Error("two texts under one LicenseRef were taken for one licence")
	}
}

func TestADocumentWithoutPackagesDoesNotTakeTheRelease(t *testing.T) {
	f := newFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	first := f.receive(system, release, document)
	last := f.lastEvent().ID
	for _, empty := range []string{`{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"y","packages":[]}`, `{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"y","packages":[{"SPDX`} {
		if _, err := f.r.ReceiveSBOM(ctx, system, release.ID, "x", strings.NewReader(empty), sbom.Limits{}); !models.IsKind(err, models.Invalid) {
			t.Errorf("%s: %v", empty, err)
		}
	}
	now, err := f.s.SBOM(ctx, system, first.SBOM.ID)
	f.must(err)
	if now.State != models.SBOMCurrent || len(f.events(last)) != 0 {
		t.Errorf("the sound document is %s", now.State)
	}
}
