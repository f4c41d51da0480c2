package diagnose

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/finding"
)

func TestHealthyProxyIsQuiet(t *testing.T) {
	p := newPlay()
	q := joined(p)
	for i := range 100 {
		q.cross(c2s, fmt.Sprint("question ", i))
		q.cross(s2c, fmt.Sprint("answer ", i))
	}
	q.leave()
	if len(p.found) > 0 {
		t.Errorf("found %v in a healthy WebSocket; want nothing: %s", p.codes(), p.found[0].Detail)
	}
	if len(p.hops) != 1 {
		t.Fatalf("%d hops; want 1", len(p.hops))
	}
	h := p.hops[0]
	if h.Conversations[0] != q.client || h.Conversations[1] != q.server || h.By != ByKey || h.Certainty != Certain {
		t.Errorf("hop %+v; want the client's leg and then the server's, by key, certain", h)
	}
	if h.Delay[c2s] <= 0 || h.Delay[c2s] > time.Millisecond {
		t.Errorf("delay %v; want the microseconds that the play takes", h.Delay[c2s])
	}
}

func TestPairing(t *testing.T) {
	type want struct {
		hops      int
		by        Bond
		certainty Certainty
	}
	long := "a message that is long enough to be known again anywhere"
	tests := []struct {
		name string
		play func(p *play)
		want want
	}{
		{"two proxies make two hops", func(p *play) {
			client := p.open("192.0.2.1:40000", "192.0.2.2:80")
			middle := p.open("192.0.2.2:50000", "192.0.2.3:80")
			server := p.open("192.0.2.3:50000", "192.0.2.4:80")
			for _, c := range []*dissect.Conversation{server, middle, client} {
				p.shake(c, leaf{status: 101, at: &client.Start})
			}
			for _, c := range []*dissect.Conversation{client, middle, server} {
				p.say(c, c2s, long)
			}
			for _, c := range []*dissect.Conversation{client, middle, server} {
				p.fin(c, c2s)
			}
		}, want{2, ByKey, Certain}},
		{"the same client with a constant key", func(p *play) {
			a, b := p.up("192.0.2.1:40000", originAddr), p.up("192.0.2.1:40001", originAddr)
			p.bye(a)
			p.bye(b)
		}, want{}},
		{"a proxy that tries a second server", func(p *play) {
			client := p.open(clientAddr, proxyAddr)
			asked := p.now
			first, second := p.open(proxyOut, originAddr), p.open("192.0.2.20:50001", "192.0.2.31:8080")
			p.shake(first, leaf{status: 503})
			p.end(first)
			p.shake(second, leaf{status: 101})
			p.shake(client, leaf{status: 101, at: &asked})
			for _, c := range []*dissect.Conversation{client, second} {
				p.say(c, c2s, long)
			}
			p.bye(second)
			p.bye(client)
		}, want{1, ByKey, Certain}},
		{"an attempt after the other", func(p *play) {
			a := p.up("192.0.2.20:40000", originAddr)
			p.bye(a)
			p.wait(time.Minute)
			p.bye(p.up("192.0.2.1:40000", proxyAddr))
		}, want{}},
		{"other keys, same messages", func(p *play) {
			q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey})
			q.cross(c2s, long)
			q.cross(s2c, long+", he said")
			q.leave()
		}, want{1, ByPayload, Certain}},
		{"other keys, same path, nothing said", func(p *play) {
			q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey})
			q.leave()
		}, want{1, ByPathTime, Guess}},
		{"and the client named", func(p *play) {
			q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey, request: header.Fields{{Name: "X-Forwarded-For", Value: "192.0.2.10"}}})
			q.leave()
		}, want{1, ByPathTime, Likely}},
		{"other keys, another path, nothing said", func(p *play) {
			q := behind(p, leaf{status: 101}, leaf{status: 101, key: otherKey, target: "/other"})
			q.leave()
		}, want{}},
		{"joined in the middle", func(p *play) {
			mid := func(c *dissect.Conversation) { c.Midstream, c.Opener = true, false }
			client, server := p.open(clientAddr, proxyAddr, mid), p.open(proxyOut, originAddr, mid)
			for i := range 3 {
				p.say(client, c2s, fmt.Sprint(long, i))
				p.say(server, c2s, fmt.Sprint(long, i))
				p.say(server, s2c, fmt.Sprint(i, long))
				p.say(client, s2c, fmt.Sprint(i, long))
			}
			p.end(server)
			p.end(client)
		}, want{1, ByPayload, Certain}},
		{"the same broadcast to two clients of one server", func(p *play) {
			a, b := p.up("192.0.2.1:40000", originAddr), p.up("192.0.2.2:40000", originAddr)
			p.say(a, s2c, long)
			p.say(b, s2c, long)
			p.bye(a)
			p.bye(b)
		}, want{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay()
			tt.play(p)
			p.done()
			var got want
			if got.hops = len(p.hops); got.hops > 0 {
				got.by, got.certainty = p.hops[0].By, p.hops[0].Certainty
			}
			if got != tt.want {
				t.Errorf("joined %+v; want %+v", got, tt.want)
			}
			for _, f := range p.found {
				if r, _ := f.Code.Rule(); r.Severity == finding.Error && f.Severity == 0 && len(tt.want.by) > 0 && f.Code != finding.CloseMissing && f.Code != finding.EndAfterHandshake {
					t.Errorf("%s: %s", f.Code, f.Detail)
				}
			}
		})
	}
}

// TestClocks plays two captures whose clocks differ by a minute.
func TestClocks(t *testing.T) {
	for _, ahead := range []time.Duration{time.Minute, -time.Minute} {
		t.Run(ahead.String(), func(t *testing.T) {
			p := newPlay()
			client := p.open(clientAddr, proxyAddr)
			server := p.open(proxyOut, originAddr, func(c *dissect.Conversation) { c.File, c.Vantage = 1, 1 })
			on := func(c *dissect.Conversation, f func()) {
				now := p.now
				if c == server {
					p.now = now.Add(ahead)
				}
				f()
				p.now = now.Add(time.Millisecond)
			}
			at := p.now
			on(server, func() { p.shake(server, leaf{status: 101}) })
			on(client, func() { p.shake(client, leaf{status: 101, at: &at}) })
			for i := range 20 {
				text := fmt.Sprint("message ", i)
				on(client, func() { p.say(client, c2s, text) })
				on(server, func() { p.say(server, c2s, text) })
				on(server, func() { p.say(server, s2c, text) })
				on(client, func() { p.say(client, s2c, text) })
				p.wait(2 * time.Second)
			}
			on(server, func() { p.fin(server, s2c) })
			on(client, func() { p.fin(client, s2c) })
			p.done()
			if len(p.hops) != 1 {
				t.Fatalf("%d hops; want 1", len(p.hops))
			}
			h := p.hops[0]
			if off := (h.ClockOffset - ahead).Abs(); !h.OffsetKnown || off > 5*time.Millisecond {
				t.Errorf("offset %v, known %v; want %v", h.ClockOffset, h.OffsetKnown, ahead)
			}
			if slices.Contains(p.codes(), finding.HopDelayed) {
				t.Errorf("the difference of the clocks was told as a delay: %s", detailOf(p, finding.HopDelayed))
			}
			if want := "the server ended the connection first"; titleOf(p, finding.HopEndOrigin) != want {
				t.Errorf("%q; want %q", titleOf(p, finding.HopEndOrigin), want)
			}
		})
	}
}

func titleOf(p *play, code finding.Code) string {
	for _, f := range p.found {
		if f.Code == code {
			return f.Title
		}
	}
	return ""
}

// TestFlatMemory plays far more connections than are kept.
func TestFlatMemory(t *testing.T) {
	w := New()
	tell := func(dissect.Event) {}
	for n := range 3 * maxAlone {
		connection(w, n, tell)
	}
	h := w.hops
	if h.alone > maxAlone || h.answers.count > maxAlone || h.notes > maxNotes {
		t.Errorf("%d alone, %d keys, %d messages kept; want at most %d and %d", h.alone, h.answers.count, h.notes, maxAlone, maxNotes)
	}
	if w.stories.count > 0 || len(w.fleet.endings) >= maxEndings {
		t.Errorf("%d stories, %d endings kept", w.stories.count, len(w.fleet.endings))
	}
	n := 0
	for l := h.oldest; l != nil; l = l.newer {
		n += len(l.notes)
	}
	if n != h.notes {
		t.Errorf("%d messages are counted as kept, %d are", h.notes, n)
	}
}
