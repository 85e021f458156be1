package forge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
)

// entry is one file of the tree.
type entry struct {
	path string // with slashes, as UTF-8
	id   plumbing.Hash
	link bool // a symbolic link: its content is a path
}

func (e entry) dir() string  { return path.Dir(e.path) }
func (e entry) base() string { return strings.ToLower(path.Base(e.path)) }

// readTree lists the files of the head and reads those that say something of the software.
func (v *visit) readTree(ctx context.Context, root plumbing.Hash) error {
	entries, whole := list(v.src, root, v.lim.Files)
	if !whole {
		v.out.Remarks = append(v.out.Remarks, fmt.Sprintf("Not all files were counted: there are more than %d, or some folders cannot be read.", v.lim.Files))
	}
	t := &v.out.Tree
	t.Files = len(entries)
	survey(t, entries)
	described, licensed, billed := descriptions(entries), licenseFiles(entries), sbomFiles(entries)
	if v.lean {
		if err := v.bring(ctx, slices.Concat(described, licensed, billed)); err != nil {
			return err
		}
	}
	for _, e := range described {
		f := v.file(e)
		f.Format = formats[strings.ToLower(e.path)]
		v.out.Files = append(v.out.Files, f)
	}
	for _, e := range licensed {
		found := models.LicenseFile{Path: e.path}
		if f := v.file(e); f.Content != nil {
			m := texts.Identify(string(f.Content))
			if len(m.Parts) > 0 {
				found.Expression, found.Coverage = m.Expression.String(), m.Coverage
			}
		}
		t.LicenseFiles = append(t.LicenseFiles, found)
	}
	for _, e := range billed {
		if f := v.file(e); f.Content == nil || isSBOM(f.Content) {
			v.out.SBOMs = append(v.out.SBOMs, f)
			t.SBOMs = append(t.SBOMs, e.path)
		}
	}
	return nil
}

// bring fetches the content of files that are not there yet.
func (v *visit) bring(ctx context.Context, entries []entry) error {
	var wants []plumbing.Hash
	for _, e := range entries {
		if !slices.Contains(wants, e.id) {
			wants = append(wants, e.id)
		}
	}
	filter := fmt.Sprintf("blob:limit=%d", v.lim.FileBytes)
	err := v.get(ctx, wish{wants: wants, filter: filter})
	if p := AsProblem(err); p != nil && p.Outcome == models.VisitFailed && len(wants) > 0 {
		// The host sends no single files; all of the newest state, then.
		return v.get(ctx, wish{wants: []plumbing.Hash{v.r.head}, depth: 1, filter: filter})
	}
	return err
}

// file reads one file. Its content is nil when it is over the limit or did not come.
func (v *visit) file(e entry) File {
	f := File{Path: e.path}
	size, err := v.src.EncodedObjectSize(e.id)
	if err == nil {
		f.Size = size
	}
	content, err := blob(v.src, e.id, v.lim.FileBytes)
	if err != nil {
		v.out.Remarks = append(v.out.Remarks, fmt.Sprintf("%s is larger than what is read, or cannot be read.", e.path))
		return f
	}
	f.Content = content
	return f
}

func blob(src source, id plumbing.Hash, most int64) ([]byte, error) {
	o, err := read(src, plumbing.BlobObject, id, most)
	if err != nil {
		return nil, err
	}
	r, err := o.Reader()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, most))
	return content, errors.Join(err, r.Close())
}

// list gives all files below a tree, by path; whole is false when there are more than most, or when a folder could not be read. Submodules are
// no files of the repository.
func list(src source, root plumbing.Hash, most int) (entries []entry, whole bool) {
	const deepest = 100
	whole = true
	var walk func(id plumbing.Hash, dir string, depth int)
	walk = func(id plumbing.Hash, dir string, depth int) {
		o, err := read(src, plumbing.TreeObject, id, bookBytes)
		if err != nil || depth > deepest {
			whole = false
			return
		}
		var tree object.Tree
		if err := tree.Decode(o); err != nil {
			whole = false
			return
		}
		for _, e := range tree.Entries {
			if len(entries) >= most {
				whole = false
				return
			}
			name := path.Join(dir, strings.ReplaceAll(strings.ToValidUTF8(e.Name, "�"), "/", "�"))
			switch e.Mode {
			case filemode.Dir:
				walk(e.Hash, name, depth+1)
			case filemode.Submodule:
			default:
				entries = append(entries, entry{path: name, id: e.Hash, link: e.Mode == filemode.Symlink})
			}
		}
	}
	walk(root, "", 0)
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return entries, whole
}
