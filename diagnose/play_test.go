package diagnose

import (
	"hash/fnv"
	"net/netip"
	"slices"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
)

const (
	c2s = flow.ClientToServer
	s2c = flow.ServerToClient
)

// A play makes the events of a capture, one after the other, and collects
// what a Watch says to them.
type play struct {
	watch  *Watch
	said   func(dissect.Event) // tell
	now    time.Time
	packet flow.PacketID
	convs  int
	ends   map[*dissect.Conversation]*dissect.Ended
	n      map[*dissect.Conversation]int

	found []*dissect.Finding
	hops  []*Hop

	unframed bool // as dissect.Options.Unframed has it
}

func newPlay() *play {
	p := &play{watch: New(), now: time.Unix(1_700_000_000, 0), ends: map[*dissect.Conversation]*dissect.Ended{}, n: map[*dissect.Conversation]int{}}
	p.said = p.tell
	return p
}

func (p *play) tell(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Finding:
		p.found = append(p.found, e)
	case *Hop:
		p.hops = append(p.hops, e)
	}
}

func (p *play) observe(e dissect.Event) { p.watch.Observe(e, p.said) }

func (p *play) wait(d time.Duration) { p.now = p.now.Add(d) }

// next returns the place of the next packet, a microsecond later.
func (p *play) next(c *dissect.Conversation) dissect.Place {
	p.packet++
	p.wait(time.Microsecond)
	return dissect.Place{Conv: c, Packet: p.packet, Time: p.now}
}

// open begins a conversation; change, if any, alters it before it is told.
func (p *play) open(client, server string, change ...func(*dissect.Conversation)) *dissect.Conversation {
	p.convs++
	c := &dissect.Conversation{
		Number: p.convs, TCP: int64(p.convs), Client: netip.MustParseAddrPort(client), Server: netip.MustParseAddrPort(server),
		HTTP: "1.1", Start: p.now, StartPacket: p.packet + 1, Opener: true, Sequence: uint32(p.convs),
	}
	for _, f := range change {
		f(c)
	}
	p.ends[c] = &dissect.Ended{State: dissect.StateClosed, Heard: [3]bool{false, true, true}, Duration: -1}
	p.observe(&dissect.Opened{Place: p.next(c)})
	return c
}

// A leaf is a handshake to be told.
type leaf struct {
	key     string // "": the sample key
	request header.Fields
	status  int // 0: no answer
	answer  header.Fields
	accept  string        // "": the right one
	late    time.Duration // from the request to the answer
	target  string
	at      *time.Time // of the request, when it is not now
	lost    bool       // the capture has frames, and not the answer before them
}

const sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

// shake tells a handshake as package dissect does.
func (p *play) shake(c *dissect.Conversation, l leaf) {
	key := l.key
	if key == "" {
		key = sampleKey
	}
	target := l.target
	if target == "" {
		target = "/ws"
	}
	request := &header.Request{Method: "GET", Target: target, Version: "1.1", Fields: append(header.Fields{
		{Name: "Host", Value: "a.example"}, {Name: "Upgrade", Value: "websocket"}, {Name: "Connection", Value: "Upgrade"},
		{Name: "Sec-WebSocket-Key", Value: key}, {Name: "Sec-WebSocket-Version", Value: "13"}}, l.request...)}
	asked := p.next(c)
	if l.at != nil {
		asked.Time = *l.at
	}
	p.wait(l.late)
	var response *header.Response
	place := p.next(c)
	latency := time.Duration(-1)
	if l.status != 0 {
		latency = place.Time.Sub(asked.Time)
		accept := l.accept
		if accept == "" {
			accept = handshake.AcceptFor(key)
		}
		response = &header.Response{Version: "1.1", Status: l.status, Fields: slices.Clone(l.answer)}
		if l.status == 101 {
			response.Fields = append(header.Fields{{Name: "Upgrade", Value: "websocket"}, {Name: "Connection", Value: "Upgrade"},
				{Name: "Sec-WebSocket-Accept", Value: accept}}, response.Fields...)
		}
	} else {
		p.ends[c].State = dissect.StateUnanswered
	}
	verdict := handshake.Judge(handshake.Input{Request: request, Response: response})
	if l.lost {
		verdict, response = handshake.Judge(handshake.Input{Request: request}), nil
		verdict.Kind = handshake.Accepted
	}
	p.observe(&dissect.Handshake{
		Place: place, Request: request, Response: response, RequestPacket: asked.Packet, RequestTime: asked.Time, Latency: latency,
		Verdict: verdict,
	})
}

// up opens a conversation whose handshake is accepted.
func (p *play) up(client, server string) *dissect.Conversation {
	c := p.open(client, server)
	p.shake(c, leaf{status: 101})
	return c
}

// say tells a message of one frame.
func (p *play) say(c *dissect.Conversation, d flow.Direction, text string) {
	p.message(c, d, dissect.Text, text, nil)
}

// digest stands for the one that dissect computes.
func digest(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}

// message tells a message; change, if any, alters it.
func (p *play) message(c *dissect.Conversation, d flow.Direction, kind dissect.MessageType, text string, change func(*dissect.Message)) {
	place := p.next(c)
	p.n[c]++
	m := &dissect.Message{
		Place: place, N: p.n[c], Dir: d, Type: kind, Frames: 1, FirstTime: place.Time, FirstPacket: place.Packet,
		Wire: int64(len(text)), Length: int64(len(text)), Complete: true, Digest: digest(text), Layout: uint64(len(text)) + 1, Code: -1, RTT: -1,
	}
	if change != nil {
		change(m)
	}
	if m.Alone = p.unframed && m.Frames == 1 && m.Complete; !m.Alone {
		p.observe(&dissect.Frame{Place: place, Dir: d, Header: websocket.Header{Fin: true, Opcode: websocket.Text, Length: uint64(len(text))}, Captured: uint64(len(text))})
	}
	p.observe(m)
	e := p.ends[c]
	e.Totals[d].Frames++
	if !kind.Control() {
		e.Totals[d].Messages++
	}
	e.Last[d] = place.Time
	switch kind {
	case dissect.Ping:
		if e.Pings[d].Sent++; e.Pings[d].FirstUnanswered == 0 {
			e.Pings[d].FirstUnanswered, e.Pings[d].Packet, e.Pings[d].Time = m.N, place.Packet, place.Time
		}
	case dissect.Pong:
		q := &e.Pings[d.Reverse()]
		q.Answered, q.FirstUnanswered = q.Sent, 0
	case dissect.Close:
		if e.Closes[d] == nil {
			e.Closes[d] = &dissect.CloseFrame{Code: 1000, Packet: place.Packet, Time: place.Time}
		}
		if e.Initiator == 0 {
			e.Initiator = d
		}
	}
}

func (p *play) close(c *dissect.Conversation, d flow.Direction) {
	p.message(c, d, dissect.Close, "\x03\xe8", nil)
}

// signal tells what TCP told.
func (p *play) signal(c *dissect.Conversation, d flow.Direction, kind flow.SignalKind) {
	place := p.next(c)
	if e := p.ends[c]; (kind == flow.Fin || kind == flow.Reset) && e.TCP.Kind == 0 {
		e.TCP = dissect.TCPEnd{Kind: kind, By: d, Packet: place.Packet, Time: place.Time}
	}
	p.observe(&dissect.Signalled{Place: place, Dir: d, Signal: flow.Signal{Kind: kind, Packet: place.Packet, Time: place.Time}})
}

// end tells the last word of a conversation; change, if any, alters it.
func (p *play) end(c *dissect.Conversation, change ...func(*dissect.Ended)) *dissect.Ended {
	e := p.ends[c]
	e.Place = p.next(c)
	for _, f := range change {
		f(e)
	}
	p.unheard(e)
	p.observe(e)
	return e
}

// asks is a handshake that HTTP does not answer.
func (p *play) asks(change ...func(*dissect.Ended)) {
	c := p.open(clientAddr, originAddr)
	p.shake(c, leaf{late: 2 * time.Second})
	p.end(c, change...)
}

// fin ends a conversation by a FIN of the sender of d and one of the other end.
func (p *play) fin(c *dissect.Conversation, d flow.Direction) {
	p.signal(c, d, flow.Fin)
	p.signal(c, d.Reverse(), flow.Fin)
	p.end(c)
}

// hangUp has a client give up that long before it gets its 101.
func (p *play) hangUp(before time.Duration) {
	c, asked := p.open(clientAddr, originAddr), p.now
	p.wait(time.Minute)
	p.signal(c, flow.ClientToServer, flow.Fin)
	p.wait(before)
	p.shake(c, leaf{status: 101, at: &asked})
	p.signal(c, flow.ServerToClient, flow.Fin)
	p.end(c)
}

// rst ends a conversation by an RST of the sender of d.
func (p *play) rst(c *dissect.Conversation, d flow.Direction) {
	p.signal(c, d, flow.Reset)
	p.end(c)
}

// bye ends a conversation as RFC 6455 §7 wants it.
func (p *play) bye(c *dissect.Conversation) {
	p.close(c, c2s)
	p.close(c, s2c)
	p.fin(c, s2c)
}

// done ends the capture.
func (p *play) done() { p.watch.Close(p.tell) }

// codes returns what was found, each code once.
func (p *play) codes() []finding.Code {
	var list []finding.Code
	for _, f := range p.found {
		if !slices.Contains(list, f.Code) {
			list = append(list, f.Code)
		}
	}
	return list
}

// A proxied is a WebSocket with both legs of a proxy.
type proxied struct {
	*play
	client, server *dissect.Conversation // the legs
}

const (
	clientAddr = "192.0.2.10:40000"
	proxyAddr  = "192.0.2.20:80"
	proxyOut   = "192.0.2.20:50000"
	originAddr = "192.0.2.30:8080"
)

// behind opens both legs, the server's first, as their handshakes end.
func behind(p *play, client, server leaf) *proxied {
	q := &proxied{play: p}
	q.client = p.open(clientAddr, proxyAddr)
	asked := p.now
	q.server = p.open(proxyOut, originAddr)
	p.wait(time.Millisecond)
	p.shake(q.server, server)
	client.at = &asked
	p.shake(q.client, client)
	return q
}

// joined opens both legs of a healthy WebSocket that has said something.
func joined(p *play) *proxied {
	q := behind(p, leaf{status: 101}, leaf{status: 101})
	q.cross(c2s, "the first message of the client")
	q.cross(s2c, "the first message of the server")
	return q
}

// legs returns the leg on which d enters the proxy, and the other one.
func (q *proxied) legs(d flow.Direction) (source, target *dissect.Conversation) {
	if d == c2s {
		return q.client, q.server
	}
	return q.server, q.client
}

// cross lets a message go through the proxy.
func (q *proxied) cross(d flow.Direction, text string) {
	source, target := q.legs(d)
	q.say(source, d, text)
	q.say(target, d, text)
}

// leave closes both legs as they should be.
func (q *proxied) leave() {
	q.close(q.client, c2s)
	q.close(q.server, c2s)
	q.close(q.server, s2c)
	q.close(q.client, s2c)
	q.fin(q.server, s2c)
	q.fin(q.client, s2c)
	q.done()
}
