package diagnose

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
)

// A row breaks one rule, and comes as close as that without breaking it.
type row struct {
	code finding.Code
	name string
	bad  func(p *play)
	miss func(p *play)
}

func short(name, value string) header.Fields { return header.Fields{{Name: name, Value: value}} }

// rows of what one conversation shows.
var single = []row{
	{finding.CaptureOneDirection, "no packet of the server", func(p *play) {
		c := p.open(clientAddr, originAddr, func(c *dissect.Conversation) { c.Midstream = true })
		p.say(c, c2s, "a")
		p.end(c, func(e *dissect.Ended) { e.Heard[s2c] = false })
	}, func(p *play) {
		c := p.open(clientAddr, originAddr, func(c *dissect.Conversation) { c.Midstream = true })
		p.say(c, c2s, "a")
		p.end(c)
	}},
	{finding.HandshakeSlow, "1.2 s", func(p *play) {
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, late: 1200 * time.Millisecond})
	}, func(p *play) {
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, late: 900 * time.Millisecond})
	}},
	{finding.HandshakeUnanswered, "the client gives up", func(p *play) {
		c := p.open(clientAddr, originAddr)
		p.signal(c, c2s, flow.Fin)
		p.shake(c, leaf{})
		p.end(c)
	}, func(p *play) { // the answer may be what the capture lacks
		c := p.open(clientAddr, originAddr)
		p.signal(c, c2s, flow.Fin)
		p.shake(c, leaf{})
		p.end(c, func(e *dissect.Ended) { e.Missing[s2c] = 100 })
	}},
	{finding.HandshakeUnanswered, "the capture ends after 2 s", func(p *play) { p.asks() }, func(p *play) { // too soon to say
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{late: 500 * time.Millisecond})
		p.end(c)
	}},
	{finding.HandshakeUnanswered, "the server's packets are there", func(p *play) { p.asks() }, func(p *play) {
		p.asks(func(e *dissect.Ended) { e.Heard[s2c] = false })
	}},
	{finding.HandshakeUnanswered, "no byte came", func(p *play) { p.asks() }, func(p *play) {
		p.asks(func(e *dissect.Ended) { e.Foreign = []byte("SSH-2.0-x\r\n") })
	}},
	{finding.HandshakeUnanswered, "the 101 came when the client had gone", func(p *play) {
		p.hangUp(2 * time.Second)
	}, func(p *play) { // FIN and 101 crossed
		p.hangUp(time.Millisecond)
	}},
	{finding.HandshakeProtocolMismatch, "an alert of TLS", func(p *play) {
		p.asks(func(e *dissect.Ended) { e.Foreign = []byte("\x15\x03\x01\x00\x02\x02\x46") })
	}, func(p *play) { p.asks() }},
	{finding.HandshakeSubprotocolUnanswered, "the client gives up", func(p *play) {
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")})
		p.fin(c, c2s)
	}, func(p *play) { // the client goes on without
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")})
		p.say(c, c2s, "hello")
		p.fin(c, c2s)
	}},
	{finding.EndAfterHandshake, "no frame of the server", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.fin(c, s2c)
	}, func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		p.fin(c, s2c)
	}},
	{finding.EndReset, "by the server", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		p.rst(c, s2c)
	}, func(p *play) { // both have said goodbye
		c := p.up(clientAddr, originAddr)
		p.close(c, c2s)
		p.close(c, s2c)
		p.rst(c, c2s)
	}},
	{finding.CloseMissing, "FIN without Close", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		p.fin(c, s2c)
	}, func(p *play) { // the Close may be what is missing
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		p.observe(&dissect.Hole{Place: p.next(c), Dir: s2c, Lost: 4, Resumed: true})
		p.fin(c, s2c)
	}},
	{finding.CloseMissing, "a client that takes a 101 with a wrong Accept", func(p *play) {
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, accept: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
		p.say(c, c2s, "hello")
		p.say(c, s2c, "hello")
		p.wait(3 * time.Second)
		p.fin(c, c2s)
	}, func(p *play) { // one that refuses it, as it must
		c := p.open(clientAddr, originAddr)
		p.shake(c, leaf{status: 101, accept: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="})
		p.say(c, s2c, "hello")
		p.wait(3 * time.Second)
		p.fin(c, c2s)
	}},
	{finding.CloseUnanswered, "by the server", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.close(c, c2s)
		p.fin(c, s2c)
	}, func(p *play) { p.bye(p.up(clientAddr, originAddr)) }},
	{finding.CloseUnanswered, "a server that spoke", func(p *play) { leftMidway(p, true) }, func(p *play) { leftMidway(p, false) }},
	{finding.CloseMidFrame, "FIN inside a frame", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.message(c, s2c, dissect.Text, "hel", func(m *dissect.Message) { m.Complete, m.Digest = false, 0 })
		p.ends[c].Unfinished[s2c] = true
		p.fin(c, s2c)
	}, func(p *play) { // the other end did not want the rest
		c := p.up(clientAddr, originAddr)
		p.say(c, c2s, "hello")
		p.message(c, s2c, dissect.Text, "hel", func(m *dissect.Message) { m.Complete, m.Digest = false, 0 })
		p.ends[c].Unfinished[s2c] = true
		p.rst(c, c2s)
	}},
	{finding.EndHalfClosed, "the server goes on", func(p *play) { halfClosedFor(p, time.Second) }, func(p *play) {
		halfClosedFor(p, time.Millisecond) // it had not noticed yet
	}},
	{finding.EndIdleTimeout, "60 s", func(p *play) { idleFor(p, 60*time.Second, time.Second) }, func(p *play) {
		idleFor(p, 60*time.Second, 70*time.Second) // a longer silence did no harm
	}},
	{finding.EndIdleTimeout, "silence, and then an end", func(p *play) { idleFor(p, 2*time.Second, 0) }, func(p *play) {
		idleFor(p, 500*time.Millisecond, 0)
	}},
	{finding.EndStalled, "zero window", func(p *play) { windowShut(p, 2*time.Second) }, func(p *play) { windowShut(p, 500*time.Millisecond) }},
	{finding.EndStalled, "retransmitted in vain", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.say(c, s2c, "hello")
		retransmit(p, c)
		p.end(c)
	}, func(p *play) { // the other end answered in the end
		c := p.up(clientAddr, originAddr)
		p.say(c, s2c, "hello")
		retransmit(p, c)
		p.say(c, c2s, "hello")
		p.end(c)
	}},
	{finding.EndStalled, "the rest of a frame never came", func(p *play) { stuckFrame(p, 6*time.Second) }, func(p *play) { stuckFrame(p, time.Second) }},
	{finding.EndStalled, "silence after a ping", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.message(c, c2s, dissect.Ping, "x", nil)
		p.wait(10 * time.Second)
		p.fin(c, c2s)
	}, func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.message(c, c2s, dissect.Ping, "x", nil)
		p.message(c, s2c, dissect.Pong, "x", nil)
		p.wait(10 * time.Second)
		p.fin(c, c2s)
	}},
	{finding.PingUnanswered, "the server is alive", func(p *play) {
		c := p.up(clientAddr, originAddr)
		p.message(c, c2s, dissect.Ping, "x", nil)
		p.wait(2 * time.Second)
		p.say(c, s2c, "hello")
		p.bye(c)
	}, func(p *play) { // it had no time to answer
		c := p.up(clientAddr, originAddr)
		p.message(c, c2s, dissect.Ping, "x", nil)
		p.wait(time.Millisecond)
		p.say(c, s2c, "hello")
		p.bye(c)
	}},
	{finding.HandshakeCached, "the answer to an earlier handshake", func(p *play) {
		p.bye(p.up(clientAddr, originAddr))
		c := p.open("192.0.2.10:40001", originAddr)
		p.shake(c, leaf{status: 101, key: "AAAAAAAAAAAAAAAAAAAAAA==", accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
	}, func(p *play) { // a wrong one that nobody was given before
		c := p.open("192.0.2.10:40001", originAddr)
		p.shake(c, leaf{status: 101, key: "AAAAAAAAAAAAAAAAAAAAAA==", accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
	}},
	{finding.HopAnsweredByProxy, "frames without a handshake", func(p *play) {
		c := p.open(proxyOut, originAddr, func(c *dissect.Conversation) { c.Midstream, c.Bare = true, true })
		p.say(c, c2s, "hello")
		p.end(c)
	}, func(p *play) { // the capture joined it in the middle
		c := p.open(proxyOut, originAddr, func(c *dissect.Conversation) { c.Midstream = true })
		p.say(c, c2s, "hello")
		p.end(c)
	}},
}

func halfClosedFor(p *play, d time.Duration) {
	c := p.up(clientAddr, originAddr)
	p.say(c, c2s, "hello")
	p.signal(c, c2s, flow.Fin)
	p.wait(d)
	p.say(c, s2c, "hello")
	p.signal(c, s2c, flow.Fin)
	p.end(c)
}

// idleFor ends a connection after a silence; an earlier one was longer or shorter.
func idleFor(p *play, last, before time.Duration) {
	c := p.up(clientAddr, originAddr)
	p.say(c, c2s, "hello")
	p.wait(before)
	p.say(c, s2c, "hello")
	p.wait(last)
	p.fin(c, s2c)
}

func windowShut(p *play, d time.Duration) {
	c := p.up(clientAddr, originAddr)
	p.say(c, s2c, "hello")
	p.signal(c, c2s, flow.ZeroWindow)
	p.wait(d)
	p.signal(c, c2s, flow.WindowOpen)
	p.say(c, c2s, "hello")
	p.bye(c)
}

func retransmit(p *play, c *dissect.Conversation) {
	for range 4 {
		p.wait(2 * time.Second)
		p.signal(c, s2c, flow.Retransmitted)
	}
}

func stuckFrame(p *play, d time.Duration) {
	c := p.up(clientAddr, originAddr)
	p.say(c, s2c, "hello")
	p.message(c, c2s, dissect.Text, "hel", func(m *dissect.Message) { m.Complete, m.Digest = false, 0 })
	p.ends[c].Unfinished[c2s] = true
	p.wait(d)
	p.fin(c, c2s)
}

// TestRules plays every row, with the frames of all messages and without.
func TestRules(t *testing.T) {
	for _, rows := range [][]row{single, hopRows, fleetRows} {
		for _, r := range rows {
			for _, unframed := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/unframed=%v", r.code, r.name, unframed), func(t *testing.T) {
					p, near := newPlay(), newPlay()
					p.unframed, near.unframed = unframed, unframed
					r.check(t, p, near)
				})
			}
		}
	}
}

func (r row) check(t *testing.T, p, near *play) {
	r.bad(p)
	p.done()
	if !slices.Contains(p.codes(), r.code) {
		t.Errorf("found %v; want %s", p.codes(), r.code)
	}
	for _, f := range p.found {
		if f.Detail == "" || f.Conv == nil || len(f.Packets) == 0 {
			t.Errorf("%s has no detail, connection or evidence: %+v", f.Code, f)
		}
	}
	r.miss(near)
	near.done()
	if slices.Contains(near.codes(), r.code) {
		t.Errorf("the near miss found %s: %s", r.code, detailOf(near, r.code))
	}
}

func detailOf(p *play, code finding.Code) string {
	for _, f := range p.found {
		if f.Code == code {
			return f.Detail
		}
	}
	return ""
}

// TestEveryCode holds that each code that this package reports has a row.
func TestEveryCode(t *testing.T) {
	var have, want []finding.Code
	for _, rows := range [][]row{single, hopRows, fleetRows} {
		for _, r := range rows {
			have = append(have, r.code)
		}
	}
	for _, c := range checks {
		want = append(want, c.codes...)
	}
	want = append(want, finding.HandshakeSlow, finding.CaptureLimit, finding.HandshakeCached, finding.EndLifetime, finding.EndTogether, finding.EndAfterSize)
	for _, r := range finding.All() {
		if len(r.Code) > 4 && r.Code[:4] == "hop-" {
			want = append(want, r.Code)
		}
	}
	for _, code := range want {
		if !slices.Contains(have, code) {
			t.Errorf("no row provokes %s", code)
		}
	}
}

// leftMidway plays a client that leaves soon after the capture began. Unless
// the server spoke since, its own Close may have been before that.
func leftMidway(p *play, spoke bool) {
	c := p.open(clientAddr, originAddr, func(c *dissect.Conversation) { c.Midstream = true })
	if spoke {
		p.say(c, s2c, "still here")
		p.ends[c].Totals[s2c].Frames = 1
	}
	p.close(c, c2s)
	p.fin(c, c2s)
}
