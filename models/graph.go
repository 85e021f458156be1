package models

// Graph answers questions about one document's dependency graph. Build it once per document with NewGraph.
type Graph struct {
	next   [][]int32 // carried packages, by ordinal
	parent []int32   // on a shortest way from a root; -1 for roots, -2 for what no root reaches
	depth  []int32   // steps from the nearest root; -1 for what no root reaches
}

// NewGraph walks the document from its roots breadth first. Where it names none, packages that nothing carries are the
// roots. Edges that do not carry (see EdgeKind.Carries) are left out, cycles end the walk.
func NewGraph(c *Content) *Graph {
	n := len(c.Components)
	g := &Graph{next: make([][]int32, n), parent: make([]int32, n), depth: make([]int32, n)}
	carried := make([]bool, n)
	for _, e := range c.Edges {
		if e.Kind.Carries() && e.From != e.To && int(e.From) < n && int(e.To) < n {
			g.next[e.From] = append(g.next[e.From], e.To)
			carried[e.To] = true
		}
	}
	for i := range n {
		g.parent[i], g.depth[i] = -2, -1
	}
	var queue []int32
	root := func(i int32) {
		if g.depth[i] < 0 {
			g.parent[i], g.depth[i] = -1, 0
			queue = append(queue, i)
		}
	}
	for _, r := range c.Roots {
		if int(r) < n {
			root(r)
		}
	}
	if len(queue) == 0 {
		for i := range n {
			if !carried[i] && len(g.next[i]) > 0 {
				root(int32(i))
			}
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, to := range g.next[at] {
			if g.depth[to] < 0 {
				g.parent[to], g.depth[to] = at, g.depth[at]+1
				queue = append(queue, to)
			}
		}
	}
	return g
}

// Bytes is about what the graph takes in memory.
func (g *Graph) Bytes() int {
	n := 4 * (len(g.parent) + len(g.depth))
	for _, to := range g.next {
		n += 24 + 4*cap(to)
	}
	return n
}

// Depth is the number of steps from the nearest root to the package; -1 when no root reaches it.
func (g *Graph) Depth(ordinal int32) int { return int(g.depth[ordinal]) }

// Path is a shortest way from a root to the package, both included; nil when no root reaches it.
func (g *Graph) Path(ordinal int32) []int32 {
	if g.depth[ordinal] < 0 {
		return nil
	}
	path := make([]int32, g.depth[ordinal]+1)
	for i := len(path) - 1; i >= 0; i-- {
		path[i] = ordinal
		ordinal = g.parent[ordinal]
	}
	return path
}
