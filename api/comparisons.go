package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"mime"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// Comparison is what became of one document in another.
type Comparison struct {
	From         SBOM            `json:"from"`
	To           SBOM            `json:"to"`
	Added        int             `json:"added"`
	Removed      int             `json:"removed"`
	Version      int             `json:"versionChanged"`
	License      int             `json:"licenseChanged"`
	Supplier     int             `json:"supplierChanged"`
	Unchanged    int             `json:"unchanged" doc:"Packages of which nothing that is compared differs"`
	EdgesAdded   int             `json:"relationsAdded"`
	EdgesRemoved int             `json:"relationsRemoved"`
	ChangeCount  int             `json:"changeCount"`
	Changes      []PackageChange `json:"changes" doc:"By name, then version; at most 10,000 of changeCount. The CSV form has all"`
	Relations    []EdgeChange    `json:"relations" doc:"At most 1,000, those between packages that stayed first"`
}

// PackageChange is a package of one document with the one it became in the other.
type PackageChange struct {
	Kinds []ChangeKind     `json:"kinds" doc:"What changed"`
	Older bool             `json:"older" doc:"The version went back"`
	From  *ComparedPackage `json:"from" doc:"null when it was not there"`
	To    *ComparedPackage `json:"to" doc:"null when it is no longer there"`
}

// ComparedPackage is what is compared of a package.
type ComparedPackage struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	PURL      string `json:"purl"`
	Supplier  string `json:"supplier"`
	Declared  string `json:"declaredLicense"`
	Concluded string `json:"concludedLicense"`
	Effective string `json:"effectiveLicense"`
}

// EdgeChange is a relationship that only one of the documents has.
type EdgeChange struct {
	Added   bool     `json:"added"`
	From    string   `json:"from" doc:"Name and version"`
	To      string   `json:"to"`
	Kind    EdgeKind `json:"kind"`
	Rewired bool     `json:"rewired" doc:"Both packages are in both documents: only the relationship changed"`
}

// ChangeKind says what became of a package.
type ChangeKind string

// Schema lists the kinds.
func (ChangeKind) Schema(huma.Registry) *huma.Schema {
	return words("What became of a package", models.ChangeKinds...)
}

// EdgeKind says what a relationship means.
type EdgeKind string

var edgeKinds = []EdgeKind{models.EdgeOther: "other", models.EdgeDependsOn: "depends-on", models.EdgeContains: "contains", models.EdgeDevDepends: "needs-to-be-made", models.EdgeGeneratedBy: "generated-by",
	models.EdgeVariantOf: "variant-of", models.EdgeStaticLink: "links-statically", models.EdgeDynamicLink: "links-dynamically", models.EdgeDescendantOf: "descendant-of"}

// Schema lists the kinds.
func (EdgeKind) Schema(huma.Registry) *huma.Schema {
	return words("What the relationship says", edgeKinds...)
}

func edgeKind(k models.EdgeKind) EdgeKind {
	if int(k) < len(edgeKinds) {
		return edgeKinds[k]
	}
	return edgeKinds[models.EdgeOther]
}

// mostChanges bounds the changes in a JSON answer.
const mostChanges = 10_000

func shapeCompared(p *models.ComparedPackage) *ComparedPackage {
	if p == nil {
		return nil
	}
	return &ComparedPackage{p.Name, p.Version, p.PURL, p.Supplier, p.Declared, p.Concluded, p.Effective}
}

func shapeComparison(v models.Viewer, c *register.SBOMComparison) Comparison {
	shape := shapeSBOM(v)
	out := Comparison{From: shape(c.From), To: shape(c.To), Added: c.Count(models.PackageAdded), Removed: c.Count(models.PackageRemoved), Version: c.Count(models.VersionChanged), License: c.Count(models.LicenseChanged),
		Supplier: c.Count(models.SupplierChanged), Unchanged: c.Unchanged, EdgesAdded: c.EdgesAdded, EdgesRemoved: c.EdgesRemoved, ChangeCount: len(c.Changes)}
	out.Changes = each(c.Changes[:min(len(c.Changes), mostChanges)], func(p *models.PackageChange) PackageChange {
		return PackageChange{each(p.Kinds, func(k *models.ChangeKind) ChangeKind { return ChangeKind(*k) }), p.Older, shapeCompared(p.From), shapeCompared(p.To)}
	})
	out.Relations = each(c.Edges, func(e *models.EdgeChange) EdgeChange {
		return EdgeChange{e.Added, e.From, e.To, edgeKind(e.Kind), e.Rewired}
	})
	return out
}

func (a *api) comparisons() {
	get(a, "/sbom-comparisons", about{id: "compareSboms", tag: "SBOM documents", summary: "What became of one document in another",
		text: "Packages added and removed, and those whose version, licence or supplier changed; relationships too. The documents may be of different releases and software. As JSON, or all changes as CSV with format=csv or “Accept: text/csv”."}, a.compare)
	op := a.huma.OpenAPI().Paths["/sbom-comparisons"].Get
	op.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Comparison](), true, "")}, "text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}
}

// Compared is the answer with a comparison, in one of its forms.
type Compared struct {
	Type        string `header:"Content-Type" hidden:"true"`
	Vary        string `header:"Vary" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        any
}

func (a *api) compare(ctx context.Context, in *struct {
	From   int64  `query:"from" minimum:"1" required:"true" doc:"Number of the earlier document"`
	To     int64  `query:"to" minimum:"1" required:"true" doc:"Number of the later document"`
	Format string `query:"format" enum:"json,csv" doc:"json when absent"`
	Accept string `header:"Accept" hidden:"true"`
}) (*Compared, error) {
	c, err := a.Register.CompareSBOMs(ctx, viewer(ctx), in.From, in.To)
	if err != nil {
		return nil, err
	}
	if in.Format == "csv" || in.Format == "" && offered(in.Accept, "application/json", "text/csv") == "text/csv" {
		text, err := comparisonCSV(c.Comparison)
		if err != nil {
			return nil, err
		}
		name := mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("comparison-%d-%d.csv", c.From.ID, c.To.ID)})
		return &Compared{Type: "text/csv; charset=utf-8", Vary: "Accept, Authorization, X-Api-Key, Cookie", Disposition: name, Body: text}, nil
	}
	return &Compared{Type: "application/json", Vary: "Accept, Authorization, X-Api-Key, Cookie", Body: shapeComparison(viewer(ctx), c)}, nil
}

// comparisonCSV is one row for each package that changed (RFC 4180).
func comparisonCSV(c *models.Comparison) ([]byte, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{"change", "name", "fromVersion", "toVersion", "fromPurl", "toPurl", "fromLicense", "toLicense", "fromSupplier", "toSupplier"}}
	for i := range c.Changes {
		p := &c.Changes[i]
		var from, to models.ComparedPackage
		if p.From != nil {
			from = *p.From
		}
		if p.To != nil {
			to = *p.To
		}
		kinds := make([]string, len(p.Kinds))
		for j, k := range p.Kinds {
			kinds[j] = string(k)
		}
		rows = append(rows, []string{strings.Join(kinds, " "), p.Name(), from.Version, to.Version, from.PURL, to.PURL, from.Effective, to.Effective, from.Supplier, to.Supplier})
	}
	for _, row := range rows {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell // or a spreadsheet runs it as a formula
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("writing a comparison: %w", err)
	}
	return []byte(b.String()), nil
}
