package diagnose

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// TestOrderly holds that something else is told of a conversation although it
// ended with a Close from either side. That nothing is to be told of one that
// passes for orderly holds for every test: see unheard.
func TestOrderly(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(p *play)
		want finding.Code // "": nothing
	}{
		{"as it should be", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.say(c, c2s, "hello")
			p.close(c, c2s)
			p.close(c, s2c)
			p.signal(c, s2c, flow.Fin)
			if !p.watch.stories.of(c).orderly(p.ends[c]) {
				t.Error("a conversation that ends as it should is not orderly")
			}
			p.end(c)
		}, ""},
		{"a window was closed", func(p *play) { windowShut(p, 2*time.Second) }, finding.EndStalled},
		{"the last Close was sent in vain", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.close(c, c2s)
			p.close(c, s2c)
			retransmit(p, c)
			p.end(c)
		}, finding.EndStalled},
		{"a message was left unfinished", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.message(c, c2s, dissect.Text, "hel", func(m *dissect.Message) { m.Complete, m.Digest = false, 0 })
			p.close(c, c2s)
			p.close(c, s2c)
			p.wait(6 * time.Second)
			p.end(c)
		}, finding.EndStalled},
		{"a frame was left unfinished", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.ends[c].Unfinished[s2c] = true
			p.bye(c)
		}, finding.CloseMidFrame},
		{"a ping got no answer", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.message(c, c2s, dissect.Ping, "x", nil)
			p.wait(2 * time.Second)
			p.say(c, s2c, "hello")
			p.bye(c)
		}, finding.PingUnanswered},
		{"the client left because no subprotocol was chosen", func(p *play) {
			c := p.open(clientAddr, originAddr)
			p.shake(c, leaf{status: 101, request: short("Sec-WebSocket-Protocol", "chat")})
			p.close(c, c2s)
			p.close(c, s2c)
			p.fin(c, c2s)
		}, finding.HandshakeSubprotocolUnanswered},
		{"one direction is not there", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.ends[c].Heard[c2s] = false
			p.bye(c)
		}, finding.CaptureOneDirection},
		{"TCP ended before, after a silence", func(p *play) {
			c := p.up(clientAddr, originAddr)
			p.say(c, c2s, "hello")
			p.wait(time.Minute)
			p.signal(c, s2c, flow.Fin)
			p.close(c, s2c)
			p.close(c, c2s)
			p.end(c)
		}, finding.EndIdleTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlay()
			tt.play(p)
			if got := p.codes(); tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Contains(got, tt.want) {
				t.Errorf("found %v; want %q", got, tt.want)
			}
		})
	}
}

// unheard panics when a check would tell of a conversation that passes for
// orderly, so that none of them is asked.
func (p *play) unheard(e *dissect.Ended) {
	s := p.watch.stories.of(e.Conv)
	if s == nil || !s.orderly(e) {
		return
	}
	for i := range checks {
		checks[i].ended(s, e, func(r finding.Report, _ flow.Direction, _ ...flow.PacketID) {
			panic(fmt.Sprintf("an orderly conversation has %s: %s", r.Code, r.Detail))
		})
	}
}
