package register_test

import (
	"crypto/sha256"
	"math/rand/v2"
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
	if dsn := os.Getenv("TEST_READ_DELIVERY_IN"); dsn != "" {
		s, err := store.Open(ctx, dsn)
		if err != nil {
			panic(err)
		}
		id, _ := strconv.ParseInt(os.Getenv("TEST_DELIVERY"), 10, 64)
		if err := register.New(s).ReadDelivery(ctx, id, sbom.Limits{}); err != nil {
			panic(err)
		}
		os.Exit(0)
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

func TestADeliveryKilledAtRandomMomentsIsReadOnce(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	s, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f := &fixture{t: t, s: s, r: register.New(s)}
	a := f.asset("Case Desk", f.agency("health", nil), models.VisiblePublic)
	read := func(id int64) *exec.Cmd {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "TEST_READ_DELIVERY_IN="+dsn, "TEST_DELIVERY="+strconv.FormatInt(id, 10))
		f.must(child.Start())
		return child
	}
	before, killed := f.lastEvent().ID, 0
	for i := range 20 {
		release := f.release(a, strconv.Itoa(i))
		body := manyPackages(12_000, strconv.Itoa(i))
		id := f.deliver(system, register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: release.ID}, Async: register.Always}, body).Delivery.ID
		child := read(id)
		moment := time.NewTimer(time.Duration(rand.IntN(900)) * time.Millisecond)
		<-moment.C
		f.must(child.Process.Signal(syscall.SIGKILL))
		if child.Wait() != nil {
			killed++
		}
		waitFor(t, func() bool { // the server notices that the dead program's connections are gone
			release, held, err := s.TryHoldDelivery(ctx, id)
			f.must(err)
			if held {
				release()
			}
			return held
		})
		f.must(f.r.ReadDelivery(ctx, id, sbom.Limits{}))
		d := f.delivery(id)
		list, err := s.SBOMs(ctx, system, 0, release.ID, models.Page{})
		f.must(err)
		if d.State != models.DeliveryDone || len(list.Items) != 1 || list.Items[0].Packages != 12_000 || f.original(&list.Items[0]) != sha256.Sum256([]byte(body)) {
			t.Fatalf("kill %d: %+v, %d documents", i, d.Delivery, len(list.Items))
		}
	}
	counts := map[string]int{}
	for _, action := range f.events(before) {
		counts[action]++
	}
	if counts["sbom.received"] != 20 || counts["delivery.received"] != 20 || killed < 5 {
		t.Errorf("%d of 20 were killed while at work; events %v", killed, counts)
	}
}

func TestTwoHundredUploadsAtOnceEndWithoutADeadlock(t *testing.T) {
	s := testkit.OwnStore(t)
	f := &fixture{t: t, s: s, r: register.New(s)}
	a := f.asset("Case Desk", f.agency("health", nil), models.VisiblePublic)
	releases := make([]*models.Release, 20)
	for i := range releases {
		releases[i] = f.release(a, strconv.Itoa(i))
	}
	var wg sync.WaitGroup
	failed := make(chan error, 200)
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			body := manyPackages(300, strconv.Itoa(i/2)) // every document comes twice, to two releases
			_, err := f.r.Deliver(ctx, system, register.Handover{Door: models.DoorAPI, Target: models.Target{ReleaseID: releases[(i*7)%20].ID}}, strings.NewReader(body), sbom.Limits{})
			failed <- err
		}()
	}
	wg.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Error(err)
		}
	}
	list, err := s.SBOMs(ctx, system, a.ID, 0, models.Page{Limit: 1})
	f.must(err)
	if list.Total.Count != 200 {
		t.Errorf("%d documents", list.Total.Count)
	}
}
