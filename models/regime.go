package models

import "time"

// Regime is what the law asks of decisions in an agency with all below it, or in all of government. What it says stands in its versions.
type Regime struct {
	ID        int64
	AgencyID  *int64 // nil: all of government
	Code      string // as "TT-draft"
	Name      string
	CreatedAt time.Time
}

// Validate reports every field that breaks a rule.
func (r *Regime) Validate() error {
	var m Mistakes
	requireText(&m, "name", r.Name, 200)
	requireText(&m, "code", r.Code, 40)
	return m.Err()
}

// RegimeVersion is one text of a regime. Once it has left the draft it never changes; several may be valid one after the other.
type RegimeVersion struct {
	ID            int64
	RegimeID      int64
	Number        int // 1, 2, 3 … within the regime
	State         PolicyState
	Text          string // the document in YAML, as package policy reads it
	Digest        []byte // SHA-256 of the document in canonical form
	Note          string // what is different and why
	Book          string // the program's rules as they read when it was put in force; "" before
	ValidFrom     *Date  // first day; cases that are opened from then on are judged by it
	ValidTo       *Date  // last day; nil: until the next
	Version       int64  // counts changes of the draft; the ETag
	CreatedByID   *int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	ActivatedByID *int64
	ActivatedAt   *time.Time
	EndedAt       *time.Time
}

// Validate reports every field that breaks a rule; what the text says is for package policy to judge.
func (v *RegimeVersion) Validate() error {
	var m Mistakes
	checkLength(&m, "note", v.Note, 2000)
	switch {
	case v.Text == "":
		m.Add("text", "required", "Give the document of the regime.")
	case len(v.Text) > MaxPolicyText:
		m.Add("text", "too-long", "The document of a regime has at most 512 KiB.")
	}
	return m.Err()
}
