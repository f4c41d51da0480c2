package verdict

import (
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// TestExhibitPacket: what is wrong with an answer shows in the answer, not in
// the request before it.
func TestExhibitPacket(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    dissect.Finding
		want flow.PacketID
	}{
		{"Accept", dissect.Finding{Report: finding.Report{Code: finding.HandshakeAcceptWrong}}, 6},
		{"a refusal", dissect.Finding{Report: finding.Report{Code: finding.HandshakeForbidden}}, 6},
		{"a length in the 101", dissect.Finding{Report: finding.Report{Code: finding.HandshakeBodyHeaders}}, 6},
		{"the grammar of the answer", dissect.Finding{Report: finding.Report{Code: finding.HandshakeMalformed}}, 6},
		{"the grammar of the request", dissect.Finding{Report: finding.Report{Code: finding.HandshakeMalformed, Facts: finding.InRequest}}, 4},
		{"the request", dissect.Finding{Report: finding.Report{Code: finding.HandshakeKeyMissing}}, 4},
		{"an extension in the 101", dissect.Finding{Report: finding.Report{Code: finding.HandshakeExtensionInvalid}}, 6},
		{"an extension that was offered", dissect.Finding{Report: finding.Report{Code: finding.HandshakeExtensionInvalid, Facts: finding.InRequest}}, 4},
		{"no answer", dissect.Finding{Report: finding.Report{Code: finding.HandshakeUnanswered}, Dir: flow.ServerToClient}, 4},
	} {
		tt.f.Packets = []flow.PacketID{4, 6}
		if x := exhibit(&leg{}, &tt.f); x.Packet != tt.want {
			t.Errorf("%s: packet %d; want %d", tt.name, x.Packet, tt.want)
		}
	}
}

// TestSilenceBehindRefusal: a proxy's 502 is told apart by what happened to
// the request on the server's leg.
func TestSilenceBehindRefusal(t *testing.T) {
	const refusal = "The proxy could not reach the server behind it (answer: 502)"
	near := has(0, finding.HandshakeUpstreamDown).refused(502)
	for _, tt := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"one leg", []part{near}, refusal},
		{"no answer", []part{near, has(down, finding.HandshakeUnanswered).ended(up, flow.Fin, 0)},
			"The proxy reached the server, but the server did not answer the handshake (answer: 502)"},
		{"hung up", []part{near, has(down, finding.HandshakeUnanswered).ended(down, flow.Reset, 0)},
			"The proxy reached the server, but the server ended the connection instead of answering the handshake (answer: 502)"},
	} {
		s := newScene()
		s.socket(tt.parts...)
		if got := s.v.Diagnoses(Quality{Complete: true})[0].Headline; got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}
