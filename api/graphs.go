package api

import (
	"context"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// PackagePlace is a package with where it stands in the dependency graph of its document.
type PackagePlace struct {
	Package
	SBOMID          int64          `json:"sbomId"`
	Depth           int            `json:"depth" doc:"Steps from the nearest root: 0 is the product, 1 a direct dependency; -1 when no root leads to it"`
	Paths           [][]PackageRef `json:"paths" doc:"Why it is here: up to 5 shortest ways from a root to it, both included"`
	DependencyCount int            `json:"dependencyCount"`
	Dependencies    []PackageRef   `json:"dependencies" doc:"What it carries directly; at most 200"`
	DependantCount  int            `json:"dependantCount"`
	Dependants      []PackageRef   `json:"dependants" doc:"What carries it directly; at most 200"`
}

// PackageRef names a package of a document.
type PackageRef struct {
	Ordinal int32  `json:"ordinal" doc:"Place in the document, from 0; -1 stands for the middle of a long way, which is left out"`
	Name    string `json:"name" doc:"Name and version" example:"openssl 3.0.7"`
}

// PackageGraph is the dependency graph of a document.
type PackageGraph struct {
	SBOMID    int64       `json:"sbomId"`
	Depths    []int       `json:"depths" doc:"How many packages are so many steps from a root: roots, direct dependencies, then transitive ones"`
	Unreached int         `json:"unreached" doc:"Packages that no root leads to"`
	Nodes     []GraphNode `json:"nodes" doc:"At most 60 packages: the roots and what is nearest to them, or what is nearest to the package asked for"`
	Edges     []GraphEdge `json:"edges" doc:"Between those"`
	LeftOut   int         `json:"leftOut" doc:"Packages tied to those that are not among them"`
}

// GraphNode is a package in a picture.
type GraphNode struct {
	PackageRef
	Layer  int `json:"layer" doc:"0 is what was asked for; negative what carries it, positive what it carries"`
	Depth  int `json:"depth"`
	Hidden int `json:"hidden" doc:"Packages it carries that are not shown"`
}

// GraphEdge says that one package carries another.
type GraphEdge struct {
	From int32 `json:"from" doc:"Ordinal"`
	To   int32 `json:"to"`
}

func (a *api) graphs() {
	const tag = "SBOM documents"
	get(a, "/sboms/{id}/packages/{ordinal}", about{id: "getPackage", tag: tag, summary: "Why a package is in a document", text: "The shortest ways from the product to it, what it needs and what needs it."}, a.getPackage)
	get(a, "/sboms/{id}/graph", about{id: "getGraph", tag: tag, summary: "The dependency graph of a document", text: "How deep its packages are, and a part small enough to be drawn."}, a.getGraph)
}

func (a *api) getPackage(ctx context.Context, in *struct {
	ID
	Ordinal int32 `path:"ordinal" minimum:"0" doc:"Place in the document, from 0"`
	Unless
}) (*One[PackagePlace], error) {
	g, err := a.Register.PackageGraph(ctx, viewer(ctx), in.ID.ID, in.Ordinal)
	if err != nil {
		return nil, err
	}
	ref := func(o *int32) PackageRef { return PackageRef{*o, g.Names[*o]} }
	return one(1, PackagePlace{Package: shapePackage(g.Package), SBOMID: g.SBOM.ID, Depth: g.Depth, DependencyCount: g.DependencyCount, DependantCount: g.DependantCount,
		Dependencies: each(g.Dependencies, ref), Dependants: each(g.Dependants, ref),
		Paths: each(g.Paths, func(p *[]int32) []PackageRef { return each(*p, ref) })}, in.Unless)
}

func (a *api) getGraph(ctx context.Context, in *struct {
	ID
	Around int32 `query:"around" minimum:"-1" default:"-1" doc:"Place of a package: the part of the graph around it. When absent, from the roots down"`
	Unless
}) (*One[PackageGraph], error) {
	g, err := a.Register.PackageGraph(ctx, viewer(ctx), in.ID.ID, in.Around)
	if err != nil {
		return nil, err
	}
	return one(1, shapeGraph(g), in.Unless)
}

func shapeGraph(g *register.PackageGraph) PackageGraph {
	return PackageGraph{SBOMID: g.SBOM.ID, Depths: orEmpty(g.Depths), Unreached: g.Unreached, LeftOut: g.Picture.LeftOut,
		Nodes: each(g.Picture.Nodes, func(n *models.GraphNode) GraphNode {
			return GraphNode{PackageRef{n.Ordinal, g.Names[n.Ordinal]}, n.Layer, n.Depth, n.Hidden}
		}),
		Edges: each(g.Picture.Edges, func(e *models.Edge) GraphEdge { return GraphEdge{e.From, e.To} })}
}
