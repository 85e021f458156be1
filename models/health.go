package models

import (
	"encoding/json"
	"fmt"
	"time"
)

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

// Carry brings a measurement to a later moment up to which nothing was pushed, so that what stands still is seen to: days go on being counted, and a window that
// has moved past the last commit, or the last release, has none. What it cannot know says of which day it is. lastCommit and lastRelease are nil when they are not known.
func (m *Measurement) Carry(to time.Time, lastCommit, lastRelease *time.Time) {
	if DateOf(to) == DateOf(m.MeasuredAt) || to.Before(m.MeasuredAt) {
		return
	}
	last := lastCommit
	if m.Metric == SinceRelease || m.Metric == ReleaseFrequency {
		last = lastRelease
	}
	from := to.AddDate(0, 0, -m.WindowDays)
	past := last != nil && last.Before(from)
	switch m.Metric {
	case SinceActivity, SinceRelease:
		if m.Value == nil {
			return
		}
		days := *m.Value + float64(wholeDays(to.Sub(m.MeasuredAt)))
		if last != nil && wholeDays(m.MeasuredAt.Sub(*last)) == int(*m.Value) { // it is what was measured
			days = float64(wholeDays(to.Sub(*last)))
		}
		m.Value, m.MeasuredAt = &days, to
		return
	case CodeChanges, Contributors, ReleaseFrequency:
		if m.Value != nil && past {
			none := 0.0
			m.Value, m.MeasuredAt, m.Input = &none, to, fmt.Sprintf("None since %s; the last was on %s.", DateOf(from), DateOf(*last))
			return
		}
	case ContributorAbsenceFactor, ElephantFactor:
		if m.Value != nil && past {
			m.Value, m.MeasuredAt, m.Input, m.Why = nil, to, "", "Nobody committed anything since "+DateOf(from).String()+"."
			return
		}
	}
	if m.Value != nil {
		m.Input += " Counted on " + DateOf(m.MeasuredAt).String() + "."
	}
}

func wholeDays(d time.Duration) int { return max(0, int(d/(24*time.Hour))) }

// Analysis is what an outside scanner wrote of a repository under its own namespace. The register keeps it and does not judge it.
type Analysis struct {
	RepositoryID int64
	Namespace    string // lower case, digits and hyphens
	FormatV      int    // "v" of the scanner's own format, 1–999
	Body         []byte // JSON object, at most 256 kB
	WrittenByID  *int64
	WrittenAt    time.Time // "t", stamped by us
}

// Stamped is the body with “t”, when it was written.
func (a *Analysis) Stamped() (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(a.Body, &members); err != nil {
		return nil, fmt.Errorf("the analysis %s: %w", a.Namespace, err)
	}
	if members == nil {
		return nil, fmt.Errorf("the analysis %s is no object", a.Namespace)
	}
	stamp, err := json.Marshal(a.WrittenAt.UTC())
	if err != nil {
		return nil, err
	}
	members["t"] = stamp
	return json.Marshal(members)
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
