package models

import (
	"fmt"
	"time"
)

// ContractTerms is what a contract says of what the law and good practice ask. What is left out is not known.
type ContractTerms struct {
	Number            string     `json:"number,omitempty" doc:"Number of the contract."`
	Supplier          string     `json:"supplier" doc:"With whom."`
	Template          string     `json:"template,omitempty" doc:"Model contract used, as EVB-IT."`
	SignedAt          *time.Time `json:"signedAt,omitempty" doc:"When it was signed."`
	StartsOn          *Date      `json:"startsOn,omitempty" doc:"First day."`
	EndsOn            *Date      `json:"endsOn,omitempty" doc:"Last day: the renewal alert counts back from it."`
	Value             Money      `json:"value,omitzero" doc:"Value."`
	RightsFull        *bool      `json:"rightsFull,omitempty" doc:"The agency gets every right in code made to order."`
	RightsException   string     `json:"rightsException,omitempty" doc:"Who approved that it does not, and why."`
	SourceDelivery    *bool      `json:"sourceDelivery,omitempty" doc:"Source code is delivered."`
	LicenseForRelease string     `json:"licenseForRelease,omitempty" doc:"Licence under which code is opened."`
	SBOMClause        *bool      `json:"sbomClause,omitempty" doc:"An SBOM comes with each release."`
	UpstreamClause    *bool      `json:"upstreamClause,omitempty" doc:"Changes are given back to the project."`
	ThirdLevel        *bool      `json:"thirdLevelSupport,omitempty" doc:"Third-level support by people who can change the code."`
	BuysSupport       *bool      `json:"buysSupport,omitempty" doc:"Support is bought."`
	Vulnerabilities   string     `json:"vulnerabilityDuties,omitempty" doc:"What the supplier does about vulnerabilities, and how fast."`
	ExitAssistance    *bool      `json:"exitAssistance,omitempty" doc:"The supplier helps to leave."`
	PriceCap          string     `json:"priceCap,omitempty" doc:"How far prices may rise."`
	NoticeDays        *int       `json:"noticeDays,omitempty" minimum:"0" doc:"Days of notice."`
	AuditClause       *bool      `json:"auditClause,omitempty" doc:"Usage may be audited by the supplier."`
	Escrow            *bool      `json:"escrow,omitempty" doc:"Source is held in escrow."`
	OpenFormats       *bool      `json:"openFormats,omitempty" doc:"Data are kept in open formats."`
	Clauses           []string   `json:"clauses,omitempty" nullable:"false" doc:"Clauses of the regime's library that are in it."`
}

// Validate reports every field that breaks a rule.
func (c *ContractTerms) Validate() error {
	var m Mistakes
	requireText(&m, "supplier", c.Supplier, 200)
	optionalMoney(&m, "value", c.Value)
	if c.StartsOn != nil && c.EndsOn != nil && c.EndsOn.Before(*c.StartsOn) {
		m.Add("endsOn", "too-early", "The contract ends before it starts.")
	}
	return m.Err()
}

// Registration is what a decision became in the register.
type Registration struct {
	AssetIDs      []int64  `json:"assetIds" nullable:"false" doc:"Software entries."`
	DeploymentIDs []int64  `json:"deploymentIds,omitempty" nullable:"false" doc:"Where it runs."`
	Entitlements  []string `json:"entitlements,omitempty" nullable:"false" doc:"Rights to use: an open source grant, a subscription, a support contract."`
	SBOM          string   `json:"sbom,omitempty" doc:"SHA-256 of the SBOM lodged at acceptance."`
	SWHID         string   `json:"swhid,omitempty" doc:"Archive identifier of own code."`
}

// Validate reports every field that breaks a rule.
func (r *Registration) Validate() error {
	var m Mistakes
	if len(r.AssetIDs) == 0 {
		m.Add("assetIds", "required", "Name the software entry that this became.")
	}
	if r.SBOM != "" && !isDigest(r.SBOM) {
		m.Add("sbom", "malformed", "Give the SHA-256 of the SBOM document as 64 hexadecimal digits.")
	}
	return m.Err()
}

// PublicTerms is what of a case the public is told, and what is withheld on which ground.
type PublicTerms struct {
	Tier     Visibility `json:"tier" enum:"public,government,agency" doc:"Who may read the published record."`
	Withheld []Withheld `json:"withheld,omitempty" nullable:"false" doc:"What is held back."`
	Ground   string     `json:"withheldGround,omitempty" doc:"The ground on which the whole is withheld, from the list of the regime."`
}

// Withheld is a part that the public is not shown.
type Withheld struct {
	Part   string `json:"part" doc:"Address of the part, as cost/b or attachment/12."`
	Ground string `json:"ground" doc:"The ground, from the list of the regime."`
	Text   string `json:"text,omitempty" doc:"In a sentence."`
}

// Validate reports every field that breaks a rule.
func (p *PublicTerms) Validate() error {
	var m Mistakes
	checkOneOf(&m, "tier", p.Tier, Visibilities)
	for i, w := range p.Withheld {
		requireText(&m, fmt.Sprintf("withheld[%d].part", i), w.Part, 100)
		requireText(&m, fmt.Sprintf("withheld[%d].ground", i), w.Ground, 100)
	}
	if p.Tier != VisiblePublic && p.Ground == "" {
		m.Add("withheldGround", "required", "Say on which ground the public is not told.")
	}
	return m.Err()
}

// Review is what was found when a decision was looked at again.
type Review struct {
	Trigger  string `json:"trigger" doc:"Why it was looked at: the date, or what happened."`
	Findings string `json:"findings" doc:"What was found."`
	Verdict  string `json:"verdict" enum:"reaffirmed,modified,replace,retire" doc:"What follows."`
	NextOn   *Date  `json:"nextOn,omitempty" doc:"The day of the next review."`
}

// Validate reports every field that breaks a rule.
func (r *Review) Validate() error {
	var m Mistakes
	requireText(&m, "trigger", r.Trigger, 200)
	requireText(&m, "findings", r.Findings, 10000)
	checkOneOf(&m, "verdict", r.Verdict, []string{"reaffirmed", "modified", "replace", "retire"})
	return m.Err()
}

// CodeRelease is whether code that was paid for is opened, for the whole or for each part of it.
type CodeRelease struct {
	Subsets []ReleaseSubset `json:"subsets" nullable:"false" doc:"The whole, or each part with its own decision."`
	Steward string          `json:"steward,omitempty" doc:"Who looks after it."`
	Upkeep  string          `json:"maintenanceStatus,omitempty" doc:"How it is maintained, as publiccode.yml has it."`
	SWHID   string          `json:"swhid,omitempty" doc:"Archive identifier of the released revision."`
}

// ReleaseSubset is one part of the code with its decision.
type ReleaseSubset struct {
	Name              string `json:"name" doc:"What part; “all” for the whole."`
	Verdict           string `json:"verdict" enum:"open,government-only,closed" doc:"Who may have it."`
	Ground            string `json:"ground,omitempty" doc:"Why it is not open, from the list of the regime."`
	Text              string `json:"text,omitempty" doc:"In a sentence or two."`
	RightsCheck       string `json:"rightsCheck" enum:"pass,fail,unknown" doc:"The agency holds the rights."`
	SecretsCheck      string `json:"secretsCheck" enum:"pass,fail,unknown" doc:"No keys or passwords are in it or its history."`
	SecurityCheck     string `json:"securityCheck" enum:"pass,fail,unknown" doc:"It can be shown without harm."`
	PrivacyCheck      string `json:"privacyCheck" enum:"pass,fail,unknown" doc:"No personal data are in it."`
	DependenciesCheck string `json:"dependenciesCheck" enum:"pass,fail,unknown" doc:"The licences of what it is made of allow it."`
	License           string `json:"license,omitempty" doc:"SPDX licence that it is opened under."`
	RepositoryURL     string `json:"repositoryUrl,omitempty" doc:"Where it is."`
	Metadata          bool   `json:"metadataPublished,omitempty" doc:"Its entry is in the public catalogue."`
	ExemptCode        string `json:"exemptCode,omitempty" doc:"Code of the exemption in code.json's terms."`
}

// Validate reports every field that breaks a rule.
func (c *CodeRelease) Validate() error {
	var m Mistakes
	if len(c.Subsets) == 0 {
		m.Add("subsets", "required", "Decide for the whole or for each part.")
	}
	for i, s := range c.Subsets {
		at := fmt.Sprintf("subsets[%d].", i)
		requireText(&m, at+"name", s.Name, 200)
		checkOneOf(&m, at+"verdict", s.Verdict, []string{"open", "government-only", "closed"})
		for field, v := range map[string]string{"rightsCheck": s.RightsCheck, "secretsCheck": s.SecretsCheck, "securityCheck": s.SecurityCheck, "privacyCheck": s.PrivacyCheck, "dependenciesCheck": s.DependenciesCheck} {
			checkOneOf(&m, at+field, v, []string{"pass", "fail", "unknown"})
		}
		if s.Verdict == "open" && s.License == "" {
			m.Add(at+"license", "required", "Say under which licence it is opened.")
		}
		if s.RepositoryURL != "" {
			checkURL(&m, at+"repositoryUrl", s.RepositoryURL)
		}
	}
	return m.Err()
}

// RemedyKinds lists what can be done about software that is unmaintained or vulnerable, in the order in which it is considered: rewriting comes last.
var RemedyKinds = []string{"accept-risk", "mitigate", "upstream-fix", "fund-maintainer", "fork", "replace", "rewrite", "retire"}

// Remedies is what could be done, what is done, and why not the rest.
type Remedies struct {
	Trigger  string   `json:"trigger" doc:"What happened: end of support, a vulnerability, a maintainer lost."`
	Options  []Remedy `json:"options" nullable:"false" doc:"What could be done."`
	Verdict  string   `json:"verdict" enum:"accept-risk,mitigate,upstream-fix,fund-maintainer,fork,replace,rewrite,retire" doc:"What is done."`
	Upstream string   `json:"upstreamContact,omitempty" doc:"Who was spoken to in the project."`
	Fund     Money    `json:"fundAmount,omitzero" doc:"What the maintainer is paid."`
	DueOn    *Date    `json:"dueOn,omitempty" doc:"Until when."`
}

// Remedy is one option.
type Remedy struct {
	Kind   string `json:"kind" enum:"accept-risk,mitigate,upstream-fix,fund-maintainer,fork,replace,rewrite,retire" doc:"What kind."`
	Reason string `json:"reason" doc:"Why it is taken, or why not."`
	Cost   Money  `json:"cost,omitzero" doc:"What it costs."`
	Days   *int   `json:"days,omitempty" minimum:"0" doc:"How long it takes."`
	Risk   string `json:"risk,omitempty" doc:"What may go wrong."`
}

// Validate reports every field that breaks a rule.
func (r *Remedies) Validate() error {
	var m Mistakes
	requireText(&m, "trigger", r.Trigger, 2000)
	checkOneOf(&m, "verdict", r.Verdict, RemedyKinds)
	taken := false
	for i, o := range r.Options {
		at := fmt.Sprintf("options[%d].", i)
		checkOneOf(&m, at+"kind", o.Kind, RemedyKinds)
		requireText(&m, at+"reason", o.Reason, 2000)
		optionalMoney(&m, at+"cost", o.Cost)
		taken = taken || o.Kind == r.Verdict
	}
	if !taken && r.Verdict != "" {
		m.Add("options", "required", "Give the reason for what is done, too.")
	}
	optionalMoney(&m, "fundAmount", r.Fund)
	return m.Err()
}
