package models

import "time"

// SuggestionState is what became of a suggestion.
type SuggestionState string

const (
	SuggestionReceived  SuggestionState = "received"
	SuggestionCandidate SuggestionState = "candidate" // it is a candidate of the case
	SuggestionDeclined  SuggestionState = "declined"
)

// SuggestionStates lists them.
var SuggestionStates = []SuggestionState{SuggestionReceived, SuggestionCandidate, SuggestionDeclined}

// The bounds of what the public may suggest in a day: in all, and for one case.
const (
	MostSuggestions       = 200
	MostSuggestionsOfCase = 20
)

// Suggestion is software that somebody outside suggests for a case that the public sees: a supplier, a developer, a citizen.
type Suggestion struct {
	ID         int64
	DecisionID int64
	Number     int    // 1, 2, 3 … of the decision
	Name       string // of the product
	License    string // SPDX expression, as it is said; "" when it is not
	URL        string // where it is to be seen; "" when it is not said
	Text       string // why it would do
	References string // who uses it
	ByName     string // who suggests it, as the public reads it
	Contact    string // for who answers alone
	ByID       *int64 // nil for somebody without an account
	State      SuggestionState
	Candidate  string // key of the candidate that was made of it; "" otherwise
	Reason     string // what was answered, for the public
	AnsweredAt *time.Time
	At         time.Time
}

// TableName is that of the database.
func (Suggestion) TableName() string { return "decision_suggestions" }

// Validate reports every field that breaks a rule.
func (s *Suggestion) Validate() error {
	var m Mistakes
	requireText(&m, "name", s.Name, 200)
	requireText(&m, "text", s.Text, 3000)
	requireText(&m, "byName", s.ByName, 200)
	checkLength(&m, "license", s.License, 500)
	checkLength(&m, "references", s.References, 2000)
	checkLength(&m, "contact", s.Contact, 300)
	if s.URL != "" {
		checkURL(&m, "url", s.URL)
	}
	return m.Err()
}

// suggestible is where a case is open to suggestions: while its need is out for offers, and as long as what was decided is in force and may be decided anew.
var suggestible = []DecisionState{PublicCallOut, DecisionInForce, UnderReview}

// TakesSuggestions reports whether somebody outside may suggest software for the case.
func (d *Decision) TakesSuggestions() bool {
	if d.Branch() != Acquisition || d.Visibility != VisiblePublic {
		return false
	}
	for _, s := range suggestible {
		if d.State == s {
			return true
		}
	}
	return false
}
