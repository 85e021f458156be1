//go:build unix

package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// wellKnown are the folders that packages use and PATH leaves out.
var wellKnown = []string{
	"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
	"/usr/pgsql-*/bin",          // RHEL, Fedora by the Postgres project
	"/usr/libexec/postgresql*",  // Alpine
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// Find lists the installations of this machine, newest first; dir is where Fetch put its build and may be empty.
// With OSPO_POSTGRES_BIN set, only that folder counts.
func Find(ctx context.Context, dir string) ([]Installation, error) {
	p, err := placeOf(dir)
	if err != nil {
		return nil, err
	}
	found, _ := find(ctx, Options{Dir: dir}, p)
	return found, nil
}

// find returns the usable installations and, in words, those that are not.
func find(ctx context.Context, o Options, p place) (usable []Installation, other []string) {
	seen := map[string]bool{}
	for _, dir := range candidates(o, p) {
		real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		bin := filepath.Dir(real)
		if seen[bin] {
			continue
		}
		seen[bin] = true
		in, err := inspect(ctx, bin, p)
		switch {
		case err != nil:
			other = append(other, err.Error())
		case in.Major < OldestMajor:
			other = append(other, fmt.Sprintf("%s in %s", in.Version, bin))
		default:
			usable = append(usable, in)
		}
	}
	slices.SortStableFunc(usable, func(a, b Installation) int { return compareVersions(b.Version, a.Version) })
	return usable, other
}

func candidates(o Options, p place) []string {
	if o.BinDir != "" {
		return []string{o.BinDir}
	}
	if dir := os.Getenv(BinEnv); dir != "" {
		return []string{dir}
	}
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range append(wellKnown, filepath.Join(p.buildsDir(), "*", "bin")) {
		matches, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, matches...)
		}
	}
	return dirs
}

// versionLine matches "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" and "postgres (PostgreSQL) 18beta1".
var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) ((\d+)[^\s]*)`)

// inspect asks the program itself, as the user who will run it.
func inspect(ctx context.Context, bin string, p place) (Installation, error) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return Installation{}, fmt.Errorf("one without initdb in %s", bin)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version")
	p.confine(cmd)
	cmd.Dir = "/"
	out, err := cmd.Output()
	if err != nil {
		return Installation{}, fmt.Errorf("one in %s that user %s cannot run (%w)", bin, p.account.name, err)
	}
	m := versionLine.FindStringSubmatch(string(out))
	if m == nil {
		return Installation{}, fmt.Errorf("one in %s that calls itself %q", bin, strings.TrimSpace(string(out)))
	}
	major, err := strconv.Atoi(m[2])
	if err != nil {
		return Installation{}, fmt.Errorf("one in %s that calls itself %q", bin, m[1])
	}
	return Installation{BinDir: bin, Version: m[1], Major: major}, nil
}

// choose picks the installation of the cluster's own major version, or for a new cluster the newest.
func choose(ctx context.Context, o Options, p place) (Installation, error) {
	want, err := p.major()
	if err != nil {
		return Installation{}, err
	}
	usable, other := find(ctx, o, p)
	for _, in := range usable {
		if want == 0 || in.Major == want {
			return in, nil
		}
		other = append(other, fmt.Sprintf("Postgres %d (%s in %s)", in.Major, in.Version, in.BinDir))
	}
	return Installation{}, &NoPostgresError{Want: want, Dir: p.dataDir, Found: other}
}

var majorMinor = regexp.MustCompile(`^(\d+)(?:\.(\d+))?`)

// compareVersions orders 15.9 before 15.18 before 18beta1 before 18.0.
func compareVersions(a, b string) int {
	number := func(version string) int {
		m := majorMinor.FindStringSubmatch(version)
		if m == nil {
			return -1
		}
		major, _ := strconv.Atoi(m[1])
		minor, err := strconv.Atoi(m[2])
		if err != nil { // a beta
			minor = -1
		}
		return major*10_000 + minor
	}
	return number(a) - number(b)
}
