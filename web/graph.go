package web

import (
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// graphPage says how the packages of a document hang together.
type graphPage struct {
	*sbomHead
	Depths     chart
	Direct     int
	Transitive int
	Unreached  int
	Deepest    int
	Picture    template.HTML
	Near       []nearPackage
	LeftOut    int
}

// nearPackage is a package of the picture, for the list beneath.
type nearPackage struct {
	models.GraphNode
	Path string
	Step string // where it stands, seen from the middle of the picture: "the product", "direct dependency"
}

// deepestBar is the last depth with a bar of its own; what is deeper is taken together.
const deepestBar = 10

func (s *site) sbomGraph(c *page) error {
	h, err := c.openSBOM("/graph")
	if err != nil {
		return err
	}
	x, err := s.Register.PackageGraph(c.ctx(), c.viewer, h.SBOM.ID, -1)
	if err != nil {
		return err
	}
	p := graphPage{sbomHead: h, Unreached: x.Unreached, Deepest: len(x.Depths) - 1, Depths: depthChart(x)}
	for depth, n := range x.Depths {
		switch {
		case depth == 1:
			p.Direct = n
		case depth > 1:
			p.Transitive += n
		}
	}
	near := within(x.Picture, 0, shownLayers-1)
	p.Picture, p.LeftOut = graphSVG(near, h.SBOM.ID), near.LeftOut
	p.Near = nearPackages(near, h.SBOM.ID, "the product")
	return c.showSBOM("sbom-graph", "Dependency graph of the "+h.Title, h, nil, p, crumb{"Graph", ""})
}

func depthChart(x *register.PackageGraph) chart {
	var parts []chartPart
	for depth, n := range x.Depths {
		switch {
		case depth > deepestBar:
			parts[deepestBar].Count += n
			parts[deepestBar].Label = "Transitive, " + plural(deepestBar, "step", "steps") + " or more"
		case depth == 0:
			parts = append(parts, chartPart{Label: "The product itself", Count: n})
		case depth == 1:
			parts = append(parts, chartPart{Label: "Direct", Count: n})
		default:
			parts = append(parts, chartPart{Label: "Transitive, " + plural(depth, "step", "steps"), Count: n})
		}
	}
	if x.Unreached > 0 {
		parts = append(parts, chartPart{Label: "No way leads there", Kind: "unknown", Count: x.Unreached})
	}
	return newChart("depths", "Packages by their distance from the product", "packages", "Distance", parts)
}

// shownLayers is how many layers of a graph a picture has room for.
const shownLayers = 5

// within keeps the nodes of some layers.
func within(n models.Neighbourhood, from, to int) models.Neighbourhood {
	kept := map[int32]bool{}
	out := models.Neighbourhood{LeftOut: n.LeftOut}
	for _, node := range n.Nodes {
		if node.Layer < from || node.Layer > to {
			out.LeftOut++
			continue
		}
		kept[node.Ordinal] = true
		out.Nodes = append(out.Nodes, node)
	}
	for _, e := range n.Edges {
		if kept[e.From] && kept[e.To] {
			out.Edges = append(out.Edges, e)
		}
	}
	return out
}

// nearPackages says where packages stand. middle is what the picture is drawn around.
func nearPackages(n models.Neighbourhood, sbom int64, middle string) []nearPackage {
	list := make([]nearPackage, 0, len(n.Nodes))
	for _, node := range n.Nodes {
		list = append(list, nearPackage{node, packagePath(sbom, node.Ordinal), stepWords(node.Layer, middle)})
	}
	return list
}

// stepWords says in the words of the glossary how many steps a package is below the middle of a picture, or above it.
func stepWords(layer int, middle string) string {
	switch {
	case layer == 0:
		return middle
	case layer == 1:
		return "direct dependency"
	case layer > 1:
		return "transitive dependency, " + plural(layer, "step", "steps")
	case layer == -1:
		return "depends on it directly"
	}
	return "depends on it transitively, " + plural(-layer, "step", "steps")
}

// The picture of a graph in its own units, which are pixels.
const (
	boxWidth   = 178
	boxHeight  = 30
	boxStep    = 40
	columnStep = 224
	boxText    = 20 // characters that fit a box
)

// graphSVG draws packages as boxes in columns by layer, each a link to the page of its package, with lines for what
// carries what. The list beside it says the same.
func graphSVG(n models.Neighbourhood, sbom int64) template.HTML {
	if len(n.Nodes) < 2 {
		return ""
	}
	columns := map[int][]models.GraphNode{}
	least, most, tallest := n.Nodes[0].Layer, n.Nodes[0].Layer, 0
	for _, node := range n.Nodes {
		columns[node.Layer] = append(columns[node.Layer], node)
		least, most, tallest = min(least, node.Layer), max(most, node.Layer), max(tallest, len(columns[node.Layer]))
	}
	type place struct{ x, y int }
	at := map[int32]place{}
	for layer, nodes := range columns {
		for i, node := range nodes {
			at[node.Ordinal] = place{1 + (layer-least)*columnStep, 1 + (tallest-len(nodes))*boxStep/2 + i*boxStep}
		}
	}
	width, height := (most-least)*columnStep+boxWidth+2+30, tallest*boxStep
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="path graph" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="group" aria-labelledby="graph-t"><title id="graph-t">%[3]s</title>`,
		width, height, template.HTMLEscapeString("A picture of "+plural(len(n.Nodes), "package", "packages")+" and what carries what, from left to right. The list below names them."))
	for _, e := range n.Edges {
		f, t := at[e.From], at[e.To]
		x1, y1, x2, y2 := f.x+boxWidth, f.y+boxHeight/2, t.x, t.y+boxHeight/2
		if t.x <= f.x { // beside it or back: round the right side
			x2 = t.x + boxWidth
			fmt.Fprintf(&b, `<path class="edge edge-back" d="M%d %d C%d %d %d %d %d %d"/>`, x1, y1, max(x1, x2)+26, y1, max(x1, x2)+26, y2, x2, y2)
			continue
		}
		fmt.Fprintf(&b, `<path class="edge" d="M%d %d C%d %d %d %d %d %d"/>`, x1, y1, x1+22, y1, x2-22, y2, x2, y2)
	}
	for _, layer := range slices.Sorted(maps.Keys(columns)) {
		for _, node := range columns[layer] {
			p, class := at[node.Ordinal], "node"
			switch {
			case node.Layer == 0:
				class = "node node-here"
			case node.Depth == 0:
				class = "node node-root"
			}
			fmt.Fprintf(&b, `<a href="%s" class="%s" aria-label="%s"><rect x="%d" y="%d" width="%d" height="%d"/><text x="%d" y="%d" text-anchor="middle">%s</text></a>`, packagePath(sbom, node.Ordinal), class,
				template.HTMLEscapeString(visible(orElse(node.Label, "package without a name"), 120)), p.x, p.y, boxWidth, boxHeight, p.x+boxWidth/2, p.y+boxHeight/2+5, template.HTMLEscapeString(visible(boxLabel(orElse(node.Label, "without a name")), boxText)))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text in it is escaped above
}

// boxLabel leaves out the beginning of a path that is too long for a box: its end tells packages apart.
func boxLabel(label string) string {
	short := label
	for utf8.RuneCountInString(short) > boxText {
		_, rest, found := strings.Cut(strings.TrimPrefix(short, "…/"), "/")
		if !found {
			break
		}
		short = "…/" + rest
	}
	return short
}
