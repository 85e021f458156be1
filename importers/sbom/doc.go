// Package sbom answers what the readers of all SBOM formats have in common: how a document is opened, whatever it is packed
// and encoded in; what it may cost; how findings are kept; how JSON is walked; and how packages, ids and relationships are
// judged once a reader has found them.
//
// It knows no format and stores nothing. Start with Read; readers of formats start with Builder and JSON.
package sbom
