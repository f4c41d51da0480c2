package verdict

import (
	"strings"
	"testing"
)

// TestUnseen holds that a capture without a WebSocket is told with what it has
// instead, and with what to do.
func TestUnseen(t *testing.T) {
	for _, tt := range []struct {
		quality  Quality
		headline string
		advice   []string // one for each remedy, in order
	}{
		{Quality{}, "0 packets, 0 TCP connections", []string{"Not one packet was seen."}},
		{Quality{Packets: 5}, "5 packets, 0 TCP connections", []string{"No TCP was seen"}},
		{Quality{Packets: 5, PassedOver: 5}, "5 packets, 5 of them left out by the filter, 0 TCP connections", []string{"The filter left out every packet"}},
		{Quality{Packets: 5, PassedOver: 4}, "5 packets, 4 of them left out by the filter, 0 TCP connections", []string{"No TCP was seen"}},
		{Quality{Packets: 5, TCP: 1}, "5 packets, 1 TCP connection", []string{"No TCP connection asks for an upgrade"}},
		{Quality{Packets: 5, TCP: 2, TLSWithoutKeys: 2}, "2 TCP connections, 2 of them TLS that no key opens", []string{"Have one endpoint write a key log"}},
		{Quality{Packets: 5, TCP: 2, TLSWithoutKeys: 2, Keys: 3}, "2 of them TLS that no key opens", []string{"The key log has secrets of 3 connections, and of none of these."}},
		{Quality{Packets: 5, TCP: 2, TLSWithoutKeys: 2, Truncated: 1}, "; 1 packet cut short", []string{"Have one endpoint", "-s 0"}},
	} {
		d := New().Diagnoses(tt.quality)[0]
		if !strings.HasPrefix(d.Headline, "No WebSocket in this capture: ") || !strings.HasSuffix(d.Headline, tt.headline) {
			t.Errorf("%+v: %q, want %q at its end", tt.quality, d.Headline, tt.headline)
		}
		if len(d.Remedies) != len(tt.advice) {
			t.Errorf("%+v: %d remedies, want %d", tt.quality, len(d.Remedies), len(tt.advice))
			continue
		}
		for i, want := range tt.advice {
			if !strings.Contains(d.Remedies[i].Say, want) {
				t.Errorf("%+v: %q lacks %q", tt.quality, d.Remedies[i].Say, want)
			}
		}
	}
}
