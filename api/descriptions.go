package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/codejson"
	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/exporters/description"
	"github.com/ospo-register/ospo/models"
)

// DescriptionFormat is a format that software is described in for others.
type DescriptionFormat string

// Schema lists the formats.
func (DescriptionFormat) Schema(huma.Registry) *huma.Schema {
	return words("The format to write: publiccode.yml 0.7, code.json 2.0.0, CodeMeta 3.0, or DCAT-AP 3.0 with ADMS-AP", description.Formats...)
}

// Notation is a notation of RDF.
type Notation string

// Schema lists the notations.
func (Notation) Schema(huma.Registry) *huma.Schema {
	return words("How RDF is written down; what Accept asks for when absent, else JSON-LD", dcat.Notations...)
}

// RDF asks for a notation.
type RDF struct {
	Notation Notation `query:"notation"`
	Accept   string   `header:"Accept" hidden:"true"`
}

// notation is the one asked for: by the key, else the one that the header likes best, else JSON-LD.
func (r *RDF) notation() dcat.Notation {
	if r.Notation != "" {
		return dcat.Notation(r.Notation)
	}
	kind := offered(r.Accept, dcat.JSONLD.MediaType(), dcat.Turtle.MediaType(), dcat.RDFXML.MediaType())
	for _, n := range dcat.Notations {
		if n.MediaType() == kind {
			return n
		}
	}
	return dcat.JSONLD
}

// Descriptions are the formats that a piece of software can be described in for others.
type Descriptions struct {
	AssetID int64             `json:"assetId"`
	Asset   string            `json:"asset"`
	Formats []DescriptionFile `json:"formats"`
	Catalog Readiness         `json:"euCatalogue" doc:"Whether the catalogue of open source solutions of the European Union can take the entry"`
}

// DescriptionFile is what a format says and loses.
type DescriptionFile struct {
	Format    DescriptionFormat `json:"format"`
	Title     string            `json:"title" example:"publiccode.yml 0.7"`
	Filename  string            `json:"filename" example:"publiccode.yml"`
	MediaType string            `json:"mediaType"`
	Href      string            `json:"href" doc:"Where the file is"`
	Complete  bool              `json:"complete" doc:"Nothing has to be filled in before the file keeps to its standard"`
	Losses    []Loss            `json:"losses" doc:"In the order of the file"`
}

// Loss is something that a format could not say as it was stated.
type Loss struct {
	Key  string `json:"key" doc:"Dotted path" example:"maintenance.contacts"`
	Kind string `json:"kind" enum:"dropped,changed,gap" doc:"gap: the format wants it and nobody has stated it"`
	What string `json:"what" doc:"What became of it; of a gap, what to write"`
}

// Readiness is what an entry lacks for a purpose.
type Readiness struct {
	Ready bool   `json:"ready"`
	Wants []Want `json:"wants" doc:"What is missing, the most pressing first"`
}

// Want is one thing that is missing.
type Want struct {
	Code string `json:"code" example:"open-license"`
	What string `json:"what"`
	Cure string `json:"cure"`
}

func (a *api) descriptions() {
	const tag = "Software"
	get(a, "/assets/{id}/descriptions", about{id: "listDescriptions", tag: tag, summary: "The formats that software can be described in, and what each loses",
		text: "What the register knows of the software, written for others; and what the entry lacks for the catalogue of the European Union. The files for the public name nobody."}, a.listDescriptions)
	get(a, "/assets/{id}/descriptions/{format}", about{id: "getDescription", tag: tag, summary: "Software described in a format",
		text: "Generated from the entry and its repository: publiccode.yml ready to commit, code.json, CodeMeta, or DCAT-AP and ADMS-AP in the notation that Accept or notation asks for. Who uses it is who has attested it."}, a.getDescription)
	get(a, "/agencies/{id}/code-index", about{id: "getCodeIndex", tag: "Agencies", summary: "The source code of an agency as one code.json",
		text: "Agency index 2.0.0 of all software with code that the agency and those below it answer for, as far as you may see it; at most 10,000 entries."}, a.getCodeIndex)
	paths, object := a.huma.OpenAPI().Paths, &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	text := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	paths["/assets/{id}/descriptions/{format}"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/yaml": text, "application/json": {Schema: object}, "application/ld+json": {Schema: object}, "text/turtle": text, "application/rdf+xml": text}
	paths["/agencies/{id}/code-index"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: object}}
}

// DescribedFile is a file made for others.
type DescribedFile struct {
	ETag        string `header:"ETag" doc:"Changes with the bytes"`
	Type        string `header:"Content-Type" hidden:"true"`
	Vary        string `header:"Vary" hidden:"true"`
	CORS        string `header:"Access-Control-Allow-Origin" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name to keep it under"`
	Link        string `header:"Link" doc:"Of a page of a catalogue: the next page with rel=next. Of a file that could not say everything: what it lost with rel=describedby"`
	Losses      int    `header:"Losses" doc:"How many things the format could not say as they were stated"`
	Gaps        int    `header:"Gaps" doc:"How many things must be filled in before the file keeps to its standard"`
	Body        []byte
}

// fileOf answers with a file, or with 304 when the client has these bytes.
func fileOf(unless Unless, name, mediaType string, content []byte, losses []models.Loss) (*DescribedFile, error) {
	sum := sha256.Sum256(content)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	if unless.IfNoneMatch == "*" || strings.Contains(unless.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	out := &DescribedFile{ETag: etag, Type: mediaType, Vary: variesByForm, CORS: anybody, Body: content, Losses: len(losses)}
	for _, l := range losses {
		if l.Kind == models.LossGap {
			out.Gaps++
		}
	}
	if name != "" {
		out.Disposition = mime.FormatMediaType("attachment", map[string]string{"filename": name})
	}
	return out, nil
}

// entryOf is what the asker may be told of an asset.
func (a *api) entryOf(ctx context.Context, r *models.Described) *description.Entry {
	d := r.Description()
	if !viewer(ctx).InGovernment() {
		d = d.Public()
	}
	return &description.Entry{Address: a.base(ctx) + "/assets/" + strconv.FormatInt(r.Asset.ID, 10), Description: d, Issued: r.Asset.CreatedAt, Modified: r.Asset.UpdatedAt}
}

func (a *api) describedAsset(ctx context.Context, id int64) (*models.Described, error) {
	if _, err := a.asset(ctx, id); err != nil {
		return nil, err
	}
	return a.Store.DescribedAsset(ctx, viewer(ctx), id)
}

func (a *api) listDescriptions(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[Descriptions], error) {
	r, err := a.describedAsset(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	out := Descriptions{AssetID: r.Asset.ID, Asset: r.Asset.Title(), Formats: []DescriptionFile{}}
	entry := a.entryOf(ctx, r)
	for _, f := range description.Formats {
		file := description.Write(entry, f, dcat.JSONLD)
		out.Formats = append(out.Formats, DescriptionFile{Format: DescriptionFormat(f), Title: f.Title(), Filename: file.Name, MediaType: file.MediaType, Href: fmt.Sprintf("%s/assets/%d/descriptions/%s", prefix, r.Asset.ID, f),
			Complete: models.NoGaps(file.Losses), Losses: each(file.Losses, func(l *models.Loss) Loss { return Loss{l.Key, string(l.Kind), l.What} })})
	}
	wants := r.CatalogWants()
	out.Catalog = Readiness{Ready: len(wants) == 0, Wants: each(wants, func(w *models.Want) Want { return Want(*w) })}
	return one(r.Asset.Version, out, in.Unless)
}

func (a *api) getDescription(ctx context.Context, in *struct {
	ID
	Format DescriptionFormat `path:"format"`
	RDF
	Unless
}) (*DescribedFile, error) {
	r, err := a.describedAsset(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	file := description.Write(a.entryOf(ctx, r), description.Format(in.Format), in.notation())
	out, err := fileOf(in.Unless, file.Name, file.MediaType, file.Content, file.Losses)
	if err == nil && len(file.Losses) > 0 {
		out.Link = fmt.Sprintf(`<%s/assets/%d/descriptions>; rel="describedby"`, prefix, r.Asset.ID)
	}
	return out, err
}

// mostIndexed bounds the entries of an index, which is held in memory.
const mostIndexed = 10_000

func (a *api) getCodeIndex(ctx context.Context, in *struct {
	ID
	Unless
}) (*DescribedFile, error) {
	agency, err := a.Store.Agency(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	x := &codejson.Index{Agency: agency.Code}
	f := models.AssetFilter{Steward: agency.ID, Page: models.Page{Limit: models.MaxLimit}}
	for {
		l, err := a.Store.Described(ctx, viewer(ctx), f)
		if err != nil {
			return nil, err
		}
		for i := range l.Items {
			if d := a.entryOf(ctx, &l.Items[i]).Description; d.URL != "" {
				x.Descriptions = append(x.Descriptions, d)
			}
		}
		if f.After = l.Next; f.After == "" || len(x.Descriptions) > mostIndexed {
			break
		}
	}
	if len(x.Descriptions) > mostIndexed {
		return nil, models.Refuse(models.TooLarge, "index-too-large", "The agency and those below it have more software than one index holds. Ask for the agencies below it one by one.")
	}
	content, losses := codejson.WriteIndex(x)
	return fileOf(in.Unless, "code.json", "application/json", content, losses)
}
