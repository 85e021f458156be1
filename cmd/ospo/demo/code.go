package demo

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"

	"github.com/ospo-register/ospo/models"
)

// codeSeed is one repository of the invented government. Its files are those below seed/code/PATH.
type codeSeed struct {
	Path     string   // GROUP/NAME
	People   []string // who commits, in turn; who stands twice does twice as much
	Commits  int
	From, To int // days before the loading of the first and the last of them
	Tags     []tagSeed
	License  string // file below seed/code that is its licence; "" for none
	CopyOf   string // has what this one has
	After    bool   // came after the first harvest
	Leaves   bool   // went after it
}

type tagSeed struct {
	Name string
	Ago  int // days before the loading
}

// writeCode makes a bare repository of each seed below dir: as they were at the first harvest, or what has come since.
func writeCode(dir string, list []codeSeed, today models.Date, since bool) error {
	for i := range list {
		s := &list[i]
		if s.Leaves && since {
			if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(s.Path)+".git")); err != nil {
				return fmt.Errorf("code %s: %w", s.Path, err)
			}
		}
		if s.After != since {
			continue
		}
		if s.CopyOf == "" {
			w := &codeWriter{seed: s, today: today}
			if err := w.write(filepath.Join(dir, filepath.FromSlash(s.Path)+".git")); err != nil {
				return fmt.Errorf("code %s: %w", s.Path, err)
			}
			continue
		}
		from := filepath.Join(dir, filepath.FromSlash(s.CopyOf)+".git")
		if err := os.CopyFS(filepath.Join(dir, filepath.FromSlash(s.Path)+".git"), os.DirFS(from)); err != nil {
			return fmt.Errorf("code %s: %w", s.Path, err)
		}
	}
	return nil
}

// codeWriter writes one repository.
type codeWriter struct {
	seed  *codeSeed
	today models.Date
	to    storer.Storer
}

func (w *codeWriter) write(dir string) error {
	repo, err := git.PlainInit(dir, true)
	if err != nil {
		return err
	}
	w.to = repo.Storer
	main := plumbing.NewBranchReferenceName("main")
	if err := w.to.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, main)); err != nil {
		return err
	}
	files, err := w.files()
	if err != nil {
		return err
	}
	var head plumbing.Hash
	log, tags := "# Changes\n", slices.Clone(w.seed.Tags)
	for i := range w.seed.Commits {
		ago := w.seed.From - (w.seed.From-w.seed.To)*i/max(w.seed.Commits-1, 1)
		for len(tags) > 0 && tags[0].Ago > ago && i > 0 {
			if err := w.tag(tags[0], head); err != nil {
				return err
			}
			log, tags = log+"\n## "+tags[0].Name+"\n", tags[1:]
		}
		log += "\n- Change " + strconv.Itoa(i+1) + "\n"
		if files["CHANGELOG.md"], err = w.blob([]byte(log)); err != nil {
			return err
		}
		if head, err = w.commit(files, head, i, ago); err != nil {
			return err
		}
	}
	for _, t := range tags {
		if err := w.tag(t, head); err != nil {
			return err
		}
	}
	return w.to.SetReference(plumbing.NewHashReference(main, head))
}

// files puts the files of the seed into the repository.
func (w *codeWriter) files() (map[string]plumbing.Hash, error) {
	blobs := map[string]plumbing.Hash{}
	root := "seed/code/" + w.seed.Path
	err := fs.WalkDir(files, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		blobs[strings.TrimPrefix(name, root+"/")], err = w.blob(content)
		return err
	})
	if err != nil || w.seed.License == "" {
		return blobs, err
	}
	text, err := files.ReadFile("seed/code/" + w.seed.License)
	if err != nil {
		return nil, err
	}
	blobs["LICENSE"], err = w.blob(text)
	return blobs, err
}

func (w *codeWriter) blob(content []byte) (plumbing.Hash, error) {
	o := w.to.NewEncodedObject()
	o.SetType(plumbing.BlobObject)
	in, err := o.Writer()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if _, err := in.Write(content); err != nil {
		return plumbing.ZeroHash, err
	}
	if err := in.Close(); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.to.SetEncodedObject(o)
}

// encoded is an object of git that writes itself.
type encoded interface {
	Encode(plumbing.EncodedObject) error
}

func (w *codeWriter) object(of encoded) (plumbing.Hash, error) {
	o := w.to.NewEncodedObject()
	if err := of.Encode(o); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.to.SetEncodedObject(o)
}

// tree writes the tree of the files, by path, and of those below it.
func (w *codeWriter) tree(files map[string]plumbing.Hash) (plumbing.Hash, error) {
	t, below := &object.Tree{}, map[string]map[string]plumbing.Hash{}
	for name, id := range files {
		dir, rest, deeper := strings.Cut(name, "/")
		if !deeper {
			t.Entries = append(t.Entries, object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: id})
			continue
		}
		if below[dir] == nil {
			below[dir] = map[string]plumbing.Hash{}
		}
		below[dir][rest] = id
	}
	for _, dir := range slices.Sorted(maps.Keys(below)) {
		id, err := w.tree(below[dir])
		if err != nil {
			return plumbing.ZeroHash, err
		}
		t.Entries = append(t.Entries, object.TreeEntry{Name: dir, Mode: filemode.Dir, Hash: id})
	}
	slices.SortFunc(t.Entries, func(a, b object.TreeEntry) int { return strings.Compare(orderOf(a), orderOf(b)) })
	return w.object(t)
}

// orderOf is what git sorts the entries of a tree by: folders as if their names ended in a slash.
func orderOf(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

func (w *codeWriter) commit(files map[string]plumbing.Hash, parent plumbing.Hash, i, ago int) (plumbing.Hash, error) {
	tree, err := w.tree(files)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	who := w.who(w.seed.People[i%len(w.seed.People)], ago, i)
	c := &object.Commit{Author: who, Committer: who, Message: "Change " + strconv.Itoa(i+1) + "\n", TreeHash: tree}
	if !parent.IsZero() {
		c.ParentHashes = []plumbing.Hash{parent}
	}
	return w.object(c)
}

func (w *codeWriter) tag(t tagSeed, head plumbing.Hash) error {
	id, err := w.object(&object.Tag{Name: t.Name, Tagger: w.who(w.seed.People[0], t.Ago, 0), Message: t.Name + "\n", TargetType: plumbing.CommitObject, Target: head})
	if err != nil {
		return err
	}
	return w.to.SetReference(plumbing.NewHashReference(plumbing.NewTagReferenceName(t.Name), id))
}

// who reads "Name <mail>"; the minute keeps commits of one day in order.
func (w *codeWriter) who(person string, ago, minute int) object.Signature {
	name, mail, _ := strings.Cut(strings.TrimSuffix(person, ">"), " <")
	return object.Signature{Name: name, Email: mail, When: w.today.AddDays(-ago).Time().Add(8*time.Hour + time.Duration(minute)*time.Minute)}
}
