package models

import "time"

// Metric is a measure of a project's health, by its CHAOSS name.
type Metric string

const (
	ReleaseFrequency         Metric = "release-frequency"            // releases in the window (CHAOSS: Release Frequency)
	ContributorAbsenceFactor Metric = "contributor-absence-factor"   // fewest people who made half of the commits (CHAOSS: Contributor Absence Factor)
	ElephantFactor           Metric = "elephant-factor"              // fewest organisations, by mail domain, that made half of the commits (CHAOSS: Elephant Factor)
	SinceActivity            Metric = "time-since-activity"          // days since the last commit (CHAOSS: Activity Dates and Times)
	SinceRelease             Metric = "time-since-release"           // days since the last release
	ChangeClosureRatio       Metric = "change-request-closure-ratio" // change requests closed over those opened (CHAOSS: Change Request Closure Ratio)
	IssueClosureRatio        Metric = "issue-closure-ratio"          // issues closed over those opened
	CodeChanges              Metric = "code-changes-commits"         // commits in the window (CHAOSS: Code Changes Commits)
	Contributors             Metric = "contributors"                 // people with a commit in the window (CHAOSS: Contributors)
)

// Metrics lists the metrics in the order of a page.
var Metrics = []Metric{SinceActivity, SinceRelease, ReleaseFrequency, CodeChanges, Contributors, ContributorAbsenceFactor, ElephantFactor, ChangeClosureRatio, IssueClosureRatio}

// Measurement is what one metric was for a repository. Not measurable is apart from zero: Value is nil then and Why says why.
type Measurement struct {
	RepositoryID int64
	Metric       Metric
	Value        *float64
	Unit         string // "days", "releases", "people", "organisations", "commits", "ratio"
	WindowDays   int    // 0: no window
	Input        string // what was counted, in words with figures: "412 commits of 31 people since 2025-11-23"
	Source       string // where it comes from: "git history, 1,000 newest commits", "GitHub API"
	Why          string // why it could not be measured; "" when it was
	MeasuredAt   time.Time
}

// Analysis is what an outside scanner wrote of a repository under its own namespace. The register keeps it and does not judge it.
type Analysis struct {
	RepositoryID int64
	Namespace    string // lower case, digits and hyphens
	FormatV      int    // "v" of the scanner's own format, 1–999
	Body         []byte // JSON object, at most 256 kB
	WrittenByID  *int64
	WrittenAt    time.Time // "t", stamped by us
}

// Revision is a released state of a repository, with the identifiers by which archives know it (SWHID, ISO/IEC 18670:2025).
type Revision struct {
	ID             int64
	RepositoryID   int64
	Name           string // of the tag, or of the branch for a head
	Head           bool   // the head of the default branch and no release
	ObjectID       string // what the name points to, in hex
	CommitID       string
	TreeID         string
	ReleaseSWHID   string `gorm:"column:release_swhid"`   // swh:1:rel:… for annotated tags, else ""
	RevisionSWHID  string `gorm:"column:revision_swhid"`  // swh:1:rev:…
	DirectorySWHID string `gorm:"column:directory_swhid"` // swh:1:dir:…
	At             *time.Time
	Archive        ArchiveState
	ArchiveAt      *time.Time // when the archive was last asked
	ArchiveNote    string
	CreatedAt      time.Time
}

// ArchiveState says whether a revision is known to be kept in the Software Heritage archive.
type ArchiveState string

const (
	ArchiveUnknown   ArchiveState = "unknown"   // never asked
	ArchiveMissing   ArchiveState = "missing"   // asked, and it is not there
	ArchiveRequested ArchiveState = "requested" // asked to save it
	ArchiveKept      ArchiveState = "kept"      // it is there
	ArchiveFailed    ArchiveState = "failed"    // asking failed
)

// ArchiveStates lists the states in the order of a filter.
var ArchiveStates = []ArchiveState{ArchiveUnknown, ArchiveMissing, ArchiveRequested, ArchiveKept, ArchiveFailed}

// RepositoryMirror is the copy of a repository that the register keeps itself.
type RepositoryMirror struct {
	RepositoryID int64
	Bytes        int64
	FetchedAt    *time.Time
	CheckedAt    *time.Time
	Sound        bool   // every object was there and hashed right when it was last checked
	Detail       string // what the last check or fetch said
	Wanted       bool   // kept up to date
}
