package models

import "time"

// Expertise is how a referent comes to know a piece of software.
type Expertise string

const (
	RunsIt     Expertise = "runs-it"
	DevelopsIt Expertise = "develops-it"
	Expert     Expertise = "expert" // knows it well, whatever their part in it
)

// Expertises lists the kinds in the order of a form.
var Expertises = []Expertise{RunsIt, DevelopsIt, Expert}

// Referent is a person of government who has offered to answer questions about a piece of software. Only they themselves can offer it. Their address is
// shown to nobody: who asks writes in the register.
type Referent struct {
	ID        int64
	AssetID   int64
	UserID    int64
	AgencyID  int64
	Expertise Expertise
	Note      string // what they can be asked about
	CreatedAt time.Time
	EndedAt   *time.Time
}

// Validate reports every field that breaks a rule.
func (f *Referent) Validate() error {
	var m Mistakes
	if f.AssetID == 0 {
		m.Add("assetId", "required", "Say which software it is.")
	}
	if f.AgencyID == 0 {
		m.Add("agencyId", "required", "Say for which agency you speak.")
	}
	checkOneOf(&m, "expertise", f.Expertise, Expertises)
	checkLength(&m, "note", f.Note, 300)
	return m.Err()
}
