//go:build unix

package export

import (
	"syscall"
	"testing"
	"time"
)

// processorTime returns the CPU time that the process spends while f runs:
// other programs on the machine change it less than they change wall time.
func processorTime(b *testing.B, f func()) time.Duration {
	now := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := now()
	f()
	return now() - before
}
