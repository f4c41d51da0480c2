package handshake

import (
	"fmt"

	"wsight/dissect/header"
	"wsight/finding"
)

// A Kind says how a handshake went. The numbers are ours.
type Kind uint8

const (
	Accepted   Kind = iota + 1 // 101, or 2xx for an extended CONNECT, whatever else is wrong with it
	Rejected                   // any other status
	Unanswered                 // no response
)

// String returns the word of the JSON output.
func (k Kind) String() string {
	switch k {
	case Accepted:
		return "accepted"
	case Rejected:
		return "rejected"
	case Unanswered:
		return "unanswered"
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// An Input is one request and its response. Either may be nil when it was not
// captured or did not come.
type Input struct {
	Request  *header.Request
	Response *header.Response
	// Body is the beginning of the content of the response; a few KiB are
	// enough to tell error pages apart.
	Body []byte
}

// An Outcome is what one handshake says. Its pointers lead into the heads it
// was judged from; nil means that the field was not there or was not captured.
type Outcome struct {
	Kind              Kind
	Host, Origin, Key *string
	Accept            Accept
	Subprotocol       Subprotocol
	Extensions        Extensions
	DeflateAgreed     bool // the answer accepts permessage-deflate (RFC 7692), with whatever parameters
	// Page is the product whose own page the answer brought; without a Name
	// when there is none, or the beginning of the body does not tell.
	Page Product
	// Reports hold all that is wrong, the cause first.
	Reports []finding.Report
}

// Accept compares Sec-WebSocket-Accept with what the key asks for.
type Accept struct {
	Expected *string // nil when there was no key
	Actual   *string
	Valid    *bool // nil when there is nothing to compare
}

// Subprotocol tells what was negotiated with Sec-WebSocket-Protocol.
type Subprotocol struct {
	Offered []string
	Agreed  *string // nil when the handshake was not accepted or chose none
}

// Extensions tell what was negotiated with Sec-WebSocket-Extensions. Several
// field lines are joined by ", ".
type Extensions struct {
	Offered *string
	Agreed  *string // nil when the handshake was not accepted or agreed on none
}
