package models

import (
	"fmt"
	"slices"
)

// CandidateOrigin is where a candidate comes from; its tier follows from it and the rungs of the regime.
type CandidateOrigin string

const (
	FromGovernment CandidateOrigin = "gov-reuse"      // built by or for government
	FromOpenSource CandidateOrigin = "oss"            // open source of others
	FromMarket     CandidateOrigin = "commercial"     // offered under a licence that is not open
	FromOrder      CandidateOrigin = "custom"         // to be made to order
	FromShared     CandidateOrigin = "shared-service" // run by another public body for others
)

// CandidateOrigins lists them.
var CandidateOrigins = []CandidateOrigin{FromGovernment, FromOpenSource, FromMarket, FromOrder, FromShared}

// Deliveries lists how software comes; cloud is a way of delivery, never an origin.
var Deliveries = []string{"on-prem", "saas", "paas", "embedded", "device"}

// CandidateStates lists where a candidate may stand.
var CandidateStates = []string{"long", "short", "eliminated", "final"}

// EliminationCodes lists the reasons to drop a candidate. Only the first four make it unfit, and only with evidence.
var EliminationCodes = []string{"knock-out", "essential-gap", "wrong-function", "licence-refused", "cost", "time", "capacity", "immature", "withdrawn", "other"}

// Candidate is software that might meet the need. Community and enterprise editions are two candidates.
type Candidate struct {
	Name         string          `json:"name" doc:"Product." example:"Nextcloud"`
	Edition      string          `json:"edition,omitempty" doc:"Edition, as community or enterprise."`
	Versions     string          `json:"versions,omitempty" doc:"Versions looked at."`
	AssetID      *int64          `json:"assetId,omitempty" doc:"The software in this register, if it is in it."`
	Origin       CandidateOrigin `json:"origin" enum:"gov-reuse,oss,commercial,custom,shared-service" doc:"Where it comes from."`
	Delivery     string          `json:"delivery" enum:"on-prem,saas,paas,embedded,device" doc:"How it comes."`
	OSSDeclared  bool            `json:"ossDeclared,omitempty" doc:"Whoever proposes it says that it is open source; whether it is, is worked out."`
	Status       string          `json:"status" enum:"long,short,eliminated,final" doc:"How far it got."`
	Vendor       string          `json:"vendor,omitempty" doc:"Who offers it."`
	Maintainer   string          `json:"maintainer,omitempty" doc:"Who keeps it going."`
	Supporters   []string        `json:"supporters,omitempty" nullable:"false" doc:"Suppliers able to support it."`
	UsersInGov   []string        `json:"usersInGovernment,omitempty" nullable:"false" doc:"Public bodies that use it."`
	Covers       []Coverage      `json:"covers,omitempty" nullable:"false" doc:"For each requirement whether it is met."`
	DaysToUse    *int            `json:"daysToUse,omitempty" minimum:"0" doc:"In how many days it can be in use; left out: not known."`
	ClosedParts  *int            `json:"closedParts,omitempty" minimum:"0" doc:"How many closed components it cannot run without; left out: not known."`
	Independence string          `json:"independenceEvidence,omitempty" doc:"Evidence that it runs without the closed parts."`
	BuysSupport  bool            `json:"buysSupport,omitempty" doc:"Support or a subscription is bought with it."`
	Blocking     []string        `json:"blockingConstraints,omitempty" nullable:"false" doc:"What else stands in its way."`
	Elimination  *Elimination    `json:"elimination,omitempty" doc:"Why it was dropped."`
	SuggestedBy  string          `json:"suggestedBy,omitempty" doc:"Who brought it up, if not the agency."`
	Bid          *Bid            `json:"bid,omitempty" doc:"The bid it comes with."`
	SBOM         string          `json:"sbom,omitempty" doc:"SHA-256 of its SBOM document, once lodged."`
	References   []string        `json:"references,omitempty" nullable:"false" doc:"Addresses and documents."`
}

// Coverage says of one requirement whether a candidate meets it, and what closes the gap.
type Coverage struct {
	Requirement string   `json:"requirement" doc:"Name of the requirement."`
	Met         string   `json:"met" enum:"yes,partly,no,unknown" doc:"Whether it is met."`
	Evidence    []string `json:"evidence,omitempty" nullable:"false" doc:"What shows it: addresses or digests of attachments."`
	Remedy      string   `json:"remedy,omitempty" doc:"What would close the gap."`
	Cost        Money    `json:"cost,omitzero" doc:"What that costs."`
	Days        *int     `json:"days,omitempty" minimum:"0" doc:"How long it takes."`
}

// Elimination is why a candidate was dropped.
type Elimination struct {
	Code     string   `json:"code" doc:"The kind of reason." example:"essential-gap"`
	Text     string   `json:"text" doc:"The reason."`
	Evidence []string `json:"evidence" nullable:"false" doc:"What shows it."`
}

// Bid is an offer in a tender.
type Bid struct {
	Bidder          string `json:"bidder" doc:"Who bids."`
	Price           Money  `json:"price,omitzero" doc:"The price offered."`
	ClosedSource    bool   `json:"closedSource,omitempty" doc:"It offers closed source."`
	ExclusionReason string `json:"ossExclusionReason,omitempty" doc:"The bidder's reason for not offering open source."`
}

// Validate reports every field that breaks a rule.
func (c *Candidate) Validate() error {
	var m Mistakes
	requireText(&m, "name", c.Name, 200)
	checkLength(&m, "edition", c.Edition, 100)
	checkOneOf(&m, "origin", c.Origin, CandidateOrigins)
	checkOneOf(&m, "delivery", c.Delivery, Deliveries)
	checkOneOf(&m, "status", c.Status, CandidateStates)
	if (c.Status == "eliminated") != (c.Elimination != nil) {
		m.Add("elimination", "required", "A candidate that was dropped needs the reason, and only such a one has it.")
	}
	if e := c.Elimination; e != nil {
		checkOneOf(&m, "elimination.code", e.Code, EliminationCodes)
	}
	seen := map[string]bool{}
	for i, g := range c.Covers {
		at := fmt.Sprintf("covers[%d].", i)
		requireText(&m, at+"requirement", g.Requirement, 20)
		if !slices.Contains([]string{"yes", "partly", "no", "unknown"}, g.Met) {
			m.Add(at+"met", "unknown-value", "Say yes, partly, no or unknown.")
		}
		if seen[g.Requirement] {
			m.Add(at+"requirement", "twice", "The requirement "+g.Requirement+" stands in the list twice.")
		}
		seen[g.Requirement] = true
		optionalMoney(&m, at+"cost", g.Cost)
	}
	if c.Bid != nil {
		requireText(&m, "bid.bidder", c.Bid.Bidder, 200)
		optionalMoney(&m, "bid.price", c.Bid.Price)
	}
	if c.SBOM != "" && !isDigest(c.SBOM) {
		m.Add("sbom", "malformed", "Give the SHA-256 of the SBOM document as 64 hexadecimal digits.")
	}
	return m.Err()
}
