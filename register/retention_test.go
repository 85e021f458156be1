package register_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func TestFormerDocumentsAreReducedByRule(t *testing.T) {
	f := newOwnFixture(t)
	a := f.asset("Case Desk", f.hospitals, models.VisiblePublic)
	release, twin := f.release(a, "1.0"), f.release(a, "1.1")
	var docs []*store.SBOMRow
	for i := range 4 {
		docs = append(docs, f.receive(system, release, document+strings.Repeat(" ", i)).SBOM)
	}
	f.receive(system, twin, document) // the bytes of the oldest, in force elsewhere
	officer := f.person("o@example.gov", models.OSPOStaff, nil)
	f.must(f.r.SetRetention(ctx, officer, &models.RetentionRule{KeepLast: 0, KeepDays: 36_000, Reason: "Archives Act"}))
	f.must(f.r.SetRetention(ctx, officer, &models.RetentionRule{AgencyID: &f.health.ID, KeepLast: 1, KeepDays: 0, Reason: "Health Records Act"}))
	if err := f.r.SetRetention(ctx, officer, &models.RetentionRule{KeepLast: 5, KeepDays: 5, Reason: "again"}); !models.HasCode(err, "retention-rule-exists") {
		t.Errorf("a second rule for all: %v", err)
	}
	later := f.r.At(time.Now().AddDate(0, 0, 2))
	preview, err := later.ToReduce(ctx, officer)
	f.must(err)
	f.must2(f.r.ChangeAsset(ctx, system, a.ID, 0, func(a *models.Asset) { a.Visibility = models.VisibleAgency }))
	viewers := map[string]models.Viewer{"auditor": f.person("a@example.gov", models.Auditor, nil), "reader": f.person("r@example.gov", models.Reader, f.hospitals), "outsider": {UserID: 999, Name: "Somebody"}}
	for who, want := range map[string]int{"auditor": 2, "reader": 2, "outsider": 0} {
		if list, err := later.ToReduce(ctx, viewers[who]); err != nil || len(list) != want {
			t.Errorf("to the %s the preview has %d documents, want %d: %v", who, len(list), want, err)
		}
	}
	if _, err := later.ToReduce(ctx, models.Viewer{}); !models.IsKind(err, models.Unauthenticated) {
		t.Errorf("the public: %v", err)
	}
	n, err := later.Retain(ctx)
	f.must(err)
	if n != 2 || len(preview) != 2 || preview[0].ID != docs[0].ID || preview[1].ID != docs[1].ID {
		t.Fatalf("%d reduced after a preview of %+v", n, preview)
	}
	for i, d := range docs {
		now, err := f.s.SBOM(ctx, system, d.ID)
		f.must(err)
		if reduced := now.ReducedAt != nil; reduced != (i < 2) || now.Packages != d.Packages || !bytes.Equal(now.SHA256, d.SHA256) {
			t.Errorf("document %d: %+v", i, now)
		}
	}
	if f.original(docs[0]) != sha256.Sum256([]byte(document)) {
		t.Error("the bytes that another document shares are gone")
	}
	if body, err := f.s.Original(ctx, docs[1].OriginalID); err == nil {
		if data, _ := io.ReadAll(body); len(data) > 0 {
			t.Error("the bytes of a reduced document are still there")
		}
		_ = body.Close()
	}
	if n, err := later.Retain(ctx); n != 0 || err != nil {
		t.Errorf("once more: %d, %v", n, err)
	}
}
