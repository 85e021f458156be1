//go:build unix

package testkit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// moduleRoot is the directory of go.mod above the package under test.
var moduleRoot = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working directory: tests must run inside the repository")
		}
		dir = filepath.Dir(dir)
	}
})

// storeHash covers what can change the schema: the store's sources and migrations, and the versions of the modules
// that bring migrations of their own.
var storeHash = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	add := func(path string) error {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		h.Write(sum[:])
		h.Write([]byte(path + "\n"))
		return nil
	}
	if err := add(filepath.Join(root, "go.mod")); err != nil {
		return "", err
	}
	err = filepath.WalkDir(filepath.Join(root, "store"), func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "embedded"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".sql"), strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			return add(path)
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
})

func schemaHash(migrate string) (string, error) {
	sources, err := storeHash()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(sources + migrate))
	return hex.EncodeToString(sum[:8]), nil
}
