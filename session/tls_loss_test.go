package session

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"iter"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"wsight/capture"
	"wsight/dissect"
	"wsight/flow"
	"wsight/internal/packets"
)

// A sealedLine is a message and where its records are in the stream.
type sealedLine struct {
	dir      packets.Direction
	text     string
	from, to int64
}

// A lossyTalk knows where what was said is.
type lossyTalk struct {
	*sealedTalk
	lines []sealedLine
}

// lengths are those of the messages: several in a packet, one over several.
var lengths = []int{20, 5, 300, 2900, 17, 1400, 90, 6000, 125, 126, 40, 20000, 33}

// say sends a message from d in frames that wrap makes fit to send.
func (s *lossyTalk) say(d packets.Direction, text string, wrap func([]byte) []byte) {
	from := s.secure.Sent(d)
	s.send(d, wrap(s.conn.Frame(d, 0x81, []byte(text))))
	s.lines = append(s.lines, sealedLine{d, text, from, s.secure.Sent(d)})
}

func (s *lossyTalk) converse(wrap func(packets.Direction) func([]byte) []byte) {
	for i, n := range lengths {
		for d := packets.ClientToServer; d <= packets.ServerToClient; d++ {
			s.say(d, fmt.Sprintf("message %d of %d %s", i, d, strings.Repeat("text ", n/5)), wrap(d))
		}
	}
}

// over1 is WebSocket over HTTP/1.1.
func over1(s *lossyTalk) {
	s.upgrade()
	s.converse(func(packets.Direction) func([]byte) []byte { return func(b []byte) []byte { return b } })
}

// over2 is WebSocket over HTTP/2.
func over2(s *lossyTalk) {
	frame := func(kind, flags byte, stream uint32, payload []byte) []byte {
		b := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
		return append(binary.BigEndian.AppendUint32(b, stream), payload...)
	}
	head := func(fields ...string) []byte {
		var b bytes.Buffer
		enc := hpack.NewEncoder(&b)
		for i := 0; i < len(fields); i += 2 {
			enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
		}
		return b.Bytes()
	}
	const data, headers, settings, endHeaders = 0, 1, 4, 4
	s.send(packets.ServerToClient, frame(settings, 0, 0, []byte{0, 8, 0, 0, 0, 1}))
	s.send(packets.ClientToServer, append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(settings, 0, 0, nil)...))
	s.send(packets.ClientToServer, frame(headers, endHeaders, 1, head(":method", "CONNECT", ":protocol", "websocket", ":scheme", "https",
		":path", "/chat", ":authority", "lab.example", "sec-websocket-version", "13")))
	s.send(packets.ServerToClient, frame(headers, endHeaders, 1, head(":status", "200")))
	s.converse(func(packets.Direction) func([]byte) []byte {
		return func(b []byte) (out []byte) {
			for len(b) > 0 {
				n := min(len(b), 1<<14)
				out = append(out, frame(data, 0, 1, b[:n])...)
				b = b[n:]
			}
			return out
		}
	})
}

// without is a source that lost one packet.
type without struct {
	capture.Source
	packet int
}

func (w without) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	return func(yield func(*capture.Packet, error) bool) {
		n := 0
		for p, err := range w.Source.Packets(ctx) {
			if n++; n != w.packet && !yield(p, err) {
				return
			}
		}
	}
}

// segment says which bytes of which stream an Ethernet frame of the capture
// holds, counted from the first.
func (s *lossyTalk) segment(frame []byte, begins *[2]uint32) (d packets.Direction, from, to int64) {
	const ethernet, ipv4 = 14, 20
	tcp := frame[ethernet+ipv4:]
	if binary.BigEndian.Uint16(tcp) == 443 {
		d = packets.ServerToClient
	}
	seq := binary.BigEndian.Uint32(tcp[4:])
	payload := tcp[tcp[12]>>4*4:]
	if packets.Flags(tcp[13])&packets.SYN != 0 {
		begins[d] = seq + 1
		return d, 0, 0
	}
	from = int64(int32(seq - begins[d]))
	return d, from, from + int64(len(payload))
}

// TestTLSLoss takes away each packet of captures of TLS in turn: exactly the
// messages whose records it held a part of may be missing or incomplete, and
// nothing may be told that was not said. TLS 1.2 cannot be opened without the
// random of the ServerHello: that has to be said.
func TestTLSLoss(t *testing.T) {
	for name, config := range map[string]*tls.Config{
		"1.3":          {MinVersion: tls.VersionTLS13},
		"1.2 GCM":      {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}},
		"1.2 ChaCha20": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}},
		"1.2 CBC":      {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}},
	} {
		for version, talk := range map[string]func(*lossyTalk){"HTTP/1.1": over1, "HTTP/2": over2} {
			t.Run(name+" "+version, func(t *testing.T) {
				s := &lossyTalk{sealedTalk: newSealedTalk(t, config)}
				talk(s)
				s.conn.Close(packets.ServerToClient)
				s.testLoss(s.capture.Pcap(), config.MaxVersion == tls.VersionTLS12)
			})
		}
	}
}

func (s *lossyTalk) testLoss(file []byte, needsHello bool) {
	log := s.keys("")
	var begins [2]uint32
	lost := 0
	source := func() capture.Source { return capture.NewReader(bytes.NewReader(file), "lab.pcap", capture.Options{}) }
	for p, err := range source().Packets(context.Background()) {
		if err != nil {
			s.t.Fatal(err)
		}
		lost++
		d, from, to := s.segment(p.Data, &begins)
		var complete []sealedLine
		sum, err := Run(context.Background(), without{source(), lost}, Options{Dissect: dissect.Options{Keys: log, MaxPayload: -1}}, func(e dissect.Event) {
			if m, ok := e.(*dissect.Message); ok && m.Type == dissect.Text && m.Complete {
				complete = append(complete, sealedLine{dir: packets.Direction(m.Dir - flow.ClientToServer), text: string(m.Payload)})
			}
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if needsHello && d == packets.ServerToClient && from == 0 && to > 0 {
			if len(complete) > 0 || sum.TLSWithoutKeys != 1 {
				s.t.Errorf("without the ServerHello %d messages, and %d connections said to be closed", len(complete), sum.TLSWithoutKeys)
			}
			continue
		}
		var want []sealedLine
		for _, l := range s.lines {
			if l.dir != d || to <= l.from || from >= l.to {
				want = append(want, l)
			}
		}
		s.compare(lost, complete, want)
	}
	if lost < 2*len(lengths) {
		s.t.Fatalf("only %d packets", lost)
	}
}

// compare tells the difference between the messages of each direction.
func (s *lossyTalk) compare(lost int, got, want []sealedLine) {
	s.t.Helper()
	for d := packets.ClientToServer; d <= packets.ServerToClient; d++ {
		texts := [2]string{}
		for i, lines := range [2][]sealedLine{got, want} {
			for _, l := range lines {
				if l.dir == d {
					texts[i] += fmt.Sprintf("%.24s, %d bytes\n", l.text, len(l.text))
				}
			}
		}
		if texts[0] != texts[1] {
			s.t.Errorf("packet %d lost, direction %d:\n--- got\n%s--- want\n%s", lost, d, texts[0], texts[1])
		}
	}
}
