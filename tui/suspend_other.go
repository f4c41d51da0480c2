//go:build !unix

package tui

// stopProcess does nothing: this system has no jobs that a shell stops.
func stopProcess() {}
