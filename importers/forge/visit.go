package forge

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/health"
	"github.com/ospo-register/ospo/models"
)

// VisitAsk is which repository to visit, and what is known of it.
type VisitAsk struct {
	URL       string // to clone from
	KnownRefs []byte // Visited.Refs of the last visit: when it is still so, nothing is fetched
	MirrorDir string // a folder in which a bare mirror is kept; "" for none
}

// Visited is what was found in a repository.
type Visited struct {
	URL           string // that answered; another than asked for after a redirect
	Moved         bool   // by a redirect for good
	Unchanged     bool   // Refs are as known: only URL, Refs, DefaultBranch and Head are filled
	Empty         bool   // nothing was pushed yet
	Refs          []byte // SHA-256 over names and objects of all branches and tags and of what HEAD is
	DefaultBranch string // "" when HEAD is no branch
	Head          string // commit, in hex
	HeadTree      string
	RootCommit    string // the first commit; "" when history was cut off before it
	Files         []File // descriptions found at the root
	SBOMs         []File // SBOM documents found in the tree
	Tree          models.Tree
	Commits       []health.Commit // of the default branch, newest first
	CutOff        bool            // there are older ones
	Tags          []Tag           // newest first
	TagsCutOff    bool            // there are more
	Remarks       []string        // what could not be read, in words for the owner
	Fetched       int64           // bytes
	Mirror        *MirrorCheck    // nil without MirrorDir
}

// File is a file of the default branch.
type File struct {
	Path    string
	Format  models.DescriptionFormat // "" for SBOM documents
	Size    int64                    // of the whole file; 0 when it was not fetched
	Content []byte                   // nil when it is larger than Limits.FileBytes
}

// Tag is a tag of a repository. IDs are in hex.
type Tag struct {
	Name      string
	ObjectID  string // of the tag, or of the commit when it is not annotated
	CommitID  string // "" when it points to no commit
	TreeID    string
	Annotated bool
	At        *time.Time // when it was tagged, else when committed; nil when not known
}

// MirrorCheck is how the bare mirror was after it was brought up to date.
type MirrorCheck struct {
	By      string // "git fsck" or "own check"
	Objects int    // that were checked; 0 when not counted
	Faults  []string
	Kept    int // refs that upstream took back or rewrote and the mirror kept
}

// Visit asks a repository what was pushed to it, and reads what is new: description, tree, newest history and tags, within the limits. It
// fetches no more than it needs, and makes no work tree. An empty repository is no error.
func (c *Client) Visit(ctx context.Context, ask VisitAsk) (*Visited, error) {
	return nil, failed(ask.URL, "The host could not be reached.", "", nil)
}

// Health is what a visit tells health.Measure; counts may be nil.
func (v *Visited) Health(now time.Time, counts *health.Counts) health.Input {
	in := health.Input{Now: now, Commits: v.Commits, CutOff: v.CutOff, ReleasesCutOff: v.TagsCutOff, Counts: counts}
	for _, t := range v.Tags {
		in.Releases = append(in.Releases, health.Release{Name: t.Name, At: t.At})
	}
	return in
}
