package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Overview is the register in numbers, as far as you may see.
type Overview struct {
	Agencies             int        `json:"agencies"`
	Assets               int        `json:"assets"`
	OpenAssets           int        `json:"openAssets" doc:"Built by government or open source"`
	Deployments          int        `json:"deployments" doc:"Running or planned"`
	OpenDeployments      int        `json:"openDeployments" doc:"Of software built by government or open source"`
	ConfirmedDeployments int        `json:"confirmedDeployments" doc:"With an attestation that holds"`
	Production           int        `json:"production" doc:"Deployments in production whose version you may see"`
	ProductionWithSBOM   int        `json:"productionWithSbom" doc:"Of those, with a document for the release they run"`
	SBOMs                int        `json:"sboms" doc:"Documents that speak for a release"`
	Packages             int        `json:"packages" doc:"In them"`
	PastSupport          int        `json:"pastSupport" doc:"Software of which a release runs that is past the end of its security support"`
	DataAt               *time.Time `json:"dataAt" doc:"The last change"`
}

// CommonComponent is a component name that much of government depends on.
type CommonComponent struct {
	Name     string `json:"name"`
	Versions int    `json:"versions"`
	Assets   int    `json:"assets" doc:"Software whose documents contain it"`
	Agencies int    `json:"agencies" doc:"Running that, as far as you may see"`
}

func (a *api) overviews() {
	const tag = "Overview"
	get(a, "/overview", about{id: "getOverview", tag: tag, summary: "The register in numbers", text: "As far as you may see."}, a.getOverview)
	get(a, "/common-components", about{id: "listCommonComponents", tag: tag, summary: "The components most software contains", text: "By name, most software first, as far as you may see."}, a.listCommonComponents)
	get(a, "/asset-facets", about{id: "listAssetFacets", tag: "Software", summary: "How the list of software can be narrowed", text: "Counts over what q and steward choose."}, a.listAssetFacets)
}

func (a *api) getOverview(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"Only this agency and all below it"`
}) (*struct{ Body Overview }, error) {
	if in.Agency != 0 {
		if _, err := a.Store.Agency(ctx, in.Agency); err != nil {
			return nil, err
		}
	}
	o, err := a.Store.Overview(ctx, viewer(ctx), in.Agency)
	o.DataAt = instant(o.DataAt)
	return &struct{ Body Overview }{Overview(o)}, err
}

func (a *api) listCommonComponents(ctx context.Context, in *struct {
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most entries"`
}) (*struct{ Body List[CommonComponent] }, error) {
	l, err := a.Store.CommonComponents(ctx, viewer(ctx), in.Limit)
	return &struct{ Body List[CommonComponent] }{complete(l, func(c *store.CommonComponent) CommonComponent { return CommonComponent(*c) })}, err
}

func (a *api) listAssetFacets(ctx context.Context, in *struct {
	Q       string `query:"q" maxLength:"200" doc:"As in the list of software"`
	Steward int64  `query:"steward" minimum:"1" doc:"This agency and all below it"`
}) (*struct{ Body List[Facet] }, error) {
	l, err := a.Store.AssetFacets(ctx, viewer(ctx), models.AssetFilter{Query: in.Q, Steward: in.Steward})
	return &struct{ Body List[Facet] }{complete(facets(l), func(f *Facet) Facet { return *f })}, err
}
