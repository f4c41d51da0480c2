package gauntlet

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"wsight/internal/packets"
)

// deflated returns n bytes of what fill gives as the payload of a compressed
// message (RFC 7692 §7.2.1).
func deflated(t *testing.T, n int, fill func([]byte)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 64<<10)
	for n > 0 {
		fill(block)
		m, err := w.Write(block[:min(n, len(block))])
		if err != nil {
			t.Fatal(err)
		}
		n -= m
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
}

func zeros([]byte) {}

// sparse is what deflate makes about 100 times smaller: below the ratio that
// is given up.
func sparse() func([]byte) {
	rng := rand.New(rand.NewPCG(1, 2))
	return func(b []byte) {
		for i := 0; i < len(b); i += 250 {
			b[i] = byte(rng.Uint32())
		}
	}
}

// A message that inflates to very much costs next to nothing, and says so.
func TestBombs(t *testing.T) {
	probe := unpacked(t, read(t, "testdata/probes/f14_zipbomb.pcap.gz"))
	if said := costs(t, bytes.NewReader(probe), 64); said.found("deflate-bomb") != 1 {
		t.Error("f14_zipbomb: the bomb is not named")
	}
	for _, tt := range []struct {
		name  string
		size  int
		fill  func([]byte)
		bomb  bool
		times int
	}{
		{"200 MB within the ratio", 200 << 20, sparse(), false, 1},
		{"300 MB within the ratio, beyond the limit", 300 << 20, sparse(), true, 1},
		{"1 GB of zeros", 1 << 30, zeros, true, 1},
		{"a hundred of 16 MB", 16 << 20, zeros, true, 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("inflates a gigabyte")
			}
			c := newCapture()
			conn := dial(c, "203.0.113.1:50001", pmd+"; client_no_context_takeover; server_no_context_takeover")
			payload := deflated(t, tt.size, tt.fill)
			for range tt.times {
				conn.Send(packets.ServerToClient, conn.Frame(packets.ServerToClient, 0xC2, payload))
			}
			conn.Say(packets.ServerToClient, packets.Text, "still here")
			file := c.Pcap()
			*c, payload = packets.Capture{}, nil
			said := costs(t, bytes.NewReader(file), 64)
			if got := said.found("deflate-bomb") > 0; got != tt.bomb {
				t.Errorf("deflate-bomb: %v; want %v", got, tt.bomb)
			}
			if !said.holds("still here") {
				t.Error("the next message is not decoded")
			}
		})
	}
}

// A capture file that is a bomb itself is read a piece at a time.
func TestPackedBomb(t *testing.T) {
	chat := read(t, "../../pcaps/chat-json.pcap")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(chat)
	var record [16]byte
	for range 4 << 20 { // empty records: 64 MiB
		z.Write(record[:])
	}
	z.Close()
	again := new(bytes.Buffer)
	twice := gzip.NewWriter(again)
	io.Copy(twice, bytes.NewReader(b.Bytes()))
	twice.Close()
	whole := tell(t, chat)
	if said := costs(t, bytes.NewReader(b.Bytes()), 48); len(said.lines) != len(whole.lines) {
		t.Errorf("%d lines; want %d", len(said.lines), len(whole.lines))
	}
	if said := costs(t, again, 64); said.err == nil {
		t.Error("a file that was packed twice is taken for a capture")
	}
}

// Floods of CONTINUATION and of fields in HTTP/2 are bounded.
func TestHeaderBombs(t *testing.T) {
	start := func(c *packets.Capture) (*packets.Connection, *bytes.Buffer, *http2.Framer) {
		conn := c.Connect("203.0.113.1:50001", "198.51.100.7:80")
		conn.Open()
		var b bytes.Buffer
		b.WriteString(http2.ClientPreface)
		f := http2.NewFramer(&b, nil)
		f.AllowIllegalWrites = true
		f.WriteSettings()
		return conn, &b, f
	}
	t.Run("continuations", func(t *testing.T) {
		c := newCapture()
		conn, b, f := start(c)
		f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x82}})
		for range 200_000 {
			f.WriteContinuation(1, false, []byte{0x84, 0x84, 0x84, 0x84})
		}
		f.WriteContinuation(1, true, nil)
		conn.Send(packets.ClientToServer, b.Bytes())
		healthyEnd(c)
		if said := costs(t, bytes.NewReader(c.Pcap()), 48); !said.holds("still here") {
			t.Error("the next conversation is not decoded")
		}
	})
	t.Run("references", func(t *testing.T) {
		c := newCapture()
		conn, b, f := start(c)
		var block bytes.Buffer
		enc := hpack.NewEncoder(&block)
		for _, field := range [][2]string{{":method", "CONNECT"}, {":protocol", "websocket"}, {":path", "/"}, {"sec-websocket-version", "13"}, {"x", strings.Repeat("y", 3900)}} {
			enc.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
		}
		block.Write(bytes.Repeat([]byte{0x80 | 62}, 100_000)) // the newest entry again and again: 390 MB
		for id := uint32(1); id < 40; id += 2 {
			f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes()[:16<<10-1]})
			for rest := block.Bytes()[16<<10-1:]; len(rest) > 0; {
				n := min(len(rest), 16<<10-1)
				f.WriteContinuation(id, n == len(rest), rest[:n])
				rest = rest[n:]
			}
		}
		conn.Send(packets.ClientToServer, b.Bytes())
		healthyEnd(c)
		if said := costs(t, bytes.NewReader(c.Pcap()), 64); !said.holds("still here") {
			t.Error("the next conversation is not decoded")
		}
	})
}
