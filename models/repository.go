package models

import (
	"net/url"
	"slices"
	"time"
)

// Host is what kind of place a repository lives at, which decides how the register asks it.
type Host string

const (
	GitHub    Host = "github"
	GitLab    Host = "gitlab"
	Gitea     Host = "gitea" // Forgejo answers alike
	Bitbucket Host = "bitbucket"
	PlainGit  Host = "git" // anything that speaks git over https
)

// Hosts lists the kinds of hosts in the order of a form.
var Hosts = []Host{GitHub, GitLab, Gitea, Bitbucket, PlainGit}

// Publisher is a public body, or a part of one, that publishes code; one agency may have several.
type Publisher struct {
	ID            int64
	UUID          string `gorm:"default:gen_random_uuid()"` // by which the Open Catalog API knows it
	AgencyID      int64
	Name          string
	AlternativeID string     // unique when given: a national code
	Email         string     // for government only
	Active        bool       // is harvested
	CatalogID     *int64     // the catalogue of the Open Catalog API by way of which it came
	WithdrawnAt   *time.Time // since when it is not told of any more; its addresses and its name are free for another
	Version       int64
	CreatedAt     time.Time
	UpdatedAt     time.Time

	Hostings []CodeHosting `gorm:"-"`
}

// CodeHosting is an address where a publisher keeps code: a group with many repositories, or a single repository.
type CodeHosting struct {
	ID          int64
	PublisherID int64
	URL         string
	Canonical   string // see CanonicalURL; an address belongs to one publisher
	Host        Host
	Group       bool   // every repository below it
	ETag        string `gorm:"column:etag"` // what the host said when it was last asked for its list
	AskedAt     *time.Time
	Outcome     VisitOutcome
	Detail      string
}

// RepositoryState says what became of a repository when it was last visited.
type RepositoryState string

const (
	RepositoryNew     RepositoryState = "new"     // not visited yet
	RepositoryHere    RepositoryState = "here"    // answered when last visited
	RepositoryFailing RepositoryState = "failing" // did not, for a reason that may pass
	RepositoryGone    RepositoryState = "gone"    // its host says that there is no such thing
)

// RepositoryStates lists the states in the order of a filter.
var RepositoryStates = []RepositoryState{RepositoryNew, RepositoryHere, RepositoryFailing, RepositoryGone}

// ForkKind says how a repository stands to another with the same first commit.
type ForkKind string

const (
	NoFork        ForkKind = "none"
	TechnicalFork ForkKind = "technical" // says that it describes the other: same publiccode.yml url
	VariantFork   ForkKind = "variant"   // says that it is a work of its own, based on the other
	Mirror        ForkKind = "mirror"    // the same head, or ancestors of it: a copy kept elsewhere
	PlainFork     ForkKind = "fork"      // has the same origin and does not say what it is
)

// ForkKinds lists the kinds.
var ForkKinds = []ForkKind{NoFork, TechnicalFork, VariantFork, Mirror, PlainFork}

// Repository is a place where source code is kept, with what was read in it when it was last visited.
type Repository struct {
	ID            int64
	UUID          string `gorm:"default:gen_random_uuid()"` // by which the Open Catalog API knows it
	AssetID       *int64 // the software that it is the code of
	AgencyID      int64  // answers for it
	PublisherID   *int64
	CatalogID     *int64 // the catalogue of the Open Catalog API by way of which it came
	URL           string // as given
	Canonical     string // see CanonicalURL; unique
	Host          Host
	Visibility    Visibility
	State         RepositoryState
	Active        bool // shown and harvested; a person or a crawler may switch it off
	Archived      bool // its host says that it is read-only
	DefaultBranch string
	Head          string // commit, in hex
	Refs          []byte // SHA-256 over all names and objects of the refs: equal means that nothing was pushed
	RootCommit    string // the first commit of the default branch; "" when history was cut off before it
	Fork          ForkKind
	ForkOfID      *int64
	ForkOfURL     string // as the host or the description says
	FirstCommitAt *time.Time
	LastCommitAt  *time.Time
	Vitality      string // as a crawler wrote it; not ours and not judged

	Description *Description `gorm:"serializer:json"` // nil when nothing describes it
	Path        string       // of the file it was read in
	Source      string       // the file's text, at most 1 MB
	Digest      []byte       // SHA-256 of Source
	Remarks     []Remark     `gorm:"serializer:json"`
	Valid       bool         // the file keeps to its standard
	Told        bool         // the file was not read in it: a crawler of others told it
	WithdrawnAt *time.Time   // since when it is not told of any more
	Tree        Tree         `gorm:"serializer:json"`

	VisitedAt *time.Time
	ReadAt    *time.Time // when what is above was last read; before VisitedAt when nothing had changed
	Outcome   VisitOutcome
	Detail    string
	Failures  int        // in a row
	NextAt    *time.Time // not before; nil: any time
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time

	Aliases []string `gorm:"-"` // other addresses it is or was known by, as given
}

// Tree is what the files of a repository say without anybody describing them.
type Tree struct {
	Files        int           // in the default branch; 0 when not counted
	LicenseFiles []LicenseFile // LICENSE, COPYING, LICENSES/…
	Reuse        bool          // a REUSE.toml, .reuse/dep5 or LICENSES folder (REUSE 3.3)
	SBOMs        []string      // paths of files that are SBOM documents
	Security     string        // path of a security policy
	Contributing string
	Conduct      string // code of conduct
	Governance   string
	Changelog    string
	Readme       string
	Tests        bool
	CI           bool // continuous integration is set up
	Languages    []string
}

// LicenseFile is a file with a licence text and what it was recognised as.
type LicenseFile struct {
	Path       string
	Expression string  // SPDX expression; "" when not recognised
	Coverage   float64 // 0–100, how much of the file the recognised text is
}

// VisitOutcome is how a visit to a host or a repository ended.
type VisitOutcome string

const (
	VisitRead        VisitOutcome = "read"        // something new was read
	VisitUnchanged   VisitOutcome = "unchanged"   // nothing was pushed since
	VisitUndescribed VisitOutcome = "undescribed" // read, and no file in it describes the software
	VisitInvalid     VisitOutcome = "invalid"     // read, and the file breaks its standard
	VisitGone        VisitOutcome = "gone"        // 404 or 410
	VisitForbidden   VisitOutcome = "forbidden"   // 401 or 403: not for everyone
	VisitBlocked     VisitOutcome = "blocked"     // we do not go there: private address, not https
	VisitTimeout     VisitOutcome = "timeout"     // no answer in time
	VisitBusy        VisitOutcome = "busy"        // 429 or 503: asked to come later
	VisitTooLarge    VisitOutcome = "too-large"   // over the limit of size
	VisitFailed      VisitOutcome = "failed"      // anything else that was its fault
)

// VisitOutcomes lists the outcomes in the order of a filter.
var VisitOutcomes = []VisitOutcome{VisitRead, VisitUnchanged, VisitUndescribed, VisitInvalid, VisitGone, VisitForbidden, VisitBlocked, VisitTimeout, VisitBusy, VisitTooLarge, VisitFailed}

// Reached reports whether the repository answered.
func (o VisitOutcome) Reached() bool {
	return slices.Contains([]VisitOutcome{VisitRead, VisitUnchanged, VisitUndescribed, VisitInvalid}, o)
}

// Sound reports whether there is nothing for an owner to mend; everything else is counted and listed as failed.
func (o VisitOutcome) Sound() bool {
	return slices.Contains([]VisitOutcome{VisitRead, VisitUnchanged, VisitUndescribed}, o)
}

// Visit is one line of the intake log: what happened when the register asked an address.
type Visit struct {
	ID           int64
	HarvestID    *int64
	PublisherID  *int64
	RepositoryID *int64
	URL          string
	Outcome      VisitOutcome
	Detail       string // what happened, for the owner
	Cure         string // how to mend it; "" when there is nothing to mend
	Remarks      int    // how many remarks the description got
	Changed      bool   // the repository had something new, or came or went
	Took         time.Duration
	At           time.Time
}

// HarvestState says where a harvest stands.
type HarvestState string

const (
	HarvestWaiting   HarvestState = "waiting"
	HarvestRunning   HarvestState = "running"
	HarvestDone      HarvestState = "done"
	HarvestCancelled HarvestState = "cancelled"
	HarvestBroken    HarvestState = "broken" // given up; what was read is kept
)

// HarvestStates lists the states in the order of a filter.
var HarvestStates = []HarvestState{HarvestWaiting, HarvestRunning, HarvestDone, HarvestCancelled, HarvestBroken}

// Harvest is one run over the addresses of a publisher, or of all.
type Harvest struct {
	ID          int64
	PublisherID *int64 // nil: every active publisher
	AskedByID   *int64
	AskedByName string
	State       HarvestState
	Found       int // repositories to visit, as far as known
	Visited     int // repositories
	Changed     int // repositories that had something new, or came or went
	Failed      int // lines of the intake log that are not sound: repositories and addresses of hosts
	CreatedAt   time.Time
	StartedAt   *time.Time
	EndedAt     *time.Time
	Detail      string
}

// onlyHTTPS says what a place of code is read by.
const onlyHTTPS = "Code is read by https only. Give the address that starts with https://, as a browser shows it."

// Validate reports every field that breaks a rule.
func (p *Publisher) Validate() error {
	var m Mistakes
	requireText(&m, "name", p.Name, 255)
	checkLength(&m, "alternativeId", p.AlternativeID, 255)
	checkMail(&m, "email", p.Email)
	if p.AgencyID == 0 {
		m.Add("agencyId", "required", "Say which agency the publisher belongs to.")
	}
	seen := map[string]bool{}
	for i, h := range p.Hostings {
		canonical, _ := CanonicalURL(h.URL) // CheckAddress says what is wrong with it
		err := CheckAddress(h.URL)
		switch {
		case err != nil:
			m.Add(at("hostings", i)+".url", "bad-url", sentence(err))
		case !overHTTP(h.URL):
			m.Add(at("hostings", i)+".url", "not-https", onlyHTTPS)
		case seen[canonical]:
			m.Add(at("hostings", i)+".url", "twice", "This address is given twice.")
		}
		seen[canonical] = true
		checkOneOf(&m, at("hostings", i)+".host", h.Host, Hosts)
	}
	return m.Err()
}

// Validate reports every field that breaks a rule.
func (r *Repository) Validate() error {
	var m Mistakes
	if err := CheckAddress(r.URL); err != nil {
		m.Add("url", "bad-url", sentence(err))
	} else if !overHTTP(r.URL) {
		m.Add("url", "not-https", onlyHTTPS)
	}
	for i, u := range r.Aliases {
		if err := CheckAddress(u); err != nil {
			m.Add(at("aliases", i), "bad-url", sentence(err))
		}
	}
	if r.AgencyID == 0 {
		m.Add("agencyId", "required", "Say which agency answers for the repository.")
	}
	checkOneOf(&m, "host", r.Host, Hosts)
	checkOneOf(&m, "visibility", r.Visibility, Visibilities)
	return m.Err()
}

// HostOf guesses what kind of host an address is on by its name; the large public ones are known, others are PlainGit.
func HostOf(address string) Host {
	u, err := url.Parse(address)
	if err != nil {
		return PlainGit
	}
	switch u.Hostname() {
	case "github.com", "www.github.com":
		return GitHub
	case "gitlab.com":
		return GitLab
	case "codeberg.org", "gitea.com":
		return Gitea
	case "bitbucket.org":
		return Bitbucket
	}
	return PlainGit
}
