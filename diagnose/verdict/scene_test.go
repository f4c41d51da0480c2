package verdict

import (
	"net/netip"
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A scene is a capture in the making: what its conversations said, and which
// of them are legs of one WebSocket.
type scene struct {
	v      *Verdict
	convs  []*dissect.Conversation
	packet flow.PacketID
	clock  time.Time
}

func newScene() *scene {
	return &scene{v: New(), clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

// A part is what happens on one leg.
type part struct {
	request, response []string // field lines; nil means an ordinary upgrade
	version, path     string
	status            int // 0: 101
	page              string
	found             []found
	quiet             time.Duration // before the end
	by                flow.Direction
	kind              flow.SignalKind // of the end; 0: FIN by the client after both Closes
	close             *dissect.CloseFrame
	closeBy           flow.Direction
	mute              bool           // the server sent no frame
	last              flow.Direction // of the last message; 0: there was none
}

// A found is a finding of a leg; with both, it names the next leg, too.
type found struct {
	code     finding.Code
	dir      flow.Direction
	both     bool
	severity finding.Severity // 0: the rule's
	facts    finding.Facts
	packet   flow.PacketID // that shows it; 0: one of its own
}

// socket plays the parts of one WebSocket, from the client to the server.
func (s *scene) socket(parts ...part) {
	first := len(s.convs)
	for i, p := range parts {
		c := &dissect.Conversation{
			Number: len(s.convs) + 1, HTTP: "1.1",
			Client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(10 + i)}), uint16(40000+len(s.convs))),
			Server: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(20 + i)}), 80),
		}
		s.convs = append(s.convs, c)
		s.v.Observe(&dissect.Opened{Place: s.at(c)})
		s.v.Observe(s.handshake(c, p))
	}
	for i, p := range parts {
		c := s.convs[first+i]
		for _, f := range p.found {
			e := &dissect.Finding{Place: s.at(c), Report: finding.Report{Code: f.code, Severity: f.severity, Detail: "because", Facts: f.facts}, Dir: f.dir, Packets: []flow.PacketID{s.packet}}
			if f.packet != 0 {
				e.Packets[0] = f.packet
			}
			if f.both {
				e.Others = []*dissect.Conversation{s.convs[first+i+1]}
			}
			s.v.Observe(e)
		}
	}
	for i := len(parts) - 1; i >= 0; i-- {
		s.end(s.convs[first+i], parts[i])
	}
	for i := 1; i < len(parts); i++ {
		s.v.Observe(&diagnose.Hop{
			Place: s.at(s.convs[first+i-1]), Conversations: s.convs[first+i-1 : first+i+1], By: diagnose.ByKey, Certainty: diagnose.Certain,
		})
	}
}

func (s *scene) at(c *dissect.Conversation) dissect.Place {
	s.packet++
	s.clock = s.clock.Add(time.Millisecond)
	return dissect.Place{Conv: c, Packet: s.packet, Time: s.clock}
}

func (s *scene) handshake(c *dissect.Conversation, p part) *dissect.Handshake {
	request := &header.Request{Method: "GET", Target: either(p.path, "/chat"), Version: either(p.version, "1.1"), Fields: lines(p.request,
		"Host: chat.example", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13")}
	response := &header.Response{Version: "1.1", Status: 101, Reason: "Switching Protocols", Fields: lines(p.response,
		"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")}
	if p.status != 0 {
		response.Status, response.Reason = p.status, "No"
		response.Fields = lines(p.response)
	}
	e := &dissect.Handshake{Request: request, Response: response, RequestPacket: s.packet, RequestTime: s.clock}
	e.Verdict = handshake.Judge(handshake.Input{Request: request, Response: response, Body: []byte(p.page)})
	e.Place = s.at(c)
	return e
}

func (s *scene) end(c *dissect.Conversation, p part) {
	e := &dissect.Ended{Heard: [3]bool{true, true, true}}
	e.Totals[flow.ClientToServer].Frames = 3
	if !p.mute {
		e.Totals[flow.ServerToClient].Frames = 3
		e.Totals[flow.ServerToClient].Messages = 2
	}
	if p.closeBy != 0 {
		e.Closes[p.closeBy], e.Initiator = p.close, p.closeBy
	}
	if p.last != 0 {
		s.v.Observe(&dissect.Message{Place: s.at(c), Dir: p.last, Type: dissect.Text})
	}
	s.clock = s.clock.Add(p.quiet)
	e.Place = s.at(c)
	e.TCP = dissect.TCPEnd{Kind: p.kind, By: p.by, Packet: e.Packet, Time: e.Time}
	if p.kind == 0 {
		e.TCP.Kind, e.TCP.By = flow.Fin, flow.ClientToServer
	}
	s.v.Observe(&dissect.Signalled{Place: e.Place, Dir: e.TCP.By, Signal: flow.Signal{Kind: e.TCP.Kind}})
	if p.kind == 0 || p.quiet == 0 {
		s.v.Observe(&dissect.Signalled{Place: e.Place, Dir: e.TCP.By.Reverse(), Signal: flow.Signal{Kind: flow.Fin}})
	}
	s.v.Observe(e)
}

// diagnoses returns what is wrong in the scene.
func (s *scene) diagnoses() []Diagnosis {
	return s.v.Diagnoses(Quality{Packets: int64(s.packet), TCP: int64(len(s.convs)), Complete: true, Dropped: -1})
}

// lines makes field lines of "Name: value", or of the usual ones when there
// are none.
func lines(own []string, usual ...string) header.Fields {
	if own == nil {
		own = usual
	}
	var fields header.Fields
	for _, l := range own {
		for i := range l {
			if l[i] == ':' {
				fields = append(fields, header.Field{Name: l[:i], Value: l[i+2:]})
				break
			}
		}
	}
	return fields
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
