package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/register"
)

// ways says how a release came to contain a component, shortest way first.
type ways struct {
	Shown []way
	More  int
}

// way is one of them.
type way struct {
	Word    string   // "Direct", "Through 2 others"
	Name    string   // the component with its version; "" when it is the one asked for
	Through []string // what stands between the product and it
	Path    string   // of the page that shows the way
}

// mostWays is how many ways are shown of one release.
const mostWays = 2

func waysOf(u register.Use) ways {
	sorted := slices.Clone(u.Ways)
	slices.SortStableFunc(sorted, func(a, b register.Way) int { return depthOrder(a.Depth) - depthOrder(b.Depth) })
	list := ways{More: max(len(sorted)-mostWays, 0)}
	for _, w := range sorted[:min(mostWays, len(sorted))] {
		list.Shown = append(list.Shown, wayOf(u.SBOMID, w))
	}
	return list
}

// depthOrder puts what the document does not connect last.
func depthOrder(depth int) int {
	if depth < 0 {
		return 1 << 30
	}
	return depth
}

func wayOf(sbom int64, w register.Way) way {
	out := way{Word: depthWord(w.Depth), Path: packagePath(sbom, w.Ordinal)}
	if n := len(w.Path); n > 0 {
		out.Name = w.Path[n-1]
		if n > 2 {
			out.Through = w.Path[1 : n-1]
		}
	}
	return out
}

// depthWord says how far a package is from its product.
func depthWord(depth int) string {
	switch {
	case depth < 0:
		return "Way not stated"
	case depth <= 1:
		return "Direct"
	}
	return "Through " + plural(depth-1, "other", "others")
}

// Via is the way between product and component on one line.
func (w way) Via() string { return strings.Join(w.Through, " › ") }

func packagePath(sbom int64, ordinal int32) string {
	if ordinal < 0 {
		return sbomPath(sbom)
	}
	return fmt.Sprintf("/sboms/%d/packages/%d", sbom, ordinal)
}
