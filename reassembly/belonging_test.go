package reassembly

import (
	"net/netip"
	"slices"
	"testing"

	"wsight/capture"
	"wsight/flow"
)

// Each packet is told to belong to its connection, and the packets of a
// datagram that came in fragments with the one that completes it.
func TestConnectionOfPacket(t *testing.T) {
	b := fragmented.tcp()
	other := fragmented
	other.from = netip.AddrPortFrom(client.Addr(), 40001)
	a := New(func(flow.Conn) Sink { return &recorder{} }, Limits{})
	for i, step := range []struct {
		name  string
		data  []byte
		conn  int64
		parts []Part
	}{
		{"a segment", fragmented.ip(), 1, nil},
		{"of another connection", other.ip(), 2, nil},
		{"the first one again", fragmented.ip(), 1, nil},
		{"not TCP", ipPacket(client.Addr(), server.Addr(), protoUDP, make([]byte, 8)), 0, nil},
		{"a fragment", part4(1, b, 0, 24, true), 0, nil},
		{"a segment between", other.ip(), 2, nil},
		{"the last fragment", part4(1, b, 24, 40, false), 1, []Part{{0, 5}, {0, 7}}},
		{"a stray", tcpPacket{from: server, to: netip.AddrPortFrom(client.Addr(), 9), seq: 9, flags: flagACK}.ip(), 0, nil},
	} {
		a.Packet(&capture.Packet{Number: i + 1, Link: linkRaw, Data: step.data, Length: len(step.data), Interface: &capture.Interface{}})
		if got := a.Connection(); got != step.conn || !slices.Equal(a.Parts(), step.parts) {
			t.Errorf("%s: connection %d in %v; want %d in %v", step.name, got, a.Parts(), step.conn, step.parts)
		}
	}
}
