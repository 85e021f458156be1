package embedded

import "syscall"

// localeName sorts by code point and knows every letter's case; names are sorted by ICU collations per column.
const localeName = "C.UTF-8"

// childAttributes: when we are killed, the kernel asks Postgres for a fast shutdown.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
}
