package models

import (
	"fmt"
	"time"
)

// Scan is the look at what is there already: where it was searched, and what was found.
type Scan struct {
	Searches    []Search    `json:"searches" nullable:"false" doc:"Each search with its evidence."`
	Suppliers   []string    `json:"suppliers,omitempty" nullable:"false" doc:"Suppliers that were asked."`
	Responses   []string    `json:"responses,omitempty" nullable:"false" doc:"What a request for information or a public call brought."`
	PublicCall  *PublicCall `json:"publicCall,omitempty" doc:"The need as it was published for offers."`
	NilReturn   *NilReturn  `json:"nilReturn,omitempty" doc:"The signed statement that nothing was found."`
	ReusedFrom  string      `json:"reusedFrom,omitempty" doc:"Reference of the earlier decision whose scan is used again."`
	ReusedAt    *Date       `json:"reusedOn,omitempty" doc:"The day on which that scan was closed."`
	Suggestions []string    `json:"suggestions,omitempty" nullable:"false" doc:"Products that the public suggested."`
}

// Search is one search in one source. What the register searched itself has an exhibit that nobody wrote by hand.
type Search struct {
	Source   string     `json:"source" doc:"Where: the code of a source that the regime names, or an address." example:"shared-repository"`
	Query    string     `json:"query" doc:"What was searched for."`
	Filters  string     `json:"filters,omitempty" doc:"Filters that were set."`
	At       *time.Time `json:"at,omitempty" doc:"When."`
	By       string     `json:"by,omitempty" doc:"Who."`
	Hits     int        `json:"hits" minimum:"0" doc:"How many things were found."`
	Found    []string   `json:"found,omitempty" nullable:"false" doc:"What of it matters."`
	Recorded bool       `json:"recorded,omitempty" readOnly:"true" doc:"There is evidence on file; set by the register."`
	Exhibit  string     `json:"exhibit,omitempty" doc:"SHA-256 of the attachment that shows the result."`
}

// PublicCall is a need published for offers.
type PublicCall struct {
	PublishedOn Date   `json:"publishedOn" doc:"The day of publication."`
	EndsOn      Date   `json:"endsOn" doc:"The last day for offers."`
	URL         string `json:"url" doc:"Where it is published."`
	Offers      int    `json:"offers" minimum:"0" doc:"How many came."`
}

// NilReturn says, signed, that no open source and no government software was found.
type NilReturn struct {
	Text     string     `json:"text" doc:"What was looked for, where, and why nothing found will do."`
	SignedBy string     `json:"signedBy" doc:"Who signs for it."`
	SignedAt *time.Time `json:"signedAt" doc:"When."`
}

// Validate reports every field that breaks a rule.
func (s *Scan) Validate() error {
	var m Mistakes
	for i, one := range s.Searches {
		at := fmt.Sprintf("searches[%d].", i)
		requireText(&m, at+"source", one.Source, 200)
		requireText(&m, at+"query", one.Query, 500)
		if one.Exhibit != "" && !isDigest(one.Exhibit) {
			m.Add(at+"exhibit", "malformed", "Give the SHA-256 of the attachment as 64 hexadecimal digits.")
		}
	}
	if s.PublicCall != nil {
		checkURL(&m, "publicCall.url", s.PublicCall.URL)
		if s.PublicCall.EndsOn.Before(s.PublicCall.PublishedOn) {
			m.Add("publicCall.endsOn", "too-early", "The call ends before it is published.")
		}
	}
	if n := s.NilReturn; n != nil {
		requireText(&m, "nilReturn.text", n.Text, 5000)
		requireText(&m, "nilReturn.signedBy", n.SignedBy, 200)
		if n.SignedAt == nil {
			m.Add("nilReturn.signedAt", "required", "Say when it was signed.")
		}
	}
	if (s.ReusedFrom == "") != (s.ReusedAt == nil) {
		m.Add("reusedOn", "required", "Name the earlier decision and the day on which its scan was closed, both or neither.")
	}
	return m.Err()
}

func isDigest(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
