package policy

import (
	"cmp"
	"fmt"

	"github.com/ospo-register/ospo/models"
)

// decisionFacts are the facts of the decision itself, as they stand on file.
func (w *derivation) decisionFacts() *DecisionFacts {
	d, file := w.Decision, w.Dossier
	facts := &DecisionFacts{
		Ref: d.Ref, Agency: w.Agency, Kind: string(d.Kind), Track: string(d.Track), State: string(d.State), Title: d.Title, Function: d.Function,
		DataClass: dataClass(w.need), PersonalData: personalData(w.need), Evaluators: w.evaluators(), Need: w.needFacts(), Scan: w.scanFacts(), Bids: w.bids(),
		Justification: justificationFacts(file), Exemption: w.exemptionFacts(), Opinion: w.opinionFacts(),
		ApprovedAt: d.ApprovedAt, ContractTerms: w.contractTerms(), Release: w.releaseFacts(), Publication: PublicationFacts{Published: d.PublishedAt != nil},
	}
	if d.RequestedByID != nil {
		facts.RequestedBy = person(d.RequestedByID, "")
	}
	if d.Value != nil {
		facts.Value = &models.Money{Amount: *d.Value, Currency: d.Currency}
	}
	if file.Mitigations != nil {
		facts.Mitigations = file.Mitigations.Value.Items
	}
	for i := range file.Approvals {
		a := &file.Approvals[i]
		facts.Approvals = append(facts.Approvals, ApprovalFacts{Actor: person(a.ByID, firstOf(a.ByName, a.Key)), Role: string(a.Role), Verdict: a.Value.Verdict})
	}
	if c := file.Challenges; c != nil {
		facts.OverridingInterestOrder = c.Value.OverridingNote != ""
		for _, one := range c.Value.Challenges {
			facts.Challenges = append(facts.Challenges, ChallengeFacts{Kind: one.Kind, State: one.State})
		}
	}
	if file.Contract != nil {
		facts.ContractSignedAt = file.Contract.Value.SignedAt
	}
	if file.Publication != nil {
		facts.Publication.WithheldGround = file.Publication.Value.Ground
	}
	if d.StandstillOn != nil {
		end := d.StandstillOn.AddDays(1).Time() // the last day counts in full
		facts.StandstillEndsAt = &end
	}
	if d.ReviewOn != nil {
		at := d.ReviewOn.Time()
		facts.ReviewAt = &at
	}
	return facts
}

func dataClass(n *models.Need) *string {
	if n.DataClass == models.DataUnknown || n.DataClass == "" {
		return nil
	}
	class := string(n.DataClass)
	return &class
}

func personalData(n *models.Need) *bool {
	if n.PersonalData == models.PersonalUnknown || n.PersonalData == "" {
		return nil
	}
	handled := n.PersonalData != models.PersonalNone
	return &handled
}

// evaluators are who was named as one and who has scored, whether named or not: neither may approve.
func (w *derivation) evaluators() []string {
	var who []string
	if w.Dossier.People != nil {
		for _, p := range w.Dossier.People.Value.Evaluators {
			if !p.Excluded {
				who = append(who, person(&p.UserID, ""))
			}
		}
	}
	for i := range w.Dossier.Scores {
		sheet := &w.Dossier.Scores[i]
		who = append(who, person(sheet.ByID, firstOf(sheet.ByName, sheet.Key)))
	}
	return unique(who)
}

func (w *derivation) needFacts() NeedFacts {
	facts := NeedFacts{BudgetMax: toFloat(w.need.BudgetMax.Amount), DaysMax: w.need.DaysMax}
	for _, r := range w.need.Requirements {
		oss := r.ProductIsOSS
		fact := RequirementFacts{ID: r.ID, Mandatory: r.Binding(), Essential: r.Level == models.Essential, Type: r.Type, Rationale: r.Rationale,
			NamesProduct: r.NamesProduct != "", OrEquivalent: r.OrEquivalent, NamedProductOSS: &oss, ChangeApproved: r.ChangeApproved != ""}
		if r.ChangedAt != nil {
			fact.CreatedAt = *r.ChangedAt
		} else if w.Dossier.Need != nil {
			fact.CreatedAt = w.Dossier.Need.At
		}
		facts.Requirements = append(facts.Requirements, fact)
	}
	return facts
}

// scanFacts are the searches. One that is older than the regime lets a scan be does not count as recorded, so that an old scan is not used for ever.
func (w *derivation) scanFacts() ScanFacts {
	facts := ScanFacts{OpenedAt: w.Dossier.ScanOpened}
	if w.Dossier.Scan == nil {
		return facts
	}
	scan := &w.Dossier.Scan.Value
	facts.NilReturnSigned = scan.NilReturn != nil && scan.NilReturn.SignedAt != nil
	most := w.Regime.MarketScan.MaxAgeDays
	if w.Decision.Track == models.ShortTrack {
		most = cmp.Or(w.Regime.Short.ScanMaxAgeDays, most)
	}
	for _, s := range scan.Searches {
		at := w.Dossier.Scan.At
		if s.At != nil {
			at = *s.At
		} else if scan.ReusedAt != nil {
			at = scan.ReusedAt.Time()
		}
		recorded := s.Recorded || s.Exhibit != ""
		if recorded && most > 0 && w.heldAt().Sub(at) > days(most) {
			recorded = false
			w.mistakes = append(w.mistakes, fmt.Sprintf("The search in %s was made on %s and is older than %d days. Search again.", w.sourceTitle(s.Source), models.DateOf(at), most))
		}
		hits := s.Hits
		facts.Searches = append(facts.Searches, SearchFacts{Source: s.Source, ResultRecorded: recorded, Hits: &hits, At: at})
	}
	return facts
}

func (w *derivation) sourceTitle(id string) string {
	for _, t := range w.Regime.MarketScan.RequiredSources {
		if factWord(t.ID) == factWord(id) {
			return firstOf(t.Title, t.ID)
		}
	}
	return clip(id)
}

func (w *derivation) bids() []BidFacts {
	var facts []BidFacts
	add := func(b models.Bid) {
		closed := b.ClosedSource
		facts = append(facts, BidFacts{Bidder: b.Bidder, ProposesClosed: &closed, OSSExclusionReason: b.ExclusionReason})
	}
	if w.Dossier.Procurement != nil {
		for _, b := range w.Dossier.Procurement.Value.Bids {
			add(b)
		}
	}
	for i := range w.Dossier.Candidates {
		if b := w.Dossier.Candidates[i].Value.Bid; b != nil {
			add(*b)
		}
	}
	return facts
}

func justificationFacts(d *models.Dossier) JustificationFacts {
	facts := JustificationFacts{State: "none", FindingImpossible: d.Impossibility != nil && d.Impossibility.Value.SignedAt != nil}
	if j := d.Justification; j != nil {
		facts.State, facts.Grounds = "draft", j.Value.Grounds
		if j.Value.SignedBy != "" {
			facts.State = "signed"
		}
	}
	return facts
}

// exemptionFacts are the request and the answer to it. A request that was filed again after its answer is open again, and so is one that was answered for another candidate; an exemption that has run out no longer holds.
func (w *derivation) exemptionFacts() ExemptionFacts {
	facts := ExemptionFacts{State: "none"}
	request, answer := w.Dossier.Exemption, w.Dossier.Answer
	if request != nil {
		r := &request.Value
		facts.State, facts.Grounds, facts.ExitPlan, facts.CapacityPlan = "requested", r.Grounds, r.ExitPlan, r.CapacityPlan
	}
	if answer == nil || request != nil && request.At.After(answer.At) || !w.Dossier.OfChosen(answer.At) {
		return facts
	}
	facts.State = answer.Value.Verdict
	if answer.Value.Granted() {
		facts.State, facts.Grounds = "granted", answer.Value.Grounds // with conditions it holds too
	}
	at := answer.At
	facts.GrantedAt, facts.GrantedBy, facts.GrantedRole = &at, person(answer.ByID, answer.ByName), string(answer.Role)
	if on := answer.Value.ExpiresOn; on != nil {
		end := on.AddDays(1).Time() // the last day counts in full
		facts.ExpiresAt = &end
		if answer.Value.Granted() && !w.heldAt().Before(end) {
			facts.State = "expired"
		}
	}
	return facts
}

// opinionFacts say whether the prior opinion was asked for, was given, or whether its term has ended in silence.
func (w *derivation) opinionFacts() OpinionFacts {
	facts := OpinionFacts{State: "none", Body: w.Regime.Opinion.Body}
	asked, given := w.Dossier.OpinionAt, w.Dossier.Opinion
	switch {
	case given != nil && (asked == nil || !given.At.Before(*asked)) && w.Dossier.OfChosen(given.At):
		facts.State, facts.Body = "given", given.Value.Body
	case asked == nil:
	case w.Dossier.OpinionDue != nil && !w.heldAt().Before(w.Dossier.OpinionDue.AddDays(1).Time()):
		facts.State = "lapsed"
	default:
		facts.State = "asked"
	}
	return facts
}

// contractTerms are nil while there is no contract. Where software is adopted without one, nothing is bought: that is known.
func (w *derivation) contractTerms() *ContractTermsFacts {
	if w.Dossier.Contract == nil {
		if w.Decision.Track == models.FreeTrack {
			none := false
			return &ContractTermsFacts{BuysSupport: &none}
		}
		return nil
	}
	c := &w.Dossier.Contract.Value
	return &ContractTermsFacts{RightsFull: c.RightsFull, RightsExceptionApproved: c.RightsException != "", BuysSupport: c.BuysSupport, UpstreamClause: c.UpstreamClause, ThirdLevelSupport: c.ThirdLevel}
}

// releaseFacts are of the decision to open the code that part which the law minds most: one that stays closed without a listed ground. Else they are of the code that is released.
func (w *derivation) releaseFacts() *ReleaseFacts {
	if w.Dossier.Release == nil || len(w.Dossier.Release.Value.Subsets) == 0 {
		return nil
	}
	listed := termIDs(w.Regime.Release.ClosedGrounds)
	rank := func(s models.ReleaseSubset) int {
		switch {
		case s.Verdict != "open" && !hasWord(listed, s.Ground):
			return 0
		case s.Verdict == "open":
			return 1
		case factWord(s.Verdict) == "government_only":
			return 2
		}
		return 3
	}
	subsets := w.Dossier.Release.Value.Subsets
	worst := subsets[0]
	for _, s := range subsets[1:] {
		if rank(s) < rank(worst) {
			worst = s
		}
	}
	facts := &ReleaseFacts{Verdict: &worst.Verdict, Ground: worst.Ground, RepoURL: worst.RepositoryURL, MetadataPublished: true}
	for _, s := range subsets {
		if s.Verdict == "closed" {
			continue
		}
		if s.RepositoryURL == "" {
			facts.RepoURL = ""
		}
		facts.MetadataPublished = facts.MetadataPublished && s.Metadata
	}
	return facts
}

func remediationFacts(d *models.Dossier) *RemediationFacts {
	if d.Remediation == nil {
		return nil
	}
	facts := &RemediationFacts{Verdict: d.Remediation.Value.Verdict}
	for _, o := range d.Remediation.Value.Options {
		facts.Options = append(facts.Options, OptionFacts{Kind: o.Kind, Reason: o.Reason})
	}
	return facts
}

// measure takes in how alive the project is. The days since its last release are counted to the day of the snapshot, so that the figure never changes by itself.
func (w *derivation) measure(c *weighed) {
	if c.file.Health == nil {
		c.Health = Finding{Outcome: AnswerOpen, Why: []string{"The health of the project was not measured."}, Settles: []string{"Measure the health of " + c.Title + "."}}
		return
	}
	h, floor, f := &c.file.Health.Value, w.Regime.Health, &tally{}
	c.facts.Health = &HealthFacts{Archived: h.Archived, AbsenceFactor: h.AbsenceFactor}
	taken := "on " + models.DateOf(h.TakenAt).String()
	switch {
	case h.Archived == nil:
		f.open("Whether its repository is archived was not measured.", "Record whether the repository of "+c.Title+" is archived.")
	case *h.Archived:
		f.no("Its repository is archived.")
	}
	switch {
	case h.AbsenceFactor == nil:
		f.open("On how many people it hangs was not measured.", "Measure the contributor absence factor of "+c.Title+".")
	case *h.AbsenceFactor < floor.AbsenceFactorMin:
		f.no(fmt.Sprintf("Half of the contributions come from %s; the regime asks for %d.", count(*h.AbsenceFactor, "contributor"), floor.AbsenceFactorMin))
	}
	if h.LastReleaseOn == nil {
		f.open("When it was last released is not recorded.", "Record the last release of "+c.Title+".")
	} else {
		since := max(0, models.DateOf(h.TakenAt).DaysSince(*h.LastReleaseOn))
		c.facts.Health.DaysSinceRelease = &since
		if text := fmt.Sprintf("Its last release was %d days old %s, when its health was measured.", since, taken); floor.ReleaseMaxDays > 0 && since > floor.ReleaseMaxDays {
			f.no(text)
		} else {
			f.yes(text)
		}
	}
	c.Health = f.finding()
}
