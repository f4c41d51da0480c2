package capture

import (
	"fmt"
	"net"
	"net/netip"
)

// A Device is a network interface of this host.
type Device struct {
	Name      string
	Addresses []netip.Prefix
	Hardware  string // Ethernet address; "" when it has none
	Up        bool
	Loopback  bool
	Capture   bool // this user may capture from it, and its packets are understood
}

// Interfaces returns the interfaces of this host in the order of their index.
// The error beside a list is why this user may not capture: a
// [*PermissionError] where more rights help.
func Interfaces() ([]Device, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("capture: list the interfaces: %w", err)
	}
	may, reason := capturable(all)
	var devices []Device
	for _, i := range all {
		d := Device{
			Name: i.Name, Hardware: i.HardwareAddr.String(),
			Up: i.Flags&net.FlagUp != 0, Loopback: i.Flags&net.FlagLoopback != 0,
			Capture: may[i.Name],
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue // it went away just now
		}
		for _, a := range addresses {
			if prefix, err := netip.ParsePrefix(a.String()); err == nil {
				d.Addresses = append(d.Addresses, prefix)
			}
		}
		devices = append(devices, d)
	}
	return devices, reason
}
