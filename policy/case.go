package policy

import (
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Case is everything that the rules of a regime may ask about one decision, or about one thing in the register that is looked at by the clock. It holds
// facts only; what follows from them by the regime (tier, fit, whether something is open source) has been derived before.
//
// A pointer that is nil is a fact that nobody has recorded: a rule that needs it is undetermined and names it. Everything else is known: an empty
// text, an empty list, 0 and false are answers. A variable that is nil (no candidate is chosen yet, this is about no contract) makes each rule that speaks of it not applicable.
//
// In rules the fields are called by their tag. A field that is a word of a list ("custom-dev") may be spelled with hyphens or underscores here; rules see underscores.
type Case struct {
	Decision    *DecisionFacts    `cel:"d"`
	Chosen      *CandidateFacts   `cel:"chosen"` // the candidate that is proposed; usually one of Decision.Candidates
	Now         time.Time         `cel:"now"`
	Asset       *AssetFacts       `cel:"a"`
	Contract    *ContractFacts    `cel:"ctr"`
	Position    *PositionFacts    `cel:"pos"`
	Deployment  *DeploymentFacts  `cel:"dep"`
	Remediation *RemediationFacts `cel:"rem"`
}

// DecisionFacts are the facts of a decision.
type DecisionFacts struct {
	Ref          string        `cel:"ref" say:"reference of the decision"`
	Agency       string        `cel:"agency" say:"code of the agency"`
	Kind         string        `cel:"kind,word" say:"occasion of the decision" values:"new renewal extension expansion replacement call_off custom_dev adopt_free release remediation"`
	Track        string        `cel:"track,word" say:"track" values:"full short free_adoption emergency"`
	State        string        `cel:"state,word" say:"state of the decision" values:"@states"`
	Title        string        `cel:"title" say:"title"`
	Function     string        `cel:"function" say:"function that the software serves"`
	Value        *models.Money `cel:"value" say:"expected value"` // rules see the amount
	DataClass    *string       `cel:"data_class,word" say:"class of the data"`
	PersonalData *bool         `cel:"personal_data" say:"whether personal data are handled"`

	RequestedBy string   `cel:"requested_by" say:"who asked for it"`
	Evaluators  []string `cel:"evaluators" say:"evaluators"`

	Need          NeedFacts          `cel:"need" say:"need"`
	Scan          ScanFacts          `cel:"scan" say:"market scan"`
	Candidates    []CandidateFacts   `cel:"candidates" say:"candidates"`
	Bids          []BidFacts         `cel:"bids" say:"bids"`
	Mitigations   []string           `cel:"mitigations" say:"mitigations on file"`
	Justification JustificationFacts `cel:"justification" say:"justification"`
	Exemption     ExemptionFacts     `cel:"exemption" say:"exemption"`
	Opinion       OpinionFacts       `cel:"opinion" say:"prior opinion"`
	Approvals     []ApprovalFacts    `cel:"approvals" say:"approvals"`

	// StandstillEndsAt is nil when the award has not been announced. For a regime without a standstill it may be nil too: nothing has to be waited for.
	StandstillEndsAt        *time.Time          `cel:"standstill_ends_at" say:"end of the standstill"`
	Challenges              []ChallengeFacts    `cel:"challenges" say:"challenges"`
	OverridingInterestOrder bool                `cel:"overriding_interest_order" say:"order that lifts the standstill"`
	ContractSignedAt        *time.Time          `cel:"contract_signed_at" say:"when the contract was signed"` // nil: it is not signed
	ContractTerms           *ContractTermsFacts `cel:"contract_terms" say:"terms of the contract"`
	Release                 *ReleaseFacts       `cel:"release" say:"release decision"`
	Publication             PublicationFacts    `cel:"publication" say:"publication"`
	ApprovedAt              *time.Time          `cel:"approved_at" say:"when it was approved"`
	ReviewAt                *time.Time          `cel:"review_at" say:"review date"`
}

// NeedFacts are the need and its requirements. 0 for a ceiling is one that was not set, which is what rule N1 is about.
type NeedFacts struct {
	BudgetMax    float64            `cel:"budget_max" say:"budget ceiling"` // over the whole horizon, in the currency of the case
	DaysMax      int                `cel:"days_max" say:"time ceiling in days"`
	Requirements []RequirementFacts `cel:"requirements" say:"requirements"`
}

// RequirementFacts are the facts of one requirement.
type RequirementFacts struct {
	ID              string    `cel:"id" say:"identifier"`
	Mandatory       bool      `cel:"mandatory" say:"whether it is mandatory"` // an essential requirement is mandatory too
	Essential       bool      `cel:"essential" say:"whether it is essential"`
	Type            string    `cel:"type,word" say:"type"`
	Rationale       string    `cel:"rationale" say:"rationale"`
	NamesProduct    bool      `cel:"names_product" say:"whether it names a product"`
	OrEquivalent    bool      `cel:"or_equivalent" say:"whether it says “or equivalent”"`
	NamedProductOSS *bool     `cel:"named_product_oss" say:"whether the named product is open source"`
	CreatedAt       time.Time `cel:"created_at" say:"when it was written or last changed"`
	ChangeApproved  bool      `cel:"change_approved" say:"whether its change was approved"`
}

// ScanFacts are the market scan.
type ScanFacts struct {
	OpenedAt        *time.Time    `cel:"opened_at" say:"when it was opened"`
	ClosedAt        *time.Time    `cel:"closed_at" say:"when it was closed"`
	Searches        []SearchFacts `cel:"searches" say:"searches"`
	NilReturnSigned bool          `cel:"nil_return_signed" say:"whether a nil return was signed"`
}

// SearchFacts are one search of one source.
type SearchFacts struct {
	Source         string    `cel:"source,word" say:"source"` // as the regime names it
	ResultRecorded bool      `cel:"result_recorded" say:"whether the result was recorded"`
	Hits           *int      `cel:"hits" say:"number of results"`
	At             time.Time `cel:"at" say:"when it was made"`
}

// CandidateFacts are the facts of one candidate, with what was derived from them by the regime.
type CandidateFacts struct {
	Key      string `cel:"key" say:"key"` // in the dossier, "C"
	Name     string `cel:"name" say:"name"`
	Edition  string `cel:"edition" say:"edition"`
	Origin   string `cel:"origin,word" say:"origin" values:"gov_reuse oss commercial custom shared_service"`
	Delivery string `cel:"delivery,word" say:"delivery"`
	Status   string `cel:"status,word" say:"status" values:"long short eliminated final selected"`
	InFinal  bool   `cel:"in_final" say:"whether it is a finalist"`

	OSSDeclared *bool `cel:"oss_declared" say:"whether it is said to be open source"`
	// OSS is confirmed: declared, source public, elected licence branch approved, and no open core without evidence of independence.
	OSS   *bool `cel:"oss" say:"whether it is open source"`
	Tier  *int  `cel:"tier" say:"rung"` // number of the rung of the regime; less is better
	FitOK *bool `cel:"fit_ok" say:"whether it fits the need"`

	Elimination EliminationFacts `cel:"elimination" say:"elimination"`
	// Scores are nil when nobody has scored the candidate. Rules also see `evidenced`: the requirements with a score that has evidence, by id.
	Scores            *[]ScoreFacts `cel:"scores" say:"scores"`
	Score             *float64      `cel:"score" say:"weighted score"`
	Coverage          *float64      `cel:"coverage" say:"coverage of the requirements"` // 0 to 1
	DaysToProduction  *int          `cel:"days_to_production" say:"days to production"`
	TCO               *TCOFacts     `cel:"tco" say:"total cost"`
	KnockoutsFailed   *int          `cel:"knockouts_failed" say:"results of the knock-out criteria"` // nil when none has failed and one has not been judged
	DataExportOpen    *bool         `cel:"data_export_free_open" say:"whether all data can be exported free of charge in an open format"`
	License           *LicenceFacts `cel:"licence" say:"licence"`
	ClosedDeps        *int          `cel:"closed_mandatory_deps" say:"number of closed components that it needs"`
	Independence      bool          `cel:"independence_evidence" say:"evidence that it runs without closed components"`
	Health            *HealthFacts  `cel:"health" say:"project health"`
	SBOMPresent       bool          `cel:"sbom_present" say:"whether its SBOM is lodged"`
	SuppliersOfHelp   *int          `cel:"suppliers_able_to_support" say:"number of suppliers able to support it"`
	UsersInGovernment int           `cel:"users_in_gov" say:"number of public bodies that use it"`
}

// EliminationFacts say why a candidate was dropped; empty for one that was not.
type EliminationFacts struct {
	Code     string   `cel:"code,word" say:"reason code"`
	Text     string   `cel:"text" say:"reason"`
	Evidence []string `cel:"evidence" say:"evidence"`
}

// ScoreFacts are one score of one evaluator on one requirement or criterion.
type ScoreFacts struct {
	Requirement string   `cel:"req" say:"requirement"` // id of the requirement; "" for a criterion
	Criterion   string   `cel:"criterion" say:"criterion"`
	Evaluator   string   `cel:"evaluator" say:"evaluator"`
	Value       float64  `cel:"value" say:"value"`
	Evidence    []string `cel:"evidence" say:"evidence"`
}

// TCOFacts are the total cost of a candidate.
type TCOFacts struct {
	Lines         map[string]float64 `cel:"lines,word" say:"cost lines"` // amount by line; a line that was not filled in is not there
	HorizonMonths int                `cel:"horizon_months" say:"horizon in months"`
	Total         *float64           `cel:"total" say:"sum"`
}

// LicenceFacts are the snapshot of a candidate's licence.
type LicenceFacts struct {
	Expression            string `cel:"expression" say:"expression"` // "", NOASSERTION and NONE are unknown
	ElectedBranch         string `cel:"elected_branch" say:"elected branch"`
	ElectedBranchApproved *bool  `cel:"elected_branch_approved" say:"whether the elected branch is approved"`
	SourcePublic          *bool  `cel:"source_public" say:"whether the source is public"`
	Conflicts             *int   `cel:"conflicts" say:"number of licence conflicts"`
	LegalOpinionSigned    bool   `cel:"legal_opinion_signed" say:"signed legal opinion"`
}

// HealthFacts are the snapshot of a project's health.
type HealthFacts struct {
	Archived         *bool `cel:"archived" say:"whether the project is archived"`
	AbsenceFactor    *int  `cel:"absence_factor" say:"contributor absence factor"`
	DaysSinceRelease *int  `cel:"days_since_release" say:"days since the last release"`
}

// BidFacts are one bid.
type BidFacts struct {
	Bidder             string `cel:"bidder" say:"bidder"`
	ProposesClosed     *bool  `cel:"proposes_closed" say:"whether it offers closed source"`
	OSSExclusionReason string `cel:"oss_exclusion_reason" say:"reason for leaving out open source"`
}

// JustificationFacts are the reasons given for the choice; empty when none were.
type JustificationFacts struct {
	State             string   `cel:"state,word" say:"state" values:"none draft signed"`
	Grounds           []string `cel:"grounds,word" say:"grounds"`
	FindingImpossible bool     `cel:"impossibility_finding" say:"finding that no open source fits"`
}

// ExemptionFacts are the exemption; empty when none was asked for.
type ExemptionFacts struct {
	State        string     `cel:"state,word" say:"state" values:"none requested granted refused revoked expired"` // granted also when it is limited
	Grounds      []string   `cel:"grounds,word" say:"grounds"`
	GrantedAt    *time.Time `cel:"granted_at" say:"when it was granted"`
	GrantedBy    string     `cel:"granted_by" say:"who granted it"`
	GrantedRole  string     `cel:"granted_role,word" say:"role of who granted it"`
	ExpiresAt    *time.Time `cel:"expires_at" say:"when it expires"`
	ExitPlan     string     `cel:"exit_plan" say:"exit plan"`
	CapacityPlan string     `cel:"capacity_plan" say:"capacity plan"`
	LegalRef     string     `cel:"legal_ref" say:"legal reference"`
}

// OpinionFacts are the prior opinion; empty when none was asked for.
type OpinionFacts struct {
	State string `cel:"state,word" say:"state" values:"none asked given lapsed"`
	Body  string `cel:"body" say:"body"`
}

// ApprovalFacts are one verdict of one approver.
type ApprovalFacts struct {
	Actor   string `cel:"actor" say:"who"`
	Role    string `cel:"role,word" say:"role"`
	Verdict string `cel:"verdict,word" say:"verdict" values:"approve return reject"`
}

// ChallengeFacts are one challenge.
type ChallengeFacts struct {
	Kind  string `cel:"kind,word" say:"kind"`
	State string `cel:"state,word" say:"state" values:"filed suspended upheld dismissed remitted settled withdrawn"`
}

// ContractTermsFacts are what the contract says.
type ContractTermsFacts struct {
	RightsFull              *bool `cel:"rights_full" say:"whether all rights are acquired"`
	RightsExceptionApproved bool  `cel:"rights_exception_approved" say:"approved exception from full rights"`
	BuysSupport             *bool `cel:"buys_support" say:"whether support is bought"`
	UpstreamClause          *bool `cel:"upstream_clause" say:"upstream clause"`
	ThirdLevelSupport       *bool `cel:"third_level_support" say:"third-level support"`
}

// ReleaseFacts are the decision on releasing the code.
type ReleaseFacts struct {
	Verdict           *string `cel:"verdict,word" say:"verdict" values:"open government_only closed"`
	Ground            string  `cel:"ground,word" say:"ground"`
	RepoURL           string  `cel:"repo_url" say:"address of the repository"`
	MetadataPublished bool    `cel:"metadata_published" say:"whether the metadata are public"`
}

// PublicationFacts are what was published of the decision.
type PublicationFacts struct {
	Published      bool   `cel:"published" say:"whether it is published"`
	WithheldGround string `cel:"withheld_ground,word" say:"ground for withholding"`
}

// AssetFacts are the facts of an asset that government built.
type AssetFacts struct {
	Name           string     `cel:"name" say:"name"`
	Origin         string     `cel:"origin,word" say:"origin" values:"gov_built open_source proprietary service"`
	Visibility     string     `cel:"visibility,word" say:"visibility" values:"public government agency"`
	ContinuityPlan bool       `cel:"continuity_plan" say:"whether there is a continuity plan"`
	Steward        string     `cel:"steward" say:"steward"`
	Sponsors       *int       `cel:"sponsors" say:"number of sponsors"`
	FundingEndsAt  *time.Time `cel:"funding_ends_at" say:"when the funding ends"`
	SWHID          string     `cel:"swhid" say:"identifier in the archive"`
}

// ContractFacts are the facts of a contract that is in force.
type ContractFacts struct {
	Title           string     `cel:"title" say:"title"`
	RenewalAt       *time.Time `cel:"renewal_at" say:"when it renews"`
	HasOpenDecision bool       `cel:"has_open_decision" say:"whether a decision on it is open"`
	OSS             *bool      `cel:"oss" say:"whether it is about open source"`
}

// PositionFacts are what is entitled, deployed and used of a product.
type PositionFacts struct {
	Product  string `cel:"product" say:"product"`
	Deployed *int   `cel:"deployed" say:"number deployed"`
	Entitled *int   `cel:"entitled" say:"number entitled"`
	Used     *int   `cel:"used" say:"number used"`
}

// DeploymentFacts are the facts of a deployment.
type DeploymentFacts struct {
	Asset                 string     `cel:"asset" say:"software"`
	State                 string     `cel:"state,word" say:"state" values:"running stopped"`
	SecuritySupportEndsAt *time.Time `cel:"security_support_ends_at" say:"end of security support"`
	WaiverValid           bool       `cel:"waiver_valid" say:"valid waiver"`
}

// RemediationFacts are a decision about software that is unmaintained or vulnerable.
type RemediationFacts struct {
	Verdict string        `cel:"verdict,word" say:"verdict" values:"accept_risk mitigate upstream_fix fund_maintainer fork replace rewrite retire"`
	Options []OptionFacts `cel:"options" say:"options"`
}

// OptionFacts are one option of a remediation with the reason against it.
type OptionFacts struct {
	Kind   string `cel:"kind,word" say:"kind" values:"accept_risk mitigate upstream_fix fund_maintainer fork replace rewrite retire"`
	Reason string `cel:"reason" say:"reason against it"`
}

// factWord is a word as rules see it.
func factWord(word string) string { return strings.ReplaceAll(word, "-", "_") }
