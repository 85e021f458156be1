package web

import (
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func today() models.Date { return models.DateOf(time.Now()) }

// assetPage is the overview of an asset.
type assetPage struct {
	*assetHead
	Todo       []todo // what needs a person, most pressing first
	Duplicates []store.Duplicate
	Licenses   chart
	Unknowns   []store.LicensedComponent
	Runs       []store.DeploymentRow
	Facts      []fact
	Glances    []glance   // the four questions in short
	Says       *assetSays // what it does; nil when nothing more is stated
	Alive      *alivePart // is anybody home?
	Tags       []repositoryTag
	Reuse      *reusePart // who uses it?
	May        *mayPart   // may I?
	Ask        *askPart   // whom to ask?

	Alternatives []likeness // open source software for the same
	PeerUses     []likeness // what agencies like PeersOf run for the same
	PeersOf      string

	MayAddCode bool
	MayHook    bool // set up a webhook about it
	Today      models.Date
}

// todo is one thing that needs a person, with the link that acts.
type todo struct{ Title, Text, Action, Path, Tone string }

// reach is somebody to call about a piece of software.
type reach struct{ Who, Role, Email, Phone string }

func (s *site) asset(c *page) error {
	h, err := c.openAsset("")
	if err != nil || h == nil {
		return err
	}
	p := assetPage{assetHead: h, Today: today(), MayAddCode: c.viewer.May(models.WriteRepository, h.Asset.StewardID), MayHook: c.viewer.MaySomewhere(models.ManageWebhooks)}
	runs, err := s.Store.Deployments(c.ctx(), c.viewer, models.DeploymentFilter{Asset: h.Asset.ID, Lifecycle: models.NotEnded, Page: models.Page{Limit: 50}})
	if err != nil {
		return err
	}
	p.Runs = runs.Items[:min(6, len(runs.Items))]
	if h.MayChange || h.MayMerge {
		if p.Duplicates, err = s.Store.Duplicates(c.ctx(), c.viewer, h.Asset); err != nil {
			return err
		}
	}
	if h.Judged != nil {
		if err := p.readLicenses(c); err != nil {
			return err
		}
	}
	if err := p.needs(c); err != nil {
		return err
	}
	if err := p.answer(c, runs.Items); err != nil {
		return err
	}
	whole, err := p.placeInWhole(c)
	if err != nil {
		return err
	}
	p.Facts = append(p.facts(), whole...)
	if err := p.readLikeness(c); err != nil {
		return err
	}
	return c.showAsset("asset", h, p)
}

// answer reads what the four questions are answered by.
func (p *assetPage) answer(c *page, runs []store.DeploymentRow) (err error) {
	h := p.assetHead
	if p.Says, err = c.saysOf(h); err != nil {
		return err
	}
	if p.Alive, err = c.aliveOf(h); err != nil {
		return err
	}
	if p.Tags, err = c.tagsOf(h, p.Alive); err != nil {
		return err
	}
	if h.Keeping, err = c.keepingOf(h); err != nil {
		return err
	}
	if p.Reuse, err = c.reuseOf(h.Asset, shownUses); err != nil {
		return err
	}
	if p.May, err = c.mayOf(h, p.Alive, p.Reuse); err != nil {
		return err
	}
	p.Ask = c.askOf(h, p.Alive, p.Reuse, runs)
	p.Glances = []glance{p.Alive.Short, useGlance(p.Reuse.Uses), p.May.Short, p.Ask.Short}
	return p.openFindings(c)
}

func (p *assetPage) readLicenses(c *page) error {
	scope := models.Scope{Release: p.Judged.ID}
	counts, err := c.site.Store.LicenseReport(c.ctx(), c.viewer, scope)
	if err != nil {
		return err
	}
	p.Licenses = licenseChart("licenses", "Licences in release "+p.Judged.Number, counts, assetPath(p.Asset.ID)+"/components")
	if p.Licenses.Unknown().Count == 0 {
		return nil
	}
	unknown, err := c.site.Store.LicenseComponents(c.ctx(), c.viewer, scope, 0, "unknown", models.Page{Limit: 5})
	p.Unknowns = unknown.Items
	return err
}

// needs lists what is missing or doubtful about the entry.
func (p *assetPage) needs(c *page) error {
	path := assetPath(p.Asset.ID)
	var list []todo
	count := func(f models.DeploymentFilter) (int, error) {
		f.Asset, f.Page = p.Asset.ID, models.Page{Limit: 1}
		found, err := c.site.Store.Deployments(c.ctx(), c.viewer, f)
		return found.Total.Count, err
	}
	unsupported, err := count(models.DeploymentFilter{Lacks: models.LacksSupport})
	if err != nil {
		return err
	}
	stale, err := count(models.DeploymentFilter{State: models.Stale})
	if err != nil {
		return err
	}
	if n := unsupported; n > 0 {
		list = append(list, todo{Title: plural(n, "deployment runs", "deployments run") + " a release whose security support has ended", Text: "Faults found since then are not mended.", Action: "See who runs it", Path: address("/deployments", "asset", idText(p.Asset.ID), "lacks", string(models.LacksSupport)), Tone: toneBad})
	}
	switch {
	case p.Newest == nil && p.Asset.Origin != models.Service:
		list = append(list, todo{Title: "No release is registered yet", Text: "Without one nobody can say which version an agency runs, or what is in it.", Action: "Add the first release", Path: path + "/releases/new", Tone: "caution"})
	case p.Newest != nil && p.Newest.SBOMID == nil:
		list = append(list, todo{Title: "Release " + p.Newest.Number + " has no SBOM", Text: "What is in it, and under which licences, is not known. The people who build or sell it can send one.", Action: "Open the release", Path: releasePath(p.Newest.ID), Tone: "caution"})
	}
	if n := stale; n > 0 {
		list = append(list, todo{Title: plural(n, "deployment needs", "deployments need") + " a fresh confirmation", Text: "The last one has run out.", Action: "See which", Path: address("/deployments", "asset", idText(p.Asset.ID), "state", string(models.Stale)), Tone: toneCaution})
	}
	if p.Asset.License == "" && p.Asset.Origin != models.Service {
		list = append(list, todo{Title: "No licence is stated", Text: "Until somebody states it, nobody can say whether another agency may use this software.", Action: "State the licence", Path: path + "/edit#f-license", Tone: "caution"})
	}
	if !p.MayChange && !p.MayRelease {
		for i := range list {
			if !strings.HasPrefix(list[i].Path, "/deployments") {
				list[i].Action, list[i].Path = "", ""
			}
		}
	}
	p.Todo = list
	return nil
}

// facts is the side column of the overview.
func (p *assetPage) facts() []fact {
	a := p.Asset
	list := []fact{{Term: "Steward", Text: p.Steward.Name, Path: agencyPath(a.StewardID)}, {Term: "Origin", Text: word(a.Origin)}}
	for _, u := range a.URLs {
		list = append(list, fact{Term: word(u.Kind), Text: u.URL, Path: webAddress(u.URL)})
	}
	for _, n := range a.Aliases {
		list = append(list, fact{Term: "Also called", Text: n})
	}
	if len(a.Categories) > 0 {
		f := fact{Term: "Categories"}
		for _, category := range a.Categories {
			f.Links = append(f.Links, crumb{Name: spaced(category), Path: address("/assets", "category", category)})
		}
		list = append(list, f)
	}
	for _, i := range a.Identifiers {
		list = append(list, fact{Term: shortKinds[i.Kind], Code: i.Value})
	}
	return append(list, fact{Term: "Entry changed", Time: date(a.UpdatedAt)})
}

// openFindings adds what is open on licences to what needs a person, as far as the reader may know.
func (p *assetPage) openFindings(c *page) error {
	if !c.viewer.InGovernment() {
		return nil
	}
	open, err := c.site.Store.Findings(c.ctx(), c.viewer, models.FindingFilter{Asset: p.Asset.ID, State: models.FindingOpen, Page: models.Page{Limit: 1}})
	if n := open.Total.Count; n > 0 {
		p.Todo = append(p.Todo, todo{Title: plural(n, "finding on licences is", "findings on licences are") + " open", Text: "The licence policies ask for a look, a choice or a cure.", Action: "See what and why", Path: licencesPath(p.Asset.ID), Tone: toneCaution})
	}
	return err
}

var shortKinds = map[models.IdentifierKind]string{models.PURL: "Package URL", models.CPE: "CPE", models.SWHID: "Archive id"}

// shownParts bounds the parts that the page of a piece of software names.
const shownParts = 12

// placeInWhole says what larger system a piece of software is a part of, and what its own parts are.
func (p *assetPage) placeInWhole(c *page) ([]fact, error) {
	var facts []fact
	if p.Asset.ParentID != nil {
		whole, err := c.site.Store.Asset(c.ctx(), c.viewer, *p.Asset.ParentID)
		switch {
		case err == nil:
			facts = append(facts, fact{Term: "Part of", Text: whole.Title(), Path: assetPath(whole.ID)})
		case !models.IsKind(err, models.NotFound): // a larger system that the reader may not see is not there
			return nil, err
		}
	}
	parts, err := c.site.Store.Assets(c.ctx(), c.viewer, models.AssetFilter{Parent: p.Asset.ID, Page: models.Page{Limit: shownParts}})
	if err != nil || len(parts.Items) == 0 {
		return facts, err
	}
	f := fact{Term: "Parts"}
	for _, a := range parts.Items {
		f.Links = append(f.Links, crumb{Name: a.Title(), Path: assetPath(a.ID)})
	}
	if more := parts.Total.Count - len(parts.Items); more > 0 {
		f.Links = append(f.Links, crumb{Name: "and " + number(more) + " more", Path: address("/assets", "parent", idText(p.Asset.ID))})
	}
	return append(facts, f), nil
}

// contacts says whom to call: the steward's mailbox first, then the people who run it, as far as the viewer may know.
func contacts(steward *models.Agency, runs []store.DeploymentRow) []reach {
	var list []reach
	if steward.Email != "" || steward.Phone != "" {
		list = append(list, reach{Who: steward.Name, Role: "answers for this entry", Email: steward.Email, Phone: steward.Phone})
	}
	seen := map[string]bool{}
	for i := range runs {
		d := &runs[i]
		if d.State == models.Withdrawn || seen[d.TechnicalEmail+d.BusinessEmail] {
			continue
		}
		seen[d.TechnicalEmail+d.BusinessEmail] = true
		switch {
		case d.TechnicalEmail != "":
			list = append(list, reach{Who: d.Agency, Role: orElse(d.TechnicalOwner, "technical owner"), Email: d.TechnicalEmail})
		case d.BusinessEmail != "":
			list = append(list, reach{Who: d.Agency, Role: orElse(d.BusinessOwner, "business owner"), Email: d.BusinessEmail})
		}
		if len(list) == 5 {
			break
		}
	}
	return list
}

// cure says what would settle a licence that is not known.
func cure(c store.LicensedComponent) string {
	stated := orElse(c.Concluded, c.Declared)
	switch {
	case strings.HasPrefix(stated, "LicenseRef-"):
		return "Read the licence text that came with the document, and record a conclusion."
	case stated == "" || stated == "NOASSERTION":
		return "Ask the supplier" + supplierName(c.Supplier) + ", or record a conclusion."
	case stated == "NONE":
		return "The author says there is no licence. Ask for one before you use it further."
	}
	return "Ask for an SPDX expression in place of this text."
}

func supplierName(s string) string {
	if s == "" {
		return ""
	}
	return ", " + s
}
