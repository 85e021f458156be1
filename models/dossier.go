package models

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filed is a part as it stands, with who put it on file.
type Filed[T any] struct {
	Key    string
	Value  T
	Number int
	Digest string // SHA-256 in hex
	ByID   *int64
	ByName string
	Role   Role
	State  DecisionState
	At     time.Time
}

// Dossier is everything that is on file about a decision, at a moment. What is not on file is nil.
type Dossier struct {
	Need          *Filed[Need]
	People        *Filed[People]
	Scan          *Filed[Scan]
	Criteria      *Filed[Criteria]
	Candidates    []CandidateFile // in the order in which they were first filed
	Scores        []Filed[ScoreSheet]
	Mitigations   *Filed[Mitigations]
	Proposal      *Filed[Proposal]
	Justification *Filed[Justification]
	Impossibility *Filed[Impossibility]
	Exemption     *Filed[ExemptionRequest]
	Answer        *Filed[ExemptionAnswer]
	Opinion       *Filed[Opinion]
	Procedure     *Filed[Procedure]
	Approvals     []Filed[Approval]
	Notices       *Filed[Notices]
	Procurement   *Filed[Buying]
	Challenges    *Filed[Challenges]
	Contract      *Filed[ContractTerms]
	Registration  *Filed[Registration]
	Publication   *Filed[PublicTerms]
	Review        *Filed[Review]
	Release       *Filed[CodeRelease]
	Remediation   *Filed[Remedies]

	NeedFrozen *Filed[Need] // the need as it was when it was last confirmed; nil before
	OpinionDue *Date        // the last day for the opinion that was asked for
	OpinionAt  *time.Time   // when it was asked for
	ScanOpened *time.Time   // when the scan was opened for the first time
	ChosenAt   *time.Time   // since when this candidate is proposed; what was said before was said of another one
}

// CandidateFile is a candidate with all that is on file about it.
type CandidateFile struct {
	Filed[Candidate]
	License   *Filed[LicenseFact]
	Health    *Filed[HealthSnapshot]
	Knockouts *Filed[Knockouts]
	Cost      *Filed[Cost]
	LockIn    *Filed[LockIn]
}

// OfChosen reports whether something that was said at a moment was said of the candidate that is proposed now.
func (d *Dossier) OfChosen(at time.Time) bool { return d.ChosenAt == nil || !at.Before(*d.ChosenAt) }

// Candidate finds a candidate by its key; nil when there is none.
func (d *Dossier) Candidate(key string) *CandidateFile {
	for i := range d.Candidates {
		if d.Candidates[i].Key == key {
			return &d.Candidates[i]
		}
	}
	return nil
}

// ScoresStillBy reports whether a person who is named to evaluate the case reads what others gave too early: they have not scored every criterion of every candidate that is still in it. Of who does not
// take part because of an interest nothing is waited for but the others.
func (d *Dossier) ScoresStillBy(person int64) bool {
	if d.People == nil {
		return false
	}
	for _, p := range d.People.Value.Evaluators {
		switch {
		case p.UserID != person:
		case !p.Excluded:
			return !d.scoredBy(person)
		default:
			return slices.ContainsFunc(d.People.Value.Evaluators, func(o CasePerson) bool { return !o.Excluded && !d.scoredBy(o.UserID) })
		}
	}
	return false
}

// scoredBy reports whether the sheet of a person is whole.
func (d *Dossier) scoredBy(person int64) bool {
	i := slices.IndexFunc(d.Scores, func(s Filed[ScoreSheet]) bool { return s.ByID != nil && *s.ByID == person && len(s.Value.Scores) > 0 })
	if i < 0 || d.Criteria == nil {
		return i >= 0
	}
	for c := range d.Candidates {
		one := &d.Candidates[c]
		for _, criterion := range d.Criteria.Value.Criteria {
			if one.Value.Status != "eliminated" && !slices.ContainsFunc(d.Scores[i].Value.Scores, func(s Score) bool { return s.Candidate == one.Key && s.On == criterion.ID }) {
				return false
			}
		}
	}
	return true
}

// ReadDossier assembles the newest version of each part. moves are the moves of the case in their order, from which dates follow.
func ReadDossier(parts []DecisionPart, moves []DecisionMove) (*Dossier, error) {
	d := &Dossier{}
	for i := range parts {
		if err := d.take(&parts[i]); err != nil {
			return nil, fmt.Errorf("part %s of the dossier: %w", parts[i].Address(), err)
		}
	}
	d.Candidates = slices.DeleteFunc(d.Candidates, func(c CandidateFile) bool { return c.Number == 0 }) // facts of a candidate that is not on file
	for i := range moves {
		m := &moves[i]
		switch {
		case m.To == DecisionScanning && d.ScanOpened == nil:
			d.ScanOpened = &m.At
		case m.To == OpinionPending:
			d.OpinionAt = &m.At
		}
	}
	return d, nil
}

func (d *Dossier) take(p *DecisionPart) error {
	switch p.Part {
	case PartCandidate, PartLicense, PartHealth, PartKnockouts, PartCost, PartLockIn:
		return d.ofCandidate(p)
	case PartScores:
		return add(&d.Scores, p)
	case PartApproval:
		return add(&d.Approvals, p)
	}
	if set, ok := d.single(p.Part); ok {
		return set(p)
	}
	return nil
}

// single gives for a part of which there is one how it is taken.
func (d *Dossier) single(name PartName) (func(*DecisionPart) error, bool) {
	set, ok := map[PartName]func(*DecisionPart) error{
		PartNeed: into(&d.Need), PartPeople: into(&d.People), PartScan: into(&d.Scan), PartCriteria: into(&d.Criteria), PartMitigations: into(&d.Mitigations),
		PartProposal: into(&d.Proposal), PartJustification: into(&d.Justification), PartImpossibility: into(&d.Impossibility), PartExemption: into(&d.Exemption),
		PartAnswer: into(&d.Answer), PartOpinion: into(&d.Opinion), PartProcedure: into(&d.Procedure), PartNotices: into(&d.Notices), PartProcurement: into(&d.Procurement),
		PartChallenges: into(&d.Challenges), PartContract: into(&d.Contract), PartRegistration: into(&d.Registration), PartPublication: into(&d.Publication),
		PartReview: into(&d.Review), PartRelease: into(&d.Release), PartRemediation: into(&d.Remediation),
	}[name]
	return set, ok
}

func (d *Dossier) ofCandidate(p *DecisionPart) error {
	c := d.Candidate(p.Key)
	if c == nil {
		d.Candidates = append(d.Candidates, CandidateFile{Filed: Filed[Candidate]{Key: p.Key}})
		c = &d.Candidates[len(d.Candidates)-1]
	}
	switch p.Part {
	case PartLicense:
		return into(&c.License)(p)
	case PartHealth:
		return into(&c.Health)(p)
	case PartKnockouts:
		return into(&c.Knockouts)(p)
	case PartCost:
		return into(&c.Cost)(p)
	case PartLockIn:
		return into(&c.LockIn)(p)
	}
	f, err := filed[Candidate](p)
	if err == nil {
		c.Filed = *f
	}
	return err
}

func filed[T any](p *DecisionPart) (*Filed[T], error) {
	f := &Filed[T]{Key: p.Key, Number: p.Number, Digest: hex.EncodeToString(p.Digest), ByID: p.ByID, ByName: p.ByName, Role: p.Role, State: p.State, At: p.At}
	return f, json.Unmarshal(p.Content, &f.Value)
}

func into[T any](to **Filed[T]) func(*DecisionPart) error {
	return func(p *DecisionPart) error {
		f, err := filed[T](p)
		*to = f
		return err
	}
}

func add[T any](to *[]Filed[T], p *DecisionPart) error {
	f, err := filed[T](p)
	if err == nil {
		*to = append(*to, *f)
	}
	return err
}

// Title is a candidate as people call it.
func (c *CandidateFile) Title() string {
	return strings.TrimSpace(c.Value.Name + " " + c.Value.Edition)
}
