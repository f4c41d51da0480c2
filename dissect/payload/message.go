package payload

import (
	"strconv"
	"strings"
	"time"

	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// A Message is one data message of a connection.
type Message struct {
	N     int            // number in the connection, from 1
	Dir   flow.Direction // who sent it
	Text  bool           // a text message; else a binary one
	Data  []byte         // the payload, inflated; trees refer to it, so it must not change while they are used
	Whole bool           // Data is all of it; false when bytes were lost, not captured or not kept
	Time  time.Time      // of its last packet; zero when the capture has no clock
}

// A Result is what was understood of a message.
type Result struct {
	Format    string           // name of the format that explains the message
	Summary   string           // one line for a timeline; holds captured text, so it goes through package safe before it is shown
	Parts     []Part           // in the order of the message; none when it holds only a piece of one
	Tree      Node             // everything in it; Kind is 0 when there is nothing beyond the summary
	Heartbeat bool             // nothing but heartbeats is in it
	Problems  []finding.Report // what is wrong with it

	RTT      time.Duration // how long the first part that answers took; -1 when nothing is answered
	Answered int           // number of the message it answers; 0 when there is none

	expects []expectation // heartbeats that have just been agreed
	retract bool          // what seemed to ask for an answer before was no request
}

// A Part is one unit of a format: a packet, a frame, a request.
type Part struct {
	Type      string  // the word of the format for it, such as "PUBLISH" or "request"
	Name      string  // what it is about: a method, a topic, an event; "" for nothing
	Summary   string  // one line, as in Result
	Fields    []Field // for the filter language, as FORMAT.NAME
	Body      Node    // the data of the application in it; Kind is 0 when there is none
	Heartbeat bool

	Asks     string // key of the answer that it wants from the other end; "" for none
	Optional bool   // the answer to Asks may rightly stay away
	Answers  string // key of what it answers; "" for nothing
	Promises string // key of what will be answered later, however long that takes; "" for nothing
	Failed   string // why the thing it answers failed, or the error that it reports; "" for success
}

// A Field is a named value of a part. The value is a string, an int64, a
// float64 or a bool.
type Field struct {
	Name  string
	Value any
}

// Body returns the data of the application in the first part that has any:
// what json(...) of the filter language looks into.
func (r Result) Body() Node {
	for _, p := range r.Parts {
		if p.Body.Kind != 0 {
			return p.Body
		}
	}
	return Node{}
}

// label names the part in a sentence.
func (p *Part) label() string {
	if p.Name == "" {
		return p.Type
	}
	return p.Type + " " + safe.Quote(p.Name)
}

// joinParts sums up a message by its first parts.
func joinParts(parts []Part) string {
	const shown = 4
	var lines []string
	for _, p := range parts[:min(len(parts), shown)] {
		lines = append(lines, p.Summary)
	}
	all := strings.Join(lines, " | ")
	if more := len(parts) - shown; more > 0 {
		all += " | " + strconv.Itoa(more) + " more"
	}
	return all
}

// invalid adds that the message does not parse, unless that was said often enough.
func (r *Result) invalid(detail string) {
	const enough = 10
	if len(r.Problems) >= enough {
		return
	}
	r.Problems = append(r.Problems, finding.Report{Code: finding.PayloadInvalid, Detail: detail})
}

// part adds p, unless there are too many.
func (r *Result) part(p Part) {
	if len(r.Parts) < maxParts {
		r.Parts = append(r.Parts, p)
	}
}

// maxParts is how many parts of one message are told one by one.
const maxParts = 1000

// add appends a field unless its value is "".
func (p *Part) add(name string, value any) {
	if value != "" {
		p.Fields = append(p.Fields, Field{name, value})
	}
}
