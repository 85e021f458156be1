package models

import (
	"cmp"
	"slices"
)

// Dependencies are the packages that this one carries directly, by ordinal, each once.
func (g *Graph) Dependencies(ordinal int32) []int32 {
	return slices.Compact(slices.Sorted(slices.Values(g.next[ordinal])))
}

// Dependants are the packages that carry this one directly, by ordinal, each once.
func (g *Graph) Dependants(ordinal int32) []int32 {
	var list []int32
	for from, next := range g.next {
		if slices.Contains(next, ordinal) {
			list = append(list, int32(from))
		}
	}
	return list
}

// Depths counts packages by their distance from the nearest root: Depths()[0] are roots, [1] direct dependencies, all after
// it transitive ones. unreached is how many no root leads to.
func (g *Graph) Depths() (at []int, unreached int) {
	for _, d := range g.depth {
		if d < 0 {
			unreached++
			continue
		}
		for int(d) >= len(at) {
			at = append(at, 0)
		}
		at[d]++
	}
	return at, unreached
}

// Paths gives up to most different shortest ways from a root to the package, both included: why it is here. None when no
// root leads to it.
func (g *Graph) Paths(ordinal int32, most int) [][]int32 {
	if g.depth[ordinal] < 0 || most < 1 {
		return nil
	}
	back := g.backward()
	depth := int(g.depth[ordinal])
	// Every package at depth d has one at d-1 that leads to it, so no way followed backwards ends in nothing.
	var paths [][]int32
	at, choice := make([]int32, depth+1), make([]int, depth+1)
	at[depth] = ordinal
	level := depth
	for len(paths) < most {
		if level == 0 {
			paths = append(paths, slices.Clone(at))
			level++
		}
		for level <= depth { // back to where there is another choice
			next, ok := g.nearer(back, at[level], choice[level])
			if ok {
				choice[level]++
				level--
				at[level] = next
				choice[level] = 0
				break
			}
			level++
		}
		if level > depth {
			break
		}
	}
	return paths
}

// nearer gives the n-th of the packages that lead to this one and are one step nearer to a root.
func (g *Graph) nearer(back [][]int32, ordinal int32, n int) (int32, bool) {
	for _, from := range back[ordinal] {
		if g.depth[from] == g.depth[ordinal]-1 {
			if n == 0 {
				return from, true
			}
			n--
		}
	}
	return 0, false
}

// backward gives for every package those that carry it, each once and in order.
func (g *Graph) backward() [][]int32 {
	back := make([][]int32, len(g.next))
	for from, next := range g.next {
		for _, to := range next {
			if list := back[to]; len(list) == 0 || list[len(list)-1] != int32(from) {
				back[to] = append(list, int32(from))
			}
		}
	}
	return back
}

// Neighbourhood is a part of a dependency graph that is small enough to be drawn.
type Neighbourhood struct {
	Nodes   []GraphNode // by layer, then in the order they should stand in
	Edges   []Edge      // between shown nodes; Kind is EdgeDependsOn
	LeftOut int         // packages tied to shown ones that are not shown themselves
}

// GraphNode is one package of a picture.
type GraphNode struct {
	Ordinal int32
	Layer   int    // 0 is what was asked for, above it (negative) what carries it, below it what it carries
	Depth   int    // steps from the nearest root; -1 when no root leads to it
	Label   string // for the caller to fill: a graph knows no names
	Hidden  int    // packages tied to it that are not shown
}

// layerWidth bounds how many packages stand side by side in a picture.
const layerWidth = 12

// Around gives the packages around one, at most so many: what carries it and what it carries, nearest first, and in each
// layer those nearest to a root first. With an ordinal below 0 it gives the roots and what is below them.
func (g *Graph) Around(ordinal int32, most int) Neighbourhood {
	v := &view{graph: g, back: g.backward(), layer: map[int32]int{}}
	var focus []int32
	if ordinal >= 0 && int(ordinal) < len(g.next) {
		focus = []int32{ordinal}
	} else {
		for i, d := range g.depth {
			if d == 0 {
				focus = append(focus, int32(i))
			}
		}
	}
	v.show(focus, 0, most)
	up, down := v.shown, v.shown
	for step := 1; len(v.layer) < most && len(up)+len(down) > 0; step++ {
		up = v.show(v.tied(up, v.back), -step, most)
		down = v.show(v.tied(down, g.next), step, most)
	}
	return v.picture(len(focus))
}

// view is a picture in the making.
type view struct {
	graph *Graph
	back  [][]int32
	layer map[int32]int // of shown packages
	shown []int32       // of the last layer made
}

// tied gives the packages that the edges lead to and that are not shown yet, each once.
func (v *view) tied(from []int32, edges [][]int32) []int32 {
	var list []int32
	for _, f := range from {
		for _, to := range edges[f] {
			if _, there := v.layer[to]; !there {
				list = append(list, to)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// show makes a layer of the candidates nearest to a root and gives those that found room.
func (v *view) show(candidates []int32, layer, most int) []int32 {
	slices.SortStableFunc(candidates, func(a, b int32) int {
		return cmp.Compare(uint32(v.graph.depth[a]), uint32(v.graph.depth[b])) // what no root reaches comes last
	})
	room := min(len(candidates), layerWidth, max(0, most-len(v.layer)))
	v.shown = candidates[:room]
	for _, c := range v.shown {
		v.layer[c] = layer
	}
	return v.shown
}

func (v *view) picture(focus int) Neighbourhood {
	var n Neighbourhood
	hidden := map[int32]bool{}
	for o, layer := range v.layer {
		node := GraphNode{Ordinal: o, Layer: layer, Depth: v.graph.Depth(o)}
		for _, to := range slices.Compact(slices.Sorted(slices.Values(v.graph.next[o]))) {
			if _, there := v.layer[to]; there {
				n.Edges = append(n.Edges, Edge{From: o, To: to, Kind: EdgeDependsOn})
			} else {
				node.Hidden++
				hidden[to] = true
			}
		}
		for _, from := range v.back[o] {
			if _, there := v.layer[from]; !there {
				node.Hidden++
				hidden[from] = true
			}
		}
		n.Nodes = append(n.Nodes, node)
	}
	roots := 0
	for _, node := range n.Nodes {
		if node.Layer == 0 {
			roots++
		}
	}
	n.LeftOut = len(hidden) + focus - roots
	slices.SortFunc(n.Nodes, func(a, b GraphNode) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(uint32(a.Depth), uint32(b.Depth)), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	slices.SortFunc(n.Edges, func(a, b Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return n
}
