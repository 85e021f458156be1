package dossier

import (
	"cmp"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Schema is the JSON Schema (2020-12) of the document.
//
//go:embed decision.schema.json
var Schema []byte

// Public is the document of a case as it is published, kept and hashed. Equal cases give equal bytes. The refusals are
// those of Tell.
func Public(c *Case) ([]byte, error) {
	d, err := Tell(c)
	if err != nil {
		return nil, err
	}
	return d.Bytes()
}

// Tell makes the document. Of a case that is not for the public it has who decides, by which law, and on which ground no
// more is told. It is refused where it has not been said what the public is told, or where something is withheld under an
// address that names nothing.
func Tell(c *Case) (*Document, error) {
	d := &Document{Format: Format, Ref: c.Decision.Ref, Edition: max(c.Edition, 1), PublishedAt: Instant{c.At}, Agency: AgencyTold{c.Agency.Name, c.Agency.URI, c.Agency.Code},
		Regime: RegimeTold{c.Regime.Code, c.Regime.Title, c.Regime.Version, c.Regime.Digest, c.Regime.Model, c.Regime.Draft}}
	if p := c.Dossier.Publication; p != nil && p.Value.Tier != models.VisiblePublic {
		d.Withheld = &Held{true, p.Value.Ground, ""}
		return d, nil
	}
	told, err := c.ForPublic()
	if err != nil {
		return nil, err
	}
	t := &teller{Case: told, held: map[string]*Held{}}
	for _, w := range told.Dossier.Publication.Value.Withheld {
		t.held[w.Part] = &Held{true, w.Ground, w.Text}
		d.WithheldParts = append(d.WithheldParts, HeldPart(w))
	}
	slices.SortStableFunc(d.WithheldParts, func(a, b HeldPart) int { return cmp.Compare(a.Part, b.Part) })
	t.head(d)
	t.reasons(d)
	t.comparison(d)
	t.decided(d)
	t.bought(d)
	t.after(d)
	t.record(d)
	return d, nil
}

// teller tells a case from which what is withheld has been taken.
type teller struct {
	*Case
	held map[string]*Held // by address
}

func section[T any](t *teller, name models.PartName, there bool, value func() T) Told[T] {
	if h := t.held[string(name)]; h != nil {
		return Told[T]{Held: h}
	}
	if !there {
		return Told[T]{}
	}
	v := value()
	return Told[T]{Value: &v}
}

func money(m models.Money) *models.Money {
	if m.IsZero() {
		return nil
	}
	return &m
}

func (t *teller) head(d *Document) {
	k := t.Decision
	d.Note, d.Title, d.Function, d.Branch = t.Note, k.Title, k.Function, string(k.Branch())
	d.Kind, d.Track, d.State = string(k.Kind), string(k.Track), string(k.State)
	d.OpenedAt, d.ApprovedAt, d.ClosedAt = Instant{k.CreatedAt}, instant(k.ApprovedAt), instant(k.ClosedAt)
	d.StandstillOn, d.ReviewOn, d.Dossier = k.StandstillOn, k.ReviewOn, hex.EncodeToString(k.Digest)
	d.Summary = t.summary()
}

// summary is the case in a few sentences: those of who proposed it, or ones that follow from it.
func (t *teller) summary() string {
	if p := t.Dossier.Proposal; p != nil && strings.TrimSpace(p.Value.Summary) != "" {
		return p.Value.Summary
	}
	what := ""
	switch f, _ := t.Candidate(t.Chosen()); {
	case t.Dossier.Remediation != nil:
		what = " What is done: " + words(t.Dossier.Remediation.Value.Verdict) + "."
	case t.Decision.Branch() == models.Releasing && t.Dossier.Release != nil:
		what = " The code: " + verdicts(t.Dossier.Release.Value.Subsets) + "."
	case f != nil && f.Value.Name != "" && t.held[string(models.PartProposal)] == nil:
		what = " Chosen: " + f.Title() + "."
	}
	return fmt.Sprintf("%s decides: %s.%s The decision stands at: %s.", t.Agency.Name, strings.TrimRight(t.Decision.Title, ". "), what, words(string(t.Decision.State)))
}

func words(code string) string { return strings.ReplaceAll(code, "-", " ") }

func verdicts(subsets []models.ReleaseSubset) string {
	var list []string
	for _, s := range subsets {
		list = append(list, s.Name+": "+words(s.Verdict))
	}
	return strings.Join(list, "; ")
}

func (t *teller) reasons(d *Document) {
	s := t.Dossier
	d.Choice = section(t, models.PartProposal, t.Chosen() != "", func() ChoiceTold {
		c := ChoiceTold{Key: t.Chosen()}
		if f := s.Candidate(c.Key); f != nil && f.Value.Name != "" {
			c.Name = f.Title()
		}
		if s.Proposal != nil {
			c.Alternatives = s.Proposal.Value.Alternatives
		}
		return c
	})
	d.Justification = section(t, models.PartJustification, s.Justification != nil, func() ReasonTold {
		j := s.Justification.Value
		return ReasonTold{j.Text, j.Grounds, instant(j.SignedAt)}
	})
	d.Impossibility = section(t, models.PartImpossibility, s.Impossibility != nil, func() ImpossibleTold {
		i := s.Impossibility.Value
		return ImpossibleTold{i.Rung, i.Text, instant(i.SignedAt)}
	})
	d.Exemption = section(t, models.PartExemption, s.Exemption != nil || s.Answer != nil || t.held[string(models.PartAnswer)] != nil, t.exemption)
}

func (t *teller) exemption() ExemptionTold {
	e := ExemptionTold{Answer: t.held[string(models.PartAnswer)]}
	if x := t.Dossier.Exemption; x != nil {
		e = ExemptionTold{Answer: e.Answer, AskedFor: x.Value.Grounds, Facts: x.Value.Facts, Scope: x.Value.Scope, ExitPlan: x.Value.ExitPlan, Capacity: x.Value.CapacityPlan}
	}
	if a := t.Dossier.Answer; a != nil {
		e.Verdict, e.Grounds, e.Text, e.Conditions = a.Value.Verdict, a.Value.Grounds, a.Value.Text, a.Value.Conditions
		e.By, e.At, e.UntilOn = string(a.Role), Instant{a.At}, a.Value.ExpiresOn
	}
	if t.Regime.Exemption == ShownExistence {
		e.Shown = string(ShownExistence)
	}
	return e
}

func (t *teller) decided(d *Document) {
	s := t.Dossier
	d.Mitigations = section(t, models.PartMitigations, s.Mitigations != nil && len(s.Mitigations.Value.Items) > 0, func() []string { return s.Mitigations.Value.Items })
	d.Opinion = section(t, models.PartOpinion, s.Opinion != nil || s.OpinionAt != nil, func() OpinionTold {
		o := OpinionTold{AskedAt: instant(s.OpinionAt), DueOn: s.OpinionDue}
		if g := s.Opinion; g != nil {
			o.Body, o.Verdict, o.Text, o.GivenAt = g.Value.Body, g.Value.Verdict, g.Value.Text, Instant{g.At}
		}
		return o
	})
	d.Procedure = section(t, models.PartProcedure, s.Procedure != nil, func() ProcedureTold { return ProcedureTold{s.Procedure.Value.Regular, Instant{s.Procedure.At}} })
	d.Approvals = section(t, models.PartApproval, len(s.Approvals) > 0, func() []ApprovalTold {
		var list []ApprovalTold
		for _, a := range s.Approvals {
			list = append(list, ApprovalTold{string(a.Role), a.Value.Verdict, a.Value.Text, a.Value.Conditions, a.Value.Band, Instant{a.At}})
		}
		slices.SortStableFunc(list, func(a, b ApprovalTold) int { return a.At.Compare(b.At.Time) })
		return list
	})
	d.Notices = section(t, models.PartNotices, s.Notices != nil && len(s.Notices.Value.Notices) > 0, func() []NoticeTold {
		var list []NoticeTold
		for _, n := range s.Notices.Value.Notices {
			list = append(list, NoticeTold{n.Type, n.PublishedOn, n.URL, n.Language})
		}
		return list
	})
}

func (t *teller) record(d *Document) {
	for _, a := range t.Attachments {
		d.Attachments = append(d.Attachments, AttachmentTold{a.ID, a.Title, a.Type, a.Media, a.Language, a.Part, a.Digest, a.URL})
	}
	slices.SortFunc(d.Attachments, func(a, b AttachmentTold) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range t.results() {
		d.Rules = append(d.Rules, RuleTold{r.Rule, r.Title, r.Severity, string(r.Outcome), r.Missing, r.Message, r.Law, r.WaivedBy, r.Waiver})
	}
	for _, m := range t.Moves {
		d.Steps = append(d.Steps, StepTold{string(m.From), string(m.To), Instant{m.At}, string(m.Role)})
	}
	for _, r := range t.Related {
		d.Related = append(d.Related, RelatedTold(r))
	}
}

// results are those of the rules when the case was decided: at the last approval, else at the last step that rules guard.
func (t *teller) results() []models.RuleResult {
	for _, state := range []models.DecisionState{models.DecisionApproved, models.ReleaseDecided} {
		if m := t.Reached(state); m != nil && len(m.Results) > 0 {
			return m.Results
		}
	}
	for _, m := range slices.Backward(t.Moves) {
		if len(m.Results) > 0 {
			return m.Results
		}
	}
	return nil
}

func at(m *models.DecisionMove) Instant {
	if m == nil {
		return Instant{time.Time{}}
	}
	return Instant{m.At}
}
