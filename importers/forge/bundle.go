package forge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/revlist"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// ErrEmptyMirror says that a mirror holds nothing that could be handed over.
var ErrEmptyMirror = errors.New("the mirror is empty")

// Bundle writes everything that a mirror keeps as one file, from which “git clone” makes the repository anew (git bundle, version 2). An error
// may come when part of it is written.
func Bundle(ctx context.Context, dir string, w io.Writer) error {
	s, err := openMirror(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	refs, err := refsOf(s)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		return ErrEmptyMirror
	}
	if git := findGit(); git != "" {
		var said bytes.Buffer
		cmd := program(ctx, git, dir, "bundle", "create", "--quiet", "-", "--all")
		cmd.Stdout, cmd.Stderr = w, &said
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("writing the bundle: %w: %s", err, clip(said.Bytes()))
		}
		return nil
	}
	return ownBundle(s, refs, w)
}

// ownBundle writes a bundle without the program git (gitformat-bundle).
func ownBundle(s *filesystem.Storage, refs map[string]plumbing.Hash, w io.Writer) error {
	var head bytes.Buffer
	head.WriteString("# v2 git bundle\n")
	var tips []plumbing.Hash
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		fmt.Fprintf(&head, "%s %s\n", refs[name], name)
		tips = append(tips, refs[name])
	}
	if h, err := s.Reference(plumbing.HEAD); err == nil {
		if id, ok := refs[h.Target().String()]; ok {
			fmt.Fprintf(&head, "%s HEAD\n", id)
		}
	}
	head.WriteString("\n")
	if _, err := w.Write(head.Bytes()); err != nil {
		return err
	}
	ids, err := revlist.Objects(s, tips, nil)
	if err != nil {
		return fmt.Errorf("reading the mirror: %w", err)
	}
	const window = 10
	_, err = packfile.NewEncoder(w, s, false).Encode(ids, window)
	return err
}
