package register_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit/measure"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// filed attaches text to the case of the trial.
func (x *trial) filed(by models.Viewer, a models.Attachment, text string) *store.AttachmentRow {
	x.t.Helper()
	if a.Type == "" {
		a.Type = "x_evidence"
	}
	if a.Filename == "" {
		a.Filename = "note.txt"
	}
	row, err := x.r.Attach(ctx, by, x.id, a, strings.NewReader(text))
	x.must(err)
	return row
}

// show makes the case visible to a circle, as its publication does.
func (x *trial) show(to models.Visibility) {
	x.t.Helper()
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		row, err := tx.Decision(ctx, system, x.id)
		if err != nil {
			return err
		}
		row.Visibility = to
		return tx.SaveDecision(ctx, &row.Decision)
	}))
}

func (x *trial) content(v models.Viewer, id int64) (string, error) {
	x.t.Helper()
	f, err := x.r.OpenAttachment(ctx, v, id)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	x.must(err)
	return string(text), nil
}

func TestAFileOfACaseComesBackAsItWasAndItsBytesAreKeptOnce(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	last := x.lastEvent().ID
	first := x.filed(buyer, models.Attachment{Title: "  Market   notes ", Filename: `C:\cases\notes.csv`, Part: "scan", Language: "en"}, "a;b\n")
	again := x.filed(buyer, models.Attachment{Filename: "copy.csv"}, "a;b\n")
	sum := sha256.Sum256([]byte("a;b\n"))
	if first.ContentID != again.ContentID || first.ID == again.ID || !bytes.Equal(first.SHA256, sum[:]) || first.Bytes != 4 {
		t.Errorf("the files are %+v and %+v", first, again)
	}
	if first.Title != "Market notes" || first.Filename != "notes.csv" || first.Media != "text/csv" || first.Tier != models.VisibleAgency || first.ByName != buyer.Name || again.Title != "copy.csv" {
		t.Errorf("the file is kept as %+v", first.Attachment)
	}
	for _, id := range []int64{first.ID, again.ID} {
		if text, err := x.content(buyer, id); text != "a;b\n" || err != nil {
			t.Errorf("attachment %d holds %q, %v", id, text, err)
		}
	}
	if diff := cmp.Diff([]string{"attachment.filed", "attachment.filed"}, x.events(last)); diff != "" {
		t.Error(diff)
	}
	log, err := x.s.LogEntriesOf(ctx, x.id)
	x.must(err)
	if body := string(log[len(log)-1].Body); !strings.Contains(body, hex.EncodeToString(sum[:])) || !strings.Contains(body, fmt.Sprintf("attachment/%d", again.ID)) {
		t.Errorf("the log says %s", body)
	}
	report, err := x.r.VerifyLog(ctx, register.LogCheck{}, nil)
	if err != nil || report.Total != 0 {
		t.Errorf("the log does not agree with the files: %+v, %v", report, err)
	}
}

func TestWhoMayReadAFileMaySeeItsCaseAndItsTier(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	viewers := map[string]models.Viewer{"public": {}, "another ministry": x.person("r@education.example.gov", models.Reader, x.education), "the ministry": x.person("r@health.example.gov", models.Reader, x.health),
		"an auditor": x.person("audit@example.gov", models.Auditor, nil)}
	circles := []models.Visibility{models.VisibleAgency, models.VisibleGovernment, models.VisiblePublic}
	reach := map[string]int{"public": 2, "another ministry": 1, "the ministry": 0, "an auditor": 0} // the first circle that they are in
	files := map[models.Visibility]int64{}
	for _, tier := range circles {
		files[tier] = x.filed(buyer, models.Attachment{Tier: tier}, "for "+string(tier)).ID
	}
	for c, visibility := range circles {
		x.show(visibility)
		for who, v := range viewers {
			var want, listed []int64
			for f, tier := range circles {
				if c >= reach[who] && f >= reach[who] {
					want = append(want, files[tier])
				}
				_, err := x.r.OpenAttachment(ctx, v, files[tier])
				if seen := c >= reach[who] && f >= reach[who]; seen != (err == nil) || err != nil && !models.IsKind(err, models.NotFound) {
					t.Errorf("a case for %s: %s asks for a file for %s and gets %v", visibility, who, tier, err)
				}
			}
			list, err := x.s.Attachments(ctx, v, x.id, models.Page{})
			x.must(err)
			for _, a := range list.Items {
				listed = append(listed, a.ID)
				if named := a.ByName != ""; named != (reach[who] == 0) {
					t.Errorf("a case for %s: %s reads that %q filed it", visibility, who, a.ByName)
				}
			}
			if diff := cmp.Diff(want, listed); diff != "" || list.Total.Count != len(want) {
				t.Errorf("a case for %s: %s is shown %v of %d: %s", visibility, who, listed, list.Total.Count, diff)
			}
		}
	}
}

func TestThePublicIsNotShownWhatThePublishedRecordHoldsBack(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	plain := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, "plain")
	named := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic}, "named")
	ofPart := x.filed(buyer, models.Attachment{Tier: models.VisiblePublic, Part: "cost/b"}, "of a part")
	x.show(models.VisiblePublic)
	text, err := models.PartBytes(&models.PublicTerms{Tier: models.VisiblePublic, Withheld: []models.Withheld{{Part: fmt.Sprintf("attachment/%d", named.ID), Ground: "security"}, {Part: "cost/b", Ground: "trade-secret"}}})
	x.must(err)
	sum := sha256.Sum256(text)
	x.must(store.Write(ctx, x.s, func(tx *store.Tx) error {
		return tx.AddDecisionPart(ctx, &models.DecisionPart{DecisionID: x.id, Part: models.PartPublication, Content: text, Digest: sum[:], ByName: "x", Role: models.Procurement, State: models.DecisionDraft, At: time.Now()})
	}))
	for who, want := range map[string][]int64{"public": {plain.ID}, "government": {plain.ID, named.ID, ofPart.ID}} {
		v := models.Viewer{}
		if who == "government" {
			v = x.person("r@education.example.gov", models.Reader, x.education)
		}
		list, err := x.s.Attachments(ctx, v, x.id, models.Page{})
		x.must(err)
		var got []int64
		for _, a := range list.Items {
			got = append(got, a.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
}

func TestAFileThatDoesNotBelongIsRefusedWithTheReason(t *testing.T) {
	x := newTrial(t)
	buyer, reader := x.people["procurement-officer"], x.person("r@health.example.gov", models.Reader, x.health)
	x.r.UseAttachmentRules(register.AttachmentRules{Most: 1000})
	old := x.filed(buyer, models.Attachment{}, "first version")
	better := x.filed(buyer, models.Attachment{SupersedesID: &old.ID}, "second version")
	none := int64(987654)
	for _, tc := range []struct {
		name       string
		by         models.Viewer
		a          models.Attachment
		text, want string
	}{
		{"from somebody who only reads", reader, models.Attachment{}, "x", "not-allowed"},
		{"from another ministry", x.person("p@education.example.gov", models.Procurement, x.education), models.Attachment{}, "x", "decision-not-found"},
		{"from the public", models.Viewer{}, models.Attachment{}, "x", "decision-not-found"},
		{"that is empty", buyer, models.Attachment{}, "", "empty"},
		{"that is too large", buyer, models.Attachment{}, strings.Repeat("x", 1001), "attachment-too-large"},
		{"that is not what it says", buyer, models.Attachment{Media: "application/pdf"}, "<html>", "media-differs"},
		{"that supersedes what is superseded", buyer, models.Attachment{SupersedesID: &old.ID}, "third version", "supersedesId superseded"},
		{"that supersedes nothing", buyer, models.Attachment{SupersedesID: &none}, "third version", "supersedesId unknown"},
		{"that supersedes itself", buyer, models.Attachment{SupersedesID: &better.ID}, "second version", "supersedesId same"},
		{"of a part that there is none of", buyer, models.Attachment{Part: "feelings"}, "x", "part unknown"},
		{"for nobody that is known", buyer, models.Attachment{Tier: "friends"}, "x", "tier unknown-value"},
	} {
		if tc.a.Filename == "" {
			tc.a.Filename = "note.txt"
		}
		tc.a.Type = "x_evidence"
		last := x.lastEvent().ID
		_, err := x.r.Attach(ctx, tc.by, x.id, tc.a, strings.NewReader(tc.text))
		if got := codes(err); !slices.Contains(got, tc.want) || len(x.events(last)) != 0 {
			t.Errorf("a file %s: got %v (%v) and %v", tc.name, got, err, x.events(last))
		}
	}
	_, err := x.r.At(time.Date(2026, 10, 6, 9, 0, 0, 0, time.UTC)).MoveDecision(ctx, x.people["requester"], x.id, 0, register.Step{To: models.DecisionClosed, Reason: "Not needed any more."})
	x.must(err)
	if _, err := x.r.Attach(ctx, buyer, x.id, models.Attachment{Filename: "late.txt", Type: "x_evidence"}, strings.NewReader("late")); !models.HasCode(err, "case-ended") {
		t.Errorf("a file of a case that has ended: %v", err)
	}
}

// codes are the code of an error and of each of its fields.
func codes(err error) []string {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil
	}
	list := []string{e.Code}
	for _, f := range e.Fields {
		list = append(list, f.Field+" "+f.Code)
	}
	return list
}

func TestABetterVersionAndARedactedFormAreFoundFromTheFileThatTheyAreOf(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	old := x.filed(buyer, models.Attachment{}, "first version")
	better := x.filed(buyer, models.Attachment{SupersedesID: &old.ID, Tier: models.VisibleGovernment}, "second version")
	redacted := x.filed(buyer, models.Attachment{RedactsID: &better.ID, Tier: models.VisiblePublic}, "s█████ version")
	for _, tc := range []struct {
		name                         string
		v                            models.Viewer
		id                           int64
		wantSuperseded, wantRedacted int64
	}{
		{"the first version", buyer, old.ID, better.ID, 0},
		{"the second version", buyer, better.ID, 0, redacted.ID},
		{"the redacted form", buyer, redacted.ID, 0, 0},
	} {
		a, err := x.s.Attachment(ctx, tc.v, tc.id)
		x.must(err)
		if id(a.SupersededByID) != tc.wantSuperseded || id(a.RedactedByID) != tc.wantRedacted {
			t.Errorf("%s is superseded by %d and redacted by %d", tc.name, id(a.SupersededByID), id(a.RedactedByID))
		}
	}
	x.show(models.VisiblePublic)
	if a, err := x.s.Attachment(ctx, models.Viewer{}, redacted.ID); err != nil || a.SHA256 == nil {
		t.Errorf("the public does not see the redacted form: %v", err)
	}
}

func id(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}

// large is a body of 200 MB that is never in memory: a third of it cannot be compressed.
func large() io.Reader {
	source := rand.NewChaCha8([32]byte{7})
	block := make([]byte, 700<<10)
	_, _ = source.Read(block)
	parts := []io.Reader{io.LimitReader(source, 64<<20)}
	for left := 136 << 20; left > 0; left -= len(block) {
		parts = append(parts, bytes.NewReader(block[:min(left, len(block))]))
	}
	return io.MultiReader(parts...)
}

func TestAFileOf200MegabytesPassesThroughLittleMemory(t *testing.T) {
	x := newTrial(t)
	buyer := x.people["procurement-officer"]
	sum := sha256.New()
	size, err := io.Copy(sum, large())
	x.must(err)
	runtime.GC()
	before := measure.HeapBytes()
	var heap uint64
	stop := measure.WatchHeap(&heap)
	row, err := x.r.Attach(ctx, buyer, x.id, models.Attachment{Filename: "model.bin", Type: "x_evidence"}, large())
	x.must(err)
	out, back := sha256.New(), int64(0)
	f, err := x.r.OpenAttachment(ctx, buyer, row.ID)
	x.must(err)
	back, err = io.Copy(out, f)
	x.must(errors.Join(err, f.Close()))
	b, err := x.r.Bundle(ctx, buyer, x.id)
	x.must(err)
	x.must(b.Write(io.Discard))
	stop()
	if row.Bytes != size || back != size || !bytes.Equal(row.SHA256, sum.Sum(nil)) || !bytes.Equal(out.Sum(nil), row.SHA256) {
		t.Errorf("%d bytes were sent, %d kept, %d given back", size, row.Bytes, back)
	}
	const most = 48 << 20
	if grown := int64(heap) - int64(before); grown > most {
		t.Errorf("the heap grew by %d MB, want at most %d", grown>>20, most>>20)
	} else {
		t.Logf("the heap grew by %d MB", grown>>20)
	}
}
