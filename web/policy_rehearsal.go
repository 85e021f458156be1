package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRehearsals(r *routes) {
	r.get("/policy-versions/:id/rehearsal", s.rehearsePolicy)
	r.post("/policy-versions/:id/activate", s.activatePolicy)
}

// impactView is what a change would do, in words and pictures.
type impactView struct {
	*register.Impact
	Sentence string
	Better   int
	Worse    int
	Else     int // subjects with the same verdict for other reasons
	Was      chart
	Would    chart
	Moves    []verdictMove
	Rows     []impactRow
	Rest     int // changed and not shown
	Seconds  string
}

// verdictMove is how many releases go from one verdict to another.
type verdictMove struct {
	From, To tag
	Count    int
}

// impactRow is a release whose verdict or reasons change.
type impactRow struct {
	register.ImpactChange
	Was, Would tag
}

// shownChanges bounds the table of a rehearsal.
const shownChanges = 60

func worseThan(a, b licenses.Verdict) bool {
	return slices.Index(licenses.Verdicts(), a) > slices.Index(licenses.Verdicts(), b)
}

func viewImpact(im *register.Impact) *impactView {
	v := &impactView{Impact: im, Was: verdictChart("was", "As it is", "releases", im.Before), Would: verdictChart("would", "As it would be", "releases", im.After)}
	for _, from := range licenses.Verdicts() {
		for _, to := range licenses.Verdicts() {
			n := im.Moves[from][to]
			switch {
			case n == 0:
				continue
			case worseThan(to, from):
				v.Worse += n
			default:
				v.Better += n
			}
			v.Moves = append(v.Moves, verdictMove{makeTag(from), makeTag(to), n})
		}
	}
	v.Else = len(im.Changed) + im.More - v.Better - v.Worse
	for _, ch := range im.Changed[:min(len(im.Changed), shownChanges)] {
		v.Rows = append(v.Rows, impactRow{ImpactChange: ch, Was: makeTag(ch.From), Would: makeTag(ch.To)})
	}
	v.Rest = len(im.Changed) + im.More - len(v.Rows)
	v.Seconds = tookWords(im.Took.Seconds())
	v.Sentence = v.words()
	return v
}

// words says in one sentence what would change.
func (v *impactView) words() string {
	switch {
	case v.Subjects == 0:
		return "There is no software with an SBOM document to judge yet, so nothing would change."
	case len(v.Changed) == 0:
		return "Nothing would change: " + plural(v.Subjects, "release keeps its verdict", "releases keep their verdicts") + "."
	}
	var said []string
	if v.Worse > 0 {
		said = append(said, number(v.Worse)+" would be judged more strictly")
	}
	if v.Better > 0 {
		said = append(said, number(v.Better)+" more leniently")
		if v.Worse == 0 {
			said[0] = number(v.Better) + " would be judged more leniently"
		}
	}
	if v.Else > 0 {
		said = append(said, number(v.Else)+" would keep the verdict for other reasons")
	}
	last := len(said) - 1
	text := said[last]
	if last > 0 {
		text = strings.Join(said[:last], ", ") + " and " + text
	}
	return "Of " + plural(v.Subjects, "release", "releases") + " that are in use or answered for, " + text + "."
}

func tookWords(seconds float64) string {
	if seconds < 1 {
		return "less than a second"
	}
	return plural(int(seconds+0.5), "second", "seconds")
}

// rehearsalPage says what a draft would change, and asks whether to put it in force.
type rehearsalPage struct {
	Version   *store.PolicyVersionRow
	Policy    *policy.Policy
	Binds     string
	Form      *form
	Impact    *impactView
	Draft     bool
	Sure      []option
	Loosening []policy.Loosening
}

func (s *site) rehearsePolicy(c *page) error {
	v, err := s.openVersion(c)
	if err != nil {
		return err
	}
	return s.showRehearsal(c, v, newForm("version", idText(v.Version)))
}

func (s *site) showRehearsal(c *page, v *store.PolicyVersionRow, f *form) error {
	if !mayWritePolicy(c.viewer, v.AgencyID) {
		return refuseWrite(c, "rehearse this licence policy")
	}
	read, err := policy.Parse([]byte(v.Text))
	if err != nil {
		return err
	}
	im, err := s.Register.RehearsePolicy(c.ctx(), c.viewer, v.ID)
	if err != nil {
		return err
	}
	p := rehearsalPage{Version: v, Policy: read, Binds: bindsOf(v), Form: f, Impact: viewImpact(im), Draft: v.State == models.PolicyDraft, Loosening: im.Loosening}
	p.Sure = []option{{Value: "yes", Label: "I have read what would change. Put " + versionName(v.Number) + " in force for " + p.Binds + "."}}
	title := "What " + versionName(v.Number) + " of " + shorten(read.Title, 80) + " would change"
	crumbs := []crumb{{"Licences", "/licenses"}, {"Policies", "/policies"}, {shorten(read.Title, 60), policyPath(v.PolicyID)}, {capital(versionName(v.Number)), policyVersionPath(v.ID)}, {"What would change", ""}}
	return c.show(view{Name: "policy-rehearsal", Title: title, Nav: "/licenses", Crumbs: crumbs, Form: f, Page: p})
}

func bindsOf(v *store.PolicyVersionRow) string {
	if v.AgencyID == nil {
		return "all of government"
	}
	return v.Agency + " and all below it"
}

func (s *site) activatePolicy(c *page) error {
	v, err := s.openVersion(c)
	if err != nil {
		return err
	}
	f, err := c.form()
	if err != nil {
		return err
	}
	var m models.Mistakes
	if f.get("sure") != "yes" {
		m.Add("sure", "required", "Tick the box when you have read what would change.")
	}
	if err = m.Err(); err == nil {
		err = s.Register.ActivatePolicy(c.ctx(), c.viewer, v.ID, f.based())
	}
	if err == nil {
		return c.done(policyPath(v.PolicyID), capital(versionName(v.Number))+" is in force. Findings are opened and closed in the background; give it a moment.")
	}
	if !f.refused(err) {
		return err
	}
	f.rebase(v.Version, policyVersionPath(v.ID))
	return s.showRehearsal(c, v, f)
}
