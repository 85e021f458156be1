package models

import (
	"fmt"
	"slices"
	"time"
)

// Proposal is which candidate is proposed, and against which others.
type Proposal struct {
	Chosen       string   `json:"chosen" doc:"Key of the candidate."`
	Alternatives []string `json:"alternatives,omitempty" nullable:"false" doc:"Keys of the candidates that it was held against."`
	Text         string   `json:"text" doc:"Why this one."`
	Summary      string   `json:"publicSummary" doc:"The same in a few plain sentences, as the public will read it."`
}

// Validate reports every field that breaks a rule.
func (p *Proposal) Validate() error {
	var m Mistakes
	requireText(&m, "chosen", p.Chosen, 40)
	requireText(&m, "text", p.Text, 10000)
	requireText(&m, "publicSummary", p.Summary, 2000)
	return m.Err()
}

// Justification is why something is chosen that is not open source.
type Justification struct {
	Text     string     `json:"text" doc:"The reasons."`
	Grounds  []string   `json:"grounds" nullable:"false" doc:"The grounds, as the regime calls them."`
	SignedBy string     `json:"signedBy,omitempty" doc:"Who signs for it; empty: a draft."`
	SignedAt *time.Time `json:"signedAt,omitempty" doc:"When."`
}

// Validate reports every field that breaks a rule.
func (j *Justification) Validate() error {
	var m Mistakes
	requireText(&m, "text", j.Text, 10000)
	if (j.SignedBy == "") != (j.SignedAt == nil) {
		m.Add("signedAt", "required", "A signature has a name and a time, both or neither.")
	}
	return m.Err()
}

// Impossibility is the record that no candidate of a preferred rung would do (Italy, guidelines 2019, 2.7). It is kept on file.
type Impossibility struct {
	Rung     int        `json:"rung" minimum:"1" doc:"The rung on which nothing fits."`
	Text     string     `json:"text" doc:"Why none of its candidates meets the need, one by one."`
	Evidence []string   `json:"evidence,omitempty" nullable:"false" doc:"What shows it."`
	SignedBy string     `json:"signedBy" doc:"Who signs for it."`
	SignedAt *time.Time `json:"signedAt" doc:"When."`
}

// Validate reports every field that breaks a rule.
func (i *Impossibility) Validate() error {
	var m Mistakes
	requireText(&m, "text", i.Text, 10000)
	requireText(&m, "signedBy", i.SignedBy, 200)
	if i.SignedAt == nil {
		m.Add("signedAt", "required", "Say when it was signed.")
	}
	if i.Rung < 1 {
		m.Add("rung", "required", "Say on which rung nothing fits.")
	}
	return m.Err()
}

// ExemptionRequest asks to be let off open source first.
type ExemptionRequest struct {
	Grounds      []string `json:"grounds" nullable:"false" doc:"The grounds, from the closed list of the regime."`
	Facts        string   `json:"facts" doc:"What is the case."`
	Evidence     []string `json:"evidence,omitempty" nullable:"false" doc:"What shows it."`
	Scope        string   `json:"scope,omitempty" doc:"Product, function and agencies that it is to cover."`
	ExitPlan     string   `json:"exitPlan,omitempty" doc:"How and when the way back is taken; asked for with urgency."`
	CapacityPlan string   `json:"capacityPlan,omitempty" doc:"How the skills are built up; asked for where skills are missing."`
	ExpiresOn    *Date    `json:"expiresOn,omitempty" doc:"The day until which it is asked for."`
	Renewal      int      `json:"renewalCount,omitempty" minimum:"0" doc:"How often it was granted before."`
}

// Validate reports every field that breaks a rule.
func (e *ExemptionRequest) Validate() error {
	var m Mistakes
	if len(e.Grounds) == 0 {
		m.Add("grounds", "required", "Name at least one ground.")
	}
	requireText(&m, "facts", e.Facts, 10000)
	return m.Err()
}

// ExemptionAnswer grants, limits or refuses it.
type ExemptionAnswer struct {
	Verdict    string   `json:"verdict" enum:"granted,granted-limited,refused,revoked" doc:"What was decided."`
	Text       string   `json:"text" doc:"Why."`
	Grounds    []string `json:"grounds,omitempty" nullable:"false" doc:"The grounds that it is granted on."`
	Conditions []string `json:"conditions,omitempty" nullable:"false" doc:"What has to be done meanwhile."`
	ExpiresOn  *Date    `json:"expiresOn,omitempty" doc:"The last day on which it holds."`
}

// Granted reports whether the exemption holds.
func (a *ExemptionAnswer) Granted() bool {
	return a != nil && (a.Verdict == "granted" || a.Verdict == "granted-limited")
}

// Validate reports every field that breaks a rule.
func (a *ExemptionAnswer) Validate() error {
	var m Mistakes
	checkOneOf(&m, "verdict", a.Verdict, []string{"granted", "granted-limited", "refused", "revoked"})
	requireText(&m, "text", a.Text, 10000)
	if a.Granted() && len(a.Grounds) == 0 {
		m.Add("grounds", "required", "Name the grounds on which it is granted.")
	}
	if a.Verdict == "granted-limited" && len(a.Conditions) == 0 {
		m.Add("conditions", "required", "Say what it is limited to.")
	}
	return m.Err()
}

// Opinion is what the central body says before the decision.
type Opinion struct {
	Body    string `json:"body" doc:"Who gives it."`
	Verdict string `json:"verdict" enum:"favourable,unfavourable,conditional" doc:"What it comes to."`
	Text    string `json:"text" doc:"The opinion."`
}

// Validate reports every field that breaks a rule.
func (o *Opinion) Validate() error {
	var m Mistakes
	requireText(&m, "body", o.Body, 200)
	requireText(&m, "text", o.Text, 10000)
	checkOneOf(&m, "verdict", o.Verdict, []string{"favourable", "unfavourable", "conditional"})
	return m.Err()
}

// Procedure is the minute of a panel that confirms the procedure and nothing else.
type Procedure struct {
	Minute  string   `json:"minute" doc:"What the panel found."`
	Members []string `json:"members" nullable:"false" doc:"Who sat: legal head, finance head, subject expert."`
	Regular bool     `json:"regular,omitempty" doc:"The procedure was followed."`
}

// Validate reports every field that breaks a rule.
func (p *Procedure) Validate() error {
	var m Mistakes
	requireText(&m, "minute", p.Minute, 10000)
	if len(p.Members) == 0 {
		m.Add("members", "required", "Say who sat on the panel.")
	}
	return m.Err()
}

// Approval is one person's decision on the case.
type Approval struct {
	Verdict       string   `json:"verdict" enum:"approve,return,reject" doc:"What they decide."`
	Text          string   `json:"text,omitempty" doc:"Why."`
	Conditions    []string `json:"conditions,omitempty" nullable:"false" doc:"On what conditions."`
	Band          string   `json:"band,omitempty" doc:"The value band that they decide in."`
	DelegatedFrom string   `json:"delegatedFrom,omitempty" doc:"For whom they act."`
	Signature     string   `json:"signatureRef,omitempty" doc:"Where the signature is."`
}

// Validate reports every field that breaks a rule.
func (a *Approval) Validate() error {
	var m Mistakes
	checkOneOf(&m, "verdict", a.Verdict, []string{"approve", "return", "reject"})
	if a.Verdict != "approve" {
		requireText(&m, "text", a.Text, 10000)
	}
	return m.Err()
}

// Notices is what was announced to whom.
type Notices struct {
	Notices []Notice `json:"notices" nullable:"false" doc:"Each notice."`
}

// Notice is one announcement.
type Notice struct {
	Type        string   `json:"type" enum:"intent,award,exemption,release,renewal" doc:"What is announced."`
	Recipients  []string `json:"recipients,omitempty" nullable:"false" doc:"Who was told; empty: everybody."`
	PublishedOn Date     `json:"publishedOn" doc:"The day it went out: the standstill counts from the award notice."`
	URL         string   `json:"url,omitempty" doc:"Where it is."`
	Language    string   `json:"language,omitempty" doc:"Its language."`
}

// Award is the award notice that counts, the newest; nil when there is none.
func (n *Notices) Award() *Notice {
	if n == nil {
		return nil
	}
	for _, one := range slices.Backward(n.Notices) {
		if one.Type == "award" {
			return &one
		}
	}
	return nil
}

// Validate reports every field that breaks a rule.
func (n *Notices) Validate() error {
	var m Mistakes
	for i, one := range n.Notices {
		at := fmt.Sprintf("notices[%d].", i)
		checkOneOf(&m, at+"type", one.Type, []string{"intent", "award", "exemption", "release", "renewal"})
		if one.PublishedOn.IsZero() {
			m.Add(at+"publishedOn", "required", "Say on which day it went out.")
		}
		if one.URL != "" {
			checkURL(&m, at+"url", one.URL)
		}
	}
	return m.Err()
}

// Buying is the procedure in which money is spent.
type Buying struct {
	OCID      string `json:"ocid,omitempty" doc:"Open contracting identifier of the procedure."`
	Method    string `json:"method" enum:"open,selective,limited,direct" doc:"Procedure (OCDS method)."`
	Rationale string `json:"methodRationale,omitempty" doc:"Why that procedure: asked for when it is limited or direct."`
	Bids      []Bid  `json:"bids,omitempty" nullable:"false" doc:"The bids."`
	Supplier  string `json:"supplier,omitempty" doc:"To whom the award goes."`
	Value     Money  `json:"value,omitzero" doc:"The value of the award."`
	Title     string `json:"title,omitempty" doc:"What is bought."`
	CPV       string `json:"cpv,omitempty" doc:"Classification, as CPV 72267000."`
}

// Validate reports every field that breaks a rule.
func (b *Buying) Validate() error {
	var m Mistakes
	checkOneOf(&m, "method", b.Method, []string{"open", "selective", "limited", "direct"})
	if (b.Method == "limited" || b.Method == "direct") && b.Rationale == "" {
		m.Add("methodRationale", "required", "Say why the procedure is not open.")
	}
	optionalMoney(&m, "value", b.Value)
	for i, bid := range b.Bids {
		requireText(&m, fmt.Sprintf("bids[%d].bidder", i), bid.Bidder, 200)
		optionalMoney(&m, fmt.Sprintf("bids[%d].price", i), bid.Price)
	}
	return m.Err()
}

// Challenges is who objected, and what became of it.
type Challenges struct {
	Challenges     []Challenge `json:"challenges" nullable:"false" doc:"Each challenge."`
	OverridingNote string      `json:"overridingInterestOrder,omitempty" doc:"The order that lets the contract be signed all the same, and where it is."`
}

// Challenge is one of four kinds of objection.
type Challenge struct {
	Kind       string `json:"kind" enum:"supplier-review,reconsideration,access-appeal,audit-finding" doc:"What kind it is."`
	FiledBy    string `json:"filedBy" doc:"Who objects."`
	FiledOn    Date   `json:"filedOn" doc:"Since when."`
	Grounds    string `json:"grounds" doc:"Why."`
	State      string `json:"state" enum:"filed,suspended,upheld,dismissed,remitted,settled,withdrawn" doc:"Where it stands."`
	Outcome    string `json:"outcome,omitempty" doc:"What was ruled."`
	Effect     string `json:"effect,omitempty" enum:"none,redo-step,annul" doc:"What that means for the case."`
	RulingLink string `json:"rulingUrl,omitempty" doc:"Where the ruling is."`
}

// Pending reports whether the challenge is open.
func (c Challenge) Pending() bool { return c.State == "filed" || c.State == "suspended" }

// Validate reports every field that breaks a rule.
func (c *Challenges) Validate() error {
	var m Mistakes
	for i, one := range c.Challenges {
		at := fmt.Sprintf("challenges[%d].", i)
		checkOneOf(&m, at+"kind", one.Kind, []string{"supplier-review", "reconsideration", "access-appeal", "audit-finding"})
		checkOneOf(&m, at+"state", one.State, []string{"filed", "suspended", "upheld", "dismissed", "remitted", "settled", "withdrawn"})
		requireText(&m, at+"filedBy", one.FiledBy, 200)
		requireText(&m, at+"grounds", one.Grounds, 5000)
		if one.FiledOn.IsZero() {
			m.Add(at+"filedOn", "required", "Say on which day it was filed.")
		}
	}
	return m.Err()
}
