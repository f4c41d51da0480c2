package http2

import (
	"encoding/binary"
	"fmt"
)

// A Type says what a frame is for, §6.
type Type uint8

const (
	DATA          Type = 0x0
	HEADERS       Type = 0x1
	PRIORITY      Type = 0x2
	RST_STREAM    Type = 0x3
	SETTINGS      Type = 0x4
	PUSH_PROMISE  Type = 0x5
	PING          Type = 0x6
	GOAWAY        Type = 0x7
	WINDOW_UPDATE Type = 0x8
	CONTINUATION  Type = 0x9
)

var typeNames = [...]string{"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"}

// String returns the name that RFC 9113 gives the type.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("type(%#x)", uint8(t))
}

// Flags of a frame. Their meaning depends on the type.
const (
	FlagAck        = 0x01 // SETTINGS, PING
	FlagEndStream  = 0x01 // DATA, HEADERS
	FlagEndHeaders = 0x04 // HEADERS, PUSH_PROMISE, CONTINUATION
	FlagPadded     = 0x08 // DATA, HEADERS, PUSH_PROMISE
	FlagPriority   = 0x20 // HEADERS
)

// HeaderSize is the size of a frame header, §4.1.
const HeaderSize = 9

// Preface is what a client begins a connection with, §3.4.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// A Header is the head of a frame, §4.1.
type Header struct {
	Length uint32 // of the payload, 24 bits
	Type   Type
	Flags  uint8
	Stream uint32 // 31 bits; 0 is the connection
}

// Has reports whether a flag is set.
func (h Header) Has(flag uint8) bool { return h.Flags&flag != 0 }

// StartsServer reports whether b begins as a server does: with SETTINGS, §3.4.
func StartsServer(b []byte) bool {
	h, ok := ParseHeader(b)
	return ok && h.Type == SETTINGS && h.Stream == 0 && !h.Has(FlagAck) && h.Length%6 == 0
}

// ParseHeader reads the frame header at the start of b. It reports false if b
// ends before the header does.
func ParseHeader(b []byte) (Header, bool) {
	// +-----------------------------------------------+
	// |                 Length (24)                   |
	// +---------------+---------------+---------------+
	// |   Type (8)    |   Flags (8)   |
	// +-+-------------+---------------+-------------------------------+
	// |R|                 Stream Identifier (31)                      |
	// +=+=============================================================+
	if len(b) < HeaderSize {
		return Header{}, false
	}
	return Header{
		Length: uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]),
		Type:   Type(b[3]),
		Flags:  b[4],
		Stream: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31),
	}, true
}

// Plausible reports whether h obeys the rules that nearly every frame obeys:
// a reader that lost its place looks for such headers.
func (h Header) Plausible() bool {
	if h.Length > 1<<14 || h.Type > CONTINUATION {
		return false
	}
	switch h.Type {
	case DATA, HEADERS, CONTINUATION, PUSH_PROMISE:
		return h.Stream != 0
	case PRIORITY:
		return h.Stream != 0 && h.Length == 5
	case RST_STREAM:
		return h.Stream != 0 && h.Length == 4
	case SETTINGS:
		return h.Stream == 0 && h.Length%6 == 0 && (!h.Has(FlagAck) || h.Length == 0)
	case PING:
		return h.Stream == 0 && h.Length == 8
	case GOAWAY:
		return h.Stream == 0 && h.Length >= 8
	case WINDOW_UPDATE:
		return h.Length == 4
	}
	return false
}

// An ErrorCode is the reason in RST_STREAM and GOAWAY, §7.
type ErrorCode uint32

var errorNames = [...]string{"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
	"STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR",
	"ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"}

// String returns the name that RFC 9113 gives the code.
func (c ErrorCode) String() string {
	if int64(c) < int64(len(errorNames)) {
		return errorNames[c]
	}
	return fmt.Sprintf("error %#x", uint32(c))
}
