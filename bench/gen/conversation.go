package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/klauspost/compress/flate"

	"wsight/bench/truth"
	"wsight/internal/packets"
)

// A direction is also the index of its sender.
type direction int

const (
	c2s direction = iota
	s2c
)

func (d direction) word() truth.Direction { return [...]truth.Direction{truth.C2S, truth.S2C}[d] }

// A conversation is one TCP connection.
type conversation struct {
	client string // as in wsight's output
	sides  [2]side
	number int
	id     uint16 // IPv4 identification
	secure bool   // of noise: TLS records, not HTTP

	// lossy: only what follows the handshake and precedes the end is damaged,
	// so that every profile has the same number of connections to find.
	lossy bool
}

// A side is what one end has sent so far.
type side struct {
	end        packets.End
	seq        uint32
	offset     int64 // of the next frame in the stream after the handshake
	unanswered int   // data segments that the other side has not acknowledged
	counter    int   // messages

	previous    []byte // last segment, for the overlapping retransmission
	previousSeq uint32
	late        []latePacket

	deflate  *flate.Writer
	deflated bytes.Buffer
}

// clientsPerAddress keeps four-tuples apart without using an ephemeral port twice.
const clientsPerAddress = 20000

// newConversation returns connection n, in the network for benchmarks (RFC 2544).
func (g *generator) newConversation(n int, port uint16) *conversation {
	host := uint32(198<<24|18<<16) + 256 + uint32(n/clientsPerAddress)
	server := uint32(198<<24|19<<16) + 1 + uint32(n%4)
	c := &conversation{number: n}
	c.sides[c2s] = side{seq: g.random.Uint32(), end: packets.End{MAC: [6]byte{2, 0, 0, 0, 0, 1},
		Addr: netip.AddrPortFrom(address(host), uint16(20000+n%clientsPerAddress))}}
	c.sides[s2c] = side{seq: g.random.Uint32(), end: packets.End{MAC: [6]byte{2, 0, 0, 0, 0, 2},
		Addr: netip.AddrPortFrom(address(server), port)}}
	c.client = c.sides[c2s].end.Addr.String()
	return c
}

func address(v uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
}

func (g *generator) open(c *conversation) {
	g.send(c, c2s, packets.SYN, nil)
	g.send(c, s2c, packets.SYN|packets.ACK, nil)
	g.send(c, c2s, packets.ACK, nil)
	g.truth.TCPConnections++
}

func (g *generator) upgrade(c *conversation) {
	var nonce [16]byte
	binary.BigEndian.PutUint64(nonce[:8], g.random.Uint64())
	binary.BigEndian.PutUint64(nonce[8:], g.random.Uint64())
	key := base64.StdEncoding.EncodeToString(nonce[:])
	offer, answer := "", ""
	if g.profile == "D" {
		offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
		answer = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
	}
	g.stream(c, c2s, fmt.Appendf(nil, "GET /telemetry/plant?unit=%d HTTP/1.1\r\nHost: plant.example:8080\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\nOrigin: http://plant.example:8080\r\n"+
		"Accept: */*\r\nAccept-Language: en-GB,en;q=0.8\r\nAccept-Encoding: gzip, deflate\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s\r\n", c.number, key, offer))
	g.stream(c, s2c, fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n%s\r\n", packets.Accept(key), answer))
	g.truth.WebSocketConnections++
	c.lossy = true
}

// frame appends one frame to dst.
func (g *generator) frame(dst []byte, c *conversation, d direction, first byte, payload []byte) []byte {
	f := packets.Frame{First: first, Payload: payload}
	if d == c2s {
		var mask [4]byte
		binary.BigEndian.PutUint32(mask[:], g.random.Uint32())
		f.Mask = &mask
	}
	start := len(dst)
	dst = f.Append(dst)
	if g.damage.gap > 0 {
		g.truth.Keys = append(g.truth.Keys, truth.FrameKey(c.client, d.word(), c.sides[d].offset, first&15, int64(len(payload))))
	}
	n := int64(len(dst) - start)
	c.sides[d].offset += n
	g.truth.Frame(d.word(), first&15)
	g.truth.Wire.Add(d.word(), n)
	return dst
}

// message appends a text message of about n bytes, in one frame, to dst.
func (g *generator) message(dst []byte, c *conversation, d direction, n int) []byte {
	payload := g.readings(c, d, n)
	g.truth.Message(d.word(), int64(len(payload)), sha256.Sum256(payload))
	if g.profile != "D" {
		return g.frame(dst, c, d, 0x80|packets.Text, payload)
	}
	s := &c.sides[d]
	if s.deflate == nil {
		// Level 6 is what servers use; the level is valid, so there is no error.
		s.deflate, _ = flate.NewWriter(&s.deflated, 6)
	}
	s.deflated.Reset()
	s.deflate.Write(payload)
	s.deflate.Flush()
	compressed := bytes.TrimSuffix(s.deflated.Bytes(), []byte{0, 0, 0xff, 0xff}) // RFC 7692 §7.2.1
	return g.frame(dst, c, d, 0xC0|packets.Text, compressed)
}

// goodbye closes the WebSocket from the client, then TCP.
func (g *generator) goodbye(c *conversation) {
	g.flush(c)
	c.lossy = false
	body := packets.CloseBody(1000, "")
	g.stream(c, c2s, g.frame(nil, c, c2s, 0x80|packets.Close, body))
	g.stream(c, s2c, g.frame(nil, c, s2c, 0x80|packets.Close, body))
	g.finish(c)
}

// finish closes TCP.
func (g *generator) finish(c *conversation) {
	g.flush(c)
	c.lossy = false
	g.send(c, c2s, packets.FIN|packets.ACK, nil)
	g.send(c, s2c, packets.FIN|packets.ACK, nil)
	g.send(c, c2s, packets.ACK, nil)
}
