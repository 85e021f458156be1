// Package gitserver is a host of code for tests and measurements: real git over HTTP on this machine, and the part of Gitea's API that lists
// the repositories of a group. It needs the program git.
package gitserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi" //nolint:gosec // for tests on this machine; the flaw it warns of was mended in Go 1.6.3
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server serves repositories as /GROUP/NAME.git.
type Server struct {
	*httptest.Server
	t    testing.TB
	root string

	mu     sync.Mutex
	names  []string       // GROUP/NAME in the order in which they came
	broken map[string]int // answered with this status instead
	hangs  map[string]hang
	packs  int
}

// hang is what happens to who asks: reached is closed, and nothing more until let is.
type hang struct{ reached, let chan struct{} }

// Group is the one group that a server has.
const Group = "gov"

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal("these tests need the program git: ", err)
	}
	s := &Server{t: t, root: t.TempDir(), broken: map[string]int{}, hangs: map[string]hang{}}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + s.root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/version", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"version":"1.24.0"}`)) })
	mux.HandleFunc("GET /api/v1/orgs/{group}", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"username":"gov"}`)) })
	mux.HandleFunc("GET /api/v1/orgs/{group}/repos", s.list)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.Join(strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)[:min(2, strings.Count(r.URL.Path, "/"))], "/")
		s.mu.Lock()
		status := s.broken[strings.TrimSuffix(name, ".git")]
		stuck, hangs := s.hangs[strings.TrimSuffix(name, ".git")]
		delete(s.hangs, strings.TrimSuffix(name, ".git"))
		if strings.HasSuffix(r.URL.Path, "/git-upload-pack") {
			s.packs++
		}
		s.mu.Unlock()
		if hangs {
			close(stuck.reached)
			<-stuck.let
		}
		if status != 0 {
			http.Error(w, "broken on purpose", status)
			return
		}
		if !strings.HasSuffix(name, ".git") { // as the hosts do, a repository answers without its ending too
			r.URL.Path = "/" + name + ".git" + strings.TrimPrefix(r.URL.Path, "/"+name)
		}
		backend.ServeHTTP(w, r)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// list answers as Gitea does: pages of at most 50 of the repositories of a group.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, page := 50, 1
	if n, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && n > 0 && n < size {
		size = n
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && n > 0 {
		page = n
	}
	from, to := min((page-1)*size, len(s.names)), min(page*size, len(s.names))
	out := []map[string]any{}
	for _, name := range s.names[from:to] {
		out = append(out, map[string]any{"name": filepath.Base(name), "full_name": name, "html_url": s.URL + "/" + name, "clone_url": s.URL + "/" + name + ".git", "default_branch": "main", "updated_at": "2026-01-01T00:00:00Z"})
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(len(s.names)))
	w.Header().Set("Content-Type", "application/json")
	if to < len(s.names) {
		w.Header().Set("Link", fmt.Sprintf(`<%s/api/v1/orgs/%s/repos?page=%d&limit=%d>; rel="next"`, s.URL, Group, page+1, size))
	}
	_ = json.NewEncoder(w).Encode(out)
}

// Add makes a repository of the group with one commit of the files, and gives its address.
func (s *Server) Add(name string, files map[string]string) string {
	s.t.Helper()
	s.mu.Lock()
	s.names = append(s.names, Group+"/"+name)
	s.mu.Unlock()
	dir := s.dir(name)
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.git("", "init", "-q", "--bare", "-b", "main", dir)
	s.Commit(name, files)
	return s.URL + "/" + Group + "/" + name
}

// Copy makes a repository with the same history as another.
func (s *Server) Copy(name, of string) string {
	s.t.Helper()
	s.mu.Lock()
	s.names = append(s.names, Group+"/"+name)
	s.mu.Unlock()
	s.git("", "clone", "-q", "--bare", s.dir(of), s.dir(name))
	return s.URL + "/" + Group + "/" + name
}

// Break has a repository answered with a status; 0 mends it.
func (s *Server) Break(name string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken[Group+"/"+name] = status
}

// Hang has the first who asks for a repository wait until let is closed; reached is closed when somebody does.
func (s *Server) Hang(name string, reached, let chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs[Group+"/"+name] = hang{reached, let}
}

// Packs is how many packs were asked for.
func (s *Server) Packs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.packs
}

func (s *Server) dir(name string) string { return filepath.Join(s.root, Group, name+".git") }

// Commit adds a commit with the files to the main branch, through git's own stream of imports: one process, and no work tree.
func (s *Server) Commit(name string, files map[string]string) {
	s.t.Helper()
	var b strings.Builder
	at := time.Now().Unix()
	fmt.Fprintf(&b, "commit refs/heads/main\ncommitter Ada <ada@agency.example> %d +0000\ndata 6\nchange\n", at)
	if out, err := s.run(s.dir(name), "", "rev-parse", "-q", "--verify", "refs/heads/main"); err == nil {
		fmt.Fprintf(&b, "from %s\n", strings.TrimSpace(out))
	}
	for path, content := range files {
		fmt.Fprintf(&b, "M 100644 inline %s\ndata %d\n%s\n", path, len(content), content)
	}
	if out, err := s.run(s.dir(name), b.String(), "fast-import", "--quiet"); err != nil {
		s.t.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// Tag puts an annotated tag on the main branch.
func (s *Server) Tag(name, tag string) {
	s.t.Helper()
	s.git(s.dir(name), "tag", "-a", "-m", tag, tag, "main")
}

func (s *Server) git(dir string, args ...string) {
	s.t.Helper()
	if out, err := s.run(dir, "", args...); err != nil {
		s.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (s *Server) run(dir, input string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@agency.example", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@agency.example")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
