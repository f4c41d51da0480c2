package export

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
)

func TestHopLine(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)
	a, b := &dissect.Conversation{Number: 1}, &dissect.Conversation{Number: 2, File: 1}
	tests := []struct {
		name string
		hop  diagnose.Hop
		want string
	}{
		{"clocks known", diagnose.Hop{By: diagnose.ByKey, Certainty: diagnose.Certain, OffsetKnown: true, ClockOffset: -1500 * time.Millisecond,
			Delay: [3]time.Duration{-1, 1200 * time.Nanosecond, -1}},
			`{"event":"hop","time":"2026-01-02T03:04:05.000000600Z","connections":[1,2],"by":"key","certainty":"certain","clock_offset":-1.5,"delay":{"c2s":0.000001,"s2c":null}}`},
		{"clocks unknown", diagnose.Hop{By: diagnose.ByPathTime, Certainty: diagnose.Guess, Delay: [3]time.Duration{-1, -1, -1}},
			`{"event":"hop","time":"2026-01-02T03:04:05.000000600Z","connections":[1,2],"by":"path-time","certainty":"guess","clock_offset":null,"delay":{"c2s":null,"s2c":null}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.hop.Place = dissect.Place{Conv: a, Packet: 9, Time: at}
			tt.hop.Conversations = []*dissect.Conversation{a, b}
			var out bytes.Buffer
			j := NewJSONL(&out, JSONOptions{})
			j.Event(&tt.hop)
			if err := j.Flush(); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != tt.want+"\n" {
				t.Errorf("line %s; want %s", got, tt.want)
			}
		})
	}
}

func TestAlso(t *testing.T) {
	copies := []*dissect.Conversation{{File: 1, Interface: "veth0", Client: netip.MustParseAddrPort("192.0.2.1:1"), Server: netip.MustParseAddrPort("[2001:db8::1]:80")}}
	want := `,"also":[{"file":1,"interface":"veth0","client":"192.0.2.1:1","server":"[2001:db8::1]:80"}]`
	if got := string(appendCopies(nil, `,"also":`, copies)); got != want {
		t.Errorf("appendCopies = %s; want %s", got, want)
	}
	if got := appendCopies(nil, `,"also":`, nil); len(got) > 0 {
		t.Errorf("appendCopies(nil) = %s; want nothing", got)
	}
}
