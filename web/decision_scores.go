package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// scoresPage is the sheet of an evaluator, a candidate at a time, and what the evaluators say beside each other.
type scoresPage struct {
	*caseHead
	Form      *form
	Sheet     *models.ScoreSheet // of the viewer; nil when there is none
	Candidate *models.CandidateFile
	Tabs      []tab
	Rows      []scoreRow
	Why       string // the viewer cannot score, or not now
	Files     []option
	Voices    []voiceRow
	Apart     []voiceRow // those of them that are far from each other
	People    []string
}

// scoreRow asks for one score.
type scoreRow struct {
	Of, Hint                 string
	Value, Evidence, Comment field
	Files                    question // as evidence
}

// voiceRow is what each evaluator gave a candidate on one criterion.
type voiceRow struct {
	Candidate, On string
	Values        []string
	Spread        string
	Apart         bool // far from each other
}

// farApart is from how many points on evaluators disagree enough to talk about it.
const farApart = 20

func (s *site) scores(c *page) error {
	h, err := c.openCase()
	if err != nil {
		return err
	}
	f := newForm("version", idText(h.Row.Version), "candidate", c.query("candidate"))
	h.startScores(c.viewer, f)
	return s.showScores(c, h, f)
}

// scored lists the candidates that are scored: those that are not dropped.
func (h *caseHead) scored() []*models.CandidateFile {
	var list []*models.CandidateFile
	for i := range h.Dossier.Candidates {
		if one := &h.Dossier.Candidates[i]; one.Value.Status != "eliminated" {
			list = append(list, one)
		}
	}
	return list
}

// scoredOn lists what is scored: the criteria, then the requirements that bind.
func (h *caseHead) scoredOn() []option {
	var list []option
	if h.Dossier.Criteria != nil {
		for _, one := range h.Dossier.Criteria.Value.Criteria {
			list = append(list, option{Value: one.ID, Label: one.Name, Hint: strings.TrimSpace("Weight " + decimal(one.Weight) + ". " + one.Anchor)})
		}
	}
	if h.Dossier.Need != nil {
		for _, r := range h.Dossier.Need.Value.Requirements {
			if r.Binding() {
				list = append(list, option{Value: r.ID, Label: r.ID + " " + r.Text, Hint: word(r.Level)})
			}
		}
	}
	return list
}

// sheet is the score sheet of a person; nil when there is none.
func (h *caseHead) sheet(person int64) *models.ScoreSheet {
	for i := range h.Dossier.Scores {
		if h.Dossier.Scores[i].Key == idText(person) {
			return &h.Dossier.Scores[i].Value
		}
	}
	return nil
}

func (h *caseHead) startScores(v models.Viewer, f *form) {
	list := h.scored()
	if len(list) > 0 && !slices.ContainsFunc(list, func(c *models.CandidateFile) bool { return c.Key == f.get("candidate") }) {
		f.set("candidate", list[0].Key)
	}
	sheet := h.sheet(v.UserID)
	if sheet == nil {
		return
	}
	for _, one := range sheet.Scores {
		if one.Candidate == f.get("candidate") {
			f.set("value."+one.On, string(one.Value))
			f.set("evidence."+one.On, strings.Join(one.Evidence, "\n"))
			f.set("comment."+one.On, one.Comment)
		}
	}
}

func (s *site) showScores(c *page, h *caseHead, f *form) error {
	files, err := s.caseFiles(c, h.Row.ID)
	if err != nil {
		return err
	}
	p := scoresPage{caseHead: h, Form: f, Candidate: h.Dossier.Candidate(f.get("candidate")), Sheet: h.sheet(c.viewer.UserID), Why: h.whyNotScore(c.viewer), Files: files}
	for _, one := range h.scored() {
		done := 0
		if p.Sheet != nil {
			for _, score := range p.Sheet.Scores {
				if score.Candidate == one.Key {
					done++
				}
			}
		}
		p.Tabs = append(p.Tabs, tab{Label: one.Title(), Path: address(h.Path+"/scores", "candidate", one.Key), Count: fmt.Sprintf("%d/%d", done, len(h.scoredOn())), Current: p.Candidate != nil && one.Key == p.Candidate.Key})
	}
	if p.Why == "" && p.Candidate != nil {
		for _, o := range h.scoredOn() {
			ask := func(name, label string) field {
				return field{Name: name + "." + o.Value, ID: fieldID(name + "." + o.Value), Label: label, Value: f.Values.Get(name + "." + o.Value), Mistake: f.mistake(name + "." + o.Value), Type: "text"}
			}
			row := scoreRow{Of: o.Label, Hint: o.Hint, Value: ask("value", "Score"), Evidence: ask("evidence", "Evidence"), Comment: ask("comment", "Comment")}
			row.Files = question{Field: row.Evidence}
			if len(files) > 0 {
				row.Evidence.Value, row.Files.Field.Options = evidenceOf(f.Values["evidence."+o.Value], files)
				row.Files.Items = []question{{Field: field{Name: row.Evidence.Name, ID: row.Evidence.ID + "-file", Label: "Evidence on " + shorten(o.Label, 60), Options: files}}}
			}
			p.Rows = append(p.Rows, row)
		}
	}
	if !h.Sealed {
		p.People, p.Voices = h.voices()
		for _, row := range p.Voices {
			if row.Apart {
				p.Apart = append(p.Apart, row)
			}
		}
	}
	return c.show(view{Name: "decision-scores", Title: "Score sheets, " + h.Row.Ref, Nav: "/decisions", Crumbs: h.crumbs(crumb{Name: "Scores"}), Form: f, Page: p})
}

// whyNotScore says why the viewer does not score; "" when they do.
func (h *caseHead) whyNotScore(v models.Viewer) string {
	kind, err := models.PartOf(models.PartScores)
	named := h.Dossier.People != nil && slices.ContainsFunc(h.Dossier.People.Value.Evaluators, func(p models.CasePerson) bool { return p.UserID == v.UserID && !p.Excluded })
	switch {
	case err != nil || !kind.Opens(&h.Row.Decision):
		return "Scores are given while the case is being evaluated. It stands at “" + word(h.State) + "”."
	case kind.Role(v, h.Row.AgencyID) == "":
		return "Scores are given by who is evaluator at the agency."
	case !named:
		return "You are not among the evaluators of this case who have declared their interests. Who runs the case names them in its part “People”."
	}
	return ""
}

// voices sets what the evaluators gave beside each other.
func (h *caseHead) voices() (people []string, list []voiceRow) {
	for _, sheet := range h.Dossier.Scores {
		people = append(people, sheet.ByName)
	}
	for _, one := range h.scored() {
		for _, o := range h.scoredOn() {
			row := voiceRow{Candidate: one.Title(), On: o.Label}
			low, high, said := 101.0, -1.0, 0
			for _, sheet := range h.Dossier.Scores {
				value := ""
				for _, score := range sheet.Value.Scores {
					if score.Candidate == one.Key && score.On == o.Value {
						value = decimal(score.Value)
						low, high = min(low, floatOf(score.Value)), max(high, floatOf(score.Value))
						said++
					}
				}
				row.Values = append(row.Values, value)
			}
			if said > 1 {
				row.Spread, row.Apart = number(int(high-low+0.5)), high-low >= farApart
			}
			if said > 0 {
				list = append(list, row)
			}
		}
	}
	return people, list
}

func (s *site) fileScores(c *page) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	h, err := c.openCase()
	if err != nil {
		return err
	}
	row, err := s.fileSheet(c, h, f)
	if err == nil {
		next := h.nextToScore(c.viewer, f.get("candidate"))
		return c.done(address(casePath(row.ID)+"/scores", "candidate", next), "Your scores are on file.")
	}
	if !f.refused(err) {
		return err
	}
	f.rebase(h.Row.Version, h.Path)
	return s.showScores(c, h, f)
}

// nextToScore is the candidate after this one.
func (h *caseHead) nextToScore(_ models.Viewer, key string) string {
	list := h.scored()
	i := slices.IndexFunc(list, func(c *models.CandidateFile) bool { return c.Key == key })
	return list[(i+1)%len(list)].Key
}

// fileSheet puts the scores of one candidate into the sheet of the viewer and files it. What they gave others stays.
func (s *site) fileSheet(c *page, h *caseHead, f *form) (*store.DecisionRow, error) {
	key := f.get("candidate")
	if h.Dossier.Candidate(key) == nil {
		return nil, models.NoSuch("candidate")
	}
	sheet := models.ScoreSheet{Scores: []models.Score{}}
	asked := map[string]bool{}
	for _, o := range h.scoredOn() {
		asked[o.Value] = true
	}
	if was := h.sheet(c.viewer.UserID); was != nil {
		for _, one := range was.Scores {
			if one.Candidate != key || !asked[one.On] {
				sheet.Scores = append(sheet.Scores, one)
			}
		}
	}
	var m models.Mistakes
	for _, o := range h.scoredOn() {
		value := f.get("value." + o.Value)
		if value == "" {
			if f.get("comment."+o.Value) != "" || f.get("evidence."+o.Value) != "" {
				m.Add("value."+o.Value, "required", "Give a score from 0 to 100 for “"+shorten(o.Label, 60)+"”, or take evidence and comment away.")
			}
			continue
		}
		one := models.Score{Candidate: key, On: o.Value, Value: decimalOf(value), Evidence: linesOf(strings.Join(f.all("evidence."+o.Value), "\n")), Comment: f.get("comment." + o.Value)}
		if (&models.ScoreSheet{Scores: []models.Score{one}}).Validate() != nil {
			m.Add("value."+o.Value, "out-of-range", "Give a score from 0 to 100 for “"+shorten(o.Label, 60)+"”.")
		}
		sheet.Scores = append(sheet.Scores, one)
	}
	if err := m.Err(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(&sheet)
	if err != nil {
		return nil, err
	}
	return s.Register.FilePart(c.ctx(), c.viewer, h.Row.ID, f.based(), models.PartScores, "", text)
}

// linesOf splits a text into its lines; nil when there are none.
func linesOf(text string) []string {
	var list []string
	for _, l := range strings.Split(unixLines(text), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}
