package models

import "time"

// Reach says how far a person's word about a licence goes.
type Reach string

const (
	ReachAsset      Reach = "asset"      // in the documents of one piece of software
	ReachAgency     Reach = "agency"     // in what the agency and those below it run or answer for
	ReachEverywhere Reach = "everywhere" // in the whole register
)

// Reaches lists the reaches from near to far.
var Reaches = []Reach{ReachAsset, ReachAgency, ReachEverywhere}

// LicenseChoice records which branch of a licence expression is taken where it offers a choice.
type LicenseChoice struct {
	ID          int64
	Reach       Reach
	AgencyID    *int64 // for ReachAgency
	AssetID     *int64 // for ReachAsset
	Expression  string // the offer, in canonical form
	Chosen      string // what is taken of it, in canonical form
	Reason      string
	CreatedByID *int64
	CreatedAt   time.Time
	EndedAt     *time.Time
	EndedByID   *int64
}

// LicenseConclusion is a reviewer's licence for a component; it overrides what documents say.
type LicenseConclusion struct {
	ID          int64
	Reach       Reach
	AgencyID    *int64 // for ReachAgency
	AssetID     *int64 // for ReachAsset
	Base        string // the component: its purl without version, or "" when it has none
	Name        string // the component's name where it has no purl
	Version     string // "" for every version
	Concluded   string // the licence expression in canonical form
	Reason      string
	Evidence    string // where the licence can be read: an address, a file name
	CreatedByID *int64
	CreatedAt   time.Time
	EndedAt     *time.Time
	EndedByID   *int64
}

func checkReach(m *Mistakes, reach Reach, agency, asset *int64) {
	checkOneOf(m, "reach", reach, Reaches)
	switch {
	case reach == ReachAsset && asset == nil:
		m.Add("assetId", "required", "Say for which software.")
	case reach == ReachAgency && agency == nil:
		m.Add("agencyId", "required", "Say for which agency.")
	}
	if reach != ReachAsset && asset != nil {
		m.Add("assetId", "not-allowed", "Name software only when the reach is “asset”.")
	}
	if reach != ReachAgency && agency != nil {
		m.Add("agencyId", "not-allowed", "Name an agency only when the reach is “agency”.")
	}
}

// Validate reports every field that breaks a rule. Whether the licence is among those offered is for register to judge.
func (c *LicenseChoice) Validate() error {
	var m Mistakes
	checkReach(&m, c.Reach, c.AgencyID, c.AssetID)
	requireText(&m, "expression", c.Expression, 10_000)
	requireText(&m, "chosen", c.Chosen, 10_000)
	requireText(&m, "reason", c.Reason, 2000)
	return m.Err()
}

// Validate reports every field that breaks a rule.
func (c *LicenseConclusion) Validate() error {
	var m Mistakes
	checkReach(&m, c.Reach, c.AgencyID, c.AssetID)
	if c.Base == "" && c.Name == "" {
		m.Add("component", "required", "Name the component by its purl, or by its name when it has none.")
	}
	checkLength(&m, "base", c.Base, 2000)
	checkLength(&m, "name", c.Name, 1000)
	checkLength(&m, "version", c.Version, 500)
	requireText(&m, "concluded", c.Concluded, 10_000)
	requireText(&m, "reason", c.Reason, 2000)
	checkLength(&m, "evidence", c.Evidence, 2000)
	return m.Err()
}
