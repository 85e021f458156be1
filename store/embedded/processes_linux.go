package embedded

import (
	"os"
	"path/filepath"
	"strconv"
)

// processesIn lists the processes whose working directory is dir: every process of a server works in its data
// directory. A zombie has no working directory any more, and one of another user cannot be a server of ours.
func processesIn(dir string) ([]int, error) {
	want, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if cwd, err := os.Stat(filepath.Join("/proc", e.Name(), "cwd")); err == nil && os.SameFile(want, cwd) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
