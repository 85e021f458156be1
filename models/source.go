package models

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// SourceKind is how another government's catalogue speaks.
type SourceKind string

const (
	OpenCatalogSource SourceKind = "open-catalog"    // the Open Catalog API: developers-italia-api and its kin
	PublicCodeList    SourceKind = "publiccode-list" // a list of publishers, repositories or publiccode.yml files
	CodeJSONSource    SourceKind = "code-json"       // the code.json of an agency, or one that tells of a single repository
	AgencyIndexSource SourceKind = "agency-index"    // the index of an agency, schema agency-index 2.0.0
	DCATSource        SourceKind = "dcat"            // a catalogue in RDF: DCAT-AP, ADMS-AP, DCAT-US
)

// SourceKinds lists the kinds in the order of a form.
var SourceKinds = []SourceKind{OpenCatalogSource, PublicCodeList, CodeJSONSource, AgencyIndexSource, DCATSource}

// Freshness says how far what is kept of a source can be relied on as being of today.
type Freshness string

const (
	NeverRead   Freshness = "never-read"
	FreshSource Freshness = "fresh" // read whole within twice the time between two readings
	StaleSource Freshness = "stale" // not
)

// Source is the catalogue of another government, read by the clock.
type Source struct {
	ID          int64
	Name        string
	Kind        SourceKind
	URL         string
	Country     string     // ISO 3166-1 alpha-2, or EU or UN for a union of states
	License     string     // of the catalogue's data: an SPDX id or an address; shown with every entry
	Attribution string     // who is to be named with the data; "": the name of the source
	Active      bool       // read by the clock
	EveryHours  int        // between two readings
	ETag        string     `gorm:"column:etag"` // what was said of the first page when it was last read whole
	ReadAt      *time.Time // when it was last read whole, or was found unchanged
	AskedAt     *time.Time // when it was last asked
	Outcome     VisitOutcome
	Detail      string
	Failures    int        // in a row
	NextAt      *time.Time // not by the clock before; nil: at once
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// The bounds of how often a source is read, in hours. Other governments pay for their servers.
const (
	LeastEveryHours = 1
	MostEveryHours  = 24 * 31
)

var (
	spdxWords = regexp.MustCompile(`^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$`)
)

// Validate reports every field that breaks a rule.
func (s *Source) Validate() error {
	var m Mistakes
	requireText(&m, "name", s.Name, 200)
	checkOneOf(&m, "kind", s.Kind, SourceKinds)
	if s.URL == "" {
		m.Add("url", "required", "Give the address at which the catalogue answers. For one that is only brought as a file, give the address of its pages.")
	}
	checkURL(&m, "url", s.URL)
	if !countryCode.MatchString(s.Country) {
		m.Add("country", "bad-country", "Give the country as two capital letters, such as IT; EU for the Union.")
	}
	requireText(&m, "license", s.License, 500)
	if s.License != "" && !spdxWords.MatchString(s.License) && !strings.HasPrefix(s.License, "https://") && !strings.HasPrefix(s.License, "http://") {
		m.Add("license", "bad-license", "Say under which licence the data of the catalogue are: an SPDX id such as CC-BY-4.0, or the address of the licence.")
	}
	checkLength(&m, "attribution", s.Attribution, 500)
	if s.EveryHours < LeastEveryHours || s.EveryHours > MostEveryHours {
		m.Add("everyHours", "out-of-range", "A source is read at most every hour and at least every 31 days.")
	}
	return m.Err()
}

// Named is who is to be named with the data.
func (s *Source) Named() string {
	if s.Attribution != "" {
		return s.Attribution
	}
	return s.Name
}

// Freshness says whether what is kept is of today.
func (s *Source) Freshness(now time.Time) Freshness {
	switch {
	case s.ReadAt == nil:
		return NeverRead
	case now.Sub(*s.ReadAt) > 2*time.Duration(s.EveryHours)*time.Hour:
		return StaleSource
	}
	return FreshSource
}

// ReadingMode says what is done with what a reading finds.
type ReadingMode string

const (
	ReadingKeeps     ReadingMode = "keep"
	ReadingRehearsed ReadingMode = "dry-run" // nothing is changed; the reading says what would be
)

// ReadingModes lists the modes.
var ReadingModes = []ReadingMode{ReadingKeeps, ReadingRehearsed}

// Reading is one run over a source: the line of the intake log for its owner.
type Reading struct {
	ID          int64
	SourceID    int64
	AskedByID   *int64
	AskedByName string
	Mode        ReadingMode
	Filename    string // of a document that was brought; "" when the source was asked
	State       HarvestState
	Pages       int // answers read
	Found       int // entries in them
	Added       int
	Changed     int
	Unchanged   int
	Gone        int // entries that were there before and are not any more
	Refused     int // entries that could not be read
	Outcome     VisitOutcome
	Detail      string
	Cure        string
	CreatedAt   time.Time
	StartedAt   *time.Time
	EndedAt     *time.Time
}

// ReadingLine is what happened at one address, or with one entry, of a reading.
type ReadingLine struct {
	ID        int64
	ReadingID int64
	URL       string
	Outcome   VisitOutcome
	Entries   int
	Detail    string
	Cure      string
	Remarks   []Remark `gorm:"serializer:json"` // the first ones
	At        time.Time
}

// ForeignEntry is software as another government's catalogue describes it. It is no asset: nobody here answers for it.
type ForeignEntry struct {
	ID          int64
	SourceID    int64
	Key         string // its identity in the source: the canonical address of its code, else the source's own id
	URL         string // of its code, as stated; "" when none is
	Canonical   string // see CanonicalURL; "" when there is no address
	Name        string
	Description Description `gorm:"serializer:json"`
	Digest      []byte      // SHA-256 of the description as it is kept
	Valid       bool        // the description keeps to its standard
	Remarks     int         // what the reader had to say of it
	FirstSeenAt time.Time
	ChangedAt   time.Time  // when it last said something new
	SeenAt      time.Time  // when it was last there as far as this row says; a source that was read later has it still
	GoneAt      *time.Time // since when the source does not have it any more
}

// WithoutPeople is a description without persons and their addresses, as the public sees it.
func (d Description) WithoutPeople() Description {
	d.Contacts, d.Partners = nil, nil
	d.Contractors = slices.Clone(d.Contractors)
	for i := range d.Contractors {
		d.Contractors[i].Email = ""
	}
	if len(d.Kept) > 0 {
		kept := map[string]string{}
		for k, v := range d.Kept {
			if !strings.Contains(v, "@") && !personal.MatchString(k) {
				kept[k] = v
			}
		}
		d.Kept = kept
	}
	return d
}

// personal are members of the formats that name persons.
var personal = regexp.MustCompile(`(?i)contact|author|contributor|maintainer|creator|editor|agents|email|phone|team|person`)

// SourceFilter chooses sources. Empty fields do not restrict.
type SourceFilter struct {
	Query   string // part of the name or of the address
	Kind    SourceKind
	Country string
	ID      int64
	Page
}

// ForeignFilter chooses foreign entries. Empty fields do not restrict.
type ForeignFilter struct {
	Query     string // part of the name or of the address
	Source    int64
	Country   string
	Canonical string
	Gone      YesNo     // yes: only what is not there any more; no: only what is
	Same      YesNo     // yes: only what has an entry here too; no: only what has none
	Since     time.Time // only what has said something new, or has gone, since; zero: any
	ID        int64
	Page
}

// SearchPlace is where a search for a case looks.
type SearchPlace string

const (
	OwnRegister       SearchPlace = "register"           // what this register has entries for
	ForeignCatalogues SearchPlace = "foreign-catalogues" // what it has read of other governments' catalogues
)

// SearchPlaces lists the places.
var SearchPlaces = []SearchPlace{OwnRegister, ForeignCatalogues}
