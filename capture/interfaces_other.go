//go:build !linux && !libpcap

package capture

import "net"

// capturable returns the interfaces that can be captured from, or why there
// are none.
func capturable([]net.Interface) (map[string]bool, error) { return nil, ErrLive }
