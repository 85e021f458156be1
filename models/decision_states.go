package models

// DecisionState is where a decision stands. It is spelled as in the URL.
type DecisionState string

// The states of an acquisition, in the order of the procedure.
const (
	DecisionDraft      DecisionState = "draft"
	NeedConfirmed      DecisionState = "need-confirmed"
	DecisionScanning   DecisionState = "scanning"
	PublicCallOut      DecisionState = "public-call"
	ScanClosed         DecisionState = "scan-closed"
	DecisionEvaluating DecisionState = "evaluating"
	DecisionEvaluated  DecisionState = "evaluated"
	DecisionProposed   DecisionState = "proposed"
	ExemptionPending   DecisionState = "exemption-pending"
	OpinionPending     DecisionState = "opinion-pending"
	ProceduralReview   DecisionState = "procedural-review"
	DecisionApproved   DecisionState = "approved"
	DecisionRejected   DecisionState = "rejected"
	DecisionAnnounced  DecisionState = "announced"
	InProcurement      DecisionState = "in-procurement"
	AwardProposed      DecisionState = "award-proposed"
	Standstill         DecisionState = "standstill"
	DecisionChallenged DecisionState = "challenged"
	DecisionContracted DecisionState = "contracted"
	AdoptedFree        DecisionState = "adopted-free"
	DecisionRegistered DecisionState = "registered"
	DecisionInForce    DecisionState = "in-force"
	UnderReview        DecisionState = "under-review"
	DecisionClosed     DecisionState = "closed"
)

// Further states of a release decision. It shares draft, rejected and closed.
const (
	ReleaseAssessed  DecisionState = "assessed"
	ReleaseDecided   DecisionState = "decided"
	ReleasePublished DecisionState = "published"
	ReleaseArchived  DecisionState = "archived-copy"
	ReleaseWithdrawn DecisionState = "withdrawn"
	ReleaseHanded    DecisionState = "handed-over"
)

// A remediation shares draft, proposed, approved, rejected, in-force and closed.

// DecisionStates lists every state, in the order of the procedures.
var DecisionStates = []DecisionState{DecisionDraft, NeedConfirmed, DecisionScanning, PublicCallOut, ScanClosed, DecisionEvaluating, DecisionEvaluated, DecisionProposed, ExemptionPending, OpinionPending,
	ProceduralReview, DecisionApproved, DecisionRejected, DecisionAnnounced, InProcurement, AwardProposed, Standstill, DecisionChallenged, DecisionContracted, AdoptedFree, DecisionRegistered,
	DecisionInForce, UnderReview, DecisionClosed, ReleaseAssessed, ReleaseDecided, ReleasePublished, ReleaseArchived, ReleaseWithdrawn, ReleaseHanded}

// Ended reports whether nothing moves any more.
func (s DecisionState) Ended() bool {
	return s == DecisionClosed || s == DecisionRejected || s == ReleaseWithdrawn || s == ReleaseHanded
}

// Gate is a step that rules of a regime guard.
type Gate string

const (
	GateNeed         Gate = "need"
	GateScan         Gate = "scan"
	GateEvaluation   Gate = "evaluation"
	GateProposal     Gate = "proposal"
	GateExemption    Gate = "exemption"
	GateApproval     Gate = "approval"
	GateContract     Gate = "contract"
	GateRegistration Gate = "registration"
	GateRemediation  Gate = "remediation"
	GateTimer        Gate = "timer" // asked at any time, guards no step
)

// Gates lists the gates in the order of the procedure.
var Gates = []Gate{GateNeed, GateScan, GateEvaluation, GateProposal, GateExemption, GateApproval, GateContract, GateRegistration, GateRemediation, GateTimer}

// Position says whether the solution is chosen before anything is put out to tender.
type Position string

const (
	DecideThenBuy Position = "decide-then-buy" // the decision chooses; then services or licences are tendered
	BuyThenDecide Position = "buy-then-decide" // the bids are the candidates; the decision is the award
)

// Move is one line of the transition table.
type Move struct {
	Branch   DecisionBranch
	From, To DecisionState
	By       []Role          // who may, at the agency that decides or above it
	Gates    []Gate          // whose rules must pass
	Needs    []PartName      // parts that must be on file
	Tracks   []DecisionTrack // none: every track
	Position Position        // "": whichever the regime has
	Asks     Ask             // what of the regime or the case must hold
	Back     bool            // goes back, with a reason: opens the parts of that step again
	Title    string          // what the person does, as on a button
}

// Ask is a condition of a move that is no rule of a regime: it says whether the move is there at all.
type Ask string

const (
	AskPublicCall  Ask = "public-call" // the regime has a public call
	AskOpinion     Ask = "opinion"     // the regime asks for an opinion in this case
	AskNoPublic    Ask = "no-notice"   // no notice has to be made before contracting: there is no standstill
	AskStandstill  Ask = "standstill"  // the regime has a standstill
	AskReviewPanel Ask = "procedural-review"
)

// working is who does the work of a case; deciding is who decides it.
var (
	working  = []Role{Requester, Registrar, Procurement}
	buying   = []Role{Procurement}
	scanning = []Role{Registrar, Procurement}
	deciding = []Role{Approver}
	ending   = []Role{Requester, Procurement, Approver}
	lawful   = []Role{ReviewBody, Procurement}
	reviewer = []Role{Requester, Procurement, OSPOStaff}
)

// Moves is the transition table of every branch: what is not in it cannot be done. Source: reference workflow of open-source-first laws
// (Italy's guidelines on comparing solutions, 2019, phases 1 to 3; procedural review and standstill of Trinidad and Tobago's Act 1 of 2015).
var Moves = []Move{
	{Acquisition, DecisionDraft, NeedConfirmed, working, []Gate{GateNeed}, []PartName{PartNeed}, nil, "", "", false, "Confirm the need"},
	{Acquisition, NeedConfirmed, DecisionScanning, scanning, []Gate{GateNeed}, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", false, "Open the market scan"},
	{Acquisition, DecisionScanning, PublicCallOut, buying, nil, []PartName{PartScan}, []DecisionTrack{FullTrack, FreeTrack}, "", AskPublicCall, false, "Publish the need for offers"},
	{Acquisition, PublicCallOut, DecisionScanning, buying, nil, []PartName{PartScan}, []DecisionTrack{FullTrack, FreeTrack}, "", AskPublicCall, false, "End the public call"},
	{Acquisition, DecisionScanning, ScanClosed, scanning, []Gate{GateNeed, GateScan}, []PartName{PartScan}, []DecisionTrack{FullTrack, FreeTrack}, "", "", false, "Close the scan"},
	{Acquisition, NeedConfirmed, ScanClosed, scanning, []Gate{GateNeed, GateScan}, []PartName{PartScan}, []DecisionTrack{ShortTrack}, "", "", false, "Use the earlier scan"},
	{Acquisition, ScanClosed, DecisionEvaluating, scanning, []Gate{GateNeed}, []PartName{PartPeople, PartCriteria}, []DecisionTrack{FullTrack, FreeTrack}, DecideThenBuy, "", false, "Begin the evaluation"},
	{Acquisition, ScanClosed, InProcurement, buying, []Gate{GateNeed}, []PartName{PartPeople, PartCriteria}, []DecisionTrack{FullTrack}, BuyThenDecide, "", false, "Go out to tender"},
	{Acquisition, InProcurement, DecisionEvaluating, buying, []Gate{GateNeed}, []PartName{PartProcurement}, []DecisionTrack{FullTrack}, BuyThenDecide, "", false, "Begin to evaluate the bids"},
	{Acquisition, ScanClosed, DecisionEvaluating, scanning, []Gate{GateNeed}, []PartName{PartPeople, PartCriteria}, []DecisionTrack{FreeTrack}, BuyThenDecide, "", false, "Begin the evaluation"},
	{Acquisition, DecisionEvaluating, DecisionEvaluated, []Role{Evaluator, Procurement}, []Gate{GateNeed, GateEvaluation}, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", false, "Close the evaluation"},
	{Acquisition, DecisionEvaluated, DecisionProposed, working, []Gate{GateEvaluation}, []PartName{PartProposal}, []DecisionTrack{FullTrack, FreeTrack}, "", "", false, "Propose the solution"},
	{Acquisition, ScanClosed, DecisionProposed, working, []Gate{GateEvaluation}, []PartName{PartProposal}, []DecisionTrack{ShortTrack}, "", "", false, "Propose the solution"},
	{Acquisition, DecisionProposed, ExemptionPending, working, nil, []PartName{PartExemption}, nil, "", "", false, "Ask for an exemption"},
	{Acquisition, ExemptionPending, DecisionProposed, []Role{ExemptionAuthority, OSPOStaff}, nil, []PartName{PartExemption}, nil, "", "", false, "Answer the request for exemption"},
	{Acquisition, DecisionProposed, OpinionPending, working, nil, nil, nil, "", AskOpinion, false, "Ask for the opinion"},
	{Acquisition, OpinionPending, DecisionProposed, []Role{OpinionGiver, OSPOStaff}, nil, []PartName{PartOpinion}, nil, "", AskOpinion, false, "Give the opinion"},
	{Acquisition, DecisionProposed, ProceduralReview, buying, nil, nil, []DecisionTrack{FullTrack, ShortTrack}, "", AskReviewPanel, false, "Lay before the procedural review"},
	{Acquisition, ProceduralReview, DecisionProposed, []Role{ProceduralReviewer}, nil, []PartName{PartProcedure}, []DecisionTrack{FullTrack, ShortTrack}, "", AskReviewPanel, false, "Confirm the procedure"},
	{Acquisition, DecisionProposed, DecisionApproved, deciding, []Gate{GateEvaluation, GateProposal, GateExemption, GateApproval}, []PartName{PartProposal, PartApproval}, []DecisionTrack{FullTrack, ShortTrack, FreeTrack}, "", "", false, "Approve"},
	{Acquisition, DecisionDraft, DecisionApproved, deciding, []Gate{GateExemption, GateApproval}, []PartName{PartProposal, PartExemption, PartApproval}, []DecisionTrack{EmergencyTrack}, "", "", false, "Approve in an emergency"},
	{Acquisition, DecisionProposed, DecisionRejected, deciding, nil, nil, nil, "", "", false, "Reject"},
	{Acquisition, DecisionApproved, DecisionAnnounced, append([]Role{OSPOStaff}, buying...), nil, []PartName{PartNotices}, []DecisionTrack{FullTrack, EmergencyTrack}, "", "", false, "Announce the decision"},
	{Acquisition, DecisionAnnounced, InProcurement, buying, nil, nil, []DecisionTrack{FullTrack, EmergencyTrack}, DecideThenBuy, "", false, "Go out to tender"},
	{Acquisition, InProcurement, AwardProposed, buying, nil, []PartName{PartProcurement}, []DecisionTrack{FullTrack, EmergencyTrack}, DecideThenBuy, "", false, "Propose the award"},
	{Acquisition, AwardProposed, Standstill, buying, nil, []PartName{PartNotices}, []DecisionTrack{FullTrack, EmergencyTrack}, DecideThenBuy, AskStandstill, false, "Send the award notice"},
	{Acquisition, DecisionAnnounced, Standstill, buying, nil, []PartName{PartNotices}, []DecisionTrack{FullTrack, EmergencyTrack}, BuyThenDecide, AskStandstill, false, "Send the award notice"},
	{Acquisition, Standstill, DecisionChallenged, lawful, nil, []PartName{PartChallenges}, nil, "", "", false, "Register a challenge"},
	{Acquisition, DecisionChallenged, Standstill, lawful, nil, []PartName{PartChallenges}, nil, "", "", false, "Record that the challenge failed"},
	{Acquisition, Standstill, DecisionContracted, buying, []Gate{GateContract}, []PartName{PartContract}, nil, "", "", false, "Record the contract"},
	{Acquisition, AwardProposed, DecisionContracted, buying, []Gate{GateContract}, []PartName{PartContract}, []DecisionTrack{FullTrack, EmergencyTrack}, DecideThenBuy, AskNoPublic, false, "Record the contract"},
	{Acquisition, DecisionAnnounced, DecisionContracted, buying, []Gate{GateContract}, []PartName{PartContract}, []DecisionTrack{FullTrack, EmergencyTrack}, BuyThenDecide, AskNoPublic, false, "Record the contract"},
	{Acquisition, DecisionApproved, AdoptedFree, working, []Gate{GateContract}, nil, []DecisionTrack{FreeTrack}, "", "", false, "Adopt the software"},
	{Acquisition, DecisionContracted, DecisionRegistered, scanning, []Gate{GateContract, GateRegistration}, []PartName{PartRegistration}, nil, "", "", false, "Register what was bought"},
	{Acquisition, AdoptedFree, DecisionRegistered, scanning, []Gate{GateRegistration}, []PartName{PartRegistration}, []DecisionTrack{FreeTrack}, "", "", false, "Register what was adopted"},
	{Acquisition, DecisionApproved, DecisionRegistered, scanning, []Gate{GateContract, GateRegistration}, []PartName{PartRegistration}, []DecisionTrack{ShortTrack}, "", "", false, "Register what was renewed"},
	{Acquisition, DecisionRegistered, DecisionInForce, append([]Role{OSPOStaff}, scanning...), []Gate{GateRegistration}, []PartName{PartPublication}, []DecisionTrack{FullTrack, ShortTrack, FreeTrack}, "", "", false, "Publish, and put in force"},
	{Acquisition, DecisionRegistered, DecisionInForce, append([]Role{OSPOStaff}, scanning...), []Gate{GateNeed, GateScan, GateEvaluation, GateProposal, GateExemption, GateApproval, GateRegistration},
		[]PartName{PartNeed, PartScan, PartPublication}, []DecisionTrack{EmergencyTrack}, "", "", false, "Publish, and put in force"},
	{Acquisition, DecisionInForce, UnderReview, reviewer, nil, nil, nil, "", "", false, "Open the review"},
	{Acquisition, UnderReview, DecisionInForce, reviewer, nil, []PartName{PartReview}, nil, "", "", false, "Keep it in force"},
	{Acquisition, UnderReview, DecisionClosed, append([]Role{Approver}, reviewer...), nil, []PartName{PartReview}, nil, "", "", false, "End it"},

	{Acquisition, ScanClosed, DecisionScanning, scanning, nil, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", true, "Reopen the scan"},
	{Acquisition, DecisionEvaluated, DecisionEvaluating, append([]Role{Evaluator}, buying...), nil, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", true, "Reopen the evaluation"},
	{Acquisition, DecisionProposed, DecisionEvaluating, append([]Role{Approver}, buying...), nil, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", true, "Return to the evaluation"},
	{Acquisition, DecisionProposed, DecisionScanning, append([]Role{Approver}, buying...), nil, nil, []DecisionTrack{FullTrack, FreeTrack}, "", "", true, "Return to the market scan"},
	{Acquisition, DecisionProposed, ScanClosed, append([]Role{Approver}, buying...), nil, nil, []DecisionTrack{ShortTrack}, "", "", true, "Return to the candidates"},
	{Acquisition, DecisionProposed, DecisionDraft, append([]Role{Approver}, buying...), nil, nil, []DecisionTrack{FullTrack, ShortTrack, FreeTrack}, "", "", true, "Return to the need"},
	{Acquisition, DecisionChallenged, DecisionEvaluating, lawful, nil, []PartName{PartChallenges}, []DecisionTrack{FullTrack}, "", "", true, "Evaluate anew after the ruling"},
	{Acquisition, DecisionChallenged, DecisionClosed, lawful, nil, []PartName{PartChallenges}, nil, "", "", true, "Close after annulment"},
	{Acquisition, DecisionDraft, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, NeedConfirmed, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, NeedConfirmed, DecisionDraft, working, nil, nil, nil, "", "", true, "Reopen the need"},
	{Acquisition, DecisionScanning, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, ScanClosed, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, DecisionEvaluating, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, DecisionEvaluated, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, DecisionProposed, DecisionClosed, ending, nil, nil, nil, "", "", true, "Withdraw"},
	{Acquisition, DecisionApproved, DecisionClosed, deciding, nil, nil, nil, "", "", true, "Withdraw the approval"},
	{Acquisition, DecisionAnnounced, DecisionClosed, deciding, nil, nil, nil, "", "", true, "Withdraw the approval"},
	{Acquisition, InProcurement, DecisionClosed, append([]Role{Approver}, buying...), nil, nil, nil, "", "", true, "Cancel the procedure"},
	{Acquisition, AwardProposed, DecisionClosed, append([]Role{Approver}, buying...), nil, nil, nil, "", "", true, "Cancel the procedure"},

	{Releasing, DecisionDraft, ReleaseAssessed, append([]Role{ReleaseOfficer}, scanning...), nil, []PartName{PartRelease}, nil, "", "", false, "Record the checks"},
	{Releasing, ReleaseAssessed, ReleaseDecided, []Role{ReleaseOfficer, Approver}, []Gate{GateContract}, []PartName{PartRelease}, nil, "", "", false, "Decide"},
	{Releasing, ReleaseDecided, ReleasePublished, append([]Role{ReleaseOfficer}, scanning...), []Gate{GateRegistration}, []PartName{PartRelease, PartPublication}, nil, "", "", false, "Publish"},
	{Releasing, ReleasePublished, ReleaseArchived, append([]Role{ReleaseOfficer}, scanning...), nil, []PartName{PartRelease}, nil, "", "", false, "Record the archived copy"},
	{Releasing, ReleaseDecided, UnderReview, []Role{ReleaseOfficer, OSPOStaff}, nil, nil, nil, "", "", false, "Review what stays closed"},
	{Releasing, ReleasePublished, UnderReview, []Role{ReleaseOfficer, OSPOStaff}, nil, nil, nil, "", "", false, "Review"},
	{Releasing, ReleaseArchived, UnderReview, []Role{ReleaseOfficer, OSPOStaff}, nil, nil, nil, "", "", false, "Review"},
	{Releasing, UnderReview, ReleaseDecided, []Role{ReleaseOfficer, Approver}, []Gate{GateContract}, []PartName{PartReview, PartRelease}, nil, "", "", false, "Decide again"},
	{Releasing, UnderReview, ReleaseWithdrawn, []Role{ReleaseOfficer, Approver}, nil, []PartName{PartReview}, nil, "", "", true, "Withdraw the release"},
	{Releasing, UnderReview, ReleaseHanded, []Role{ReleaseOfficer, Approver}, nil, []PartName{PartReview}, nil, "", "", true, "Hand the software over"},
	{Releasing, ReleaseAssessed, DecisionDraft, []Role{ReleaseOfficer, Approver}, nil, nil, nil, "", "", true, "Return to the checks"},
	{Releasing, DecisionDraft, DecisionClosed, []Role{ReleaseOfficer, Approver}, nil, nil, nil, "", "", true, "Give up"},
	{Releasing, ReleaseAssessed, DecisionClosed, []Role{ReleaseOfficer, Approver}, nil, nil, nil, "", "", true, "Give up"},

	{Remediation, DecisionDraft, DecisionProposed, scanning, []Gate{GateRemediation}, []PartName{PartRemediation}, nil, "", "", false, "Propose the remedy"},
	{Remediation, DecisionProposed, DecisionApproved, append([]Role{OSPOStaff}, deciding...), []Gate{GateRemediation}, []PartName{PartRemediation, PartApproval}, nil, "", "", false, "Approve"},
	{Remediation, DecisionProposed, DecisionRejected, append([]Role{OSPOStaff}, deciding...), nil, nil, nil, "", "", false, "Reject"},
	{Remediation, DecisionProposed, DecisionDraft, append([]Role{OSPOStaff}, deciding...), nil, nil, nil, "", "", true, "Return"},
	{Remediation, DecisionApproved, DecisionInForce, scanning, nil, []PartName{PartPublication}, nil, "", "", false, "Publish, and put in force"},
	{Remediation, DecisionInForce, UnderReview, reviewer, nil, nil, nil, "", "", false, "Open the review"},
	{Remediation, UnderReview, DecisionInForce, reviewer, nil, []PartName{PartReview}, nil, "", "", false, "Keep it in force"},
	{Remediation, UnderReview, DecisionClosed, append([]Role{Approver}, reviewer...), nil, []PartName{PartReview}, nil, "", "", false, "Done"},
	{Remediation, DecisionDraft, DecisionClosed, scanning, nil, nil, nil, "", "", true, "Give up"},
}
