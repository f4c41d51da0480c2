package dissect_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"

	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// a peer writes the frames of one side of an HTTP/2 connection.
type peer struct {
	side  flow.Side
	block bytes.Buffer
	enc   *hpack.Encoder
}

func (p *peer) frame(t http2.Type, flags uint8, stream uint32, payload []byte) step {
	b := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), byte(t), flags}
	b = binary.BigEndian.AppendUint32(b, stream)
	return step{side: p.side, data: append(b, payload...)}
}

func (p *peer) headers(flags uint8, stream uint32, pairs ...string) step {
	if p.enc == nil {
		p.enc = hpack.NewEncoder(&p.block)
	}
	p.block.Reset()
	for i := 0; i < len(pairs); i += 2 {
		p.enc.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return p.frame(http2.HEADERS, flags|http2.FlagEndHeaders, stream, p.block.Bytes())
}

func (p *peer) connect(stream uint32) step {
	s := p.headers(0, stream, ":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":path", "/chat",
		":authority", "server.example.com", "sec-websocket-version", "13")
	s.data = bytes.Clone(s.data)
	return s
}

func TestHTTP2(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(c, s *peer) []step
		want string
	}{
		{
			"two streams, interleaved", // RFC 8441 §5.1
			func(c, s *peer) []step {
				return []step{
					preface, c.frame(http2.SETTINGS, 0, 0, nil), s.frame(http2.SETTINGS, 0, 0, enable),
					c.connect(1), c.connect(3), s.headers(0, 1, ":status", "200"), s.headers(0, 3, ":status", "200"),
					c.frame(http2.DATA, 0, 3, hello[:4]), c.frame(http2.DATA, 0, 1, hello), c.frame(http2.DATA, 0, 3, hello[4:]),
					s.frame(http2.DATA, 0, 1, []byte{0x88, 2, 3, 0xe8}), c.frame(http2.DATA, http2.FlagEndStream, 1, []byte{0x88, 0x82, 0, 0, 0, 0, 3, 0xe8}),
					s.frame(http2.DATA, http2.FlagEndStream, 1, nil),
				}
			},
			`1 opened http="2" stream=1 via="" midstream=false client=192.0.2.1:40000
2 opened http="2" stream=3 via="" midstream=false client=192.0.2.1:40000
1 handshake accepted CONNECT /chat -> 200
2 handshake accepted CONNECT /chat -> 200
1 message 1 c2s text frames=1 "Hello"
2 message 1 c2s text frames=1 "Hello"
1 message 2 s2c close frames=1 code=1000 reason=""
1 message 3 c2s close frames=1 code=1000 reason=""
1 tcp c2s fin
1 tcp s2c fin
1 ended stream-end initiator=s2c clean=true lost=0
2 ended open lost=0
`,
		},
		{
			"extended CONNECT that the server did not allow", // RFC 8441 §3
			func(c, s *peer) []step {
				return []step{
					preface, s.frame(http2.SETTINGS, 0, 0, nil), c.connect(1), s.headers(http2.FlagEndStream, 1, ":status", "501"),
				}
			},
			`1 opened http="2" stream=1 via="" midstream=false client=192.0.2.1:40000
1 finding c2s http2-connect-disabled
1 tcp s2c fin
1 handshake rejected CONNECT /chat -> 501
1 finding - handshake-not-upgraded
1 ended rejected clean=false lost=0
`,
		},
		{
			"a stream that is reset, and GOAWAY before it", // RFC 9113 §6.4, §6.8
			func(c, s *peer) []step {
				return []step{
					preface, s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1), s.headers(0, 1, ":status", "200"),
					s.frame(http2.GOAWAY, 0, 0, []byte{0, 0, 0, 1, 0, 0, 0, 0}),
					s.frame(http2.RST_STREAM, 0, 1, []byte{0, 0, 0, 8}),
				}
			},
			`1 opened http="2" stream=1 via="" midstream=false client=192.0.2.1:40000
1 handshake accepted CONNECT /chat -> 200
1 finding s2c http2-goaway
1 finding s2c http2-stream-reset
1 tcp s2c reset
1 ended stream-end clean=false lost=0
`,
		},
		{
			"a stream that is reset, and GOAWAY behind it",
			func(c, s *peer) []step {
				return []step{
					preface, s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1), s.headers(0, 1, ":status", "200"),
					s.frame(http2.RST_STREAM, 0, 1, []byte{0, 0, 0, 8}),
					s.frame(http2.GOAWAY, 0, 0, []byte{0, 0, 0, 1, 0, 0, 0, 0}),
				}
			},
			`1 opened http="2" stream=1 via="" midstream=false client=192.0.2.1:40000
1 handshake accepted CONNECT /chat -> 200
1 finding s2c http2-stream-reset
1 tcp s2c reset
1 ended stream-end clean=false lost=0
`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			steps := tt.play(&peer{side: flow.A}, &peer{side: flow.B})
			for cut, steps := range map[string][]step{"as written": steps, "byte by byte": bytewise(steps), "joined": joined(steps)} {
				var got strings.Builder
				for line := range strings.Lines(describe(steps)) {
					if !strings.Contains(line, " frame ") {
						got.WriteString(line)
					}
				}
				if got.String() != tt.want {
					t.Errorf("%s:\n--- got\n%s--- want\n%s", cut, got.String(), tt.want)
				}
			}
		})
	}
}

// A GOAWAY is no trouble where the end of the streams may be in a direction
// that was not captured.
func TestGoAwayOneDirection(t *testing.T) {
	c, s := &peer{side: flow.A}, &peer{side: flow.B}
	away := c.frame(http2.GOAWAY, 0, 0, make([]byte, 8))
	both := []step{preface, s.frame(http2.SETTINGS, 0, 0, enable), c.connect(1), s.headers(0, 1, ":status", "200"), away}
	for name, tt := range map[string]struct {
		steps []step
		want  finding.Severity
	}{
		"both directions": {both, 0}, "the client's": {[]step{both[0], both[2], away}, finding.Note},
	} {
		d := dissect.New(dissect.Options{})
		conn := d.Connection(flow.Conn{ID: 1, Opened: true})
		told := 0
		for i, step := range tt.steps {
			conn.Feed(&flow.Chunk{From: step.side, Data: step.data, Packet: flow.PacketID(i + 1)}, func(e dissect.Event) {
				if f, ok := e.(*dissect.Finding); ok && f.Code == finding.HTTP2Goaway {
					if told++; f.Severity != tt.want {
						t.Errorf("%s: severity %v; want %v", name, f.Severity, tt.want)
					}
				}
			})
		}
		if told != 1 {
			t.Errorf("%s: told %d times; want once", name, told)
		}
	}
}
