package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"

	"wsight/bench/truth"
	"wsight/internal/packets"
)

type options struct {
	profile       string
	size          int64
	conns, active int
	seed          uint64
	damage        damage
}

// A generator holds what all connections of a capture share.
type generator struct {
	options
	random *rand.Rand
	pcap   *packets.Pcap
	micros int64 // time of the last packet
	truth  *truth.Truth

	websocket int64 // bytes of the file that belong to WebSocket connections (E)
	packet    []byte
	text      []byte
	burst     []byte
}

// generate writes the capture to w.
func generate(o options, w io.Writer) (*truth.Truth, error) {
	if o.profile == "B" && o.damage == (damage{}) {
		o.damage = damage{reorder: 0.01, retransmit: 0.005, overlap: 0.001}
	}
	if o.conns == 0 {
		o.conns = 200
		if o.profile == "C" {
			o.conns = 500_000
		}
	}
	buffered := bufio.NewWriterSize(w, 1<<20)
	g := &generator{
		options: o,
		random:  rand.New(rand.NewPCG(o.seed, uint64(o.profile[0]))),
		pcap:    packets.NewPcap(buffered),
		micros:  1_750_000_000 * 1_000_000,
		truth:   &truth.Truth{Profile: o.profile, Seed: o.seed},
	}
	if o.profile == "C" {
		g.churn()
	} else {
		g.talk()
	}
	g.truth.Bytes = g.pcap.Written
	return g.truth, buffered.Flush()
}

// talk lets long connections talk in turns until the size is reached.
func (g *generator) talk() {
	talkers := make([]*conversation, g.conns)
	for i := range talkers {
		c := g.newConversation(i, 8080)
		if i%8 == 7 {
			c.sides[c2s].seq = -(1 + g.random.Uint32()%20_000)
			c.sides[s2c].seq = -(1 + g.random.Uint32()%200_000)
		}
		g.open(c)
		g.upgrade(c)
		talkers[i] = c
	}
	var others []*conversation
	if g.profile == "E" {
		for i := range g.conns {
			c := g.newConversation(g.conns+i, [...]uint16{80, 443}[i%2])
			c.secure = i%2 == 1
			g.open(c)
			others = append(others, c)
		}
	}
	for g.pcap.Written < g.size {
		if others != nil && g.websocket*10 > g.pcap.Written {
			g.noise(others[g.random.IntN(len(others))])
			continue
		}
		before := g.pcap.Written
		g.turn(talkers[g.random.IntN(len(talkers))])
		g.websocket += g.pcap.Written - before
	}
	for _, c := range talkers {
		g.goodbye(c)
	}
	for _, c := range others {
		g.finish(c)
	}
}

// turn lets one side of c say something.
func (g *generator) turn(c *conversation) {
	g.burst = g.burst[:0]
	switch x := g.random.IntN(1000); {
	case x == 0:
		beat := binary.BigEndian.AppendUint64(nil, uint64(g.micros))
		g.stream(c, s2c, g.frame(g.burst, c, s2c, 0x80|packets.Ping, beat))
		g.stream(c, c2s, g.frame(g.burst, c, c2s, 0x80|packets.Pong, beat))
	case x < 500:
		g.burst = g.message(g.burst, c, c2s, 150+g.random.IntN(101))
		g.stream(c, c2s, g.burst)
	default:
		for range 1 + g.random.IntN(4) {
			g.burst = g.message(g.burst, c, s2c, 1024+g.random.IntN(3073))
		}
		g.stream(c, s2c, g.burst)
	}
}

// churn lets short connections come and go, some at a time in random turns.
func (g *generator) churn() {
	type visit struct {
		c    *conversation
		step int
	}
	var visits []visit
	started := 0
	for {
		for len(visits) < g.active && started < g.conns {
			visits = append(visits, visit{c: g.newConversation(started, 8080)})
			started++
		}
		if len(visits) == 0 {
			return
		}
		i := g.random.IntN(len(visits))
		c := visits[i].c
		switch visits[i].step {
		case 0:
			g.open(c)
		case 1:
			g.upgrade(c)
		case 2:
			g.burst = g.message(g.burst[:0], c, c2s, 150+g.random.IntN(101))
			g.stream(c, c2s, g.burst)
		case 3:
			g.burst = g.message(g.burst[:0], c, s2c, 300+g.random.IntN(701))
			g.stream(c, s2c, g.burst)
		case 4:
			g.goodbye(c)
		}
		if visits[i].step++; visits[i].step == 5 {
			last := len(visits) - 1
			visits[i] = visits[last]
			visits = visits[:last]
		}
	}
}
