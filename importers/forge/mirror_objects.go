package forge

import (
	"errors"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// nameOf computes what an object is called by its content.
func nameOf(o plumbing.EncodedObject) (plumbing.Hash, error) {
	r, err := o.Reader()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	hasher := plumbing.NewHasher(o.Type(), o.Size())
	_, err = io.Copy(hasher, r)
	return hasher.Sum(), errors.Join(err, r.Close())
}

// objectsIn are the objects that one names.
func objectsIn(o plumbing.EncodedObject) []plumbing.Hash {
	switch o.Type() {
	case plumbing.CommitObject:
		if c, err := object.DecodeCommit(nil, o); err == nil {
			return append([]plumbing.Hash{c.TreeHash}, c.ParentHashes...)
		}
	case plumbing.TagObject:
		if t, err := object.DecodeTag(nil, o); err == nil {
			return []plumbing.Hash{t.Target}
		}
	case plumbing.TreeObject:
		var t object.Tree
		if t.Decode(o) != nil {
			return nil
		}
		var ids []plumbing.Hash
		for _, e := range t.Entries {
			if e.Mode != filemode.Submodule {
				ids = append(ids, e.Hash)
			}
		}
		return ids
	}
	return nil
}
