package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
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
	Namespace      string      `json:"namespace" doc:"The document's own unique URI (SPDX 2.3, 6.5)"`
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
			Format: SBOMFormat(s.Format), SpecVersion: s.SpecVersion, Name: s.Name, Namespace: s.Namespace, IssuedAt: instant(s.IssuedAt), ListVersion: s.ListVersion,
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
	return SBOMDetail{SBOM: shapeSBOM(v)(s), Findings: each(s.Findings, func(f *models.ReadFinding) Finding {
		return Finding{Rule: f.Rule, Severity: Severity(f.Severity), Pointer: f.Pointer, Message: f.Message}
	})}
}

func shapePackage(p *store.PackageRow) Package {
	return Package{Ordinal: p.Ordinal, ComponentID: p.ComponentID, PURL: p.PURL, Name: p.Name, Version: p.Version, Supplier: p.Supplier,
		Licensing: Licensing{p.Declared, p.Concluded, p.Effective, p.Guessed, LicenseClass(p.Class)}}
}

func (a *api) sboms() {
	const tag = "SBOM documents"
	get(a, "/releases/{id}/sboms", about{id: "listSboms", tag: tag, summary: "List the SBOM documents of a release", text: "Newest first; one of them speaks for the release."}, a.listSBOMs)
	post(a, "/releases/{id}/sboms", about{id: "sendSbom", tag: tag, summary: "Send an SBOM document", repeats: true, status: 201,
		text: "The document itself is the body: SPDX 2.2 or 2.3 as JSON, tag-value, YAML or RDF. The notation is found in the bytes, whatever the Content-Type says. " +
			"What is sound is kept, what is not is listed in findings. The same bytes again change nothing and answer 200. Example: curl --data-binary @sbom.spdx.json …"}, a.sendSBOM)
	get(a, "/sboms/{id}", about{id: "getSbom", tag: tag, summary: "An SBOM document and what was found in it"}, a.getSBOM)
	get(a, "/sboms/{id}/original", about{id: "downloadSbom", tag: tag, summary: "The document as delivered", text: "Byte for byte; the ETag is its SHA-256."}, a.downloadSBOM)
	get(a, "/sboms/{id}/packages", about{id: "listPackages", tag: tag, summary: "List the packages of a document", text: "In the order of the document."}, a.listPackages)
	get(a, "/sboms/{id}/transitions", about{id: "listSbomTransitions", tag: tag, summary: "The history of a document"}, a.listSBOMTransitions)
	post(a, "/sboms/{id}/transitions", about{id: "withdrawSbom", tag: tag, summary: "Withdraw a document", text: "A withdrawn document no longer speaks for its release, and stays readable."}, a.withdrawSBOM)
	bytesIn := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	paths := a.huma.OpenAPI().Paths
	paths["/releases/{id}/sboms"].Post.RequestBody = &huma.RequestBody{Required: true, Description: "The document, as it is",
		Content: map[string]*huma.MediaType{"application/spdx+json": bytesIn, "text/spdx": bytesIn, "application/octet-stream": bytesIn}}
	paths["/releases/{id}/sboms"].Post.Responses["200"] = &huma.Response{Description: "These bytes were on the release already; nothing was changed",
		Content: paths["/releases/{id}/sboms"].Post.Responses["201"].Content}
	paths["/sboms/{id}/original"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/octet-stream": bytesIn}
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

// Document is a request whose body is an SBOM document.
type Document struct {
	ID
	Stream
	Filename    string `query:"filename" maxLength:"255" doc:"What to call it, for people; else the filename of Content-Disposition"`
	Disposition string `header:"Content-Disposition" doc:"attachment; filename=…"`
}

func (d *Document) filename() string {
	if d.Filename != "" {
		return d.Filename
	}
	_, params, err := mime.ParseMediaType(d.Disposition)
	if err != nil {
		return ""
	}
	return params["filename"]
}

// Received is the answer to having sent a document.
type Received struct {
	Status   int
	Location string `header:"Location" doc:"Address of the document"`
	Body     SBOMDetail
}

func (a *api) sendSBOM(ctx context.Context, in *Document) (*Received, error) {
	if err := in.plain(); err != nil {
		return nil, err
	}
	v := viewer(ctx)
	got, err := a.Register.ReceiveSBOM(ctx, v, in.ID.ID, in.filename(), in.body, register.Limits{Bytes: a.MaxBody})
	if err != nil {
		return nil, err
	}
	out := &Received{Status: http.StatusCreated, Location: fmt.Sprintf("%s/sboms/%d", prefix, got.SBOM.ID), Body: shapeSBOMDetail(v, got.SBOM)}
	if got.Again {
		out.Status = http.StatusOK
	}
	return out, nil
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

// Original is a document as delivered.
type Original struct {
	ETag        string `header:"ETag" doc:"SHA-256 of the document, in hexadecimal"`
	Type        string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name it was sent under"`
	Digest      string `header:"Repr-Digest" doc:"SHA-256 of the document (RFC 9530), to clients that do not ask for compression"`
	Body        func(huma.Context)
}

var contentTypes = map[models.SBOMFormat]struct{ contentType, ending string }{
	models.SPDXJSON:     {"application/spdx+json", ".spdx.json"},
	models.SPDXTagValue: {"text/spdx; charset=utf-8", ".spdx"},
	models.SPDXYAML:     {"application/yaml", ".spdx.yaml"},
	models.SPDXRDF:      {"application/rdf+xml", ".spdx.rdf"},
	models.SPDXXML:      {"application/xml", ".spdx.xml"},
}

func (a *api) downloadSBOM(ctx context.Context, in *struct {
	ID
	Unless
	Accept string `header:"Accept-Encoding" hidden:"true"`
}) (*Original, error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	etag := `"` + hex.EncodeToString(s.SHA256) + `"`
	if strings.Contains(in.IfNoneMatch, etag) || in.IfNoneMatch == "*" {
		return nil, notModified(etag)
	}
	kind, name := contentTypes[s.Format], s.Filename
	if name == "" {
		name = fmt.Sprintf("sbom-%d%s", s.ID, kind.ending)
	}
	out := &Original{ETag: etag, Type: kind.contentType, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": name})}
	if !strings.Contains(in.Accept, "gzip") { // on the way a compressed form may take its place, which has another digest
		out.Digest = "sha-256=:" + base64.StdEncoding.EncodeToString(s.SHA256) + ":"
	}
	body, err := a.Store.Original(ctx, s.OriginalID)
	if err != nil {
		return nil, err
	}
	out.Body = func(hc huma.Context) {
		defer body.Close()
		hc.SetStatus(http.StatusOK)
		if hc.Method() == http.MethodHead {
			return
		}
		if _, err := io.Copy(hc.BodyWriter(), body); err != nil {
			a.Log.Warn("sending a document", "sbom", s.ID, "error", err)
			panic(http.ErrAbortHandler) // so that the client does not take a part for the whole
		}
	}
	return out, nil
}
