package api

import (
	"context"

	"github.com/ospo-register/ospo/catalog"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// DecisionCheckInput asks, before there is a case, whether an agency may buy or take a product for a purpose.
type DecisionCheckInput struct {
	AgencyID int64         `json:"agencyId" minimum:"1" doc:"Who would decide"`
	Product  string        `json:"product,omitempty" maxLength:"200" doc:"Its name; may be left out with assetId" example:"Nextcloud"`
	AssetID  *int64        `json:"assetId,omitempty" minimum:"1" doc:"The software, where it is in the register"`
	Function string        `json:"function,omitempty" maxLength:"100" doc:"What it is for, by its code" example:"FILES.SHARE"`
	Purpose  string        `json:"purpose,omitempty" maxLength:"1000" doc:"What it is for, in words: software for the same is looked for by them"`
	Kind     DecisionKind  `json:"kind,omitempty" doc:"new when absent"`
	Value    *models.Money `json:"value,omitempty" doc:"What it is expected to cost in all"`
	License  string        `json:"license,omitempty" maxLength:"2000" doc:"SPDX expression, where it is known"`
}

// Guidance is what the register knows and what the law will ask. It is information, and no advice on a case.
type Guidance struct {
	Answer    GuidanceAnswer  `json:"answer"`
	Sentence  string          `json:"sentence" doc:"The answer in words"`
	Law       RegimeVersion   `json:"law" doc:"The version of the regime that would judge the case"`
	Model     PreferenceModel `json:"model"`
	OSS       string          `json:"openSource" enum:"yes,no,unknown" doc:"By its licence, as far as that goes"`
	OSSWhy    string          `json:"openSourceWhy"`
	Tracks    []DecisionTrack `json:"tracks" doc:"That the case may take"`
	Approver  string          `json:"approver" doc:"Role that approves a case of this value; empty when the value was not said"`
	Steps     []MoveLine      `json:"steps" doc:"Of the first of the tracks, in order"`
	Rules     []RegimeRule    `json:"rules" doc:"That will be put before it"`
	Similar   []Decision      `json:"similar" doc:"Decisions for the same function or product, as far as you may see them; at most 20"`
	Contracts []Decision      `json:"contracts" doc:"Of those, the ones that led to something that is in force"`
	Catalogue []AssetEntry    `json:"catalogue" doc:"Software for the same need that government has already"`
	Stack     []StackEntry    `json:"stack" doc:"What the stack says of the product, and of others for the function; of entries for the same the nearest agency's"`
	StackSays string          `json:"stackSentence" doc:"The same in words; empty when it says nothing"`
}

func (in *DecisionCheckInput) question() register.DecisionCheck {
	q := register.DecisionCheck{AgencyID: in.AgencyID, Product: in.Product, AssetID: in.AssetID, Function: in.Function, Purpose: in.Purpose, Kind: models.DecisionKind(in.Kind), License: in.License}
	if in.Value != nil {
		q.Value = *in.Value
	}
	return q
}

func shapeGuidance(g *register.Guidance) Guidance {
	return Guidance{Answer: GuidanceAnswer(g.Answer), Sentence: g.Sentence, Law: shapeRegimeVersion(g.Regime), Model: PreferenceModel(g.Law.Preference.Model), OSS: g.OSS, OSSWhy: g.OSSWhy,
		Tracks: each(g.Tracks, func(t *models.DecisionTrack) DecisionTrack { return DecisionTrack(*t) }), Approver: string(g.Band), Steps: each(g.Steps, shapeMoveLine), Rules: each(g.Rules, shapeRegimeRule),
		Similar: each(g.Similar, shapeDecision), Contracts: each(g.Contracts, shapeDecision), Catalogue: each(g.Catalogue, shapeAssetEntry),
		Stack: each(g.Stack, shapeStackEntry), StackSays: g.StackSays}
}

func (a *api) decisionChecks() {
	const tag = "Decisions"
	post(a, "/decision-checks", about{id: "checkDecision", tag: tag, summary: "May an agency buy or take a product for a purpose?", open: true, repeats: true,
		text: "In one call, before a case exists: decisions for the same, contracts that run, software that government has already, and what the law of the agency will ask. Nothing is stored. For people in government."}, a.checkDecision)
	post(a, "/decisions/{id}/searches", about{id: "searchForDecision", tag: "Dossiers", summary: "Search the register for a case, and keep what was found",
		text: "Query, filters, time and results are kept as a file that nobody wrote by hand; the search stands in the market scan from then on. With If-Match it is the case that was read."}, a.searchForDecision)
	post(a, "/decisions/{id}/candidates/{key}/license-snapshots", about{id: "snapshotLicense", tag: "Dossiers", summary: "Put on file what the register knows of a candidate’s licence",
		text: "From its entry and its newest SBOM document. It does not follow the register afterwards. With If-Match it is the case that was read."}, a.snapshotLicense)
}

func (a *api) checkDecision(ctx context.Context, in *struct{ Body Body[DecisionCheckInput] }) (*struct{ Body Guidance }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	g, err := a.Register.CheckDecision(ctx, viewer(ctx), in.Body.Value.question())
	if err != nil {
		return nil, err
	}
	return &struct{ Body Guidance }{shapeGuidance(g)}, nil
}

// CaseSearchInput is a search of the register for a case.
type CaseSearchInput struct {
	Source    string         `json:"source" minLength:"1" maxLength:"200" doc:"Code of the source of the regime that the register stands for" example:"shared-repository"`
	Query     string         `json:"query" minLength:"1" maxLength:"200" doc:"What to search for"`
	Place     SearchPlace    `json:"place,omitempty" doc:"register when absent"`
	Origin    Origin         `json:"origin,omitempty"`
	Lifecycle AssetLifecycle `json:"lifecycle,omitempty"`
	Category  string         `json:"category,omitempty" maxLength:"100"`
	License   string         `json:"license,omitempty" maxLength:"200" doc:"A licence id anywhere in the declared expression"`
	Class     LicenseClass   `json:"class,omitempty"`

	Filters map[string][]string `json:"filters,omitempty" doc:"Any facets of /catalog-entries with the values that are wanted, as {\"open\":[\"yes\"]}"`
}

// facets are the filters of a search of the catalogue.
func (in *CaseSearchInput) facets() map[catalog.Facet][]string {
	f := map[catalog.Facet][]string{}
	for facet, values := range in.Filters {
		f[catalog.Facet(facet)] = values
	}
	for facet, value := range map[catalog.Facet]string{catalog.FacetOrigin: string(in.Origin), catalog.FacetLifecycle: string(in.Lifecycle), catalog.FacetCategory: in.Category, catalog.FacetLicense: in.License, catalog.FacetClass: string(in.Class)} {
		if value != "" {
			f[facet] = []string{value}
		}
	}
	return f
}

func (a *api) searchForDecision(ctx context.Context, in *struct {
	ID
	Based
	Body Body[CaseSearchInput]
}) (*One[Decision], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	q := in.Body.Value
	return decided(a.Register.SearchForDecision(ctx, viewer(ctx), in.ID.ID, based, register.CaseSearch{Source: q.Source, Query: q.Query, Place: models.SearchPlace(q.Place), Filters: q.facets()}))
}

func (a *api) snapshotLicense(ctx context.Context, in *struct {
	ID
	CandidateKey
	Based
}) (*One[Decision], error) {
	based, err := in.version()
	if err != nil {
		return nil, err
	}
	return decided(a.Register.SnapshotLicense(ctx, viewer(ctx), in.ID.ID, based, in.Key))
}
