package finding

// Facts say about an instance what other code has to know of it. The numbers
// are ours.
type Facts uint8

const (
	// InRequest: it is the request that is wrong, of two heads that may be.
	InRequest Facts = 1 << iota
	// OtherKey: Sec-WebSocket-Accept is the hash of the key of another
	// handshake.
	OtherKey
	// Inflates: the payload is compressed, although nobody agreed on that.
	Inflates
	// WindowClosed: the receive window of an end stayed closed.
	WindowClosed
	// SentInVain: TCP sent the same bytes again and again.
	SentInVain
	// DefaultTimer: the silence fits a default of the product that the answer
	// to the handshake came through.
	DefaultTimer
	// TooLate: the answer came when nobody waited for it any more.
	TooLate
)

// Has reports whether f includes all of g.
func (f Facts) Has(g Facts) bool { return f&g == g }
