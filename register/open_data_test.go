package register_test

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// described gives Case Desk a repository whose file says things that nobody in public may know.
func describe(t *testing.T, s *store.Store, g *sample.State, visibility models.Visibility) {
	t.Helper()
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	repo := models.Repository{AssetID: &g.CaseDesk.ID, AgencyID: g.Health.ID, URL: "https://git.example.gov/health/case-desk.git", Canonical: "git.example.gov/health/case-desk", Host: models.PlainGit, Visibility: visibility, State: models.RepositoryHere, Active: true,
		Fork: models.NoFork, LastCommitAt: &at, Valid: true, Outcome: models.VisitRead, Description: &models.Description{Format: models.PublicCode, Name: "case-desk", URL: "https://git.example.gov/health/case-desk", Status: "stable", SoftwareType: "standalone/web",
			Platforms: []string{"web"}, UsedBy: []string{"Everybody"}, License: "MIT", Maintenance: "internal", Contacts: []models.Contact{{Name: "Ann Secret", Email: "ann@secret.example"}},
			Contractors: []models.Contractor{{Name: "Firm", Email: "boss@secret.example"}}, Texts: map[string]models.DescriptionText{"en": {Short: "From the file", Long: "A long text from the file.", Features: []string{"Intake"}}}}}
	if err := store.Write(ctx, s, func(tx *store.Tx) error { return tx.CreateRepository(ctx, &repo) }); err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, r *register.Register, f opendata.Format) (*register.Dump, string) {
	t.Helper()
	d, err := r.OpenDump(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(d)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if got := hex.EncodeToString(sum[:]); got != d.SHA256 || int64(len(text)) != d.Size() {
		t.Errorf("said %s and %d bytes, is %s and %d", d.SHA256, d.Size(), got, len(text))
	}
	return d, string(text)
}

func TestTheDumpIsExactlyWhatThePublicSeesInTheList(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	describe(t, s, g, models.VisiblePublic)
	r := register.New(s)
	r.UseOpenData(register.OpenData{Address: "https://register.example.gov/"})
	list, err := s.Assets(ctx, models.Viewer{}, models.AssetFilter{})
	if err != nil {
		t.Fatal(err)
	}
	d, text := dump(t, r, opendata.NDJSON)
	seen := map[int64]bool{}
	for line := range strings.Lines(text) {
		var e struct {
			ID      int64
			Address string
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if seen[e.ID] {
			t.Errorf("%d is there twice", e.ID)
		}
		seen[e.ID] = true
		if !strings.HasPrefix(e.Address, "https://register.example.gov/assets/") {
			t.Error(e.Address)
		}
	}
	if d.Entries != list.Total.Count || len(seen) != d.Entries {
		t.Errorf("%d said, %d there, %d in the list", d.Entries, len(seen), list.Total.Count)
	}
	for _, a := range list.Items {
		if !seen[a.ID] {
			t.Errorf("%s is missing", a.Name)
		}
	}
	c, table := dump(t, r, opendata.CSV)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != c.Entries+1 || c.Entries != d.Entries {
		t.Errorf("%d rows, %d entries: %v", len(rows), c.Entries, err)
	}
	for _, hidden := range []string{"Post Box", "Tax Lens", "Ann Secret", "secret.example", "Everybody", "pensions@nib", "Head of pensions", "Port Clinic"} {
		for _, file := range []string{text, table} {
			if strings.Contains(file, hidden) {
				t.Errorf("%q is in the open data", hidden)
			}
		}
	}
	for _, told := range []string{"National Insurance Board", "A long text from the file.", `"developmentStatus":"stable"`, `"softwareVersion":"4.2.1"`} {
		if !strings.Contains(text, told) {
			t.Errorf("%q is not in the open data", told)
		}
	}
}

func TestTheSameDataAreTheSameBytesAndAChangeIsInTheNextDump(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	one, first := dump(t, register.New(s), opendata.NDJSON)
	_, again := dump(t, register.New(s), opendata.NDJSON)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	r := register.New(s)
	dump(t, r, opendata.NDJSON)
	if _, err := r.ChangeAsset(ctx, sample.By, g.Portal.ID, 0, func(a *models.Asset) { a.Visibility = models.VisibleGovernment }); err != nil {
		t.Fatal(err)
	}
	two, second := dump(t, r, opendata.NDJSON)
	if two.Entries != one.Entries-1 || strings.Contains(second, "Open Portal") {
		t.Errorf("%d entries before, %d after one was hidden", one.Entries, two.Entries)
	}
}

func TestAHiddenRepositorySaysNothingToThePublic(t *testing.T) {
	s := testkit.Store(t)
	g := sample.Government(t, s)
	describe(t, s, g, models.VisibleGovernment)
	public, err := s.DescribedAsset(ctx, models.Viewer{}, g.CaseDesk.ID)
	if err != nil {
		t.Fatal(err)
	}
	if public.Repository != nil {
		t.Errorf("%+v", public.Repository)
	}
	inside, err := s.DescribedAsset(ctx, sample.Viewer(t, s, g.Reader), g.CaseDesk.ID)
	if err != nil {
		t.Fatal(err)
	}
	d := inside.Description()
	if inside.Repository == nil || d.Private == nil || !*d.Private || len(d.Contacts) != 1 {
		t.Errorf("%+v", d)
	}
	if _, err := s.DescribedAsset(context.Background(), models.Viewer{}, g.Secret.ID); !models.IsKind(err, models.NotFound) {
		t.Error(err)
	}
}
