package models

// WatchedNouns are what the timer rules of the law are asked about.
var WatchedNouns = []string{"decision", "deployment", "asset"}

// WatchFilter chooses what the watch has found. Empty fields do not restrict, except that without an outcome only violations are meant.
type WatchFilter struct {
	Agency  int64 // this agency and all below it
	Rule    string
	Noun    string
	Outcome RuleOutcome
	Page
}
