package web

import (
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountComponents(r *routes) {
	r.get("/components", s.components)
	r.get("/components/:id", s.component)
}

// componentPage is one component: its facts, its licences, its other versions and where it is used.
type componentPage struct {
	*store.ComponentRow
	Title    string
	Facts    []fact
	Licenses []statedLicense
	Decided  string // which of them decides, and why
	Texts    []store.LicenseText
	Uses     []usedIn
	Pager    pager
	Versions []store.ComponentRow // other versions, newest first
	Elsewise []store.ComponentRow // the same version with another licence
	More     int                  // versions that are not shown
	Ask      string               // address of "who runs it?"
	AskAll   string               // the same for every version
	Closed   bool
}

// statedLicense is one of the three licences of a component.
type statedLicense struct {
	Term    string
	Stated  string
	Reading string // how it was read, when that differs from what is stated
	Kind    string
	Guessed bool
	Class   string
	Leaves  []string
	Decides bool
}

// versionsShown is how many other versions a component's page lists.
const versionsShown = 25

func (s *site) component(c *page) error {
	id, err := c.id("id")
	if err != nil || id > 1<<31-1 {
		return models.NoSuch("component")
	}
	row, err := s.Store.Component(c.ctx(), c.viewer, int32(id))
	if err != nil {
		return err
	}
	p := componentPage{ComponentRow: row, Title: strings.TrimSpace(row.Name + " " + row.Version), Closed: !c.viewer.InGovernment()}
	if err := s.componentLicenses(c, &p); err != nil {
		return err
	}
	uses, err := s.Register.Uses(c.ctx(), c.viewer, []int32{row.ID}, c.at())
	if err != nil {
		return err
	}
	for _, u := range uses.Items {
		p.Uses = append(p.Uses, usedIn{Use: u.Use, Ways: waysOf(u)})
	}
	p.Pager = pagerOf(c, uses, "release", "releases")
	if err := s.otherVersions(c, &p); err != nil {
		return err
	}
	p.Facts = componentFacts(row)
	name, purl := string([]rune(row.Name)[:min(len([]rune(row.Name)), 200)]), "" // names are compared by their first 200 characters
	if row.Base != "" {
		name, purl = "", row.Base
	}
	p.AskAll = address("/components", "name", name, "purl", purl)
	p.Ask = p.AskAll
	if plainVersion.MatchString(row.Version) {
		p.Ask = address("/components", "name", name, "purl", purl, "version", "="+row.Version)
	}
	return c.show(view{Name: "component", Title: shorten(p.Title, 120), Nav: "/components", Crumbs: []crumb{{"Components", "/components"}, {shorten(p.Title, 60), ""}}, Page: p})
}

// plainVersion is a version that can be asked for by a range; "(devel)" or an image's name in its place cannot.
var plainVersion = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+~:_-]{0,199}$`)

func componentFacts(row *store.ComponentRow) []fact {
	facts := []fact{{Term: "Name", Text: shorten(row.Name, 300)}}
	add := func(f fact) {
		if f.Text != "" || f.Code != "" {
			facts = append(facts, f)
		}
	}
	add(fact{Term: "Version", Text: shorten(row.Version, 200)})
	add(fact{Term: "Ecosystem", Text: row.Ecosystem})
	add(fact{Term: "Package URL", Code: shorten(row.PURL, 400)})
	if row.Upstream != row.PURLName {
		add(fact{Term: "Built from", Text: shorten(row.Upstream, 200)})
	}
	supplier := fact{Term: "Supplier", Text: shorten(row.Supplier, 300)}
	if row.Supplier == "" {
		supplier = fact{Term: "Supplier", Tag: &tag{Word: "Not stated", Tone: toneUnknown}}
	}
	return append(facts, supplier)
}

// componentLicenses shows the declared, concluded and effective licence apart, and which of the first two decides.
func (s *site) componentLicenses(c *page, p *componentPage) error {
	var read [3]*models.LicenseExpression
	for i, id := range []int32{p.DeclaredID, p.ConcludedID, p.EffectiveID} {
		e, err := s.Store.Expression(c.ctx(), id)
		if err != nil {
			return err
		}
		read[i] = e
	}
	declared, concluded, effective := read[0], read[1], read[2]
	says := func(e *models.LicenseExpression) bool {
		return e.Kind != string(licenses.ReadAbsent) && e.Kind != string(licenses.ReadNoAssertion)
	}
	byConclusion := effective.ID == concluded.ID && says(concluded)
	byDeclaration := !byConclusion && says(declared)
	switch {
	case byConclusion && declared.ID == concluded.ID:
		p.Decided = "The supplier’s declaration and the conclusion of the document’s author are the same."
	case byConclusion:
		p.Decided = "The author of the SBOM document came to a conclusion of their own; it decides."
	case byDeclaration:
		p.Decided = "The author of the SBOM document came to no conclusion, so what the supplier declares decides."
	default:
		p.Decided = "Neither the supplier nor the author of the SBOM document says which licence holds: it is unknown."
	}
	p.Licenses = []statedLicense{statedAs("Declared by the supplier", declared), statedAs("Concluded by the document’s author", concluded), statedAs("In effect", effective)}
	p.Licenses[0].Decides, p.Licenses[1].Decides = byDeclaration, byConclusion
	var err error
	p.Texts, err = s.Store.ExpressionTexts(c.ctx(), effective.ID)
	return err
}

func statedAs(term string, e *models.LicenseExpression) statedLicense {
	l := statedLicense{Term: term, Stated: e.Stated, Kind: e.Kind, Guessed: e.Guessed, Class: e.Class, Leaves: e.Leaves}
	if e.Canonical != e.Stated {
		l.Reading = e.Canonical
	}
	return l
}

// Why says what a licence that names none amounts to; "" for one that does.
func (l statedLicense) Why() string {
	if l.Kind == string(licenses.ReadExpression) {
		return ""
	}
	return silenceOf(l.Kind).Meaning
}

func (s *site) otherVersions(c *page, p *componentPage) error {
	list, err := s.Register.Versions(c.ctx(), c.viewer, &p.Component)
	if err != nil {
		return err
	}
	versions, licences := map[string]bool{p.Version: true}, map[string]bool{p.Effective: true}
	for _, v := range list {
		if v.Version == p.Version && !licences[v.Effective] && v.Class != string(licenses.Unknown) {
			licences[v.Effective] = true
			p.Elsewise = append(p.Elsewise, v)
		}
		if !versions[v.Version] {
			versions[v.Version] = true
			p.Versions = append(p.Versions, v)
		}
	}
	p.More = max(len(p.Versions)-versionsShown, 0)
	p.Versions = p.Versions[:min(len(p.Versions), versionsShown)]
	return nil
}
