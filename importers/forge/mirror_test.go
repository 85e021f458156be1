package forge

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// checks are the two ways in which a mirror is looked at.
var checks = map[string]func(*Client){"git fsck": func(*Client) {}, "own check": func(c *Client) { c.git = "" }}

func mirrorOf(t *testing.T, c *Client, address, dir string) *Visited {
	t.Helper()
	v, err := c.Visit(context.Background(), VisitAsk{URL: address, MirrorDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// refsIn are the branches and tags as git sees them.
func refsIn(t *testing.T, dir string) string {
	t.Helper()
	return run(t, "-C", dir, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags")
}

func TestAMirrorFollowsItsUpstream(t *testing.T) {
	for by, change := range checks {
		for name, d := range dialects {
			t.Run(by+", "+name, func(t *testing.T) {
				w := permits(t)
				h := w.speak(d)
				dir := filepath.Join(t.TempDir(), "mirror")
				c := here(t)
				change(c)
				first := mirrorOf(t, c, h.project(), dir)
				if first.Mirror.By != by || len(first.Mirror.Faults) != 0 || first.Mirror.Kept != 0 || len(first.Files) != 1 || first.RootCommit == "" {
					t.Errorf("the first time: %+v, %d descriptions", first.Mirror, len(first.Files))
				}
				if got, want := refsIn(t, dir), refsIn(t, w.dir); got != want {
					t.Errorf("refs:\n%s\nwant:\n%s", got, want)
				}
				w.commit(map[string]string{"new.go": "package main\n"})
				w.git("tag", "v2.0")
				second := mirrorOf(t, c, h.project(), dir)
				if got, want := refsIn(t, dir), refsIn(t, w.dir); got != want || second.Mirror.Kept != 0 {
					t.Errorf("refs:\n%s\nwant:\n%s", got, want)
				}
				if second.Fetched >= first.Fetched || second.Fetched == 0 {
					t.Errorf("%d bytes came the second time, %d the first", second.Fetched, first.Fetched)
				}
				run(t, "-C", dir, "fsck", "--full", "--strict")
				third, err := c.Visit(context.Background(), VisitAsk{URL: h.project(), MirrorDir: dir, KnownRefs: second.Refs})
				if err != nil || !third.Unchanged {
					t.Errorf("nothing was pushed: %v", err)
				}
				other := filepath.Join(t.TempDir(), "other")
				fourth, err := c.Visit(context.Background(), VisitAsk{URL: h.project(), MirrorDir: other, KnownRefs: second.Refs})
				if err != nil || fourth.Unchanged || refsIn(t, other) != refsIn(t, w.dir) {
					t.Errorf("a mirror that is new is filled even when nothing was pushed: %v", err)
				}
			})
		}
	}
}

func TestAMirrorKeepsWhatUpstreamTakesBack(t *testing.T) {
	w := newWork(t)
	w.commit(map[string]string{"a": "1"})
	w.git("branch", "feature")
	lost := w.commit(map[string]string{"a": "2"})
	w.git("tag", "v1.0")
	h := w.serve()
	dir := filepath.Join(t.TempDir(), "mirror")
	c := here(t)
	mirrorOf(t, c, h.project(), dir)
	w.git("reset", "-q", "--hard", "HEAD~1")
	w.commit(map[string]string{"a": "3"})
	w.git("tag", "-f", "v1.0")
	w.git("branch", "-q", "-D", "feature")
	w.git("branch", "feature/one")
	w.git("reflog", "expire", "--expire=now", "--all")
	w.git("gc", "-q", "--prune=now")
	if v := mirrorOf(t, c, h.project(), dir); v.Mirror.Kept != 3 || len(v.Mirror.Faults) != 0 {
		t.Errorf("kept %+v", v.Mirror)
	}
	if got, want := refsIn(t, dir), refsIn(t, w.dir); got != want {
		t.Errorf("refs:\n%s\nwant:\n%s", got, want)
	}
	if kind := run(t, "-C", dir, "cat-file", "-t", lost); kind != "commit" {
		t.Errorf("the commit that was taken back is a %s", kind)
	}
	kept := run(t, "-C", dir, "for-each-ref", "--format=%(refname)", "refs/kept")
	if !strings.Contains(kept, "refs/kept/"+lost+"/heads/main") || !strings.Contains(kept, "refs/kept/"+lost+"/tags/v1.0") || !strings.Contains(kept, "/heads/feature") {
		t.Errorf("kept:\n%s", kept)
	}
}

func TestADamagedMirrorIsFoundOut(t *testing.T) {
	for by, change := range checks {
		t.Run(by, func(t *testing.T) {
			w := permits(t)
			h := w.serve()
			dir := filepath.Join(t.TempDir(), "mirror")
			c := here(t)
			change(c)
			mirrorOf(t, c, h.project(), dir)
			packs, _ := filepath.Glob(filepath.Join(dir, "objects/pack/*.pack"))
			blob := run(t, "-C", dir, "rev-parse", "HEAD:LICENSE")
			into := exec.Command("git", "-C", dir, "unpack-objects", "-q")
			content, err := os.ReadFile(packs[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []string{packs[0], strings.TrimSuffix(packs[0], "pack") + "idx"} {
				if err := os.Remove(f); err != nil {
					t.Fatal(err)
				}
			}
			into.Stdin = bytes.NewReader(content)
			if out, err := into.CombinedOutput(); err != nil {
				t.Fatal(err, string(out))
			}
			loose := filepath.Join(dir, "objects", blob[:2], blob[2:])
			if err := os.Remove(loose); err != nil {
				t.Fatal(err)
			}
			w.commit(nil)
			v := mirrorOf(t, c, h.project(), dir)
			if len(v.Mirror.Faults) == 0 || !strings.Contains(strings.Join(v.Mirror.Faults, "\n"), blob) {
				t.Errorf("faults: %q", v.Mirror.Faults)
			}
		})
	}
}

func TestABundleIsARepositoryInOneFile(t *testing.T) {
	w := permits(t)
	w.commit(map[string]string{"LICENSE": "changed"})
	dir := filepath.Join(t.TempDir(), "mirror")
	mirrorOf(t, here(t), w.serve().project(), dir)
	s, err := openMirror(dir)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := refsOf(s)
	if err != nil {
		t.Fatal(err)
	}
	var git, own bytes.Buffer
	if err := Bundle(context.Background(), dir, &git); err != nil {
		t.Fatal(err)
	}
	if err := ownBundle(s, refs, &own); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*bytes.Buffer{"by git": &git, "by ourselves": &own} {
		file, copied := filepath.Join(t.TempDir(), "a.bundle"), filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, "clone", "-q", "--mirror", file, copied)
		if got, want := refsIn(t, copied), refsIn(t, w.dir); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
		run(t, "-C", copied, "fsck", "--full", "--strict")
	}
	if err := Bundle(context.Background(), filepath.Join(t.TempDir(), "none"), &own); err == nil {
		t.Error("an empty mirror has no bundle")
	}
}

func TestAMirrorCanBeClonedOverHTTP(t *testing.T) {
	w := permits(t)
	dir := filepath.Join(t.TempDir(), "mirror")
	c := here(t)
	h := w.serve()
	mirrorOf(t, c, h.project(), dir)
	w.commit(map[string]string{"more.go": "package main\n"})
	mirrorOf(t, c, h.project(), dir)
	s := httptest.NewServer(http.StripPrefix("/kept", Serve(dir)))
	defer s.Close()
	copied := filepath.Join(t.TempDir(), "copy")
	run(t, "clone", "-q", s.URL+"/kept", copied)
	if got, want := run(t, "-C", copied, "rev-parse", "HEAD", "v1.0"), w.git("rev-parse", "HEAD", "v1.0"); got != want {
		t.Errorf("cloned %s, want %s", got, want)
	}
	run(t, "-C", copied, "fsck", "--full", "--strict")
	w.commit(map[string]string{"yet-more.go": "package main\n"})
	mirrorOf(t, c, h.project(), dir)
	run(t, "-C", copied, "fetch", "-q")
	if got, want := run(t, "-C", copied, "rev-parse", "origin/main"), w.git("rev-parse", "HEAD"); got != want {
		t.Errorf("fetched %s, want %s", got, want)
	}
}

func TestNothingButTheRepositoryIsServed(t *testing.T) {
	w := permits(t)
	dir := filepath.Join(t.TempDir(), "mirror")
	mirrorOf(t, here(t), w.serve().project(), dir)
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := "objects/aa/" + strings.Repeat("b", 38)
	if err := os.MkdirAll(filepath.Join(dir, "objects/aa"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, link)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		method, path string
		want         int
	}{
		{"GET", "/HEAD", 200}, {"GET", "/info/refs", 200}, {"GET", "/info/refs?service=git-upload-pack", 200}, {"HEAD", "/objects/info/packs", 200},
		{"GET", "/config", 404}, {"GET", "/", 404}, {"GET", "/objects/", 404}, {"GET", "/objects/pack/", 404}, {"GET", "/../secret", 404}, {"GET", "/objects/../config", 404},
		{"GET", "/" + link, 404}, {"GET", "/objects/pack/pack-" + strings.Repeat("0", 40) + ".pack", 404}, {"GET", "/refs/heads/main", 404},
		{"POST", "/git-upload-pack", 405}, {"POST", "/git-receive-pack", 405}, {"PUT", "/HEAD", 405},
	}
	for _, test := range tests {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest(test.method, "http://register.example/x", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(test.path, "?")
		Serve(dir).ServeHTTP(rec, r)
		if rec.Code != test.want || strings.Contains(rec.Body.String(), "secret") {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, rec.Code, test.want)
		}
	}
	rec := httptest.NewRecorder()
	Serve(filepath.Join(t.TempDir(), "none")).ServeHTTP(rec, httptest.NewRequest("GET", "/info/refs", nil))
	if rec.Code != 500 || strings.Contains(rec.Body.String(), os.TempDir()) {
		t.Errorf("a mirror that is not there: %d %s", rec.Code, rec.Body)
	}
}

func TestNamesThatGitForbidsStayOutOfAMirror(t *testing.T) {
	for name, want := range map[string]bool{"refs/heads/main": true, "refs/tags/v1.0": true, "refs/heads/../../config": false, "refs/heads/a..b": false, "refs/heads/a.lock": false, "refs/heads/.a": false,
		"refs/heads/a\\b": false, "refs/heads/a b": false, "refs/heads//a": false} {
		if got := (ref{name: name, id: plumbing.NewHash(strings.Repeat("1", 40))}).storable(); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
