package tunnel

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"wsight/flow"
)

// A Proxy is a PROXY protocol header, version 1 or 2 of HAProxy's
// specification (proxy-protocol.txt).
type Proxy struct {
	Version int // 1 or 2
	// Source and Destination are the ends of the connection that the proxy
	// accepted. They are invalid when the header does not tell: UNKNOWN, a
	// health check of the proxy's own (LOCAL), or a socket without addresses.
	Source, Destination netip.AddrPort
	Local               bool   // version 2: the proxy speaks for itself
	Authority           string // version 2, PP2_TYPE_AUTHORITY: the host name the client asked for
	Size                int    // bytes of the header
}

// signature starts a version 2 header.
const signature = "\r\n\r\n\x00\r\nQUIT\n"

// longestV1 is the most that a version 1 line may take, with its CR LF.
const longestV1 = 107

// ParseProxy reads the PROXY protocol header at the start of b. No means that
// b starts with something else.
func ParseProxy(b []byte) (Proxy, flow.Verdict) {
	switch {
	case startsLike(b, "PROXY "):
		return parseV1(b)
	case startsLike(b, signature):
		return parseV2(b)
	}
	return Proxy{}, flow.No
}

// startsLike reports whether b starts with s, as far as b goes.
func startsLike(b []byte, s string) bool {
	n := min(len(b), len(s))
	return string(b[:n]) == s[:n]
}

// parseV1 reads "PROXY TCP4 192.0.2.1 192.0.2.2 40000 80\r\n" (§2.1).
func parseV1(b []byte) (Proxy, flow.Verdict) {
	end := bytes.IndexByte(b[:min(len(b), longestV1)], '\n') - 1
	switch {
	case end < -1 && len(b) < longestV1:
		return Proxy{}, flow.NeedMore
	case end < 0 || b[end] != '\r':
		return Proxy{}, flow.No
	}
	p := Proxy{Version: 1, Size: end + 2}
	words := strings.Split(string(b[:end]), " ")
	if words[1] == "UNKNOWN" {
		return p, flow.Yes
	}
	if len(words) != 6 || words[1] != "TCP4" && words[1] != "TCP6" {
		return Proxy{}, flow.No
	}
	var ok1, ok2 bool
	p.Source, ok1 = addrPort(words[2], words[4], words[1] == "TCP4")
	p.Destination, ok2 = addrPort(words[3], words[5], words[1] == "TCP4")
	if !ok1 || !ok2 {
		return Proxy{}, flow.No
	}
	return p, flow.Yes
}

func addrPort(addr, port string, four bool) (netip.AddrPort, bool) {
	a, err1 := netip.ParseAddr(addr)
	n, err2 := strconv.ParseUint(port, 10, 16)
	if err1 != nil || err2 != nil || a.Is4() != four {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a, uint16(n)), true
}

// parseV2 reads the binary header (§2.2):
//
//	signature (12) | version 2, command | family, protocol | length (2) | addresses | TLVs
func parseV2(b []byte) (Proxy, flow.Verdict) {
	const fixed = len(signature) + 4
	if len(b) < fixed {
		return Proxy{}, flow.NeedMore
	}
	version, command := b[12]>>4, b[12]&0x0F
	if version != 2 || command > 1 {
		return Proxy{}, flow.No
	}
	size := fixed + int(binary.BigEndian.Uint16(b[14:]))
	if len(b) < size {
		return Proxy{}, flow.NeedMore
	}
	p := Proxy{Version: 2, Local: command == 0, Size: size}
	rest := b[fixed:size]
	width := addressSize(b[13] >> 4)
	if p.Local || width == 0 || len(rest) < 2*width+4 {
		return p, flow.Yes
	}
	source, _ := netip.AddrFromSlice(rest[:width])
	destination, _ := netip.AddrFromSlice(rest[width : 2*width])
	ports := rest[2*width:]
	p.Source = netip.AddrPortFrom(source, binary.BigEndian.Uint16(ports))
	p.Destination = netip.AddrPortFrom(destination, binary.BigEndian.Uint16(ports[2:]))
	p.Authority = authority(ports[4:])
	return p, flow.Yes
}

// addressSize returns how many bytes an address of the family takes; 0 for
// AF_UNSPEC and AF_UNIX, whose addresses are no use here.
func addressSize(family byte) int {
	switch family {
	case 1:
		return 4
	case 2:
		return 16
	}
	return 0
}

// authority looks for PP2_TYPE_AUTHORITY (0x02) among the TLVs (§2.2.1).
func authority(tlvs []byte) string {
	for len(tlvs) >= 3 {
		n := int(binary.BigEndian.Uint16(tlvs[1:]))
		if 3+n > len(tlvs) {
			return ""
		}
		if tlvs[0] == 0x02 {
			return string(tlvs[3 : 3+n])
		}
		tlvs = tlvs[3+n:]
	}
	return ""
}
