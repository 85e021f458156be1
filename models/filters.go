package models

import "time"

// AgencyFilter chooses agencies. Empty fields do not restrict.
type AgencyFilter struct {
	Query string // part of the name, or the code
	Kind  AgencyKind
	State AgencyState
	Under int64 // this agency and all below it
	Page
}

// AssetFilter chooses assets. Empty fields do not restrict.
type AssetFilter struct {
	Query      string // words, part of a name, a repository address, a purl
	Origin     Origin
	Lifecycle  AssetLifecycle
	Visibility Visibility
	Steward    int64 // this agency and all below it
	Category   string
	License    string // a licence id anywhere in the declared expression
	Class      string // licence class of the declared expression
	Parent     int64  // directly a part of this asset
	Sort       AssetSort
	Page
}

// AssetSort is an order that an index serves.
type AssetSort string

const (
	ByName    AssetSort = "name"    // A–Z
	ByUpdated AssetSort = "updated" // most recently changed first
)

// DeploymentFilter chooses deployments. Empty fields do not restrict.
type DeploymentFilter struct {
	Agency      int64 // this agency and all below it
	Asset       int64
	Release     int64
	Environment Environment
	State       DeploymentState
	Criticality int16 // at least this
	Hosting     Hosting
	Lifecycle   DeploymentLifecycle // or NotEnded
	Lacks       Gap                 // only what runs or is planned and lacks this
	Page
}

// NotEnded chooses deployments that are planned, run or are being phased out, and were not withdrawn: those that reports
// count. It is a choice of the filter, never the lifecycle of a deployment.
const NotEnded DeploymentLifecycle = "not-ended"

// Gap is something that a deployment should have.
type Gap string

const (
	LacksConfirmation Gap = "confirmation" // nobody confirmed it, or the confirmation has run out
	LacksSBOM         Gap = "sbom"         // in production, and its release has no current SBOM document
	LacksSupport      Gap = "support"      // its release is past the end of its security support
)

// Gaps lists the gaps as a filter offers them.
var Gaps = []Gap{LacksConfirmation, LacksSBOM, LacksSupport}

// ComponentFilter chooses components. One of PURL, Name or Query is needed to find anything.
type ComponentFilter struct {
	PURL    string // with or without version; without one every version matches
	Name    string // exact, case ignored
	Query   string // part of a name, typing errors allowed
	Version string // a range as packages.ParseRange reads it: "<3.0.8"
	License string // a licence id in the effective expression
	// Ecosystem is a purl type: “openssl” is a Debian package, an Alpine one and a Ruby gem.
	Ecosystem string
	Page
}

// EventFilter chooses events, in the order in which they happened.
type EventFilter struct {
	Noun   string
	NounID int64
	Asset  int64 // events of the asset and of everything that hangs on it
	Agency int64 // events that concern this agency
	Actor  int64
	Action string
	After  int64 // only events with a greater id
	Latest bool  // the newest first instead; After then means "before"
	Limit  int
	IDs    []int64  // only these events; none: all
	Hook   *Webhook // only what this webhook is for; nil: all
}

// Scope is what a licence report covers: exactly one field is set, or none for the whole government.
type Scope struct {
	SBOM, Release, Asset, Agency int64
}

// DecisionFilter chooses decisions. Empty fields do not restrict.
type DecisionFilter struct {
	Query    string // words of the title, the function or the reference
	Agency   int64  // this agency and all below it
	Branch   DecisionBranch
	Kind     DecisionKind
	State    DecisionState
	Open     bool   // only what has not ended and is not in force
	Function string // this code and all below it
	Asset    int64
	Regime   int64
	Exempt   bool // only with an exemption that was granted
	Sort     DecisionSort
	Page
}

// DecisionSort is an order that an index serves.
type DecisionSort string

const (
	ByNewest DecisionSort = "newest" // latest opened first
	ByDue    DecisionSort = "due"    // the next day that the law sets first; without one they are left out
)

// PublisherFilter chooses publishers. Empty fields do not restrict.
type PublisherFilter struct {
	Query  string // part of the name, or the whole alternative id
	Agency int64  // this agency and all below it
	Active bool   // only those that are harvested
	ID     int64
	UUID   string
	Page
}

// YesNo is a choice that may be left open.
type YesNo string

const (
	Yes YesNo = "yes"
	No  YesNo = "no"
)

// RepositoryFilter chooses repositories. Empty fields do not restrict.
type RepositoryFilter struct {
	Query      string // part of the address
	Agency     int64  // this agency and all below it
	Publisher  int64
	Asset      int64
	State      RepositoryState
	Outcome    VisitOutcome
	Fork       ForkKind
	Described  YesNo // whether a file in it describes the software
	RootCommit string
	Canonical  string // its address or another that it is known by
	ID         int64
	UUID       string
	From, To   time.Time // when it was registered
	Inactive   bool      // also those that are switched off
	Sort       AssetSort // ByUpdated, or in the order in which they came
	Page
}

// VisitFilter chooses lines of the intake log. Empty fields do not restrict.
type VisitFilter struct {
	Harvest, Publisher, Repository int64
	Outcome                        VisitOutcome
	Failed                         bool // only what an owner has to mend
	Page
}
