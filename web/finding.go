package web

import (
	"html/template"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountFinding(r *routes) {
	r.get("/findings/:id", s.finding)
	r.post("/findings/:id/triage", s.triageFinding)
	r.post("/findings/:id/exemptions", s.exemptFinding)
	r.post("/findings/:id/choice", s.chooseForFinding)
	r.post("/findings/:id/conclusion", s.concludeForFinding)
}

// findingPage says what is wrong, why, what cures it and whose it is, with the means to act.
type findingPage struct {
	*register.Explanation
	Sentence  string
	Cure      []string // what to do, the best first
	Parts     []affectedRow
	Picture   template.HTML
	Facts     []fact
	Asked     []store.ExemptionRow // requests for an exemption that would cover it
	Comments  []store.CommentRow
	History   history
	Forms     map[string]*form // by what they do; only those that the reader may send
	People    []option
	Branches  []option
	Chosen    []option // components whose licence can be concluded
	Choosing  []option // how far a choice can reach
	Deciding  []option // how far a conclusion can reach
	LastDay   models.Date
	Overdue   bool
	VersionAt string // page of the version of the policy
}

// The forms of the page.
const (
	formTriage    = "triage"
	formExemption = "exemption"
	formChoice    = "choice"
	formConclude  = "conclusion"
)

// affectedRow is a component that the finding is about.
type affectedRow struct {
	register.Affected
	Link string // where it stands in its document
	Via  string // the way to it, without both ends
}

func (s *site) finding(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return s.showFinding(c, id, "", nil)
}

// showFinding shows the page, with one of its forms as it was refused.
func (s *site) showFinding(c *page, id int64, refused string, f *form) error {
	x, err := s.Register.ExplainFinding(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	p := &findingPage{Explanation: x, Sentence: findingSentence(x.FindingRow), Forms: map[string]*form{}, Overdue: x.State == models.FindingOpen && x.DueOn != nil && x.DueOn.Before(today()), LastDay: today().AddDays(models.MaxExemptionDays)}
	if x.PolicyVersionID != nil && s.has("/policy-versions/:id") {
		p.VersionAt = policyVersionPath(*x.PolicyVersionID) + "#rule-" + x.FindingRow.Rule
		if x.FindingRow.Rule == otherwise {
			p.VersionAt = policyVersionPath(*x.PolicyVersionID) + "#" + otherwise
		}
	}
	p.place(s)
	if p.Comments, err = s.Store.FindingComments(c.ctx(), id); err != nil {
		return err
	}
	if p.History, err = c.historyOf(models.EventFilter{Noun: "finding", NounID: id}); err != nil {
		return err
	}
	if err := p.asked(c); err != nil {
		return err
	}
	if err := p.open(c); err != nil {
		return err
	}
	p.Cure, p.Facts = p.cures(), p.facts()
	if f != nil {
		p.Forms[refused] = f
	}
	title := shorten(p.Heading(), 80)
	return c.show(view{Name: "finding", Title: title, Nav: "/findings", Crumbs: []crumb{{"Findings", "/findings"}, {title, ""}}, Form: f, Page: p})
}

// place says where the components stand, and draws the way to the first.
func (p *findingPage) place(s *site) {
	for i := range p.Components {
		row := affectedRow{Affected: p.Components[i]}
		if row.Ordinal >= 0 && s.has("/sboms/:id/packages/:ordinal") {
			row.Link = packagePath(p.SBOMID, row.Ordinal)
		}
		if n := len(row.Path); n > 2 {
			row.Via = strings.Join(row.Path[1:n-1], " › ")
		}
		p.Parts = append(p.Parts, row)
	}
	if len(p.Parts) == 1 && len(p.Parts[0].Path) > 1 {
		steps := make([]step, len(p.Parts[0].Path))
		for i, name := range p.Parts[0].Path {
			steps[i].Name = name
		}
		p.Picture = pathSVG(steps, 0)
	}
}

// asked finds requests for an exemption that would cover the finding.
func (p *findingPage) asked(c *page) error {
	if p.State != models.FindingOpen {
		return nil
	}
	list, err := c.site.Store.Exemptions(c.ctx(), c.viewer, models.ExemptionRequested, p.AgencyID, models.Page{Limit: models.MaxLimit})
	for _, x := range list.Items {
		if x.Covers(&p.Finding) && x.AgencyID == p.AgencyID {
			p.Asked = append(p.Asked, x)
		}
	}
	return err
}

// open gives the reader the forms that they may send.
func (p *findingPage) open(c *page) error {
	if !c.viewer.May(models.TriageFinding, p.AgencyID) || p.State == models.FindingClosed {
		return nil
	}
	triage := newForm("assigneeId", "", "dueOn", "")
	if p.DueOn != nil {
		triage.set("dueOn", p.DueOn.String())
	}
	p.Forms[formTriage] = triage
	var err error
	if p.People, err = c.assignees(p.AgencyID); err != nil {
		return err
	}
	if p.State == models.FindingOpen && len(p.Asked) == 0 && !p.OfDocument() {
		p.Forms[formExemption] = newForm("reaching", string(register.ThisRelease), "expiresOn", today().AddDays(365).String())
	}
	steward := c.steward(p.AssetID)
	if p.Choosing = c.reaches(models.ChooseLicense, p, steward); len(p.Choosing) > 0 && len(p.Offers) > 0 {
		p.Forms[formChoice] = newForm("choiceReach", p.Choosing[0].Value)
		for _, o := range p.Offers {
			said := ""
			if o.Verdict != "" {
				said = "By the policies in force: " + strings.ToLower(word(o.Verdict)) + "."
			}
			p.Branches = append(p.Branches, option{Value: o.License, Label: o.License, Hint: said})
		}
	}
	if p.Deciding = c.reaches(models.ConcludeLicense, p, steward); len(p.Deciding) > 0 && len(p.Components) > 0 {
		for i := range p.Components {
			part := &p.Components[i]
			p.Chosen = append(p.Chosen, option{Value: idText(int64(part.ComponentID)), Label: strings.TrimSpace(part.Name + " " + part.Version)})
		}
		given := c.query("component")
		if len(p.Chosen) == 1 {
			given = p.Chosen[0].Value
		}
		p.Forms[formConclude] = newForm("component", given, "conclusionReach", p.Deciding[0].Value, "conclusionFor", onlyVersion)
	}
	return nil
}

// steward is the agency that answers for a piece of software; nil where the reader may not see it.
func (c *page) steward(asset int64) *int64 {
	a, err := c.site.Store.Asset(c.ctx(), c.viewer, asset)
	if err != nil {
		return nil
	}
	return &a.StewardID
}

// reaches lists how far the reader may speak about licences where a finding is.
func (c *page) reaches(action models.Action, p *findingPage, steward *int64) []option {
	var list []option
	if steward != nil && c.viewer.May(action, *steward) {
		list = append(list, option{Value: string(models.ReachAsset), Label: "In " + p.Asset + ", for everybody who runs it"})
	}
	if c.viewer.May(action, p.AgencyID) {
		list = append(list, option{Value: string(models.ReachAgency), Label: "In all software of " + p.Agency + " and those below it"})
	}
	if c.viewer.May(action, 0) {
		list = append(list, option{Value: string(models.ReachEverywhere), Label: "Everywhere in government"})
	}
	return list
}

// cures says what to do about the finding: what its rule says, and what the register can do at once.
func (p *findingPage) cures() []string {
	var list []string
	if len(p.Offers) > 1 && licenses.Verdict(p.Verdict) == licenses.NeedsChoice {
		list = append(list, "Say which of the licences offered is taken.")
	}
	for _, m := range p.Missing {
		list = append(list, "Record what is missing: "+factPlace(m.Name)+". "+m.Sentence)
	}
	if p.Rule.Cure != "" {
		list = append(list, p.Rule.Cure)
	}
	return list
}

// factPlace says where a fact of a policy is recorded.
func factPlace(name string) string {
	group, fact, _ := strings.Cut(name, ".")
	what := "“" + strings.ToLower(fieldWords(fact)) + "”"
	switch group {
	case "asset":
		return what + " in the entry of the software"
	case "deployment":
		return what + " in the entry of who runs it"
	case "agency":
		return what + " in the entry of the agency"
	case "use":
		return "whether this is done with the software"
	case "component":
		return what + " of the component, in the SBOM document"
	}
	return what + " of the licence"
}

func (p *findingPage) facts() []fact {
	severity, state, verdict := makeTag(p.Severity), makeTag(p.State), verdictTag(p.Verdict)
	list := []fact{{Term: "State", Tag: &state}, {Term: "Verdict", Tag: &verdict}, {Term: "Severity", Tag: &severity},
		{Term: "Whose", Text: p.Agency, Path: agencyPath(p.AgencyID)}, {Term: "Software", Text: p.Asset, Path: assetPath(p.AssetID) + "/licences"}, {Term: "Release", Text: p.Release, Path: releasePath(p.ReleaseID)}}
	if p.License != "" {
		list = append(list, fact{Term: "Licence", Code: shorten(p.License, 300)})
	}
	if p.Leaf != "" && p.Leaf != p.License {
		list = append(list, fact{Term: "Because of", Code: shorten(p.Leaf, 120)})
	}
	list = append(list, fact{Term: "Since", Time: date(p.OpenedAt)})
	if p.ClosedAt != nil {
		list = append(list, fact{Term: "Closed", Time: date(p.ClosedAt)})
	}
	who, due := fact{Term: "Taken on by", Text: p.Assignee}, fact{Term: "Due", Time: date(p.DueOn)}
	if p.Assignee == "" {
		who.Tag = &tag{Word: "Nobody", Tone: toneUnknown}
	}
	switch {
	case p.DueOn == nil:
		due.Text = "no day set"
	case p.Overdue:
		due.Tag = &tag{Word: "Overdue", Tone: toneBad}
	}
	return append(list, who, due)
}

// Versions are the answers to which versions of a component a conclusion is for.
func (*findingPage) Versions() []option {
	return []option{{Value: onlyVersion, Label: "This version only"}, {Value: everyVersion, Label: "Every version"}}
}

// Wide are the answers to which releases an exemption is for.
func (p *findingPage) Wide() []option {
	return []option{{Value: string(register.ThisRelease), Label: "Release " + p.Release + " only"}, {Value: string(register.EveryRelease), Label: "Later releases of " + p.Asset + " too"}}
}

// Heading names what is wrong.
func (p *findingPage) Heading() string {
	if licenses.Verdict(p.Verdict) == licenses.NeedsChoice {
		return "A choice of licence is open"
	}
	return p.Rule.Title
}

// nearParts bounds the components that are shown at once.
const nearParts = 20

// Near and Rest are the components that are shown at once, and the others.
func (p *findingPage) Near() []affectedRow { return p.Parts[:min(len(p.Parts), nearParts)] }

// Rest is the components that are folded away.
func (p *findingPage) Rest() []affectedRow { return p.Parts[min(len(p.Parts), nearParts):] }

// Caption says how many components there are.
func (p *findingPage) Caption() string {
	if len(p.Parts) < p.Found() || len(p.Parts) > nearParts {
		return "The first " + number(len(p.Near())) + " of " + number(p.Found()) + " components"
	}
	return plural(len(p.Parts), "component", "components")
}

// Found is how many components the finding is about.
func (p *findingPage) Found() int { return len(p.Parts) + p.More }

// Steps is how far the component is from the product.
func (r affectedRow) Steps() int { return len(r.Path) - 1 }
