package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Repositories that are harvested: most are small, as those of government are, a few have the history of ten years.
const (
	repositories = 500
	brokenOnes   = repositories / 20
)

// madeRepository is one of the invented host.
type madeRepository struct {
	name                 string
	commits, files, tags int
}

// madeRepositories says which there are; those that are broken stand between the others.
func madeRepositories() []madeRepository {
	r := rand.New(rand.NewPCG(6, 500)) //nolint:gosec // the same repositories each time are what is wanted
	var out []madeRepository
	for i := range repositories {
		m := madeRepository{name: fmt.Sprintf("desk-%03d", i), commits: 3 + r.IntN(60), files: 8 + r.IntN(60), tags: r.IntN(8)}
		switch {
		case i%(repositories/brokenOnes) == 7:
			m = madeRepository{name: fmt.Sprintf("%s-%03d", faults[i/(repositories/brokenOnes)%len(faults)], i), commits: 3, files: 3}
		case i%17 == 0:
			m.commits, m.files, m.tags = 200+r.IntN(500), 60+r.IntN(200), r.IntN(30)
		case i%100 == 50:
			m.commits, m.files, m.tags = 2000+r.IntN(2000), 400+r.IntN(800), 60+r.IntN(100)
		}
		out = append(out, m)
	}
	return out
}

// makeCode makes the repositories of a host below a folder.
func makeCode(ctx context.Context, dir, address string) (commits int, err error) {
	for _, m := range madeRepositories() {
		at := filepath.Join(dir, codeGroup, m.name+".git")
		for _, folder := range []string{"objects", "refs"} {
			if err := os.MkdirAll(filepath.Join(at, folder), 0o755); err != nil {
				return 0, err
			}
		}
		if err := os.WriteFile(filepath.Join(at, "HEAD"), []byte("ref: refs/heads/main\n"), 0o600); err != nil {
			return 0, err
		}
		if err := os.WriteFile(filepath.Join(at, "config"), []byte("[core]\n\trepositoryformatversion = 0\n\tbare = true\n[uploadpack]\n\tallowFilter = true\n"), 0o600); err != nil {
			return 0, err
		}
		if strings.HasPrefix(m.name, "empty") {
			continue
		}
		commits += m.commits
		if err := fastImport(ctx, at, func(w io.Writer) { m.history(w, address) }); err != nil {
			return 0, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return commits, nil
}

// push adds a commit to a repository.
func push(ctx context.Context, dir, name string) error {
	return fastImport(ctx, filepath.Join(dir, codeGroup, name+".git"), func(w io.Writer) {
		commit(w, 100, time.Now(), "from refs/heads/main^0\n", map[string]string{"CHANGES.md": fmt.Sprint("Changed at ", time.Now())})
	})
}

func fastImport(ctx context.Context, dir string, write func(io.Writer)) error {
	cmd := exec.CommandContext(ctx, "git", "fast-import", "--quiet")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_DIR="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(in, 256<<10)
	write(buffered)
	_ = buffered.Flush() // git says below what was wrong
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("git fast-import: %w: %s", err, said.String())
	}
	return nil
}

func commit(w io.Writer, author int, at time.Time, from string, files map[string]string) {
	fmt.Fprintf(w, "commit refs/heads/main\ncommitter Developer %d <developer-%d@national.example> %d +0000\ndata 6\nchange\n%s", author, author, at.Unix(), from)
	for path, content := range files {
		fmt.Fprintf(w, "M 100644 inline %s\ndata %d\n%s\n", path, len(content), content)
	}
}

// history writes a repository as git's import reads it: each commit changes a few files, by developers of whom some do most.
func (m madeRepository) history(w io.Writer, address string) {
	r := rand.New(rand.NewPCG(7, uint64(len(m.name)*1000+m.commits))) //nolint:gosec // as above
	at := time.Now().AddDate(0, 0, -m.commits-r.IntN(200))
	first := map[string]string{"README.md": "# " + m.name + "\n", "LICENSE": mitText}
	for i := range m.files {
		first[fmt.Sprintf("src/part%d/file%d.go", i%9, i)] = source(r)
	}
	if !strings.HasPrefix(m.name, "desk") || r.IntN(5) > 0 {
		first["publiccode.yml"] = m.described(address)
	}
	if strings.HasPrefix(m.name, "huge") {
		first["dump.bin"] = noise(r, 12<<20)
	}
	commit(w, 0, at, "", first)
	for i := range m.commits - 1 {
		at = at.Add(time.Duration(r.IntN(48)) * time.Hour / 2)
		files := map[string]string{}
		for range 1 + r.IntN(4) {
			n := r.IntN(m.files)
			files[fmt.Sprintf("src/part%d/file%d.go", n%9, n)] = source(r)
		}
		commit(w, min(r.IntN(12), r.IntN(12)), at, "", files)
		if m.tags > 0 && i%(max(m.commits/m.tags, 1)) == 0 {
			fmt.Fprintf(w, "tag v1.%d.0\nfrom refs/heads/main\ntagger Developer 0 <developer-0@national.example> %d +0000\ndata 7\nrelease\n", i, at.Unix())
		}
	}
}

// described is the publiccode.yml: a right one, none that can be read, or one that is far too long.
func (m madeRepository) described(address string) string {
	switch {
	case strings.HasPrefix(m.name, "garbage"):
		return "publiccodeYmlVersion: \"0.4\"\nname: [\x01\xff\n" + strings.Repeat("{[&a *b", 20_000)
	case strings.HasPrefix(m.name, "huge"):
		return "name: x\n" + strings.Repeat("# and so on, and so on, and so on\n", 1<<20)
	}
	return strings.NewReplacer("NAME", "Desk "+m.name, "URL", address+"/"+codeGroup+"/"+m.name).Replace(publicCode)
}

func source(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("package part\n\n")
	for range 10 + r.IntN(60) {
		fmt.Fprintf(&b, "func F%d(a, b int) int { return a*%d + b*%d }\n", r.IntN(1<<20), r.IntN(1<<16), r.IntN(1<<16))
	}
	return b.String()
}

func noise(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := 0; i+8 <= n; i += 8 {
		v := r.Uint64()
		for j := range 8 {
			b[i+j] = byte(v >> (8 * j))
		}
	}
	return string(b)
}

const mitText = "MIT License\n\nCopyright (c) 2026 An agency\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n"

const publicCode = `publiccodeYmlVersion: "0.5"
name: NAME
url: URL
platforms: [web]
categories: [document-management]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: Keeps cases from the first letter to the archive.
    longDescription: Keeps the cases of an office from the first letter to the archive, with every step dated, every paper in its place and every deadline in sight of those who have to keep it, day by day.
    features: [cases, deadlines]
legal:
  license: MIT
maintenance:
  type: internal
  contacts:
    - name: The team
localisation:
  localisationReady: true
  availableLanguages: [en]
`
