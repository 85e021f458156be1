package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Asset is a piece of software the register keeps an entry for.
type Asset struct {
	ID           int64             `json:"id" example:"34"`
	Name         string            `json:"name" example:"Case Desk"`
	Edition      string            `json:"edition" doc:"Empty when the product has only one" example:"Community"`
	Origin       Origin            `json:"origin"`
	Descriptions map[string]string `json:"descriptions" doc:"By language tag (BCP 47)"`
	StewardID    int64             `json:"stewardId" doc:"The agency that answers for the entry"`
	Categories   []string          `json:"categories" doc:"publiccode.yml software categories"`
	License      string            `json:"license" doc:"Declared licence expression" example:"EUPL-1.2"`
	Lifecycle    AnyAssetLifecycle `json:"lifecycle"`
	Visibility   Visibility        `json:"visibility"`
	URLs         []AssetURL        `json:"urls"`
	Identifiers  []AssetIdentifier `json:"identifiers"`
	Aliases      []string          `json:"aliases" doc:"Other names it is known by"`
	ParentID     *int64            `json:"parentId" doc:"The larger system it is a part of; /assets?parent= lists the parts of one"`
	Version      int64             `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt    time.Time         `json:"createdAt"`
	UpdatedAt    time.Time         `json:"updatedAt"`
}

// AssetEntry is an asset as lists show it.
type AssetEntry struct {
	ID          int64             `json:"id"`
	Name        string            `json:"name"`
	Edition     string            `json:"edition"`
	Origin      Origin            `json:"origin"`
	Description string            `json:"description" doc:"In English, else in any language"`
	StewardID   int64             `json:"stewardId"`
	Steward     string            `json:"steward" doc:"Name of the agency that answers for the entry"`
	Categories  []string          `json:"categories"`
	License     string            `json:"license"`
	Class       string            `json:"class" doc:"Class of the declared licence; empty when none is declared"`
	Lifecycle   AnyAssetLifecycle `json:"lifecycle"`
	Visibility  Visibility        `json:"visibility"`
	Deployments int               `json:"deployments" doc:"Running or planned, that you may see"`
	Agencies    int               `json:"agencies" doc:"Distinct agencies among them"`
	Version     int64             `json:"version"`
	UpdatedAt   time.Time         `json:"updatedAt"`
}

// AssetURL is a web address of an asset.
type AssetURL struct {
	Kind      URLKind `json:"kind"`
	URL       string  `json:"url" maxLength:"2000" example:"https://git.example.gov/health/case-desk"`
	Canonical string  `json:"canonical,omitempty" readOnly:"true" doc:"The form under which spellings of the address are equal"`
}

// AssetIdentifier identifies an asset, without a version.
type AssetIdentifier struct {
	Kind  IdentifierKind `json:"kind"`
	Value string         `json:"value" maxLength:"2000" example:"pkg:github/health/case-desk"`
}

// AssetInput is what can be said of an asset.
type AssetInput struct {
	Name         string            `json:"name" maxLength:"200" example:"Case Desk"`
	Edition      string            `json:"edition,omitempty" maxLength:"100" doc:"Leave out when the product has only one"`
	Origin       Origin            `json:"origin"`
	Descriptions map[string]string `json:"descriptions,omitempty" doc:"By language tag (BCP 47), each at most 5,000 characters"`
	StewardID    int64             `json:"stewardId" minimum:"1" doc:"The agency that answers for the entry"`
	Categories   []string          `json:"categories,omitempty" maxItems:"50" doc:"publiccode.yml software categories" example:"case-management"`
	License      string            `json:"license,omitempty" maxLength:"4000" doc:"SPDX licence expression" example:"EUPL-1.2"`
	Lifecycle    AssetLifecycle    `json:"lifecycle,omitempty" default:"in-use"`
	Visibility   Visibility        `json:"visibility,omitempty" default:"public"`
	URLs         []AssetURL        `json:"urls,omitempty" maxItems:"50"`
	Identifiers  []AssetIdentifier `json:"identifiers,omitempty" maxItems:"100"`
	Aliases      []string          `json:"aliases,omitempty" maxItems:"50" doc:"Other names it is known by"`
	ParentID     *int64            `json:"parentId,omitempty" minimum:"1" doc:"The larger system it is a part of"`
}

func (in *AssetInput) write(a *models.Asset) {
	a.Name, a.Edition, a.Origin, a.Descriptions, a.StewardID = in.Name, in.Edition, models.Origin(in.Origin), in.Descriptions, in.StewardID
	a.Categories, a.License, a.Aliases, a.ParentID = in.Categories, in.License, in.Aliases, in.ParentID
	a.Lifecycle, a.Visibility = models.AssetLifecycle(in.Lifecycle), models.Visibility(in.Visibility)
	a.URLs = each(in.URLs, func(u *AssetURL) models.AssetURL {
		return models.AssetURL{Kind: models.URLKind(u.Kind), URL: u.URL}
	})
	a.Identifiers = each(in.Identifiers, func(i *AssetIdentifier) models.AssetIdentifier {
		return models.AssetIdentifier{Kind: models.IdentifierKind(i.Kind), Value: i.Value}
	})
}

func inputOfAsset(a *models.Asset) AssetInput {
	s := shapeAsset(a)
	return AssetInput{Name: s.Name, Edition: s.Edition, Origin: s.Origin, Descriptions: s.Descriptions, StewardID: s.StewardID, Categories: s.Categories, License: s.License,
		Lifecycle: AssetLifecycle(s.Lifecycle), Visibility: s.Visibility, URLs: s.URLs, Identifiers: s.Identifiers, Aliases: s.Aliases, ParentID: s.ParentID}
}

func shapeAsset(a *models.Asset) Asset {
	s := Asset{ID: a.ID, Name: a.Name, Edition: a.Edition, Origin: Origin(a.Origin), Descriptions: a.Descriptions, StewardID: a.StewardID,
		Categories: orEmpty([]string(a.Categories)), License: a.License, Lifecycle: AnyAssetLifecycle(a.Lifecycle), Visibility: Visibility(a.Visibility),
		Aliases: orEmpty(a.Aliases), ParentID: a.ParentID, Version: a.Version, CreatedAt: utc(a.CreatedAt), UpdatedAt: utc(a.UpdatedAt)}
	if s.Descriptions == nil {
		s.Descriptions = map[string]string{}
	}
	s.URLs = each(a.URLs, func(u *models.AssetURL) AssetURL {
		return AssetURL{Kind: URLKind(u.Kind), URL: u.URL, Canonical: u.Canonical}
	})
	s.Identifiers = each(a.Identifiers, func(i *models.AssetIdentifier) AssetIdentifier {
		return AssetIdentifier{Kind: IdentifierKind(i.Kind), Value: i.Value}
	})
	return s
}

func shapeAssetEntry(r *store.AssetRow) AssetEntry {
	return AssetEntry{ID: r.ID, Name: r.Name, Edition: r.Edition, Origin: Origin(r.Origin), Description: r.Description(models.DefaultLanguage), StewardID: r.StewardID, Steward: r.Steward,
		Categories: orEmpty([]string(r.Categories)), License: r.License, Class: r.Class, Lifecycle: AnyAssetLifecycle(r.Lifecycle), Visibility: Visibility(r.Visibility),
		Deployments: r.Deployments, Agencies: r.Agencies, Version: r.Version, UpdatedAt: utc(r.UpdatedAt)}
}

func (a *api) assets() {
	const tag = "Software"
	get(a, "/assets", about{id: "listAssets", tag: tag, summary: "List software"}, a.listAssets)
	post(a, "/assets", about{id: "registerAsset", tag: tag, summary: "Register software", text: "Ask for likely duplicates afterwards: they are shown, never refused.", status: 201}, a.registerAsset)
	get(a, "/assets/{id}", about{id: "getAsset", tag: tag, summary: "A piece of software", text: "An entry that was merged into another answers 308 with the address of the one that was kept."}, a.getAsset)
	patch(a, "/assets/{id}", about{id: "changeAsset", tag: tag, summary: "Change software"}, a.changeAsset)
	get(a, "/assets/{id}/duplicates", about{id: "listDuplicates", tag: tag, summary: "Entries that may be the same software", text: "Surest first, each with the reason."}, a.listDuplicates)
	post(a, "/assets/{id}/merges", about{id: "mergeAsset", tag: tag, summary: "Merge an entry into another",
		text: "Everything that refers to this entry refers to the other one afterwards; its names and addresses live on there. The answer is the entry that was kept."}, a.mergeAsset)
	get(a, "/assets/{id}/sboms", about{id: "listAssetSboms", tag: tag, summary: "The SBOM documents of all releases", text: "Newest first."}, a.listAssetSBOMs)
	get(a, "/assets/{id}/events", about{id: "listAssetEvents", tag: tag, summary: "The history of the software", text: "Everything that happened to it and to what hangs on it."}, a.listAssetEvents)
}

func (a *api) listAssets(ctx context.Context, in *struct {
	Q          string         `query:"q" maxLength:"200" doc:"Words, part of a name, a repository address, a purl"`
	Origin     Origin         `query:"origin"`
	Lifecycle  AssetLifecycle `query:"lifecycle"`
	Visibility Visibility     `query:"visibility"`
	Steward    int64          `query:"steward" minimum:"1" doc:"This agency and all below it"`
	Category   string         `query:"category" maxLength:"100"`
	License    string         `query:"license" maxLength:"200" doc:"A licence id anywhere in the declared expression"`
	Class      LicenseClass   `query:"class"`
	Parent     int64          `query:"parent" minimum:"1" doc:"Only what is directly a part of this software"`
	Sort       AssetSort      `query:"sort"`
	Paging
}) (*Page[AssetEntry], error) {
	l, err := a.Store.Assets(ctx, viewer(ctx), models.AssetFilter{Query: in.Q, Origin: models.Origin(in.Origin), Lifecycle: models.AssetLifecycle(in.Lifecycle),
		Visibility: models.Visibility(in.Visibility), Steward: in.Steward, Category: in.Category, License: in.License, Class: string(in.Class), Parent: in.Parent, Sort: models.AssetSort(in.Sort), Page: in.page()})
	return page(ctx, l, shapeAssetEntry), err
}

// asset finds an asset, or says where the one it was merged into is.
func (a *api) asset(ctx context.Context, id int64) (*models.Asset, error) {
	found, err := a.Store.Asset(ctx, viewer(ctx), id)
	if err != nil || found.MergedIntoID == nil {
		return found, err
	}
	x := at(ctx)
	to := strings.Replace(x.url.Path, fmt.Sprintf("/assets/%d", id), fmt.Sprintf("/assets/%d", *found.MergedIntoID), 1)
	if x.url.RawQuery != "" {
		to += "?" + x.url.RawQuery
	}
	return nil, newProblem(http.StatusPermanentRedirect, "asset-merged", fmt.Sprintf("This entry was merged into asset %d. Go on there: %s", *found.MergedIntoID, to)).with("Location", to)
}

func (a *api) getAsset(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Asset], error) {
	found, err := a.asset(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.withSeenParent(ctx, shapeAsset(found))
	if err != nil {
		return nil, err
	}
	return one(found.Version, shown, in.Unless)
}

// withSeenParent leaves out the larger system where the asker may not see it.
func (a *api) withSeenParent(ctx context.Context, shown Asset) (Asset, error) {
	if shown.ParentID == nil {
		return shown, nil
	}
	_, err := a.Store.Asset(ctx, viewer(ctx), *shown.ParentID)
	if models.IsKind(err, models.NotFound) {
		shown.ParentID, err = nil, nil
	}
	return shown, err
}

func (a *api) registerAsset(ctx context.Context, in *struct{ Body Body[AssetInput] }) (*Made[Asset], error) {
	var m models.Asset
	in.Body.Value.write(&m)
	if err := in.Body.check(ctx, a, m.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterAsset(ctx, viewer(ctx), &m); err != nil {
		return nil, err
	}
	return made("assets", m.ID, m.Version, shapeAsset(&m))
}

func (a *api) changeAsset(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[AssetInput] `contentType:"application/merge-patch+json"`
}) (*One[Asset], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	m, err := a.Register.ChangeAsset(ctx, viewer(ctx), in.ID.ID, based, func(m *models.Asset) {
		changed := in.Body.apply(inputOfAsset(m))
		changed.write(m)
	})
	if err != nil {
		return nil, err
	}
	return one(m.Version, shapeAsset(m), Unless{})
}

// Duplicate is an entry that may be the same software.
type Duplicate struct {
	ID      int64  `json:"id"`
	Title   string `json:"title"`
	Steward string `json:"steward"`
	Reason  string `json:"reason" enum:"identifier,repository,home,name,similar-name" doc:"Why it may be the same"`
	Shared  string `json:"shared" doc:"What they have in common"`
}

func (a *api) listDuplicates(ctx context.Context, in *ID) (*struct{ Body List[Duplicate] }, error) {
	found, err := a.asset(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.Duplicates(ctx, viewer(ctx), found)
	return &struct{ Body List[Duplicate] }{complete(l, func(d *store.Duplicate) Duplicate { return Duplicate(*d) })}, err
}

// AssetMerge says which entry is kept, and why.
type AssetMerge struct {
	IntoID int64  `json:"intoId" minimum:"1" doc:"The entry that is kept"`
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why they are the same, for an auditor"`
}

func (a *api) mergeAsset(ctx context.Context, in *struct {
	ID
	Body Body[AssetMerge]
}) (*One[Asset], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	kept, err := a.Register.MergeAssets(ctx, viewer(ctx), in.ID.ID, in.Body.Value.IntoID, in.Body.Value.Reason)
	if err != nil {
		return nil, err
	}
	return one(kept.Version, shapeAsset(kept), Unless{})
}

func (a *api) listAssetSBOMs(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[SBOM], error) {
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.SBOMs(ctx, viewer(ctx), in.ID.ID, 0, in.page())
	return page(ctx, l, shapeSBOM(viewer(ctx))), err
}
