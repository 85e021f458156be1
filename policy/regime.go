package policy

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/ospo-register/ospo/models"
)

// Regime is one version of a law's preference model with its parameters, as data. It is made by ParseRegime and is not to be changed afterwards.
//
// Words in it (kinds, roles, grounds, sources) are kebab-case; the rules see the same words with underscores.
type Regime struct {
	Code      string       `key:"code" need:"Give a short name in lower case, such as tt-draft."`
	Title     string       `key:"title" need:"Say in a few words what it is about."`
	About     string       `key:"about" most:"4000"`   // what it is and what it leaves open; "" when not said
	Country   string       `key:"country"`             // ISO 3166-1 alpha-2, or EU; "" for none
	NotAdvice bool         `key:"notAdvice"`           // it is a draft by people who are not lawyers
	ValidFrom *models.Date `key:"validFrom"`           // nil: from whenever it is put in force
	ValidTo   *models.Date `key:"validTo"`             // the last day; nil: open
	Calendar  string       `key:"calendar"`            // code of the calendar of working days, "TT"; "": no day but the weekend is free
	Holidays  []Proclaimed `key:"holidays" most:"100"` // single days that are free besides

	Law         []LawRef    `key:"law"`
	Scope       Scope       `key:"scope"`
	Preference  Preference  `key:"preference" need:"Say how open source is preferred: at least its model."`
	FitTest     FitTest     `key:"fitTest"`
	MarketScan  MarketScan  `key:"marketScan"`
	Evaluation  Evaluation  `key:"evaluation"`
	License     LicenseTest `key:"licence"`
	Health      HealthFloor `key:"health"`
	Exemptions  []Ground    `key:"exemptions"` // the closed list
	Opinion     Opinion     `key:"opinion"`
	Approval    Approval    `key:"approval"`
	Publication Publication `key:"publication"`
	Standstill  Standstill  `key:"standstill"`
	Contract    Contract    `key:"contract"`
	Release     ReleaseDuty `key:"release"`
	Review      ReviewDuty  `key:"review"`
	Retention   Retention   `key:"retention"`
	Emergency   Emergency   `key:"emergency"`
	Short       ShortTrack  `key:"short"`

	Rules   []string     `key:"rules"`    // ids of the rules of Rules that are on, besides those that always are
	Own     []RegimeRule `key:"ownRules"` // national rules, whole
	Clauses []Clause     `key:"clauses"`
	Words   []StepWords  `key:"words"`

	book []RegimeRule // from which Rules chooses; nil: what the program brings
}

// Term is a word of a closed list with its title for people.
type Term struct {
	ID    string // kebab-case
	Title string
}

// LawRef is one place in the law.
type LawRef struct {
	Law     string   `key:"law" need:"Name the law."`
	Article string   `key:"article"`          // "art. 68(1)"; "" for the whole
	Text    string   `key:"text" most:"2000"` // what it says, in our own words
	Link    string   `key:"link" link:"yes"`
	Note    string   `key:"note" most:"2000"` // what is not verified; "" when it was read
	Rules   []string `key:"rules"`            // ids of the rules that rest on it
}

// Proclaimed is a day that is free by a proclamation.
type Proclaimed struct {
	On   models.Date `key:"on" need:"Give the day."`
	Name string      `key:"name" need:"Say what the day is."`
}

// Scope says which decisions the regime is about.
type Scope struct {
	Kinds      []models.DecisionKind `key:"kinds"` // empty: all
	Exclusions []Term                `key:"exclusions"`
}

// Preference is how open source is preferred.
type Preference struct {
	Model             PreferenceModel `key:"model" need:"Say ladder, gate, superiority, tiebreak, explain or neutral."`
	Rungs             []Rung          `key:"rungs"`
	EquivalenceBand   float64         `key:"equivalenceBand"`   // points; for tiebreak
	TCOBand           float64         `key:"tcoBand"`           // fraction of the chosen candidate's cost; for tiebreak
	SuperiorityMargin float64         `key:"superiorityMargin"` // points; for superiority
}

// PreferenceModel is one of the ways in which laws put open source first.
type PreferenceModel string

// The models.
const (
	Ladder      PreferenceModel = "ladder"      // the highest rung with a candidate that fits
	Gate        PreferenceModel = "gate"        // anything else only with an exemption
	Superiority PreferenceModel = "superiority" // anything else must win by a margin
	TieBreak    PreferenceModel = "tiebreak"    // open source wins when equal
	Explain     PreferenceModel = "explain"     // it has to be considered, and reasons given
	Neutral     PreferenceModel = "neutral"     // no preference in buying
)

// PreferenceModels lists them.
func PreferenceModels() []PreferenceModel {
	return []PreferenceModel{Ladder, Gate, Superiority, TieBreak, Explain, Neutral}
}

// Rung is one step of a ladder. A smaller number is preferred.
type Rung struct {
	Number         int                      `key:"rung" need:"Number the rung, from 1."`
	Title          string                   `key:"title"`
	Origins        []models.CandidateOrigin `key:"origins" need:"Say which origins stand on it."`
	CompareJointly bool                     `key:"compareJointly"` // several origins are compared with each other
}

// FitTest says when a candidate fits.
type FitTest struct {
	Kind                FitKind `key:"kind"`        // all-mandatory when not said
	MinCoverage         float64 `key:"minCoverage"` // 0 to 1; for largely
	EssentialAll        bool    `key:"essentialAll"`
	GapsMustBeCosted    bool    `key:"gapsMustBeCosted"`
	Budget              bool    `key:"budget"` // total cost within the ceiling
	Time                bool    `key:"time"`   // days to production within the ceiling
	BlockingConstraints bool    `key:"blockingConstraints"`
	Text                string  `key:"text" most:"2000"` // the law's own words for it, told in ours
}

// FitKind is how the requirements are looked at.
type FitKind string

// The kinds.
const (
	FitAllMandatory FitKind = "all-mandatory" // every mandatory requirement is met
	FitLargely      FitKind = "largely"       // every essential one, and the coverage is enough
	FitEssential    FitKind = "essential"     // every essential one
	FitExists       FitKind = "exists"        // no knock-out failed
)

// FitKinds lists them.
func FitKinds() []FitKind { return []FitKind{FitAllMandatory, FitLargely, FitEssential, FitExists} }

// MarketScan says what has to be searched.
type MarketScan struct {
	RequiredSources []Term `key:"requiredSources"`
	MaxAgeDays      int    `key:"maxAgeDays"` // of a scan that is used; 0: not said
	PublicCall      bool   `key:"publicCall"` // the need is published for offers when the upper rungs hold nothing
}

// Evaluation says how candidates are compared.
type Evaluation struct {
	Knockouts             []Term `key:"knockouts"`
	Method                string `key:"method" values:"weighted-sum consensus"`
	TCOLines              []Term `key:"tcoLines"`
	TCOHorizonMonths      int    `key:"tcoHorizonMonths"`
	MinEvaluators         int    `key:"minEvaluators"`
	SupplierJustification bool   `key:"supplierJustification"` // bidders of closed source say why
}

// LicenseTest says which licences make software open source under the regime.
type LicenseTest struct {
	ApprovedLists       []string `key:"approvedLists" values:"osi fsf"` // a licence on any of them is approved
	Also                []string `key:"also" licences:"yes"`            // approved besides
	Never               []string `key:"never" licences:"yes"`           // not approved whatever the lists say
	PreferredForRelease []string `key:"preferredForRelease" licences:"yes"`
	OpenCore            string   `key:"openCore" values:"not-oss oss"` // what software is that needs closed parts
}

// HealthFloor is the health of a project below which a mitigation is asked for.
type HealthFloor struct {
	AbsenceFactorMin int `key:"absenceFactorMin"`
	ReleaseMaxDays   int `key:"releaseMaxDays"`
	WindowDays       int `key:"windowDays"`
}

// Ground is one ground for an exemption.
type Ground struct {
	ID       string        `key:"id" need:"Give the ground a short name in lower case, such as no-expertise."`
	Title    string        `key:"title" need:"Say it in a few words."`
	Text     string        `key:"text" most:"2000"` // when it holds, in plain words
	Law      string        `key:"law"`
	Decider  string        `key:"decider"` // who decides, for people, where a role says too little: "the minister"
	Evidence []Term        `key:"evidence"`
	Roles    []models.Role `key:"roles"`   // who may grant it
	MaxDays  int           `key:"maxDays"` // 0: no cap, though it has to end on some day
	Publish  string        `key:"publish" values:"full existence-only none"`
}

// Opinion is the prior opinion of a central body.
type Opinion struct {
	Body        string        `key:"body"`
	Always      bool          `key:"always"`
	Functions   []string      `key:"functions"` // codes: one counts with all below it
	ValueFrom   *models.Money `key:"valueFrom"` // from this value on
	WorkingDays int           `key:"workingDays"`
	Silence     string        `key:"silence" values:"consent refusal"`
}

// Approval is who approves, and where buying stands.
type Approval struct {
	Bands            []Band          `key:"bands"` // from the smallest
	ProceduralReview bool            `key:"proceduralReview"`
	ReviewBody       string          `key:"reviewBody"` // what the people are called who look at the procedure
	Position         models.Position `key:"position"`
}

// Band is a range of values with the role that approves.
type Band struct {
	Role  models.Role   `key:"role" need:"Say which role approves."`
	Title string        `key:"title"`
	UpTo  *models.Money `key:"upTo"` // nil: without limit
}

// Publication is what is published and when.
type Publication struct {
	WithinDays      int    `key:"withinDays"`
	WithholdGrounds []Term `key:"withholdGrounds"`
	PublicFields    []Term `key:"publicFields"`
	OCDS            bool   `key:"ocds"`
	AnnualReport    bool   `key:"annualReport"`
}

// Standstill is how long is waited between the notice of an award and the contract.
type Standstill struct {
	WorkingDays     int    `key:"workingDays"`     // 0: none
	MaxWorkingDays  int    `key:"maxWorkingDays"`  // 0: not said
	ChallengeWithin int    `key:"challengeWithin"` // working days to challenge when there is no standstill
	Body            string `key:"body"`            // before whom
	Text            string `key:"text" most:"2000"`
}

// Contract is what a contract has to bring.
type Contract struct {
	SBOMRequired bool    `key:"sbomRequired"`
	UseFloor     float64 `key:"useFloor"` // share of what is entitled below which it counts as mostly unused
}

// ReleaseDuty is the duty to release code that was paid for.
type ReleaseDuty struct {
	Default        string `key:"default" values:"open government-only closed"`
	ClosedGrounds  []Term `key:"closedGrounds"`
	MetadataPublic bool   `key:"metadataPublic"`
	Rights         string `key:"rights" values:"full use none"`
	PerSubset      bool   `key:"perSubset"` // a ground closes only the part that it is about
}

// ReviewDuty is when a decision is looked at again.
type ReviewDuty struct {
	IntervalDays    int    `key:"intervalDays"`
	RenewalLeadDays int    `key:"renewalLeadDays"`
	Triggers        []Term `key:"triggers"`
}

// Retention is how long records are kept.
type Retention struct {
	YearsAfterEnd int  `key:"yearsAfterEnd"` // after the end of the contract or of the use
	LegalHold     bool `key:"legalHold"`     // a challenge or an audit stops the clock
}

// Emergency is the time in which the steps are made up for that were left out.
type Emergency struct {
	Days int `key:"days"` // 0: there is no such path
}

// ShortTrack says what may take the short track.
type ShortTrack struct {
	Kinds          []models.DecisionKind `key:"kinds"`
	MaxValue       *models.Money         `key:"maxValue"`
	ScanMaxAgeDays int                   `key:"scanMaxAgeDays"`
}

// Clause is one clause of the library for contracts.
type Clause struct {
	ID    string `key:"id" need:"Give the clause a short name in lower case."`
	Title string `key:"title" need:"Say it in a few words."`
	Text  string `key:"text" most:"4000" need:"Write the clause."`
	Why   string `key:"why" most:"2000"`
	When  string `key:"when" most:"2000"` // when it belongs in a contract, in words
	Rule  string `key:"rule"`             // id of the rule that it satisfies; "" for none
}

// StepWords tell a person what the law asks at a step.
type StepWords struct {
	Step    Step   `key:"step" need:"Say which step."`
	Article string `key:"article"`
	Text    string `key:"text" most:"4000" need:"Say in plain words what has to be done."`
}

// Step is a step of a case that words are about.
type Step string

// Steps lists the steps in the order of a case.
func Steps() []Step {
	return []Step{"need", "scan", "public-call", "evaluation", "proposal", "exemption", "opinion", "procedural-review", "approval", "announcement", "procurement",
		"standstill", "contract", "registration", "publication", "review", "release", "remediation"}
}

// Digest is the SHA-256 of the canonical form, in lower-case hex. Comments and layout do not count; every word does.
func (r *Regime) Digest() string {
	sum := sha256.Sum256(r.YAML())
	return hex.EncodeToString(sum[:])
}
