package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"wsight/internal/packets"
)

func tooBig(c *packets.Capture) {
	conn := c.Connect("203.0.113.90:56020", "198.51.100.40:80")
	upgrade(conn, "/photos", "photos.example", nil, nil)
	conn.Say(client, packets.Text, `{"album":"holidays"}`)
	conn.Say(server, packets.Text, `{"limit":65536}`)
	conn.Say(client, packets.Binary, "\xff\xd8\xff\xe0"+strings.Repeat("\x00\x10JFIF", 2000))
	conn.Say(server, packets.Text, `{"stored":1}`)
	c.Wait(4 * time.Second)
	conn.Say(client, packets.Binary, "\xff\xd8\xff\xe0"+strings.Repeat("\x00\x10JFIF", 16000))
	conn.Goodbye(server, 1009, "message too big")
}

func serverMasks(c *packets.Capture) {
	conn := c.Connect("203.0.113.91:56044", "198.51.100.41:80")
	upgrade(conn, "/relay", "relay.example", nil, nil)
	conn.Say(client, packets.Text, `{"to":"bob","text":"ping?"}`)
	c.Wait(300 * time.Millisecond)
	text := []byte(`{"to":"alice","text":"pong!"}`)
	conn.Send(server, packets.Frame{First: 0x80 | packets.Text, Mask: conn.Mask(), Payload: text}.Append(nil))
	conn.Goodbye(client, 1002, "A server must not mask any frames that it sends to the client.")
}

func invalidUTF8(c *packets.Capture) {
	conn := c.Connect("203.0.113.92:56102", "198.51.100.42:80")
	upgrade(conn, "/orders", "shop.example", nil, nil)
	conn.Say(client, packets.Text, `{"order":1,"name":"Müller"}`)
	conn.Say(server, packets.Text, `{"ok":1}`)
	conn.Say(client, packets.Text, "{\"order\":2,\"name\":\"M\xfcller\"}")
	conn.Goodbye(server, 1007, "invalid UTF-8")
}

// lostSegments loses one segment inside of a message, one that holds the
// beginning of a frame, and one from the client.
func lostSegments(c *packets.Capture) {
	conn := c.Connect("203.0.113.93:56150", "198.51.100.43:80")
	upgrade(conn, "/log", "log.example", nil, nil)
	row := func(n int) []byte {
		return conn.Frame(server, 0x80|packets.Text, fmt.Appendf(nil, `{"n":%d,"text":"%s"}`, n, strings.Repeat("all is well ", 40)))
	}
	lose := func(d packets.Direction, b []byte) {
		conn.Muted = true
		conn.Send(d, b)
		conn.Muted = false
	}
	conn.Say(client, packets.Text, `{"follow":true}`)
	for n := range 4 {
		conn.Send(server, row(n))
	}
	big := conn.Frame(server, 0x80|packets.Text, bytes.Repeat([]byte("a long line of the log; "), 250))
	conn.Send(server, big[:2*packets.MSS])
	lose(server, big[2*packets.MSS:3*packets.MSS])
	conn.Send(server, big[3*packets.MSS:])
	var stream []byte
	for n := range 12 {
		stream = append(stream, row(10+n)...)
	}
	conn.Send(server, stream[:packets.MSS])
	lose(server, stream[packets.MSS:2*packets.MSS])
	conn.Send(server, stream[2*packets.MSS:])
	c.Wait(time.Second)
	lose(client, conn.Frame(client, 0x80|packets.Text, []byte(`{"mark":1}`)))
	conn.Say(client, packets.Text, `{"mark":2}`)
	conn.Send(server, row(30))
	conn.Goodbye(client, 1000, "")
}

func midstream(c *packets.Capture) {
	conn := c.Connect("203.0.113.94:56212", "198.51.100.7:80")
	both := [2]*deflater{newDeflater(), newDeflater()}
	say := func(d packets.Direction, text string) {
		conn.Send(d, conn.Frame(d, compressedText, both[d].message(text)))
	}
	conn.Muted = true
	upgrade(conn, "/ticker", "ticker.example", []string{deflateOffer}, []string{deflateAnswer})
	say(client, `{"subscribe":"ACME"}`)
	say(server, `{"subscribed":"ACME"}`)
	conn.Muted = false
	for n := range 12 {
		c.Wait(time.Second)
		say(server, fmt.Sprintf(`{"symbol":"ACME","price":%d.%02d,"at":%d}`, 100+n, 7*n, 1772440200+n))
		if n%4 == 3 {
			say(client, fmt.Sprintf(`{"seen":%d}`, n))
		}
	}
	conn.Goodbye(client, 1001, "")
}

func clientStalls(c *packets.Capture) {
	conn := c.Connect("203.0.113.95:56280", "198.51.100.44:80")
	upgrade(conn, "/metrics", "metrics.example", nil, nil)
	conn.Say(client, packets.Text, `{"subscribe":"*"}`)
	for n := range 8 {
		c.Wait(250 * time.Millisecond)
		conn.Say(server, packets.Text, fmt.Sprintf(`{"n":%d,"values":"%s"}`, n, strings.Repeat("0.125,", 600)))
		conn.Window(client, uint16(max(0, 200-28*n)))
	}
	conn.Window(client, 0)
	for wait := 250 * time.Millisecond; wait < 40*time.Second; wait *= 2 {
		c.Wait(wait)
		conn.Probe(server)
	}
}
