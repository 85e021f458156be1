package models

import "time"

// UseClaimOrigin is who says of another that it uses a piece of software.
type UseClaimOrigin string

const (
	ClaimOfSteward     UseClaimOrigin = "steward"     // the agency that answers for the software
	ClaimOfSupplier    UseClaimOrigin = "supplier"    // by an upload link
	ClaimOfDescription UseClaimOrigin = "description" // usedBy of a publiccode.yml and its like
)

// UseClaimOrigins lists the origins in the order of a filter.
var UseClaimOrigins = []UseClaimOrigin{ClaimOfSteward, ClaimOfSupplier, ClaimOfDescription}

// UseClaimState says what the agency named has made of a claim.
type UseClaimState string

const (
	UseWaiting   UseClaimState = "waiting"   // the agency has not answered, or nobody knows yet which agency is meant
	UseConfirmed UseClaimState = "confirmed" // by somebody of the agency: a deployment says so now
	UseDenied    UseClaimState = "denied"    // by somebody of the agency
	UseWithdrawn UseClaimState = "withdrawn" // by who claimed it, or because it is not said any more
)

// UseClaimStates lists the states in the order of a filter.
var UseClaimStates = []UseClaimState{UseWaiting, UseConfirmed, UseDenied, UseWithdrawn}

// UseClaim is what somebody says of another: that this agency uses this software. It proves nothing until the agency confirms it.
type UseClaim struct {
	ID           int64
	AssetID      int64
	AgencyID     *int64 // nil while nobody knows which agency is meant
	Stated       string // the agency's name as it was stated, never changed
	Key          string // Stated folded by MatchName
	Origin       UseClaimOrigin
	Source       string // where it is said: an address, a contract; "" when nowhere
	Note         string // what the agency should know to answer
	State        UseClaimState
	ClaimedByID  *int64
	ClaimedBy    string // name of the person, the supplier or the reader
	MatchedByID  *int64 // who said which agency is meant; nil when the register found it
	DecidedByID  *int64
	DecidedAt    *time.Time
	Reason       string // of a denial or withdrawal
	DeploymentID *int64 // what it has become
	Version      int64  // counts changes; the ETag
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// MostUseClaims bounds the names that one description may state.
const MostUseClaims = 20_000

// Validate reports every field that breaks a rule.
func (c *UseClaim) Validate() error {
	var m Mistakes
	if c.AssetID == 0 {
		m.Add("assetId", "required", "Say which software it is.")
	}
	if c.AgencyID == nil {
		requireText(&m, "stated", c.Stated, 300)
	}
	checkOneOf(&m, "origin", c.Origin, UseClaimOrigins)
	checkLength(&m, "source", c.Source, 1000)
	checkLength(&m, "note", c.Note, 1000)
	return m.Err()
}

// Answer moves a claim that waits to what the agency says, or to withdrawn.
func (c *UseClaim) Answer(to UseClaimState, reason string) error {
	switch {
	case c.State != UseWaiting:
		return Refuse(Conflict, "use-claim-answered", "This was answered already.")
	case c.AgencyID == nil && to != UseWithdrawn:
		return Refuse(Conflict, "use-claim-unmatched", "Nobody has said yet which agency is meant. Say that first.")
	case to != UseConfirmed && to != UseDenied && to != UseWithdrawn:
		return &Error{Kind: Invalid, Code: "invalid-input", Detail: "A claim that waits is confirmed, denied or withdrawn.", Fields: []FieldError{{Field: "to", Code: "unknown-value", Detail: "Use confirmed, denied or withdrawn."}}}
	}
	var m Mistakes
	if checkLength(&m, "reason", reason, 1000); m.Err() != nil {
		return m.Err()
	}
	c.State, c.Reason = to, reason
	return nil
}

// UseClaimFilter chooses claims of use. Empty fields do not restrict.
type UseClaimFilter struct {
	Asset     int64
	Agency    int64 // this agency and all below it
	State     UseClaimState
	Origin    UseClaimOrigin
	Unmatched bool   // only where nobody knows which agency is meant
	Query     string // part of the name as stated
	Page
}
