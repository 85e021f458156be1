package models

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Origin says where a piece of software comes from.
type Origin string

const (
	GovBuilt    Origin = "gov-built"
	OpenSource  Origin = "open-source"
	Proprietary Origin = "proprietary"
	Service     Origin = "service" // used over the network, nothing is installed
)

// Origins lists the origins in the order of a form.
var Origins = []Origin{GovBuilt, OpenSource, Proprietary, Service}

// AssetLifecycle says where an asset stands in its life.
type AssetLifecycle string

const (
	AssetPlanned AssetLifecycle = "planned"
	AssetInUse   AssetLifecycle = "in-use"
	AssetRetired AssetLifecycle = "retired"
	AssetMerged  AssetLifecycle = "merged" // MergedIntoID answers for it
)

// AssetLifecycles lists what a person may choose; merged is reached by merging only.
var AssetLifecycles = []AssetLifecycle{AssetPlanned, AssetInUse, AssetRetired}

// Visibility says who may see a thing. What a viewer may not see does not exist for them.
type Visibility string

const (
	VisiblePublic     Visibility = "public"
	VisibleGovernment Visibility = "government" // everyone with a role in any agency
	VisibleAgency     Visibility = "agency"     // the agency, those above it, and whole-register roles
)

// Visibilities lists the values from open to closed.
var Visibilities = []Visibility{VisiblePublic, VisibleGovernment, VisibleAgency}

// Asset is a piece of software the register keeps an entry for: one per product and edition.
type Asset struct {
	ID           int64
	Name         string
	Edition      string            // "Community", "2022 LTS"; "" when the product has only one
	Origin       Origin            // where it comes from
	Descriptions map[string]string `gorm:"serializer:json"` // by BCP 47 language tag: "en", "fr"
	StewardID    int64             // the agency that answers for the entry
	Categories   StringList        // publiccode.yml software categories: "document-management"
	License      string            // declared licence expression as stated by the steward
	LicenseID    *int32            // interned reading of License
	Lifecycle    AssetLifecycle
	Visibility   Visibility
	MergedIntoID *int64
	ParentID     *int64 // the larger system it is a part of
	Version      int64  // counts changes; the ETag
	CreatedAt    time.Time
	UpdatedAt    time.Time

	URLs        []AssetURL        `gorm:"-"`
	Identifiers []AssetIdentifier `gorm:"-"`
	Aliases     []string          `gorm:"-"` // other names it is known by
}

// URLKind is what a web address of an asset leads to.
type URLKind string

const (
	RepositoryURL URLKind = "repository"
	HomeURL       URLKind = "home"
)

// AssetURL is one web address of an asset. Several spellings may be kept; Canonical is what matching compares.
type AssetURL struct {
	ID        int64
	AssetID   int64
	Kind      URLKind
	URL       string // as given
	Canonical string // see CanonicalURL
}

// IdentifierKind names a scheme that identifies software.
type IdentifierKind string

const (
	PURL  IdentifierKind = "purl"
	CPE   IdentifierKind = "cpe"
	SWHID IdentifierKind = "swhid"
)

// AssetIdentifier is one identifier of an asset, without a version.
type AssetIdentifier struct {
	ID      int64
	AssetID int64
	Kind    IdentifierKind
	Value   string
}

// DefaultLanguage is the language a description is shown in when the reader's own is missing.
const DefaultLanguage = "en"

var (
	languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	category    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// Title is the name with its edition, as lists show it.
func (a *Asset) Title() string {
	if a.Edition == "" {
		return a.Name
	}
	return a.Name + " " + a.Edition
}

// Description is the text in the wanted language, else in DefaultLanguage, else in any, in tag order.
func (a *Asset) Description(lang string) string {
	for _, l := range []string{lang, DefaultLanguage} {
		if s := a.Descriptions[l]; s != "" {
			return s
		}
	}
	best := ""
	for l := range a.Descriptions {
		if best == "" || l < best {
			best = l
		}
	}
	return a.Descriptions[best]
}

// Repository is the first repository address as given, or "".
func (a *Asset) Repository() string { return a.firstURL(RepositoryURL) }

// Home is the first home page address as given, or "".
func (a *Asset) Home() string { return a.firstURL(HomeURL) }

func (a *Asset) firstURL(kind URLKind) string {
	for _, u := range a.URLs {
		if u.Kind == kind {
			return u.URL
		}
	}
	return ""
}

// Validate reports every field that breaks a rule. Identifier syntax is register's to check: it takes a notation.
func (a *Asset) Validate() error {
	var m Mistakes
	requireText(&m, "name", a.Name, 200)
	checkLength(&m, "edition", a.Edition, 100)
	checkOneOf(&m, "origin", a.Origin, Origins)
	if a.Lifecycle != AssetMerged {
		checkOneOf(&m, "lifecycle", a.Lifecycle, AssetLifecycles)
	}
	checkOneOf(&m, "visibility", a.Visibility, Visibilities)
	checkLength(&m, "license", a.License, 4000)
	if a.StewardID == 0 {
		m.Add("stewardId", "required", "Say which agency answers for this entry.")
	}
	for lang, text := range a.Descriptions {
		if !languageTag.MatchString(lang) {
			m.Add("descriptions."+lang, "bad-language", "Name the language by its BCP 47 tag, such as en or fr-CA.")
		}
		checkLength(&m, "descriptions."+lang, text, 5000)
	}
	for i, c := range a.Categories {
		if !category.MatchString(c) {
			m.Add(at("categories", i), "bad-category", "Use a publiccode.yml category such as document-management: lower case, words joined by hyphens.")
		}
	}
	for i, u := range a.URLs {
		if err := CheckAddress(u.URL); err != nil {
			m.Add(at("urls", i), "bad-url", sentence(err))
		}
		checkOneOf(&m, at("urls", i)+".kind", u.Kind, []URLKind{RepositoryURL, HomeURL})
	}
	for i, n := range a.Aliases {
		requireText(&m, at("aliases", i), n, 200)
	}
	return m.Err()
}

// IsCategory reports whether a word has the form of a publiccode.yml category.
func IsCategory(s string) bool { return category.MatchString(s) }

func at(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// MatchName folds a name for comparing: lower case, letters and digits only. "Case-Desk 2" and "case desk2" are equal.
func MatchName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
