package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/register"
)

// ExportFormat is a format that documents are written in for others.
type ExportFormat string

// Schema lists the formats, each also by its short name.
func (ExportFormat) Schema(huma.Registry) *huma.Schema {
	return words("The format to write, in the version that the register writes", "spdx", "cyclonedx", ExportFormat(register.ExportSPDX), ExportFormat(register.ExportCycloneDX))
}

func (f ExportFormat) format() register.ExportFormat {
	switch f {
	case "", "spdx":
		return register.ExportSPDX
	case "cyclonedx":
		return register.ExportCycloneDX
	}
	return register.ExportFormat(f)
}

func (a *api) exports() {
	const tag = "SBOM documents"
	get(a, "/sboms/{id}/exports/{format}", about{id: "exportSbom", tag: tag, summary: "A document in another form", text: "SPDX 2.3 or CycloneDX 1.6, as JSON: what the register knows of the document, with each licence in canonical form. The same document gives the same bytes."}, a.exportSBOM)
	get(a, "/assets/{id}/sbom", about{id: "exportAsset", tag: tag, summary: "One document of a whole piece of software", text: "Of all its releases and of what is a part of it, as far as you may see it. The same documents give the same bytes."}, a.exportAsset)
	get(a, "/agencies/{id}/sbom", about{id: "exportAgency", tag: tag, summary: "One document of all software of an agency", text: "Of what it and the agencies below it answer for or run, as far as you may see it, with any number of packages. The same documents give the same bytes."}, a.exportAgency)
	for _, path := range []string{"/sboms/{id}/exports/{format}", "/assets/{id}/sbom", "/agencies/{id}/sbom"} {
		a.huma.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/spdx+json": anyBytes, "application/vnd.cyclonedx+json": anyBytes}
	}
}

// Download is a file made for the asker.
type Download struct {
	ETag        string `header:"ETag" doc:"Changes with the documents it is made of and with how the register writes them"`
	Type        string `header:"Content-Type" hidden:"true"`
	Length      string `header:"Content-Length" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name to keep it under"`
	Body        func(huma.Context)
}

func (a *api) exportSBOM(ctx context.Context, in *struct {
	ID
	Format ExportFormat `path:"format"`
	Unless
}) (*Download, error) {
	s, err := a.Store.SBOM(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	etag := fmt.Sprintf(`"%s-%s-%s"`, hex.EncodeToString(s.SHA256[:8]), in.Format.format(), a.Version)
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	e, err := a.Register.ExportSBOM(ctx, viewer(ctx), s.ID, in.Format.format())
	if err != nil {
		return nil, err
	}
	d := a.download(e)
	d.ETag = etag
	return &d, nil
}

// Whole asks for a document of many.
type Whole struct {
	ID
	Unless
	Format ExportFormat `query:"format" doc:"spdx when absent"`
}

func (a *api) exportAsset(ctx context.Context, in *struct {
	Whole
	Release int64 `query:"release" minimum:"1" doc:"Only this release, with the newest document of each part"`
}) (*Download, error) {
	found, err := a.asset(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	p, err := a.Register.AssetPortfolio(ctx, viewer(ctx), found.ID, in.Release)
	if err != nil {
		return nil, err
	}
	return a.exportPortfolio(ctx, p, &in.Whole)
}

func (a *api) exportAgency(ctx context.Context, in *Whole) (*Download, error) {
	p, err := a.Register.AgencyPortfolio(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.exportPortfolio(ctx, p, in)
}

// exportPortfolio writes nothing for a client that has it already.
func (a *api) exportPortfolio(ctx context.Context, p *register.Portfolio, in *Whole) (*Download, error) {
	etag := fmt.Sprintf(`"%s-%s-%s"`, p.Mark(), in.Format.format(), a.Version)
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	e, err := a.Register.ExportPortfolio(ctx, p, in.Format.format())
	if err != nil {
		return nil, err
	}
	d := a.download(e)
	d.ETag = etag
	return &d, nil
}

// download streams what was written, and lets go of it.
func (a *api) download(e *register.Export) Download {
	return Download{Type: e.MediaType, Length: strconv.FormatInt(e.Size, 10), Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": e.Filename}), Body: func(hc huma.Context) {
		defer e.Close()
		hc.SetStatus(http.StatusOK)
		if hc.Method() == http.MethodHead {
			return
		}
		if _, err := io.Copy(hc.BodyWriter(), e); err != nil {
			a.Log.Warn("sending an export", "error", err)
			panic(http.ErrAbortHandler) // so that the client does not take a part for the whole
		}
	}}
}
