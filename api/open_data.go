package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/atom"
	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/models"
)

// OpenDataFormat is a form of the file with the whole public catalogue.
type OpenDataFormat string

// Schema lists the forms.
func (OpenDataFormat) Schema(huma.Registry) *huma.Schema {
	return words("ndjson has everything, one object to a line; csv has what fits into a table", opendata.Formats...)
}

// OpenData says what may be taken whole.
type OpenData struct {
	License    string         `json:"license" doc:"Of the data, as SPDX identifier" example:"CC0-1.0"`
	LicenseURL string         `json:"licenseUrl"`
	Entries    int            `json:"entries" minimum:"0" doc:"In each of the files: every piece of software that the public sees, once"`
	Files      []OpenDataFile `json:"files"`
}

// OpenDataFile is a file with the whole public catalogue.
type OpenDataFile struct {
	Format    OpenDataFormat `json:"format"`
	MediaType string         `json:"mediaType"`
	Href      string         `json:"href"`
	Bytes     int64          `json:"bytes"`
	SHA256    string         `json:"sha256" doc:"In hexadecimal"`
	At        time.Time      `json:"readAt" doc:"When what is in it was read"`
}

func (a *api) openData() {
	const tag = "Open data"
	get(a, "/open-data", about{id: "getOpenData", tag: tag, summary: "What may be taken whole, under which licence", text: "The files with the whole public catalogue, with how many entries and which digest they have."}, a.getOpenData)
	get(a, "/open-data/{format}", about{id: "getOpenDataFile", tag: tag, summary: "The whole public catalogue in one file", text: "Every piece of software that the public sees in the list, once, and nothing else, as it stood at one moment. The same data give the same bytes."}, a.getOpenDataFile)
	get(a, "/catalog", about{id: "getCatalog", tag: tag, summary: "The public catalogue in RDF", text: "DCAT-AP 3.0 and ADMS-AP, page by page (Hydra, and Link with rel=next), as JSON-LD, Turtle or RDF/XML by Accept or notation. It holds what the public sees, whoever asks."}, a.getCatalog)
	get(a, "/catalog/feed", about{id: "getCatalogFeed", tag: tag, summary: "New and changed software as a feed", text: "Atom (RFC 4287) of what the public sees, what was changed last first, page by page (RFC 5005)."}, a.getCatalogFeed)
	paths := a.huma.OpenAPI().Paths
	text, object := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}, &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}
	paths["/open-data/{format}"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/x-ndjson": text, "text/csv": text}
	paths["/catalog"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/ld+json": object, "text/turtle": text, "application/rdf+xml": text}
	paths["/catalog/feed"].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/atom+xml": text}
}

func (a *api) getOpenData(ctx context.Context, _ *struct{}) (*struct{ Body OpenData }, error) {
	terms := a.Register.OpenDataTerms()
	out := OpenData{License: terms.License, LicenseURL: terms.LicenseAddress(), Files: []OpenDataFile{}}
	for _, f := range opendata.Formats {
		d, err := a.Register.OpenDump(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Entries = d.Entries
		out.Files = append(out.Files, OpenDataFile{Format: OpenDataFormat(f), MediaType: f.MediaType(), Href: prefix + "/open-data/" + string(f), Bytes: d.Size(), SHA256: d.SHA256, At: utc(d.At)})
	}
	return &struct{ Body OpenData }{out}, nil
}

// OpenDataBytes is a file with the whole public catalogue.
type OpenDataBytes struct {
	ETag        string `header:"ETag" doc:"SHA-256 of the file, in hexadecimal"`
	Digest      string `header:"Repr-Digest" doc:"SHA-256 of the file (RFC 9530), to clients that do not ask for compression"`
	Count       int    `header:"Total-Count" doc:"Entries in the file"`
	License     string `header:"Link" doc:"The licence of the data with rel=license"`
	Type        string `header:"Content-Type" hidden:"true"`
	CORS        string `header:"Access-Control-Allow-Origin" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name to keep it under"`
	Body        func(huma.Context)
}

func (a *api) getOpenDataFile(ctx context.Context, in *struct {
	Format OpenDataFormat `path:"format"`
	Unless
	Accept string `header:"Accept-Encoding" hidden:"true"`
}) (*OpenDataBytes, error) {
	d, err := a.Register.OpenDump(ctx, opendata.Format(in.Format))
	if err != nil {
		return nil, err
	}
	etag := `"` + d.SHA256 + `"`
	if in.IfNoneMatch == "*" || strings.Contains(in.IfNoneMatch, etag) {
		return nil, notModified(etag)
	}
	out := &OpenDataBytes{ETag: etag, Count: d.Entries, Type: d.Format.MediaType(), CORS: anybody, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": d.Filename()})}
	if to := a.Register.OpenDataTerms().LicenseAddress(); to != "" {
		out.License = "<" + to + `>; rel="license"`
	}
	if !strings.Contains(in.Accept, "gzip") { // on the way a compressed form may take its place, which has another digest
		sum, err := hex.DecodeString(d.SHA256)
		if err != nil {
			return nil, err
		}
		out.Digest = "sha-256=:" + base64.StdEncoding.EncodeToString(sum) + ":"
	}
	out.Body = func(hc huma.Context) {
		hc.SetStatus(http.StatusOK)
		if hc.Method() == http.MethodHead {
			return
		}
		if _, err := io.Copy(hc.BodyWriter(), d); err != nil {
			a.Log.Warn("sending the open data", "error", err)
			panic(http.ErrAbortHandler) // so that the client does not take a part for the whole
		}
	}
	return out, nil
}

// publisher is the agency at the top, which stands for the government.
func (a *api) publisher(ctx context.Context) (models.Party, error) {
	top, err := a.Store.AgencyChildren(ctx, 0)
	if err != nil || len(top) == 0 {
		return models.Party{Name: "OSPO register"}, err
	}
	for _, g := range top {
		if g.Kind == models.Government {
			return models.Party{Name: g.Name, URI: g.URI}, nil
		}
	}
	return models.Party{Name: top[0].Name, URI: top[0].URI}, nil
}

// CatalogPart asks for a part of the public catalogue.
type CatalogPart struct {
	Origin  Origin `query:"origin"`
	Steward int64  `query:"steward" minimum:"1" doc:"This agency and all below it"`
	Paging
}

func (p *CatalogPart) filter() models.AssetFilter {
	return models.AssetFilter{Origin: models.Origin(p.Origin), Steward: p.Steward, Page: p.page()}
}

// here is the absolute address of this request with another place to go on from.
func (a *api) here(ctx context.Context, after string) string {
	u := at(ctx).url
	q := u.Query()
	q.Del("after")
	if after != "" {
		q.Set("after", after)
	}
	return a.base(ctx) + (&url.URL{Path: u.Path, RawQuery: q.Encode()}).String()
}

func (a *api) getCatalog(ctx context.Context, in *struct {
	CatalogPart
	RDF
	Unless
}) (*DescribedFile, error) {
	l, err := a.Store.Described(ctx, models.Viewer{}, in.filter())
	if err != nil {
		return nil, err
	}
	publisher, err := a.publisher(ctx)
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	c := &dcat.Catalog{Address: base + prefix + "/catalog", Title: "Software of " + publisher.Name, Description: "Software that " + publisher.Name + " built, bought or uses, as its register of software knows it.", Publisher: publisher,
		License: a.Register.OpenDataTerms().LicenseAddress(), Homepage: base + "/", Page: a.here(ctx, in.After), First: a.here(ctx, ""), Total: l.Total}
	if l.Next != "" {
		c.Next = a.here(ctx, l.Next)
	}
	for i := range l.Items {
		r := &l.Items[i]
		if r.Asset.UpdatedAt.After(c.Modified) {
			c.Modified = r.Asset.UpdatedAt
		}
		c.Entries = append(c.Entries, dcat.Entry{Address: base + "/assets/" + strconv.FormatInt(r.Asset.ID, 10), Description: r.Description().Public(), Issued: r.Asset.CreatedAt, Modified: r.Asset.UpdatedAt})
	}
	content, losses := dcat.Write(c, in.notation())
	out, err := fileOf(in.Unless, "", in.notation().MediaType(), content, losses)
	if err == nil {
		out.Link = link(ctx, l.Next)
	}
	return out, err
}

func (a *api) getCatalogFeed(ctx context.Context, in *struct {
	CatalogPart
	Unless
}) (*Text, error) {
	f := in.filter()
	f.Sort = models.ByUpdated
	l, err := a.Store.Described(ctx, models.Viewer{}, f)
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	feed := &atom.Feed{ID: a.here(ctx, ""), Title: "Software of government", Subtitle: "New and changed entries of the public catalogue", Author: "OSPO register", Self: a.here(ctx, in.After), First: a.here(ctx, ""), Alternate: base + "/catalogue", Updated: time.Unix(0, 0)}
	for i := range l.Items {
		r := &l.Items[i]
		page := base + "/assets/" + strconv.FormatInt(r.Asset.ID, 10)
		e := atom.Entry{ID: page, Title: r.Asset.Title(), Published: r.Asset.CreatedAt, Updated: r.Asset.UpdatedAt, Author: r.Steward.Name, Summary: r.Asset.Description(models.DefaultLanguage), Page: page,
			Document: base + prefix + "/assets/" + strconv.FormatInt(r.Asset.ID, 10), Categories: []atom.Category{{Term: string(r.Asset.Origin)}}}
		for _, c := range r.Asset.Categories {
			e.Categories = append(e.Categories, atom.Category{Term: c})
		}
		if r.Asset.UpdatedAt.After(feed.Updated) {
			feed.Updated = r.Asset.UpdatedAt
		}
		feed.Entries = append(feed.Entries, e)
	}
	if l.Next != "" {
		feed.Next = a.here(ctx, l.Next)
	}
	return feedOf(ctx, in.Unless, feed, l.Next)
}
