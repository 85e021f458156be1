// Package sbom answers what all our SBOM exporters have to know: how a licence that somebody stated is written so that it
// is valid, which texts may stand in which field, and how a long document is written without holding it.
//
// It writes no format itself and knows no store. Start with Licenses.
package sbom
