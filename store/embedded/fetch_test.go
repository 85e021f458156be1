//go:build unix

package embedded

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// entry is one file of a package.
type entry struct{ name, text string }

// packageFile is an npm package file with the given entries, and the build that pins it.
func packageFile(t *testing.T, entries ...entry) (string, build) {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	archive := tar.NewWriter(zipped)
	for _, e := range entries {
		if err := archive.WriteHeader(&tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(newDir(t), "package.tgz")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(b.Bytes())
	return path, build{"test-x64", base64.StdEncoding.EncodeToString(sum[:]), int64(b.Len())}
}

// working is a package whose postgres needs a link that npm cannot carry.
var working = []entry{
	{"package/native/bin/postgres", "#!/bin/sh\ncat \"$(dirname \"$0\")/../lib/libversion.so\"\n"},
	{"package/native/bin/initdb", "#!/bin/sh\n"},
	{"package/native/lib/libversion.so.1.2", "postgres (PostgreSQL) 18.4\n"},
	{"package/native/pg-symlinks.json", `[{"source":"native/lib/libversion.so.1.2","target":"native/lib/libversion.so"}]`},
	{"package/README.md", "not for us"},
}

func TestAFetchedBuildIsVerifiedUnpackedAndFound(t *testing.T) {
	t.Parallel()
	file, b := packageFile(t, working...)
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/npm/@embedded-postgres/test-x64/-/test-x64-"+buildVersion+".tgz" && r.URL.Path != "/some/file.tgz" {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, file)
	}))
	t.Cleanup(registry.Close)
	for _, c := range []struct{ name, from string }{
		{"from a file", file},
		{"from the base address of a registry", registry.URL + "/npm/"},
		{"from the address of the file", registry.URL + "/some/file.tgz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := newDir(t)
			var said bytes.Buffer
			in, err := fetchBuild(t.Context(), FetchOptions{Dir: dir, From: c.from, Say: &said}, b)
			if err != nil || in.Version != "18.4" || in.Major != 18 {
				t.Fatalf("got %+v, %v", in, err)
			}
			if !strings.Contains(said.String(), b.String()) || !strings.Contains(said.String(), "MB") {
				t.Errorf("it did not say what it gets and how big that is: %s", said.String())
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(in.BinDir), "README.md")); err == nil {
				t.Error("files beside the programs were unpacked as well")
			}
			p, err := placeOf(dir)
			if err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(filepath.Join(p.buildsDir(), "fetch-*")); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
			said.Reset()
			again, err := fetchBuild(t.Context(), FetchOptions{Dir: dir, From: "/nowhere", Say: &said}, b)
			if err != nil || again != in || !strings.Contains(said.String(), "already") {
				t.Errorf("the second fetch got %+v, %v, %s", again, err, said.String())
			}
		})
	}
}

func TestABuildThatIsNotThePinnedOneIsRefused(t *testing.T) {
	t.Parallel()
	_, b := packageFile(t, working...)
	for _, c := range []struct {
		name    string
		entries []entry
		pin     bool // whether its own digest is pinned
		want    string
	}{
		{"another content", append([]entry{{"package/native/bin/extra", "x"}}, working...), false, "is not the Postgres build we know"},
		{"an entry that leads outside", []entry{{"package/native/../../../../evil", "x"}}, true, "no list of links"},
		{"a link that leads outside", []entry{{"package/native/pg-symlinks.json", `[{"source":"../../../etc/passwd","target":"native/lib/x"}]`}}, true, "leads outside"},
		{"no list of links", working[:3], true, "no list of links"},
		{"programs that do not run", []entry{
			{"package/native/bin/postgres", "#!/bin/sh\nexit 1\n"}, working[1], working[2], working[3]}, true, "does not run on this machine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file, own := packageFile(t, c.entries...)
			want := b
			if c.pin {
				want = own
			}
			dir := newDir(t)
			_, err := fetchBuild(t.Context(), FetchOptions{Dir: dir, From: file}, want)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
			if evil, _ := filepath.Glob(filepath.Join(dir, "*", "evil")); len(evil) > 0 {
				t.Errorf("%v was written", evil)
			}
		})
	}
}

func TestAFetchWithoutNPMSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", newDir(t))
	t.Setenv("npm_config_registry", "")
	t.Setenv(FromEnv, "")
	_, err := fetchBuild(t.Context(), FetchOptions{Dir: newDir(t)}, build{platform: "test-x64"})
	if err == nil || !strings.Contains(err.Error(), "install Postgres 15 or newer") || !strings.Contains(err.Error(), "test-x64-"+buildVersion+".tgz") {
		t.Errorf("got %v", err)
	}
}

func TestEveryPinIsWhole(t *testing.T) {
	t.Parallel()
	for platform, b := range pinned {
		sum, err := base64.StdEncoding.DecodeString(b.integrity)
		if err != nil || len(sum) != sha512.Size || b.bytes < 1_000_000 || !strings.Contains(b.platform, "-") {
			t.Errorf("%s: %+v, %v", platform, b, err)
		}
	}
}
