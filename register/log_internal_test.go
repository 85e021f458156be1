package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// theOffice writes what these tests log.
var theOffice = models.SystemViewer("office")

func published(n int) []byte { return fmt.Appendf(nil, `{"ref":"health-2026-%04d"}`, n) }

// publish logs the publication of a document by the event of an invented decision.
func publish(t testing.TB, r *Register, n int, seen models.Visibility) (index int64) {
	t.Helper()
	sum := sha256.Sum256(published(n))
	err := store.Write(t.Context(), r.store, func(tx *store.Tx) (err error) {
		index, err = recordLeaf(t.Context(), tx, theOffice, event{action: "decision.published", noun: "decision", id: int64(n + 1), title: fmt.Sprintf("Case %d", n), to: seen,
			before: map[string]any{"state": "approved"}, after: map[string]any{"state": "published", "value": 1.50, "note": "<é>"}},
			logged{entry: proof.Entry{Ref: fmt.Sprintf("health-2026-%04d", n), Role: "procurement", Number: 1, Digest: hex.EncodeToString(sum[:])}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// keyed gives a register that signs, and its database's address.
func keyed(t testing.TB, entries int) (*Register, string) {
	t.Helper()
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r := New(s)
	private, _, err := proof.NewKey("register.example.gov/log")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.UseLogKey(private); err != nil {
		t.Fatal(err)
	}
	for n := range entries {
		publish(t, r, n, models.VisiblePublic)
	}
	return r, dsn
}

func checkpoint(t testing.TB, r *Register) []byte {
	t.Helper()
	signed, err := r.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func verified(t testing.TB, r *Register, check LogCheck) *LogReport {
	t.Helper()
	report, err := r.VerifyLog(t.Context(), check, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tamper changes rows as somebody does who owns the database.
func tamper(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	tables := []string{"events", "log_entries", "log_hashes", "log_checkpoints", "decisions", "decision_parts", "decision_moves", "decision_publications", "attachments", "attachment_parts", "regime_versions"}
	for _, table := range tables {
		statements = append([]string{"ALTER TABLE " + table + " DISABLE TRIGGER USER", "GRANT UPDATE, DELETE ON " + table + " TO CURRENT_USER"}, statements...)
	}
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// onFile makes the first decisions that publish speaks of, for all to see.
func onFile(t *testing.T, r *Register, decisions int) {
	t.Helper()
	ctx, now := t.Context(), time.Now().UTC().Truncate(time.Microsecond)
	a := &models.Agency{Name: "Ministry of Health", Code: "health", URI: "https://health.example.gov", Kind: models.Ministry}
	if err := r.RegisterAgency(ctx, theOffice, a); err != nil {
		t.Fatal(err)
	}
	version := bound(t, r, now)
	for n := range decisions {
		err := store.Write(ctx, r.store, func(tx *store.Tx) error {
			d := &models.Decision{ID: int64(n + 1), AgencyID: a.ID, Kind: models.DecideNew, Track: models.FullTrack, Title: "Files", State: models.DecisionDraft, RegimeVersionID: version, Visibility: models.VisiblePublic, CreatedAt: now, Digest: models.DossierDigest(nil)}
			if err := tx.CreateDecision(ctx, d, a.Code); err != nil {
				return err
			}
			_, err := recordLeaf(ctx, tx, theOffice, decisionEvent("decision.opened", d, nil, openedAs(d)), logged{d.ID, proof.Entry{Ref: d.Ref, Dossier: hexDigest(d.Digest)}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestACitizenProvesAPublishedDocumentWithNothingOfOurs(t *testing.T) {
	r, _ := keyed(t, 11)
	onFile(t, r, 11)
	for n := range 11 {
		file, err := r.InclusionProof(t.Context(), models.Viewer{}, int64(n))
		if err != nil {
			t.Fatal(err)
		}
		f, err := proof.VerifyInclusion(sha256.Sum256(published(n)), file, r.LogKeys()...)
		if err != nil || !f.Same || f.Entry.Action != "decision.published" || f.Entry.Noun != "decision" {
			t.Fatal(f, err)
		}
	}
}

func TestWhoMayNotSeeAnEventGetsNoProofOfIt(t *testing.T) {
	r, _ := keyed(t, 0)
	index := publish(t, r, 0, models.VisibleGovernment)
	if _, err := r.InclusionProof(t.Context(), models.Viewer{}, index); !models.IsKind(err, models.NotFound) {
		t.Error(err)
	}
	if _, err := r.InclusionProof(t.Context(), models.Viewer{}, 99); !models.IsKind(err, models.NotFound) {
		t.Error(err)
	}
	if _, err := r.InclusionProof(t.Context(), theOffice, index); err != nil {
		t.Error(err)
	}
}

func TestACheckpointStaysTheSameUntilSomethingIsLogged(t *testing.T) {
	r, _ := keyed(t, 3)
	first := checkpoint(t, r)
	if diff := cmp.Diff(string(first), string(checkpoint(t, r))); diff != "" {
		t.Error(diff)
	}
	publish(t, r, 3, models.VisiblePublic)
	second := checkpoint(t, r)
	file, err := r.ConsistencyProof(t.Context(), 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := proof.VerifyConsistency(first, second, file, r.LogKeys()...); err != nil || !f.Same {
		t.Error(f, err)
	}
	if file, err = r.ConsistencyProof(t.Context(), 2, 3); err != nil {
		t.Fatal(err)
	}
	if p, err := proof.ReadConsistency(file); err != nil || string(p.Signed) != string(first) {
		t.Error("not the proof up to an older checkpoint", err)
	}
	for _, sizes := range [][2]int64{{5, 0}, {-1, 0}, {1, 2}, {4, 3}} {
		if _, err := r.ConsistencyProof(t.Context(), sizes[0], sizes[1]); !models.IsKind(err, models.Invalid) && !models.IsKind(err, models.NotFound) {
			t.Errorf("a proof from %d to %d: %v", sizes[0], sizes[1], err)
		}
	}
}

func TestWithoutAKeyProofsAreRefusedAndSayWhatToSet(t *testing.T) {
	r := New(testkit.Store(t))
	publish(t, r, 0, models.VisiblePublic)
	onFile(t, r, 1)
	if _, err := r.InclusionProof(t.Context(), models.Viewer{}, 0); err == nil || !strings.Contains(err.Error(), "OSPO_LOG_KEY") {
		t.Error(err)
	}
	if report := verified(t, r, LogCheck{}); !report.Same() || !report.Unverified || report.Size != 3 {
		t.Errorf("%+v", report)
	}
}

func TestAnotherKeySignsNothingUnlessItNamesTheFormerOne(t *testing.T) {
	r, _ := keyed(t, 2)
	old := checkpoint(t, r)
	former := r.LogKeys()[0]
	private, _, err := proof.NewKey("register.example.gov/log")
	if err != nil {
		t.Fatal(err)
	}
	stranger := New(r.store)
	if err := stranger.UseLogKey(private); err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Checkpoint(t.Context()); !models.HasCode(err, "other-log-key") {
		t.Error(err)
	}
	if err := stranger.UseLogKey(private, former); err != nil {
		t.Fatal(err)
	}
	publish(t, r, 2, models.VisiblePublic)
	file, err := stranger.ConsistencyProof(t.Context(), 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := proof.VerifyConsistency(old, nil, file, stranger.LogKeys()...); err != nil || !f.Same {
		t.Error(f, err)
	}
}

func TestAnEventOfAnotherTransactionIsNotLogged(t *testing.T) {
	r, _ := keyed(t, 1)
	err := store.Write(t.Context(), r.store, func(tx *store.Tx) error {
		if err := record(t.Context(), tx, theOffice, event{action: "asset.changed", noun: "asset", id: 1}); err != nil {
			return err
		}
		_, err := tx.AppendLog(t.Context(), 1, nil, proof.Entry{})
		return err
	})
	if err == nil {
		t.Error("an older event was logged")
	}
	if n, err := r.store.LogSize(t.Context()); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestManyWritersAtOnceLeaveOneLogInTheOrderOfEvents(t *testing.T) {
	r, _ := keyed(t, 0)
	failed := make(chan error, 8)
	for w := range 8 {
		go func() {
			var err error
			for i := range 12 {
				err = store.Write(context.Background(), r.store, func(tx *store.Tx) error {
					_, err := recordLeaf(context.Background(), tx, theOffice, event{action: "decision.changed", noun: "decision", id: int64(w + 1)}, logged{entry: proof.Entry{Number: i}})
					return err
				})
				if err != nil {
					break
				}
				if _, err = r.Checkpoint(context.Background()); err != nil {
					break
				}
			}
			failed <- err
		}()
	}
	for range 8 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if report := verified(t, r, LogCheck{}); !report.Same() || report.Size != 96 || report.Checkpoints == 0 {
		t.Errorf("%+v", report)
	}
}
