package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// PartName names a part of a dossier. It is spelled as in the URL.
type PartName string

// The parts of a dossier.
const (
	PartNeed          PartName = "need"
	PartPeople        PartName = "people"
	PartScan          PartName = "scan"
	PartCandidate     PartName = "candidate"
	PartLicense       PartName = "license"
	PartHealth        PartName = "health"
	PartKnockouts     PartName = "knock-outs"
	PartCost          PartName = "cost"
	PartLockIn        PartName = "lock-in"
	PartCriteria      PartName = "criteria"
	PartScores        PartName = "scores"
	PartMitigations   PartName = "mitigations"
	PartProposal      PartName = "proposal"
	PartJustification PartName = "justification"
	PartImpossibility PartName = "impossibility"
	PartExemption     PartName = "exemption"
	PartAnswer        PartName = "exemption-answer"
	PartOpinion       PartName = "opinion"
	PartProcedure     PartName = "procedure"
	PartApproval      PartName = "approval"
	PartNotices       PartName = "notices"
	PartProcurement   PartName = "procurement"
	PartChallenges    PartName = "challenges"
	PartContract      PartName = "contract"
	PartRegistration  PartName = "registration"
	PartPublication   PartName = "publication"
	PartReview        PartName = "review"
	PartRelease       PartName = "release"
	PartRemediation   PartName = "remediation"
)

// Keying says what tells several parts of one name apart.
type Keying string

const (
	KeyNone      Keying = ""          // there is one
	KeyCandidate Keying = "candidate" // one for each candidate
	KeyPerson    Keying = "person"    // one for each person, by the number of who writes it
)

// Part is a kind of part: who writes it, and while the case stands where.
type Part struct {
	Name     PartName
	Title    string
	Keying   Keying
	Branches []DecisionBranch
	By       []Role
	Open     []DecisionState // in which it may be written on any track
	Late     bool            // on the emergency track it may also be written after the approval
	fresh    func() PartContent
}

// PartContent is what a part says.
type PartContent interface {
	Validate() error
}

var (
	untilEvaluated   = []DecisionState{DecisionDraft, NeedConfirmed, DecisionScanning, PublicCallOut, ScanClosed, InProcurement, DecisionEvaluating}
	whileScanning    = []DecisionState{DecisionDraft, NeedConfirmed, DecisionScanning, PublicCallOut}
	whileComparing   = []DecisionState{DecisionDraft, NeedConfirmed, DecisionScanning, PublicCallOut, ScanClosed, InProcurement, DecisionEvaluating}
	whileEvaluating  = []DecisionState{DecisionEvaluating}
	whenEvaluated    = []DecisionState{DecisionDraft, ScanClosed, DecisionEvaluated, DecisionProposed}
	whileProposed    = []DecisionState{DecisionDraft, DecisionProposed, ExemptionPending}
	afterApproval    = []DecisionState{DecisionApproved, DecisionAnnounced, InProcurement, AwardProposed, Standstill, DecisionChallenged, DecisionContracted, AdoptedFree, DecisionRegistered}
	anyway           = []DecisionBranch{Acquisition, Releasing, Remediation}
	acquiring        = []DecisionBranch{Acquisition}
	comparing        = []Role{Registrar, Procurement, Evaluator, Adviser}
	lateInEmergency  = []DecisionState{DecisionApproved, DecisionAnnounced, InProcurement, AwardProposed, Standstill, DecisionChallenged, DecisionContracted, DecisionRegistered}
	publicationStage = []DecisionState{PublicCallOut, DecisionApproved, DecisionAnnounced, InProcurement, AwardProposed, Standstill, DecisionChallenged, DecisionContracted, AdoptedFree, DecisionRegistered, DecisionInForce, UnderReview, DecisionRejected,
		DecisionClosed, ReleaseDecided, ReleasePublished}
)

// Parts lists the kinds of parts in the order of the procedure.
var Parts = []Part{
	{PartNeed, "Need", KeyNone, acquiring, working, untilEvaluated, true, func() PartContent { return &Need{} }},
	{PartPeople, "People", KeyNone, acquiring, working, untilEvaluated, true, func() PartContent { return &People{} }},
	{PartScan, "Market scan", KeyNone, acquiring, scanning, whileScanning, true, func() PartContent { return &Scan{} }},
	{PartCandidate, "Candidate", KeyCandidate, acquiring, append([]Role{Requester}, comparing...), whileComparing, true, func() PartContent { return &Candidate{} }},
	{PartLicense, "Licence facts", KeyCandidate, acquiring, comparing, whileComparing, true, func() PartContent { return &LicenseFact{} }},
	{PartHealth, "Health of the project", KeyCandidate, acquiring, comparing, whileComparing, true, func() PartContent { return &HealthSnapshot{} }},
	{PartKnockouts, "Conditions", KeyCandidate, acquiring, []Role{Adviser, Procurement}, whileComparing, true, func() PartContent { return &Knockouts{} }},
	{PartCost, "Total cost", KeyCandidate, acquiring, comparing, whileComparing, true, func() PartContent { return &Cost{} }},
	{PartLockIn, "Lock-in", KeyCandidate, acquiring, comparing, whileComparing, true, func() PartContent { return &LockIn{} }},
	{PartCriteria, "Criteria and weights", KeyNone, acquiring, scanning, []DecisionState{DecisionDraft, NeedConfirmed, DecisionScanning, PublicCallOut, ScanClosed}, true, func() PartContent { return &Criteria{} }},
	{PartScores, "Scores", KeyPerson, acquiring, []Role{Evaluator}, whileEvaluating, true, func() PartContent { return &ScoreSheet{} }},
	{PartMitigations, "Mitigations", KeyNone, acquiring, append([]Role{Requester}, comparing...), append(append([]DecisionState{}, whileComparing...), DecisionEvaluated, DecisionProposed), true, func() PartContent { return &Mitigations{} }},
	{PartProposal, "Proposal", KeyNone, acquiring, working, whenEvaluated, false, func() PartContent { return &Proposal{} }},
	{PartJustification, "Justification", KeyNone, acquiring, working, whenEvaluated, true, func() PartContent { return &Justification{} }},
	{PartImpossibility, "Record of impossibility", KeyNone, acquiring, working, whenEvaluated, true, func() PartContent { return &Impossibility{} }},
	{PartExemption, "Request for exemption", KeyNone, acquiring, working, []DecisionState{DecisionDraft, DecisionProposed}, false, func() PartContent { return &ExemptionRequest{} }},
	{PartAnswer, "Answer to the request", KeyNone, acquiring, []Role{ExemptionAuthority, OSPOStaff}, whileProposed, false, func() PartContent { return &ExemptionAnswer{} }},
	{PartOpinion, "Opinion", KeyNone, acquiring, []Role{OpinionGiver, OSPOStaff}, []DecisionState{OpinionPending}, false, func() PartContent { return &Opinion{} }},
	{PartProcedure, "Procedural review", KeyNone, acquiring, []Role{ProceduralReviewer}, []DecisionState{ProceduralReview}, false, func() PartContent { return &Procedure{} }},
	{PartApproval, "Approval", KeyPerson, []DecisionBranch{Acquisition, Remediation}, []Role{Approver, OSPOStaff}, []DecisionState{DecisionDraft, DecisionProposed}, false, func() PartContent { return &Approval{} }},
	{PartNotices, "Notices", KeyNone, acquiring, append([]Role{OSPOStaff}, buying...), afterApproval, false, func() PartContent { return &Notices{} }},
	{PartProcurement, "Procurement", KeyNone, acquiring, buying, append([]DecisionState{ScanClosed, DecisionEvaluating}, afterApproval...), false, func() PartContent { return &Buying{} }},
	{PartChallenges, "Challenges", KeyNone, acquiring, lawful, append([]DecisionState{DecisionInForce}, afterApproval...), false, func() PartContent { return &Challenges{} }},
	{PartContract, "Contract terms", KeyNone, acquiring, buying, afterApproval, false, func() PartContent { return &ContractTerms{} }},
	{PartRegistration, "Registration", KeyNone, acquiring, scanning, []DecisionState{DecisionApproved, DecisionContracted, AdoptedFree, DecisionRegistered, DecisionInForce}, false, func() PartContent { return &Registration{} }},
	{PartPublication, "Publication", KeyNone, anyway, []Role{Registrar, Procurement, ReleaseOfficer, OSPOStaff}, publicationStage, false, func() PartContent { return &PublicTerms{} }},
	{PartReview, "Review", KeyNone, anyway, append([]Role{ReleaseOfficer}, reviewer...), []DecisionState{UnderReview}, false, func() PartContent { return &Review{} }},
	{PartRelease, "Release of the code", KeyNone, []DecisionBranch{Acquisition, Releasing}, []Role{ReleaseOfficer, Registrar, Procurement}, append([]DecisionState{DecisionDraft, ReleaseAssessed, ReleaseDecided, ReleasePublished, UnderReview}, afterApproval...), false, func() PartContent { return &CodeRelease{} }},
	{PartRemediation, "Options", KeyNone, []DecisionBranch{Remediation}, scanning, []DecisionState{DecisionDraft}, false, func() PartContent { return &Remedies{} }},
}

// PartOf finds a kind of part.
func PartOf(name PartName) (Part, error) {
	for _, p := range Parts {
		if p.Name == name {
			return p, nil
		}
	}
	return Part{}, NoSuch("part-of-a-dossier")
}

// Opens reports whether the part may be written while the decision stands where it does.
func (p Part) Opens(d *Decision) bool {
	if !slices.Contains(p.Branches, d.Branch()) {
		return false
	}
	if p.Late && d.ApprovedAt != nil && d.Track != EmergencyTrack {
		return false // what was decided upon stays as it was
	}
	return slices.Contains(p.Open, d.State) || p.Late && d.Track == EmergencyTrack && slices.Contains(lateInEmergency, d.State)
}

// Role is the first of the part's roles that the viewer holds at the agency; "" when there is none.
func (p Part) Role(v Viewer, agency int64) Role { return v.roleOf(p.By, agency) }

// Read reads the content of a part from JSON: every unknown field and every mistake is answered.
func (p Part) Read(text []byte) (PartContent, error) {
	c := p.fresh()
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, &Error{Kind: Invalid, Code: "invalid-part", Detail: "What was sent is not the part “" + string(p.Name) + "” of a dossier: " + inWords(err) + "."}
	}
	return c, c.Validate()
}

func inWords(err error) string {
	text := strings.TrimPrefix(err.Error(), "json: ")
	return strings.NewReplacer("Go struct field ", "the field ", "Go value of type ", "a value of the kind ", "cannot unmarshal", "cannot take").Replace(text)
}

// PartBytes is the canonical JSON of a content: fields in the order of the documentation, nothing between them. It is what the digest is made of.
func PartBytes(c PartContent) ([]byte, error) { return json.Marshal(c) }

// DecisionPart is one version of one part of a dossier. It never changes.
type DecisionPart struct {
	ID         int64
	DecisionID int64
	Part       PartName
	Key        string // of the candidate or the person; "" where there is one
	Number     int    // 1, 2, 3 … of the same part and key
	Content    []byte // canonical JSON
	Digest     []byte // SHA-256 of it
	ByID       *int64
	ByName     string
	Role       Role
	State      DecisionState // in which it was written
	At         time.Time
}

// Sealed reports whether its content is closed to who reads it: it has its digest alone.
func (p *DecisionPart) Sealed() bool { return p.Content == nil && p.Digest != nil }

// Address is the part with its key, as in a URL: "candidate/b".
func (p *DecisionPart) Address() string {
	if p.Key == "" {
		return string(p.Part)
	}
	return string(p.Part) + "/" + p.Key
}

// DossierDigest is the SHA-256 over the lines "address digest" of the parts, in the order of their addresses.
func DossierDigest(parts []DecisionPart) []byte {
	lines := make([]string, 0, len(parts))
	for i := range parts {
		lines = append(lines, parts[i].Address()+" "+hex.EncodeToString(parts[i].Digest)+"\n")
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return sum[:]
}

var candidateKey = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// CheckKey refuses a key that does not tell a part apart as its kind asks.
func (p Part) CheckKey(key string) error {
	switch p.Keying {
	case KeyCandidate:
		if !candidateKey.MatchString(key) {
			return Refuse(Invalid, "bad-key", fmt.Sprintf("%q names no candidate. Use up to 40 small letters, digits and hyphens, as “nextcloud-self-hosted”.", key))
		}
	case KeyNone:
		if key != "" {
			return Refuse(Invalid, "bad-key", "There is only one part “"+string(p.Name)+"”; leave the key out.")
		}
	}
	return nil
}
