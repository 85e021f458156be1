package models

import "time"

// LicensePolicy is what an agency, or the whole government, says about licences. Its rules are in its versions.
type LicensePolicy struct {
	ID        int64
	AgencyID  *int64 // binds the agency and all below it; nil: all of government
	Name      string
	CreatedAt time.Time
}

// PolicyState says what a version of a policy is good for.
type PolicyState string

const (
	PolicyDraft      PolicyState = "draft"      // being written; judges nothing
	PolicyActive     PolicyState = "active"     // judges; at most one of a policy
	PolicySuperseded PolicyState = "superseded" // judged once; kept and still runnable
	PolicyDiscarded  PolicyState = "discarded"  // a draft that was given up
)

// PolicyStates lists the states in the order of a life.
var PolicyStates = []PolicyState{PolicyDraft, PolicyActive, PolicySuperseded, PolicyDiscarded}

// PolicyVersion is one text of a policy. Once it has left the draft it never changes.
type PolicyVersion struct {
	ID            int64
	PolicyID      int64
	Number        int // 1, 2, 3 … within the policy
	State         PolicyState
	Text          string // the policy document in YAML, as package policy reads it
	Digest        []byte // SHA-256 of the document in canonical form
	Note          string // what is different and why
	Version       int64  // counts changes of the draft; the ETag
	CreatedByID   *int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	ActivatedByID *int64
	ActivatedAt   *time.Time
	EndedAt       *time.Time // superseded or discarded
}

// MaxPolicyText bounds a policy document, in bytes.
const MaxPolicyText = 512 << 10

// Validate reports every field that breaks a rule.
func (p *LicensePolicy) Validate() error {
	var m Mistakes
	requireText(&m, "name", p.Name, 200)
	return m.Err()
}

// Validate reports every field that breaks a rule; what the text says is for package policy to judge.
func (v *PolicyVersion) Validate() error {
	var m Mistakes
	checkLength(&m, "note", v.Note, 2000)
	switch {
	case v.Text == "":
		m.Add("text", "required", "Give the policy document.")
	case len(v.Text) > MaxPolicyText:
		m.Add("text", "too-long", "A policy document has at most 512 KiB.")
	}
	return m.Err()
}

// LicenseList is a release of the SPDX licence list that the register judges, or judged, by.
type LicenseList struct {
	ID            int64
	Number        string // as "3.28.0"
	Date          string
	Digest        string // hex; licenses.List.Digest
	Licenses      []byte // licenses.json as published
	Exceptions    []byte // exceptions.json as published
	State         PolicyState
	CreatedByID   *int64
	CreatedAt     time.Time
	ActivatedByID *int64
	ActivatedAt   *time.Time
}
