package tunnel

import (
	"testing"

	"wsight/flow"
)

var socksRows = []struct {
	name           string
	client, server string // hex of the negotiation
	target         string
}{
	{"SOCKS 5, IPv4", "050100 05010001c00002020050", "0500 05000001000000000000", "192.0.2.2:80"},
	{"SOCKS 5, IPv6", "050100 0501000420010db800000000000000000000000101bb", "0500 05000001000000000000", "[2001:db8::1]:443"},
	{"SOCKS 5, name and password", "05020002 01017501 70 05010003056c6f63616c1f90", "0502 0100 05000001000000000000", "local:8080"},
	{"SOCKS 5, reply with a name", "050100 05010003026162 0050", "0500 0500000302616 20050", "ab:80"},
	{"SOCKS 4", "04010050c0000202 7500", "005a000000000000", "192.0.2.2:80"},
	{"SOCKS 4A", "0401005000000001 00 616200", "005a000000000000", "ab:80"},
}

const after = "GET / HTTP/1.1\r\n"

func TestSocks(t *testing.T) {
	for _, tt := range socksRows {
		t.Run(tt.name, func(t *testing.T) {
			var s Socks
			for _, side := range []struct {
				name string
				in   string
				feed func(*Socks, []byte) (int, flow.Verdict)
			}{
				{"client", unhex(t, tt.client), (*Socks).Client},
				{"server", unhex(t, tt.server), (*Socks).Server},
			} {
				n, v := side.feed(&s, []byte(side.in+after))
				if n != len(side.in) || v != flow.Yes {
					t.Errorf("%s: took %d of %d bytes, %v; want all, yes", side.name, n, len(side.in), v)
				}
				for cut := range side.in {
					n, v := side.feed(new(Socks), []byte(side.in[:cut]))
					if v != flow.NeedMore || n > cut {
						t.Fatalf("%s: the first %d bytes: %d, %v; want more", side.name, cut, n, v)
					}
				}
			}
			if s.Target != tt.target || s.Refused {
				t.Errorf("target %q, refused %v; want %q", s.Target, s.Refused, tt.target)
			}
		})
	}
}

func TestSocksNo(t *testing.T) {
	for _, tt := range []struct {
		name, client, server string
		refused              bool
	}{
		{name: "HTTP", client: "474554"},
		{name: "no methods", client: "0500"},
		{name: "BIND", client: "050100 050200"},
		{name: "unknown address type", client: "050100 05010002c0"},
		{name: "SOCKS 4 BIND", client: "0402"},
		{name: "no acceptable method", server: "05ff", refused: true},
		{name: "GSSAPI", server: "0501"},
		{name: "wrong password", server: "0502 0101", refused: true},
		{name: "host unreachable", server: "0500 0504", refused: true},
		{name: "SOCKS 4 rejected", server: "005b000000000000", refused: true},
		{name: "other zero", server: "0000"},
	} {
		var s Socks
		v := flow.NeedMore
		if tt.client != "" {
			_, v = s.Client([]byte(unhex(t, tt.client)))
		} else {
			_, v = s.Server([]byte(unhex(t, tt.server)))
		}
		if v != flow.No || s.Refused != tt.refused {
			t.Errorf("%s: %v, refused %v; want no, %v", tt.name, v, s.Refused, tt.refused)
		}
	}
	// A user name of 255 bytes is the longest that is waited for.
	long := append([]byte{4, 1, 0, 80, 192, 0, 2, 2}, make([]byte, 300)...)
	for i := range long[8:] {
		long[8+i] = 'u'
	}
	if _, v := new(Socks).Client(long[:8+255]); v != flow.NeedMore {
		t.Errorf("255 bytes of user name: %v; want more", v)
	}
	if _, v := new(Socks).Client(long); v != flow.No {
		t.Errorf("300 bytes of user name: %v; want no", v)
	}
}

func FuzzSocks(f *testing.F) {
	for _, r := range socksRows {
		f.Add([]byte(unhex(f, r.client)), true, 1)
		f.Add([]byte(unhex(f, r.server)), false, 3)
	}
	f.Fuzz(func(t *testing.T, b []byte, client bool, step int) {
		if step < 1 {
			t.Skip()
		}
		feed := (*Socks).Server
		if client {
			feed = (*Socks).Client
		}
		var whole, split Socks
		n, v := feed(&whole, b)
		if n > len(b) {
			t.Fatalf("took %d of %d bytes", n, len(b))
		}
		taken, got := 0, flow.NeedMore
		for end := 0; end < len(b) && got == flow.NeedMore; {
			end = min(end+step, len(b))
			var k int
			k, got = feed(&split, b[taken:end])
			taken += k
		}
		if len(b) > 0 && (got != v || v == flow.Yes && taken != n || split.Target != whole.Target) {
			t.Errorf("in steps of %d: %d, %v, %q; want %d, %v, %q", step, taken, got, split.Target, n, v, whole.Target)
		}
	})
}
