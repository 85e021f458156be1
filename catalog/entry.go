package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Kind says whose entry it is.
type Kind string

const (
	Own     Kind = "own"     // software that this register keeps an entry for
	Foreign Kind = "foreign" // software of another government's catalogue
)

// Kinds lists the kinds in the order of a filter.
var Kinds = []Kind{Own, Foreign}

// ID names an entry. It is written own-12 or foreign-5.
type ID struct {
	Kind   Kind
	Number int64 // of the asset, or of the foreign entry
}

func (id ID) String() string { return string(id.Kind) + "-" + strconv.FormatInt(id.Number, 10) }

// ParseID reads what String writes; false for anything else.
func ParseID(text string) (ID, bool) {
	kind, number, _ := strings.Cut(text, "-")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || (Kind(kind) != Own && Kind(kind) != Foreign) {
		return ID{}, false
	}
	return ID{Kind(kind), n}, true
}

// Entry is what is known of a piece of software: what everybody knows who may see the entry, and Parts and Uses, each of which may be
// seen by fewer.
type Entry struct {
	ID         ID
	Name       string
	Edition    string
	Aliases    []string
	Origin     models.Origin // "" where nobody says
	Steward    int64         // the agency that answers for it; 0 for foreign ones
	Answers    string        // its name, by the index
	Visibility models.Visibility
	Lifecycle  models.AssetLifecycle // "" for foreign ones
	Source     string                // the catalogue it comes from; "" for own ones
	UpdatedAt  time.Time
	Parts      []Part // the entry's own statement first
	Uses       []Use
	Addresses  []Address // of its code; shown to nobody
}

// Title is the name with its edition, as lists show it.
func (e *Entry) Title() string { return strings.TrimSpace(e.Name + " " + e.Edition) }

// Part is one statement about software: that of its steward, or what was read in one repository.
type Part struct {
	Visibility models.Visibility
	Owner      int64 // the agency whose statement it is
	Repository int64 // 0 where it is none's

	Publisher   string          // by name, where it is not the steward
	Texts       map[string]Text // by BCP 47 tag
	Categories  []string
	Tags        []string
	Functions   []string // what part of government's work it serves: intendedAudience.scope of publiccode.yml
	Standards   []string // supports of publiccode.yml
	Platforms   []string
	Languages   []string // of its user interface
	Countries   []string // made for, or of the catalogue it comes from; ISO 3166-1 alpha-2
	License     string   // as stated
	Status      string   // developmentStatus
	Type        string   // softwareType
	Maintenance string
	Code        bool       // its source can be read by whoever sees this part
	SBOM        bool       // there is a document of what it is made of
	Archived    bool       // its host says that it is read-only
	Measured    bool       // some measure of its health could be taken
	ActiveAt    *time.Time // of the last commit
}

// Address is where the code of an entry lies, seen by fewer than the entry perhaps.
type Address struct {
	Canonical  string // see models.CanonicalURL; "" is none
	Visibility models.Visibility
	Owner      int64 // the agency whose repository it is; 0 for foreign ones
}

// Text is what is said of software in one language.
type Text struct {
	Name     string
	Generic  string
	Short    string
	Long     string // not kept: it is found, and never shown from here
	Features []string
}

// Use is an agency running the software, or planning to. Of several the most open one stands.
type Use struct {
	Agency     int64
	Name       string // of the agency, by the index
	Visibility models.Visibility
}

// Agency is a public body as the index knows it.
type Agency struct {
	ID    int64
	Name  string
	Kind  models.AgencyKind
	Above []int64 // itself, and all that it stands below
}

// ShownTo is the entry with only those parts and uses that a viewer sees. What they see whole is not copied: nobody may change it.
func (e *Entry) ShownTo(sight models.Sight) *Entry {
	c := *e
	c.Addresses = nil
	c.Parts = seen(e.Parts, func(p *Part) bool { return sight.Sees(p.Visibility, p.Owner) })
	c.Uses = seen(e.Uses, func(u *Use) bool { return sight.Sees(u.Visibility, u.Agency) })
	return &c
}

// seen is a list without what is hidden, the list itself where nothing is.
func seen[T any](list []T, sees func(*T) bool) []T {
	for i := range list {
		if sees(&list[i]) {
			continue
		}
		rest := slices.Clone(list[:i])
		for j := i + 1; j < len(list); j++ {
			if sees(&list[j]) {
				rest = append(rest, list[j])
			}
		}
		return rest
	}
	return list
}

// License is the first licence that is stated.
func (e *Entry) License() string {
	for i := range e.Parts {
		if l := e.Parts[i].License; l != "" {
			return l
		}
	}
	return ""
}

// Summary is what is said of the software in few words, in the wanted language, else in the default one, else in any; tag says which.
func (e *Entry) Summary(lang string) (summary, tag string) {
	for _, wanted := range []string{lang, models.DefaultLanguage, ""} {
		for i := range e.Parts {
			texts := e.Parts[i].Texts
			for l, t := range texts {
				if t.Short != "" && (wanted == "" || baseLanguage(l) == wanted) && (tag == "" || l < tag) {
					summary, tag = t.Short, l
				}
			}
			if tag != "" {
				return summary, tag
			}
		}
	}
	return "", ""
}

func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(base)
}
