package forge

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

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
	URL           string // that answered; another than asked for after a redirect; without .git
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
	CommitIDs     []string        // theirs, in hex
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
func (c *Client) Visit(ctx context.Context, ask VisitAsk) (visited *Visited, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.lim.VisitTime)
	defer cancel()
	most := c.lim.FetchBytes
	if ask.MirrorDir != "" {
		most = c.lim.MirrorBytes
	}
	r, err := c.connect(ctx, ask.URL, most)
	if err != nil {
		return nil, err
	}
	v := &visit{r: r, closeSource: func() error { return nil }, lim: c.lim, out: &Visited{URL: cloneURL(r.url), Moved: r.moved && canonical(r.url) != canonical(ask.URL), Refs: r.digest(), DefaultBranch: branchName(r.branch), Empty: r.head.IsZero()}}
	if !r.head.IsZero() {
		v.out.Head = r.head.String()
	}
	defer func() { err = errors.Join(err, v.closeSource()) }()
	known := ask.MirrorDir == "" || mirrored(ask.MirrorDir, r.refs)
	switch {
	case known && ask.KnownRefs != nil && bytes.Equal(ask.KnownRefs, v.out.Refs):
		v.out.Unchanged = true
		return v.out, nil
	case v.out.Empty && len(r.refs) == 0:
		return v.out, nil
	case ask.MirrorDir != "":
		err = v.mirror(ctx, ask.MirrorDir)
	default:
		err = v.fetch(ctx)
	}
	if err == nil && !r.head.IsZero() {
		err = v.read(ctx)
	}
	if err != nil {
		return nil, err
	}
	v.out.Tags = tags(v.src, v.r.refs)
	v.out.Fetched = r.most - r.left
	return v.out, nil
}

func branchName(name string) string {
	return strings.ToValidUTF8(strings.TrimPrefix(name, "refs/heads/"), "�")
}

// visit is one visit under way.
type visit struct {
	r   *remote
	lim Limits
	src source
	un  *unpacker // nil when a mirror is read

	closeSource func() error

	lean bool // files are not fetched before it is known which are wanted
	out  *Visited
}

// fetch brings the newest history, the tags and the tree of the head. A host that can leave objects out is asked for few; one that cannot sends them all, and
// when that is too much, only the head.
func (v *visit) fetch(ctx context.Context) error {
	v.fresh()
	v.dropTags()
	heads := []plumbing.Hash{v.r.head}
	var tagged []plumbing.Hash
	for _, f := range v.r.refs {
		if strings.HasPrefix(f.name, "refs/tags/") {
			tagged = append(tagged, f.id)
		}
	}
	if v.r.can("filter") && v.r.can("shallow") {
		v.lean = true
		wishes := []wish{{wants: heads, depth: v.lim.Commits, filter: "tree:0"}, {wants: tagged, depth: 1, filter: "tree:0"}, {wants: heads, depth: 1, filter: "blob:none"}}
		for _, w := range wishes {
			if err := v.get(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}
	return v.fetchAll(ctx, heads, append(slices.Clone(heads), tagged...))
}

// fetchAll brings everything in one request. When that is too much to keep, the newest state comes by itself, and of the history only commits and tags are kept.
func (v *visit) fetchAll(ctx context.Context, heads, all []plumbing.Hash) error {
	err := v.get(ctx, wish{wants: all, depth: v.lim.Commits})
	if !isTooLarge(err) || !v.r.can("shallow") {
		return err
	}
	onTheWay := v.r.left == 0
	v.fresh()
	v.r.left = v.r.most
	if err := v.get(ctx, wish{wants: heads, depth: 1}); err != nil {
		return err
	}
	if !onTheWay {
		v.un.books = true
		if err := v.get(ctx, wish{wants: all, depth: v.lim.Commits}); !isTooLarge(err) {
			return err
		}
	}
	v.out.Remarks = append(v.out.Remarks, "The history is larger than what is read; only the newest state was.")
	return nil
}

func isTooLarge(err error) bool {
	p := AsProblem(err)
	return p != nil && p.Outcome == models.VisitTooLarge
}

func (v *visit) fresh() {
	v.un = newUnpacker(v.r.url, v.lim)
	v.src = v.un.store
}

func (v *visit) get(ctx context.Context, w wish) error {
	w.wants = slices.DeleteFunc(slices.Clone(w.wants), func(id plumbing.Hash) bool { return id.IsZero() })
	if len(w.wants) == 0 {
		return nil
	}
	_, err := v.r.download(ctx, w, v.un.take)
	return err
}

// dropTags keeps as many tags as the limit lets, the last by name.
func (v *visit) dropTags() {
	var branches, tagged []ref
	for _, f := range v.r.refs {
		if strings.HasPrefix(f.name, "refs/tags/") {
			tagged = append(tagged, f)
		} else {
			branches = append(branches, f)
		}
	}
	if n := len(tagged) - v.lim.Tags; n > 0 {
		tagged = tagged[n:]
		v.out.TagsCutOff = true
	}
	v.r.refs = slices.Concat(branches, tagged)
}

// read fills in what the objects say.
func (v *visit) read(ctx context.Context) error {
	head, err := readCommit(v.src, v.r.head)
	if err != nil {
		return failed(v.r.url, "The newest commit of the repository cannot be read.", "Check it with “git fsck”.", err)
	}
	v.out.HeadTree = head.TreeHash.String()
	v.out.Commits, v.out.CommitIDs, v.out.CutOff = history(v.src, v.r.head, v.lim.Commits)
	v.out.RootCommit = rootOf(v.src, v.r.head, 10*v.lim.Commits)
	return v.readTree(ctx, head.TreeHash)
}

// Health is what a visit tells health.Measure; counts may be nil.
func (v *Visited) Health(now time.Time, counts *health.Counts) health.Input {
	in := health.Input{Now: now, Commits: v.Commits, CutOff: v.CutOff, ReleasesCutOff: v.TagsCutOff, Counts: counts}
	for _, t := range v.Tags {
		in.Releases = append(in.Releases, health.Release{Name: t.Name, At: t.At})
	}
	return in
}
