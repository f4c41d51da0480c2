//go:build !linux

package capture

// Keep says what the process still needs privileges for once its sockets are
// open.
type Keep struct {
	Owners, Output bool
}

// DropPrivileges does nothing: this system has no privileges that a process
// gives up one by one.
func DropPrivileges(Keep) error { return nil }
