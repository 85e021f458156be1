package api_test

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ospo-register/ospo/api"
	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/internal/testkit/gitserver"
	"github.com/ospo-register/ospo/internal/testkit/sample"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// copies is a server that keeps a copy of a public repository and of one for government, both of a host that git itself serves.
type copies struct {
	*server
	host           *gitserver.Server
	reg            *register.Register
	dir            string
	Public, Inside int64
}

func newCopies(t *testing.T) *copies {
	t.Helper()
	k := &copies{host: gitserver.New(t), dir: t.TempDir()}
	k.server = newServerWith(t, func(d *api.Deps) {
		d.Register.UseHarvesting(register.Harvesting{Client: forge.NewClient(forge.Limits{AllowPrivate: true}), Mirrors: k.dir})
		k.reg = d.Register
	})
	by := sample.Viewer(t, k.store, k.state.Registrar)
	p := &models.Publisher{AgencyID: k.state.Health.ID, Name: "Health digital", Active: true}
	k.must(k.reg.RegisterPublisher(t.Context(), by, p))
	add := func(name string, sight models.Visibility) int64 {
		r := &models.Repository{AgencyID: k.state.Health.ID, PublisherID: &p.ID, URL: k.host.Add(name, map[string]string{"README.md": "# " + name}), Visibility: sight, Active: true}
		k.must(k.reg.RegisterRepository(t.Context(), by, r))
		k.must(k.reg.SetMirror(t.Context(), by, r.ID, models.Yes))
		return r.ID
	}
	k.Public, k.Inside = add("desk", models.VisiblePublic), add("keys", models.VisibleGovernment)
	k.host.Tag("desk", "v1.0")
	asked, err := k.reg.AskHarvest(t.Context(), by, p.ID)
	k.must(err)
	k.must(k.reg.RunHarvest(t.Context(), asked.ID))
	return k
}

func (k *copies) address(id int64) string {
	return k.base + "/git/" + strconv.FormatInt(id, 10) + ".git"
}

// git runs the real program without anything of the machine's settings, and gives what it said and whether it succeeded.
func git(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.gov", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.gov")
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func TestAnybodyClonesTheCopyOfAPublicRepositoryAndNobodyWritesToIt(t *testing.T) {
	k := newCopies(t)
	clone := filepath.Join(t.TempDir(), "desk")
	if said, ok := git(t, "clone", "-q", k.address(k.Public), clone); !ok {
		t.Fatal(said)
	}
	if said, ok := git(t, "-C", clone, "fsck", "--full", "--strict"); !ok {
		t.Error(said)
	}
	if tags, _ := git(t, "-C", clone, "tag"); strings.TrimSpace(tags) != "v1.0" {
		t.Errorf("the clone has the tags %q", tags)
	}
	if said, ok := git(t, "-C", clone, "commit", "-q", "--allow-empty", "-m", "More"); !ok {
		t.Fatal(said)
	}
	if said, ok := git(t, "-C", clone, "push", "origin", "HEAD:main"); ok || !strings.Contains(said, "403") {
		t.Errorf("a push was answered with %q", said)
	}
	if res := k.raw(http.MethodPost, k.address(k.Public)+"/git-receive-pack", ""); res.StatusCode != http.StatusForbidden {
		t.Errorf("what a push sends is answered with %d", res.StatusCode)
	}
}

func TestTheCopyOfWhatIsNotPublicIsThereOnlyForThoseWhoMaySeeIt(t *testing.T) {
	k := newCopies(t)
	inside := k.address(k.Inside)
	for name, c := range map[string]struct {
		authorization string
		status        int
	}{
		"the public finds nothing":                           {"", http.StatusNotFound},
		"a person of government finds it by a token":         {"Bearer " + k.tokens["buyer"], http.StatusOK},
		"git may send the token as a password":               {basic("anybody", k.tokens["buyer"]), http.StatusOK},
		"git may send the token as a name":                   {basic(k.tokens["buyer"], ""), http.StatusOK},
		"a password that is no token is asked for again":     {basic("anybody", "secret"), http.StatusUnauthorized},
		"a token that nobody has is asked for again":         {"Bearer " + register.TokenPrefix + "nothing", http.StatusUnauthorized},
		"a password that is nobody’s token is no other case": {basic("anybody", register.TokenPrefix+"nothing"), http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"/info/refs?service=git-upload-pack", "/HEAD", "/repository.bundle"} {
				if res := k.raw(http.MethodGet, inside+file, c.authorization); res.StatusCode != c.status {
					t.Errorf("%s is answered with %d, want %d", file, res.StatusCode, c.status)
				}
			}
		})
	}
	if said, ok := git(t, "clone", "-q", inside, filepath.Join(t.TempDir(), "no")); ok {
		t.Errorf("the public cloned it: %s", said)
	}
	if said, ok := git(t, "-c", "http.extraHeader=Authorization: Bearer "+k.tokens["buyer"], "clone", "-q", inside, filepath.Join(t.TempDir(), "yes")); !ok {
		t.Errorf("government could not clone it: %s", said)
	}
}

func TestNothingButTheCopyCanBeRead(t *testing.T) {
	k := newCopies(t)
	k.must(os.WriteFile(filepath.Join(k.dir, "secret"), []byte("secret"), 0o600))
	at := k.address(k.Public)
	for _, path := range []string{at + "/../secret", at + "/%2e%2e/secret", at + "/objects/%2e%2e/%2e%2e/secret", at + "/config", at + "/", at + "/objects/pack/", at + "/hooks/post-update", at + "/logs/HEAD",
		k.base + "/git/" + strconv.FormatInt(k.Public, 10) + "/HEAD", k.base + "/git/0" + strconv.FormatInt(k.Public, 10) + ".git/HEAD", k.base + "/git/999999.git/HEAD", k.base + "/git/..%2f1.git/HEAD"} {
		res := k.raw(http.MethodGet, path, "")
		if res.StatusCode == http.StatusOK || strings.Contains(res.body, "secret") {
			t.Errorf("%s is answered with %d %q", path, res.StatusCode, res.body)
		}
	}
}

func TestABundleBecomesTheRepositoryAgain(t *testing.T) {
	k := newCopies(t)
	res := k.raw(http.MethodGet, k.address(k.Public)+"/repository.bundle", "")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/x-git-bundle" {
		t.Fatalf("the bundle is answered with %d %s %s", res.StatusCode, res.Header.Get("Content-Type"), res.body)
	}
	file, clone := filepath.Join(t.TempDir(), "desk.bundle"), filepath.Join(t.TempDir(), "desk")
	k.must(os.WriteFile(file, []byte(res.body), 0o600))
	if said, ok := git(t, "clone", "-q", file, clone); !ok {
		t.Fatal(said)
	}
	if tags, _ := git(t, "-C", clone, "tag"); strings.TrimSpace(tags) != "v1.0" {
		t.Errorf("the clone has the tags %q", tags)
	}
}

func TestWhatIsSwitchedOffIsNotHandedOutAndACopyOutlivesItsOrigin(t *testing.T) {
	k := newCopies(t)
	by := sample.Viewer(t, k.store, k.state.Registrar)
	k.must(k.reg.SetMirror(t.Context(), by, k.Public, models.No))
	k.host.Close()
	if res := k.raw(http.MethodGet, k.address(k.Public)+"/HEAD", ""); res.StatusCode != http.StatusOK || res.body != "ref: refs/heads/main\n" {
		t.Errorf("the copy of what is gone is answered with %d %q", res.StatusCode, res.body)
	}
	k.must(store.Write(context.Background(), k.store, func(tx *store.Tx) error {
		row, err := tx.Repository(t.Context(), by, k.Public)
		if err != nil {
			return err
		}
		row.Active = false
		return tx.SaveRepository(t.Context(), &row.Repository)
	}))
	if res := k.raw(http.MethodGet, k.address(k.Public)+"/HEAD", ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("what is switched off is answered with %d", res.StatusCode)
	}
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

type rawAnswer struct {
	*http.Response
	body string
}

// raw asks an address as it is written, without what clients tidy up.
func (k *copies) raw(method, address, authorization string) rawAnswer {
	k.t.Helper()
	r, err := http.NewRequestWithContext(k.t.(*testing.T).Context(), method, address, http.NoBody)
	k.must(err)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(r)
	k.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	k.must(err)
	return rawAnswer{res, string(body)}
}
