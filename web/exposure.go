package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// usesPerPage is how many releases one page of the answer covers. Each costs reading a document's graph.
const usesPerPage = 40

// licenseUsesPerPage is the same for a question about a licence alone: each release then has many components to name.
const licenseUsesPerPage = 18

// exposurePage is the question "who runs it?" with its answer.
type exposurePage struct {
	Form     *form
	Asked    bool
	What     string // "openssl below 3.0.8"
	Answer   string // one sentence
	Known    bool   // something that the viewer may see contains it
	Found    *register.Exposure
	Agencies []agencyRuns
	Idle     []usedIn // releases without a deployment that the viewer may know of
	Chart    chart
	Others   int    // agencies that the chart leaves out
	Vital    int    // deployments on this page of criticality 3 or 4
	CSV      string // address of the answer as a table
	AnyOf    string // address of the same question for every version; "" when it is that already
	Similar  []store.Hit
	Common   []store.CommonComponent
	Closed   bool // the viewer may not know what agencies run
	SignIn   string
	Pager    pager
	Kinds    []kindLink // types of the matching packages, when there are several
	AnyKind  string     // address of the same question for every type, when one was chosen
}

// kindLink narrows the question to one type of package.
type kindLink struct {
	store.Facet
	Link string
}

// agencyRuns are the deployments of one agency that contain what was asked for.
type agencyRuns struct {
	ID          int64
	Name        string
	Deployments []exposedRun
}

// exposedRun is a deployment that contains what was asked for, with whom to call and how it got in.
type exposedRun struct {
	store.DeploymentRow
	Release string
	SBOMID  int64
	Contact contact
	Ways    ways
}

// usedIn is a release that contains what was asked for.
type usedIn struct {
	store.Use
	Ways ways
}

// contact is whom to call about a deployment.
type contact struct{ Name, Email, Link string }

// Box and Host are the parts of the address, so that a narrow column breaks it between them.
func (k contact) Box() string { box, _, _ := strings.Cut(k.Email, "@"); return box }

// Host is what follows the @.
func (k contact) Host() string { _, host, _ := strings.Cut(k.Email, "@"); return host }

func (s *site) components(c *page) error {
	p := exposurePage{Form: &form{Values: c.request().URL.Query()}, Closed: !c.viewer.InGovernment()}
	if p.Closed && s.has("/sign-in") {
		p.SignIn = address("/sign-in", "next", c.request().URL.RequestURI())
	}
	if p.Form.get("name") == "" {
		p.Form.set("name", p.Form.get("purl"))
	}
	f := questionOf(p.Form)
	p.Asked = f.Name != "" || f.PURL != "" || f.License != "" || f.Version != ""
	title := "Who runs it?"
	if p.Asked {
		p.What = wordsOf(f)
		title = "Who runs " + p.What + "?"
	}
	var err error
	switch {
	case !p.Asked:
		p.Common, err = s.Store.CommonComponents(c.ctx(), c.viewer, 12)
	case c.query("format") == "csv":
		return c.exposureCSV(f)
	default:
		f.Page = models.Page{After: c.query("after"), Limit: usesPerPage}
		if f.Name == "" && f.PURL == "" {
			f.Limit = licenseUsesPerPage
		}
		err = s.answer(c, &p, f)
	}
	if err != nil && !p.Form.refused(oneField(err, "purl", "name")) {
		return err
	}
	return c.show(view{Name: "components", Title: title, Nav: "/components", Form: p.Form, Page: p})
}

// questionOf reads the form: what looks like a purl is one.
func questionOf(f *form) models.ComponentFilter {
	q := models.ComponentFilter{Name: f.get("name"), Version: f.get("version"), License: licenseID(f.get("license")), Ecosystem: f.get("ecosystem")}
	if strings.HasPrefix(strings.ToLower(q.Name), "pkg:") {
		q.PURL, q.Name = q.Name, ""
	}
	return q
}

// licenseID gives the identifier that packages are kept under: the list's spelling, and its successor where it was replaced.
func licenseID(given string) string {
	l, ok := licenses.Get(given)
	if !ok {
		return given
	}
	if e, err := licenses.Parse(l.Successor); err == nil && e.Kind() == licenses.KindLicense {
		return e.Leaf().ID
	}
	return l.ID
}

// oneField moves a mistake to the field in which the form asks for it.
func oneField(err error, from, to string) error {
	var m models.Mistakes
	m.Include(err)
	e, ok := m.Err().(*models.Error) //nolint:errorlint // just made
	if !ok {
		return err
	}
	for i := range e.Fields {
		if e.Fields[i].Field == from {
			e.Fields[i].Field = to
		}
	}
	return e
}

// wordsOf says what was asked for: "openssl below 3.0.8 under Apache-2.0".
func wordsOf(f models.ComponentFilter) string {
	parts := []string{f.Name + f.PURL}
	if f.Name+f.PURL == "" {
		parts[0] = "a component"
	}
	if v := rangeWords(f.Version); v != "" {
		parts = append(parts, v)
	}
	if f.License != "" {
		parts = append(parts, "under "+f.License)
	}
	if f.Ecosystem != "" {
		parts = append(parts, "as a "+f.Ecosystem+" package")
	}
	return strings.Join(parts, " ")
}

// rangeWords says a range of versions: "<3.0.8" is "below 3.0.8".
func rangeWords(given string) string {
	if strings.ContainsAny(given, " ,|:") {
		return "in versions " + given
	}
	for _, op := range []struct{ sign, before, after string }{{"<=", "up to ", ""}, {"<", "below ", ""}, {">=", "from ", " on"}, {">", "above ", ""}, {"!=", "other than ", ""}, {"=", "", ""}} {
		if rest, ok := strings.CutPrefix(given, op.sign); ok {
			return op.before + rest + op.after
		}
	}
	return given
}

// answer finds everything that contains what was asked for and says it.
func (s *site) answer(c *page, p *exposurePage, f models.ComponentFilter) error {
	x, err := s.Register.Exposure(c.ctx(), c.viewer, f)
	if err != nil {
		return err
	}
	p.Found, p.Known = x, x.Counts.Releases > 0
	p.Answer = p.sentence()
	q := []string{"name", f.Name, "purl", f.PURL, "version", f.Version, "license", f.License, "ecosystem", f.Ecosystem}
	p.narrow(x.Ecosystems, f.Ecosystem, slices.Clone(q))
	p.CSV = address("/components", append(slices.Clone(q), "format", "csv")...)
	if f.Version != "" {
		q[5] = ""
		p.AnyOf = address("/components", q...)
	}
	p.Pager = pagerOf(c, x.Uses, "release", "releases")
	shown := x.Agencies[:min(len(x.Agencies), agenciesShown)]
	p.Chart, p.Others = agencyChart(shown), x.Counts.Agencies-len(shown)
	if err := s.group(c.ctx(), p, x.Uses.Items); err != nil {
		return err
	}
	if !p.Known && f.Name != "" {
		hits, _, err := s.Store.Search(c.ctx(), c.viewer, store.SearchFilter{Query: f.Name, Noun: "component", Page: models.Page{Limit: 8}})
		if err != nil {
			return err
		}
		p.Similar = hits.Items
	}
	return nil
}

// narrow offers the types of package that share the name, so that a library and its binding can be told apart.
func (p *exposurePage) narrow(found []store.Facet, chosen string, q []string) {
	if chosen != "" {
		p.AnyKind = address("/components", append(q[:len(q)-1], "")...)
		return
	}
	if len(found) < 2 {
		return
	}
	for _, f := range found {
		p.Kinds = append(p.Kinds, kindLink{f, address("/components", append(slices.Clone(q), "ecosystem", f.Value)...)})
	}
}

// sentence is the answer in a sentence.
func (p *exposurePage) sentence() string {
	n, what := p.Found.Counts, p.What
	verb := func(n int, one, many string) string {
		if n == 1 {
			return one
		}
		return many
	}
	software := plural(n.Assets, "piece of software", "pieces of software")
	if p.Closed {
		software = plural(n.Assets, "public piece of software", "public pieces of software")
	}
	contained := software + verb(n.Assets, " contains ", " contain ") + what + ", in " + plural(n.Releases, "release", "releases") + "."
	switch {
	case n.Releases == 0:
		return "Nothing that you can see contains " + what + "."
	case n.Deployments > 0:
		return plural(n.Agencies, "agency", "agencies") + verb(n.Agencies, " runs ", " run ") + plural(n.Deployments, "deployment", "deployments") + " of software that contains " + what + "."
	case p.Closed:
		return contained
	}
	return "Nobody is known to run " + what + ". " + contained
}

// agenciesShown is how many agencies the picture ranks.
const agenciesShown = 8

// agencyChart ranks the agencies by their deployments.
func agencyChart(agencies []store.ExposedAgency) chart {
	parts := make([]chartPart, len(agencies))
	for i, a := range agencies {
		parts[i] = chartPart{Label: a.Agency, Count: a.Deployments, Path: "#" + agencyAnchor(a.AgencyID)}
	}
	return newChart("agencies", "Where it runs most", "Deployments", "Agency", parts)
}

func agencyAnchor(id int64) string { return "agency-" + idText(id) }

// Anchor is where the page lists the agency's deployments.
func (g agencyRuns) Anchor() string { return agencyAnchor(g.ID) }

// group sorts the uses of a page by agency, the one with most deployments first, and keeps apart what nobody is known to run.
func (s *site) group(ctx context.Context, p *exposurePage, uses []register.Use) error {
	by := map[int64]*agencyRuns{}
	var order []*agencyRuns
	for _, u := range uses {
		if len(u.Deployments) == 0 {
			p.Idle = append(p.Idle, usedIn{Use: u.Use, Ways: waysOf(u)})
		}
		for _, d := range u.Deployments {
			if d.Criticality >= 3 {
				p.Vital++
			}
			g := by[d.AgencyID]
			if g == nil {
				g = &agencyRuns{ID: d.AgencyID, Name: d.Agency}
				by[d.AgencyID] = g
				order = append(order, g)
			}
			g.Deployments = append(g.Deployments, exposedRun{DeploymentRow: d, Release: u.Release, SBOMID: u.SBOMID, Ways: waysOf(u)})
		}
	}
	slices.SortStableFunc(order, func(a, b *agencyRuns) int {
		if n := len(b.Deployments) - len(a.Deployments); n != 0 {
			return n
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, g := range order {
		if err := s.addContacts(ctx, g, p.What); err != nil {
			return err
		}
		p.Agencies = append(p.Agencies, *g)
	}
	return nil
}

// addContacts says whom to call: the technical owner, else the business owner, else the agency's own mailbox.
func (s *site) addContacts(ctx context.Context, g *agencyRuns, what string) error {
	var agency *models.Agency
	for i := range g.Deployments {
		d := &g.Deployments[i]
		k := contact{Name: d.TechnicalOwner, Email: d.TechnicalEmail}
		if k.Email == "" && d.BusinessEmail != "" || k == (contact{}) {
			k = contact{Name: d.BusinessOwner, Email: d.BusinessEmail}
		}
		if k.Email == "" {
			if agency == nil {
				var err error
				if agency, err = s.Store.Agency(ctx, g.ID); err != nil {
					return err
				}
			}
			k.Email = agency.Email
		}
		if k.Email != "" {
			k.Link = "mailto:" + url.PathEscape(k.Email) + "?subject=" + url.PathEscape(shorten(what+" in "+strings.TrimSpace(d.Service+" "+d.Asset), 150))
		}
		d.Contact = k
	}
	return nil
}

// matchesShown is how many matching versions are shown unfolded.
const matchesShown = 10

// Matches are the first matching component versions, MoreMatches those that the page folds.
func (p exposurePage) Matches() []store.ComponentRow {
	return p.Found.Components.Items[:min(matchesShown, len(p.Found.Components.Items))]
}

// MoreMatches are the rest of the first page of matching versions.
func (p exposurePage) MoreMatches() []store.ComponentRow {
	return p.Found.Components.Items[min(matchesShown, len(p.Found.Components.Items)):]
}
