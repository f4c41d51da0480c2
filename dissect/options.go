package dissect

import "wsight/dissect/tls"

// Options say what to keep and how much. The zero value means the defaults.
type Options struct {
	MaxPayload int64 // bytes of a message kept; 0: none, negative: DefaultPayload
	Hash       bool  // compute Message.SHA256

	// Unframed leaves out the Frame of a message that is Alone.
	Unframed bool

	// Compared, if set, is asked as messages begin whether Message.Digest is
	// wanted; a no is for the rest of the conversation. nil: it always is.
	Compared func(*Conversation) bool

	// Keys opens TLS connections. With nil their content is not looked for.
	Keys *tls.KeyLog
	TLS  tls.Limits

	// Sealed, if set, is told about every TLS connection of which nothing
	// could be opened, when it is over.
	Sealed func(Sealed)

	MaxHead     int   // bytes of an HTTP head; 0: DefaultHead
	MaxHeld     int   // bytes held per side until it is known what they are; 0: DefaultHeld
	MaxInflated int64 // bytes that one message may inflate to; 0: DefaultInflated
	MaxRatio    int64 // how many times its size a message may inflate to, beyond deflate.RatioFloor; 0: DefaultRatio
	MaxStreams  int   // WebSocket streams of an HTTP/2 connection followed at a time; 0: DefaultStreams
	MaxLines    int   // lines of an HTTP/2 head; 0: http2.DefaultLines
	MaxReports  int   // instances of one code in one direction of a conversation that are told singly; 0: DefaultReports
}

// The defaults of [Options].
const (
	DefaultPayload  = 64 << 10
	DefaultHead     = 64 << 10
	DefaultHeld     = 256 << 10
	DefaultInflated = 256 << 20
	DefaultRatio    = 200
	DefaultStreams  = 4096
	DefaultReports  = 20
)

func (o Options) withDefaults() Options {
	if o.MaxPayload < 0 {
		o.MaxPayload = DefaultPayload
	}
	for _, d := range []struct {
		v   *int
		def int
	}{{&o.MaxHead, DefaultHead}, {&o.MaxHeld, DefaultHeld}, {&o.MaxReports, DefaultReports}, {&o.MaxStreams, DefaultStreams}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.MaxInflated <= 0 {
		o.MaxInflated = DefaultInflated
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = DefaultRatio
	}
	return o
}
