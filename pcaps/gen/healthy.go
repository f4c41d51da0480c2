package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"

	"wsight/internal/packets"
)

// A line of the chat, and how long its writer thought.
type line struct {
	who   packets.Direction
	pause time.Duration
	text  string
}

var chat = []line{
	{client, 40 * time.Millisecond, `{"type":"join","room":"lobby","name":"Ada"}`},
	{server, 2 * time.Millisecond, `{"type":"welcome","room":"lobby","members":["Grace","Edsger"],"history":[{"from":"Grace","text":"good morning"},{"from":"Edsger","text":"goedemorgen"}]}`},
	{client, 3 * time.Second, `{"type":"say","text":"Hello, everybody 👋"}`},
	{server, 3 * time.Millisecond, `{"type":"said","from":"Ada","text":"Hello, everybody 👋","at":"2026-03-02T08:30:03Z"}`},
	{server, 4 * time.Second, `{"type":"said","from":"Grace","text":"Hello Ada, how is the engine?","at":"2026-03-02T08:30:07Z"}`},
	{client, 6 * time.Second, `{"type":"say","text":"It weaves algebraical patterns."}`},
	{server, 3 * time.Millisecond, `{"type":"said","from":"Ada","text":"It weaves algebraical patterns.","at":"2026-03-02T08:30:13Z"}`},
}

func chatJSON(c *packets.Capture) {
	conn := c.Connect("203.0.113.24:51344", "198.51.100.7:80")
	upgrade(conn, "/chat", "chat.example", nil, nil)
	for _, l := range chat {
		c.Wait(l.pause)
		conn.Say(l.who, packets.Text, l.text)
	}
	c.Wait(12 * time.Second)
	conn.Say(server, packets.Ping, "25")
	conn.Say(client, packets.Pong, "25")
	c.Wait(5 * time.Second)
	conn.Goodbye(client, 1000, "bye")
}

// A deflater compresses the messages of one direction, with context takeover.
type deflater struct {
	out bytes.Buffer
	w   *flate.Writer
}

func newDeflater() *deflater {
	d := &deflater{}
	d.w, _ = flate.NewWriter(&d.out, 6) // the level is valid
	return d
}

func (d *deflater) message(text string) []byte {
	d.out.Reset()
	d.w.Write([]byte(text))
	d.w.Flush()
	return bytes.Clone(bytes.TrimSuffix(d.out.Bytes(), []byte{0, 0, 0xff, 0xff})) // RFC 7692 §7.2.1
}

const compressedText = 0xC0 | packets.Text // FIN, RSV1

func chatDeflate(c *packets.Capture) {
	conn := c.Connect("203.0.113.24:51388", "198.51.100.7:80")
	upgrade(conn, "/chat", "chat.example", []string{deflateOffer}, []string{deflateAnswer})
	both := [2]*deflater{newDeflater(), newDeflater()}
	for _, l := range chat {
		c.Wait(l.pause)
		conn.Send(l.who, conn.Frame(l.who, compressedText, both[l.who].message(l.text)))
	}
	c.Wait(time.Second)
	conn.Goodbye(client, 1001, "")
}

func fragments(c *packets.Capture) {
	conn := c.Connect("[2001:db8:17::c]:40112", "[2001:db8:5::50]:8080")
	upgrade(conn, "/upload", "files.example:8080", nil, nil)
	conn.Say(client, packets.Text, `{"put":"poem.txt","bytes":6000}`)
	conn.Say(server, packets.Text, `{"go":true}`)
	part := []byte(strings.Repeat("Tyger Tyger, burning bright,\n", 70))[:2000]
	conn.Send(client, conn.Frame(client, packets.Binary, part))
	conn.Say(server, packets.Ping, "still there?")
	conn.Say(client, packets.Pong, "still there?")
	conn.Send(client, conn.Frame(client, packets.Continuation, part))
	c.Wait(200 * time.Millisecond)
	conn.Say(client, packets.Ping, "")
	conn.Say(server, packets.Pong, "")
	conn.Send(client, conn.Frame(client, 0x80|packets.Continuation, part))
	conn.Say(server, packets.Text, `{"stored":6000}`)
	conn.Goodbye(server, 1000, "")
}

func graphql(c *packets.Capture) {
	conn := c.Connect("203.0.113.99:60210", "198.51.100.30:4000")
	upgrade(conn, "/graphql", "api.example:4000", []string{"Sec-WebSocket-Protocol: graphql-transport-ws"}, []string{"Sec-WebSocket-Protocol: graphql-transport-ws"})
	conn.Say(client, packets.Text, `{"type":"connection_init"}`)
	conn.Say(server, packets.Text, `{"type":"connection_ack"}`)
	conn.Say(client, packets.Text, `{"id":"1","type":"subscribe","payload":{"query":"subscription { stock(symbol: \"ACME\") { price } }"}}`)
	for i := range 5 {
		c.Wait(time.Second)
		conn.Say(server, packets.Text, fmt.Sprintf(`{"id":"1","type":"next","payload":{"data":{"stock":{"price":%d.%d}}}}`, 101+i, 7*i%10))
	}
	conn.Say(client, packets.Text, `{"id":"1","type":"complete"}`)
	conn.Goodbye(client, 1000, "Normal Closure")
}

// mqtt is a device that sends two measurements with MQTT 3.1.1.
func mqtt(c *packets.Capture) {
	conn := c.Connect("203.0.113.61:49320", "198.51.100.9:80")
	upgrade(conn, "/mqtt", "broker.example", []string{"Sec-WebSocket-Protocol: mqtt"}, []string{"Sec-WebSocket-Protocol: mqtt"})
	conn.Say(client, packets.Binary, "\x10\x14\x00\x04MQTT\x04\x02\x00\x3c\x00\x08sensor-7")
	conn.Say(server, packets.Binary, "\x20\x02\x00\x00")
	for i := range 2 {
		c.Wait(2 * time.Second)
		message := fmt.Sprintf("\x00\x0cplant/boiler\x00%c21.%d", i+1, 5+i)
		conn.Say(client, packets.Binary, fmt.Sprintf("\x32%c%s", len(message), message))
		conn.Say(server, packets.Binary, fmt.Sprintf("\x40\x02\x00%c", i+1))
	}
	conn.Say(client, packets.Binary, "\xe0\x00")
	conn.Goodbye(client, 1000, "")
}

// compressed makes a pcap file of a script, compressed with gzip.
func compressed(script func(*packets.Capture)) func() []byte {
	return func() []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(classic(script)())
		w.Close()
		return b.Bytes()
	}
}
