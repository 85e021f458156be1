package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Release is one version of an asset.
type Release struct {
	ID      int64 `json:"id" example:"56"`
	AssetID int64 `json:"assetId"`
	ReleaseFacts
	Version   int64     `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// ReleaseEntry is a release as lists show it.
type ReleaseEntry struct {
	Release
	SBOMID      *int64 `json:"sbomId" doc:"The document that speaks for the release"`
	Packages    int    `json:"packages" doc:"In that document"`
	Documents   int    `json:"documents" doc:"All documents, superseded and withdrawn ones too"`
	Deployments int    `json:"deployments" doc:"Running or planned, that you may see"`
}

// ReleaseFacts are what both sides say of a release. Every date has its source.
type ReleaseFacts struct {
	Number            string  `json:"number" maxLength:"100" doc:"The version as its makers write it" example:"4.2.1"`
	ReleasedOn        *string `json:"releasedOn" required:"false" format:"date"`
	ReleasedSource    string  `json:"releasedSource" required:"false" maxLength:"500" doc:"Where the date comes from: an address or a sentence"`
	SalesEndOn        *string `json:"salesEndOn" required:"false" format:"date"`
	SalesEndSource    string  `json:"salesEndSource" required:"false" maxLength:"500"`
	SecurityEndOn     *string `json:"securityEndOn" required:"false" format:"date" doc:"Last day of security support"`
	SecurityEndSource string  `json:"securityEndSource" required:"false" maxLength:"500"`
	LifeEndOn         *string `json:"lifeEndOn" required:"false" format:"date"`
	LifeEndSource     string  `json:"lifeEndSource" required:"false" maxLength:"500"`
	Notes             string  `json:"notes" required:"false" maxLength:"5000"`
}

// ReleaseInput is what can be said of a release.
type ReleaseInput struct{ ReleaseFacts }

func (in *ReleaseInput) write(r *models.Release) {
	r.Number, r.Notes = in.Number, in.Notes
	r.ReleasedOn, r.ReleasedSource = dateOf(in.ReleasedOn), in.ReleasedSource
	r.SalesEndOn, r.SalesEndSource = dateOf(in.SalesEndOn), in.SalesEndSource
	r.SecurityEndOn, r.SecurityEndSource = dateOf(in.SecurityEndOn), in.SecurityEndSource
	r.LifeEndOn, r.LifeEndSource = dateOf(in.LifeEndOn), in.LifeEndSource
}

func inputOfRelease(r *models.Release) ReleaseInput {
	return ReleaseInput{ReleaseFacts{Number: r.Number, ReleasedOn: day(r.ReleasedOn), ReleasedSource: r.ReleasedSource, SalesEndOn: day(r.SalesEndOn), SalesEndSource: r.SalesEndSource,
		SecurityEndOn: day(r.SecurityEndOn), SecurityEndSource: r.SecurityEndSource, LifeEndOn: day(r.LifeEndOn), LifeEndSource: r.LifeEndSource, Notes: r.Notes}}
}

func shapeRelease(r *models.Release) Release {
	return Release{ID: r.ID, AssetID: r.AssetID, ReleaseFacts: inputOfRelease(r).ReleaseFacts, Version: r.Version, CreatedAt: utc(r.CreatedAt), UpdatedAt: utc(r.UpdatedAt)}
}

func shapeReleaseEntry(r *store.ReleaseRow) ReleaseEntry {
	return ReleaseEntry{Release: shapeRelease(&r.Release), SBOMID: r.SBOMID, Packages: r.Packages, Documents: r.Documents, Deployments: r.Deployments}
}

func (a *api) releases() {
	const tag = "Releases"
	get(a, "/assets/{id}/releases", about{id: "listReleases", tag: tag, summary: "List the releases of software", text: "Most recently released first."}, a.listReleases)
	post(a, "/assets/{id}/releases", about{id: "registerRelease", tag: tag, summary: "Add a release",
		text: "Deployments that had reported this version are tied to it.", status: 201}, a.registerRelease)
	get(a, "/releases/{id}", about{id: "getRelease", tag: tag, summary: "A release"}, a.getRelease)
	patch(a, "/releases/{id}", about{id: "changeRelease", tag: tag, summary: "Change a release"}, a.changeRelease)
}

func (a *api) listReleases(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[ReleaseEntry], error) {
	if _, err := a.asset(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Releases(ctx, viewer(ctx), in.ID.ID, in.page())
	return page(ctx, l, shapeReleaseEntry), err
}

func (a *api) registerRelease(ctx context.Context, in *struct {
	ID
	Body Body[ReleaseInput]
}) (*Made[Release], error) {
	r := models.Release{AssetID: in.ID.ID}
	in.Body.Value.write(&r)
	if err := in.Body.check(ctx, a, r.Validate); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterRelease(ctx, viewer(ctx), &r); err != nil {
		return nil, err
	}
	return made("releases", r.ID, r.Version, shapeRelease(&r))
}

func (a *api) getRelease(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Release], error) {
	r, err := a.Store.Release(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(r.Version, shapeRelease(r), in.Unless)
}

func (a *api) changeRelease(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[ReleaseInput] `contentType:"application/merge-patch+json"`
}) (*One[Release], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	r, err := a.Register.ChangeRelease(ctx, viewer(ctx), in.ID.ID, based, func(r *models.Release) {
		changed := in.Body.apply(inputOfRelease(r))
		changed.write(r)
	})
	if err != nil {
		return nil, err
	}
	return one(r.Version, shapeRelease(r), Unless{})
}
