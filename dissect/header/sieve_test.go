package header

import (
	"strings"
	"testing"
)

// TestSieve: a name that is there passes, however it is written, and of the
// others only few do.
func TestSieve(t *testing.T) {
	names := []string{"", "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "X_1", "-", "K"}
	var all Fields
	for _, name := range names {
		f := Fields{{Name: name}}
		all = append(all, f...)
		for _, other := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
			if !f.Sieve().Passes(other) || !all.Sieve().Passes(other) {
				t.Errorf("%q is there, and %q does not pass", name, other)
			}
		}
	}
	if (Fields{}).Sieve().Passes("Host") {
		t.Error("a name passes where there is no field")
	}
	sieve, passed := all.Sieve(), 0
	absent := []string{"Via", "Server", "X-Varnish", "CF-RAY", "X-Amzn-Trace-Id", "X-ARR-LOG-ID", "X-Powered-By", "X-Squid-Error"}
	for _, name := range absent {
		if sieve.Passes(name) {
			passed++
		}
	}
	if passed > len(absent)/2 {
		t.Errorf("%d of %d names pass that are not there", passed, len(absent))
	}
}
