//go:build unix && !linux

package embedded

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// processesIn lists the processes of Postgres whose working directory is dir, which every process of a server has.
func processesIn(dir string) ([]int, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	out, err := exec.Command("lsof", "-a", "-c", "postgres", "-d", "cwd", "-F", "pn").Output()
	// lsof ends with 1 when nothing matched.
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("asking lsof: %w", err)
	}
	var pids []int
	pid := 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "p"):
			if pid, err = strconv.Atoi(line[1:]); err != nil {
				return nil, fmt.Errorf("lsof said %q", line)
			}
		case strings.HasPrefix(line, "n") && line[1:] == real:
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
