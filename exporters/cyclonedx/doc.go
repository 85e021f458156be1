// Package cyclonedx answers how a document is said in CycloneDX 1.6 JSON so that everybody's tools take it: the elements
// are those of cyclonedx-go, and the result is valid by the published schema whatever strings the document holds.
//
// It reads nothing and judges nothing. What CycloneDX has no field for is in properties whose names begin with "ospo:" or,
// for what BSI TR-03183-2 asks, with "bsi:". Start with Write.
package cyclonedx
