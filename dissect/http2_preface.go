package dissect

import (
	"bytes"

	"wsight/dissect/http2"
	"wsight/flow"
)

// startsHTTP2 reports whether p is the preface of a client, and whether it
// may become one.
func startsHTTP2(p []byte) (yes, maybe bool) {
	n := min(len(p), len(http2.Preface))
	same := string(p[:n]) == http2.Preface[:n]
	return same && n == len(http2.Preface), same
}

// speaksHTTP2 reports whether what side says begins with p as HTTP/2 does, and
// who is the client then.
func speaksHTTP2(side flow.Side, p []byte) (client flow.Side, yes bool) {
	if len(p) == 0 || p[0] != http2.Preface[0] && p[0] != 0 {
		return 0, false
	}
	if yes, _ := startsHTTP2(p); yes {
		return side, true
	}
	yes, _ = startsSettings(p)
	return side.Other(), yes
}

// startsSettings reports whether p begins with the SETTINGS that a server may
// send before it has heard the client's preface (§3.4 of RFC 9113), and
// whether it may become such a frame.
func startsSettings(p []byte) (yes, maybe bool) {
	const most = 32 // parameters; the registry has a dozen
	usual := [http2.HeaderSize]byte{3: byte(http2.SETTINGS)}
	n := min(len(p), len(usual))
	copy(usual[2:3], p[min(n, 2):n]) // the length
	if !bytes.Equal(p[:n], usual[:n]) || usual[2]%6 != 0 || usual[2] > 6*most {
		return false, false
	}
	return n == len(usual), true
}
