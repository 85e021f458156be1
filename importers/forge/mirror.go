package forge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// kept is where a mirror keeps what upstream took back or rewrote: refs/kept/OBJECT/heads/main.
const kept = "refs/kept/"

// openMirror opens the bare repository in a folder, and makes it when there is none.
func openMirror(dir string) (*filesystem.Storage, error) {
	_, err := os.Stat(filepath.Join(dir, "HEAD"))
	fresh := errors.Is(err, os.ErrNotExist)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	s := filesystem.NewStorageWithOptions(osfs.New(dir, osfs.WithBoundOS()), cache.NewObjectLRU(16*cache.MiByte), filesystem.Options{LargeObjectThreshold: 8 << 20})
	if !fresh {
		return s, nil
	}
	if err := s.Init(); err != nil {
		return nil, err
	}
	cfg, err := s.Config()
	if err != nil {
		return nil, err
	}
	cfg.Core.IsBare = true
	if err := s.SetConfig(cfg); err != nil {
		return nil, err
	}
	return s, s.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/main"))
}

// mirrored reports whether the mirror in a folder has exactly these branches and tags.
func mirrored(dir string, refs []ref) bool {
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		return false
	}
	s, err := openMirror(dir)
	if err != nil {
		return false
	}
	defer s.Close()
	has, err := refsOf(s)
	if err != nil {
		return false
	}
	n := 0
	for name := range has {
		if wanted(name) {
			n++
		}
	}
	for _, r := range refs {
		if has[r.name] != r.id && r.storable() {
			return false
		}
		if !r.storable() {
			n++
		}
	}
	return n == len(refs)
}

// storable reports whether a ref has a name that git allows (git-check-ref-format): others lead out of the folder or nowhere.
func (r ref) storable() bool { return plumbing.ReferenceName(r.name).Validate() == nil }

// refsOf are the refs of a repository by name, without HEAD.
func refsOf(s *filesystem.Storage) (map[string]plumbing.Hash, error) {
	iter, err := s.IterReferences()
	if err != nil {
		return nil, err
	}
	refs := map[string]plumbing.Hash{}
	err = iter.ForEach(func(r *plumbing.Reference) error {
		if r.Type() == plumbing.HashReference && r.Name() != plumbing.HEAD {
			refs[r.Name().String()] = r.Hash()
		}
		return nil
	})
	return refs, err
}

// mirror brings a bare mirror up to date, checks it and makes it the source. Nobody else may write in the folder meanwhile. What was ever
// fetched stays: a branch that upstream rewrote or removed is kept under another name.
func (v *visit) mirror(ctx context.Context, dir string) error {
	s, err := openMirror(dir)
	if err != nil {
		return fmt.Errorf("opening the mirror: %w", err)
	}
	v.closeSource = s.Close
	v.src = s
	has, err := refsOf(s)
	if err != nil {
		return fmt.Errorf("reading the refs of the mirror: %w", err)
	}
	var w wish
	for _, r := range v.r.refs {
		if s.HasEncodedObject(r.id) != nil {
			w.wants = append(w.wants, r.id)
		}
	}
	if s.HasEncodedObject(v.r.head) != nil && !v.r.head.IsZero() {
		w.wants = append(w.wants, v.r.head)
	}
	for _, id := range has {
		w.haves = append(w.haves, id)
	}
	if len(w.wants) > 0 {
		if _, err := v.r.download(ctx, w, func(r io.Reader) error { return v.storePack(s, dir, r) }); err != nil {
			return err
		}
	}
	check := &MirrorCheck{}
	v.out.Mirror = check
	if check.Kept, err = v.moveRefs(s, has); err != nil {
		return fmt.Errorf("moving the refs of the mirror: %w", err)
	}
	v.dropTags() // from what is told of the tags; the mirror has all
	return v.r.c.checkMirror(ctx, dir, s, check)
}

// storePack takes a pack into the mirror, after what it states of its sizes was looked at.
func (v *visit) storePack(s *filesystem.Storage, dir string, r io.Reader) (err error) {
	old, err := filepath.Glob(filepath.Join(dir, "incoming-*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		_ = os.Remove(name) // left by a program that was killed
	}
	f, err := os.CreateTemp(dir, "incoming-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := inspect(f, tooLarge(v.r.url, "What the repository holds, unpacked,", v.lim.MirrorBytes), v.lim.MirrorBytes); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return packfile.WritePackfileToObjectStorage(s, f)
}

// inspect reads through a pack and refuses one whose objects are too large, one by one or together.
func inspect(r io.Reader, over *Problem, most int64) error {
	const timesPacked = 16
	effort := timesPacked * most
	scanner := packfile.NewScanner(r)
	_, count, err := scanner.Header()
	if err != nil {
		return err
	}
	for range count {
		h, err := scanner.NextObjectHeader()
		if err != nil {
			return err
		}
		size, head := h.Length, &prefix{}
		if effort -= size; size < 0 || size > most/8 || effort < 0 {
			return over
		}
		if _, _, err := scanner.NextObject(head); err != nil {
			return err
		}
		if h.Type.IsDelta() {
			size = targetSize(head.kept)
		}
		if effort -= size; size < 0 || size > most/8 || effort < 0 {
			return over
		}
	}
	_, err = scanner.Checksum()
	return err
}

// prefix keeps the beginning of what is written.
type prefix struct{ kept []byte }

func (p *prefix) Write(b []byte) (int, error) {
	const most = 32
	p.kept = append(p.kept, b[:min(len(b), most-len(p.kept))]...)
	return len(b), nil
}

// moveRefs makes branches and tags those of upstream; those that are gone or rewritten are kept under refs/kept.
func (v *visit) moveRefs(s *filesystem.Storage, has map[string]plumbing.Hash) (keptNow int, err error) {
	now := map[string]plumbing.Hash{}
	for _, r := range v.r.refs {
		if r.storable() {
			now[r.name] = r.id
		} else {
			v.out.Remarks = append(v.out.Remarks, fmt.Sprintf("The name %q is none that git allows; it is not in the mirror.", clip([]byte(r.name))))
		}
	}
	for name, old := range has {
		id, stays := now[name]
		if !wanted(name) || id == old {
			continue
		}
		if !stays || strings.HasPrefix(name, "refs/tags/") || !reaches(s, id, old) {
			to := plumbing.ReferenceName(kept + old.String() + strings.TrimPrefix(name, "refs"))
			if err := s.SetReference(plumbing.NewHashReference(to, old)); err != nil {
				return keptNow, err
			}
			keptNow++
		}
		if !stays {
			if err := s.RemoveReference(plumbing.ReferenceName(name)); err != nil {
				return keptNow, err
			}
		}
	}
	for name, id := range now {
		if has[name] == id {
			continue
		}
		if err := s.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), id)); err != nil {
			return keptNow, err
		}
	}
	if v.r.branch != "" && (ref{name: v.r.branch}).storable() {
		return keptNow, s.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, plumbing.ReferenceName(v.r.branch)))
	}
	if !v.r.head.IsZero() {
		return keptNow, s.SetReference(plumbing.NewHashReference(plumbing.HEAD, v.r.head))
	}
	return keptNow, nil
}

// reaches reports whether an older commit is part of the history of a newer one, as far as that can be found out with bearable effort.
func reaches(src source, from, to plumbing.Hash) bool {
	const most = 20_000
	seen := map[plumbing.Hash]bool{from: true}
	queue := []plumbing.Hash{from}
	for len(queue) > 0 && len(seen) < most {
		id := queue[0]
		queue = queue[1:]
		if id == to {
			return true
		}
		c, err := readCommit(src, id)
		if err != nil {
			continue
		}
		for _, p := range c.ParentHashes {
			if !seen[p] {
				seen[p] = true
				queue = append(queue, p)
			}
		}
	}
	return false
}
