package register_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// TestMain lets the test binary play the program that is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("TEST_RECEIVE_INTO"); dsn != "" {
		s, err := store.Open(ctx, dsn)
		if err != nil {
			panic(err)
		}
		release, _ := strconv.ParseInt(os.Getenv("TEST_RELEASE"), 10, 64)
		_, err = register.New(s).ReceiveSBOM(ctx, system, release, "x", strings.NewReader(strings.Replace(document, `"2.1"`, `"9.9"`, 1)), sbom.Limits{})
		panic(err)
	}
	os.Exit(m.Run())
}

func TestAProgramKilledInTheMiddleOfAnIntakeLeavesTheOldDocument(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := &fixture{t: t, s: s, r: register.New(s)}
	release := f.release(f.asset("Case Desk", f.agency("health", nil), models.VisiblePublic), "1.0")
	first := f.receive(system, release, document)
	last := f.lastEvent().ID

	conn, err := pgx.Connect(ctx, dsn)
	f.must(err)
	defer conn.Close(ctx)
	// The lock that every transaction takes last: the other program comes to stand there with everything written.
	_, err = conn.Exec(ctx, `SELECT pg_advisory_lock(7201002)`)
	f.must(err)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "TEST_RECEIVE_INTO="+dsn, "TEST_RELEASE="+strconv.FormatInt(release.ID, 10))
	f.must(child.Start())
	waitFor(t, func() (there bool) {
		f.must(conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&there))
		return there
	})
	f.must(child.Process.Signal(syscall.SIGKILL))
	_ = child.Wait()
	_, err = conn.Exec(ctx, `SELECT pg_advisory_unlock(7201002)`)
	f.must(err)

	list, err := s.SBOMs(ctx, system, 0, release.ID, models.Page{})
	f.must(err)
	if len(list.Items) != 1 || list.Items[0].ID != first.SBOM.ID || list.Items[0].State != models.SBOMCurrent || len(f.events(last)) != 0 {
		t.Errorf("after the kill: %+v, events %v", list.Items, f.events(last))
	}
	again := f.receive(system, release, strings.Replace(document, `"2.1"`, `"9.9"`, 1))
	if again.Again || again.SBOM.State != models.SBOMCurrent {
		t.Errorf("trying again: %+v", again)
	}
}

// waitFor asks until something is so; the test's own time limit ends it otherwise.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); !so(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("it did not come to be within a minute")
		}
	}
}

func TestManySendersAtOnceLoseNothing(t *testing.T) {
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	a := f.asset("Case Desk", f.agency("health", nil), models.VisiblePublic)
	releases := make([]*models.Release, 8)
	for i := range releases {
		releases[i] = f.release(a, strconv.Itoa(i))
	}
	last := f.lastEvent().ID
	var wg sync.WaitGroup
	failed := make(chan error, 64)
	for i := range 32 { // four senders of the same document to each release
		wg.Add(1)
		go func() {
			defer wg.Done()
			body := strings.Replace(document, `"2.1"`, `"2.`+strconv.Itoa(i%4)+`"`, 1)
			if _, err := f.r.ReceiveSBOM(ctx, system, releases[i%8].ID, "x", strings.NewReader(body), sbom.Limits{}); err != nil {
				failed <- err
			}
		}()
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	list, err := s.SBOMs(ctx, system, a.ID, 0, models.Page{Limit: 100})
	f.must(err)
	current := 0
	for _, d := range list.Items {
		if d.State == models.SBOMCurrent {
			current++
		}
	}
	if list.Total.Count != 8 || current != 8 {
		t.Errorf("%d documents, %d current; want 8 and 8", list.Total.Count, current)
	}
	if got := len(f.events(last)); got != 8 {
		t.Errorf("%d events for 8 documents", got)
	}
}

func TestFiftyEqualEntriesAtOnceMakeOne(t *testing.T) {
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	steward := f.agency("health", nil)
	var wg sync.WaitGroup
	results := make(chan error, 50)
	for range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- f.r.RegisterAsset(ctx, system, &models.Asset{Name: "Case Desk", Origin: models.Service, StewardID: steward.ID, Lifecycle: models.AssetInUse, Visibility: models.VisiblePublic})
		}()
	}
	wg.Wait()
	close(results)
	made := 0
	for err := range results {
		switch {
		case err == nil:
			made++
		case !models.HasCode(err, "asset-name-taken"):
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d entries were made", made)
	}
}
