package handshake

import (
	"crypto/sha1"
	"encoding/base64"
)

// guid is the constant of RFC 6455 §1.3.
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// AcceptFor returns the value of Sec-WebSocket-Accept that answers key (RFC
// 6455 §4.2.2). Any text has one; the key is taken as it was sent.
func AcceptFor(key string) string {
	text := acceptFor(key)
	return string(text[:])
}

func acceptFor(key string) (text [28]byte) {
	var room [128]byte
	sum := sha1.Sum(append(append(room[:0], key...), guid...))
	base64.StdEncoding.Encode(text[:], sum[:])
	return text
}
