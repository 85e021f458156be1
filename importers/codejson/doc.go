// Package codejson answers what a code.json says: the metadata that agencies of the United States publish of their software, as one
// file per repository, as the inventory of an agency or as the index that is made of many.
//
// It reads all that was ever in use: schema 1.0 and 1.0.1 (projects), 2.0.0 of the first programme (releases), 2.0.0 of the present one,
// the variant 2.1.0 of CMS, and agency-index 2.0.0, by the keys that stand there and not by the version that is stated, for files
// rarely tell it right. A member that has no place in a description is kept with it. It never reads from the network and judges no licence.
//
// Start with Read.
package codejson
