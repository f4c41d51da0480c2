package capture

import (
	"os"
	"syscall"
)

// standardInput returns standard input. A pipe is opened anew, which gives
// this process a description of its own: only then can a read that waits be
// ended, without changing the pipe for the processes that share it.
func standardInput() *os.File {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return os.Stdin
	}
	// Without O_NONBLOCK opening would wait for a writer, which may be gone.
	f, err := os.OpenFile("/proc/self/fd/0", os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return os.Stdin
	}
	return f
}
