// Package catalog answers what there is already for a need: a full-text index in memory over the software that the register keeps
// entries for and over entries of other governments' catalogues, with facets that are counted for whoever asks.
//
// It never reads or writes a database, and knows no clock but the day it is told: store/catalog.go fills it and keeps it in step. What
// a viewer may not see influences nothing that they are told: no hit, no count, no rank and no spelling.
//
// Start with Entry, what is known of a piece of software, then Index.Search. docs/catalogue.md says how searching works for those who search.
package catalog
