package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Component is a distinct set of package facts, shared by all documents that state them.
type Component struct {
	ID        int32  `json:"id" example:"4711"`
	PURL      string `json:"purl" example:"pkg:deb/debian/openssl@3.0.7-1"`
	Ecosystem string `json:"ecosystem" doc:"Type of the purl; empty without one" example:"deb"`
	Name      string `json:"name" example:"openssl"`
	Version   string `json:"version" example:"3.0.7-1"`
	Upstream  string `json:"upstream" doc:"Source package it was built from, as its purl says"`
	Supplier  string `json:"supplier"`
	Licensing
	FirstSeenAt time.Time `json:"firstSeenAt"`
}

// Exposure answers who runs it: the components that match, what contains them, and who runs that.
type Exposure struct {
	Components ComponentMatches `json:"components"`
	Counts     ExposureCounts   `json:"counts"`
	Agencies   []ExposedAgency  `json:"agencies" doc:"The agencies that run most of it, at most 50, as far as you may see"`
	Ecosystems []FacetValue     `json:"ecosystems" doc:"Types of the matching packages, most first, before ecosystem narrowed them: openssl is a Debian package and a Ruby gem"`
	Uses       List[Use]        `json:"uses" doc:"The releases that contain a matching component, by software and release"`
}

// ComponentMatches are the components that a question matched.
type ComponentMatches struct {
	Items  []Component `json:"items" doc:"At most the first 100, by name and version"`
	Total  Total       `json:"total"`
	Before int         `json:"matchedBeforeVersion" doc:"Matched before the version was judged"`
	Capped bool        `json:"capped" doc:"More matched than one question may; narrow it"`
}

// ExposedAgency is an agency that runs what contains a component.
type ExposedAgency struct {
	AgencyID    int64  `json:"agencyId"`
	Agency      string `json:"agency"`
	Deployments int    `json:"deployments"`
}

// ExposureCounts say how much contains a matching component, as far as you may see.
type ExposureCounts struct {
	Assets      int `json:"assets"`
	Releases    int `json:"releases"`
	Deployments int `json:"deployments"`
	Agencies    int `json:"agencies" doc:"Running one of those releases"`
}

// Use is one release that contains a matching component.
type Use struct {
	AssetID         int64        `json:"assetId"`
	Asset           string       `json:"asset" example:"Case Desk"`
	StewardID       int64        `json:"stewardId"`
	Steward         string       `json:"steward"`
	ReleaseID       int64        `json:"releaseId"`
	Release         string       `json:"release" example:"4.2.1"`
	SBOMID          int64        `json:"sbomId" doc:"The document that says so"`
	Ways            []Way        `json:"ways" doc:"How each component came in"`
	DeploymentCount int          `json:"deploymentCount" doc:"Running deployments whose version you may see"`
	Deployments     []Deployment `json:"deployments" doc:"Who runs it, in which service, and whom to call; the most critical first"`
}

// Way is how a release came to contain a component.
type Way struct {
	ComponentID int32    `json:"componentId"`
	Direct      bool     `json:"direct" doc:"The product itself names the component"`
	Depth       int      `json:"depth" doc:"Steps from the product: 1 is direct; -1 when the document does not connect it"`
	Path        []string `json:"path" doc:"From the product to the component; empty when not connected" example:"[\"case-desk 4.2.1\",\"openssl 3.0.7\"]"`
}

func shapeComponent(c *store.ComponentRow) Component {
	return Component{ID: c.ID, PURL: c.PURL, Ecosystem: c.Ecosystem, Name: c.Name, Version: c.Version, Upstream: c.Upstream, Supplier: c.Supplier,
		Licensing: Licensing{c.Declared, c.Concluded, c.Effective, c.Guessed, LicenseClass(c.Class)}, FirstSeenAt: utc(c.CreatedAt)}
}

func shapeUse(u *register.Use) Use {
	return Use{AssetID: u.AssetID, Asset: u.Asset, StewardID: u.StewardID, Steward: u.Steward, ReleaseID: u.ReleaseID, Release: u.Release, SBOMID: u.SBOMID,
		DeploymentCount: u.Use.Deployments, Deployments: each(u.Deployments, shapeDeployment),
		Ways: each(u.Ways, func(w *register.Way) Way {
			return Way{ComponentID: w.Component, Direct: w.Direct(), Depth: w.Depth, Path: orEmpty(w.Path)}
		})}
}

func (a *api) components() {
	const tag = "Components"
	get(a, "/components", about{id: "findExposure", tag: tag, summary: "Who runs it: what contains a component, and whom to call",
		text: "Give a purl, a name, a word of a name or a licence, and perhaps a range of versions such as <3.0.8. Versions are compared as their ecosystem does. " +
			"The answer pages through uses; only documents that speak for a release you may see count."}, a.findExposure)
	get(a, "/components/{id}", about{id: "getComponent", tag: tag, summary: "A component", text: "Only if a document you may see contains it."}, a.getComponent)
	get(a, "/components/{id}/versions", about{id: "listComponentVersions", tag: tag, summary: "The versions of a component that are in use", text: "Newest first by the rules of its ecosystem, at most 500."}, a.listComponentVersions)
}

// ExposurePage is the answer to who runs it.
type ExposurePage struct {
	Link string `header:"Link" doc:"Address of the next page of uses with rel=next, keeping every other key (RFC 8288)"`
	Body Exposure
}

func (a *api) findExposure(ctx context.Context, in *struct {
	PURL    string `query:"purl" maxLength:"2000" doc:"With or without a version; without one every version matches" example:"pkg:deb/debian/openssl"`
	Name    string `query:"name" maxLength:"200" doc:"Exact, case ignored: the name, the name within the purl, or the source package" example:"openssl"`
	Q       string `query:"q" maxLength:"200" doc:"Part of a name; typing errors are forgiven"`
	Version string `query:"version" maxLength:"500" doc:"A range: <3.0.8, >=1.2 <2, ^4.17, or vers:npm/…" example:"<3.0.8"`
	License string `query:"license" maxLength:"200" doc:"A licence id in the effective licence" example:"AGPL-3.0-only"`
	// The type keeps a name that several ecosystems have apart.
	Ecosystem string `query:"ecosystem" maxLength:"50" doc:"Only packages of this purl type" example:"deb"`
	Paging
}) (*ExposurePage, error) {
	x, err := a.Register.Exposure(ctx, viewer(ctx), models.ComponentFilter{PURL: in.PURL, Name: in.Name, Query: in.Q, Version: in.Version, License: in.License, Ecosystem: in.Ecosystem, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return &ExposurePage{Link: link(ctx, x.Uses.Next), Body: Exposure{
		Components: ComponentMatches{Items: each(x.Components.Items, shapeComponent), Total: Total(x.Components.Total), Before: x.Versions, Capped: x.Capped},
		Counts:     ExposureCounts(x.Counts), Uses: list(x.Uses, shapeUse),
		Ecosystems: each(x.Ecosystems, func(f *store.Facet) FacetValue { return FacetValue{f.Value, f.Count} }),
		Agencies:   each(x.Agencies, func(g *store.ExposedAgency) ExposedAgency { return ExposedAgency(*g) })}}, nil
}

// ComponentID is the path parameter of a component.
type ComponentID struct {
	ID int32 `path:"id" minimum:"1" doc:"Number of the component" example:"4711"`
}

func (a *api) getComponent(ctx context.Context, in *struct {
	ComponentID
	Unless
}) (*One[Component], error) {
	c, err := a.Store.Component(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeComponent(c), in.Unless)
}

func (a *api) listComponentVersions(ctx context.Context, in *ComponentID) (*struct{ Body List[Component] }, error) {
	c, err := a.Store.Component(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Register.Versions(ctx, viewer(ctx), &c.Component)
	return &struct{ Body List[Component] }{complete(l, shapeComponent)}, err
}
