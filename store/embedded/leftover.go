//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clearLeftovers brings a directory back to rest after a crash of the program, of Postgres, or of both. We hold the
// lock, so whatever lives in the directory has lost its supervisor.
//
// Postgres itself refuses to start for ever when postmaster.pid or the socket's lock holds the number of a live process
// of the same user or of a zombie; we remove them when no process works in the data directory. While one does, it may
// hold the shared memory, and the files stay.
func clearLeftovers(ctx context.Context, p place, previous holder, o Options) error {
	pidFile := filepath.Join(p.dataDir, "postmaster.pid")
	noted, err := notedPID(pidFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("reading %s: %w", pidFile, err)
	default:
		if err := awaitEmpty(ctx, p, noted, previous, o); err != nil {
			return err
		}
		o.Log.Info("clearing away the pid file of a Postgres that is no more", "pid", noted)
	}
	socket := socketFile(p.socketDir)
	for _, stale := range []string{pidFile, socket, socket + ".lock"} {
		if err := os.Remove(stale); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing what an earlier Postgres left: %w", err)
		}
	}
	return nil
}

// awaitEmpty waits until no process works in the data directory. The server that our predecessor started is asked to
// stop; orphaned backends of a dead server are told to quit; a server that somebody else started is left alone.
func awaitEmpty(ctx context.Context, p place, noted int, previous holder, o Options) error {
	deadline := time.Now().Add(o.leftoverGrace)
	told := false
	for {
		pids, err := processesIn(p.dataDir)
		if err != nil {
			return fmt.Errorf("looking for processes in %s: %w", p.dataDir, err)
		}
		if len(pids) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			if told {
				return fmt.Errorf("an earlier Postgres in %s does not end (process %d): end it (kill -QUIT %[2]d) and start again", p.dataDir, pids[0])
			}
			if !signalLeftovers(pids, noted, previous) {
				return fmt.Errorf("a Postgres that this program did not start works in %s (process %d): stop it (kill -INT %[2]d) and start again", p.dataDir, pids[0])
			}
			o.Log.Warn("a Postgres without supervisor did not end by itself and was told to", "pids", pids)
			told, deadline = true, time.Now().Add(stopGrace)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for an earlier Postgres in %s to end: %w", p.dataDir, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// signalLeftovers is false when the processes are not ours to stop.
func signalLeftovers(pids []int, noted int, previous holder) bool {
	postmaster := false
	for _, pid := range pids {
		postmaster = postmaster || pid == noted
	}
	if postmaster {
		return previous.Postgres == noted && syscall.Kill(noted, syscall.SIGQUIT) == nil
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGQUIT) // one that has ended meanwhile is what we want
	}
	return true
}

// notedPID is the number in the first line of postmaster.pid; 0 when the file was cut short.
func notedPID(path string) (int, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0, nil //nolint:nilerr // a crash can leave the file empty; such a file names nobody
	}
	return pid, nil
}
