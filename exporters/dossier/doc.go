// Package dossier answers what the public is told of a decision: one JSON document, "ospo-decision/1", that a person can
// read from the top and a program can check against decision.schema.json. Its bytes are kept and hashed when it is
// published, so that equal cases give equal bytes, for ever.
//
// It judges nothing and decides nothing about who may read: it leaves out what is withheld and says so with the ground. It
// never tells who scored, asked, advised or signed: people appear by their role alone. Start with Case, then Public; ForPublic is the
// case without what is withheld, for other ways of telling it.
package dossier
