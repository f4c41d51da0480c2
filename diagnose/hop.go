package diagnose

import (
	"time"

	"wsight/dissect"
)

// A Hop says that two conversations are legs of one WebSocket that goes
// through a proxy. It is told once for each pair of neighbours, when both legs
// have ended, and comes with what the proxy did to the traffic as findings
// whose codes begin with "hop-".
type Hop struct {
	dissect.Place // of what completed the comparison; Conv is the leg nearest to the client

	Conversations []*dissect.Conversation // from client to server
	By            Bond
	Certainty     Certainty

	// ClockOffset is how far the clock of the second leg is ahead of the
	// first one's; zero for legs that share a clock.
	ClockOffset time.Duration
	OffsetKnown bool

	// Delay is the median that the proxy added, by direction, ClockOffset
	// taken out; -1 when no message was seen on both legs.
	Delay [3]time.Duration
}

var _ dissect.Event = (*Hop)(nil)

// A Bond is what shows that two conversations are legs of one WebSocket.
type Bond string

const (
	ByKey      Bond = "key"       // both requests carry the same Sec-WebSocket-Key, or one answer fits the other's key
	ByPayload  Bond = "payload"   // the same messages in the same order
	ByPathTime Bond = "path-time" // the proxy asked for the same thing while the client waited
)

// A Certainty says how sure a conclusion is.
type Certainty string

const (
	Certain Certainty = "certain"
	Likely  Certainty = "likely"
	Guess   Certainty = "guess"
)
