//go:build unix && !linux

package embedded

import "syscall"

// localeName is UTF-8 under the name that macOS has for it; initdb sets the collation to C separately.
const localeName = "en_US.UTF-8"

// childAttributes: there is no parent-death signal here; a server left behind is stopped by the next start.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{}
}
