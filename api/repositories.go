package api

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// Repository is a place where source code is kept, with what was read in it when it was last visited.
type Repository struct {
	ID            int64           `json:"id"`
	AssetID       *int64          `json:"assetId" doc:"The software that it is the code of"`
	Asset         string          `json:"asset"`
	AgencyID      int64           `json:"agencyId"`
	Agency        string          `json:"agency"`
	PublisherID   *int64          `json:"publisherId"`
	Publisher     string          `json:"publisher"`
	URL           string          `json:"url"`
	Aliases       []string        `json:"aliases" doc:"Other addresses it is or was known by"`
	Host          Host            `json:"host"`
	Visibility    Visibility      `json:"visibility"`
	State         RepositoryState `json:"state"`
	Active        bool            `json:"active"`
	Archived      bool            `json:"archived" doc:"Its host says that it is read-only"`
	DefaultBranch string          `json:"defaultBranch"`
	Head          string          `json:"head" doc:"Commit"`
	RootCommit    string          `json:"rootCommit" doc:"First commit; empty when it was not read that far back"`
	Fork          ForkKind        `json:"fork"`
	ForkOfID      *int64          `json:"forkOfId"`
	ForkOfURL     string          `json:"forkOfUrl"`
	FirstCommitAt *time.Time      `json:"firstCommitAt"`
	LastCommitAt  *time.Time      `json:"lastCommitAt"`
	Described     bool            `json:"described" doc:"Whether a file in it describes the software"`
	Path          string          `json:"path" doc:"Of the file that does"`
	SHA256        string          `json:"sha256" doc:"Of that file"`
	Valid         bool            `json:"valid" doc:"Whether that file keeps to its standard"`
	Remarks       int             `json:"remarks"`
	Tree          SourceTree      `json:"tree"`
	VisitedAt     *time.Time      `json:"visitedAt"`
	ReadAt        *time.Time      `json:"readAt" doc:"When it was last read; before visitedAt when nothing had been pushed"`
	Outcome       VisitOutcome    `json:"outcome" doc:"How the last visit ended; empty before the first"`
	Detail        string          `json:"detail"`
	Failures      int             `json:"failures" doc:"Visits in a row that failed"`
	NextAt        *time.Time      `json:"nextAt" doc:"Not visited by the clock before"`
	Version       int64           `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt     time.Time       `json:"createdAt"`
	UpdatedAt     time.Time       `json:"updatedAt"`
}

// SourceTree is what the files of a repository say without anybody describing them.
type SourceTree struct {
	Files        int           `json:"files"`
	LicenseFiles []LicenseFile `json:"licenseFiles"`
	Reuse        bool          `json:"reuse" doc:"Keeps to REUSE, by its files"`
	SBOMs        []string      `json:"sboms" doc:"Paths of SBOM documents"`
	Security     string        `json:"security" doc:"Path of the security policy; so are the next ones"`
	Contributing string        `json:"contributing"`
	Conduct      string        `json:"conduct"`
	Governance   string        `json:"governance"`
	Changelog    string        `json:"changelog"`
	Readme       string        `json:"readme"`
	Tests        bool          `json:"tests"`
	CI           bool          `json:"ci"`
	Languages    []string      `json:"languages"`
}

// LicenseFile is a file with a licence text.
type LicenseFile struct {
	Path       string  `json:"path"`
	Expression string  `json:"expression" doc:"Empty when the text was not recognised"`
	Coverage   float64 `json:"coverage" doc:"How much of the file the recognised text is, 0 to 100"`
}

// RepositoryInput is what can be said of a repository.
type RepositoryInput struct {
	AgencyID    int64      `json:"agencyId" minimum:"1"`
	AssetID     *int64     `json:"assetId,omitempty" minimum:"1"`
	PublisherID *int64     `json:"publisherId,omitempty" minimum:"1"`
	URL         string     `json:"url" maxLength:"2000" example:"https://github.com/example-gov/case-desk"`
	Aliases     []string   `json:"aliases,omitempty" maxItems:"50"`
	Host        Host       `json:"host,omitempty" doc:"Guessed from the address when absent"`
	Visibility  Visibility `json:"visibility,omitempty" doc:"public when absent"`
	Active      *bool      `json:"active,omitempty" doc:"true when absent"`
}

func (in *RepositoryInput) write(r *models.Repository) {
	r.AgencyID, r.AssetID, r.PublisherID, r.URL, r.Aliases = in.AgencyID, in.AssetID, in.PublisherID, in.URL, in.Aliases
	r.Host, r.Visibility, r.Active = models.Host(in.Host), models.Visibility(in.Visibility), in.Active == nil || *in.Active
}

func inputOfRepository(r *models.Repository) RepositoryInput {
	return RepositoryInput{AgencyID: r.AgencyID, AssetID: r.AssetID, PublisherID: r.PublisherID, URL: r.URL, Aliases: r.Aliases, Host: Host(r.Host), Visibility: Visibility(r.Visibility), Active: &r.Active}
}

func shapeRepository(r *store.RepositoryRow) Repository {
	return Repository{ID: r.ID, AssetID: r.AssetID, Asset: r.Asset, AgencyID: r.AgencyID, Agency: r.Agency, PublisherID: r.PublisherID, Publisher: r.Publisher, URL: r.URL, Aliases: orEmpty(r.Aliases),
		Host: Host(r.Host), Visibility: Visibility(r.Visibility), State: RepositoryState(r.State), Active: r.Active, Archived: r.Archived, DefaultBranch: r.DefaultBranch, Head: r.Head, RootCommit: r.RootCommit,
		Fork: ForkKind(r.Fork), ForkOfID: r.ForkOfID, ForkOfURL: r.ForkOfURL, FirstCommitAt: instant(r.FirstCommitAt), LastCommitAt: instant(r.LastCommitAt),
		Described: r.Description != nil, Path: r.Path, SHA256: hex.EncodeToString(r.Digest), Valid: r.Valid, Remarks: len(r.Remarks), Tree: shapeTree(&r.Tree),
		VisitedAt: instant(r.VisitedAt), ReadAt: instant(r.ReadAt), Outcome: VisitOutcome(r.Outcome), Detail: r.Detail, Failures: r.Failures, NextAt: instant(r.NextAt),
		Version: r.Version, CreatedAt: utc(r.CreatedAt), UpdatedAt: utc(r.UpdatedAt)}
}

func shapeTree(t *models.Tree) SourceTree {
	return SourceTree{Files: t.Files, LicenseFiles: each(t.LicenseFiles, func(f *models.LicenseFile) LicenseFile { return LicenseFile(*f) }), Reuse: t.Reuse, SBOMs: orEmpty(t.SBOMs), Security: t.Security, Contributing: t.Contributing,
		Conduct: t.Conduct, Governance: t.Governance, Changelog: t.Changelog, Readme: t.Readme, Tests: t.Tests, CI: t.CI, Languages: orEmpty(t.Languages)}
}

func (a *api) repositories() {
	const tag = "Repositories"
	get(a, "/repositories", about{id: "listRepositories", tag: tag, summary: "List repositories", text: "In the order in which they came, or the most recently changed first."}, a.listRepositories)
	post(a, "/repositories", about{id: "registerRepository", tag: tag, summary: "Add a repository", status: 201, text: "What is in it is read by the next harvest."}, a.registerRepository)
	get(a, "/repositories/{id}", about{id: "getRepository", tag: tag, summary: "A repository with what was read in it"}, a.getRepository)
	patch(a, "/repositories/{id}", about{id: "changeRepository", tag: tag, summary: "Change a repository", text: "Whose it is, of which software, under which addresses, and whether it is shown. What was read in it is for harvests to change."}, a.changeRepository)
	get(a, "/repositories/{id}/description", about{id: "getRepositoryDescription", tag: tag, summary: "The file that describes the software, as it was read", text: "With every remark on it, by line."}, a.getRepositoryDescription)
	get(a, "/repositories/{id}/measurements", about{id: "listMeasurements", tag: tag, summary: "How alive it is, measure by measure", text: "By CHAOSS metrics. A value that is null could not be measured, and why says why; there is no overall score."}, a.listMeasurements)
	get(a, "/repositories/{id}/revisions", about{id: "listRevisions", tag: tag, summary: "Released states with their SWHIDs", text: "The head of the default branch first, then tags, the newest first; at most 500."}, a.listRevisions)
	get(a, "/repositories/{id}/analyses", about{id: "getAnalyses", tag: tag, summary: "What outside scanners wrote", text: "Each under its own namespace; not judged."}, a.getAnalyses)
	patch(a, "/repositories/{id}/analyses", about{id: "writeAnalyses", tag: tag, summary: "Write what a scanner found",
		text: "An object under each namespace, with an integer “v” from 1 to 999; null takes a namespace away. Others are not touched, so several scanners write side by side."}, a.writeAnalyses)
	put(a, "/repositories/{id}/mirror", about{id: "setMirror", tag: tag, summary: "Say whether the register keeps a copy"}, a.setMirror)
	a.mirrors()
	a.builtCode()
	a.statistics()
}

func (a *api) listRepositories(ctx context.Context, in *struct {
	Q         string          `query:"q" maxLength:"200" doc:"Part of the address"`
	Agency    int64           `query:"agency" minimum:"1" doc:"This agency and all below it"`
	Publisher int64           `query:"publisher" minimum:"1"`
	Asset     int64           `query:"asset" minimum:"1"`
	State     RepositoryState `query:"state"`
	Outcome   VisitOutcome    `query:"outcome" doc:"How the last visit ended"`
	Fork      ForkKind        `query:"fork"`
	Described YesNo           `query:"described" doc:"Whether a file in it describes the software"`
	Inactive  YesNo           `query:"inactive" doc:"yes: also those that are switched off"`
	Sort      RepositorySort  `query:"sort"`
	Paging
}) (*Page[Repository], error) {
	l, err := a.Store.Repositories(ctx, viewer(ctx), models.RepositoryFilter{Query: in.Q, Agency: in.Agency, Publisher: in.Publisher, Asset: in.Asset, State: models.RepositoryState(in.State), Outcome: models.VisitOutcome(in.Outcome),
		Fork: models.ForkKind(in.Fork), Described: models.YesNo(in.Described), Inactive: in.Inactive == YesNo(models.Yes), Sort: models.AssetSort(in.Sort), Page: in.page()})
	return page(ctx, l, shapeRepository), err
}

func (a *api) getRepository(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Repository], error) {
	r, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(r.Version, shapeRepository(r), in.Unless)
}

func (a *api) registerRepository(ctx context.Context, in *struct{ Body Body[RepositoryInput] }) (*Made[Repository], error) {
	var r models.Repository
	in.Body.Value.write(&r)
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterRepository(ctx, viewer(ctx), &r); err != nil {
		return nil, err
	}
	row, err := a.Store.Repository(ctx, viewer(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return made("repositories", r.ID, r.Version, shapeRepository(row))
}

func (a *api) changeRepository(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[RepositoryInput] `contentType:"application/merge-patch+json"`
}) (*One[Repository], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	if _, err := a.Register.ChangeRepository(ctx, viewer(ctx), in.ID.ID, based, func(r *models.Repository) {
		changed := in.Body.apply(inputOfRepository(r))
		changed.write(r)
	}); err != nil {
		return nil, err
	}
	row, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, shapeRepository(row), Unless{})
}
