package tunnel

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"wsight/flow"
)

// Socks follows the negotiation of SOCKS 5 (RFC 1928, RFC 1929) or SOCKS 4 and
// 4A. The zero value is ready. Each side is read by itself, since one of the
// two may not have been captured.
type Socks struct {
	// Target is the host and port that the client asked for, "" until it did.
	Target string
	// Refused says that the server answered with an error.
	Refused bool

	client, server socksSide
}

type socksSide struct {
	version byte
	step    int // messages read
}

// Client takes what the client sends, starting with the first byte not yet
// taken. It returns how many bytes are done with; the rest has to be given
// again with more. Yes says that the negotiation of this side is over and that
// p[n:] goes to the target; No, that this is not SOCKS, or no CONNECT.
func (s *Socks) Client(p []byte) (n int, v flow.Verdict) {
	for {
		size, v := s.clientMessage(p[n:])
		n += size
		if size == 0 || v != flow.NeedMore {
			return n, v
		}
	}
}

// Server takes what the server sends, in the way of Client. No says that this
// is not SOCKS, or that the server refused.
func (s *Socks) Server(p []byte) (n int, v flow.Verdict) {
	for {
		size, v := s.serverMessage(p[n:])
		n += size
		if size == 0 || v != flow.NeedMore {
			return n, v
		}
	}
}

// clientMessage reads one message. A size of 0 and NeedMore mean that p ends
// before it does.
func (s *Socks) clientMessage(p []byte) (size int, v flow.Verdict) {
	c := &s.client
	if len(p) == 0 {
		return 0, flow.NeedMore
	}
	if c.step == 0 {
		c.version = p[0]
		switch c.version {
		case 5:
			return c.counted(p, greetingSize)
		case 4:
			return s.request4(p)
		}
		return 0, flow.No
	}
	// After the greeting comes the request, or with method 2 the user name
	// and password first, whose version is 1.
	if p[0] == 1 && c.step == 1 {
		return c.counted(p, passwordSize)
	}
	if p[0] != 5 || len(p) > 1 && p[1] != 1 || len(p) > 2 && p[2] != 0 { // CONNECT only
		return 0, flow.No
	}
	target, size, v := address5(p)
	if v == flow.Yes {
		s.Target = target
	}
	return size, v
}

func (s *Socks) serverMessage(p []byte) (size int, v flow.Verdict) {
	c := &s.server
	if len(p) == 0 {
		return 0, flow.NeedMore
	}
	if c.step == 0 {
		c.version = p[0]
		if c.version == 0 {
			return s.reply4(p)
		}
	}
	switch {
	case p[0] == 5 && c.step == 0: // METHOD
		if len(p) < 2 {
			return 0, flow.NeedMore
		}
		s.Refused = p[1] == 0xFF
		if s.Refused || p[1] != 0 && p[1] != 2 {
			return 0, flow.No
		}
	case p[0] == 1 && c.step == 1: // RFC 1929 §2: STATUS
		if len(p) < 2 {
			return 0, flow.NeedMore
		}
		if s.Refused = p[1] != 0; s.Refused {
			return 0, flow.No
		}
	case p[0] == 5:
		if len(p) < 2 {
			return 0, flow.NeedMore
		}
		if s.Refused = p[1] != 0; s.Refused {
			return 0, flow.No
		}
		if len(p) > 2 && p[2] != 0 {
			return 0, flow.No
		}
		_, size, v := address5(p)
		return size, v
	default:
		return 0, flow.No
	}
	c.step++
	return 2, flow.NeedMore
}

// greetingSize and passwordSize return the size of a message, 0 when p ends
// before it tells, or -1 when p is none.
func greetingSize(p []byte) int {
	switch {
	case len(p) < 2:
		return 0
	case p[1] == 0:
		return -1
	}
	return 2 + int(p[1])
}

func passwordSize(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	user := 2 + int(p[1])
	if len(p) <= user {
		return 0
	}
	return user + 1 + int(p[user])
}

// counted takes one message of the given size.
func (c *socksSide) counted(p []byte, sizeOf func([]byte) int) (size int, v flow.Verdict) {
	size = sizeOf(p)
	switch {
	case size < 0:
		return 0, flow.No
	case size == 0 || size > len(p):
		return 0, flow.NeedMore
	}
	c.step++
	return size, flow.NeedMore
}

// address5 reads a request or a reply, which have the same form (RFC 1928 §4, §6):
//
//	+----+---------+-------+------+----------+----------+
//	|VER | CMD/REP |  RSV  | ATYP |   ADDR   |   PORT   |
//	+----+---------+-------+------+----------+----------+
//	| 1  |    1    | X'00' |  1   | Variable |    2     |
//	+----+---------+-------+------+----------+----------+
func address5(p []byte) (target string, size int, v flow.Verdict) {
	if len(p) < 5 {
		return "", 0, flow.NeedMore
	}
	start, end := 4, 0
	switch p[3] {
	case 1:
		end = start + 4
	case 3:
		start++
		end = start + int(p[4])
	case 4:
		end = start + 16
	default:
		return "", 0, flow.No
	}
	if len(p) < end+2 {
		return "", 0, flow.NeedMore
	}
	port := strconv.Itoa(int(binary.BigEndian.Uint16(p[end:])))
	host := string(p[start:end])
	if p[3] != 3 {
		addr, _ := netip.AddrFromSlice(p[start:end])
		host = addr.String()
	}
	return join(host, port), end + 2, flow.Yes
}

// join writes host and port, with brackets around an IPv6 address.
func join(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}

// longestText bounds the two texts of a SOCKS 4 request.
const longestText = 255

// request4 reads a request of SOCKS 4: VN CD DSTPORT DSTIP USERID NUL. With
// 4A the address is 0.0.0.x and a host name and NUL follow.
func (s *Socks) request4(p []byte) (size int, v flow.Verdict) {
	if len(p) > 1 && p[1] != 1 { // CONNECT only
		return 0, flow.No
	}
	if len(p) < 9 {
		return 0, flow.NeedMore
	}
	port := strconv.Itoa(int(binary.BigEndian.Uint16(p[2:])))
	size = 8
	user := bytes.IndexByte(p[size:], 0)
	if user < 0 || user > longestText {
		return 0, unfinished(len(p) - size)
	}
	size += user + 1
	host := netip.AddrFrom4([4]byte(p[4:8])).String()
	if p[4] == 0 && p[5] == 0 && p[6] == 0 && p[7] != 0 {
		name := bytes.IndexByte(p[size:], 0)
		if name < 0 || name > longestText {
			return 0, unfinished(len(p) - size)
		}
		host = string(p[size : size+name])
		size += name + 1
	}
	s.Target = join(host, port)
	return size, flow.Yes
}

// unfinished tells a text that is not complete from one that is too long.
func unfinished(n int) flow.Verdict {
	if n > longestText {
		return flow.No
	}
	return flow.NeedMore
}

// reply4 reads a reply of SOCKS 4: VN CD DSTPORT DSTIP.
func (s *Socks) reply4(p []byte) (size int, v flow.Verdict) {
	if len(p) > 1 && (p[1] < 90 || p[1] > 93) {
		return 0, flow.No
	}
	if len(p) < 8 {
		return 0, flow.NeedMore
	}
	if s.Refused = p[1] != 90; s.Refused {
		return 0, flow.No
	}
	return 8, flow.Yes
}
