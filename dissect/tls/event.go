package tls

import (
	"fmt"
	"time"

	"wsight/flow"
)

// An Event is something that a [Session] understood.
//
// The pointers that emit receives, and every slice behind them, are valid
// only until emit returns; what is kept must be copied.
type Event interface {
	// At says which record the event comes from.
	At() Place
}

var _ = []Event{(*ClientHello)(nil), (*ServerHello)(nil), (*EncryptedExtensions)(nil), (*Complete)(nil), (*Data)(nil),
	(*KeyUpdate)(nil), (*Alert)(nil), (*Lost)(nil), (*Undecryptable)(nil)}

// A Place is the record that an event comes from: who sent it, and the chunk
// that completed it. A record that was kept until its secret was known keeps
// its own place.
type Place struct {
	From   flow.Side
	Offset int64         // of the first byte of the record in the stream of From
	Packet flow.PacketID // of the chunk that completed the record
	Time   time.Time
}

// At returns p itself, so that every event that embeds a Place is an Event.
func (p Place) At() Place { return p }

// Data is the content of one record of application data, opened.
// The pieces of one side come in order.
type Data struct {
	Place
	Payload []byte // at most 16 KiB; may be empty

	// Lost is how many bytes of application data are missing directly before
	// Payload: the most that the missing bytes of the stream have room for.
	Lost int64

	// Exact says that Lost is not only a bound. In TLS 1.3, which hides
	// padding and content types, it takes for granted that the lost records
	// were unpadded application data like every record before them.
	Exact bool

	// Early marks data that the client sent before the handshake was
	// complete and that the server accepted (§2.3).
	Early bool
}

// Complete says that both sides finished a handshake. In TLS 1.3 that shows
// only in opened records; without secrets it is never emitted.
type Complete struct{ Place }

// A KeyUpdate says that From changes to the next generation of its key (§4.6.3).
type KeyUpdate struct {
	Place
	Requested bool // the other side is asked to do the same
}

// Lost says that records of From could not be opened and that this one, the
// first that could, is where decryption went on. Without Resumed none could
// until the end of the session.
type Lost struct {
	Place
	Bytes   int64 // of the stream, record headers included
	Records int64 // how many records were lost; -1 when that is unknown
	Resumed bool
}

// Undecryptable says that sealed records of From pass that cannot be opened.
// It is emitted once per side. Data may still follow, when a secret becomes
// known later.
type Undecryptable struct {
	Place
	Reason Reason
}

// A Reason says why records cannot be opened. The numbers are ours.
type Reason uint8

const (
	// NoSecret: the key log has no secret for this connection.
	NoSecret Reason = iota + 1
	// NoHandshake: the hellos were not captured and no secret of the log fits.
	NoHandshake
	// UnsupportedSuite: the cipher suite is not one of those that this package opens.
	UnsupportedSuite
	// UnsupportedVersion: neither of TLS 1.0 to 1.3.
	UnsupportedVersion
	// WrongSecret: the log has a secret for this connection, but no record opens with it.
	WrongSecret
)

var reasonNames = [...]string{
	NoSecret:           "the key log has no secret for this connection",
	NoHandshake:        "the handshake was not captured and no secret of the key log fits",
	UnsupportedSuite:   "the cipher suite is not supported",
	UnsupportedVersion: "the protocol version is not supported",
	WrongSecret:        "the secret of the key log opens no record",
}

// String says the reason in words.
func (r Reason) String() string {
	if int(r) < len(reasonNames) && reasonNames[r] != "" {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}
