package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

const otherKey = "AAAAAAAAAAAAAAAAAAAAAA=="

// healthy plays a WebSocket through a proxy that does nothing to it.
func healthy(p *play) {
	q := joined(p)
	q.cross(c2s, "one more")
	q.leave()
}

// altered plays one whose message reaches the other leg as change makes it.
func altered(change func(*dissect.Message)) func(*play) {
	return func(p *play) {
		q := joined(p)
		q.say(q.client, c2s, "a message of this size")
		q.message(q.server, c2s, dissect.Text, "a message of this size", change)
		q.cross(c2s, "one more")
		q.leave()
	}
}

// torn is like f, but the capture misses bytes of the leg of the server.
func torn(f func(q *proxied)) func(*play) {
	return func(p *play) {
		q := joined(p)
		q.observe(&dissect.Hole{Place: q.next(q.server), Dir: c2s, Lost: 10, Resumed: true})
		f(q)
		q.cross(c2s, "one more")
		q.leave()
	}
}

func whole(f func(q *proxied)) func(*play) {
	return func(p *play) {
		q := joined(p)
		f(q)
		q.cross(c2s, "one more")
		q.leave()
	}
}

// handshakes plays two legs whose handshakes differ.
func handshakes(client, server leaf) func(*play) {
	return func(p *play) {
		q := behind(p, client, server)
		q.fin(q.server, c2s)
		q.fin(q.client, c2s)
	}
}

var deflate = short("Sec-WebSocket-Extensions", "permessage-deflate")

// hopRows are of what a proxy does; the near miss of most is a capture that
// has a hole, or a proxy that does nothing.
var hopRows = []row{
	{finding.HopHeadersChanged, "a field more", handshakes(leaf{status: 101}, leaf{status: 101, request: short("X-Forwarded-For", "192.0.2.10")}), healthy},
	{finding.HopUpgradeNotRelayed, "502 instead", handshakes(leaf{status: 502}, leaf{status: 101}), handshakes(leaf{status: 502}, leaf{status: 400})},
	{finding.HopUpgradeNotRelayed, "no answer", handshakes(leaf{}, leaf{status: 101}), handshakes(leaf{}, leaf{})},
	{finding.HopAnsweredByProxy, "400 from the server", handshakes(leaf{status: 101}, leaf{status: 400}), healthy},
	{finding.HopAnsweredByProxy, "nothing from the server", handshakes(leaf{status: 101}, leaf{}), healthy},
	{finding.HopAnsweredByProxy, "the server sees frames only", func(p *play) {
		client := p.up(clientAddr, proxyAddr)
		server := p.open(proxyOut, originAddr, func(c *dissect.Conversation) { c.Midstream, c.Bare, c.HTTP = true, true, "" })
		for i := range 3 {
			text := fmt.Sprintf("a message that is long enough to be known again, number %d", i)
			p.say(client, c2s, text)
			p.say(server, c2s, text)
		}
		p.fin(server, c2s)
		p.fin(client, c2s)
	}, healthy},
	{finding.HopSubprotocolStripped, "from the request", handshakes(leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")}, leaf{status: 101}),
		handshakes(leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")}, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")})},
	{finding.HopSubprotocolStripped, "from the answer",
		handshakes(leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")}, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat"), answer: short("Sec-WebSocket-Protocol", "chat")}),
		handshakes(leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat"), answer: short("Sec-WebSocket-Protocol", "chat")},
			leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat"), answer: short("Sec-WebSocket-Protocol", "chat")})},
	{finding.HopSubprotocolStripped, "from an answer that was captured",
		handshakes(leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")}, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat"), answer: short("Sec-WebSocket-Protocol", "chat")}),
		handshakes(leaf{status: 101, lost: true, request: short("Sec-WebSocket-Protocol", "chat")}, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat"), answer: short("Sec-WebSocket-Protocol", "chat")})},
	{finding.HopExtensionStrippedRequest, "the offer", handshakes(leaf{status: 101, request: deflate}, leaf{status: 101}),
		handshakes(leaf{status: 101, request: deflate}, leaf{status: 101, request: deflate})},
	{finding.HopExtensionStrippedResponse, "the agreement", handshakes(leaf{status: 101, request: deflate}, leaf{status: 101, request: deflate, answer: deflate}),
		handshakes(leaf{status: 101, request: deflate, answer: deflate}, leaf{status: 101, request: deflate, answer: deflate})},
	{finding.HopKeyChanged, "the answer is the server's", handshakes(leaf{status: 101, accept: "ICX+Yqv66kxgM0FcWaLWlFLwTAI="}, leaf{status: 101, key: otherKey}), healthy},
	{finding.HopKeyChanged, "each leg its own", func(p *play) {
		q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey})
		q.cross(c2s, "a message that is long enough")
		q.leave()
	}, func(p *play) { // two that have nothing to do with each other
		q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey})
		q.say(q.client, c2s, "a message that is long enough")
		q.say(q.server, c2s, "another one that is long enough")
		q.leave()
	}},
	{finding.HopPayloadChanged, "another content", altered(func(m *dissect.Message) { m.Digest = 7 }), torn(func(q *proxied) {
		q.say(q.client, c2s, "a message")
		q.say(q.server, c2s, "a massage")
	})},
	{finding.HopPayloadChanged, "does not inflate", altered(func(m *dissect.Message) { m.Digest, m.Length, m.Undecoded = 0, -1, "corrupt" }),
		altered(func(m *dissect.Message) { m.Digest, m.Length, m.Undecoded = 0, -1, "limit" })},
	{finding.HopPayloadChanged, "bytes that are no frames", func(p *play) {
		q := joined(p)
		q.say(q.client, c2s, "a message of this size")
		q.observe(&dissect.Hole{Place: q.next(q.server), Dir: c2s, Passed: 20})
		q.rst(q.server, s2c)
		q.rst(q.client, s2c)
	}, healthy},
	{finding.HopMessageLost, "on the leg of the client only", whole(func(q *proxied) { q.say(q.client, c2s, "lost") }), torn(func(q *proxied) { q.say(q.client, c2s, "lost") })},
	{finding.HopMessageLost, "before the Close", func(p *play) {
		q := joined(p)
		q.say(q.server, s2c, "lost")
		q.leave()
	}, func(p *play) { // it was under way when the client left
		q := joined(p)
		q.rst(q.client, c2s)
		q.say(q.server, s2c, "too late")
		q.rst(q.server, c2s)
	}},
	{finding.HopMessageDuplicated, "twice", whole(func(q *proxied) { q.cross(c2s, "double"); q.say(q.server, c2s, "double") }),
		whole(func(q *proxied) { q.cross(c2s, "double"); q.cross(c2s, "double") })},
	{finding.HopBytesInjected, "a message more", whole(func(q *proxied) { q.say(q.server, c2s, "who said that") }), torn(func(q *proxied) { q.say(q.server, c2s, "who said that") })},
	{finding.HopBytesInjected, "bytes that are no frames", whole(func(q *proxied) {
		q.observe(&dissect.Hole{Place: q.next(q.server), Dir: c2s, Passed: 20, Resumed: true})
	}), whole(func(q *proxied) { // the client itself sent them
		q.observe(&dissect.Hole{Place: q.next(q.client), Dir: c2s, Passed: 20, Resumed: true})
		q.observe(&dissect.Hole{Place: q.next(q.server), Dir: c2s, Passed: 20, Resumed: true})
	})},
	{finding.HopControlDropped, "a ping", whole(func(q *proxied) {
		q.message(q.client, c2s, dissect.Ping, "x", nil)
		q.wait(2 * time.Second)
	}), func(p *play) { // it had no time to cross
		q := joined(p)
		q.message(q.client, c2s, dissect.Ping, "x", nil)
		q.rst(q.client, s2c)
		q.rst(q.server, c2s)
	}},
	{finding.HopControlDropped, "a ping while messages went on", stuckBehind(false), stuckBehind(true)},
	{finding.HopControlDropped, "a pong", whole(func(q *proxied) {
		q.message(q.client, c2s, dissect.Ping, "x", nil)
		q.message(q.server, c2s, dissect.Ping, "x", nil)
		q.message(q.server, s2c, dissect.Pong, "x", nil)
		q.cross(s2c, "and something else")
	}), whole(func(q *proxied) { // the proxy asked by itself
		q.message(q.server, c2s, dissect.Ping, "own", nil)
		q.message(q.server, s2c, dissect.Pong, "own", nil)
		q.cross(s2c, "and something else")
	})},
	{finding.HopCloseSwallowed, "FIN instead", func(p *play) {
		q := joined(p)
		q.close(q.client, c2s)
		q.fin(q.server, c2s)
		q.fin(q.client, s2c)
	}, func(p *play) { // the server had left before
		q := joined(p)
		q.fin(q.server, s2c)
		q.close(q.client, c2s)
		q.fin(q.client, s2c)
	}},
	{finding.HopRefragmented, "two frames of one", altered(func(m *dissect.Message) { m.Frames, m.Layout = 2, 99 }), healthy},
	{finding.HopRefragmented, "frames that are illegal", func(p *play) {
		q := joined(p)
		q.say(q.client, c2s, "a message of this size")
		q.observe(&dissect.Finding{Place: q.next(q.server), Report: finding.Report{Code: finding.DeflateReservedBit}, Dir: c2s})
		q.message(q.server, c2s, dissect.Text, "a message of this size", func(m *dissect.Message) { m.Frames, m.Digest = 2, 0 })
		q.leave()
	}, healthy},
	{finding.HopRSVCleared, "compressed bytes without their mark", func(p *play) {
		q := joined(p)
		q.message(q.client, c2s, dissect.Text, "clear text", func(m *dissect.Message) { m.RSV1, m.Compressed, m.Wire = true, true, 5 })
		q.message(q.server, c2s, dissect.Text, "zzzzz", nil)
		q.leave()
	}, func(p *play) { // a proxy that inflates
		q := joined(p)
		q.message(q.client, c2s, dissect.Text, "clear text", func(m *dissect.Message) { m.RSV1, m.Compressed, m.Wire = true, true, 5 })
		q.message(q.server, c2s, dissect.Text, "clear text", nil)
		q.leave()
	}},
	{finding.HopDelayed, "2 s", held(2 * time.Second), held(100 * time.Millisecond)},
	{finding.HopDelayed, "a message behind a pong", queued(2 * time.Second), queued(100 * time.Millisecond)},
	{finding.HopDelayed, "never released", func(p *play) {
		q := joined(p)
		q.say(q.server, s2c, "held")
		q.wait(5 * time.Second)
		q.fin(q.client, c2s)
		q.fin(q.server, c2s)
	}, func(p *play) { // the end came at once
		q := joined(p)
		q.say(q.server, s2c, "held")
		q.fin(q.client, c2s)
		q.fin(q.server, c2s)
	}},
	{finding.HopResetHidden, "RST became FIN", func(p *play) {
		q := joined(p)
		q.rst(q.server, s2c)
		q.fin(q.client, s2c)
	}, func(p *play) {
		q := joined(p)
		q.rst(q.server, s2c)
		q.rst(q.client, s2c)
	}},
	{finding.HopEndOrigin, "the proxy", func(p *play) {
		q := joined(p)
		q.fin(q.server, c2s)
		q.fin(q.client, s2c)
	}, healthy},
	{finding.EndAfterSize, "the proxy does not pass a large message", func(p *play) {
		q := joined(p)
		q.say(q.server, s2c, string(make([]byte, 20000)))
		q.rst(q.client, s2c)
		q.fin(q.server, c2s)
	}, func(p *play) {
		q := joined(p)
		q.cross(s2c, string(make([]byte, 20000)))
		q.rst(q.client, s2c)
		q.fin(q.server, c2s)
	}},
	{finding.CaptureLimit, "too much waits", func(p *play) {
		q := joined(p)
		for i := range maxNotes + 2 {
			q.message(q.client, flow.Direction(1+i%2), dissect.Text, "", func(m *dissect.Message) { m.Digest = uint64(i) + 1000 })
			if i%maxWaiting == maxWaiting-1 {
				q.more(i)
			}
		}
		q.leave()
	}, healthy},
}

// more opens another proxied WebSocket, whose messages wait as well.
func (q *proxied) more(i int) {
	p := q.play
	next := behind(p, leaf{status: 101, key: fmt.Sprintf("%021dA==", i)}, leaf{status: 101, key: fmt.Sprintf("%021dA==", i)})
	for j := range 2 * maxWaiting {
		p.message(next.client, flow.Direction(1+j%2), dissect.Text, "", func(m *dissect.Message) { m.Digest = uint64(j) + 1000 })
	}
}

// stuckBehind sends a ping that does not come out of the proxy; torn, nothing
// does behind the message that stays unfinished there.
func stuckBehind(torn bool) func(*play) {
	return func(p *play) {
		q := joined(p)
		q.say(q.client, c2s, "before it")
		q.message(q.client, c2s, dissect.Ping, "x", nil)
		q.say(q.server, c2s, "before it")
		q.wait(2 * time.Second)
		q.ends[q.server].Unfinished[c2s] = torn
		q.fin(q.client, c2s)
		q.fin(q.server, c2s)
	}
}

// queued holds a pong back, and right behind it a message.
func queued(d time.Duration) func(*play) {
	return func(p *play) {
		q := joined(p)
		q.message(q.client, c2s, dissect.Ping, "x", nil)
		q.message(q.server, c2s, dissect.Ping, "x", nil)
		q.message(q.server, s2c, dissect.Pong, "x", nil)
		q.say(q.server, s2c, "held")
		q.wait(d)
		q.message(q.client, s2c, dissect.Pong, "x", nil)
		q.say(q.client, s2c, "held")
		q.leave()
	}
}

// held plays a message that waits in the proxy.
func held(d time.Duration) func(*play) {
	return func(p *play) {
		q := joined(p)
		q.wait(10 * time.Second)
		q.say(q.server, s2c, "held")
		q.wait(d)
		q.say(q.client, s2c, "held")
		q.leave()
	}
}
