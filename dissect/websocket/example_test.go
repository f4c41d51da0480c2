package websocket_test

import (
	"fmt"

	"wsight/dissect/websocket"
	"wsight/flow"
)

// printer is a Handler that prints what it is told.
type printer struct{ state websocket.State }

func (p *printer) FrameStart(h websocket.Header, offset int64) {
	fmt.Printf("%v of %d bytes at %d\n", h.Opcode, h.Length, offset)
	for _, code := range h.Check(nil, p.state) {
		fmt.Println(" ", code)
	}
}
func (p *printer) Payload(b []byte, at uint64)              { fmt.Printf("  %q\n", b) }
func (p *printer) Lost(n int64)                             { fmt.Printf("  %d bytes lost\n", n) }
func (p *printer) FrameEnd(websocket.Header, int64, uint64) {}
func (p *printer) Whole(h *websocket.Header, offset int64, b []byte) {
	p.FrameStart(*h, offset)
	p.Payload(b, 0)
}
func (p *printer) Skipped(s websocket.Skip) { fmt.Printf("%d bytes skipped: %v\n", s.Length, s.Why) }

func ExampleDecoder() {
	p := &printer{state: websocket.State{Dir: flow.ClientToServer}}
	d := websocket.Decoder{Dir: flow.ClientToServer}
	d.Feed([]byte{0x81, 0x05, 'H', 'e', 'l', 'l', 'o'}, p)
	d.Feed([]byte{0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F}, p)
	d.Skip(2, p)
	d.Feed([]byte{0x58}, p)
	d.End(p)
	// Output:
	// text of 5 bytes at 0
	//   frame-client-unmasked
	//   "Hello"
	// text of 5 bytes at 7
	//   "He"
	//   2 bytes lost
	//   "o"
}

func ExampleRecognizer() {
	var r websocket.Recognizer
	r.Feed(flow.A, []byte("\x81\x0ahow is it?\x89\x00"), 0)
	r.Feed(flow.B, []byte("\x81\x8c\x37\xfa\x21\x3d\x43\x8e\x46\x4e\x17\x9c\x48\x53\x52\xd6\x01\x49"), 0)
	if r.End() == websocket.Recognized {
		fmt.Println("side", r.Client(), "is the client")
	}
	// Output:
	// side 1 is the client
}
