//go:build unix

package tui

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"wsight/internal/packets"
	"wsight/session"
)

// BenchmarkFrame draws a screen anywhere in a timeline of a million messages:
// it has to be done within 3 ms of processor time.
func BenchmarkFrame(b *testing.B) {
	rec := many(b, 1_000_000)
	h := newBench(b, rec, 160, 50, Options{Color: true}).press("Enter")
	h.ui.work = func(func(context.Context) func()) func() { return func() {} } // no frame waits for it
	b.ResetTimer()
	begun := processorTime()
	for i := range b.N {
		h.ui.timeline.to(i * 7919 % h.ui.timeline.n)
		h.ui.timeline.follow = false
		h.screen.Clear()
		h.ui.Draw(h.screen)
		h.screen.Show()
	}
	b.ReportMetric(float64((processorTime()-begun).Microseconds())/1e3/float64(b.N), "cpu-ms/op")
}

// BenchmarkOpen opens messages near the end of a connection of a million.
func BenchmarkOpen(b *testing.B) {
	rec := many(b, 1_000_000)
	h := newBench(b, rec, 160, 50, Options{Color: true}).press("Enter", "G")
	b.ResetTimer()
	begun := processorTime()
	for i := range b.N {
		h.ui.timeline.to(h.ui.timeline.n - 1000 + i%900)
		h.ui.timeline.choose()
		if h.ui.detail.loaded == nil || h.ui.detail.loaded.err != nil {
			b.Fatal("not loaded")
		}
	}
	b.ReportMetric(float64((processorTime()-begun).Microseconds())/1e3/float64(b.N), "cpu-ms/op")
}

// document is JSON text of about n bytes: a list of records.
func document(n int) []byte {
	random := rand.New(rand.NewPCG(3, 3))
	b := []byte(`{"records":[`)
	for i := 0; len(b) < n; i++ {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"id":%d,"name":"record %x","value":%g,"tags":["a","b",{"c":null}],"text":"nothing much happens here, %x"}`,
			i, random.Uint32(), random.Float64(), random.Uint64())
	}
	return append(b, "]}"...)
}

// single is a record of a connection with one message, behind the opening and
// before the end; deflated when that is asked for.
func single(t testing.TB, message []byte, deflated bool) *session.Record {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "198.51.100.1:80")
	conn.Open()
	key, extension, first := conn.Nonce(), "", byte(0x80|packets.Text)
	if deflated {
		extension, first = "Sec-WebSocket-Extensions: permessage-deflate\r\n", first|0x40
		var out bytes.Buffer
		w, _ := flate.NewWriter(&out, flate.BestSpeed)
		w.Write(message)
		w.Flush()
		message = bytes.TrimSuffix(out.Bytes(), []byte{0, 0, 0xFF, 0xFF})
	}
	conn.Send(0, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+extension+"Sec-WebSocket-Key: "+key+"\r\n\r\n"))
	conn.Send(1, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+extension+"Sec-WebSocket-Accept: "+packets.Accept(key)+"\r\n\r\n"))
	conn.Send(1, conn.Frame(1, first, message))
	conn.Goodbye(0, 1000, "")
	name := filepath.Join(t.TempDir(), "single.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o600); err != nil {
		t.Fatal(err)
	}
	return record(t, name)
}

// processorTime is what this process has used so far. Beside other programs it
// says more than the clock.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkOpenLarge opens a large JSON message, draws its first page, and
// then asks for all of it (A) and draws that. Each of the two steps has to be
// done within 200 ms of processor time.
func BenchmarkOpenLarge(b *testing.B) {
	for _, test := range []struct {
		name     string
		size     int
		deflated bool
	}{{"10MB", 10_000_000, false}, {"16MB-deflated", 16_000_000, true}} {
		b.Run(test.name, func(b *testing.B) {
			text := document(test.size)
			h := newBench(b, single(b, text, test.deflated), 160, 50, Options{Color: true}).press("Enter", "g")
			h.ui.timeline.to(2)
			var opening, whole time.Duration
			for b.Loop() {
				h.ui.detail.show(1, 0)
				begun := processorTime()
				h.ui.timeline.choose()
				h.draw()
				opened := processorTime()
				h.press("A")
				h.draw()
				opening, whole = opening+opened-begun, whole+processorTime()-opened
				if l := h.ui.detail.loaded; l == nil || l.err != nil || len(l.payload) != len(text) {
					b.Fatalf("loaded: %+v", l != nil)
				}
			}
			b.ReportMetric(float64(opening.Milliseconds())/float64(b.N), "cpu-ms/open")
			b.ReportMetric(float64(whole.Milliseconds())/float64(b.N), "cpu-ms/whole")
		})
	}
}
