package web

import (
	"slices"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (s *site) mountObligations(r *routes) {
	r.get("/releases/:id/obligations", s.obligations)
	r.post("/releases/:id/obligations", s.recordObligation)
	r.get("/releases/:id/notice", s.notice)
	r.get("/releases/:id/notice/:format", s.noticeFile)
}

// obligationsPage is what is owed for a release in a use, as a checklist.
type obligationsPage struct {
	*releaseHead
	Form    *form // names the line that the reader is about to say something of
	List    *register.Checklist
	Use     licenses.Use
	Uses    []tab
	Problem string // why there is no checklist
	Answer  string
	Chart   chart
	Groups  []dutyGroup
	MaySay  bool
	States  []option
	Credits []licenses.Attribution
}

// dutyGroup is what must be done, must not be done, or may be done.
type dutyGroup struct {
	Kind  licenses.ObligationKind
	Title string
	Items []register.ChecklistItem
}

func obligationsPath(release int64, use licenses.Use) string {
	return address(releasePath(release)+"/obligations", "use", string(use))
}

func (s *site) obligations(c *page) error {
	return s.showObligations(c, newForm("obligation", c.query("obligation"), "license", c.query("license")))
}

func (s *site) showObligations(c *page, f *form) error {
	h, err := c.openRelease("obligations")
	if err != nil {
		return err
	}
	use := licenses.Use(orElse(c.query("use"), string(licenses.UseDistributeSource)))
	if !slices.Contains(licenses.Uses(), use) {
		return models.NoSuch("page")
	}
	p := &obligationsPage{releaseHead: h, Form: f, Use: use, Credits: licenses.Attributions(), States: words([]models.ObligationState{models.ObligationMet, models.ObligationNotApplicable, models.ObligationOpen})}
	for _, u := range licenses.Uses() {
		p.Uses = append(p.Uses, tab{Label: word(u), Path: obligationsPath(h.Release.ID, u), Current: u == use})
	}
	p.List, err = s.Register.Obligations(c.ctx(), c.viewer, h.Release.ID, use)
	if err != nil {
		refusal := newForm()
		if !refusal.refused(err) {
			return err
		}
		p.Problem = refusal.Problem.Detail
	} else if err := p.fill(c); err != nil {
		return err
	}
	v := h.view("obligations", p)
	v.Title, v.Crumbs, v.Form = "What is owed for "+h.Asset.Title()+" "+h.Release.Number, h.crumbs(crumb{Name: "What is owed"}), f
	return c.show(v)
}

// fill orders the checklist and says how far it is.
func (p *obligationsPage) fill(c *page) error {
	l := p.List
	met, away := 0, 0
	for _, kind := range []licenses.ObligationKind{licenses.Must, licenses.MustNot, licenses.May} {
		g := dutyGroup{Kind: kind, Title: map[licenses.ObligationKind]string{licenses.Must: "What has to be done", licenses.MustNot: "What must not be done", licenses.May: "What you get"}[kind]}
		for _, item := range l.Items {
			if item.Kind != kind {
				continue
			}
			g.Items = append(g.Items, item)
			for _, line := range item.Licenses {
				switch line.State {
				case models.ObligationMet:
					met++
				case models.ObligationNotApplicable:
					away++
				}
			}
		}
		if len(g.Items) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	p.Chart = newChart("progress", "How far the obligations are met", "obligations", "State", []chartPart{
		{Label: word(models.ObligationMet), Kind: "verdict-allowed", Count: met}, {Label: word(models.ObligationNotApplicable), Kind: "severity-info", Count: away}, {Label: word(models.ObligationOpen), Kind: "verdict-review", Count: l.Open}})
	switch all := l.Open + l.Met; {
	case all == 0 && len(l.NeedChoice)+l.Unknown+l.NoLicense == 0:
		p.Answer = "As far as the document tells, nothing is owed in this use."
	case all == 0:
		p.Answer = "Nothing is known to be owed in this use, but not all licences are known or chosen."
	case l.Open == 0:
		p.Answer = "All " + plural(all, "obligation is", "obligations are") + " met, or do not apply."
	case l.Open == all:
		p.Answer = plural(all, "obligation waits", "obligations wait") + " for somebody to see to it."
	default:
		p.Answer = plural(l.Open, "obligation", "obligations") + " of " + number(all) + " still " + map[bool]string{true: "waits", false: "wait"}[l.Open == 1] + " for somebody."
	}
	agencies, err := c.site.Store.ReleaseAgencies(c.ctx(), p.Release.ID)
	p.MaySay = slices.ContainsFunc(agencies, func(agency int64) bool { return c.viewer.May(models.TriageFinding, agency) })
	return err
}

// fewLines is how many licences that ask for the same are listed at once; more are a view of their own.
const fewLines = 3

// Only is the obligation that the page is narrowed to; "" for all.
func (p *obligationsPage) Only() string { return p.Form.get("obligation") }

// Shows reports whether the page shows an obligation.
func (p *obligationsPage) Shows(key string) bool { return p.Only() == "" || p.Only() == key }

// Few reports whether the licences that ask for something are listed here, one by one.
func (p *obligationsPage) Few(item register.ChecklistItem) bool {
	return p.Only() != "" || len(item.Licenses) <= fewLines
}

// Standing says how far an obligation is met.
func (*obligationsPage) Standing(item register.ChecklistItem) tag {
	open, asked := 0, 0
	for _, line := range item.Licenses {
		if line.State != "" {
			asked++
		}
		if line.State == models.ObligationOpen {
			open++
		}
	}
	switch {
	case asked == 0:
		return tag{}
	case open == 0:
		return tag{"Met", toneGood}
	case open == asked:
		return tag{"Open", toneCaution}
	}
	return tag{number(open) + " of " + number(asked) + " open", toneCaution}
}

// OpenLines is how many licences still ask for something.
func (*obligationsPage) OpenLines(item register.ChecklistItem) int {
	n := 0
	for _, line := range item.Licenses {
		if line.State == models.ObligationOpen {
			n++
		}
	}
	return n
}

// Chosen reports whether the reader is about to say something of a line.
func (p *obligationsPage) Chosen(obligation, license string) bool {
	return p.Form.get("obligation") == obligation && p.Form.get("license") == license
}

// FormAt is the page with the form of a line open; with none named the page without.
func (p *obligationsPage) FormAt(obligation, license string) string {
	to := address(obligationsPath(p.Release.ID, p.Use), "obligation", obligation, "license", license)
	if obligation != "" {
		to += "#" + fieldID(obligation)
	}
	return to
}

// NewForm is the form for all lines that are open: as it was refused, or empty.
func (p *obligationsPage) NewForm() *form {
	return p.FormOf(register.ChecklistLine{State: models.ObligationOpen})
}

// FormOf is the form of a line: as it was refused, or with what is known.
func (p *obligationsPage) FormOf(line register.ChecklistLine) *form {
	if p.Form.Problem != nil {
		return p.Form
	}
	f := newForm("state", string(models.ObligationMet), "evidence", line.Evidence)
	if line.State != models.ObligationOpen {
		f.set("state", string(line.State))
	}
	return f
}

// everyLicense stands for all licences that still ask for something.
const everyLicense = "*"

// openLines lists the licences that still ask for something.
func (s *site) openLines(c *page, release int64, use licenses.Use, obligation string) ([]string, error) {
	list, err := s.Register.Obligations(c.ctx(), c.viewer, release, use)
	if err != nil {
		return nil, err
	}
	var open []string
	for _, item := range list.Items {
		for _, line := range item.Licenses {
			if item.Key == obligation && line.State == models.ObligationOpen {
				open = append(open, line.License)
			}
		}
	}
	return open, nil
}

func (s *site) recordObligation(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	use := licenses.Use(c.query("use"))
	obligation, about := f.get("obligation"), []string{f.get("license")}
	if about[0] == everyLicense {
		if about, err = s.openLines(c, id, use, obligation); err != nil {
			return err
		}
	}
	for _, license := range about {
		o := &models.ObligationRecord{ReleaseID: id, Use: string(use), License: license, Obligation: obligation, State: models.ObligationState(f.get("state")), Evidence: f.get("evidence")}
		if err := s.Register.RecordObligation(c.ctx(), c.viewer, o); err != nil {
			if !f.refused(err) {
				return err
			}
			return s.showObligations(c, f)
		}
	}
	return c.done(address(obligationsPath(id, use), "obligation", f.get("only"))+"#"+fieldID(obligation), "It is noted.")
}

// noticePage says what a notice holds and lacks, before it is downloaded.
type noticePage struct {
	*releaseHead
	Problem string
	Summary []string
	Missing []register.NoticeGap
	Formats []register.NoticeFormat
}

func (s *site) notice(c *page) error {
	h, err := c.openRelease("notice")
	if err != nil {
		return err
	}
	p := noticePage{releaseHead: h, Formats: register.NoticeFormats}
	p.Summary, p.Missing, err = s.Register.NoticeGaps(c.ctx(), c.viewer, h.Release.ID)
	if err != nil {
		refusal := newForm()
		if !refusal.refused(err) {
			return err
		}
		p.Problem = refusal.Problem.Detail
	}
	v := h.view("notice", p)
	v.Title, v.Crumbs = "Notice of "+h.Asset.Title()+" "+h.Release.Number, h.crumbs(crumb{Name: "Notice"})
	return c.show(v)
}

func (s *site) noticeFile(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	e, err := s.Register.Notice(c.ctx(), c.viewer, id, register.NoticeFormat(c.g.Param("format")))
	if models.IsKind(err, models.Invalid) {
		return models.NoSuch("page") // the address names a format that there is none of
	}
	if err != nil {
		return err
	}
	defer e.Close()
	return c.download(download{e.Filename, e.MediaType, e.Size}, e)
}
