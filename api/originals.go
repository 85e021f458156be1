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

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
)

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

	models.SPDX3JSONLD:   {"application/spdx+json", ".spdx3.json"}, // media type registered for every JSON form of SPDX
	models.CycloneDXJSON: {"application/vnd.cyclonedx+json", ".cdx.json"},
	models.CycloneDXXML:  {"application/vnd.cyclonedx+xml", ".cdx.xml"},
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
