//go:build !linux

package capture

import (
	"errors"
	"net/netip"
)

// Owners tells which process of this host owns an end of a TCP connection.
// On this system it is not available.
type Owners struct{}

// NewOwners returns an error that wraps [errors.ErrUnsupported].
func NewOwners(string) (*Owners, error) { return nil, errors.ErrUnsupported }

// Find reports false.
func (*Owners) Find(local, remote netip.AddrPort) (Process, bool) { return Process{}, false }

// Close does nothing.
func (*Owners) Close() error { return nil }
