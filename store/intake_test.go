package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func hashOf(text string) store.Hash {
	sum := sha256.Sum256([]byte(text))
	return store.Hash(sum[:16])
}

// intakeOf makes a document ready that has the named packages, each under the licence that its last word says.
func intakeOf(release int64, names ...string) *store.Intake {
	body := strings.Join(names, "\n")
	sum := sha256.Sum256([]byte(body))
	in := &store.Intake{Original: strings.NewReader(body), SBOM: models.SBOM{ReleaseID: release, SHA256: sum[:], Bytes: int64(len(body)), Format: models.SPDXJSON, Verdict: models.Accepted,
		Packages: len(names), Findings: []models.ReadFinding{}, Creators: []models.Creator{}, Tallies: []models.Tally{}}}
	in.Describe = func(f *store.ComponentFacts) models.Component {
		return models.Component{PURL: f.PURL, Name: f.Name, Version: f.Version, Supplier: f.Supplier}
	}
	places := map[string]int32{}
	for i, name := range names {
		license := "LicenseRef-" + name[strings.LastIndex(name, " ")+1:]
		at, ok := places[license]
		if !ok {
			at = int32(len(in.Expressions))
			places[license] = at
			hash := hashOf(license)
			in.Expressions = append(in.Expressions, models.LicenseExpression{Hash: hash[:], Stated: license, Kind: "expression", Canonical: license, Class: "unknown"})
			text := sha256.Sum256([]byte("The text of all."))
			in.Texts = append(in.Texts, store.LicenseText{Expression: at, Ref: license, Hash: text[:], Text: "The text of all."})
		}
		in.Components = append(in.Components, store.ComponentFacts{Hash: hashOf(name), Name: name, Declared: at, Concluded: at, Effective: at})
		in.Ordinals = append(in.Ordinals, int32(i))
	}
	return in
}

// keep stores a document.
func keep(t *testing.T, s *store.Store, in *store.Intake) int64 {
	t.Helper()
	if err := store.Write(context.Background(), s, func(tx *store.Tx) error { return tx.KeepSBOM(context.Background(), in) }); err != nil {
		t.Fatal(err)
	}
	return in.SBOM.ID
}

// packagesOf are the names of the packages of a document and the ids of their components.
func packagesOf(t *testing.T, s *store.Store, sbom int64) (names []string, ids map[string]int32) {
	t.Helper()
	list, err := s.Packages(context.Background(), sbom, store.PackageFilter{Page: models.Page{Limit: models.MaxLimit}})
	if err != nil {
		t.Fatal(err)
	}
	ids = map[string]int32{}
	for _, p := range list.Items {
		names = append(names, p.Name)
		ids[p.Name] = p.ComponentID
	}
	return names, ids
}

func TestIdsOfAWriterThatFailedAreNeverUsed(t *testing.T) {
	s := testkit.OwnStore(t)
	asset := sample.Asset(t, s)
	one, two := sample.Release(t, s, asset.ID, "1"), sample.Release(t, s, asset.ID, "2")
	s.Forget()
	broken := errors.New("the last step failed")
	err := store.Write(context.Background(), s, func(tx *store.Tx) error {
		if err := tx.KeepSBOM(context.Background(), intakeOf(one.ID, "a", "b")); err != nil {
			t.Fatal(err)
		}
		return broken
	})
	if !errors.Is(err, broken) || s.Remembered() != 0 {
		t.Fatalf("after a failure (%v) %d ids are remembered", err, s.Remembered())
	}
	names, first := packagesOf(t, s, keep(t, s, intakeOf(one.ID, "a", "b", "c")))
	if diff := cmp.Diff([]string{"a", "b", "c"}, names); diff != "" {
		t.Error(diff)
	}
	if s.Remembered() != 3 {
		t.Errorf("after a success %d ids are remembered, want 3", s.Remembered())
	}
	if _, again := packagesOf(t, s, keep(t, s, intakeOf(two.ID, "c", "b", "a"))); !cmp.Equal(first, again) {
		t.Errorf("the same components became %v and %v", first, again)
	}
}

func TestIdsOfAStepThatWasTakenBackAreNeverUsed(t *testing.T) {
	s := testkit.OwnStore(t)
	one := sample.Release(t, s, sample.Asset(t, s).ID, "1")
	s.Forget()
	err := store.Write(context.Background(), s, func(tx *store.Tx) error {
		inner := store.Write(context.Background(), tx.Store, func(step *store.Tx) error {
			return errors.Join(step.KeepSBOM(context.Background(), intakeOf(one.ID, "a")), errors.New("taken back"))
		})
		if inner == nil {
			t.Error("the step did not fail")
		}
		return nil
	})
	if err != nil || s.Remembered() != 0 {
		t.Errorf("%d ids are remembered (%v)", s.Remembered(), err)
	}
}

func TestTwoProgramsOnOneDatabaseShareTheirComponents(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	var nodes [2]*store.Store
	for i := range nodes {
		s, err := store.Open(context.Background(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		nodes[i] = s
	}
	asset := sample.Asset(t, nodes[0])
	var last map[string]int32
	for i, names := range [][]string{{"a"}, {"a", "b"}, {"a", "b", "c"}, {"a", "b", "c"}} {
		release := sample.Release(t, nodes[0], asset.ID, fmt.Sprint(i))
		_, ids := packagesOf(t, nodes[1], keep(t, nodes[i%2], intakeOf(release.ID, names...)))
		for name, id := range last {
			if ids[name] != id {
				t.Errorf("%s is %d for one and %d for the other", name, id, ids[name])
			}
		}
		if last = ids; len(ids) != len(names) {
			t.Errorf("%d components of %v", len(ids), names)
		}
	}
}

func TestWritersOfTheSameComponentsInAnyOrderDoNotDeadlock(t *testing.T) {
	s := testkit.OwnStore(t)
	asset := sample.Asset(t, s)
	var letters []string // licences that are known already keep nobody waiting
	for c := range 20 {
		letters = append(letters, fmt.Sprintf("first %c", 'a'+c))
	}
	keep(t, s, intakeOf(sample.Release(t, s, asset.ID, "0").ID, letters...))
	var wg sync.WaitGroup
	var tries atomic.Int32
	for w := range 6 {
		var releases []int64
		for i := range 8 {
			releases = append(releases, sample.Release(t, s, asset.ID, fmt.Sprint(w, "-", i)).ID)
		}
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for i, release := range releases {
				var names []string
				for _, n := range r.Perm(300)[:150] {
					names = append(names, fmt.Sprintf("%d of round %d %c", n, i, 'a'+n%20))
				}
				err := store.Write(context.Background(), s, func(tx *store.Tx) error {
					tries.Add(1)
					return tx.KeepSBOM(context.Background(), intakeOf(release, names...))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := tries.Load(); n != 6*8 {
		t.Errorf("48 documents took %d transactions", n)
	}
}

func TestANewConnectionMayBeToAnEarlierStateOfTheDatabase(t *testing.T) {
	s := testkit.OwnStore(t)
	release := sample.Release(t, s, sample.Asset(t, s).ID, "1")
	keep(t, s, intakeOf(release.ID, "a"))
	if s.Remembered() == 0 {
		t.Fatal("nothing is remembered")
	}
	s.Disconnect()
	if err := s.Ping(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s.Remembered() != 0 {
		t.Errorf("%d ids are remembered from former connections", s.Remembered())
	}
}

func TestALargeDocumentTakesNoMoreStatementsThanASmallOne(t *testing.T) {
	s := testkit.OwnStore(t)
	asset := sample.Asset(t, s)
	names := func(n int, prefix string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint(prefix, i, " x"))
		}
		return list
	}
	statements := map[string]int{}
	for _, tc := range []struct {
		name  string
		names []string
	}{
		{"the first of all", names(10, "a")},
		{"a small one, all new", names(20, "b")},
		{"a large one, all new", names(4000, "c")},
		{"a small one, all known", names(20, "b")[5:]},
		{"a large one, all known", names(4000, "c")[5:]},
	} {
		in := intakeOf(sample.Release(t, s, asset.ID, tc.name).ID, tc.names...)
		in.Texts = nil
		err := store.Write(context.Background(), s, func(tx *store.Tx) error {
			count := tx.CountStatements()
			err := tx.KeepSBOM(context.Background(), in)
			statements[tc.name] = *count
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{"the first of all": 9, "a small one, all new": 7, "a large one, all new": 7, "a small one, all known": 5, "a large one, all known": 5}
	if diff := cmp.Diff(want, statements); diff != "" {
		t.Errorf("statements beside the one that inserts the header, want (-), got (+):\n%s", diff)
	}
}

func TestRememberedIdsAreBounded(t *testing.T) {
	found, remembered := store.FindAfter(100, 1000)
	if remembered > 200 {
		t.Errorf("%d ids are remembered with room for two generations of 100", remembered)
	}
	if !slices.Contains(found, 999) || slices.Contains(found, 1) {
		t.Errorf("the latest are to be remembered and the first forgotten: %v", found)
	}
}
