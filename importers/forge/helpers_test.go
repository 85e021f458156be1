package forge

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// here is a client that may ask this machine.
func here(t testing.TB, change ...func(*Limits)) *Client {
	t.Helper()
	lim := Limits{AllowPrivate: true, RequestTime: 10 * time.Second}
	for _, f := range change {
		f(&lim)
	}
	c := NewClient(lim)
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// work is a repository that a test writes with the real git.
type work struct {
	t   testing.TB
	dir string
	day int
}

func newWork(t testing.TB, args ...string) *work {
	t.Helper()
	w := &work{t: t, dir: filepath.Join(t.TempDir(), "work")}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	w.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return w
}

// start is the day of the first commit; each further one is a day later.
var start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func (w *work) git(args ...string) string {
	w.t.Helper()
	return w.as("Ada", "ada@agency.example", args...)
}

func (w *work) as(name, mail string, args ...string) string {
	w.t.Helper()
	at := start.AddDate(0, 0, w.day).Format(time.RFC3339)
	cmd := exec.Command("git", args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME="+name, "GIT_AUTHOR_EMAIL="+mail, "GIT_AUTHOR_DATE="+at,
		"GIT_COMMITTER_NAME="+name, "GIT_COMMITTER_EMAIL="+mail, "GIT_COMMITTER_DATE="+at)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *work) write(files map[string]string) {
	w.t.Helper()
	for name, content := range files {
		path := filepath.Join(w.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
}

// commit writes files and commits all; it gives the commit's id.
func (w *work) commit(files map[string]string) string {
	w.t.Helper()
	w.write(files)
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", fmt.Sprintf("change %d", w.day))
	w.day++
	return w.git("rev-parse", "HEAD")
}

// host serves the repository as PROJECT.git over HTTP with git's own server, and counts the packs that were asked for.
type host struct {
	*httptest.Server
	packs  atomic.Int64
	before http.HandlerFunc // answers first when not nil and it wrote something
}

func (h *host) project() string { return h.URL + "/project.git" }

// serve is given settings of git such as uploadpack.allowFilter=true.
func (w *work) serve(settings ...string) *host {
	w.t.Helper()
	for _, s := range settings {
		name, value, _ := strings.Cut(s, "=")
		w.git("config", name, value)
	}
	root := w.t.TempDir()
	if err := os.Symlink(filepath.Join(w.dir, ".git"), filepath.Join(root, "project.git")); err != nil {
		w.t.Fatal(err)
	}
	return serveRoot(w.t, root)
}

func serveRoot(t testing.TB, root string) *host {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal("these tests need the program git:", err)
	}
	h := &host{}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"), Stderr: t.Output(),
		Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			h.packs.Add(1)
		}
		if h.before != nil {
			seen := &noting{ResponseWriter: w}
			if h.before(seen, r); seen.wrote {
				return
			}
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

type noting struct {
	http.ResponseWriter
	wrote bool
}

func (n *noting) WriteHeader(status int) {
	n.wrote = true
	n.ResponseWriter.WriteHeader(status)
}

func (n *noting) Write(p []byte) (int, error) {
	n.wrote = true
	return n.ResponseWriter.Write(p)
}

func problem(t testing.TB, err error) *Problem {
	t.Helper()
	p := AsProblem(err)
	if p == nil {
		t.Fatal("there should be a problem")
	}
	if p.Detail == "" {
		t.Errorf("%v says nothing to the owner", p.Outcome)
	}
	return p
}

func itoa(n int64) string { return fmt.Sprint(n) }
