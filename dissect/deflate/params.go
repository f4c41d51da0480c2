package deflate

import (
	"strings"

	"wsight/dissect/header"
)

// Params is what client and server agreed on (RFC 7692 §7.1).
type Params struct {
	Client, Server Sender

	// PerFrame says that it is not permessage-deflate but the extension
	// before it, (x-webkit-)deflate-frame: RSV1 stands on every compressed
	// frame, and each frame is inflated for itself, with the same history.
	PerFrame bool
}

// A Sender is what one end agreed on for the messages that it sends.
type Sender struct {
	NoTakeover bool // it forgets the history before each message, §7.1.1
	WindowBits int  // 8 to 15: how far back it refers, §7.1.2
}

// Agreed reads the parameters from the members of the Sec-WebSocket-Extensions
// field of an answer. It reports false when none of them is compression as
// this package knows it.
//
// It judges nothing: a parameter that is illegal counts as absent, and of
// several members the first one counts, since a peer may have accepted them
// all the same.
func Agreed(answer []header.Element) (Params, bool) {
	p := Params{Client: Sender{WindowBits: 15}, Server: Sender{WindowBits: 15}}
	for _, e := range answer {
		switch strings.ToLower(e.Name) {
		case "x-webkit-deflate-frame", "deflate-frame":
			p.PerFrame = true
			return p, true
		case "permessage-deflate":
			for _, q := range e.Parameters {
				p.set(q)
			}
			return p, true
		}
	}
	return p, false
}

func (p *Params) set(q header.Parameter) {
	switch strings.ToLower(q.Name) {
	case "client_no_context_takeover":
		p.Client.NoTakeover = true
	case "server_no_context_takeover":
		p.Server.NoTakeover = true
	case "client_max_window_bits":
		if n := windowBits(q.Value); n != 0 {
			p.Client.WindowBits = n
		}
	case "server_max_window_bits":
		if n := windowBits(q.Value); n != 0 {
			p.Server.WindowBits = n
		}
	}
}

// windowBits returns the number that s is, and 0 unless it is one from 8 to
// 15 without leading zeros, §7.1.2.1.
func windowBits(s string) int {
	switch {
	case s == "8", s == "9":
		return int(s[0] - '0')
	case len(s) == 2 && s[0] == '1' && s[1] >= '0' && s[1] <= '5':
		return 10 + int(s[1]-'0')
	}
	return 0
}
