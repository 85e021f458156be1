package forge

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the identifiers are defined by it
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// Software Heritage identifiers (SWHID specification 1.2, ISO/IEC 18670:2025, clause 5) of contents, directories, revisions and releases are the names that git gives to
// blobs, trees, commits and annotated tags with SHA-1, so that they are known as soon as git's are.

// swhid is the identifier of an object of git; "" when there is no such object.
func swhid(kind, object string) string {
	id, err := packages.ParseSWHID("swh:1:" + kind + ":" + object)
	if err != nil {
		return ""
	}
	return id.Core()
}

// ContentID is the identifier of the content of a file.
func ContentID(content []byte) string {
	return "swh:1:cnt:" + manifest("blob", content)
}

// Branch is one name of a snapshot and what it stands for.
type Branch struct {
	Name   string
	Kind   string // "content", "directory", "revision", "release", "snapshot", "alias"; "dangling" when it stands for nothing
	Target string // in hex; for an alias the name of another branch
}

// SnapshotID is the identifier of the state of a repository: all its branches, by name (SWHID specification 1.2, 5.6).
func SnapshotID(branches []Branch) (string, error) {
	sorted := slices.Clone(branches)
	slices.SortFunc(sorted, func(a, b Branch) int { return strings.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	for _, branch := range sorted {
		target := []byte(branch.Target)
		switch branch.Kind {
		case "alias", "dangling":
		case "content", "directory", "revision", "release", "snapshot":
			var err error
			if target, err = hex.DecodeString(branch.Target); err != nil || len(target) != sha1.Size {
				return "", fmt.Errorf("branch %q stands for %q, which is no name of an object", branch.Name, branch.Target)
			}
		default:
			return "", fmt.Errorf("branch %q stands for a %q, which no branch can", branch.Name, branch.Kind)
		}
		fmt.Fprintf(&b, "%s %s\x00%d:%s", branch.Kind, branch.Name, len(target), target)
	}
	return "swh:1:snp:" + manifest("snapshot", b.Bytes()), nil
}

func manifest(kind string, content []byte) string {
	h := sha1.New() //nolint:gosec // see above
	_, _ = fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	_, _ = h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// Revisions are the head of the default branch and the tags of what was visited, with their identifiers; RepositoryID is left to the caller. Tags that lead to no
// commit are left out.
func (v *Visited) Revisions() []models.Revision {
	var list []models.Revision
	if v.Head != "" {
		name := v.DefaultBranch
		if name == "" {
			name = "HEAD"
		}
		head := models.Revision{Name: name, Head: true, ObjectID: v.Head, CommitID: v.Head, TreeID: v.HeadTree, RevisionSWHID: swhid("rev", v.Head), DirectorySWHID: swhid("dir", v.HeadTree)}
		if len(v.Commits) > 0 {
			head.At = &v.Commits[0].At
		}
		list = append(list, head)
	}
	for _, t := range v.Tags {
		if t.CommitID == "" {
			continue
		}
		r := models.Revision{Name: t.Name, ObjectID: t.ObjectID, CommitID: t.CommitID, TreeID: t.TreeID, RevisionSWHID: swhid("rev", t.CommitID), DirectorySWHID: swhid("dir", t.TreeID), At: t.At}
		if t.Annotated {
			r.ReleaseSWHID = swhid("rel", t.ObjectID)
		}
		list = append(list, r)
	}
	for i := range list {
		list[i].Archive = models.ArchiveUnknown
	}
	return list
}
