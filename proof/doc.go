// Package proof answers whether something was logged, and whether a log was only ever added to: the arithmetic of an
// append-only Merkle log (RFC 6962), its signed checkpoints, and files by which anybody checks them offline.
//
// It knows no database and no clock, trusts nothing that it reads, and says same or different in words. It never keeps a
// log; package store does. Start with VerifyInclusion in inclusion.go; entry.go says what is logged, docs/proof.md how to check
// without this program.
package proof
