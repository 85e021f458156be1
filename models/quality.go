package models

// Tally counts how often a fact is stated in a document, over its packages or, for facts of the document itself, once.
// The three outcomes are never merged: a value, an explicit "not known", silence.
type Tally struct {
	Fact    string `json:"fact"` // see package quality
	Value   int    `json:"value,omitempty"`
	Unknown int    `json:"unknown,omitempty"`
	Missing int    `json:"missing,omitempty"`
}
