//go:build unix

package embedded

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// confine gives a program of Postgres the server's user, its own process group, and an environment in which nothing
// of ours is left: an inherited HOME of root breaks libpq inside the server, an inherited PG* variable its settings.
func (p place) confine(cmd *exec.Cmd) {
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=" + localeName, "TZ=UTC", "HOME=" + p.dir}
	cmd.Dir = p.dir
	cmd.SysProcAttr = childAttributes()
	// Ctrl-C in the terminal must reach us first: we drain requests before the database goes.
	cmd.SysProcAttr.Setpgid = true
	if p.account.dropped {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(p.account.uid), Gid: uint32(p.account.gid)}
	}
}

// child is a started program and its end.
type child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // read after done
}

// start runs the program from a thread that lives as long as the program does: the kernel ties the parent-death
// signal to the thread that started it, not to the process.
func start(cmd *exec.Cmd) (*child, error) {
	c := &child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		c.err = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}
