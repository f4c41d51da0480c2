package diagnose

import (
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// member opens one of many connections.
func member(p *play, i int) *dissect.Conversation {
	c := p.open(fmt.Sprintf("192.0.2.%d:40000", 10+i), originAddr)
	p.shake(c, leaf{status: 101, key: fmt.Sprintf("%021dA==", i)})
	p.say(c, c2s, fmt.Sprintf("hello %d", i))
	p.say(c, s2c, fmt.Sprintf("hello back %d", i))
	return c
}

// lifetimes plays busy connections that begin a second apart and are cut at
// the ages given.
func lifetimes(p *play, ages ...time.Duration) {
	for i, age := range ages {
		start := p.now
		c := member(p, i)
		for range 10 {
			p.wait(age / 10)
			p.say(c, s2c, "tick")
		}
		p.now = start.Add(age)
		p.fin(c, s2c)
		p.wait(5 * time.Second)
	}
}

// burst plays connections of many ages; the gaps stand between their ends.
func burst(p *play, gaps ...time.Duration) {
	var open []*dissect.Conversation
	for i := range gaps {
		open = append(open, member(p, i))
		p.wait(7 * time.Second)
	}
	for i, c := range open {
		p.wait(gaps[i])
		p.say(c, s2c, "tick")
		p.fin(c, s2c)
	}
}

// sized plays connections that end right after a message of the size given.
func sized(p *play, end func(*dissect.Conversation, flow.Direction), sizes ...int) {
	for i, size := range sizes {
		c := member(p, i)
		p.say(c, c2s, string(make([]byte, size)))
		p.wait(10 * time.Millisecond)
		end(c, s2c)
		p.wait(20 * time.Second)
	}
}

// silences plays connections that are cut after the silences given.
func silences(p *play, quiet ...time.Duration) {
	for i, d := range quiet {
		c := member(p, i)
		p.wait(d)
		p.fin(c, s2c)
		p.wait(13 * time.Second)
	}
}

// fleetRows are of what many conversations have in common.
var fleetRows = []row{
	{finding.EndLifetime, "30 s each", func(p *play) { lifetimes(p, 30*time.Second, 30*time.Second, 30200*time.Millisecond, 30*time.Second) },
		func(p *play) { lifetimes(p, 10*time.Second, 20*time.Second, 30*time.Second, 40*time.Second) }},
	{finding.EndTogether, "three within a moment", func(p *play) { burst(p, time.Second, time.Millisecond, 2*time.Millisecond, 3*time.Millisecond) },
		func(p *play) { burst(p, time.Second, 10*time.Second, 20*time.Second, 3*time.Second) }},
	{finding.EndAfterSize, "128 KiB", func(p *play) { sized(p, p.rst, 131073, 131080, 140000) },
		func(p *play) { // larger ones got through
			c := member(p, 9)
			p.say(c, c2s, string(make([]byte, 200000)))
			p.wait(3 * time.Second)
			p.bye(c)
			sized(p, p.rst, 131073, 131080, 140000)
		}},
	{finding.EndIdleTimeout, "the same silence at different times", func(p *play) { silences(p, 60*time.Second, 60*time.Second, 60*time.Second) },
		func(p *play) {
			for i := range 3 {
				p.bye(member(p, i))
				p.wait(60 * time.Second)
			}
		}},
}
