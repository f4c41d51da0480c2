package reassembly

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/capture"
)

// sameAsDecoded fails unless the short way sees in p what the long one sees, or
// nothing. It reports whether it saw something.
func sameAsDecoded(t *testing.T, p *capture.Packet) bool {
	t.Helper()
	var s segment
	if !s.plain(p) {
		return false
	}
	var d decoder
	if verdict := d.decode(p); verdict != found {
		t.Fatalf("a plain segment is decoded as %d", verdict)
	}
	if diff := cmp.Diff(d.segment, s, cmp.AllowUnexported(segment{})); diff != "" {
		t.Fatalf("plain (-decoded +plain):\n%s", diff)
	}
	return true
}

func TestPlain(t *testing.T) {
	ethernet := unhex("020000000001 020000000002 0800")
	whole := join(ethernet, hello.ip())
	for _, tt := range []struct {
		name string
		link capture.LinkType
		data []byte
		more int // bytes on the wire that were not captured
		want bool
	}{
		{"a segment", linkEthernet, whole, 0, true},
		{"with padding behind it", linkEthernet, join(whole, 0, 0, 0), 0, true},
		{"cut by the snaplen", linkEthernet, whole, 1, false},
		{"of another link type", linkRaw, whole, 0, false},
		{"IPv6", linkEthernet, edit(whole, 12, 0x86, 0xdd), 0, false},
		{"in a VLAN", linkEthernet, edit(whole, 12, 0x81, 0x00), 0, false},
		{"with IP options", linkEthernet, edit(whole, 14, 0x46), 0, false},
		{"the first fragment", linkEthernet, edit(whole, 20, 0x20), 0, false},
		{"a later fragment", linkEthernet, edit(whole, 21, 1), 0, false},
		{"not to be fragmented", linkEthernet, edit(whole, 20, 0x40), 0, true},
		{"UDP", linkEthernet, edit(whole, 23, protoUDP), 0, false},
		{"without a length (TSO)", linkEthernet, edit(whole, 16, 0, 0), 0, false},
		{"longer than the packet", linkEthernet, edit(whole, 16, 1), 0, false},
		{"with a TCP header that is too short", linkEthernet, edit(whole, 14+20+12, 0x40), 0, false},
		{"without a TCP header", linkEthernet, whole[:14+20], 0, false},
	} {
		p := &capture.Packet{Link: tt.link, Data: tt.data, Length: len(tt.data) + tt.more}
		if got := sameAsDecoded(t, p); got != tt.want {
			t.Errorf("%s: plain is %v", tt.name, got)
		}
	}
	for _, test := range layerTests() {
		sameAsDecoded(t, &capture.Packet{Link: test.link, Data: test.data, Length: max(test.length, len(test.data))})
	}
}
