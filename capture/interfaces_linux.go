//go:build !libpcap

package capture

import (
	"errors"
	"fmt"
	"net"
	"os"

	"wsight/capture/afpacket"
)

// capturable returns the interfaces that can be captured from, or why there
// are none.
func capturable(all []net.Interface) (map[string]bool, error) {
	ring, err := afpacket.Open(0)
	switch {
	case errors.Is(err, os.ErrPermission):
		return nil, permissionError(LiveOptions{}, err)
	case err != nil:
		return nil, fmt.Errorf("capture: %w", err)
	}
	defer ring.Close()
	may := map[string]bool{"any": true}
	for _, i := range all {
		if device, err := ring.Device(i.Name); err == nil {
			_, may[i.Name] = linkOf(device.Hardware)
		}
	}
	return may, nil
}
