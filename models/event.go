package models

import (
	"encoding/json"
	"time"
)

// Event is one line of the audit trail: one journey, one event, written in its transaction and never changed.
type Event struct {
	ID        int64
	At        time.Time
	Action    string // noun and past tense: "asset.created"
	ActorID   *int64 // user; nil for the program itself
	ActorName string
	TokenID   *int64
	RequestID string
	Noun      string // "asset"
	NounID    int64
	Title     string          // how the thing was called then
	AgencyID  *int64          // the agency it concerns
	AssetID   *int64          // the asset whose history it belongs to
	SeenFrom  Visibility      // who could see the thing before; "" when it was not there
	SeenTo    Visibility      // who can see it after; "" when it is gone from sight
	Before    json.RawMessage `gorm:"type:jsonb"`
	After     json.RawMessage `gorm:"type:jsonb"`
}

// Change is one field of an event that differs between before and after.
type Change struct{ Field, Before, After string }

// CatalogNoun is what sort of thing of the catalogue has changed.
type CatalogNoun string

const (
	CatalogSoftware   CatalogNoun = "software" // an asset, or what hangs on it
	CatalogRepository CatalogNoun = "repository"
	CatalogPublisher  CatalogNoun = "publisher"
)

// CatalogNouns lists them.
var CatalogNouns = []CatalogNoun{CatalogSoftware, CatalogRepository, CatalogPublisher}
