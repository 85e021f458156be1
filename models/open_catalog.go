package models

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// RootCatalog is the alternative id by which the Open Catalog API knows what belongs to no catalogue in particular: the register itself.
const RootCatalog = "∅"

// CrawlerCatalog is a catalogue of the Open Catalog API: a list of places that a crawler goes over, and what was found by way of them.
type CrawlerCatalog struct {
	ID                  int64
	UUID                string `gorm:"default:gen_random_uuid()"`
	Name                string
	AlternativeID       string // unique when given; RootCatalog for the settings of the register itself
	Active              bool
	PublishersNamespace string // in front of a publisher's alternative id it makes the URI of an agency
	Scopes              StringList
	Sources             []CatalogSource            `gorm:"serializer:json"`
	Analyses            map[string]json.RawMessage `gorm:"serializer:json"` // by namespace, as those of a repository
	WithdrawnAt         *time.Time                 // since when it is not told any more
	Version             int64
	CreatedAt           time.Time
	UpdatedAt           time.Time
}

// CatalogSource is a place that a crawler goes over for a catalogue.
type CatalogSource struct {
	Driver string   `json:"driver,omitempty"` // "" lets the crawler guess
	URL    string   `json:"url"`
	Args   []string `json:"args,omitempty"`
}

// CrawlerLog is what a crawler of others says of its work. It is kept as it came.
type CrawlerLog struct {
	ID           int64
	UUID         string `gorm:"default:gen_random_uuid()"`
	Message      string
	RepositoryID *int64 // at most one of the three
	PublisherID  *int64
	CatalogID    *int64
	WrittenByID  *int64
	CreatedAt    time.Time
}

// SoftwareBundle is a named set of software, by its repositories.
type SoftwareBundle struct {
	ID          int64
	UUID        string `gorm:"default:gen_random_uuid()"`
	Name        string // unique
	Description string
	Active      bool
	WithdrawnAt *time.Time
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time

	Repositories []string `gorm:"-"` // their UUIDs
}

// MostBundled bounds how much software a bundle has.
const MostBundled = 1000

// Way is the direction in which a list of the Open Catalog API is read on from a cursor.
type Way string

const (
	Forward  Way = ""       // what comes after it
	Backward Way = "before" // what comes before it
)

// OpenCatalogPage asks for part of a list of the Open Catalog API, which is read both ways.
type OpenCatalogPage struct {
	Cursor string
	Way    Way
	Size   int
}

// OpenCatalogList is one page of such a list. Prev and Next are cursors, "" where there is nothing more.
type OpenCatalogList[T any] struct {
	Items      []T
	Prev, Next string
}

// OpenCatalogFilter chooses what the Open Catalog API lists. Empty fields do not restrict.
type OpenCatalogFilter struct {
	All       bool   // also what is switched off
	Canonical string // software with this address, or known by it
	Catalog   int64
	Root      bool // only what belongs to no catalogue
	From, To  time.Time
	Search    string // part of a message
	Message   string // the whole of it
	OpenCatalogPage
}

// Validate reports every field that breaks a rule.
func (c *CrawlerCatalog) Validate() error {
	var m Mistakes
	requireText(&m, "name", c.Name, 255)
	checkLength(&m, "alternativeId", c.AlternativeID, 255)
	checkLength(&m, "publishersNamespace", c.PublishersNamespace, 255)
	if len(c.Scopes) > 20 {
		m.Add("scopes", "too-many", "A catalogue has at most 20 scopes.")
	}
	for i, s := range c.Scopes {
		requireText(&m, at("scopes", i), s, 64)
	}
	switch {
	case c.IsRoot() && len(c.Sources) > 0:
		m.Add("sources", "not-allowed", "sources are not allowed on the root catalog")
	case !c.IsRoot() && len(c.Sources) == 0:
		m.Add("sources", "required", "Say which places the crawler goes over.")
	case len(c.Sources) > 100:
		m.Add("sources", "too-many", "A catalogue has at most 100 sources.")
	}
	for i, s := range c.Sources {
		if s.URL == "" {
			m.Add(at("sources", i)+".url", "required", "Give the address of the source.")
		}
		checkURL(&m, at("sources", i)+".url", s.URL)
		checkLength(&m, at("sources", i)+".driver", s.Driver, 64)
		if len(s.Args) > 20 {
			m.Add(at("sources", i)+".args", "too-many", "A source has at most 20 arguments.")
		}
		for j, a := range s.Args {
			requireText(&m, at(at("sources", i)+".args", j), a, 2048)
		}
	}
	return m.Err()
}

// Validate reports every field that breaks a rule.
func (b *SoftwareBundle) Validate() error {
	var m Mistakes
	requireText(&m, "name", b.Name, 255)
	checkLength(&m, "description", b.Description, 2000)
	if len(b.Repositories) > MostBundled {
		m.Add("softwareIds", "too-many", "A bundle has at most 1,000 pieces of software.")
	}
	return m.Err()
}

var (
	mailLike  = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+`)
	phoneLine = regexp.MustCompile(`(?m)^([ \t]*(?:-[ \t]+)?["']?phone["']?[ \t]*:)[^\n]*$`)
)

var publicCodePath = regexp.MustCompile(`(?i)publiccode\.ya?ml$`)

// HasPublicCode reports whether it is a publiccode.yml, be it a good one, that describes the software.
func (r *Repository) HasPublicCode() bool {
	return r.Source != "" && publicCodePath.MatchString(r.Path)
}

// SourceWithoutPeople is the text that describes the software without mail addresses and telephone numbers, as the public sees it.
func (r *Repository) SourceWithoutPeople() string {
	return phoneLine.ReplaceAllString(WithoutMailAddresses(r.Source), "$1")
}

// WithoutMailAddresses leaves mail addresses out of a text. Git's own addresses (git@host:path, ssh://git@host) are not those of
// people and stay.
func WithoutMailAddresses(text string) string {
	var b strings.Builder
	last := 0
	for _, m := range mailLike.FindAllStringIndex(text, -1) {
		rest := text[m[1]:]
		if strings.HasSuffix(text[:m[0]], "//") || len(rest) > 1 && rest[0] == ':' && !strings.ContainsRune(" \t\r\n", rune(rest[1])) {
			continue
		}
		b.WriteString(text[last:m[0]])
		last = m[1]
	}
	b.WriteString(text[last:])
	return b.String()
}

// IsRoot reports whether this is the register itself, whose software belongs to no catalogue.
func (c *CrawlerCatalog) IsRoot() bool { return c.AlternativeID == RootCatalog }

// Holder is the number by which software belongs to the catalogue; nil for the root.
func (c *CrawlerCatalog) Holder() *int64 {
	if c.IsRoot() {
		return nil
	}
	return &c.ID
}
