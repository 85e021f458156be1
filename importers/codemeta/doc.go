// Package codemeta answers what a codemeta.json says of a piece of software, and JSON-LD in the words of schema.org:
// SoftwareSourceCode and SoftwareApplication.
//
// It reads CodeMeta 1, 2 and 3 as JSON, since no program may fetch a context while it reads: terms are known by their names, with
// or without a prefix, by their addresses and by the aliases that the file's own @context gives. It judges no licence and never reads
// from the network. A term that has no place in a description is kept with it.
//
// Start with Read.
package codemeta
