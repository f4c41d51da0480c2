package verdict

import (
	"slices"
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// TestFollows has a row for each way in which one finding may come of another,
// and for each in which it only stands beside it.
func TestFollows(t *testing.T) {
	for _, tt := range []struct {
		name    string
		parts   []part
		cause   finding.Code
		follows []finding.Code
		beside  []finding.Code
	}{
		{"a refusal of what is wrong", []part{has(up, finding.HandshakeKeyMissing, finding.HandshakeBadRequest).refused(400)}, finding.HandshakeKeyMissing, []finding.Code{finding.HandshakeBadRequest}, nil},
		{"an end after a breach", []part{has(up, finding.MessageInvalidUTF8, finding.CloseAbnormal)}, finding.MessageInvalidUTF8, []finding.Code{finding.CloseAbnormal}, nil},
		{"a breach after a breach", []part{has(down, finding.FrameDesynchronised, finding.MessageInvalidUTF8)}, finding.FrameDesynchronised, []finding.Code{finding.MessageInvalidUTF8}, nil},
		{"a breach before a breach", []part{has(down, finding.MessageInvalidUTF8, finding.FrameDesynchronised)}, finding.FrameDesynchronised, nil, []finding.Code{finding.MessageInvalidUTF8}},
		{"what an application says before the end", []part{has(down, finding.PayloadError, finding.CloseMissing).ended(down, 1, 0)}, finding.CloseMissing, nil, []finding.Code{finding.PayloadError}},
		{"a subprotocol that was taken away", []part{across(down, finding.HopSubprotocolStripped, finding.HandshakeSubprotocolUnanswered, finding.EndAfterHandshake), {}}, finding.HopSubprotocolStripped, []finding.Code{finding.EndAfterHandshake, finding.HandshakeSubprotocolUnanswered}, nil},
		{"fields that nobody minds", []part{has(down, finding.HandshakeBodyHeaders, finding.FrameServerMasked)}, finding.FrameServerMasked, nil, []finding.Code{finding.HandshakeBodyHeaders}},
	} {
		s := newScene()
		s.socket(tt.parts...)
		d := s.diagnoses()[0]
		if d.Code != tt.cause || !slices.Equal(d.Consequences, tt.follows) || !slices.Equal(d.Beside, tt.beside) {
			t.Errorf("%s: %s, follows %v, beside %v; want %s, %v, %v", tt.name, d.Code, d.Consequences, d.Beside, tt.cause, tt.follows, tt.beside)
		}
	}
}

// TestFollowsInput holds that what is in an earlier file of a capture comes
// earlier, whatever its number there and in whatever order files were named.
func TestFollowsInput(t *testing.T) {
	first, second := flow.IdentifyPacket(1, 90), flow.IdentifyPacket(0, 4)
	for _, tt := range []struct {
		name          string
		invalid, lost flow.PacketID
		follows       bool
	}{
		{"the breach is in the first file", first, second, false},
		{"it is in the second file", second, first, true},
		{"both in one, before it", first, first + 1, false},
		{"both in one, behind it", second + 1, second, true},
	} {
		s := newScene()
		s.packet = flow.IdentifyPacket(1, 10)
		p := part{found: []found{{code: finding.MessageInvalidUTF8, dir: down, packet: tt.invalid}, {code: finding.FrameDesynchronised, dir: down, packet: tt.lost}}}
		s.socket(p)
		d := s.diagnoses()[0]
		if got := slices.Contains(d.Consequences, finding.MessageInvalidUTF8); got != tt.follows || d.Code != finding.FrameDesynchronised {
			t.Errorf("%s: %s, consequences %v, beside %v", tt.name, d.Code, d.Consequences, d.Beside)
		}
	}
}

// TestMergedBeside holds that what follows in one connection is not beside it
// in another one with the same cause.
func TestMergedBeside(t *testing.T) {
	s := newScene()
	s.socket(has(down, finding.MessageInvalidUTF8, finding.FrameDesynchronised))
	s.socket(has(down, finding.FrameDesynchronised, finding.MessageInvalidUTF8))
	d := s.diagnoses()[0]
	if d.Count != 2 || len(d.Beside) > 0 || !slices.Equal(d.Consequences, []finding.Code{finding.MessageInvalidUTF8}) {
		t.Errorf("count %d, follows %v, beside %v", d.Count, d.Consequences, d.Beside)
	}
}

// TestTitledLack holds that the words of a finding about the capture are those
// of the headline.
func TestTitledLack(t *testing.T) {
	s := newScene()
	s.socket(part{})
	s.v.Observe(&dissect.Finding{Place: s.at(s.convs[0]), Report: finding.Report{Code: finding.CaptureMidstream, Title: "the snaplen cut the handshake off"}})
	if d := s.diagnoses()[0]; d.Headline != "The snaplen cut the handshake off; what lies there was not judged" {
		t.Errorf("%q", d.Headline)
	}
}
