package health

import (
	"time"

	"github.com/ospo-register/ospo/models"
)

// Commit is one commit of the default branch.
type Commit struct {
	At     time.Time // committed
	Author string    // tells people apart and says nothing of them
	Domain string    // of the author's mail address, in lower case; "" when there is none
	Bot    bool      // written by a program that says so
	Merge  bool      // has several parents
}

// Release is one tag.
type Release struct {
	Name string
	At   *time.Time
}

// Counts are what a host tells of its issues and change requests. A number that it does not tell is nil.
type Counts struct {
	Source                       string // "GitHub API"
	Since                        time.Time
	IssuesOpened, IssuesClosed   *int // of those opened since Since, how many are closed
	ChangesOpened, ChangesClosed *int
	Why                          string // why a number is missing
}

// Input is what is known of a project.
type Input struct {
	Now            time.Time
	Commits        []Commit // in any order
	CutOff         bool     // older commits than these exist and were not read
	Releases       []Release
	ReleasesCutOff bool    // there are more than these
	NoHistory      string  // why no history was read at all; "" when it was
	Counts         *Counts // nil: the host was not asked
	NoCounts       string  // why it was not
}

// Window is how far back is counted.
const Window = 365 * 24 * time.Hour

// Measure gives one measurement for each of models.Metrics, in that order; RepositoryID is left to the caller.
func Measure(in Input) []models.Measurement {
	return nil
}
