package capture

// A Process is a program that runs on this host.
type Process struct {
	PID  int
	Name string // at most 15 bytes, as the kernel keeps it
}
