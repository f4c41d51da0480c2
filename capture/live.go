package capture

import (
	"fmt"
	"os"
	"strings"

	"wsight/capture/filter"
)

// LiveOptions say what to capture from the network. Only Interfaces is needed.
type LiveOptions struct {
	// Interfaces are the names to capture from; "any", alone, is all there
	// are and all that will come.
	Interfaces []string

	// Filter chooses packets, in the kernel before the first one is accepted.
	// A program of tcpdump needs one interface, of the link type it was made
	// for. Nil accepts all.
	Filter *filter.Filter

	// Promiscuous asks named interfaces for frames to other hosts, too.
	Promiscuous bool

	Snaplen  int // bytes kept of a packet; DefaultSnaplen when zero
	RingSize int // bytes shared with the kernel; DefaultRingSize when zero

	// Netns is the network namespace to capture in: the number of a process
	// in it, the path of its file, or what "ip netns" calls it. "" is that of
	// this process.
	Netns string

	// Changed is told when a named interface goes away or down, or comes
	// back. The capture goes on meanwhile. It is called while Packets runs,
	// by the same goroutine.
	Changed func(name string, up bool)

	// Waiting is told, in the same way, when no packet is left for now: the
	// moment to show what was held back.
	Waiting func()
}

// DefaultSnaplen keeps what a packet of 64 KiB and more is after the network
// card, or the loopback interface, has put segments together.
const DefaultSnaplen = 262144

// DefaultRingSize holds half a second of a loopback interface at its fastest.
const DefaultRingSize = 64 << 20

// InterfaceStats counts what one interface of a live capture gave. The kernel
// counts drops of an interface only where it is captured from alone; else
// Dropped is -1.
type InterfaceStats struct {
	Interface *Interface
	Stats
}

// A PermissionError says that this user may not capture, and what helps.
type PermissionError struct {
	Executable string   // path of this program
	Interfaces []string // that were asked for
	Netns      string   // that could not be entered; "" when it was not about one
	Err        error    // of the system
}

// Error names the right that is missing, and the command that gives it.
func (e *PermissionError) Error() string {
	if e.Netns != "" {
		return fmt.Sprintf("entering network namespace %s needs root (%v): put sudo before the command, or run: sudo nsenter --net=%s tcpdump -i any -U -w - | wsight -",
			e.Netns, e.Err, e.Netns)
	}
	name := "any"
	if len(e.Interfaces) == 1 {
		name = e.Interfaces[0]
	}
	return fmt.Sprintf("this user may not capture (%v)\n"+
		"allow it once:      sudo setcap cap_net_raw,cap_net_admin=eip %s\n"+
		"or let tcpdump do:  sudo tcpdump -i %s -U -w - | wsight -", e.Err, quoteForShell(e.Executable), quoteForShell(name))
}

// Unwrap returns the error of the system.
func (e *PermissionError) Unwrap() error { return e.Err }

func permissionError(o LiveOptions, err error) *PermissionError {
	executable, pathErr := os.Executable()
	if pathErr != nil {
		executable = "wsight"
	}
	return &PermissionError{Executable: executable, Interfaces: o.Interfaces, Err: err}
}

// quoteForShell writes s so that a shell takes it for one word.
func quoteForShell(s string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// names returns the interfaces without repetitions, and whether all are meant.
func (o LiveOptions) names() (names []string, all bool, err error) {
	seen := map[string]bool{}
	for _, name := range o.Interfaces {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return nil, false, fmt.Errorf("capture: no interface is named")
	case seen["any"] && len(names) > 1:
		return nil, false, fmt.Errorf("capture: any is every interface; name it alone")
	}
	return names, seen["any"], nil
}
