package session

import (
	"slices"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// TestBeginning: the first line of a connection of a file waits for the second
// one. A finding that nobody wants to hear of is none, and neither is what TCP
// repeats.
func TestBeginning(t *testing.T) {
	for _, tt := range []struct {
		name   string
		ignore []finding.Code
		event  func(dissect.Place) dissect.Event
		waits  bool
	}{
		{"a finding", nil, aGap, false},
		{"a finding that is ignored", []finding.Code{finding.CaptureGap}, aGap, true},
		{"another one is ignored", []finding.Code{finding.CaptureTruncated}, aGap, false},
		{"a retransmission", nil, signalled(flow.Retransmitted), true},
		{"a FIN", nil, signalled(flow.Fin), false},
	} {
		var told []dissect.Event
		e := newEngine(Options{Inputs: 1, Ignore: tt.ignore}, func(ev dissect.Event) { told = append(told, ev) })
		place := dissect.Place{Conv: &dissect.Conversation{}, Packet: 1, Time: time.Unix(1, 0)}
		e.event(&dissect.Opened{Place: place})
		e.event(tt.event(place))
		if waits := len(told) == 0; waits != tt.waits {
			t.Errorf("%s: the beginning waits: %v; want %v", tt.name, waits, tt.waits)
		}
	}
}

// TestEndsByTheClock: of several captures the end of a connection waits for the
// time of others to pass, be it by what TCP repeats on one that has not begun.
func TestEndsByTheClock(t *testing.T) {
	var ended []*dissect.Conversation
	e := newEngine(Options{Inputs: 2}, func(ev dissect.Event) {
		if end, ok := ev.(*dissect.Ended); ok {
			ended = append(ended, end.Conv)
		}
	})
	at := func(c *dissect.Conversation, seconds int64) dissect.Place {
		return dissect.Place{Conv: c, Packet: flow.PacketID(seconds), Time: time.Unix(seconds, 0)}
	}
	first, second := &dissect.Conversation{}, &dissect.Conversation{Vantage: 1, File: 1}
	e.event(&dissect.Opened{Place: at(first, 1)})
	e.event(&dissect.Ended{Place: at(first, 2)})
	e.event(&dissect.Opened{Place: at(second, 3)})
	if len(ended) > 0 {
		t.Fatal("an end did not wait")
	}
	e.event(signalled(flow.Retransmitted)(at(second, 20)))
	if !slices.Contains(ended, first) {
		t.Error("an end waits though its time has passed")
	}
}

func aGap(p dissect.Place) dissect.Event {
	return &dissect.Finding{Place: p, Report: finding.Report{Code: finding.CaptureGap}}
}

func signalled(kind flow.SignalKind) func(dissect.Place) dissect.Event {
	return func(p dissect.Place) dissect.Event {
		return &dissect.Signalled{Place: p, Dir: flow.ClientToServer, Signal: flow.Signal{Kind: kind}}
	}
}
