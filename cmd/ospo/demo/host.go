package demo

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/server"
)

const (
	codeHost = "code.velmora.example"     // where the invented government keeps its code
	abroad   = "software.ostrand.example" // the catalogue of its neighbour
)

// Hosts are the hosts of the invented world, by name: a host of code out of a folder of bare repositories, and the catalogue of a neighbouring government. Whoever asks
// them needs no network.
func Hosts(dir string) map[string]http.Handler {
	code := http.NewServeMux()
	code.HandleFunc("GET /api/v1/orgs/{group}/repos", func(w http.ResponseWriter, r *http.Request) { listCode(w, r, dir) })
	code.HandleFunc("GET /{group}/{name}/info/refs", func(w http.ResponseWriter, r *http.Request) { serveGit(w, r, dir, advertise) })
	code.HandleFunc("POST /{group}/{name}/git-upload-pack", func(w http.ResponseWriter, r *http.Request) { serveGit(w, r, dir, uploadPack) })
	catalogue := http.NewServeMux()
	catalogue.HandleFunc("GET /v1/software", func(w http.ResponseWriter, _ *http.Request) {
		page, err := neighbours()
		if err != nil {
			http.Error(w, "The catalogue cannot be read.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(page)
	})
	return map[string]http.Handler{codeHost: code, abroad: catalogue, hookHost: hooks()}
}

var codeName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// listCode answers as Gitea's API does for the repositories of a group.
func listCode(w http.ResponseWriter, r *http.Request, dir string) {
	group := r.PathValue("group")
	if !codeName.MatchString(group) {
		http.NotFound(w, r)
		return
	}
	entries, err := os.ReadDir(filepath.Join(dir, group))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	list := []map[string]any{}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".git")
		list = append(list, map[string]any{"name": name, "html_url": "https://" + codeHost + "/" + group + "/" + name, "default_branch": "main"})
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(list)
}

// serveGit opens the repository that was asked for, and has it answered by the protocol of git over HTTP (gitprotocol-http), version 0, for reading.
func serveGit(w http.ResponseWriter, r *http.Request, dir string, answer func(http.ResponseWriter, *http.Request, transport.UploadPackSession) error) {
	group, name := r.PathValue("group"), strings.TrimSuffix(r.PathValue("name"), ".git")
	if !codeName.MatchString(group) || !codeName.MatchString(name) {
		http.NotFound(w, r)
		return
	}
	if _, err := os.Stat(filepath.Join(dir, group, name+".git")); err != nil {
		http.NotFound(w, r)
		return
	}
	place, err := transport.NewEndpoint("/" + group + "/" + name + ".git")
	if err == nil {
		var session transport.UploadPackSession
		if session, err = server.NewServer(server.NewFilesystemLoader(osfs.New(dir))).NewUploadPackSession(place, nil); err == nil {
			defer session.Close()
			err = answer(w, r, session)
		}
	}
	if err != nil {
		http.Error(w, "The repository cannot be read.", http.StatusInternalServerError)
	}
}

func advertise(w http.ResponseWriter, r *http.Request, s transport.UploadPackSession) error {
	refs, err := s.AdvertisedReferencesContext(r.Context())
	if err != nil {
		return err
	}
	refs.Prefix = [][]byte{[]byte("# service=git-upload-pack"), pktline.Flush}
	w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
	return refs.Encode(w)
}

func uploadPack(w http.ResponseWriter, r *http.Request, s transport.UploadPackSession) error {
	ask := packp.NewUploadPackRequest()
	if err := ask.Decode(r.Body); err != nil {
		return err
	}
	pack, err := s.UploadPack(r.Context(), ask)
	if err != nil {
		return err
	}
	defer pack.Close()
	w.Header().Set("Content-Type", "application/x-git-upload-pack-result")
	return pack.Encode(w)
}

// neighbours is the answer of the neighbour's catalogue: its publiccode.yml files below seed/abroad, as the Open Catalog API gives them.
func neighbours() ([]byte, error) {
	names, err := fs.Glob(files, "seed/abroad/*.yml")
	if err != nil {
		return nil, err
	}
	data := []map[string]any{}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		id := strings.TrimSuffix(filepath.Base(name), ".yml")
		data = append(data, map[string]any{"id": id, "url": "https://" + abroad + "/code/" + id, "active": true, "publiccodeYml": string(text)})
	}
	return json.Marshal(map[string]any{"data": data, "links": map[string]any{"prev": nil, "next": nil}})
}
