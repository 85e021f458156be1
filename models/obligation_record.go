package models

import "time"

// ObligationState says how far an obligation is met.
type ObligationState string

const (
	ObligationOpen          ObligationState = "open"
	ObligationMet           ObligationState = "met"
	ObligationNotApplicable ObligationState = "not-applicable"
)

// ObligationStates lists the states in the order of a form.
var ObligationStates = []ObligationState{ObligationOpen, ObligationMet, ObligationNotApplicable}

// ObligationRecord is a person's statement of how an obligation of a release is met in a use. The newest one counts; the others stay.
type ObligationRecord struct {
	ID         int64
	ReleaseID  int64
	Use        string // licenses.Use
	License    string // the leaf it comes from
	Obligation string // its key in package licenses
	State      ObligationState
	Evidence   string // how, and where it can be seen
	UserID     *int64
	CreatedAt  time.Time
}

// Validate reports every field that breaks a rule.
func (o *ObligationRecord) Validate() error {
	var m Mistakes
	requireText(&m, "license", o.License, 1000)
	requireText(&m, "obligation", o.Obligation, 100)
	checkOneOf(&m, "state", o.State, ObligationStates)
	checkLength(&m, "evidence", o.Evidence, 2000)
	if o.State != ObligationOpen && o.Evidence == "" {
		m.Add("evidence", "required", "Say how it is met, or why it does not apply, and where that can be seen.")
	}
	return m.Err()
}
