package models

import "time"

// KeeperKind says what somebody does for a piece of software.
type KeeperKind string

const (
	Maintainer KeeperKind = "maintainer" // changes the code, or pays for people who do
	Sponsor    KeeperKind = "sponsor"    // gives the money
)

// KeeperKinds lists the kinds in the order of a form.
var KeeperKinds = []KeeperKind{Maintainer, Sponsor}

// Keeper is a body that keeps a piece of software going, and until when it has said that it will.
type Keeper struct {
	Kind    KeeperKind
	Name    string // of the body or unit; no person
	URL     string
	UntilOn *Date // the last day; nil: no end was said
}

// Continuity is what keeps a piece of software going when people, contracts or money end. There is one for each asset; its history stands in the events.
type Continuity struct {
	ID            int64
	AssetID       int64
	Unit          string   // the unit of the steward that answers for it
	Keepers       []Keeper `gorm:"serializer:json"`
	FundedUntilOn *Date    // the last day for which there is money
	FundingSource string   // where that is said: a URL or a sentence
	Plan          string   // what happens when it ends: who takes over, or how one gets away from it
	PlanURL       string
	Escrow        string // where the source is kept besides its repository: escrow agent, mirror, archive
	EscrowURL     string
	Replacement   string // what would take its place, in words
	ReplacementID *int64 // the same, where it is in the register
	Knowledge     string // how many know it well enough to change it, and where they are
	ReviewedOn    *Date
	NextReviewOn  *Date
	Version       int64 // counts changes; the ETag. 1 while nothing has been said
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// MostKeepers bounds the keepers of one piece of software.
const MostKeepers = 50

// Planned reports whether there is a plan for the day on which it ends.
func (c *Continuity) Planned() bool { return c.Plan != "" || c.PlanURL != "" }

// Validate reports every field that breaks a rule on a day.
func (c *Continuity) Validate(today Date) error {
	var m Mistakes
	checkLength(&m, "unit", c.Unit, 200)
	if len(c.Keepers) > MostKeepers {
		m.Add("keepers", "too-many", "Name at most 50.")
	}
	for i := range c.Keepers {
		k := &c.Keepers[i]
		checkOneOf(&m, at("keepers", i)+".kind", k.Kind, KeeperKinds)
		requireText(&m, at("keepers", i)+".name", k.Name, 200)
		checkLink(&m, at("keepers", i)+".url", k.URL)
	}
	checkLength(&m, "fundingSource", c.FundingSource, 500)
	if c.FundedUntilOn != nil && c.FundingSource == "" {
		m.Add("fundingSource", "required", "Say where this date comes from.")
	}
	checkLength(&m, "plan", c.Plan, 10000)
	checkLink(&m, "planUrl", c.PlanURL)
	checkLength(&m, "escrow", c.Escrow, 1000)
	checkLink(&m, "escrowUrl", c.EscrowURL)
	checkLength(&m, "replacement", c.Replacement, 300)
	if c.ReplacementID != nil && *c.ReplacementID == c.AssetID {
		m.Add("replacementId", "self", "Software cannot be its own replacement.")
	}
	checkLength(&m, "knowledge", c.Knowledge, 2000)
	if c.ReviewedOn != nil && today.Before(*c.ReviewedOn) {
		m.Add("reviewedOn", "in-future", "Give the day on which this was looked at last: today or earlier.")
	}
	if c.ReviewedOn != nil && c.NextReviewOn != nil && !c.ReviewedOn.Before(*c.NextReviewOn) {
		m.Add("nextReviewOn", "before-review", "The next review comes after the last.")
	}
	return m.Err()
}

// checkLink takes an address or none.
func checkLink(m *Mistakes, field, value string) {
	if value != "" {
		checkURL(m, field, value)
	}
}
