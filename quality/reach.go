package quality

import "github.com/ospo-register/ospo/models"

// relations counts the root, the packages that relationships lead to from it, and what is said about completeness.
func (m *Meter) relations(d *models.SBOMDocument) {
	for _, c := range d.Complete[:min(len(d.Complete), m.packages)] {
		switch c {
		case models.Complete, models.Incomplete:
			m.value[factCompleteness]++
		case models.CompletenessUnknown:
			m.unknown[factCompleteness]++
		}
	}
	admitted := false
	for _, r := range d.Roots {
		if r < 0 || int(r) >= m.packages {
			continue
		}
		m.value[factRoot] = 1
		if int(r) < len(d.Complete) && d.Complete[r] == models.CompletenessUnknown {
			admitted = true
		}
	}
	reached := reach(m.packages, d.Roots, d.Edges)
	m.value[factDependency] = reached
	if admitted {
		m.unknown[factDependency] = m.packages - reached
	}
}

// reach counts the packages that a way of relationships leads to from the roots, themselves included. Unlike models.Graph it
// follows development dependencies too: what matters here is that the document relates a package, not that it is shipped.
func reach(n int, roots []int32, edges []models.Edge) int {
	// edges of one package lie side by side: start[i] to start[i+1]
	start := make([]int32, n+1)
	for _, e := range edges {
		if relates(e, n) {
			start[e.From+1]++
		}
	}
	for i := range n {
		start[i+1] += start[i]
	}
	next := make([]int32, start[n])
	free := append([]int32(nil), start[:n]...)
	for _, e := range edges {
		if relates(e, n) {
			next[free[e.From]] = e.To
			free[e.From]++
		}
	}
	seen := make([]bool, n)
	queue := make([]int32, 0, n)
	visit := func(i int32) {
		if i >= 0 && int(i) < n && !seen[i] {
			seen[i] = true
			queue = append(queue, i)
		}
	}
	for _, r := range roots {
		visit(r)
	}
	for at := 0; at < len(queue); at++ {
		for _, to := range next[start[queue[at]]:start[queue[at]+1]] {
			visit(to)
		}
	}
	return len(queue)
}

func relates(e models.Edge, n int) bool {
	return (e.Kind.Carries() || e.Kind == models.EdgeDevDepends) && e.From >= 0 && e.To >= 0 && int(e.From) < n && int(e.To) < n
}
