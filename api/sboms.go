package api

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// SBOM is a document attached to a release: what it says of itself and how it fared.
type SBOM struct {
	ID             int64       `json:"id" example:"78"`
	ReleaseID      int64       `json:"releaseId"`
	Release        string      `json:"release" example:"4.2.1"`
	AssetID        int64       `json:"assetId"`
	Asset          string      `json:"asset" example:"Case Desk"`
	SHA256         string      `json:"sha256" doc:"Digest of the document as delivered, in hexadecimal"`
	Bytes          int64       `json:"bytes" doc:"Size as delivered"`
	Filename       string      `json:"filename" doc:"As the sender called it"`
	Format         SBOMFormat  `json:"format"`
	SpecVersion    string      `json:"specVersion" example:"SPDX-2.3"`
	Name           string      `json:"name"`
	Namespace      string      `json:"namespace" doc:"The document's own unique URI: SPDX 2.3, 6.5; the id of the SpdxDocument of SPDX 3; the serialNumber of CycloneDX"`
	Edition        string      `json:"edition" doc:"The document's own version, where the format has one"`
	Context        string      `json:"context" doc:"When in the life of the software it was made: design, source, build, analyzed, deployed or runtime; unknown when it says so; empty when not stated"`
	Signed         bool        `json:"signed" doc:"It carries a signature inside; whether that holds was not checked"`
	Supplier       string      `json:"supplier" doc:"Whose document it is, as far as known"`
	Creators       []Creator   `json:"creators"`
	IssuedAt       *time.Time  `json:"issuedAt" doc:"When the document says it was made"`
	ListVersion    string      `json:"listVersion" doc:"Version of the SPDX licence list it was made with"`
	State          SBOMState   `json:"state"`
	SupersededByID *int64      `json:"supersededById"`
	Verdict        SBOMVerdict `json:"verdict"`
	Packages       int         `json:"packages"`
	Components     int         `json:"components" doc:"Distinct ones among the packages"`
	Relations      int         `json:"relations"`
	Files          int         `json:"files"`
	FindingCount   int         `json:"findingCount"`
	ReceivedAt     time.Time   `json:"receivedAt"`
	ReducedAt      *time.Time  `json:"reducedAt" doc:"When its content and original were let go of by a retention rule; null while they are there"`
	ReceivedBy     string      `json:"receivedBy,omitempty" doc:"Who sent it; shown within government"`
}

// SBOMDetail is a document with what there is to say of it.
type SBOMDetail struct {
	SBOM
	Findings []Finding `json:"findings" doc:"At most 1,000, in the order of the document; findingCount has all"`
}

// Creator is who or what made a document.
type Creator struct {
	Kind  string `json:"kind" doc:"tool, organization or person; empty when the document does not say"`
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Finding is one thing a reader has to say of a document.
type Finding struct {
	Rule     string   `json:"rule" example:"duplicate-spdxid"`
	Severity Severity `json:"severity"`
	Pointer  string   `json:"pointer" doc:"JSON Pointer into the document, or a line" example:"/packages/3/SPDXID"`
	Message  string   `json:"message"`
}

// Package is one package of a document.
type Package struct {
	Ordinal     int32  `json:"ordinal" doc:"Place in the document, from 0"`
	ComponentID int32  `json:"componentId"`
	PURL        string `json:"purl" example:"pkg:deb/debian/openssl@3.0.7-1"`
	Name        string `json:"name" example:"openssl"`
	Version     string `json:"version" example:"3.0.7-1"`
	Supplier    string `json:"supplier"`
	Licensing
}

// Licensing is what is said of a component's licence.
type Licensing struct {
	Declared  string       `json:"declaredLicense" doc:"As stated by the supplier"`
	Concluded string       `json:"concludedLicense" doc:"As concluded by the document's author"`
	Effective string       `json:"effectiveLicense" doc:"The one that decides, as read; as stated when it could not be read"`
	Guessed   bool         `json:"guessed" doc:"The reading is our guess at something that is no expression"`
	Class     LicenseClass `json:"class"`
}

// shapeSBOM shows a document; the name of who sent it stays within government.
func shapeSBOM(v models.Viewer) func(*store.SBOMRow) SBOM {
	return func(s *store.SBOMRow) SBOM {
		out := SBOM{ID: s.ID, ReleaseID: s.ReleaseID, Release: s.Release, AssetID: s.AssetID, Asset: s.Asset, SHA256: hex.EncodeToString(s.SHA256), Bytes: s.Bytes, Filename: s.Filename,
			Format: SBOMFormat(s.Format), SpecVersion: s.SpecVersion, Name: s.Name, Namespace: s.Namespace, Edition: s.Edition, Context: s.Context, Signed: s.Signed, Supplier: s.Supplier, ReducedAt: instant(s.ReducedAt), IssuedAt: instant(s.IssuedAt), ListVersion: s.ListVersion,
			State: SBOMState(s.State), SupersededByID: s.SupersededByID, Verdict: SBOMVerdict(s.Verdict), Packages: s.Packages, Components: s.Components, Relations: s.Relations, Files: s.Files,
			FindingCount: len(s.Findings) + s.MoreFindings, ReceivedAt: utc(s.ReceivedAt), ReceivedBy: s.ReceivedBy}
		if !v.InGovernment() {
			out.ReceivedBy = ""
		}
		out.Creators = each(s.Creators, func(c *models.Creator) Creator { return Creator(*c) })
		return out
	}
}

func shapeSBOMDetail(v models.Viewer, s *store.SBOMRow) SBOMDetail {
	return SBOMDetail{SBOM: shapeSBOM(v)(s), Findings: each(s.Findings, shapeFinding)}
}

func shapeFinding(f *models.ReadFinding) Finding {
	return Finding{Rule: f.Rule, Severity: Severity(f.Severity), Pointer: f.Pointer, Message: f.Message}
}

func shapePackage(p *store.PackageRow) Package {
	return Package{Ordinal: p.Ordinal, ComponentID: p.ComponentID, PURL: p.PURL, Name: p.Name, Version: p.Version, Supplier: p.Supplier,
		Licensing: Licensing{p.Declared, p.Concluded, p.Effective, p.Guessed, LicenseClass(p.Class)}}
}

func (a *api) sboms() {
	const tag = "SBOM documents"
	get(a, "/releases/{id}/sboms", about{id: "listSboms", tag: tag, summary: "List the SBOM documents of a release", text: "Newest first; one of them speaks for the release."}, a.listSBOMs)
	get(a, "/sboms/{id}", about{id: "getSbom", tag: tag, summary: "An SBOM document and what was found in it"}, a.getSBOM)
	get(a, "/sboms/{id}/original", about{id: "downloadSbom", tag: tag, summary: "The document as delivered", text: "Byte for byte; the ETag is its SHA-256."}, a.downloadSBOM)
	get(a, "/sboms/{id}/packages", about{id: "listPackages", tag: tag, summary: "List the packages of a document", text: "In the order of the document."}, a.listPackages)
	get(a, "/sboms/{id}/transitions", about{id: "listSbomTransitions", tag: tag, summary: "The history of a document"}, a.listSBOMTransitions)
	post(a, "/sboms/{id}/transitions", about{id: "withdrawSbom", tag: tag, summary: "Withdraw a document", text: "A withdrawn document no longer speaks for its release, and stays readable."}, a.withdrawSBOM)
	a.huma.OpenAPI().Paths["/sboms/{id}/original"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/octet-stream": anyBytes}
}

func (a *api) listSBOMs(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[SBOM], error) {
	if _, err := a.Store.Release(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.SBOMs(ctx, viewer(ctx), 0, in.ID.ID, in.page())
	return page(ctx, l, shapeSBOM(viewer(ctx))), err
}

func (a *api) getSBOM(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[SBOMDetail], error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(1, shapeSBOMDetail(viewer(ctx), s), in.Unless)
}

func (a *api) listPackages(ctx context.Context, in *struct {
	ID
	Q          string       `query:"q" maxLength:"200" doc:"Part of name or purl"`
	Expression int32        `query:"expression" minimum:"1" doc:"Number of the effective licence, as in licence reports"`
	Class      LicenseClass `query:"class"`
	Paging
}) (*Page[Package], error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.Packages(ctx, s.ID, store.PackageFilter{Query: in.Q, Expression: in.Expression, Class: string(in.Class), Page: in.page()})
	return page(ctx, l, shapePackage), err
}

// SBOMTransition withdraws a document.
type SBOMTransition struct {
	To     string `json:"to" enum:"withdrawn"`
	Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why it is wrong: one sentence that will make sense to an auditor"`
}

func (a *api) withdrawSBOM(ctx context.Context, in *struct {
	ID
	Body Body[SBOMTransition]
}) (*One[SBOMDetail], error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	s, err := a.Register.WithdrawSBOM(ctx, viewer(ctx), in.ID.ID, in.Body.Value.Reason)
	if err != nil {
		return nil, err
	}
	return one(1, shapeSBOMDetail(viewer(ctx), s), Unless{})
}

func (a *api) listSBOMTransitions(ctx context.Context, in *struct {
	ID
	Feed
}) (*EventPage, error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.feed(ctx, models.EventFilter{Noun: "sbom", NounID: s.ID}, in.Feed)
}
