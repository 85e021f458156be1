package api

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// anyBytes is a body that is a file.
var anyBytes = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}

// documentBody describes a request whose body is an SBOM document.
var documentBody = &huma.RequestBody{Required: true, Description: "The document, as it is, or compressed with gzip, zstd or xz. Content-Encoding gzip and zstd are undone, and the document itself is kept; with Content-Encoding xz the packed bytes are kept, and their digest is that of the document",
	Content: map[string]*huma.MediaType{"application/spdx+json": anyBytes, "application/vnd.cyclonedx+json": anyBytes, "application/vnd.cyclonedx+xml": anyBytes, "text/spdx": anyBytes, "application/octet-stream": anyBytes}}

const whatIsRead = "The document itself is the body: SPDX 2.1 to 2.3 as JSON, tag-value, YAML, RDF or XML, SPDX 3.0 as JSON-LD, CycloneDX 1.2 to 1.7 as JSON or XML. The notation is found in the bytes, whatever the Content-Type says. " +
	"What is sound is kept, what is not is listed in findings. The same bytes again change nothing and answer 200. A large document, and any with “Prefer: respond-async”, is read in the background: the answer is 202 with a delivery to follow. "

func (a *api) sending() {
	const tag = "SBOM documents"
	post(a, "/sboms", about{id: "sendAnySbom", tag: tag, summary: "Send an SBOM document for whatever it describes", streams: true, status: 201,
		text: whatIsRead + "The software and its release are found by the keys of the address, else by the document's own root package, and made as far as make allows. Example: curl --data-binary @bom.json …/sboms"}, a.sendAnySBOM)
	post(a, "/releases/{id}/sboms", about{id: "sendSbom", tag: tag, summary: "Send an SBOM document", streams: true, status: 201,
		text: whatIsRead + "Example: curl --data-binary @sbom.spdx.json …"}, a.sendSBOM)
	schema := a.huma.OpenAPI().Components.Schemas.Schema
	answers := func(t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: schema(t, true, "")}}
	}
	for _, path := range []string{"/sboms", "/releases/{id}/sboms"} {
		op := a.huma.OpenAPI().Paths[path].Post
		op.RequestBody = documentBody
		op.Responses["201"].Content = answers(reflect.TypeFor[SBOMDetail]())
		op.Responses["200"] = &huma.Response{Description: "These bytes were on the release already; nothing was changed", Content: op.Responses["201"].Content}
		op.Responses["202"] = &huma.Response{Description: "The document is kept and will be read; Location is the delivery to follow", Content: answers(reflect.TypeFor[Delivery]()), Headers: op.Responses["201"].Headers}
	}
}

// Sent is a request whose body is an SBOM document.
type Sent struct {
	Stream
	Filename    string `query:"filename" maxLength:"255" doc:"What to call it, for people; else the filename of Content-Disposition"`
	Disposition string `header:"Content-Disposition" doc:"attachment; filename=…"`
	Prefer      string `header:"Prefer" doc:"respond-async (RFC 7240): answer at once with a delivery, and read the document afterwards"`
}

func (s *Sent) filename() string {
	if s.Filename != "" {
		return s.Filename
	}
	_, params, err := mime.ParseMediaType(s.Disposition)
	if err != nil {
		return ""
	}
	return params["filename"]
}

// async reports whether the client would rather not wait (RFC 7240, 4.1).
func (s *Sent) async() register.Async {
	for preference := range strings.SplitSeq(s.Prefer, ",") {
		name, _, _ := strings.Cut(preference, ";")
		if strings.EqualFold(strings.TrimSpace(name), "respond-async") {
			return register.Always
		}
	}
	return register.WhenLarge
}

// Received is the answer to having sent a document.
type Received struct {
	Status   int
	Location string `header:"Location" doc:"Address of the document, or of the delivery"`
	Applied  string `header:"Preference-Applied" doc:"respond-async when that was asked for (RFC 7240)"`
	Body     any
}

func (a *api) sendSBOM(ctx context.Context, in *struct {
	ID
	Sent
}) (*Received, error) {
	return a.take(ctx, &in.Sent, models.Target{ReleaseID: in.ID.ID})
}

// Wanted says which release a document is for.
type Wanted struct {
	Release  int64    `query:"release" minimum:"1" doc:"Number of the release; then nothing else is needed"`
	Asset    int64    `query:"asset" minimum:"1" doc:"Number of the software"`
	Agency   int64    `query:"agency" minimum:"1" doc:"Number of the agency that answers for the software; when absent, the one you act for"`
	Name     string   `query:"name" maxLength:"200" doc:"Of the software; when absent, as the document names its root package"`
	Number   string   `query:"number" maxLength:"100" doc:"Of the release; when absent, the version of the document's root package"`
	Parent   int64    `query:"parent" minimum:"1" doc:"Number of the larger system that software is a part of, where it is made"`
	Category []string `query:"category,explode" maxItems:"50" doc:"Category of software that is made; may be repeated"`
	Origin   Origin   `query:"origin" doc:"Of software that is made; gov-built when absent"`
	Make     MakeRule `query:"make" doc:"asset when absent"`
}

func (w *Wanted) target() (models.Target, error) {
	t := models.Target{ReleaseID: w.Release, AssetID: w.Asset, AgencyID: w.Agency, Name: w.Name, Number: w.Number, ParentID: w.Parent, Categories: w.Category, Origin: models.Origin(w.Origin), Make: models.MakeRule(w.Make)}
	var m models.Mistakes
	for field, given := range map[string]bool{"asset": w.Asset != 0, "agency": w.Agency != 0, "name": w.Name != "", "number": w.Number != "", "parent": w.Parent != 0, "category": len(w.Category) > 0, "origin": w.Origin != "", "make": w.Make != ""} {
		if given && w.Release != 0 {
			m.Add(field, "not-together", "The release says it all. Leave out this key, or release.")
		}
	}
	if w.Make == "" {
		t.Make = models.MakeAsset
	}
	return t, m.Err()
}

func (a *api) sendAnySBOM(ctx context.Context, in *struct {
	Wanted
	Sent
}) (*Received, error) {
	target, err := in.target()
	if err != nil {
		return nil, err
	}
	got, err := a.take(ctx, &in.Sent, target)
	return got, asWritten(err)
}

// keys are the query keys of Wanted by the fields that the register knows them as.
var keys = map[string]string{"releaseId": "release", "assetId": "asset", "agencyId": "agency", "stewardId": "agency", "parentId": "parent", "categories": "category"}

// asWritten names what is wrong as the caller has written it.
func asWritten(err error) error {
	var ours *models.Error
	if !errors.As(err, &ours) {
		return err
	}
	named := *ours
	named.Fields = slices.Clone(ours.Fields)
	for i, f := range named.Fields {
		field, _, _ := strings.Cut(f.Field, "[")
		if key, ok := keys[field]; ok {
			named.Fields[i].Field = key
		}
	}
	return &named
}

// take takes a document in and answers with it, or with the delivery when it is read later.
func (a *api) take(ctx context.Context, in *Sent, target models.Target) (*Received, error) {
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	v := viewer(ctx)
	got, err := a.Register.Deliver(ctx, v, register.Handover{Door: models.DoorAPI, Target: target, Filename: in.filename(), Async: in.async()}, body, register.Limits{Bytes: a.MaxBody})
	if err != nil {
		return nil, err
	}
	if got.Delivery != nil {
		out := &Received{Status: http.StatusAccepted, Location: fmt.Sprintf("%s/deliveries/%d", prefix, got.Delivery.ID), Body: shapeDelivery(got.Delivery)}
		if in.async() == register.Always {
			out.Applied = "respond-async"
		}
		return out, nil
	}
	out := &Received{Status: http.StatusCreated, Location: fmt.Sprintf("%s/sboms/%d", prefix, got.Receipt.SBOM.ID), Body: shapeSBOMDetail(v, got.Receipt.SBOM)}
	if got.Receipt.Again {
		out.Status = http.StatusOK
	}
	return out, nil
}
