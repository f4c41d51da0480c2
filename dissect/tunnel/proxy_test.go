package tunnel

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"wsight/flow"
)

const v2 = "0d0a0d0a000d0a515549540a" // the signature

func unhex(t testing.TB, s string) string {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var proxyRows = []struct {
	name, in string // in is hex when it starts with the signature
	want     Proxy
	verdict  flow.Verdict
}{
	{"TCP4", "PROXY TCP4 192.0.2.1 192.0.2.2 40000 80\r\n", Proxy{
		Version: 1, Size: 41,
		Source: netip.MustParseAddrPort("192.0.2.1:40000"), Destination: netip.MustParseAddrPort("192.0.2.2:80"),
	}, flow.Yes},
	{"TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 40000 443\r\n", Proxy{
		Version: 1, Size: 46,
		Source: netip.MustParseAddrPort("[2001:db8::1]:40000"), Destination: netip.MustParseAddrPort("[2001:db8::2]:443"),
	}, flow.Yes},
	{"UNKNOWN alone", "PROXY UNKNOWN\r\n", Proxy{Version: 1, Size: 15}, flow.Yes},
	{"UNKNOWN with addresses", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", Proxy{Version: 1, Size: 35}, flow.Yes},
	{"version 2, IPv4", v2 + "21 11 000c c0000201 c0000202 9c40 0050", Proxy{
		Version: 2, Size: 28,
		Source: netip.MustParseAddrPort("192.0.2.1:40000"), Destination: netip.MustParseAddrPort("192.0.2.2:80"),
	}, flow.Yes},
	{"version 2, authority", v2 + "21 11 0011 c0000201 c0000202 9c40 0050 02 0002 6162", Proxy{
		Version: 2, Size: 33, Authority: "ab",
		Source: netip.MustParseAddrPort("192.0.2.1:40000"), Destination: netip.MustParseAddrPort("192.0.2.2:80"),
	}, flow.Yes},
	{"version 2, IPv6", v2 + "21 21 0024" + strings.Repeat("20010db8000000000000000000000001", 2) + "9c40 01bb", Proxy{
		Version: 2, Size: 52,
		Source: netip.MustParseAddrPort("[2001:db8::1]:40000"), Destination: netip.MustParseAddrPort("[2001:db8::1]:443"),
	}, flow.Yes},
	{"version 2, health check", v2 + "20 00 0000", Proxy{Version: 2, Local: true, Size: 16}, flow.Yes},
	{"version 2, addresses shorter than their family", v2 + "21 11 0004 c0000201", Proxy{Version: 2, Size: 20}, flow.Yes},
	{"version 2, TLV longer than the header", v2 + "21 11 0010 c0000201 c0000202 9c40 0050 02 ffff 61", Proxy{
		Version: 2, Size: 32,
		Source: netip.MustParseAddrPort("192.0.2.1:40000"), Destination: netip.MustParseAddrPort("192.0.2.2:80"),
	}, flow.Yes},
}

// wire returns the bytes that a row stands for.
func wire(t testing.TB, in string) string {
	if strings.HasPrefix(in, v2) {
		return unhex(t, in)
	}
	return in
}

func TestParseProxy(t *testing.T) {
	for _, tt := range proxyRows {
		t.Run(tt.name, func(t *testing.T) {
			in := wire(t, tt.in)
			got, verdict := ParseProxy([]byte(in + "GET / HTTP/1.1\r\n"))
			if got != tt.want || verdict != tt.verdict {
				t.Errorf("ParseProxy(%q) = %+v, %v; want %+v, %v", in, got, verdict, tt.want, tt.verdict)
			}
			for n := range in {
				if _, verdict := ParseProxy([]byte(in[:n])); verdict != flow.NeedMore {
					t.Fatalf("ParseProxy of the first %d bytes = %v; want more", n, verdict)
				}
			}
		})
	}
}

func TestParseProxyNo(t *testing.T) {
	for name, in := range map[string]string{
		"a request":                   "GET / HTTP/1.1\r\n",
		"a method that starts alike":  "PROXYFIND / HTTP/1.1\r\n",
		"no addresses":                "PROXY TCP4 \r\n",
		"address of the other family": "PROXY TCP4 ::1 ::1 1 2\r\n",
		"port out of range":           "PROXY TCP4 192.0.2.1 192.0.2.2 65536 80\r\n",
		"too long":                    "PROXY TCP4 " + strings.Repeat("1", 200),
		"bare LF":                     "PROXY UNKNOWN\n",
		"bare LF before the end":      "PROXY UNKNOWN x\n\r\n",
		"version 3":                   unhex(t, v2+"31 11 0000"),
		"unknown command":             unhex(t, v2+"22 11 0000"),
	} {
		if p, verdict := ParseProxy([]byte(in)); verdict != flow.No {
			t.Errorf("%s: ParseProxy(%q) = %+v, %v; want no", name, in, p, verdict)
		}
	}
}

func FuzzProxy(f *testing.F) {
	for _, r := range proxyRows {
		f.Add([]byte(wire(f, r.in)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, verdict := ParseProxy(b)
		if verdict != flow.Yes {
			if p != (Proxy{}) {
				t.Errorf("ParseProxy(%q) = %+v with %v", b, p, verdict)
			}
			return
		}
		if p.Size > len(b) || p.Size == 0 {
			t.Fatalf("Size = %d of %d bytes", p.Size, len(b))
		}
		for n := range p.Size {
			if _, verdict := ParseProxy(b[:n]); verdict != flow.NeedMore {
				t.Fatalf("ParseProxy(%q) = %v; want more", b[:n], verdict)
			}
		}
	})
}
