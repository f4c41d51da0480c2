package websocket

import (
	"slices"
	"strings"
	"testing"

	"wsight/finding"
	"wsight/flow"
)

func TestCheck(t *testing.T) {
	var (
		client     = State{Dir: flow.ClientToServer}
		server     = State{Dir: flow.ServerToClient}
		unknown    = State{}
		fragmented = State{Dir: flow.ServerToClient, Fragmented: true}
		deflated   = State{Dir: flow.ServerToClient, Deflate: true}
		deflating  = State{Dir: flow.ServerToClient, Deflate: true, Fragmented: true}
	)
	tests := []struct {
		in    Header
		state State
		want  finding.Code // "" for a legal frame
	}{
		{Header{Fin: true, Opcode: Text, Size: 2}, server, ""},
		{Header{Fin: true, Opcode: Text, Masked: true, Size: 6}, client, ""},
		{Header{Fin: true, Opcode: Text, Masked: true, Size: 6}, unknown, ""},
		{Header{Fin: true, Opcode: Text, Size: 2}, unknown, ""},
		{Header{Fin: true, Opcode: Ping, Length: 125, Size: 2}, fragmented, ""},
		{Header{Fin: true, Opcode: Continuation, Size: 2}, fragmented, ""},
		{Header{Opcode: Text, Size: 2}, server, ""},
		{Header{Fin: true, Rsv1: true, Opcode: Text, Size: 2}, deflated, ""},
		{Header{Fin: true, Rsv1: true, Opcode: Binary, Size: 2}, deflated, ""},
		{Header{Fin: true, Opcode: Binary, Length: 126, Size: 4}, server, ""},
		{Header{Fin: true, Opcode: Binary, Length: 65536, Size: 10}, server, ""},
		{Header{Fin: true, Opcode: Binary, Length: 1<<63 - 1, Size: 10}, server, ""},

		{Header{Fin: true, Opcode: 0x3, Size: 2}, server, finding.FrameReservedOpcode},
		{Header{Fin: true, Opcode: 0x3, Size: 2}, fragmented, finding.FrameReservedOpcode},
		{Header{Fin: true, Opcode: 0xB, Size: 2}, server, finding.FrameReservedOpcode},
		{Header{Fin: true, Rsv1: true, Opcode: Text, Size: 2}, server, finding.FrameReservedBit},
		{Header{Fin: true, Rsv1: true, Opcode: Continuation, Size: 2}, fragmented, finding.FrameReservedBit},
		{Header{Fin: true, Rsv2: true, Opcode: Text, Size: 2}, deflated, finding.FrameReservedBit},
		{Header{Fin: true, Rsv3: true, Opcode: Text, Size: 2}, deflated, finding.FrameReservedBit},
		{Header{Fin: true, Rsv1: true, Opcode: Continuation, Size: 2}, deflating, finding.DeflateReservedBit},
		{Header{Fin: true, Rsv1: true, Opcode: Ping, Size: 2}, deflated, finding.DeflateReservedBit},
		{Header{Fin: true, Opcode: Text, Size: 2}, client, finding.FrameClientUnmasked},
		{Header{Fin: true, Opcode: Text, Masked: true, Size: 6}, server, finding.FrameServerMasked},
		{Header{Fin: true, Opcode: Text, Length: 125, Size: 4}, server, finding.FrameLengthNotMinimal},
		{Header{Fin: true, Opcode: Text, Length: 125, Masked: true, Size: 8}, client, finding.FrameLengthNotMinimal},
		{Header{Fin: true, Opcode: Text, Length: 65535, Size: 10}, server, finding.FrameLengthNotMinimal},
		{Header{Fin: true, Opcode: Text, Length: 1 << 63, Size: 10}, server, finding.FrameLengthOverflow},
		{Header{Opcode: Close, Size: 2}, server, finding.FrameControlFragmented},
		{Header{Fin: true, Opcode: Pong, Length: 126, Size: 4}, server, finding.FrameControlTooLong},
		{Header{Fin: true, Opcode: Continuation, Size: 2}, server, finding.FrameContinuationUnexpected},
		{Header{Fin: true, Opcode: Text, Size: 2}, fragmented, finding.FrameContinuationExpected},
	}
	provoked := map[finding.Code]bool{}
	for _, tt := range tests {
		var want []finding.Code
		if tt.want != "" {
			want = []finding.Code{tt.want}
			provoked[tt.want] = true
		}
		if got := tt.in.Check(nil, tt.state); !slices.Equal(got, want) {
			t.Errorf("%+v in %+v: %v; want %v", tt.in, tt.state, got, want)
		}
	}
	for _, r := range finding.All() {
		// Whether the bytes are frames at all is what a Skip tells.
		if strings.HasPrefix(string(r.Code), "frame-") && r.Code != finding.FrameDesynchronised && !provoked[r.Code] {
			t.Errorf("no test provokes %s", r.Code)
		}
	}
}

func TestCheckSaysEverything(t *testing.T) {
	h := Header{Rsv1: true, Opcode: 0xF, Length: 200, Size: 10}
	want := []finding.Code{
		finding.FrameControlFragmented, finding.FrameReservedBit, finding.FrameReservedOpcode,
		finding.FrameClientUnmasked, finding.FrameControlTooLong, finding.FrameLengthNotMinimal,
	}
	if got := h.Check(nil, State{Dir: flow.ClientToServer, Deflate: true}); !slices.Equal(got, want) {
		t.Errorf("got %v; want %v", got, want)
	}
}

func TestCheckDoesNotAllocate(t *testing.T) {
	h := Header{Fin: true, Opcode: Text, Length: 3, Size: 2}
	if n := testing.AllocsPerRun(100, func() { h.Check(nil, State{Dir: flow.ServerToClient}) }); n != 0 {
		t.Errorf("%v allocations for a legal frame", n)
	}
}
