//go:build libpcap

package capture

import (
	"net"
	"time"

	"github.com/google/gopacket/pcap"
)

// capturable returns the interfaces that can be captured from, or why there
// are none.
func capturable(all []net.Interface) (map[string]bool, error) {
	may := map[string]bool{}
	var reason error
	for _, i := range all {
		handle, err := pcap.OpenLive(i.Name, 64, false, time.Millisecond)
		if err != nil {
			reason = permissionError(LiveOptions{}, err)
			continue
		}
		handle.Close()
		may[i.Name] = true
	}
	if len(may) > 0 {
		reason = nil
	}
	return may, reason
}
