package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cpuOf is the CPU time, user and system, that a process's threads have taken. Threads that ended are not counted; Go's
// hardly ever do.
func cpuOf(pid int) (time.Duration, error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	if len(tasks) == 0 {
		return 0, fmt.Errorf("process %d is gone, or this kernel keeps no schedstat: measure on Linux", pid)
	}
	var sum time.Duration
	for _, task := range tasks {
		b, err := os.ReadFile(task)
		if err != nil {
			continue // ended meanwhile
		}
		ns, _, _ := strings.Cut(string(b), " ")
		n, err := strconv.ParseInt(ns, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", task, err)
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// tick is the unit of /proc/*/stat, on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// stat reads the fields of /proc/*/stat after the name, the state being field 0.
func stat(pid int) ([]string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])), nil
}

func parentOf(pid int) (int, error) {
	f, err := stat(pid)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(f[1])
}

// cpuOfServer is the CPU time of a Postgres: the postmaster, its living children, and those it has buried.
func cpuOfServer(postmaster int) (time.Duration, error) {
	f, err := stat(postmaster)
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, field := range f[13:15] { // cutime, cstime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * tick
	}
	pids := []int{postmaster}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if parent, err := parentOf(pid); err == nil && parent == postmaster {
				pids = append(pids, pid)
			}
		}
	}
	for _, pid := range pids {
		if d, err := cpuOf(pid); err == nil { // a backend may end between the two looks
			sum += d
		}
	}
	return sum, nil
}

// peakOf is the most memory a process has had resident, in bytes.
func peakOf(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("process %d does not say its peak memory", pid)
}
