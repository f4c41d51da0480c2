package verdict

import "testing"

// TestHealthy holds that all is called well only where everything was looked at.
func TestHealthy(t *testing.T) {
	const checked = ": 2 WebSockets on 2 connections, 2 handshakes and 5 messages checked"
	for _, tt := range []struct {
		name    string
		gaps    bool
		quality Quality
		letGo   int
		want    string
	}{
		{"everything", false, Quality{Complete: true}, 0, "All is well" + checked + ", nothing missing from the capture"},
		{"gaps", true, Quality{Complete: true}, 0, "Nothing wrong was found" + checked + ", as far as they are in the capture"},
		{"a file that was cut off", false, Quality{}, 0, "Nothing wrong was found" + checked + "; the file ends early"},
		{"connections let go", false, Quality{Complete: true}, 1, "Nothing wrong was found" + checked + ", nothing missing from the capture; 1 connection not looked at for want of room"},
		{"TLS without a key", false, Quality{Complete: true, TLSWithoutKeys: 3}, 0, "Nothing wrong was found" + checked + ", nothing missing from the capture; 3 TLS connections could not be decrypted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			one := tally{sockets: 2, legs: 2, handshakes: 2, messages: 5, gaps: tt.gaps}
			if d := one.healthy(tt.quality, tt.letGo); d.Headline != tt.want {
				t.Errorf("%q, want %q", d.Headline, tt.want)
			}
		})
	}
}
