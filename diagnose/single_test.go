package diagnose

import (
	"fmt"
	"slices"
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// With a single input fewer connections are kept, and the messages of one
// whose ends are no proxy's only for as long as its key may join it.
func TestSingle(t *testing.T) {
	for _, tt := range []struct {
		name     string
		single   bool
		other    string // client of another connection
		messages int
		kept     int
	}{
		{"few messages", true, "192.0.2.9:5000", maxLoneNotes, maxLoneNotes},
		{"many messages", true, "192.0.2.9:5000", maxLoneNotes + 1, 0},
		{"many messages, of a server that is a client, too", true, "198.51.100.7:5000", maxLoneNotes + 1, maxLoneNotes + 1},
		{"many messages, and the input may not be the only one", false, "192.0.2.9:5000", maxLoneNotes + 1, maxLoneNotes + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay()
			if tt.single {
				p.watch.Single()
			}
			p.open(tt.other, "203.0.113.5:80")
			c := p.up("192.0.2.1:4000", "198.51.100.7:80")
			for i := range tt.messages {
				p.say(c, flow.ClientToServer, fmt.Sprint("message ", i))
			}
			if got := len(p.watch.stories.of(c).leg.notes); got != tt.kept {
				t.Errorf("%d of %d messages are kept; want %d", got, tt.messages, tt.kept)
			}
			if got, want := p.watch.Compares(c), tt.kept > 0; got != want {
				t.Errorf("the next message is compared: %v; want %v", got, want)
			}
		})
	}
	w := New()
	w.Single()
	for n := range 2 * maxSingle {
		connection(w, n, func(dissect.Event) {})
	}
	if h := w.hops; h.alone > maxSingle || h.answers.count > maxSingle {
		t.Errorf("%d alone, %d keys kept; want at most %d", h.alone, h.answers.count, maxSingle)
	}
}

// A conversation of a single input whose handshake is over is compared while
// there may be a leg on its other side.
func TestSettle(t *testing.T) {
	const key = "AQIDBAUGBwgJCgsMDQ4PEA=="
	for _, tt := range []struct {
		name   string
		before func(p *play)
		lone   bool
	}{
		{"nothing else", func(p *play) { p.watch.Single() }, true},
		{"the input may not be the only one", func(*play) {}, false},
		{"another handshake is under way", func(p *play) {
			p.watch.Single()
			p.open("192.0.2.9:5000", "203.0.113.5:80")
		}, false},
		{"another one got no answer to its end", func(p *play) {
			p.watch.Single()
			p.end(p.open("192.0.2.9:5000", "203.0.113.5:80"))
		}, true},
		{"another one is over", func(p *play) {
			p.watch.Single()
			p.shake(p.open("192.0.2.9:5000", "203.0.113.5:80"), leaf{key: key})
		}, true},
		{"another one with the same key", func(p *play) {
			p.watch.Single()
			p.up("192.0.2.9:5000", "203.0.113.5:80")
		}, false},
		{"another one began before the capture did", func(p *play) {
			p.watch.Single()
			p.open("192.0.2.9:5000", "203.0.113.5:80", func(c *dissect.Conversation) { c.Midstream, c.HTTP = true, "" })
		}, true},
		{"its server is a client, too", func(p *play) {
			p.watch.Single()
			p.shake(p.open("198.51.100.7:5000", "203.0.113.5:80"), leaf{key: key})
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay()
			p.watch.hops.opened = firstLegs
			tt.before(p)
			c := p.up("192.0.2.1:4000", "198.51.100.7:80")
			if got := p.watch.Compares(c); got == tt.lone {
				t.Errorf("its messages are compared: %v; want %v", got, !tt.lone)
			}
			p.say(c, flow.ClientToServer, "a message")
			if kept := p.watch.stories.of(c).leg.notes; tt.lone && len(kept) > 0 {
				t.Errorf("%d of its messages are kept", len(kept))
			}
			p.end(c)
			p.done()
			if got := p.watch.hops.shaking; got < 0 {
				t.Errorf("%d handshakes are under way", got)
			}
		})
	}
}

// What is joined after the messages of one leg were let go is not compared, and
// that is said; the first legs of a capture are kept.
func TestSettledTooEarly(t *testing.T) {
	for _, tt := range []struct {
		name   string
		opened int // legs before
		want   finding.Code
	}{
		{"the first legs of the capture", 0, finding.HopPayloadChanged},
		{"behind many others", firstLegs, finding.CaptureLimit},
	} {
		t.Run(tt.name, func(t *testing.T) { settledTooEarly(t, tt.opened, tt.want) })
	}
}

func settledTooEarly(t *testing.T, opened int, want finding.Code) {
	p := newPlay()
	p.watch.Single()
	p.watch.hops.opened = opened
	late := p.up("192.0.2.1:4000", "198.51.100.7:80") // the capture has the leg in front of the proxy first
	p.say(late, flow.ClientToServer, "a message")
	lower := p.up("198.51.100.8:5000", "203.0.113.5:80")
	p.say(lower, flow.ClientToServer, "another message")
	p.bye(late)
	p.bye(lower)
	p.done()
	if len(p.hops) != 1 || p.hops[0].By != ByKey {
		t.Fatalf("hops = %v; want one by its key", p.hops)
	}
	if got := p.codes(); !slices.Contains(got, want) {
		t.Errorf("findings = %v; want %v among them", got, want)
	}
	if want != finding.HopPayloadChanged && slices.Contains(p.codes(), finding.HopPayloadChanged) {
		t.Error("messages are compared although some were let go")
	}
}

// A conversation is compared for as long as that can lead to anything.
func TestCompares(t *testing.T) {
	p := newPlay()
	up, down := p.up("192.0.2.1:4000", "198.51.100.7:80"), p.up("198.51.100.7:5000", "203.0.113.5:80")
	upper, lower := p.watch.stories.of(up).leg, p.watch.stories.of(down).leg
	if upper.down == nil || upper.down != lower.up {
		t.Fatal("the two legs are not joined")
	}
	for i := range maxEarlyNotes + 1 {
		text := fmt.Sprint("message ", i)
		p.say(up, flow.ClientToServer, text)
		p.say(down, flow.ClientToServer, text)
	}
	if !upper.forgot || !p.watch.Compares(up) {
		t.Errorf("beyond early messages (let go: %v) the joined leg is not compared", upper.forgot)
	}
	upper.down.blind = true
	if p.watch.Compares(up) {
		t.Error("a leg is compared whose only joint is blind and whose messages were let go")
	}
	if p.watch.Compares(&dissect.Conversation{}) {
		t.Error("a conversation is compared that was let go")
	}
}
