package models_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

// graph makes a graph of n packages with the root 0; edges are pairs.
func graph(n int, pairs ...[2]int32) *models.Graph {
	c := &models.Content{Components: make([]int32, n), Roots: []int32{0}}
	for _, p := range pairs {
		c.Edges = append(c.Edges, models.Edge{From: p[0], To: p[1], Kind: models.EdgeDependsOn})
	}
	return models.NewGraph(c)
}

// diamond: 0 → 1, 2; both → 3 → 4 → 1 (a cycle); 5 stands alone; 0 → 1 is said twice.
func diamond() *models.Graph {
	return graph(6, [2]int32{0, 1}, [2]int32{0, 1}, [2]int32{0, 2}, [2]int32{1, 3}, [2]int32{2, 3}, [2]int32{3, 4}, [2]int32{4, 1})
}

func TestEveryShortestWayToAPackageIsGivenOnce(t *testing.T) {
	g := diamond()
	for _, tt := range []struct {
		name    string
		ordinal int32
		most    int
		want    [][]int32
	}{
		{"two ways to the end", 4, 10, [][]int32{{0, 1, 3, 4}, {0, 2, 3, 4}}},
		{"no more than were asked for", 4, 1, [][]int32{{0, 1, 3, 4}}},
		{"the root is its own way", 0, 3, [][]int32{{0}}},
		{"said twice is one way", 1, 3, [][]int32{{0, 1}}},
		{"none to what no root reaches", 5, 3, nil},
		{"none were asked for", 4, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := gocmp.Diff(tt.want, g.Paths(tt.ordinal, tt.most)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNeighboursAndDepthsAreCounted(t *testing.T) {
	g := diamond()
	if diff := gocmp.Diff([]int32{1, 2}, g.Dependencies(0)); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]int32{0, 4}, g.Dependants(1)); diff != "" {
		t.Error(diff)
	}
	at, unreached := g.Depths()
	if diff := gocmp.Diff([]int{1, 2, 1, 1}, at); diff != "" || unreached != 1 {
		t.Errorf("%s, %d unreached", diff, unreached)
	}
}

func TestAPictureShowsWhatIsNearestAndSaysWhatIsNot(t *testing.T) {
	g := diamond()
	got := g.Around(3, 4)
	want := models.Neighbourhood{
		Nodes: []models.GraphNode{
			{Ordinal: 1, Layer: -1, Depth: 1, Hidden: 1}, {Ordinal: 2, Layer: -1, Depth: 1, Hidden: 1}, {Ordinal: 3, Depth: 2}, {Ordinal: 4, Layer: 1, Depth: 3},
		},
		Edges:   []models.Edge{{From: 1, To: 3, Kind: models.EdgeDependsOn}, {From: 2, To: 3, Kind: models.EdgeDependsOn}, {From: 3, To: 4, Kind: models.EdgeDependsOn}, {From: 4, To: 1, Kind: models.EdgeDependsOn}},
		LeftOut: 1,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if whole := g.Around(-1, 60); len(whole.Nodes) != 5 || whole.Nodes[0].Ordinal != 0 || whole.LeftOut != 0 {
		t.Errorf("from the roots down: %+v", whole)
	}
}

func TestALayerIsNoWiderThanAPicture(t *testing.T) {
	var pairs [][2]int32
	for i := int32(1); i < 1000; i++ {
		pairs = append(pairs, [2]int32{0, i})
	}
	got := graph(1000, pairs...).Around(0, 60)
	if len(got.Nodes) != 13 || got.LeftOut != 987 || got.Nodes[0].Hidden != 987 {
		t.Errorf("%d nodes, %d left out, %d hidden", len(got.Nodes), got.LeftOut, got.Nodes[0].Hidden)
	}
}

func TestAHundredThousandLevelsAreWalked(t *testing.T) {
	const n = 100_000
	var pairs [][2]int32
	for i := int32(1); i < n; i++ {
		pairs = append(pairs, [2]int32{i - 1, i})
	}
	pairs = append(pairs, [2]int32{n - 1, 0})
	g := graph(n, pairs...)
	if paths := g.Paths(n-1, 3); len(paths) != 1 || len(paths[0]) != n {
		t.Errorf("%d paths", len(paths))
	}
	if at, _ := g.Depths(); len(at) != n {
		t.Errorf("%d levels", len(at))
	}
	if got := g.Around(n/2, 60); len(got.Nodes) != 60 || len(got.Edges) != 59 {
		t.Errorf("%d nodes and %d edges", len(got.Nodes), len(got.Edges))
	}
}

func TestWhateverTheGraphAPictureIsBoundedAndItsPathsAreReal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "packages")
		end := rapid.Int32Range(0, int32(n)-1)
		pairs := rapid.SliceOf(rapid.Custom(func(t *rapid.T) [2]int32 { return [2]int32{end.Draw(t, "from"), end.Draw(t, "to")} })).Draw(t, "edges")
		g := graph(n, pairs...)
		at := end.Draw(t, "at")
		most := rapid.IntRange(1, 20).Draw(t, "most")
		if got := g.Around(at, most); len(got.Nodes) > most || len(got.Nodes) == 0 {
			t.Fatalf("%d nodes of %d", len(got.Nodes), most)
		}
		tied := map[[2]int32]bool{}
		for _, p := range pairs {
			tied[p] = true
		}
		seen := map[string]bool{}
		for _, path := range g.Paths(at, 50) {
			if len(path) != g.Depth(at)+1 || path[0] != 0 || path[len(path)-1] != at {
				t.Fatalf("no shortest way: %v", path)
			}
			for i := 1; i < len(path); i++ {
				if !tied[[2]int32{path[i-1], path[i]}] {
					t.Fatalf("no edge from %d to %d", path[i-1], path[i])
				}
			}
			key := gocmp.Diff(nil, path)
			if seen[key] {
				t.Fatalf("twice: %v", path)
			}
			seen[key] = true
		}
	})
}
