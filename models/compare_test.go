package models_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

// byNumber orders versions that are whole numbers, and others as text.
func byNumber(_, a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return cmp.Compare(x, y)
}

// npm is a package with a purl; its parts are "name version", then licence and supplier.
func npm(name, version string, rest ...string) models.ComparedPackage {
	p := models.ComparedPackage{Name: name, Version: version, PURL: "pkg:npm/" + name + "@" + version, Base: "pkg:npm/" + name, Ecosystem: "npm"}
	if len(rest) > 0 {
		p.Effective = rest[0]
	}
	if len(rest) > 1 {
		p.Supplier = rest[1]
	}
	return p
}

func side(list ...models.ComparedPackage) *models.ComparedSBOM {
	s := &models.ComparedSBOM{Packages: list}
	for i := range list {
		s.Ordinals = append(s.Ordinals, int32(i))
	}
	return s
}

func bare(name, version string) models.ComparedPackage {
	return models.ComparedPackage{Name: name, Version: version}
}

func lines(c *models.Comparison) []string {
	var list []string
	for _, x := range c.Changes {
		from, to := "-", "-"
		if x.From != nil {
			from = x.From.Version
		}
		if x.To != nil {
			to = x.To.Version
		}
		line := fmt.Sprintf("%s %s>%s %v", x.Name(), from, to, x.Kinds)
		if x.Older {
			line += " older"
		}
		list = append(list, line)
	}
	return list
}

func TestPackagesOfTwoDocumentsArePairedSensibly(t *testing.T) {
	for _, tt := range []struct {
		name      string
		from, to  *models.ComparedSBOM
		want      []string
		unchanged int
	}{
		{"the same document has no changes", side(npm("a", "1"), npm("b", "2")), side(npm("b", "2"), npm("a", "1")), nil, 2},
		{"one comes and one goes", side(npm("a", "1")), side(npm("b", "1")), []string{"a 1>- [removed]", "b ->1 [added]"}, 0},
		{"a new version", side(npm("a", "9")), side(npm("a", "10")), []string{"a 9>10 [version]"}, 0},
		{"an older version is said to be older", side(npm("a", "10")), side(npm("a", "9")), []string{"a 10>9 [version] older"}, 0},
		{"of several versions the equal ones pair, then the newest", side(npm("a", "1"), npm("a", "2"), npm("a", "3")), side(npm("a", "4"), npm("a", "2")), []string{"a 1>- [removed]", "a 3>4 [version]"}, 1},
		{"a licence and a supplier change together", side(npm("a", "1", "MIT", "ACME")), side(npm("a", "1", "GPL-3.0-only", "Other")), []string{"a 1>1 [license supplier]"}, 0},
		{"a supplier in other letters is the same", side(npm("a", "1", "MIT", "ACME ")), side(npm("a", "1", "MIT", "acme")), nil, 1},
		{"without purls the name pairs", side(bare("Zlib", "1")), side(bare("zlib", "2")), []string{"zlib 1>2 [version]"}, 0},
		{"a purl on one side only still pairs by name", side(bare("zlib", "1")), side(npm("zlib", "1")), nil, 1},
		{"a purl on the first side only still pairs by name", side(npm("zlib", "1")), side(bare("zlib", "1")), nil, 1},
		{"the same name in two ecosystems is two packages", side(npm("redis", "1")), side(models.ComparedPackage{Name: "redis", Version: "1", PURL: "pkg:pypi/redis@1", Base: "pkg:pypi/redis", Ecosystem: "pypi"}), []string{"redis 1>- [removed]", "redis ->1 [added]"}, 0},
		{"two architectures of one version keep apart", side(models.ComparedPackage{Name: "c", Version: "1", PURL: "pkg:deb/c@1?arch=amd64", Base: "pkg:deb/c"}, models.ComparedPackage{Name: "c", Version: "1", PURL: "pkg:deb/c@1?arch=arm64", Base: "pkg:deb/c"}),
			side(models.ComparedPackage{Name: "c", Version: "1", PURL: "pkg:deb/c@1?arch=arm64", Base: "pkg:deb/c"}), []string{"c 1>- [removed]"}, 1},
		{"a LicenseRef with another text is another licence", side(models.ComparedPackage{Name: "a", Effective: "LicenseRef-1", Texts: 1}), side(models.ComparedPackage{Name: "a", Effective: "LicenseRef-1", Texts: 2}), []string{"a > [license]"}, 0},
		{"from nothing to something", side(), side(npm("a", "1")), []string{"a ->1 [added]"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := models.Compare(tt.from, tt.to, byNumber)
			if diff := gocmp.Diff(tt.want, lines(got)); diff != "" {
				t.Error(diff)
			}
			if got.Unchanged != tt.unchanged {
				t.Errorf("unchanged: %d, not %d", got.Unchanged, tt.unchanged)
			}
		})
	}
}

func TestAChangeIsALineOfATable(t *testing.T) {
	got := models.Compare(side(npm("a", "1", "MIT", "ACME"), npm("b", "1")), side(npm("a", "2", "ISC", "ACME")), byNumber)
	want := [][]string{
		{"version license", "a", "npm", "1", "2", "MIT", "ISC", "ACME", "ACME", "pkg:npm/a@1", "pkg:npm/a@2"},
		{"removed", "b", "npm", "1", "", "", "", "", "", "pkg:npm/b@1", ""},
	}
	for i := range want {
		if diff := gocmp.Diff(want[i], got.Changes[i].Row()); diff != "" || len(want[i]) != len(models.ChangeColumns) {
			t.Error(diff)
		}
	}
}

func TestRelationshipsAreComparedWhateverTheVersions(t *testing.T) {
	from := side(npm("app", "1"), npm("lib", "1"), npm("old", "1"))
	from.Edges = []models.Edge{{From: 0, To: 1, Kind: models.EdgeDependsOn}, {From: 0, To: 2, Kind: models.EdgeDependsOn}, {From: 1, To: 0, Kind: models.EdgeOther}, {From: 7, To: 0}}
	to := side(npm("new", "1"), npm("lib", "2"), npm("app", "2"))
	to.Edges = []models.Edge{{From: 2, To: 1, Kind: models.EdgeDependsOn}, {From: 2, To: 0, Kind: models.EdgeDependsOn}, {From: 1, To: 2, Kind: models.EdgeContains}}
	got := models.Compare(from, to, byNumber)
	if got.EdgesAdded != 2 || got.EdgesRemoved != 2 {
		t.Errorf("%d added, %d removed", got.EdgesAdded, got.EdgesRemoved)
	}
	want := []models.EdgeChange{
		{From: "lib 2", To: "app 2", Kind: models.EdgeOther, Rewired: true},
		{Added: true, From: "lib 2", To: "app 2", Kind: models.EdgeContains, Rewired: true},
		{Added: true, From: "app 2", To: "new 1", Kind: models.EdgeDependsOn},
		{From: "app 2", To: "old 1", Kind: models.EdgeDependsOn},
	}
	if diff := gocmp.Diff(want, got.Edges); diff != "" {
		t.Error(diff)
	}
}

func TestEveryPackageIsAccountedForOnceAndBackwardsIsTheMirror(t *testing.T) {
	drawn := rapid.Custom(func(t *rapid.T) *models.ComparedSBOM {
		seen := map[models.ComparedPackage]bool{}
		s := &models.ComparedSBOM{}
		for range rapid.IntRange(0, 12).Draw(t, "packages") {
			p := npm(rapid.SampledFrom([]string{"a", "b", "A"}).Draw(t, "name"), strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "version")), rapid.SampledFrom([]string{"MIT", ""}).Draw(t, "licence"))
			if rapid.Bool().Draw(t, "bare") {
				p.PURL, p.Base, p.Ecosystem = "", "", ""
			}
			if !seen[p] {
				seen[p] = true
				s.Packages = append(s.Packages, p)
			}
		}
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		from, to := drawn.Draw(t, "from"), drawn.Draw(t, "to")
		there, back := models.Compare(from, to, byNumber), models.Compare(to, from, byNumber)
		pairs := len(there.Changes) - there.Count(models.PackageAdded) - there.Count(models.PackageRemoved) + there.Unchanged
		if there.Count(models.PackageRemoved)+pairs != len(from.Packages) || there.Count(models.PackageAdded)+pairs != len(to.Packages) {
			t.Fatalf("%d and %d packages, but %d pairs and %v", len(from.Packages), len(to.Packages), pairs, lines(there))
		}
		if there.Count(models.PackageAdded) != back.Count(models.PackageRemoved) || there.Unchanged != back.Unchanged {
			t.Fatalf("there %v, back %v", lines(there), lines(back))
		}
		if same := models.Compare(from, from, byNumber); len(same.Changes) != 0 {
			t.Fatalf("a document differs from itself: %v", lines(same))
		}
	})
}

func TestFiftyThousandPackagesAreComparedInASecond(t *testing.T) {
	big := func(shift int) *models.ComparedSBOM {
		s := side()
		for i := range 50_000 {
			s.Packages = append(s.Packages, npm(fmt.Sprintf("package-%d", i+shift), strconv.Itoa(i%7+shift%2), "MIT", "ACME"))
			s.Ordinals = append(s.Ordinals, int32(i))
			s.Edges = append(s.Edges, models.Edge{From: int32(i / 3), To: int32(i), Kind: models.EdgeDependsOn}, models.Edge{From: int32(i), To: int32((i + 7) % 50_000), Kind: models.EdgeContains}, models.Edge{From: int32(i), To: int32((i * 31) % 50_000), Kind: models.EdgeOther})
		}
		return s
	}
	from, to := big(0), big(1001)
	start := time.Now()
	got := models.Compare(from, to, byNumber)
	took := time.Since(start)
	if got.Count(models.PackageAdded) != 1001 || got.Count(models.PackageRemoved) != 1001 || len(got.Edges) != models.MaxEdgeChanges {
		t.Errorf("%d added, %d removed, %d edges listed", got.Count(models.PackageAdded), got.Count(models.PackageRemoved), len(got.Edges))
	}
	if took > 5*time.Second { // a second on the machine this was written on; five where others work beside
		t.Errorf("it took %v", took)
	}
	t.Logf("compared in %v", took)
}

func TestManyVersionsOfOnePackageAreNoTrap(t *testing.T) {
	from, to := side(), side()
	for i := range 30_000 {
		from.Packages = append(from.Packages, npm("a", strconv.Itoa(2*i)))
		to.Packages = append(to.Packages, npm("a", strconv.Itoa(2*i+1)))
	}
	if got := models.Compare(from, to, byNumber); got.Count(models.VersionChanged) != 30_000 || slices.ContainsFunc(got.Changes, func(c models.PackageChange) bool { return c.Older }) {
		t.Errorf("%d changed", got.Count(models.VersionChanged))
	}
}
