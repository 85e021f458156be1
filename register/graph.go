package register

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// The bounds of what PackageGraph gives: a picture that can be read, and lists beneath it that can too.
const (
	MaxPictureNodes = 60
	MaxPaths        = 5
	MaxPathSteps    = 100 // of a path; longer ones lose their middle
	MaxNeighbours   = 200
)

// PackageGraph is where a package stands in its document, or the document as a whole.
type PackageGraph struct {
	SBOM    *store.SBOMRow
	Package *store.PackageRow // nil when the whole document was asked for
	Depth   int               // steps from the nearest root; -1 when none leads to it

	Paths        [][]int32 // shortest ways from a root to the package: ordinals; -1 stands for a middle left out
	Dependencies []int32   // what it carries directly, at most MaxNeighbours of DependencyCount
	Dependants   []int32   // what carries it directly, at most MaxNeighbours of DependantCount

	DependencyCount, DependantCount int

	Depths    []int // packages by depth: roots, direct, then transitive ones
	Unreached int   // packages that no root leads to
	Picture   models.Neighbourhood
	Names     map[int32]string // name and version of every ordinal above
}

// PackageGraph gives the dependency graph around a package of a document: why it is here, what it needs and what needs it.
// With an ordinal below 0 it gives the graph from the roots down. Not found where the viewer may not see the document or
// it has no such package, in conflict (code "sbom-reduced") where its content was let go.
func (r *Register) PackageGraph(ctx context.Context, v models.Viewer, sbom int64, ordinal int32) (*PackageGraph, error) {
	s, err := r.store.SBOM(ctx, v, sbom)
	if err != nil {
		return nil, err
	}
	if err := whole(s); err != nil {
		return nil, err
	}
	contents, err := r.store.Content(ctx, []int64{sbom})
	if err != nil {
		return nil, err
	}
	c := contents[sbom]
	if c == nil || int(ordinal) >= len(c.Components) {
		return nil, models.NoSuch("package")
	}
	g := models.NewGraph(c)
	x := &PackageGraph{SBOM: s, Depth: -1, Picture: g.Around(ordinal, MaxPictureNodes)}
	x.Depths, x.Unreached = g.Depths()
	if ordinal >= 0 {
		x.Depth = g.Depth(ordinal)
		for _, path := range g.Paths(ordinal, MaxPaths) {
			x.Paths = append(x.Paths, shorten(path))
		}
		x.Dependencies, x.Dependants = g.Dependencies(ordinal), g.Dependants(ordinal)
		x.DependencyCount, x.DependantCount = len(x.Dependencies), len(x.Dependants)
		x.Dependencies, x.Dependants = x.Dependencies[:min(len(x.Dependencies), MaxNeighbours)], x.Dependants[:min(len(x.Dependants), MaxNeighbours)]
	}
	return x, r.nameGraph(ctx, x, ordinal)
}

// shorten cuts the middle out of a long path.
func shorten(path []int32) []int32 {
	if len(path) <= MaxPathSteps {
		return path
	}
	half := MaxPathSteps / 2
	return append(append(path[:half:half], -1), path[len(path)-half:]...)
}

// nameGraph reads the names of all packages that are spoken of.
func (r *Register) nameGraph(ctx context.Context, x *PackageGraph, ordinal int32) error {
	x.Names = map[int32]string{}
	if ordinal >= 0 {
		x.Names[ordinal] = ""
	}
	for _, list := range append([][]int32{x.Dependencies, x.Dependants}, x.Paths...) {
		for _, o := range list {
			if o >= 0 {
				x.Names[o] = ""
			}
		}
	}
	for _, n := range x.Picture.Nodes {
		x.Names[n.Ordinal] = ""
	}
	ordinals := make([]int32, 0, len(x.Names))
	for o := range x.Names {
		ordinals = append(ordinals, o)
	}
	list, err := r.store.PackagesAt(ctx, x.SBOM.ID, ordinals)
	if err != nil {
		return err
	}
	for i, p := range list {
		x.Names[p.Ordinal] = strings.TrimSpace(p.Name + " " + p.Version)
		if p.Ordinal == ordinal {
			x.Package = &list[i]
		}
	}
	for i := range x.Picture.Nodes {
		x.Picture.Nodes[i].Label = x.Names[x.Picture.Nodes[i].Ordinal]
	}
	return nil
}
