package forge

import (
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/ospo-register/ospo/health"
)

// source is where objects are read from: what a visit fetched, or a mirror.
type source interface {
	EncodedObject(plumbing.ObjectType, plumbing.Hash) (plumbing.EncodedObject, error)
	EncodedObjectSize(plumbing.Hash) (int64, error)
}

// bookBytes is the most that a commit, a tag or a folder may have; git itself makes none that is near it.
const bookBytes = 16 << 20

// read gives an object unless it is not there or too large to be sensible.
func read(src source, kind plumbing.ObjectType, id plumbing.Hash, most int64) (plumbing.EncodedObject, error) {
	size, err := src.EncodedObjectSize(id)
	if err != nil {
		return nil, err
	}
	if size > most {
		return nil, plumbing.ErrObjectNotFound
	}
	return src.EncodedObject(kind, id)
}

func readCommit(src source, id plumbing.Hash) (*object.Commit, error) {
	o, err := read(src, plumbing.CommitObject, id, bookBytes)
	if err != nil {
		return nil, err
	}
	return object.DecodeCommit(nil, o)
}

// byTime has the newest commit first.
type byTime []*object.Commit

func (b byTime) Len() int { return len(b) }
func (b byTime) Less(i, j int) bool {
	return b[i].Committer.When.After(b[j].Committer.When)
}
func (b byTime) Swap(i, j int) { b[i], b[j] = b[j], b[i] }
func (b *byTime) Push(x any)   { *b = append(*b, x.(*object.Commit)) }
func (b *byTime) Pop() any {
	last := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	return last
}

// history reads the newest commits from a head. cutOff says that there are older ones; ids are those of the commits.
func history(src source, head plumbing.Hash, most int) (commits []health.Commit, ids []string, cutOff bool) {
	seen := map[plumbing.Hash]bool{}
	var queue byTime
	add := func(id plumbing.Hash) {
		if seen[id] {
			return
		}
		seen[id] = true
		c, err := readCommit(src, id)
		if err != nil {
			cutOff = true
			return
		}
		heap.Push(&queue, c)
	}
	add(head)
	for len(queue) > 0 {
		if len(commits) == most {
			return commits, ids, true
		}
		c := heap.Pop(&queue).(*object.Commit)
		commits = append(commits, factOf(c))
		ids = append(ids, c.Hash.String())
		for _, parent := range c.ParentHashes {
			add(parent)
		}
	}
	return commits, ids, cutOff
}

// rootOf follows first parents to the first commit; "" when it cannot be reached within so many steps.
func rootOf(src source, head plumbing.Hash, steps int) string {
	for range steps {
		c, err := readCommit(src, head)
		if err != nil {
			return ""
		}
		if len(c.ParentHashes) == 0 {
			return c.Hash.String()
		}
		head = c.ParentHashes[0]
	}
	return ""
}

// factOf keeps of a commit what is counted. Who wrote it becomes a digest, so that people can be told apart without keeping who they are.
func factOf(c *object.Commit) health.Commit {
	mail := strings.ToLower(strings.TrimSpace(c.Author.Email))
	who := mail
	if who == "" {
		who = strings.ToLower(strings.TrimSpace(c.Author.Name))
	}
	sum := sha256.Sum256([]byte(who))
	name := strings.ToLower(c.Author.Name)
	return health.Commit{At: sane(c.Committer.When), Author: hex.EncodeToString(sum[:8]), Domain: domainOf(mail), Merge: len(c.ParentHashes) > 1,
		Bot: strings.HasSuffix(name, "[bot]") || strings.Contains(mail, "[bot]@") || bots[name]}
}

// bots are programs that commit under a name of their own.
var bots = map[string]bool{"dependabot": true, "renovate": true, "renovate bot": true, "github actions": true, "github-actions": true, "gitlab-ci": true,
	"weblate": true, "hosted weblate": true, "greenkeeper": true, "snyk-bot": true, "pre-commit-ci": true, "semantic-release-bot": true}

// domainOf is the domain of a mail address; "" when it has none that could be one.
func domainOf(mail string) string {
	_, domain, found := strings.Cut(mail, "@")
	domain = strings.Trim(domain, ". ")
	if !found || !strings.Contains(domain, ".") || strings.ContainsAny(domain, " @<>/\\") || len(domain) > 253 {
		return ""
	}
	return strings.ToValidUTF8(domain, "")
}

// sane brings a time that a database or a calendar could not hold to the nearest that it can.
func sane(at time.Time) time.Time {
	at = at.UTC()
	switch {
	case at.Year() < 1970:
		return time.Unix(0, 0).UTC()
	case at.Year() > 9000:
		return time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return at
}

// tags reads what the tags lead to, newest first.
func tags(src source, refs []ref) []Tag {
	var list []Tag
	for _, r := range refs {
		name, ok := strings.CutPrefix(r.name, "refs/tags/")
		if !ok {
			continue
		}
		t := Tag{Name: strings.ToValidUTF8(name, "�"), ObjectID: r.id.String(), Annotated: !r.peeled.IsZero()}
		commit := r.id
		if t.Annotated {
			commit = r.peeled
		}
		readTag(src, r.id, &commit, &t)
		if c, err := readCommit(src, commit); err == nil {
			t.CommitID, t.TreeID = commit.String(), c.TreeHash.String()
			if t.At == nil {
				at := sane(c.Committer.When)
				t.At = &at
			}
		}
		list = append(list, t)
	}
	slices.SortStableFunc(list, func(a, b Tag) int {
		switch {
		case a.At == nil || b.At == nil:
			return boolToInt(a.At == nil) - boolToInt(b.At == nil)
		case !a.At.Equal(*b.At):
			return b.At.Compare(*a.At)
		}
		return strings.Compare(b.Name, a.Name)
	})
	return list
}

// readTag follows an annotated tag, which may name another tag, to its commit.
func readTag(src source, id plumbing.Hash, commit *plumbing.Hash, t *Tag) {
	const nested = 5
	for range nested {
		o, err := read(src, plumbing.TagObject, id, bookBytes)
		if err != nil {
			return
		}
		tag, err := object.DecodeTag(nil, o)
		if err != nil {
			return
		}
		t.Annotated = true
		if t.At == nil && !tag.Tagger.When.IsZero() {
			at := sane(tag.Tagger.When)
			t.At = &at
		}
		*commit, id = tag.Target, tag.Target
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
