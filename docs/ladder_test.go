// Package docs_test keeps the written house true.
package docs_test

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ospo-register/ospo/"

type goPackage struct {
	ImportPath string
	Name       string
	Imports    []string
	Module     struct{ Main bool }
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Imports,Module", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var code = regexp.MustCompile("`([^`]+)`")

func words(cell string) []string {
	var out []string
	for _, m := range code.FindAllStringSubmatch(cell, -1) {
		out = append(out, m[1])
	}
	return out
}

type rung struct{ ours, outside []string }

// ladder reads the table of docs/architecture.md.
func ladder(t *testing.T) map[string]rung {
	t.Helper()
	rungs := map[string]rung{}
	for line := range strings.Lines(read(t, "docs/architecture.md")) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 {
			continue
		}
		for _, name := range words(cells[2]) {
			r := rung{words(cells[4]), words(cells[5])}
			if strings.Contains(cells[4], "all") || strings.Contains(cells[4], "any") {
				r.ours = []string{"any"}
			}
			if strings.Contains(cells[5], "any") {
				r.outside = []string{"any"}
			}
			rungs[name] = r
		}
	}
	return rungs
}

func TestImportsOnlyPointDownTheLadder(t *testing.T) {
	rungs := ladder(t)
	mains := 0
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if p.Name == "main" && strings.HasPrefix(name, "cmd/") {
			mains++
		}
		r, ok := rungs[name]
		if !ok {
			t.Errorf("%s is not in the ladder of docs/architecture.md", name)
			continue
		}
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, module); ok {
				if !slices.Contains(r.ours, ours) && !slices.Contains(r.ours, "any") {
					t.Errorf("%s imports %s, which the ladder does not allow", name, ours)
				}
				if strings.HasPrefix(ours, "internal/testkit") && !strings.HasPrefix(name, "internal/testkit") {
					t.Errorf("%s imports %s outside its tests", name, ours)
				}
				continue
			}
			if !strings.Contains(strings.Split(imp, "/")[0], ".") || slices.Contains(r.outside, "any") {
				continue // standard library
			}
			if !slices.ContainsFunc(r.outside, func(w string) bool { return strings.Contains(imp, w) }) {
				t.Errorf("%s imports %s, which the ladder does not allow", name, imp)
			}
		}
	}
	if mains != 1 {
		t.Errorf("%d programs below cmd; “go run ./cmd/...” works with exactly one", mains)
	}
}

func TestOnlyRegisterWrites(t *testing.T) {
	for _, dir := range []string{"api", "web", "cmd/ospo", "cmd/ospo/demo"} {
		files, err := filepath.Glob(filepath.Join(root(t), dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			for _, word := range []string{"store.Write(", "store.Tx"} {
				if strings.Contains(string(b), word) {
					t.Errorf("%s/%s names %s; that is register's", dir, filepath.Base(f), word)
				}
			}
		}
	}
}

// most are the longest a file may be, in lines.
const most = 400

func TestNoFileIsTooLongToRead(t *testing.T) {
	err := filepath.WalkDir(root(t), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "testdata") {
			if d != nil && d.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		b, err := os.ReadFile(path)
		if n := strings.Count(string(b), "\n"); n > most {
			t.Errorf("%s has %d lines, more than %d", strings.TrimPrefix(path, root(t)+"/"), n, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var link = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

func TestEveryLinkInTheDocsLeadsSomewhere(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root(t), "docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(root(t), "docs/adr/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(append(files, more...), filepath.Join(root(t), "README.md"), filepath.Join(root(t), "CONTRIBUTING.md"), filepath.Join(root(t), "SECURITY.md")) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			if strings.Contains(m[1], ":") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(f), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", filepath.Base(f), m[1])
			}
		}
	}
}
