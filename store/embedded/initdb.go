//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// unfinished begins the names of directories in which initdb works.
const unfinished = "data.new-"

// initialise makes a cluster when there is none. It works elsewhere and renames at the end, so that an interrupted
// initdb is never taken for a cluster. Each attempt has a directory of its own: an initdb that lost its parent a moment
// ago still removes what it made.
func initialise(ctx context.Context, p place, in Installation, o Options) error {
	if err := clearUnfinished(p); err != nil {
		o.Log.Warn("an initdb that did not finish could not be cleared away yet", "error", err)
	}
	if major, err := p.major(); err != nil || major != 0 {
		return err
	}
	began := time.Now()
	o.Log.Info("making a private Postgres cluster", "directory", p.dataDir, "version", in.Version, "user", p.account.name)
	// initdb cannot make a directory inside ours, which belongs to root when we are root.
	fresh, err := os.MkdirTemp(p.dir, unfinished)
	if err != nil {
		return fmt.Errorf("making the cluster's directory: %w", explainDisk(err, p.dir))
	}
	if err := p.account.give(fresh); err != nil {
		return fmt.Errorf("giving the cluster's directory to user %s: %w", p.account.name, err)
	}
	if err := makeCluster(ctx, p, fresh, in, o); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, p.dataDir); err != nil {
		return fmt.Errorf("putting the new cluster in its place: %w", err)
	}
	o.Log.Debug("cluster made", "took", time.Since(began))
	return nil
}

func clearUnfinished(p place) error {
	old, err := filepath.Glob(filepath.Join(p.dir, unfinished+"*"))
	for _, dir := range old {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

func makeCluster(ctx context.Context, p place, fresh string, in Installation, o Options) error {
	args := []string{"-D", fresh, "-U", superuser, "--auth=peer", "--encoding=UTF8"}
	if runtime.GOOS == "linux" {
		args = append(args, "--locale="+localeName)
	} else {
		args = append(args, "--locale=C", "--lc-ctype="+localeName)
	}
	if o.Ephemeral {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := exec.Command(filepath.Join(in.BinDir, "initdb"), args...)
	p.confine(cmd)
	said := newTail(nil)
	cmd.Stdout, cmd.Stderr = said, said
	cmd.WaitDelay = 5 * time.Second
	c, err := start(cmd)
	if err != nil {
		return fmt.Errorf("starting initdb: %w", err)
	}
	select {
	case <-ctx.Done():
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended by itself just now
		<-c.done
		return fmt.Errorf("making the cluster was given up: %w", context.Cause(ctx))
	case <-c.done:
	}
	if c.err != nil {
		return fmt.Errorf("initdb failed: %w", explain(said, p.dir, c.err))
	}
	return nil
}

// fullDisk matches what the programs of Postgres say when a disk, a quota or a limit on file size is exhausted.
var fullDisk = regexp.MustCompile("No space left on device|Disk quota exceeded|File too large|File size limit exceeded|Check free disk space")

// explain turns the last lines of a program of Postgres into one error with advice where we have any.
func explain(said *tail, dir string, end error) error {
	text := said.String()
	switch {
	case fullDisk.MatchString(text):
		return explainDisk(syscall.ENOSPC, dir)
	case strings.Contains(text, "could not look up effective user ID"):
		return errors.New("this program runs as a user number without a name, and Postgres needs one: add the number to /etc/passwd")
	case text == "":
		return end
	}
	return fmt.Errorf("%w; it said:\n%s", end, text)
}

// explainDisk says what a full disk means for the data.
func explainDisk(err error, path string) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("no space is left on the disk that holds %s; nothing was lost: free some space and start again (%w)", path, err)
	}
	return err
}
