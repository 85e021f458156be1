// Package models says what a thing in the register is: its fields, its states and the rules about that one noun.
//
// It never reads or writes anything, knows no JSON and no HTTP, and holds no state. Rules about several nouns belong to
// policy, sequences that read, judge and write belong to register. Start with asset.go, the noun everything hangs on,
// and errors.go, the six kinds of answer that are not the one hoped for.
package models
