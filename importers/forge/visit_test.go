package forge

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ospo-register/ospo/licenses/texts"
	"github.com/ospo-register/ospo/models"
)

const description = "publiccodeYmlVersion: '0.5'\nname: Permits\nurl: https://code.example/permits\n"

// permits is a repository with one of everything.
func permits(t testing.TB) *work {
	t.Helper()
	mit, _ := texts.Text("MIT")
	w := newWork(t)
	w.commit(map[string]string{"README.md": "# Permits\n"})
	w.git("tag", "v0.1")
	w.commit(map[string]string{
		"publiccode.yml": description, "LICENSE": mit, "LICENSES/CC0-1.0.txt": "nothing that anybody knows", "REUSE.toml": "version = 1\n",
		"docs/SECURITY.md": "write to us", ".github/SECURITY.md": "write to us", "CONTRIBUTING.md": "do", "CODE_OF_CONDUCT.md": "be kind", "GOVERNANCE.md": "we",
		"CHANGELOG.md": "first", ".gitlab-ci.yml": "test:\n", "main.go": "package main\n", "main_test.go": "package main\n", "web/app.ts": "1\n", "vendor/x/y.py": "1\n",
		"bom.json": `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}`, "docs/bom.json": `{"name":"the Bureau of Meteorology"}`, "dist/app.spdx": "SPDXVersion: SPDX-2.3\n",
	})
	w.git("tag", "-a", "v1.0", "-m", "the first release")
	w.git("commit", "-q", "--allow-empty", "--author", "Grace <grace@vendor.example>", "-m", "more")
	return w
}

// dialect is a way in which hosts answer.
type dialect struct {
	filter string // "true": leaves out objects when asked
	old    bool   // speaks version 0 of the protocol
	single bool   // refuses to send single files
	packs  int64  // requests that a visit makes besides the first
}

var dialects = map[string]dialect{
	"a host that leaves objects out":      {filter: "true", packs: 5},
	"a host that sends all":               {filter: "false", packs: 2},
	"a host that speaks the old protocol": {filter: "true", old: true, packs: 1},
	"a host that sends no single files":   {filter: "true", single: true, packs: 6},
}

// speak makes a host of git's server.
func (w *work) speak(d dialect) *host {
	h := w.serve("uploadpack.allowFilter=" + d.filter)
	h.before = func(out http.ResponseWriter, r *http.Request) {
		if d.old {
			r.Header.Del("Git-Protocol")
		}
		if d.single && r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if bytes.Contains(body, []byte("filter blob:limit")) && !bytes.Contains(body, []byte("deepen")) {
				fmt.Fprint(out, "0031ERR upload-pack: not our ref 0123456789abcdef")
			}
		}
	}
	return h
}

func TestAVisitReadsTheSameFromEveryKindOfHost(t *testing.T) {
	w := permits(t)
	for name, d := range dialects {
		t.Run(name, func(t *testing.T) {
			h := w.speak(d)
			v, err := here(t).Visit(context.Background(), VisitAsk{URL: h.project()})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := v.Head, w.git("rev-parse", "HEAD"); got != want || v.DefaultBranch != "main" {
				t.Errorf("head %s of %q, want %s of main", got, v.DefaultBranch, want)
			}
			if got, want := v.RootCommit, w.git("rev-list", "--max-parents=0", "HEAD"); got != want || v.CutOff {
				t.Errorf("root %s, cut off %v, want %s", got, v.CutOff, want)
			}
			if len(v.Files) != 1 || string(v.Files[0].Content) != description || v.Files[0].Format != models.PublicCode {
				t.Errorf("descriptions: %+v", v.Files)
			}
			want := models.Tree{Files: 19, Reuse: true, SBOMs: []string{"bom.json", "dist/app.spdx"}, Security: ".github/SECURITY.md", Contributing: "CONTRIBUTING.md", Conduct: "CODE_OF_CONDUCT.md",
				Governance: "GOVERNANCE.md", Changelog: "CHANGELOG.md", Readme: "README.md", Tests: true, CI: true, Languages: []string{"Go", "TypeScript"},
				LicenseFiles: []models.LicenseFile{{Path: "LICENSE", Expression: "MIT", Coverage: 100}, {Path: "LICENSES/CC0-1.0.txt"}}}
			if diff := cmp.Diff(want, v.Tree); diff != "" {
				t.Errorf("the tree (-want +got):\n%s", diff)
			}
			if len(v.SBOMs) != 2 || len(v.SBOMs[0].Content) == 0 {
				t.Errorf("SBOM documents: %+v", v.SBOMs)
			}
			checkHistory(t, w, v)
			if n := h.packs.Load(); n != d.packs {
				t.Errorf("%d requests after the first, want %d", n, d.packs)
			}
		})
	}
}

func checkHistory(t *testing.T, w *work, v *Visited) {
	t.Helper()
	var domains []string
	for _, c := range v.Commits {
		domains = append(domains, c.Domain)
		if len(c.Author) != 16 || strings.Contains(c.Author, "@") {
			t.Errorf("the author is told as %q", c.Author)
		}
	}
	if diff := cmp.Diff([]string{"vendor.example", "agency.example", "agency.example"}, domains); diff != "" {
		t.Errorf("domains (-want +got):\n%s", diff)
	}
	one, none := start.AddDate(0, 0, 2), start
	want := []Tag{
		{Name: "v1.0", ObjectID: w.git("rev-parse", "v1.0"), CommitID: w.git("rev-parse", "v1.0^{commit}"), TreeID: w.git("rev-parse", "v1.0^{tree}"), Annotated: true, At: &one},
		{Name: "v0.1", ObjectID: w.git("rev-parse", "v0.1"), CommitID: w.git("rev-parse", "v0.1"), TreeID: w.git("rev-parse", "v0.1^{tree}"), At: &none},
	}
	if diff := cmp.Diff(want, v.Tags, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestARepositoryToWhichNothingWasPushedIsNotFetchedAgain(t *testing.T) {
	w := permits(t)
	h := w.serve()
	c := here(t)
	first, err := c.Visit(context.Background(), VisitAsk{URL: h.project()})
	if err != nil {
		t.Fatal(err)
	}
	asked := h.packs.Load()
	second, err := c.Visit(context.Background(), VisitAsk{URL: h.project(), KnownRefs: first.Refs})
	if err != nil || !second.Unchanged || second.Head != first.Head {
		t.Fatalf("unchanged %v, %v", second, err)
	}
	if n := h.packs.Load() - asked; n > 1 {
		t.Errorf("%d requests after the first; the list of refs takes one", n)
	}
	w.git("tag", "v2.0")
	third, err := c.Visit(context.Background(), VisitAsk{URL: h.project(), KnownRefs: first.Refs})
	if err != nil || third.Unchanged || hex.EncodeToString(third.Refs) == hex.EncodeToString(first.Refs) {
		t.Errorf("a new tag is a change; %v", err)
	}
}

func TestALongHistoryIsCutOff(t *testing.T) {
	w := newWork(t)
	for range 12 {
		w.commit(nil)
	}
	for name, d := range dialects {
		h := w.speak(d)
		v, err := here(t, func(l *Limits) { l.Commits = 5 }).Visit(context.Background(), VisitAsk{URL: h.project()})
		if err != nil {
			t.Fatal(name, err)
		}
		if len(v.Commits) != 5 || !v.CutOff || v.RootCommit != "" {
			t.Errorf("%s: %d commits, cut off %v, root %q", name, len(v.Commits), v.CutOff, v.RootCommit)
		}
	}
}
