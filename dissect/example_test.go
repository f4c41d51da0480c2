package dissect_test

import (
	"fmt"

	"wsight/dissect"
	"wsight/flow"
)

// The handshake of RFC 6455 §1.3, and a text message of §5.7 behind it.
func Example() {
	c := dissect.New(dissect.Options{MaxPayload: 100}).Connection(flow.Conn{})
	emit := func(e dissect.Event) {
		switch e := e.(type) {
		case *dissect.Handshake:
			fmt.Println("handshake", e.Verdict.Kind, *e.Verdict.Subprotocol.Agreed)
		case *dissect.Message:
			fmt.Printf("%v %v %q\n", e.Dir, e.Type, e.Payload)
		case *dissect.Finding:
			fmt.Println(e.Code)
		case *dissect.Ended:
			fmt.Println("end", e.State)
		}
	}
	for packet, chunk := range []flow.Chunk{
		{From: flow.A, Data: []byte("GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n")},
		{From: flow.B, Data: []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n")},
		{From: flow.A, Data: []byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")},
	} {
		chunk.Packet = flow.PacketID(packet + 1)
		c.Feed(&chunk, emit)
	}
	c.Close(flow.Closed{}, emit)
	// Output:
	// handshake accepted chat
	// c2s text "Hello"
	// end open
}
