package models

import "time"

// OCDSRelease is one published change of a case as open contracting data tell it, byte for byte (OCDS 1.1: releases are immutable).
type OCDSRelease struct {
	ID         int64
	DecisionID int64
	Number     int    // of the publication that it was made of
	OCID       string `gorm:"column:ocid"` // of the contracting process: it never changes
	Release    string // identifier of the release
	Document   []byte // JSON
	Digest     []byte // SHA-256 of it
	At         time.Time
}
