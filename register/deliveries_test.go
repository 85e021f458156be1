package register_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// newOwnFixture is a fixture on a database of its own, for what locks, commits or runs beside other work.
func newOwnFixture(t *testing.T) *fixture {
	t.Helper()
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	f.health = f.agency("health", nil)
	f.hospitals = f.agency("hospitals", &f.health.ID)
	f.education = f.agency("education", nil)
	return f
}

// manyPackages is a document with so many packages; edition makes its bytes its own.
func manyPackages(n int, edition string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"large %s","documentNamespace":"https://example.gov/spdx/large-%s","creationInfo":{"created":"2026-01-02T03:04:05Z","creators":["Tool: test-1"]},"packages":[`, edition, edition)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"SPDXID":"SPDXRef-%d","name":"package-%d","versionInfo":"1.%d-%s","licenseDeclared":"MIT","licenseConcluded":"NOASSERTION","downloadLocation":"NOASSERTION"}`, i, i, i, edition)
	}
	b.WriteString(`],"documentDescribes":["SPDXRef-0"],"relationships":[]}`)
	return b.String()
}

func (f *fixture) deliver(by models.Viewer, h register.Handover, doc string) *register.Delivered {
	f.t.Helper()
	d, err := f.r.Deliver(ctx, by, h, strings.NewReader(doc), sbom.Limits{})
	f.must(err)
	return d
}

func (f *fixture) delivery(id int64) *store.DeliveryRow {
	f.t.Helper()
	d, err := f.s.Delivery(ctx, system, id)
	f.must(err)
	return d
}

func TestASmallDocumentIsReadAtOnceAndALargeOneInTheBackground(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	target := models.Target{ReleaseID: release.ID}
	small := f.deliver(system, register.Handover{Door: models.DoorPage, Target: target, Filename: "a.json"}, document)
	if small.Receipt == nil || small.Delivery != nil {
		t.Fatalf("a small document: %+v", small)
	}
	large := manyPackages(30_000, "x")
	before := f.lastEvent().ID
	got := f.deliver(system, register.Handover{Door: models.DoorAPI, Target: target, Filename: `C:\temp\large.json`}, large)
	if got.Receipt != nil || got.Delivery == nil || got.Delivery.State != models.DeliveryWaiting || got.Delivery.Filename != "large.json" || got.Delivery.Asset != "Case Desk" {
		t.Fatalf("a large document: %+v", got.Delivery)
	}
	for range 2 { // the second time there is nothing left to do
		f.must(f.r.ReadDelivery(ctx, got.Delivery.ID, sbom.Limits{}))
	}
	d := f.delivery(got.Delivery.ID)
	if d.State != models.DeliveryDone || d.Attempts != 1 || d.Again || d.FinishedAt == nil || d.BytesRead != int64(len(large)) {
		t.Errorf("after reading: %+v", d.Delivery)
	}
	if diff := cmp.Diff([]string{"delivery.received", "delivery.done", "sbom.received"}, f.events(before)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	row, err := f.s.SBOM(ctx, system, *d.SBOMID)
	f.must(err)
	if row.Packages != 30_000 || row.State != models.SBOMCurrent || f.original(row) != sha256.Sum256([]byte(large)) {
		t.Errorf("the document: %+v", row)
	}
	if kept, err := f.s.HasDelivered(ctx, d.ID); err != nil || kept {
		t.Errorf("the delivery's bytes are still there besides the original (%v)", err)
	}
}

func (f *fixture) original(s *store.SBOMRow) [32]byte {
	f.t.Helper()
	body, err := f.s.Original(ctx, s.OriginalID)
	f.must(err)
	defer body.Close()
	data, err := io.ReadAll(body)
	f.must(err)
	return sha256.Sum256(data)
}

func TestARefusedDeliverySaysWhyAndCanBeTriedAgain(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	registrar, other := f.person("r@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Registrar, f.education)
	h := register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: release.ID}, Async: register.Always}
	id := f.deliver(registrar, h, `{"hello":"world"}`).Delivery.ID
	f.must(f.r.ReadDelivery(ctx, id, sbom.Limits{}))
	d := f.delivery(id)
	if d.State != models.DeliveryRefused || d.Code != "not-an-sbom" || !strings.Contains(d.Reason, "JSON") {
		t.Errorf("%+v", d.Delivery)
	}
	if _, err := f.s.Delivery(ctx, other, id); !models.IsKind(err, models.NotFound) {
		t.Errorf("another agency sees it: %v", err)
	}
	if _, err := f.r.RetryDelivery(ctx, other, id); !models.IsKind(err, models.NotFound) {
		t.Errorf("another agency tries it again: %v", err)
	}
	again, err := f.r.RetryDelivery(ctx, registrar, id)
	f.must(err)
	if again.State != models.DeliveryWaiting || again.Reason != "" || again.Attempts != 0 {
		t.Errorf("tried again: %+v", again.Delivery)
	}
	if _, err := f.r.RetryDelivery(ctx, registrar, id); !models.HasCode(err, "delivery-under-way") {
		t.Errorf("tried again while it waits: %v", err)
	}
	f.must(f.r.ReadDelivery(ctx, id, sbom.Limits{}))
	_, err = f.r.At(time.Now().AddDate(0, 0, register.KeepUnreadDays+1)).Retain(ctx)
	f.must(err)
	if _, err := f.r.RetryDelivery(ctx, registrar, id); !models.HasCode(err, "delivery-let-go") {
		t.Errorf("tried again without its bytes: %v", err)
	}
}

func TestADeliveryThatWasStoppedIsNotRead(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	h := register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: release.ID}, Async: register.Always}
	waiting := f.deliver(system, h, document).Delivery.ID
	if _, err := f.r.CancelDelivery(ctx, system, waiting); err != nil {
		t.Fatal(err)
	}
	f.must(f.r.ReadDelivery(ctx, waiting, sbom.Limits{}))
	if d := f.delivery(waiting); d.State != models.DeliveryCancelled || d.SBOMID != nil || d.Reason != system.Name+" stopped it." {
		t.Errorf("stopped while it waited: %+v", d.Delivery)
	}
	reading := f.deliver(system, h, manyPackages(150_000, "y")).Delivery.ID
	ended := make(chan error, 1)
	go func() { ended <- f.r.ReadDelivery(ctx, reading, sbom.Limits{}) }()
	waitFor(t, func() bool { return f.delivery(reading).State == models.DeliveryReading })
	if _, err := f.r.CancelDelivery(ctx, system, reading); err != nil {
		t.Fatal(err)
	}
	f.must(<-ended)
	list, err := f.s.SBOMs(ctx, system, 0, release.ID, models.Page{})
	f.must(err)
	if d := f.delivery(reading); d.State != models.DeliveryCancelled || len(list.Items) != 0 {
		t.Errorf("stopped while it was read: %+v, %d documents", d.Delivery, len(list.Items))
	}
	if _, err := f.r.CancelDelivery(ctx, system, reading); !models.HasCode(err, "delivery-ended") {
		t.Errorf("stopped twice: %v", err)
	}
}

func TestATokenThatWasRevokedSinceDeliversNothing(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	registrar := f.person("r@example.gov", models.Registrar, f.health)
	token := &models.Token{Name: "CI", Actions: models.StringList{string(models.WriteSBOM)}, ExpiresAt: time.Now().AddDate(0, 1, 0)}
	secret, err := f.r.CreateToken(ctx, registrar, token)
	f.must(err)
	by, err := f.s.TokenViewer(ctx, register.TokenHash(secret), time.Now())
	f.must(err)
	id := f.deliver(by, register.Handover{Door: models.DoorPipeline, Target: models.Target{ReleaseID: release.ID}}, document).Delivery.ID
	f.must(f.r.RevokeToken(ctx, registrar, token.ID))
	f.must(f.r.ReadDelivery(ctx, id, sbom.Limits{}))
	if d := f.delivery(id); d.State != models.DeliveryRefused || d.Code != "token-invalid" {
		t.Errorf("%+v", d.Delivery)
	}
}

func TestAnUploadLinkTakesOneDocumentForOneRelease(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisibleAgency), "1.0")
	registrar, other := f.person("r@example.gov", models.Registrar, f.health), f.person("o@example.gov", models.Registrar, f.education)
	link := func() *models.UploadLink {
		return &models.UploadLink{ReleaseID: release.ID, Supplier: "ACME", MaxBytes: 1 << 20, ExpiresAt: time.Now().AddDate(0, 0, 7)}
	}
	if _, err := f.r.MakeUploadLink(ctx, other, link()); !models.IsKind(err, models.NotFound) {
		t.Errorf("another agency makes one: %v", err)
	}
	secret, err := f.r.MakeUploadLink(ctx, registrar, link())
	f.must(err)
	send := func(doc string) (*register.Delivered, error) {
		return f.r.DeliverByLink(ctx, secret, "sbom.json", strings.NewReader(doc), sbom.Limits{})
	}
	if _, err := send(strings.Repeat(" ", 1<<20+1)); !models.IsKind(err, models.TooLarge) || !strings.Contains(err.Error(), "larger than 1 MB, the limit that was set by the office") {
		t.Errorf("more than the link takes: %v", err)
	}
	stopped, err := send(document)
	f.must(err)
	_, err = f.r.CancelDelivery(ctx, registrar, stopped.Delivery.ID)
	f.must(err)
	before, err := f.r.OpenUploadLink(ctx, secret)
	f.must(err)
	if told := before.Delivery.Reason; registrar.Name == "" || strings.Contains(told, registrar.Name) || !strings.Contains(told, "the office that gave you this link") {
		t.Errorf("the supplier is told: %q", told)
	}
	refused, err := send("Hello.")
	f.must(err)
	if _, err := send(document); !models.HasCode(err, "link-used") {
		t.Errorf("a second document while the first is under way: %v", err)
	}
	f.must(f.r.ReadDelivery(ctx, refused.Delivery.ID, sbom.Limits{}))
	open, err := f.r.OpenUploadLink(ctx, secret)
	f.must(err)
	if open.Spent() || open.Delivery.State != models.DeliveryRefused {
		t.Errorf("after a refusal: %+v", open)
	}
	taken, err := send(document)
	f.must(err)
	f.must(f.r.ReadDelivery(ctx, taken.Delivery.ID, sbom.Limits{}))
	open, err = f.r.OpenUploadLink(ctx, secret)
	f.must(err)
	if !open.Spent() || open.SBOM == nil || open.SBOM.Supplier != "ACME" || open.UsedAt == nil {
		t.Errorf("after a document was taken: %+v", open)
	}
	if _, err := send(document); !models.HasCode(err, "link-used") {
		t.Errorf("a second document: %v", err)
	}
	if e := f.lastEvent(); e.Action != "sbom.received" || !strings.Contains(e.ActorName, "ACME") {
		t.Errorf("the event: %+v", e)
	}
	if _, err := f.r.At(time.Now().AddDate(0, 0, 8)).OpenUploadLink(ctx, secret); !models.HasCode(err, "link-unknown") {
		t.Errorf("after its time: %v", err)
	}
	second := link()
	revoked, err := f.r.MakeUploadLink(ctx, registrar, second)
	f.must(err)
	if _, err := f.r.RevokeUploadLink(ctx, registrar, second.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.r.OpenUploadLink(ctx, revoked); !models.HasCode(err, "link-unknown") {
		t.Errorf("after it was revoked: %v", err)
	}
}

func TestTheReleaseIsFoundOrMadeFromTheRoot(t *testing.T) {
	f := newFixture(t)
	registrar := f.person("r@example.gov", models.Registrar, f.hospitals)
	sent := 0
	send := func(by models.Viewer, target models.Target) (*register.Receipt, error) {
		sent++
		d, err := f.r.Deliver(ctx, by, register.Handover{Door: models.DoorAPI, Target: target}, strings.NewReader(document+strings.Repeat(" ", sent)), sbom.Limits{})
		if err != nil {
			return nil, err
		}
		return d.Receipt, nil
	}
	if _, err := send(registrar, models.Target{}); !models.HasCode(err, "target-unknown") {
		t.Errorf("nothing is there and nothing may be made: %v", err)
	}
	before := f.lastEvent().ID
	made, err := send(registrar, models.Target{Make: models.MakeAsset, Categories: models.StringList{"case-management"}})
	f.must(err)
	if diff := cmp.Diff([]string{"asset.registered", "release.registered", "sbom.received"}, f.events(before)); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	asset, err := f.s.Asset(ctx, system, made.SBOM.AssetID)
	f.must(err)
	if asset.StewardID != f.hospitals.ID || asset.Visibility != models.VisibleAgency || asset.Origin != models.GovBuilt || !slices.Equal(asset.Categories, models.StringList{"case-management"}) {
		t.Errorf("the asset that was made: %+v", asset)
	}
	found, err := send(registrar, models.Target{Make: models.MakeAsset})
	f.must(err)
	if found.SBOM.ReleaseID != made.SBOM.ReleaseID || found.SBOM.ID == made.SBOM.ID {
		t.Errorf("found %+v", found.SBOM)
	}
	next, err := send(registrar, models.Target{Number: "2.0", Make: models.MakeRelease})
	f.must(err)
	if next.SBOM.AssetID != asset.ID || next.SBOM.Release != "2.0" {
		t.Errorf("another release: %+v", next.SBOM)
	}
	if _, err := send(system, models.Target{Name: "Nowhere", Make: models.MakeAsset}); !models.HasCode(err, "target-unknown") {
		t.Errorf("nobody's: %v", err)
	}
	if _, err := send(registrar, models.Target{AgencyID: f.education.ID, Make: models.MakeAsset}); !models.IsKind(err, models.Forbidden) {
		t.Errorf("at another agency: %v", err)
	}
}

func TestTheBytesOfAFormerDocumentPutItInForceAgain(t *testing.T) {
	f := newOwnFixture(t)
	release := f.release(f.asset("Case Desk", f.health, models.VisiblePublic), "1.0")
	second := document + " "
	send := func(door models.Door, doc string) (*store.SBOMRow, error) {
		d, err := f.r.Deliver(ctx, system, register.Handover{Door: door, Target: models.Target{ReleaseID: release.ID}, Async: register.WhenLarge}, strings.NewReader(doc), sbom.Limits{})
		if err != nil {
			return nil, err
		}
		if d.Delivery == nil {
			return d.Receipt.SBOM, nil
		}
		f.must(f.r.ReadDelivery(ctx, d.Delivery.ID, sbom.Limits{}))
		done := f.delivery(d.Delivery.ID)
		if done.State != models.DeliveryDone {
			return nil, models.Refuse(models.Conflict, done.Code, done.Reason)
		}
		return f.s.SBOM(ctx, system, *done.SBOMID)
	}
	a, err := send(models.DoorAPI, document)
	f.must(err)
	b, err := send(models.DoorAPI, second)
	f.must(err)
	if again, err := send(models.DoorImport, document); err != nil || again.State != models.SBOMSuperseded {
		t.Errorf("a folder imported once more: %+v, %v", again, err)
	}
	for _, door := range []models.Door{models.DoorAPI, models.DoorPipeline} {
		for _, want := range []struct {
			doc string
			id  int64
		}{{document, a.ID}, {second, b.ID}} {
			got, err := send(door, want.doc)
			f.must(err)
			if got.ID != want.id || got.State != models.SBOMCurrent || f.lastEvent().Action != "sbom.reinstated" {
				t.Errorf("by the door %s: %+v, last event %s", door, got, f.lastEvent().Action)
			}
		}
	}
	f.must(f.r.SetRetention(ctx, system, &models.RetentionRule{KeepLast: 0, KeepDays: 0, Reason: "test"}))
	if n, err := f.r.At(time.Now().AddDate(0, 0, 1)).Retain(ctx); n != 1 || err != nil {
		t.Fatalf("%d reduced, %v", n, err)
	}
	restored, err := send(models.DoorPage, document)
	f.must(err)
	if restored.ID != a.ID || restored.State != models.SBOMCurrent || restored.ReducedAt != nil || f.original(restored) != sha256.Sum256([]byte(document)) {
		t.Errorf("after it had been reduced: %+v", restored)
	}
	if packages, err := f.s.Packages(ctx, a.ID, store.PackageFilter{}); err != nil || len(packages.Items) != a.Packages {
		t.Errorf("its packages: %d, %v", len(packages.Items), err)
	}
	_, err = f.r.WithdrawSBOM(ctx, system, a.ID, "wrong product")
	f.must(err)
	for _, door := range []models.Door{models.DoorAPI, models.DoorPipeline} {
		if _, err := send(door, document); !models.HasCode(err, "sbom-withdrawn") {
			t.Errorf("after it was withdrawn, by the door %s: %v", door, err)
		}
	}
}
