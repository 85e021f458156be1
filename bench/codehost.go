package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cgi" //nolint:gosec // on this machine only; the flaw it warns of was mended in Go 1.6.3
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// codeHostCommand is a host of code in a process of its own: git as it is, over HTTP, and the part of Gitea's API that lists the repositories of
// a group. Those that are named for what is wrong with them answer so.
type codeHostCommand struct {
	Dir    string `required:""`
	Listen string `required:""`
}

// codeGroup is the one group of the host.
const codeGroup = "gov"

// What is wrong with one repository in twenty, by the beginning of its name.
var faults = []string{"gone", "hangs", "garbage", "empty", "huge", "astray"}

type codeHost struct {
	names        []string
	refs, packs  atomic.Int64 // asked for: branches and tags, and packs
	others, list atomic.Int64
	git          http.Handler
	address      string
}

// Run serves until it is told to end.
func (c *codeHostCommand) Run(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "git", "--exec-path").Output()
	if err != nil {
		return fmt.Errorf("the host of code needs the program git: %w", err)
	}
	entries, err := os.ReadDir(filepath.Join(c.Dir, codeGroup))
	if err != nil {
		return err
	}
	h := &codeHost{address: "http://" + c.Listen, git: &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + c.Dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"}}}
	for _, e := range entries {
		h.names = append(h.names, strings.TrimSuffix(e.Name(), ".git"))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (h *codeHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/asked":
		_ = json.NewEncoder(w).Encode(requestsFor{h.list.Load(), h.refs.Load(), h.packs.Load(), h.others.Load()})
	case r.URL.Path == "/api/v1/version":
		_, _ = w.Write([]byte(`{"version":"1.24.0"}`))
	case r.URL.Path == "/api/v1/orgs/"+codeGroup:
		_, _ = w.Write([]byte(`{"username":"` + codeGroup + `"}`))
	case r.URL.Path == "/api/v1/orgs/"+codeGroup+"/repos":
		h.list.Add(1)
		h.page(w, r)
	case len(parts) > 2 && parts[0] == codeGroup:
		h.repository(w, r, strings.TrimSuffix(parts[1], ".git"), strings.Join(parts[2:], "/"))
	default:
		h.others.Add(1)
		http.NotFound(w, r)
	}
}

// requestsFor is what a host of code was asked for.
type requestsFor struct{ Lists, Refs, Packs, Others int64 }

func (h *codeHost) repository(w http.ResponseWriter, r *http.Request, name, rest string) {
	if strings.HasSuffix(rest, "git-upload-pack") {
		if strings.HasSuffix(rest, "info/refs") || r.Method == http.MethodGet {
			h.refs.Add(1)
		} else {
			h.packs.Add(1)
		}
	} else {
		h.refs.Add(1)
	}
	switch {
	case strings.HasPrefix(name, "gone"):
		http.NotFound(w, r)
	case strings.HasPrefix(name, "hangs"):
		<-r.Context().Done()
	case strings.HasPrefix(name, "astray"):
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	default:
		r.URL.Path = "/" + codeGroup + "/" + name + ".git/" + rest
		h.git.ServeHTTP(w, r)
	}
}

// page answers as Gitea does: at most 50 of the repositories.
func (h *codeHost) page(w http.ResponseWriter, r *http.Request) {
	const size = 50
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || page < 1 {
		page = 1
	}
	from, to := min((page-1)*size, len(h.names)), min(page*size, len(h.names))
	out := []map[string]any{}
	for _, name := range h.names[from:to] {
		at := h.address + "/" + codeGroup + "/" + name
		out = append(out, map[string]any{"name": name, "full_name": codeGroup + "/" + name, "html_url": at, "clone_url": at + ".git", "default_branch": "main", "updated_at": "2026-01-01T00:00:00Z"})
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(len(h.names)))
	if to < len(h.names) {
		w.Header().Set("Link", fmt.Sprintf(`<%s/api/v1/orgs/%s/repos?page=%d&limit=%d>; rel="next"`, h.address, codeGroup, page+1, size))
	}
	_ = json.NewEncoder(w).Encode(out)
}
