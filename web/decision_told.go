package web

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
	"github.com/ospo-register/ospo/store"
)

// toldDecision is what the public was told of a decision, made ready to read. It says nothing that is not in the document.
type toldDecision struct {
	*dossier.Document
	Row        *store.DecisionRow
	Path       string
	Digest     string // of the document; "" for a preview
	Preview    bool   // nothing of it is published
	Whole      bool   // everything is shown at once, as on paper
	Answer     string // what came of it, in a sentence
	OSS        *tag   // of what was chosen
	Rungs      []toldRung
	Costs      bandChart
	CostsHeld  *dossier.Held
	Horizon    int
	Held       []heldView
	Exempt     exemptTold
	Rules      toldRules
	Attached   []dossier.AttachmentTold
	AgencyMail string
	words      regimeWords
}

// regimeWords are the titles that the law of a case gives its words.
type regimeWords map[string]string

// regimeWordsOf reads the titles of the version of the law that a case is under.
func (s *site) regimeWordsOf(c *page, version int64) (regimeWords, *policy.Regime, error) {
	v, err := s.Store.RegimeVersion(c.ctx(), version)
	if err != nil {
		return nil, nil, err
	}
	g, err := policy.ParseRegime([]byte(v.Text))
	if err != nil {
		return nil, nil, err
	}
	w := regimeWords{}
	for _, list := range [][]policy.Term{g.MarketScan.RequiredSources, g.Publication.WithholdGrounds, g.Release.ClosedGrounds, g.Evaluation.TCOLines, g.Evaluation.Knockouts} {
		for _, t := range list {
			w[t.ID] = t.Title
		}
	}
	for _, e := range g.Exemptions {
		w[e.ID] = e.Title
	}
	return w, g, nil
}

// of says a word of the law to people.
func (w regimeWords) of(id string) string { return orElse(w[id], capital(spaced(id))) }

func (w regimeWords) all(ids []string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = w.of(id)
	}
	return list
}

// toldRung is one step of the order of the law with what stands on it.
type toldRung struct {
	dossier.RungTold
	List []toldCandidate
}

// Explained reports whether there is more to say of why.
func (r toldRung) Explained() bool {
	return slices.ContainsFunc(r.List, func(k toldCandidate) bool { return len(k.Why()) > 0 })
}

// toldCandidate is a candidate as the public sees it.
type toldCandidate struct {
	dossier.CandidateTold
	Title   string
	OSSTag  tag
	FitTag  tag
	Covers  string
	Reasons []string // why it was chosen or not
}

// Why is what the outcome rests on, where that is not the reason already.
func (k toldCandidate) Why() []string {
	if k.Fit == nil || k.Eliminated == nil && !k.Chosen && k.Fit.Outcome != string(policy.AnswerYes) {
		return nil
	}
	return k.Fit.Why
}

// heldView is something that is withheld.
type heldView struct{ What, Ground, Text string }

// exemptTold is the exemption in words.
type exemptTold struct {
	Tag     tag
	Grounds []string
	Asked   []string
}

// toldRules are the rules at the approval.
type toldRules struct{ Stops, Passes []dossier.RuleTold }

// told makes a document ready to read.
func (s *site) told(c *page, row *store.DecisionRow, text []byte) (*toldDecision, error) {
	doc, err := dossier.Read(text)
	if err != nil {
		return nil, err
	}
	t := &toldDecision{Document: doc, Row: row, Path: casePath(row.ID), Attached: doc.Attachments}
	if t.words, _, err = s.regimeWordsOf(c, row.RegimeVersionID); err != nil {
		return nil, err
	}
	agency, err := s.Store.Agency(c.ctx(), row.AgencyID)
	if err != nil {
		return nil, err
	}
	t.AgencyMail = agency.Email
	t.rungs()
	t.answer()
	t.held()
	t.exempt()
	for _, r := range doc.Rules {
		switch models.RuleOutcome(r.Outcome) {
		case models.RuleViolated, models.RuleUndetermined:
			t.Rules.Stops = append(t.Rules.Stops, r)
		case models.RulePasses:
			t.Rules.Passes = append(t.Rules.Passes, r)
		}
	}
	slices.SortStableFunc(t.Rules.Stops, func(a, b dossier.RuleTold) int { return strings.Compare(a.Outcome, b.Outcome) })
	return t, nil
}

func (t *toldDecision) rungs() {
	for _, r := range t.Document.Rungs {
		one := toldRung{RungTold: r}
		for _, k := range r.Candidates {
			one.List = append(one.List, t.candidate(k))
		}
		t.Rungs = append(t.Rungs, one)
	}
	for _, l := range t.Costs.Lines {
		t.Costs.Most = max(t.Costs.Most, l.high)
	}
	if n := t.Need.Value; n != nil && n.BudgetMax != nil {
		t.Costs.Budget = floatOf(n.BudgetMax.Amount)
	}
}

func (t *toldDecision) candidate(k dossier.CandidateTold) toldCandidate {
	v := toldCandidate{CandidateTold: k, Title: orElse(k.Name, "Candidate "+k.Key), OSSTag: tag{"Not told", toneUnknown}, FitTag: tag{"Not told", toneUnknown}}
	if k.OSS != nil {
		v.OSSTag = ossTag(policy.Finding{Outcome: policy.Answer(k.OSS.Outcome)})
	}
	if k.Fit != nil {
		v.FitTag = fitTag(policy.Finding{Outcome: policy.Answer(k.Fit.Outcome)})
	}
	if k.Coverage != "" {
		v.Covers = percent(int(floatOf(k.Coverage)*1000+0.5), 1000)
	}
	switch {
	case k.Eliminated != nil:
		v.Reasons = append(v.Reasons, "Dropped: "+orElse(k.Eliminated.Text, strings.ToLower(enumWord("code", k.Eliminated.Code))))
	case k.Chosen:
		v.Reasons = []string{"Chosen."}
	case k.Fit != nil && k.Fit.Outcome == string(policy.AnswerYes):
		v.Reasons = []string{"Fits too, and was not chosen."}
	case k.Fit != nil:
		v.Reasons = k.Fit.Why
	}
	if k.Score != "" {
		v.Reasons = append(v.Reasons, "Score "+decimal(k.Score)+" of 100.")
	}
	if h := k.Cost.Held; h != nil {
		t.CostsHeld = h
	}
	if m := k.Cost.Value; m != nil && m.Total != nil {
		l := bandLine{Title: v.Title, Total: amount(*m.Total), total: floatOf(m.Total.Amount)}
		l.low, l.high = l.total, l.total
		if m.Low != nil && m.High != nil {
			l.Low, l.High, l.low, l.high = amount(*m.Low), amount(*m.High), floatOf(m.Low.Amount), floatOf(m.High.Amount)
		}
		t.Costs.Lines = append(t.Costs.Lines, l)
		t.Horizon = max(t.Horizon, m.HorizonMonths)
	}
	return v
}

// answer says what came of the case.
func (t *toldDecision) answer() {
	switch {
	case t.Document.Withheld != nil:
		t.Answer = "This decision is withheld."
	case t.Choice.Held != nil:
		t.Answer = "What was chosen is withheld."
	case t.Choice.Value != nil:
		t.Answer = orElse(t.Choice.Value.Name, "Candidate "+t.Choice.Value.Key)
		for _, r := range t.Rungs {
			for _, k := range r.List {
				if k.Chosen && k.OSS != nil {
					tagged := k.OSSTag
					t.OSS = &tagged
				}
			}
		}
	case t.Remediation.Value != nil:
		t.Answer = enumWord("verdict", t.Remediation.Value.Verdict)
	case t.Release.Value != nil:
		var list []string
		for _, one := range t.Release.Value.Subsets {
			list = append(list, capital(one.Name)+": "+strings.ToLower(enumWord("verdict", one.Verdict)))
		}
		t.Answer = strings.Join(list, "; ")
	}
}

// held names what is withheld, with its ground.
func (t *toldDecision) held() {
	for _, h := range t.WithheldParts {
		t.Held = append(t.Held, heldView{What: t.partWords(h.Part), Ground: t.words.of(h.Ground), Text: h.Text})
	}
	if h := t.Document.Withheld; h != nil {
		t.Held = append(t.Held, heldView{What: "The whole decision", Ground: t.words.of(h.Ground), Text: h.Text})
	}
}

// partWords says the address of a part to people: "cost/b" is "Total cost, Nextcloud".
func (t *toldDecision) partWords(address string) string {
	name, key, keyed := strings.Cut(address, "/")
	if name == "attachment" {
		return "File " + key
	}
	title := partTitle(models.PartName(name))
	if !keyed {
		return title
	}
	for _, r := range t.Rungs {
		for _, k := range r.List {
			if k.Key == key {
				return title + ", " + k.Title
			}
		}
	}
	return title + ", " + key
}

func (t *toldDecision) exempt() {
	e := t.Exemption.Value
	if e == nil {
		return
	}
	switch e.Verdict {
	case "granted", "granted-limited":
		t.Exempt.Tag = tag{enumWord("verdict", e.Verdict), toneCaution}
	case "":
		t.Exempt.Tag = tag{"Asked for", tonePlain}
	default:
		t.Exempt.Tag = tag{enumWord("verdict", e.Verdict), tonePlain}
	}
	t.Exempt.Grounds, t.Exempt.Asked = t.words.all(e.Grounds), t.words.all(e.AskedFor)
}

// Word is the title that the law gives a word.
func (t *toldDecision) Word(id string) string { return t.words.of(id) }

// Said are values of choices in words.
func (*toldDecision) Said(field, value string) string { return enumWord(field, value) }

// StateTag is where the case stood when this was told.
func (t *toldDecision) StateTag() tag { return makeTag(models.DecisionState(t.State)) }

// NowTag is where the case stands now, which the newest edition may not have known: a decision is published just before it is in force.
func (t *toldDecision) NowTag() tag { return makeTag(t.Row.State) }

// OutcomeTag is what came out of a rule.
func (*toldDecision) OutcomeTag(outcome string) tag { return makeTag(models.RuleOutcome(outcome)) }

// StateWord says a state.
func (*toldDecision) StateWord(s string) string { return word(models.DecisionState(s)) }

// RoleWord says a role.
func (*toldDecision) RoleWord(r string) string { return word(models.Role(r)) }

// Challenged reports whether there is anything to tell of standstill and challenges.
func (t *toldDecision) Challenged() bool {
	return t.StandstillOn != nil || t.Challenges.Value != nil || t.Challenges.Held != nil
}

// TermWords says the terms of the contract.
func (*toldDecision) TermWords(term string) string {
	return orElse(map[string]string{"rights-full": "All rights in code made to order", "source-delivery": "Source code is delivered", "sbom": "An SBOM with each release", "upstream": "Changes are given back to the project",
		"third-level-support": "Third-level support", "exit-assistance": "Help to leave", "open-formats": "Open formats", "escrow": "Source held in escrow", "audit": "Supplier may audit use"}[term], capital(spaced(term)))
}
