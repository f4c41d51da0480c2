package packets

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
)

// Opcodes of RFC 6455 §5.2.
const (
	Continuation byte = 0x0
	Text         byte = 0x1
	Binary       byte = 0x2
	Close        byte = 0x8
	Ping         byte = 0x9
	Pong         byte = 0xA
)

// A Frame is one WebSocket frame; nothing keeps it from being illegal.
type Frame struct {
	First   byte     // FIN, RSV1 to RSV3 and opcode, as on the wire
	Mask    *[4]byte // nil: not masked
	Payload []byte   // before masking
}

// Append appends the bytes of f, with the length in its shortest form, to dst.
func (f Frame) Append(dst []byte) []byte {
	masked := byte(0)
	if f.Mask != nil {
		masked = 0x80
	}
	dst = append(dst, f.First)
	switch n := len(f.Payload); {
	case n <= 125:
		dst = append(dst, masked|byte(n))
	case n <= 0xffff:
		dst = append(dst, masked|126, byte(n>>8), byte(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, masked|127), uint64(n))
	}
	if f.Mask == nil {
		return append(dst, f.Payload...)
	}
	dst = append(dst, f.Mask[:]...)
	start := len(dst)
	dst = append(dst, f.Payload...)
	for i := range f.Payload {
		dst[start+i] ^= f.Mask[i&3]
	}
	return dst
}

// CloseBody returns the payload of a Close (RFC 6455 §5.5.1).
func CloseBody(code uint16, reason string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, code), reason...)
}

// Accept returns the Sec-WebSocket-Accept that answers key (RFC 6455 §4.2.2).
func Accept(key string) string {
	digest := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(digest[:])
}
