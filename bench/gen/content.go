package main

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

var sensors = [...]string{"inlet", "outlet", "pump-1", "pump-2", "boiler", "mixer", "valve-7", "tank"}

// readings returns a JSON text of about n bytes, at least 90, that compresses
// four or five to one as such texts do. It is valid until the next call.
func (g *generator) readings(c *conversation, d direction, n int) []byte {
	s := &c.sides[d]
	s.counter++
	b := append(g.text[:0], `{"kind":"`...)
	if d == c2s {
		b = append(b, "report"...)
	} else {
		b = append(b, "state"...)
	}
	b = append(b, `","n":`...)
	b = strconv.AppendInt(b, int64(s.counter), 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, g.micros/1000, 10)
	b = append(b, `,"rows":[`...)
	for len(b) < n-80 {
		x := g.random.Uint64()
		b = append(b, `{"id":"`...)
		b = append(b, sensors[x%8]...)
		b = append(b, `","bar":`...)
		b = strconv.AppendUint(b, x>>3%400, 10)
		b = append(b, '.')
		b = strconv.AppendUint(b, x>>20%100, 10)
		b = append(b, `,"rpm":`...)
		b = strconv.AppendUint(b, x>>32%3000, 10)
		b = append(b, `,"mode":"`...)
		if x>>63 == 0 {
			b = append(b, `auto"},`...)
		} else {
			b = append(b, `hand"},`...)
		}
	}
	b = append(b, `null],"fill":"`...)
	for len(b) < n-2 {
		b = append(b, '.')
	}
	b = append(b, `"}`...)
	g.text = b
	return b
}

// noise is one exchange that is no WebSocket.
func (g *generator) noise(c *conversation) {
	if c.secure {
		g.burst = g.record(g.burst[:0], 8*(10+g.random.IntN(40)))
		g.stream(c, c2s, g.burst)
		g.burst = g.burst[:0]
		for range 1 + g.random.IntN(4) {
			g.burst = g.record(g.burst, 8*(100+g.random.IntN(1900)))
		}
		g.stream(c, s2c, g.burst)
		return
	}
	g.burst = fmt.Appendf(g.burst[:0], "GET /parts/%d HTTP/1.1\r\nHost: www.example\r\nUser-Agent: bench/1\r\nAccept: application/json\r\nCookie: id=%016x%016x\r\n\r\n",
		g.random.IntN(100_000), g.random.Uint64(), g.random.Uint64())
	g.stream(c, c2s, g.burst)
	body := g.readings(c, s2c, 500+g.random.IntN(30_000))
	g.burst = fmt.Appendf(g.burst[:0], "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
	g.burst = append(g.burst, body...)
	g.stream(c, s2c, g.burst)
}

// record appends a TLS record of n random bytes, a multiple of 8.
func (g *generator) record(dst []byte, n int) []byte {
	dst = append(dst, 23, 3, 3, byte(n>>8), byte(n))
	for ; n > 0; n -= 8 {
		dst = binary.LittleEndian.AppendUint64(dst, g.random.Uint64())
	}
	return dst
}
