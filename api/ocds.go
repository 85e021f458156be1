package api

import (
	"context"
	"io/fs"
	"net/http"
	"path"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/models"
)

// OCDSPackage is a package of open contracting data, as the standard describes it.
type OCDSPackage struct {
	Status int
	Link   string `header:"Link" doc:"Address of the next page with rel=next; absent on the last page and where there are none"`
	Type   string `header:"Content-Type" hidden:"true"`
	CORS   string `header:"Access-Control-Allow-Origin" hidden:"true"`
	Body   []byte
}

// ExtensionFile is a file of the extension of the standard that packages name.
type ExtensionFile struct {
	Type string `header:"Content-Type" hidden:"true"`
	CORS string `header:"Access-Control-Allow-Origin" hidden:"true"`
	Body []byte
}

// anybody lets programs in the browser read what is open data.
const anybody = "*"

func (a *api) contracting() {
	const tag = "Open contracting"
	get(a, "/decisions/{id}/ocds", about{id: "getDecisionOcds", tag: tag, summary: "A decision as open contracting data",
		text: "A record package of OCDS 1.1 with every release that was told of it, the compiled and the versioned one, and the extension oss_decision. Only of decisions that spend money and are told to the public (409 says why there is none)."}, a.getDecisionOCDS)
	get(a, "/ocds/releases", about{id: "listOcdsReleases", tag: tag, summary: "All releases of open contracting data",
		text: "Release packages of OCDS 1.1, page by page, in the order in which the releases were made; none of them ever changes. Follow Link with rel=next to the end. 204 where there is none from there on."}, a.listOCDSReleases)
	get(a, "/ocds/extension/{file}", about{id: "getOcdsExtension", tag: tag, summary: "A file of the extension oss_decision", text: "extension.json, which packages name; release-schema.json; oss-decision.schema.json, which describes the object alone; README.md."}, a.getExtension)
	get(a, "/ocds/extension/codelists/{file}", about{id: "getOcdsCodelist", tag: tag, summary: "A codelist of the extension oss_decision", text: "CSV, as codelists of the standard are."}, a.getCodelist)
	paths := a.huma.OpenAPI().Paths
	paths["/ocds/releases"].Get.Responses["204"] = &huma.Response{Description: "No release has been made from there on"}
	object := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
	for _, p := range []string{"/decisions/{id}/ocds", "/ocds/releases", "/ocds/extension/{file}"} {
		paths[p].Get.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: object}}
	}
	paths["/ocds/extension/{file}"].Get.Responses["200"].Content["text/markdown"] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	paths["/ocds/extension/codelists/{file}"].Get.Responses["200"].Content = map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// envelope is what a package says of itself. It is of the time of its newest release, so that equal pages are equal bytes.
func (a *api) envelope(ctx context.Context, releases []models.OCDSRelease) (*ocds.Package, error) {
	o, err := a.Register.OpenContracting()
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	p := &ocds.Package{URI: base + at(ctx).url.RequestURI(), Publisher: ocds.Publisher{Name: o.Publisher, URI: o.Address}, Extension: base + prefix + "/ocds/extension/extension.json"}
	for _, r := range releases {
		if r.At.After(p.At) {
			p.At = r.At
		}
	}
	return p, nil
}

func documents(releases []models.OCDSRelease) [][]byte {
	return each(releases, func(r *models.OCDSRelease) []byte { return r.Document })
}

func (a *api) getDecisionOCDS(ctx context.Context, in *ID) (*OCDSPackage, error) {
	list, err := a.Register.DecisionOCDS(ctx, viewer(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	record, err := ocds.Record(documents(list)...)
	if err != nil {
		return nil, err
	}
	p, err := a.envelope(ctx, list)
	if err != nil {
		return nil, err
	}
	text, err := ocds.RecordPackage(p, record)
	return &OCDSPackage{Status: http.StatusOK, Type: "application/json", CORS: anybody, Body: text}, err
}

func (a *api) listOCDSReleases(ctx context.Context, in *struct{ Paging }) (*OCDSPackage, error) {
	l, err := a.Register.OCDSReleases(ctx, in.page())
	if err != nil {
		return nil, err
	}
	if len(l.Items) == 0 { // a package of the standard has at least one
		return &OCDSPackage{Status: http.StatusNoContent, CORS: anybody}, nil
	}
	p, err := a.envelope(ctx, l.Items)
	if err != nil {
		return nil, err
	}
	text, err := ocds.ReleasePackage(p, documents(l.Items)...)
	return &OCDSPackage{Status: http.StatusOK, Link: link(ctx, l.Next), Type: "application/json", CORS: anybody, Body: text}, err
}

// ExtensionFileName is the path parameter of a file of the extension.
type ExtensionFileName struct {
	File string `path:"file" maxLength:"100" doc:"Name of the file"`
}

var extensionTypes = map[string]string{".json": "application/json", ".csv": "text/csv; charset=utf-8", ".md": "text/markdown; charset=utf-8"}

func (a *api) getExtension(_ context.Context, in *ExtensionFileName) (*ExtensionFile, error) {
	return extensionFile(in.File)
}

func (a *api) getCodelist(_ context.Context, in *ExtensionFileName) (*ExtensionFile, error) {
	return extensionFile("codelists/" + in.File)
}

func extensionFile(name string) (*ExtensionFile, error) {
	kind := extensionTypes[path.Ext(name)]
	text, err := fs.ReadFile(ocds.Extension(), name)
	if err != nil || kind == "" {
		return nil, models.NoSuch("file")
	}
	return &ExtensionFile{Type: kind, CORS: anybody, Body: text}, nil
}
