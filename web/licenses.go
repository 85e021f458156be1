package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountLicenses(r *routes) {
	r.get("/licenses", s.licenseReport)
	r.get("/licenses/:id", s.license)
	r.get("/licenses/:id/text", s.licenseText)
}

// silence is one way in which a package comes to have no known licence.
type silence struct {
	Kind    licenses.ReadingKind
	Label   string
	Meaning string
	Cure    string
}

// silences lists them, the most common first. ReadExpression stands for licences that nobody has sorted.
var silences = []silence{
	{licenses.ReadNoAssertion, "NOASSERTION", "The author of the document says that they do not say.", "Ask the supplier, or look into the package and record a conclusion."},
	{licenses.ReadAbsent, "Nothing stated", "The document has no licence for it.", "Have the SBOM made by a tool that reads licences, or ask the supplier to fill them in."},
	{licenses.ReadUnreadable, "Not readable", "Something is stated that names no licence we know.", "Ask for an SPDX expression, such as MIT or EUPL-1.2."},
	{licenses.ReadExpression, "A licence of its own", "The licence is no listed one, so nobody has sorted it yet.", "Read the text that came with the document, and have it judged."},
	{licenses.ReadNone, "NONE", "Somebody looked and found no licence: nobody gave a right to use it.", "Ask its makers for a licence, or replace it."},
}

func silenceOf(kind string) silence {
	for _, s := range silences {
		if string(s.Kind) == kind {
			return s
		}
	}
	return silence{Kind: licenses.ReadingKind(kind), Label: kind}
}

// reportScope is what a licence report is about, with the links that keep to it.
type reportScope struct {
	models.Scope
	Of     string // "Case Desk 4.2.1"; "" for the whole government
	Path   string // of the thing; "" for the whole government
	Noun   string
	Crumbs []crumb
	query  []string
}

// at is the report's address with more pairs.
func (r reportScope) at(pairs ...string) string {
	return address("/licenses", append(slices.Clone(r.query), pairs...)...)
}

// scope reads what the report is about, as far as the viewer may see it.
func (s *site) scope(c *page) (reportScope, error) {
	r := reportScope{Scope: models.Scope{SBOM: c.queryID("sbom"), Release: c.queryID("release"), Asset: c.queryID("asset"), Agency: c.queryID("agency")}}
	set := func(noun, of, path string, id int64) {
		r.Noun, r.Of, r.Path, r.query = noun, of, path, []string{noun, strconv.FormatInt(id, 10)}
	}
	switch {
	case r.SBOM != 0:
		d, err := s.Store.SBOM(c.ctx(), c.viewer, r.SBOM)
		if err != nil {
			return r, err
		}
		r.Scope = models.Scope{SBOM: d.ID}
		set("sbom", d.Asset+" "+d.Release, sbomPath(d.ID), d.ID)
	case r.Release != 0:
		d, err := s.Store.Release(c.ctx(), c.viewer, r.Release)
		if err != nil {
			return r, err
		}
		a, err := s.Store.Asset(c.ctx(), c.viewer, d.AssetID)
		if err != nil {
			return r, err
		}
		r.Scope = models.Scope{Release: d.ID}
		set("release", a.Title()+" "+d.Number, releasePath(d.ID), d.ID)
	case r.Asset != 0:
		a, err := s.Store.Asset(c.ctx(), c.viewer, r.Asset)
		if err != nil {
			return r, err
		}
		r.Scope = models.Scope{Asset: a.ID}
		set("asset", a.Title(), assetPath(a.ID), a.ID)
	case r.Agency != 0:
		a, err := s.Store.Agency(c.ctx(), r.Agency)
		if err != nil {
			return r, err
		}
		set("agency", a.Name, agencyPath(a.ID), a.ID)
	}
	return r, nil
}

// licensesPage is the report of a scope.
type licensesPage struct {
	Scope     reportScope
	Heading   string
	Documents int
	Packages  int
	Chart     chart
	Unknown   int
	Silences  []silenceCount
	Rows      []licenseRow
	All       int // expressions
	From      int
	Next      string
	CSV       string
	Where     []unknownComponent
	WhereAll  string
	Split     *verdictSplit // what the policies say; nil where the viewer may not know
}

// silenceCount is how many packages are silent in one way.
type silenceCount struct {
	silence
	Packages int
}

// licenseRow is one licence of the report.
type licenseRow struct {
	store.LicenseCount
	Path string // of the components that have it
}

// unknownComponent is a component without a known licence, with what would settle it.
type unknownComponent struct {
	store.LicensedComponent
	Silence silence
}

// expressionsPerPage is how many rows of the report one page shows.
const expressionsPerPage = 50

func (s *site) licenseReport(c *page) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	if c.query("class") != "" || c.query("expression") != "" {
		return s.licensed(c, scope)
	}
	counts, err := s.Store.LicenseReport(c.ctx(), c.viewer, scope.Scope)
	if err != nil {
		return err
	}
	if c.query("format") == "csv" {
		return c.licensesCSV(counts)
	}
	p := licensesPage{Scope: scope, Heading: "Licences across government", All: len(counts), CSV: scope.at("format", "csv")}
	if scope.Of != "" {
		p.Heading = "Licences in " + scope.Of
	}
	if p.Documents, err = s.Store.LicenseDocuments(c.ctx(), c.viewer, scope.Scope); err != nil {
		return err
	}
	p.Chart = licenseChart("licences", p.Heading, counts, "")
	for i := range p.Chart.Parts {
		if part := &p.Chart.Parts[i]; part.Count > 0 {
			part.Path = scope.at("class", part.Kind)
		}
	}
	p.Packages, p.Unknown = p.Chart.Whole, p.Chart.Unknown().Count
	p.Silences = silencesIn(counts)
	if agency, ok := judgedBranch(scope.Scope); ok {
		if p.Split, err = s.verdictSplit(c, agency); err != nil {
			return err
		}
	}
	p.rows(counts, int(c.queryID("from")))
	if p.Unknown > 0 {
		if err := s.unknowns(c, &p); err != nil {
			return err
		}
	}
	return c.show(view{Name: "licenses", Title: p.Heading, Nav: "/licenses", Page: p, Crumbs: scope.trail()})
}

// trail leads from the whole government's report to a part's.
func (r reportScope) trail(more ...crumb) []crumb {
	if r.Of == "" && len(more) == 0 {
		return nil
	}
	trail := []crumb{{"Licences", "/licenses"}}
	if r.Of != "" {
		trail = append(trail, crumb{shorten(r.Of, 60), r.at()})
	}
	trail = append(trail, more...)
	trail[len(trail)-1].Path = ""
	return trail
}

func silencesIn(counts []store.LicenseCount) []silenceCount {
	by := map[string]int{}
	for _, n := range counts {
		if n.Class == string(licenses.Unknown) {
			by[n.Kind] += n.Packages
		}
	}
	var list []silenceCount
	for _, s := range silences {
		if n := by[string(s.Kind)]; n > 0 {
			list = append(list, silenceCount{s, n})
		}
	}
	slices.SortStableFunc(list, func(a, b silenceCount) int { return b.Packages - a.Packages })
	return list
}

// rows takes the part of the report that the page shows.
func (p *licensesPage) rows(counts []store.LicenseCount, from int) {
	p.From = min(max(from, 1), max(len(counts), 1))
	until := min(p.From-1+expressionsPerPage, len(counts))
	for _, n := range counts[p.From-1 : until] {
		p.Rows = append(p.Rows, licenseRow{n, p.Scope.at("expression", strconv.Itoa(int(n.ExpressionID)))})
	}
	if until < len(counts) {
		p.Next = p.Scope.at("from", strconv.Itoa(until+1))
	}
}

// Until is the last row that is shown.
func (p licensesPage) Until() int { return p.From - 1 + len(p.Rows) }

// unknowns lists the first components that nobody has said a known licence for.
func (s *site) unknowns(c *page, p *licensesPage) error {
	list, err := s.Store.LicenseComponents(c.ctx(), c.viewer, p.Scope.Scope, 0, string(licenses.Unknown), models.Page{Limit: 10})
	if err != nil {
		return err
	}
	for _, l := range list.Items {
		p.Where = append(p.Where, unknownComponent{l, silenceOf(l.Kind)})
	}
	if list.Next != "" {
		p.WhereAll = p.Scope.at("class", string(licenses.Unknown))
	}
	return nil
}

func (c *page) licensesCSV(counts []store.LicenseCount) error {
	table := [][]string{{"Licence", "How stated", "Class", "Packages", "Guessed packages", "Documents"}}
	for _, n := range counts {
		table = append(table, []string{n.Effective, n.Kind, n.Class, strconv.Itoa(n.Packages), strconv.Itoa(n.GuessedPackages), strconv.Itoa(n.SBOMs)})
	}
	return c.csv("licences.csv", table)
}

// licensedPage lists the components of a scope under one licence, or of one class.
type licensedPage struct {
	Scope   reportScope
	Heading string
	Of      string // the licence or class
	Unknown bool
	Items   []unknownComponent
	Pager   pager
	Ask     string // who runs software with this licence
	Leaves  []string
}

func (s *site) licensed(c *page, scope reportScope) error {
	p := licensedPage{Scope: scope}
	expression, class := int32(0), c.query("class")
	if given := c.query("expression"); given != "" {
		id, err := strconv.ParseInt(given, 10, 32)
		if err != nil {
			return models.NoSuch("page")
		}
		e, err := s.Store.Expression(c.ctx(), int32(id))
		if err != nil {
			return err
		}
		expression, p.Of, p.Leaves, p.Unknown = e.ID, licenseWords(e.Kind, e.Canonical, e.Stated), e.Leaves, e.Class == string(licenses.Unknown)
	}
	if class != "" {
		if !slices.Contains(licenses.Classes(), licenses.Class(class)) {
			return models.NoSuch("page")
		}
		if p.Of == "" {
			p.Of, p.Unknown = className(class), class == string(licenses.Unknown)
		}
	}
	list, err := s.Store.LicenseComponents(c.ctx(), c.viewer, scope.Scope, expression, class, c.at())
	if err != nil {
		return err
	}
	if expression != 0 && len(list.Items) == 0 && c.query("after") == "" {
		return models.NoSuch("page") // what nobody here may see is not shown by its number either
	}
	for _, l := range list.Items {
		p.Items = append(p.Items, unknownComponent{l, silenceOf(l.Kind)})
	}
	p.Pager = pagerOf(c, list, "component", "components")
	p.Heading = "Components under " + shorten(p.Of, 120)
	if class != "" && expression == 0 {
		p.Heading = "Components by licence: " + strings.ToLower(p.Of)
	}
	return c.show(view{Name: "licensed", Title: p.Heading, Nav: "/licenses", Page: p, Crumbs: scope.trail(crumb{shorten(p.Of, 60), ""})})
}

// licenseWords names a licence as read, or says what stands in its place.
func licenseWords(kind, canonical, stated string) string {
	switch {
	case canonical != "":
		return canonical
	case kind == string(licenses.ReadExpression) || kind == string(licenses.ReadUnreadable):
		return stated
	}
	return silenceOf(kind).Label
}

// Name is the licence of a row of the report.
func (r licenseRow) Name() string { return licenseWords(r.Kind, "", r.Effective) }

// Readable reports whether the row's licence is an expression.
func (r licenseRow) Readable() bool { return r.Kind == string(licenses.ReadExpression) }

// Here is the report's own address.
func (r reportScope) Here() string { return r.at() }
