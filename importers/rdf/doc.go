// Package rdf answers which statements a text in RDF makes, in any of three notations: Turtle 1.1 (N-Triples is part of it), RDF/XML 1.1
// and JSON-LD 1.1 as far as catalogues use it.
//
// It knows no vocabulary and reasons about nothing. It never fetches a context or an entity; what a JSON-LD text leaves to a context
// elsewhere is looked up in the terms that the caller gives. Bytes, depth and statements are bounded; a sentence of Turtle that cannot
// be read is a remark, and the next is read.
//
// Start with Read.
package rdf
