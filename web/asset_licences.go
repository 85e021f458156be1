package web

import (
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountAssetLicences(r *routes) {
	r.get("/assets/:id/licences", s.assetLicences)
	r.post("/assets/:id/license-choices", s.chooseForAsset)
	r.post("/assets/:id/license-conclusions", s.concludeForAsset)
	r.post("/assets/:id/license-choices/:word/end", s.endChoice)
	r.post("/assets/:id/license-conclusions/:word/end", s.endConclusion)
	s.mountPublish(r)
	s.mountObligations(r)
}

// licencesPage says what the licence policies say of a piece of software, for who answers for it and for who runs it.
type licencesPage struct {
	*assetHead
	Answer      string
	Tone        string
	Mine        *verdictRow // of the steward; nil where none is known to the reader
	Runs        []verdictRow
	MoreRuns    int
	JudgedAt    time.Time
	Behind      int64
	Chart       chart
	Open        []findingRow
	OpenTotal   models.Total
	Choices     []choiceRow
	Conclusions []conclusionRow
	Forms       map[string]*form // by what they do; only those that the reader may send
	Choosing    []option
	Deciding    []option
	Closed      bool // verdicts are not for the reader
}

// verdictRow is the verdict on a release where an agency answers for it or runs it.
type verdictRow struct {
	store.VerdictRow
	Picture chart
	Path    string // of the open findings
}

// choiceRow and conclusionRow are people's words about licences that reach the software.
type choiceRow struct {
	store.ChoiceRow
	Where  string
	MayEnd bool
}

type conclusionRow struct {
	store.ConclusionRow
	Where  string
	MayEnd bool
}

// The bounds of what the page names.
const (
	shownOpen = 8
	shownRuns = 50
)

func (s *site) assetLicences(c *page) error { return s.showLicences(c, "", nil) }

func (s *site) showLicences(c *page, refused string, f *form) error {
	h, err := c.openAsset("licences")
	if err != nil || h == nil {
		return err
	}
	p := &licencesPage{assetHead: h, Forms: map[string]*form{}, Closed: !c.viewer.InGovernment()}
	if p.JudgedAt, p.Behind, err = s.Register.JudgedUpTo(c.ctx()); err != nil {
		return err
	}
	if !p.Closed {
		if err := p.verdicts(c); err != nil {
			return err
		}
		if err := p.open(c); err != nil {
			return err
		}
		if err := p.words(c); err != nil {
			return err
		}
	}
	p.Answer, p.Tone = p.sentence()
	if f != nil {
		p.Forms[refused] = f
	}
	v := view{Name: "asset-licences", Title: "Licences of " + h.Asset.Title(), Nav: "/assets", Crumbs: h.crumbs(crumb{"Licences", ""}), Form: f, Page: p}
	return c.show(v)
}

// verdicts reads what the policies say, as far as the reader may know.
func (p *licencesPage) verdicts(c *page) error {
	list, err := c.site.Store.Verdicts(c.ctx(), c.viewer, p.Asset.ID)
	if err != nil {
		return err
	}
	for i, v := range list {
		row := verdictRow{VerdictRow: v, Picture: packageVerdicts("v"+idText(int64(i)), "Packages by verdict, "+v.Agency+", release "+v.Release, v.Counts),
			Path: address("/findings", "asset", idText(v.AssetID), "release", idText(v.ReleaseID), "agency", idText(v.AgencyID))}
		if v.DeploymentID == 0 {
			p.Mine = &row
			p.Chart = packageVerdicts("verdict", "Packages of release "+v.Release+" by verdict", v.Counts)
			continue
		}
		p.Runs = append(p.Runs, row)
	}
	p.MoreRuns = max(0, len(p.Runs)-shownRuns)
	p.Runs = p.Runs[:len(p.Runs)-p.MoreRuns]
	return nil
}

func packageVerdicts(id, title string, counts map[string]int) chart {
	by := make(map[licenses.Verdict]int, len(counts))
	for v, n := range counts {
		by[licenses.Verdict(v)] += n
	}
	return verdictChart(id, title, "packages", by)
}

// open reads the gravest open findings.
func (p *licencesPage) open(c *page) error {
	list, err := c.site.Store.Findings(c.ctx(), c.viewer, models.FindingFilter{Asset: p.Asset.ID, State: models.FindingOpen, Page: models.Page{Limit: shownOpen}})
	if err != nil {
		return err
	}
	p.OpenTotal = list.Total
	if len(list.Items) == 0 {
		return nil
	}
	titles, err := c.site.Register.RuleTitles(c.ctx())
	for i := range list.Items {
		row := &list.Items[i]
		p.Open = append(p.Open, findingRow{FindingRow: *row, Name: findingName(row), RuleTitle: ruleTitle(titles, row.Rule)})
	}
	return err
}

// sentence says where the software stands, for its steward or else for those who run it.
func (p *licencesPage) sentence() (text, tone string) {
	name := p.Asset.Title()
	switch {
	case p.Judged == nil:
		return "No release of " + name + " has an SBOM document, so that its licences cannot be judged.", toneUnknown
	case p.Closed:
		return "What the licence policies say of " + name + " is for people of government.", toneUnknown
	}
	worst := licenses.Verdict("")
	rank := func(v licenses.Verdict) int {
		for i, known := range licenses.Verdicts() {
			if v == known {
				return i
			}
		}
		return -1
	}
	all := p.Runs
	if p.Mine != nil {
		name += " " + p.Mine.Release
		all = []verdictRow{*p.Mine}
	}
	for _, row := range all {
		if v := licenses.Verdict(row.Verdict); rank(v) > rank(worst) {
			worst = v
		}
	}
	return licenceSentence(name, worst, p.OpenTotal.Count)
}

// licenceSentence says a verdict on a piece of software.
func licenceSentence(name string, v licenses.Verdict, open int) (text, tone string) {
	some := ""
	if open > 0 {
		some = " " + plural(open, "finding is", "findings are") + " open."
	}
	switch v {
	case "":
		return name + " was not judged yet, or for nobody whose verdicts you may see.", toneUnknown
	case licenses.Allowed:
		return "The licences in " + name + " go with the policies.", toneGood
	case licenses.NeedsChoice:
		return "The licences in " + name + " go with the policies once somebody chooses between those that are offered." + some, toneCaution
	case licenses.Review:
		return "Some licences in " + name + " have to be looked at by a person." + some, toneCaution
	case licenses.Undetermined:
		return "Whether the licences in " + name + " go with the policies cannot be said while facts are missing." + some, toneCaution
	case licenses.Denied, licenses.NoLicense:
		return name + " contains what the policies do not allow." + some, toneBad
	}
	return "Not all licences in " + name + " are known, and what is unknown is never allowed." + some, toneCaution
}

// words reads the choices and conclusions that reach the software, and says which the reader may end or add.
func (p *licencesPage) words(c *page) error {
	choices, err := c.site.Store.LicenseChoices(c.ctx(), c.viewer, p.Asset.ID)
	if err != nil {
		return err
	}
	for _, w := range choices {
		p.Choices = append(p.Choices, choiceRow{w, reachWords(w.Reach, w.Agency), c.viewer.May(models.ChooseLicense, p.speaker(w.Reach, w.AgencyID))})
	}
	conclusions, err := c.site.Store.LicenseConclusions(c.ctx(), c.viewer, p.Asset.ID)
	if err != nil {
		return err
	}
	for _, w := range conclusions {
		p.Conclusions = append(p.Conclusions, conclusionRow{w, reachWords(w.Reach, w.Agency), c.viewer.May(models.ConcludeLicense, p.speaker(w.Reach, w.AgencyID))})
	}
	if p.Choosing = p.reaches(c, models.ChooseLicense); len(p.Choosing) > 0 {
		p.Forms[formChoice] = newForm("choiceReach", p.Choosing[0].Value, "expression", c.query("expression"))
	}
	if p.Deciding = p.reaches(c, models.ConcludeLicense); len(p.Deciding) > 0 {
		p.Forms[formConclude] = newForm("conclusionReach", p.Deciding[0].Value, "component", c.query("component"))
	}
	return nil
}

// speaker is the agency for which somebody must be allowed to speak, for a word about a licence that reaches so far.
func (p *licencesPage) speaker(reach models.Reach, agency *int64) int64 {
	switch {
	case reach == models.ReachAsset:
		return p.Asset.StewardID
	case agency != nil:
		return *agency
	}
	return 0
}

func (p *licencesPage) reaches(c *page, action models.Action) []option {
	var list []option
	if c.viewer.May(action, p.Asset.StewardID) {
		list = append(list, option{Value: string(models.ReachAsset), Label: "In " + p.Asset.Title() + ", for everybody who runs it"}, option{Value: string(models.ReachAgency), Label: "In all software of " + p.Steward.Name + " and those below it"})
	}
	if c.viewer.May(action, 0) {
		list = append(list, option{Value: string(models.ReachEverywhere), Label: "Everywhere in government"})
	}
	return list
}

// reachWords says how far a person's word about a licence goes.
func reachWords(reach models.Reach, agency string) string {
	if reach == models.ReachAgency {
		return agency + " and those below it"
	}
	return word(reach)
}
