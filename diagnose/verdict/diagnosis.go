package verdict

import (
	"strings"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// A Diagnosis is one cause and everything that follows from it, or, with an
// empty Code, that nothing is wrong.
type Diagnosis struct {
	Headline  string
	Code      finding.Code // the finding that is the cause; "" when all is well
	Severity  finding.Severity
	Culprit   Culprit
	Product   string // what the culprit runs, as far as it is known; "" when it is not
	Guessed   bool   // the product is known by its habits only
	Certainty Certainty
	Count     int // connections or attempts that it broke

	// Connections are those that are involved, at most [MaxConnections] of
	// them: with a Count of 1 the legs of one WebSocket from the client to the
	// server, else by number.
	Connections  []*dissect.Conversation
	Packets      []flow.PacketID
	Evidence     []Exhibit
	Consequences []finding.Code // by code, without the cause
	Beside       []finding.Code // what was found as well and does not follow from it
	Remedies     []Remedy       // the best one first
	Next         string         // what to capture when one leg is not enough; "" when it is
	Time         time.Time      // when it was found first

	suspect string // the beginning of the headline that only guesses who it was; "" when there is none
	brief   string // what happened, in a few words
	doer    string // who did it; "" when that is a guess
	server  string // that the first leg leads to, to tell whether two are the same
}

// MaxConnections is how many connections a diagnosis lists.
const MaxConnections = 1000

// An Exhibit is a thing that shows the cause: a packet and what to see in it.
type Exhibit struct {
	Conv   *dissect.Conversation
	Packet flow.PacketID // 0 when no single packet shows it
	Text   string        // captured text in it is quoted
}

// Fix returns the remedies as text, with the very lines to change.
func (d *Diagnosis) Fix() string {
	parts := make([]string, len(d.Remedies))
	for i, r := range d.Remedies {
		parts[i] = r.String()
	}
	return strings.Join(parts, "\n\n")
}

// Deed returns the headline without the party that it only guesses, for where
// there is no room for both: "did not answer the Close". A party that is known
// stays.
func (d *Diagnosis) Deed() string {
	if deed, ok := strings.CutPrefix(d.Headline, d.suspect+" "); ok && d.suspect != "" {
		return deed
	}
	return d.Headline
}

// Brief returns what happened in some 21 cells, and who did it where that is
// more than a guess: "404: no such path", "". See Headline for the whole.
func (d *Diagnosis) Brief() (what, who string) { return d.brief, d.doer }

// A Culprit is the party whose change mends it. The numbers are ours.
type Culprit uint8

const (
	Unknown Culprit = iota + 1
	Client
	Proxy
	Server
	Network
	Capture
)

var culprits = [...]string{Unknown: "unknown", Client: "client", Proxy: "proxy", Server: "server", Network: "network", Capture: "capture"}

// String returns the word of the JSON output.
func (c Culprit) String() string {
	if int(c) < len(culprits) && culprits[c] != "" {
		return culprits[c]
	}
	return "unknown"
}

// A Certainty says how sure the culprit is. The numbers are ours; a larger
// one is surer.
type Certainty uint8

const (
	Guess Certainty = iota + 1
	Likely
	Certain
)

var certainties = [...]string{Guess: "guess", Likely: "likely", Certain: "certain"}

// String returns the word of the JSON output.
func (c Certainty) String() string {
	if int(c) < len(certainties) && certainties[c] != "" {
		return certainties[c]
	}
	return "guess"
}
