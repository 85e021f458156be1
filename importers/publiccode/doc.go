// Package publiccode answers what a publiccode.yml says and what is wrong with it.
//
// It reads the versions 0.2 to 0.7 of the standard (https://yml.publiccode.tools), also stated as "0", and what is known of 1.0. Every mistake is
// found at once and named with its place, and what is sound is read whatever else is wrong. It never asks the network, never stores, and believes nothing: a
// Description is what the publisher says.
//
// A file counts as broken (models.Failure) when the standard forbids what it says, or when the validator that the catalogues run would refuse it although the
// standard is silent or milder; the messages tell which. docs/publiccode.md lists where the two differ.
//
// Start with Read; schema.go is the standard as tables.
package publiccode
