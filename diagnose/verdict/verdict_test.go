package verdict

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

func headlines(list []Diagnosis) []string {
	var all []string
	for _, d := range list {
		all = append(all, fmt.Sprintf("%s: %s", d.Code, d.Headline))
	}
	return all
}

func TestFleet(t *testing.T) {
	s := newScene()
	for range 3 {
		s.socket(has(down, finding.CloseMissing).ended(down, flow.Fin, 0))
	}
	s.v.Observe(&dissect.Finding{Place: s.at(s.convs[0]), Report: finding.Report{Code: finding.EndAfterSize, Detail: "3 connections"}, Dir: down, Others: s.convs[1:]})
	list := s.diagnoses()
	if len(list) != 1 || list[0].Code != finding.EndAfterSize || list[0].Count != 3 || len(list[0].Connections) != 3 {
		t.Fatalf("%v, count %d", headlines(list), list[0].Count)
	}
	if !slices.Equal(list[0].Consequences, []finding.Code{finding.CloseMissing}) {
		t.Errorf("consequences %v", list[0].Consequences)
	}
}

func TestMerge(t *testing.T) {
	s := newScene()
	for range MaxConnections + 5 {
		s.socket(part{}, has(up, finding.HandshakeUpgradeStripped))
	}
	s.socket(has(up, finding.HandshakeKeyMissing)) // another cause
	list := s.diagnoses()
	if len(list) != 2 || list[0].Count != MaxConnections+5 || len(list[0].Connections) != MaxConnections || list[1].Count != 1 {
		t.Fatalf("%v: count %d, %d connections", headlines(list), list[0].Count, len(list[0].Connections))
	}
	if len(list[0].Packets) > maxPackets || list[0].Next != "" {
		t.Errorf("%d packets, next %q", len(list[0].Packets), list[0].Next)
	}
}

// TestOf asks about one connection: every leg, and every place where one was
// captured, is told what the whole capture is told.
func TestOf(t *testing.T) {
	s := newScene()
	s.socket(part{}, has(up, finding.HandshakeUpgradeStripped))
	s.socket(part{})
	s.socket(has(down, finding.FrameServerMasked))
	s.socket(has(down, finding.FrameServerMasked))
	s.v.Observe(&dissect.Ended{Place: s.at(s.convs[3]), Copies: s.convs[4:5]})
	s.v.Observe(&dissect.Ended{Place: s.at(s.convs[4]), Copies: s.convs[3:4]})
	all := headlines(s.diagnoses())
	for i, want := range [][]string{all[:1], all[:1], nil, all[1:2], all[1:2]} {
		if got := headlines(s.v.Of(s.convs[i])); !slices.Equal(got, want) {
			t.Errorf("connection %d: %q; want %q of %q", i+1, got, want, all)
		}
	}
	if got := s.v.Of(&dissect.Conversation{}); got != nil {
		t.Errorf("a connection that nobody saw: %q", headlines(got))
	}
}

// TestCopies holds that a connection which was captured twice is one.
func TestCopies(t *testing.T) {
	s := newScene()
	s.socket(has(down, finding.FrameServerMasked))
	s.socket(has(down, finding.FrameServerMasked))
	s.v.Observe(&dissect.Ended{Place: s.at(s.convs[0]), Copies: s.convs[1:]})
	s.v.Observe(&dissect.Ended{Place: s.at(s.convs[1]), Copies: s.convs[:1]})
	if list := s.diagnoses(); len(list) != 1 || list[0].Count != 1 || len(list[0].Connections) != 1 {
		t.Errorf("%v: count %d", headlines(list), list[0].Count)
	}
}

// TestFellows holds that connections of which one leg is there join those of
// which all are.
func TestFellows(t *testing.T) {
	s := newScene()
	near := has(down, finding.CloseMissing).ended(down, flow.Fin, 0)
	s.socket(near, part{}.ended(up, flow.Fin, time.Second))
	from := near
	from.response = []string{"Server: nginx"}
	s.socket(from) // a guess that it was the server
	s.socket(from, part{}.ended(up, flow.Fin, time.Second))
	list := s.diagnoses()
	if len(list) != 1 || list[0].Count != 3 || list[0].Product != "nginx" || list[0].Certainty != Certain || len(list[0].Connections) != 5 {
		t.Errorf("%v: %+v", headlines(list), list[0])
	}
}

func TestKeys(t *testing.T) {
	s := newScene()
	s.socket(has(down, finding.FrameServerMasked))
	d := s.v.Diagnoses(Quality{TLSWithoutKeys: 2, Complete: true})[0]
	if !strings.Contains(d.Next, "in one of 2 TLS connections that no key opens") || !strings.Contains(d.Next, "\n    sudo tcpdump") {
		t.Errorf("next is %q", d.Next)
	}
}

// TestLimit holds that healthy conversations give way, and that what could not
// be looked at is said.
func TestLimit(t *testing.T) {
	s := newScene()
	s.v.limit = 10
	for range 25 {
		s.socket(part{})
	}
	s.socket(has(down, finding.FrameServerMasked))
	list := s.diagnoses()
	if len(s.v.order) > 10 || len(list) != 1 || list[0].Code != finding.FrameServerMasked {
		t.Fatalf("%d kept: %v", len(s.v.order), headlines(list))
	}
	s = newScene()
	s.v.limit = 10
	for range 25 {
		s.v.Observe(&dissect.Opened{Place: s.at(&dissect.Conversation{})}) // they never end
	}
	if list := s.diagnoses(); len(s.v.order) != 10 || !strings.Contains(list[0].Headline, "15 connections not looked at") {
		t.Errorf("%d kept: %v", len(s.v.order), headlines(list))
	}
}

// TestManyFindings holds that a conversation keeps a bounded number of
// findings, and its end among them.
func TestManyFindings(t *testing.T) {
	s := newScene()
	p := part{}
	for range 10 * maxFindings {
		p.found = append(p.found, found{code: finding.PayloadInvalid, dir: down})
	}
	p.found = append(p.found, found{code: finding.EndReset, dir: down})
	s.socket(p.ended(down, flow.Reset, 0))
	if list := s.diagnoses(); list[0].Code != finding.EndReset {
		t.Errorf("%v", headlines(list))
	}
	if n := len(s.v.order[0].findings); n > maxFindings {
		t.Errorf("%d findings kept, want at most %d", n, maxFindings)
	}
}

func TestCapture(t *testing.T) {
	s := newScene()
	s.socket(has(down, finding.CaptureGap, finding.FrameServerMasked), has(down, finding.FrameServerMasked))
	list := s.diagnoses()
	if len(list) != 2 || list[0].Code != finding.FrameServerMasked || list[0].Certainty != Likely || list[1].Culprit != Capture {
		t.Errorf("%v, %v: a hole makes nothing certain", headlines(list), list[0].Certainty)
	}
	s = newScene()
	s.socket(has(down, finding.CaptureGap))
	list = s.diagnoses()
	if len(list) != 2 || list[0].Code != finding.CaptureGap || list[1].Code != "" || strings.HasPrefix(list[1].Headline, "All is well") {
		t.Errorf("%v: what has holes is not all well", headlines(list))
	}
}

// TestDeed holds that a party which is only guessed can be left out, and one
// that is known can not.
func TestDeed(t *testing.T) {
	for _, tt := range []struct {
		parts []part
		want  string
	}{
		{[]part{has(down, finding.FrameServerMasked)}, "sent masked frames, which only a client may"},
		{[]part{has(up, finding.FrameClientUnmasked)}, "sent frames without a mask"},
		{[]part{has(down, finding.FrameServerMasked), {}}, "The proxy at 192.0.2.20 gave the client masked frames, which only a client may send"},
		{nil, "No WebSocket in this capture: 0 packets, 0 TCP connections"},
	} {
		s := newScene()
		if tt.parts != nil {
			s.socket(tt.parts...)
		}
		if d := s.diagnoses()[0]; d.Deed() != tt.want || !strings.HasSuffix(d.Headline, tt.want) {
			t.Errorf("%s: %q of %q, want %q", d.Code, d.Deed(), d.Headline, tt.want)
		}
	}
}

// TestNext holds that a leg which proves who it was asks for no other one.
func TestNext(t *testing.T) {
	for _, tt := range []struct {
		parts []part
		want  string
	}{
		{[]part{has(down, finding.FrameServerMasked)}, "If 192.0.2.20 is a proxy"},
		{[]part{has(up, finding.HandshakeUpgradeStripped).asked("Via: 1.1 x")}, "capture on 192.0.2.10"},
		{[]part{has(up, finding.FrameClientUnmasked)}, "If 192.0.2.10 is a proxy"},
		{[]part{has(down, finding.HandshakeRedirected).refused(302)}, ""},
		{[]part{has(down, finding.HandshakeCached).refused(200)}, ""},
		{[]part{has(down, finding.FrameServerMasked), {}}, ""},
	} {
		s := newScene()
		s.socket(tt.parts...)
		if d := s.diagnoses()[0]; !strings.Contains(d.Next, tt.want) || tt.want == "" && d.Next != "" || tt.want != "" && !strings.Contains(d.Next, "tcpdump -i any -s 0") {
			t.Errorf("%s: next is %q, want %q", d.Code, d.Next, tt.want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "an unknown time", 1500 * time.Microsecond: "1.5 ms", 2004 * time.Millisecond: "2.0 s", 60 * time.Second: "60.0 s",
		5 * time.Minute: "5 min", 350 * time.Second: "5 min 50 s", time.Hour: "60 min", 3 * time.Hour: "3.0 h",
	} {
		if got := seconds(d); got != want {
			t.Errorf("seconds(%v) = %q; want %q", d, got, want)
		}
	}
}
