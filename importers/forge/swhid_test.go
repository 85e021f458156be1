package forge

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/models"
)

// The identifiers of the snapshots are those of the published tests of the archive's own model.
func TestSnapshotsHaveThePublishedIdentifiers(t *testing.T) {
	tests := []struct {
		name     string
		branches []Branch
		want     string
	}{
		{"no branches", nil, "swh:1:snp:1a8893e6a86f444e8be8e7bda6cb34fb1735a00e"},
		{"a branch that stands for nothing", []Branch{{Name: "HEAD", Kind: "dangling"}}, "swh:1:snp:c84502e821eb21ed84e9fd3ec40973abc8b32353"},
		{"an alias of nothing", []Branch{{"foo", "alias", "bar"}}, "swh:1:snp:84b4548ea486e4b0a7933fa541ff1503a0afe1e0"},
		{"all kinds", []Branch{
			{"directory", "directory", "1bd0e65f7d2ff14ae994de17a1e7fe65111dcad8"}, {"content", "content", "fe95a46679d128ff167b7c55df5d02356c5a1ae1"},
			{"alias", "alias", "revision"}, {"revision", "revision", "aafb16d69fd30ff58afdd69036a26047f3aebdc6"}, {"release", "release", "7045404f3d1c54e6473c71bbb716529fbad4be24"},
			{"snapshot", "snapshot", "1a8893e6a86f444e8be8e7bda6cb34fb1735a00e"}, {"dangling", "dangling", ""},
		}, "swh:1:snp:6e65b86363953b780d92b0a928f3e8fcdd10db36"},
	}
	for _, test := range tests {
		if got, err := SnapshotID(test.branches); err != nil || got != test.want {
			t.Errorf("%s: %s, %v, want %s", test.name, got, err, test.want)
		}
	}
	for _, b := range []Branch{{"a", "revision", "12"}, {"a", "revision", "zz"}, {"a", "something", ""}} {
		if id, err := SnapshotID([]Branch{b}); err == nil {
			t.Errorf("%v has %s", b, id)
		}
	}
}

func TestIdentifiersAreThoseOfGit(t *testing.T) {
	for content, want := range map[string]string{"": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "test content\n": "d670460b4b4aece5915caf5c68d12f560a9fe3e4"} {
		if got := ContentID([]byte(content)); got != "swh:1:cnt:"+want {
			t.Errorf("%q: %s", content, got)
		}
	}
	w := permits(t)
	v, err := here(t).Visit(context.Background(), VisitAsk{URL: w.serve().project()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range v.Revisions() {
		got = append(got, strings.Join([]string{r.Name, fmt.Sprint(r.Head), r.ReleaseSWHID, r.RevisionSWHID, r.DirectorySWHID}, " "))
	}
	id := w.git
	want := []string{
		"main true  swh:1:rev:" + id("rev-parse", "HEAD") + " swh:1:dir:" + id("rev-parse", "HEAD^{tree}"),
		"v1.0 false swh:1:rel:" + id("rev-parse", "v1.0") + " swh:1:rev:" + id("rev-parse", "v1.0^{commit}") + " swh:1:dir:" + id("rev-parse", "v1.0^{tree}"),
		"v0.1 false  swh:1:rev:" + id("rev-parse", "v0.1") + " swh:1:dir:" + id("rev-parse", "v0.1^{tree}"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
}

func TestTheArchiveIsAskedWhatItKeeps(t *testing.T) {
	a, b := "swh:1:rev:"+strings.Repeat("a", 40), "swh:1:rev:"+strings.Repeat("b", 40)
	save := `{"save_request_status":"accepted","save_task_status":"not yet scheduled","origin_url":"x"}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.Method + " " + r.URL.Path {
		case "POST /api/1/known/":
			var ids []string
			if err := json.Unmarshal(body, &ids); err != nil || len(ids) > 1000 {
				http.Error(w, "too many", http.StatusRequestEntityTooLarge)
				return
			}
			answer := map[string]any{}
			for _, id := range ids {
				answer[id] = map[string]bool{"known": id == a}
			}
			_ = json.NewEncoder(w).Encode(answer)
		case "POST /api/1/origin/save/git/url/https://code.example/permits/":
			fmt.Fprint(w, save)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	c := here(t, func(l *Limits) { l.Archive = s.URL + "/" })
	ids := []string{a, b}
	for i := range 1500 {
		ids = append(ids, fmt.Sprintf("swh:1:rev:%040x", i))
	}
	got, err := c.ArchiveState(context.Background(), ids)
	if err != nil || got[a] != models.ArchiveKept || got[b] != models.ArchiveMissing || got[ids[1501]] != models.ArchiveMissing || len(got) != 1502 {
		t.Errorf("%v, %s, %s", err, got[a], got[b])
	}
	for _, test := range []struct {
		said string
		want models.ArchiveState
	}{{save, models.ArchiveRequested}, {`{"save_request_status":"rejected"}`, models.ArchiveFailed}, {`{"save_request_status":"accepted","save_task_status":"failed"}`, models.ArchiveFailed}} {
		save = test.said
		if state, note, err := c.ArchiveSave(context.Background(), "https://code.example/permits.git"); err != nil || state != test.want || note == "" {
			t.Errorf("%s: %s, %q, %v", test.said, state, note, err)
		}
	}
	save = `<html>`
	if state, _, err := c.ArchiveSave(context.Background(), "https://code.example/permits"); problem(t, err).Cure == "" || state != models.ArchiveFailed {
		t.Errorf("a page: %s, %v", state, err)
	}
	off := here(t)
	if got, err := off.ArchiveState(context.Background(), []string{a}); err != nil || got[a] != models.ArchiveUnknown {
		t.Errorf("without an archive: %v, %v", got, err)
	}
	if state, _, err := off.ArchiveSave(context.Background(), "https://code.example/permits"); err != nil || state != models.ArchiveUnknown {
		t.Errorf("without an archive: %v, %v", state, err)
	}
}
