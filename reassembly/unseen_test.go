package reassembly

import (
	"net/netip"
	"testing"
	"time"

	"wsight/capture"
	"wsight/flow"
)

// FINs and RSTs that the capture missed: what the acknowledgements prove is
// told at the end of the connection, and not before; what they do not prove is
// not told.
func TestUnseenFIN(t *testing.T) {
	const talk = open + `
		C 0.1 P. 1 1 "abc"
		S 0.2 P. 1 4 "de"
		C 0.3 .  4 3
	`
	const talked = opened + `
		1: A@0 "abc" #4
		1: B@0 "de" #5
	`
	for _, test := range []struct {
		name, packets, want string
	}{
		{"the first FIN is missing", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			c 3.0 .  1 1
			c 3.2 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #7
			1: closed #8`},
		{"the second FIN is missing", talk + `
			C 1.0 F. 4 3
			S 1.1 .  3 5
			C 1.2 .  5 4
			c 3.3 .  1 1`, talked + `
			1: A@3 fin #7
			1: B@2 fin unseen #9
			1: closed #9`},
		{"both FINs are missing", talk + `
			S 1.0 .  3 5
			C 1.1 .  5 4
			c 3.2 .  1 1`, talked + `
			1: A@3 fin unseen #7
			1: B@2 fin unseen #8
			1: closed #8`},
		{"the last acknowledgement comes before the first", talk + `
			S 1.0 F. 3 4
			C 1.1 .  5 4
			S 1.2 .  4 5
			c 3.3 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #9
			1: closed #9`},
		{"the other direction goes on until the capture ends", talk + `
			S 1.0 .  3 5
			S 9.0 P. 3 5 "f"`, talked + `
			1: B@2 "f" #8
			1: A@3 fin unseen #7
			1: end of capture #8`},
		{"nothing follows", talk + `
			S 1.0 .  3 5`, talked + `
			1: A@3 fin unseen #7
			1: end of capture #7`},
		{"an RST follows", talk + `
			S 1.0 .  3 5
			S 1.1 R. 3 5`, talked + `
			1: A@3 fin unseen #7
			1: B@2 reset #8
			1: closed #8`},
		{"another connection follows", talk + `
			S 1.0 .  3 5
			C 9.0 S  700000`, talked + `
			1: A@3 fin unseen #7
			1: replaced #8
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #8
			2: end of capture #8`},
		{"the FIN comes late", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 F. 4 3`, talked + `
			1: B@2 fin #7
			1: A@3 fin #9
			1: closed #9`},
		{"the byte comes late: it was no FIN", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 P. 4 3 "d"
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 "d" #9
			1: end of capture #10`},
		{"a byte behind it comes: one byte is lost", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 P. 5 4 "e"
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@4 "e" #9 lost 1
			1: end of capture #10`},
		{"a FIN behind it comes: one byte is lost", talk + `
			S 1.0 F. 3 5
			C 1.1 F. 5 4
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@4 fin #8
			1: closed #9 lost 1 0`},
		{"two bytes are missing, of which one may be a FIN", talk + `
			S 1.0 F. 3 6
			C 1.1 .  6 4
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: end of capture #9 lost 2 0`},
		{"the other FIN is not acknowledged: it waits for more", talk + `
			S 1.0 F. 3 5
			c 9.0 .  1 1
			C 9.1 .  5 3`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #7
			1: end of capture #9`},
		{"an acknowledgement that is overtaken by what it covers", talk + `
			S 1.0 .  3 5
			C 1.0 P. 4 3 "d"
			S 1.1 .  3 6
			C 1.1 F. 5 3`, talked + `
			1: A@3 "d" #8
			1: A@4 fin #10
			1: end of capture #10`},
		{"the RST is missing: nothing proves an end", talk + `
			C 9.0 S  700000`, talked + `
			1: replaced #7
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #7
			2: end of capture #7`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(test.want)
		})
	}
}

// Connections of each of which one FIN is missing do not pile up: they are let
// go two seconds after their end.
func TestUnseenFINsAreLetGo(t *testing.T) {
	const all, everyMs = 3000, 5
	closed := 0
	a := New(func(flow.Conn) Sink { return tally{&closed} }, Limits{})
	number, most := 0, 0
	for i := range all {
		from := netip.AddrPortFrom(client.Addr(), uint16(1024+i))
		packet := func(up bool, flags uint8, seq, ack uint32, data string) {
			p := tcpPacket{from: from, to: server, seq: seq, ack: ack, flags: flags, window: 100, data: []byte(data)}
			if !up {
				p.from, p.to = server, from
			}
			b := p.ip()
			number++
			a.Packet(&capture.Packet{Number: number, Time: start.Add(time.Duration(i*everyMs) * time.Millisecond), Link: linkRaw, Data: b, Length: len(b)})
		}
		packet(true, flagSYN, 0, 0, "")
		packet(false, flagSYN|flagACK, 0, 1, "")
		packet(true, flagACK|flagPSH, 1, 1, "GET")
		packet(false, flagACK|flagPSH, 1, 4, "101")
		if i%2 == 0 {
			packet(true, flagACK|flagFIN, 4, 4, "")
			packet(false, flagACK, 4, 5, "")
		} else {
			packet(false, flagACK|flagFIN, 4, 5, "")
		}
		packet(true, flagACK, 5, 5, "")
		most = max(most, a.table.followed())
	}
	if want := int(unseenPatience/(everyMs*time.Millisecond)) + 2; most > want {
		t.Errorf("%d of %d connections were followed at a time; want at most %d", most, all, want)
	}
	if closed < all-most {
		t.Errorf("%d of %d connections were closed before the capture ended", closed, all)
	}
}

// tally is a Sink that counts ends by FIN.
type tally struct{ count *int }

func (tally) Chunk(*flow.Chunk) bool { return true }
func (tally) Signal(flow.Signal)     {}
func (c tally) Closed(end flow.Closed) {
	if end.Ending == flow.EndClosed {
		*c.count++
	}
}
