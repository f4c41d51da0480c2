//go:build unix

package tui

import "syscall"

// stopProcess stops the process, and the others of its job, until the shell
// continues it.
func stopProcess() { _ = syscall.Kill(0, syscall.SIGTSTP) }
