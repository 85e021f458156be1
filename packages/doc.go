// Package packages answers what the identifier of a piece of software means: which package a purl names, which of two versions is
// the later one in the package's own ecosystem, whether a version lies in a range that a person wrote, and whether a CPE name or a Software Heritage identifier is well formed.
//
// It never looks anything up: it knows notations and orders, not which packages or versions exist. It never fails on odd versions either; every pair of
// texts has an order.
//
// Start with ParsePURL for an identifier, ParseRange and Range.Contains for "below 3.0.8", Order for sorting versions.
package packages
