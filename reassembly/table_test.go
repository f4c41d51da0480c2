package reassembly

import (
	"net/netip"
	"testing"
)

// Connections whose addresses and ports count up, as those of one client and
// of many do, are spread over the chains as if by chance.
func TestTableChains(t *testing.T) {
	const many = 1 << 12
	for _, from := range []struct{ name, first, step string }{
		{"ports", "192.0.2.1", "port"}, {"addresses", "10.0.0.0", "address"},
		{"ports of IPv6", "2001:db8::1", "port"}, {"addresses of IPv6", "2001:db8::", "address"},
	} {
		table, server := newTable(), netip.MustParseAddr(map[bool]string{true: "198.51.100.1", false: "2001:db8:1::1"}[netip.MustParseAddr(from.first).Is4()])
		addr, port := netip.MustParseAddr(from.first), uint16(1024)
		for range many {
			s := segmentBetween(t, netip.AddrPortFrom(addr, port), netip.AddrPortFrom(server, 443))
			if table.find(&s) != nil {
				t.Fatalf("%s: %v, port %d, is there before it was added", from.name, addr, port)
			}
			if c := table.add(&s, listActive); table.find(&s) != c {
				t.Fatalf("%s: %v, port %d, is not found", from.name, addr, port)
			}
			if from.step == "port" {
				port++
			} else {
				addr = addr.Next()
			}
		}
		longest, used := 0, 0
		for _, c := range table.chains {
			n := 0
			for ; c != nil; c = c.chained {
				n++
			}
			longest, used = max(longest, n), used+min(n, 1)
		}
		// With as many chains as connections, or twice as many, chance leaves
		// 3 of 8 empty at most, and makes none as long as this.
		if longest > 12 || used < many*5/8*9/10 {
			t.Errorf("%s: %d of %d chains are used, the longest has %d", from.name, used, len(table.chains), longest)
		}
	}
}

// segmentBetween returns a segment with these ends.
func segmentBetween(t *testing.T, from, to netip.AddrPort) segment {
	var d decoder
	p := tcpPacket{from: from, to: to, flags: flagACK}
	if d.ip(p.ip(), 0) != found {
		t.Fatal("no segment")
	}
	return d.segment
}
