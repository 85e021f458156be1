//go:build unix

package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// writeSettings writes the server's three files anew at every start: the machine's memory or our user may have changed.
func writeSettings(p place, o Options) error {
	conf := postgresqlConf(o, machineMemory())
	if _, err := os.Stat(filepath.Join(p.dataDir, "local.conf")); err == nil {
		conf += "include_if_exists = 'local.conf'\n"
	}
	files := []struct{ name, text string }{
		{"postgresql.conf", conf},
		{"pg_hba.conf", "# Written by ospo at every start. No passwords, no network: the kernel says who is at the socket.\nlocal all all peer map=own\nlocal replication postgres peer map=own\n"},
		{"pg_ident.conf", identConf(p)},
	}
	for _, f := range files {
		if err := replaceFile(p, f.name, f.text); err != nil {
			return fmt.Errorf("writing the server's settings: %w", explainDisk(err, p.dir))
		}
	}
	return nil
}

// replaceFile leaves a file alone that says the same already, so that a second start on a full disk can succeed.
func replaceFile(p place, name, text string) error {
	path := filepath.Join(p.dataDir, name)
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	fresh := filepath.Join(p.dataDir, name+".new")
	err := os.WriteFile(fresh, []byte(text), 0o600)
	if err == nil {
		err = p.account.give(fresh)
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		_ = os.Remove(fresh) // the first error is the one to report
	}
	return err
}

// identConf lets the server's own user and ours be both roles.
func identConf(p place) string {
	var b strings.Builder
	b.WriteString("# Written by ospo at every start.\n")
	users := []string{p.account.name}
	if p.account.dropped {
		users = append(users, userName(os.Geteuid()))
	}
	for _, u := range users {
		for _, role := range []string{superuser, Role} {
			fmt.Fprintf(&b, "own \"%s\" %s\n", u, role)
		}
	}
	return b.String()
}

const mebi = 1 << 20

// postgresqlConf suits a small machine that the register shares with its database: an eighth of memory for shared
// buffers, no just-in-time compiling (it costs more than our queries do), statements kept out of the log.
func postgresqlConf(o Options, memory uint64) string {
	between := func(v, low, high uint64) string { return fmt.Sprintf("%dMB", min(max(v, low*mebi), high*mebi)/mebi) }
	var b strings.Builder
	b.WriteString("# Written by ospo at every start. Your own settings: ALTER SYSTEM, or a file local.conf beside this one, read from the next start on.\n")
	set := func(name, value string) { fmt.Fprintf(&b, "%s = '%s'\n", name, value) }
	set("log_min_error_statement", "panic")
	set("log_checkpoints", "off")
	set("timezone", "UTC")
	set("log_timezone", "UTC")
	set("default_text_search_config", "pg_catalog.simple")
	set("jit", "off")
	set("dynamic_shared_memory_type", sharedMemoryType())
	if o.Ephemeral {
		set("max_connections", "200")
		set("shared_buffers", "64MB")
		set("fsync", "off")
		set("full_page_writes", "off")
		set("synchronous_commit", "off")
		set("wal_level", "minimal")
		set("max_wal_senders", "0")
		set("autovacuum", "off")
		set("max_wal_size", "1GB")
	} else {
		set("max_connections", "100")
		set("shared_buffers", between(memory/8, 64, 4096))
		set("effective_cache_size", between(memory/2, 256, 1<<20))
		set("maintenance_work_mem", between(memory/32, 32, 1024))
		set("work_mem", between(memory/256, 4, 64))
		set("random_page_cost", "1.1")
		set("wal_compression", "on")
		set("checkpoint_timeout", "15min")
		set("max_wal_size", "2GB")
	}
	return b.String()
}

// machineMemory is the memory we may use in bytes: the container's limit, else the machine's, else a cautious guess.
func machineMemory() uint64 {
	memory := uint64(2048 * mebi)
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib uint64
		if _, err := fmt.Sscanf(string(b), "MemTotal: %d kB", &kib); err == nil {
			memory = kib << 10
		}
	}
	if b, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		var limit uint64
		if _, err := fmt.Sscanf(string(b), "%d", &limit); err == nil {
			memory = min(memory, limit)
		}
	}
	return memory
}

// sharedMemoryType avoids /dev/shm where it is too small for a parallel query, as in a container with its default of 64 MB.
func sharedMemoryType() string {
	if runtime.GOOS != "linux" {
		return "posix"
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err != nil || fs.Blocks*uint64(fs.Bsize) < 256*mebi {
		return "mmap"
	}
	return "posix"
}
