package deflate

import (
	"testing"

	"wsight/dissect/header"
)

func TestAgreed(t *testing.T) {
	const maximum = 15
	plain := Params{Client: Sender{WindowBits: maximum}, Server: Sender{WindowBits: maximum}}
	with := func(change func(*Params)) Params {
		p := plain
		change(&p)
		return p
	}
	tests := []struct {
		in     string
		want   Params
		agreed bool
	}{
		{"", plain, false},
		{"permessage-bzip2", plain, false},
		{"permessage-deflate", plain, true},
		{"Permessage-Deflate", plain, true},
		{"foo, permessage-deflate; client_no_context_takeover", with(func(p *Params) { p.Client.NoTakeover = true }), true},
		{"permessage-deflate; server_no_context_takeover", with(func(p *Params) { p.Server.NoTakeover = true }), true},
		{"permessage-deflate; client_max_window_bits=8", with(func(p *Params) { p.Client.WindowBits = 8 }), true},
		{`permessage-deflate; server_max_window_bits="10"`, with(func(p *Params) { p.Server.WindowBits = 10 }), true},
		{"permessage-deflate; server_max_window_bits=15; client_max_window_bits=9", with(func(p *Params) { p.Client.WindowBits = 9 }), true},
		{"permessage-deflate; server_max_window_bits=7", plain, true},
		{"permessage-deflate; server_max_window_bits=16", plain, true},
		{"permessage-deflate; server_max_window_bits=09", plain, true},
		{"permessage-deflate; client_max_window_bits", plain, true},
		{"permessage-deflate; unheard-of=1", plain, true},
		{"permessage-deflate, permessage-deflate; client_no_context_takeover", plain, true},
		{"x-webkit-deflate-frame", with(func(p *Params) { p.PerFrame = true }), true},
		{"deflate-frame; max_window_bits=10", with(func(p *Params) { p.PerFrame = true }), true},
	}
	for _, tt := range tests {
		fields := header.Fields{{Name: "Sec-WebSocket-Extensions", Value: tt.in}}
		got, agreed := Agreed(fields.Elements("sec-websocket-extensions"))
		if got != tt.want || agreed != tt.agreed {
			t.Errorf("Agreed(%q) = %+v, %v; want %+v, %v", tt.in, got, agreed, tt.want, tt.agreed)
		}
	}
}
