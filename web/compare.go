package web

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// comparePage says what became of one document in another.
type comparePage struct {
	*register.SBOMComparison
	Problem string // why nothing is compared; "" when something is
	Choose  *store.SBOMRow
	Counts  []changeCount
	Chart   chart
	Kind    models.ChangeKind // that the table is narrowed to; "" for all
	Changes []models.PackageChange
	From    int // place of the first change shown, from 1
	Total   int
	Next    string
	Edges   []models.EdgeChange
	CSV     string
	JSON    string
}

// changeCount is one kind of change with how many packages it happened to.
type changeCount struct {
	Kind  models.ChangeKind
	Label string
	Count int
	Path  string
}

// Bounds of what a comparison's page shows.
const (
	mostChanges = 50
	mostEdges   = 50
)

var changeWords = map[models.ChangeKind]string{models.PackageAdded: "Added", models.PackageRemoved: "Removed", models.VersionChanged: "Version changed", models.LicenseChanged: "Licence changed", models.SupplierChanged: "Supplier changed"}

// compareSBOMs compares from with to. The history of a release names two documents alike, sbom and sbom: the older is from.
func (s *site) compareSBOMs(c *page) error {
	from, to := c.queryID("from"), c.queryID("to")
	if ticked := c.request().URL.Query()["sbom"]; len(ticked) > 0 {
		return c.compareTicked(ticked)
	}
	if from == 0 || to == 0 || from == to {
		return c.nothingCompared()
	}
	x, err := s.Register.CompareSBOMs(c.ctx(), c.viewer, from, to)
	if err != nil {
		return err
	}
	if c.query("format") == "csv" {
		return c.compareCSV(x)
	}
	p := comparePage{SBOMComparison: x, Kind: models.ChangeKind(c.query("kind")), Edges: x.Comparison.Edges[:min(len(x.Comparison.Edges), mostEdges)]}
	path := address("/sboms/compare", "from", idText(from), "to", idText(to))
	p.CSV, p.JSON = address(path, "format", "csv"), address("/v1/sbom-comparisons", "from", idText(from), "to", idText(to))
	var parts []chartPart
	first := map[models.ChangeKind]int{} // a package is in the picture once, by the first of its changes
	for i := range x.Changes {
		first[x.Changes[i].Kinds[0]]++
	}
	for _, k := range models.ChangeKinds {
		n := changeCount{Kind: k, Label: changeWords[k], Count: x.Count(k)}
		if n.Count > 0 {
			n.Path = address(path, "kind", string(k)) + "#changes"
		}
		p.Counts = append(p.Counts, n)
		parts = append(parts, chartPart{Label: n.Label, Kind: changeColours[k], Count: first[k], Path: n.Path})
	}
	p.Chart = newChart("changes-chart", "What changed, each package once", "packages", "Change", append(parts, chartPart{Label: "Nothing changed", Kind: "unknown", Count: x.Unchanged}))
	p.choose(c, path)
	return c.show(view{Name: "sbom-compare", Title: "What changed from " + shorten(x.From.Release, 40) + " to " + shorten(x.To.Release, 40), Nav: "/assets", Crumbs: compareCrumbs(x.To), Page: p})
}

// changeColours keep a colour for one kind of change; the bar's legend and table name it.
var changeColours = map[models.ChangeKind]string{models.PackageAdded: "permissive", models.PackageRemoved: "restricted-use", models.VersionChanged: "weak-copyleft", models.LicenseChanged: "strong-copyleft", models.SupplierChanged: "supplier"}

func compareCrumbs(d *store.SBOMRow) []crumb {
	return []crumb{{"Software", "/assets"}, {shorten(d.Asset, 60), assetPath(d.AssetID)}, {shorten(d.Release, 40), releasePath(d.ReleaseID)}, {"What changed", ""}}
}

// choose narrows the changes to a kind and to a page of them.
func (p *comparePage) choose(c *page, path string) {
	for i := range p.SBOMComparison.Changes {
		if ch := &p.SBOMComparison.Changes[i]; p.Kind == "" || ch.Is(p.Kind) {
			p.Changes = append(p.Changes, *ch)
		}
	}
	p.Total = len(p.Changes)
	p.From = min(max(int(c.queryID("start")), 1), max(p.Total, 1))
	p.Changes = p.Changes[p.From-1 : min(p.From-1+mostChanges, p.Total)]
	if next := p.From + len(p.Changes); next <= p.Total {
		p.Next = address(path, "kind", string(p.Kind), "start", idText(int64(next))) + "#changes"
	}
}

// Until is the place of the last change that is shown.
func (p comparePage) Until() int { return p.From - 1 + len(p.Changes) }

// Did says what became of a package, as tags.
func (comparePage) Did(ch models.PackageChange) []tag {
	tags := make([]tag, 0, len(ch.Kinds))
	for _, k := range ch.Kinds {
		t := tag{changeWords[k], tonePlain}
		if k == models.VersionChanged && ch.Older {
			t = tag{"Older version", toneCaution}
		}
		tags = append(tags, t)
	}
	return tags
}

// versionOf and licenseOf say a property of one side; a package that is not there has "".
func versionOf(p *models.ComparedPackage) string {
	if p == nil {
		return ""
	}
	return orElse(p.Version, "no version")
}

func licenseOf(p *models.ComparedPackage) string {
	if p == nil {
		return ""
	}
	return orElse(p.Effective, "not stated")
}

// Versions and Licenses say a property on both sides of a change.
func (comparePage) Versions(ch models.PackageChange) template.HTML {
	return wasIs(versionOf(ch.From), versionOf(ch.To))
}

func (comparePage) Licenses(ch models.PackageChange) template.HTML {
	return wasIs(licenseOf(ch.From), licenseOf(ch.To))
}

// EdgeWord says how packages are tied.
func (comparePage) EdgeWord(e models.EdgeChange) string { return edgeWord(e.Kind) }

// wasIs writes what was and what is, once where they are the same.
func wasIs(was, is string) template.HTML {
	esc := func(s string) string { return "<bdi>" + template.HTMLEscapeString(shorten(s, 80)) + "</bdi>" }
	var out string
	switch {
	case was == is:
		out = esc(is)
	case was == "":
		out = esc(is)
	case is == "":
		out = "<del>" + esc(was) + "</del>"
	default:
		out = `<del><span class="hidden">was </span>` + esc(was) + `</del> <span aria-hidden="true">→</span> <ins><span class="hidden">is now </span>` + esc(is) + `</ins>`
	}
	return template.HTML(out) //nolint:gosec // every text in it is escaped
}

// compareTicked goes on from the ticks of a release's history to the comparison.
func (c *page) compareTicked(ticked []string) error {
	slices.SortFunc(ticked, func(a, b string) int {
		if n := len(a) - len(b); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	if len(ticked) == 2 {
		return c.redirect(http.StatusSeeOther, address("/sboms/compare", "from", ticked[0], "to", ticked[1]))
	}
	return c.nothingCompared()
}

func (c *page) nothingCompared() error {
	p := comparePage{Problem: "Tick two documents in the history of a release, then compare them."}
	if ticked := c.request().URL.Query()["sbom"]; len(ticked) > 0 {
		var id int64
		if _, err := fmt.Sscan(ticked[0], &id); err == nil {
			d, err := c.site.Store.SBOM(c.ctx(), c.viewer, id)
			if err != nil {
				return err
			}
			p.Choose = d
		}
		p.Problem = "You ticked " + plural(len(ticked), "document", "documents") + ". Go back and tick two."
	}
	return c.show(view{Name: "sbom-compare", Title: "Compare two documents", Nav: "/assets", Crumbs: []crumb{{"Software", "/assets"}, {"Compare", ""}}, Page: p})
}

// compareCSV is every change as a table.
func (c *page) compareCSV(x *register.SBOMComparison) error {
	table := [][]string{{"Package", "What happened", "Version before", "Version now", "Licence before", "Licence now", "Supplier before", "Supplier now", "Package URL before", "Package URL now"}}
	var none models.ComparedPackage
	for i := range x.Changes {
		ch := &x.Changes[i]
		from, to := ch.From, ch.To
		if from == nil {
			from = &none
		}
		if to == nil {
			to = &none
		}
		kinds := make([]string, len(ch.Kinds))
		for i, k := range ch.Kinds {
			kinds[i] = changeWords[k]
		}
		table = append(table, []string{ch.Name(), strings.Join(kinds, ", "), from.Version, to.Version, from.Effective, to.Effective, from.Supplier, to.Supplier, from.PURL, to.PURL})
	}
	return c.csv("comparison.csv", table)
}
