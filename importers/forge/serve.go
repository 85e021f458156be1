package forge

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// objectFile is what a reader may take as it is: loose objects, packs and their indexes.
var objectFile = regexp.MustCompile(`^objects/([0-9a-f]{2}/[0-9a-f]{38}|pack/pack-[0-9a-f]{40}\.(pack|idx))$`)

// Serve lets “git clone” and “git fetch” read a mirror over HTTP, by the protocol that needs only files (gitprotocol-http, "dumb"). It answers
// GET and HEAD of paths below the repository, with the prefix stripped by the caller; nothing else of the folder can be read, and nothing written.
func Serve(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This copy can only be read.", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		if objectFile.MatchString(name) {
			serveFile(w, r, dir, name)
			return
		}
		page := map[string]func(*filesystem.Storage) ([]byte, error){"HEAD": headFile, "info/refs": refsFile, "objects/info/packs": packsFile}[name]
		if page == nil {
			http.NotFound(w, r)
			return
		}
		content, err := readMirror(dir, page)
		if err != nil {
			http.Error(w, "This copy cannot be read now.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}

func serveFile(w http.ResponseWriter, r *http.Request, dir, name string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable") // who may clone it may change
	http.ServeContent(w, r, "", time.Time{}, f)
}

func readMirror(dir string, page func(*filesystem.Storage) ([]byte, error)) ([]byte, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	s, err := openMirror(dir)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return page(s)
}

func headFile(s *filesystem.Storage) ([]byte, error) {
	head, err := s.Reference(plumbing.HEAD)
	if err != nil {
		return nil, err
	}
	if head.Type() == plumbing.SymbolicReference {
		return []byte("ref: " + head.Target().String() + "\n"), nil
	}
	return []byte(head.Hash().String() + "\n"), nil
}

// refsFile lists the refs, and what annotated tags lead to.
func refsFile(s *filesystem.Storage) ([]byte, error) {
	refs, err := refsOf(s)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		fmt.Fprintf(&b, "%s\t%s\n", refs[name], name)
		if tag, err := object.GetTag(s, refs[name]); err == nil {
			fmt.Fprintf(&b, "%s\t%s^{}\n", tag.Target, name)
		}
	}
	return b.Bytes(), nil
}

func packsFile(s *filesystem.Storage) ([]byte, error) {
	packs, err := s.ObjectPacks()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, p := range packs {
		fmt.Fprintf(&b, "P pack-%s.pack\n", p)
	}
	b.WriteString("\n")
	return b.Bytes(), nil
}
