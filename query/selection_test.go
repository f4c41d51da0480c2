package query

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// play gives the events of two connections to handle, as a session would, in
// memory that is used again:
//
//	1  accepted, a text and a ping, reset; a finding when it has ended
//	2  rejected
func play(handle func(dissect.Event)) {
	one, two := &dissect.Conversation{Number: 1}, &dissect.Conversation{Number: 2}
	at := func(c *dissect.Conversation, packet int) dissect.Place {
		return dissect.Place{Conv: c, Packet: flow.PacketID(packet), Time: time.Unix(int64(packet), 0)}
	}
	host := "one.example"
	h := dissect.Handshake{Place: at(one, 2), Request: &header.Request{Target: "/a"}, Response: &header.Response{Status: 101},
		Verdict: handshake.Outcome{Kind: handshake.Accepted, Host: &host}}
	var m dissect.Message
	handle(&dissect.Opened{Place: at(one, 1)})
	handle(&dissect.Opened{Place: at(two, 1)})
	handle(&h)
	host = "two.example"
	h.Place, h.Request.Target, h.Response.Status, h.Verdict.Kind = at(two, 3), "/b", 403, handshake.Rejected
	handle(&h)
	m = dissect.Message{Place: at(one, 4), N: 1, Dir: flow.ClientToServer, Type: dissect.Text, Payload: []byte("hello"), Valid: true, Length: 5}
	handle(&m)
	m = dissect.Message{Place: at(one, 5), N: 2, Dir: flow.ServerToClient, Type: dissect.Ping, Length: 0}
	handle(&m)
	handle(&dissect.Ended{Place: at(two, 6), State: dissect.StateRejected})
	handle(&dissect.Ended{Place: at(one, 7), State: dissect.StateReset})
	handle(&dissect.Finding{Place: at(one, 8), Report: finding.Report{Code: finding.EndIdleTimeout}})
}

// told writes an event as its kind, connection, and what tells copies apart.
func told(e dissect.Event) string {
	kind, _ := name(e)
	text := fmt.Sprintf("%s%d", kind, e.At().Conv.Number)
	if h, ok := e.(*dissect.Handshake); ok {
		text += fmt.Sprintf("(%s%s %d)", *h.Verdict.Host, h.Request.Target, h.Response.Status)
	}
	if m, ok := e.(*dissect.Message); ok {
		text += "(" + m.Type.String() + ")"
	}
	return text
}

func TestSelection(t *testing.T) {
	const (
		heads1 = "connection1 handshake1(one.example/a 101)"
		heads2 = "connection2 handshake2(two.example/b 403)"
		whole1 = heads1 + " message1(text) message1(ping) end1 finding1"
	)
	for _, tt := range []struct{ text, once, twice string }{
		{`host == "one.example"`, whole1, whole1},
		{`conn == 2`, heads2 + " end2", heads2 + " end2"},
		{`response.status == 403`, heads2 + " end2", heads2 + " end2"},
		{`type == "text"`, heads1 + " message1(text) end1", heads1 + " message1(text) end1"},
		{`type == "text" and host == "two.example"`, "", ""},
		{`event == "handshake"`, "connection1 handshake1(one.example/a 101) connection2 handshake2(two.example/b 403) end2 end1", "connection1 handshake1(one.example/a 101) connection2 handshake2(two.example/b 403) end2 end1"},
		{`severity == "error"`, heads1 + " end1 finding1", heads1 + " end1 finding1"},
		{`state == "reset"`, heads1 + " end1 finding1", whole1},
		{`is:problem`, heads1 + " end1 finding1", whole1},
		{`not is:problem`, "connection1 connection2 handshake1(one.example/a 101) handshake2(two.example/b 403) message1(text) message1(ping) end2 end1 finding1", heads2 + " end2"},
		{`state == "reset" and type == "ping"`, "", heads1 + " message1(ping) end1"},
	} {
		f, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		play(f.Select(nil, func(e dissect.Event) { got = append(got, told(e)) }).Event)
		if strings.Join(got, " ") != tt.once {
			t.Errorf("%s selects in a stream\n%s\nwant\n%s", tt.text, strings.Join(got, " "), tt.once)
		}
		survey := f.Survey()
		play(survey.Event)
		got = nil
		// Conversations are new in a second reading; their numbers are the same.
		play(f.Select(survey, func(e dissect.Event) { got = append(got, told(e)) }).Event)
		if order := strings.Join(got, " "); order != tt.twice {
			t.Errorf("%s selects in a second reading\n%s\nwant\n%s", tt.text, order, tt.twice)
		}
	}
}

// However many connections end without being selected, few are held.
func TestSelectionBounded(t *testing.T) {
	f, err := Parse(`is:problem`)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	s := f.Select(nil, func(dissect.Event) { count++ })
	var first *dissect.Conversation
	for i := range 3 * heldEnds {
		c := &dissect.Conversation{Number: i + 1}
		if first == nil {
			first = c
		}
		s.Event(&dissect.Opened{Place: dissect.Place{Conv: c}})
		s.Event(&dissect.Ended{Place: dissect.Place{Conv: c}})
	}
	if n := len(s.ended.byConv); n > heldEnds || len(s.open) > 0 {
		t.Errorf("%d ended and %d open connections are held; want at most %d and none", n, len(s.open), heldEnds)
	}
	// What comes about one that was let go is told without its connection.
	s.Event(&dissect.Finding{Place: dissect.Place{Conv: first}, Report: finding.Report{Code: finding.EndIdleTimeout}})
	if count != 1 {
		t.Errorf("%d events were told; want the finding", count)
	}
}

// However large heads are, few are held; what goes is counted.
func TestHeadsBounded(t *testing.T) {
	f, err := Parse(`type == "text"`)
	if err != nil {
		t.Fatal(err)
	}
	const size = 1 << 20
	for _, room := range []int64{0, 8 << 20} {
		f.Keep(room)
		s := f.Select(nil, func(dissect.Event) {})
		bound := int(cmp.Or(room, maxHeads))
		for i := range 3 * bound / size {
			place := dissect.Place{Conv: &dissect.Conversation{Number: i + 1}}
			s.Event(&dissect.Opened{Place: place})
			s.Event(&dissect.Handshake{Place: place, Request: &header.Request{Size: size}})
			if s.heads.bytes > bound {
				t.Fatalf("%d bytes of heads are held after %d connections; want at most %d", s.heads.bytes, i+1, bound)
			}
		}
		if n := s.Forgotten(); n < int64(2*bound/size) {
			t.Errorf("%d handshakes went; want most of %d", n, 3*bound/size)
		}
	}
	// Those of connections that end leave no trace.
	s := f.Select(nil, func(dissect.Event) {})
	for i := range 10_000 {
		place := dissect.Place{Conv: &dissect.Conversation{Number: i + 1}}
		s.Event(&dissect.Opened{Place: place})
		s.Event(&dissect.Handshake{Place: place, Request: &header.Request{Size: 100}})
		s.Event(&dissect.Ended{Place: place})
	}
	if s.heads.bytes != 0 || len(s.heads.queue) > 5000 || s.Forgotten() != 0 {
		t.Errorf("%d bytes in %d entries are held, %d went; want none", s.heads.bytes, len(s.heads.queue), s.Forgotten())
	}
}

func TestTokens(t *testing.T) {
	var got []string
	for _, tok := range tokens("a \"b c\" host:\"d e\" (f)`g`") {
		got = append(got, tok.text)
	}
	want := []string{"a", `"b c"`, `host:"d e"`, "(", "f", ")", "`g`"}
	if !slices.Equal(got, want) {
		t.Errorf("tokens = %q; want %q", got, want)
	}
}

// A second reading that asks only for what the first one settled holds no
// heads of what it does not select, and neither does the first.
func TestSettledHoldsNothing(t *testing.T) {
	for _, tt := range []struct {
		text             string
		surveys, selects bool // whether handshakes are held
	}{
		{`state == "reset"`, false, false},
		{`is:problem and host == "x"`, false, false},
		{`state == "reset" and type == "text"`, false, true},
		{`latency < duration`, true, false},
	} {
		f, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		begin := func(to func(dissect.Event)) {
			place := dissect.Place{Conv: &dissect.Conversation{Number: 1}}
			to(&dissect.Opened{Place: place})
			to(&dissect.Handshake{Place: place, Request: &header.Request{Size: 100}})
		}
		survey := f.Survey()
		begin(survey.Event)
		selection := f.Select(survey, func(dissect.Event) {})
		begin(selection.Event)
		if surveys, selects := survey.heads.bytes > 0, selection.heads.bytes > 0; surveys != tt.surveys || selects != tt.selects {
			t.Errorf("%s: handshakes are held by the survey %t, by the selection %t; want %t, %t", tt.text, surveys, selects, tt.surveys, tt.selects)
		}
	}
}
