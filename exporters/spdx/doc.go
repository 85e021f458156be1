// Package spdx answers how a document is said in SPDX 2.3 JSON so that everybody's tools take it: the elements are those
// of tools-golang, and the result is valid by the published schema whatever strings the document holds.
//
// It reads nothing and judges nothing. What SPDX 2.3 has no field for is said in comments. Start with Write.
package spdx
