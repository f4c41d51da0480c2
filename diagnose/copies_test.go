package diagnose

import (
	"net/netip"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/finding"
)

// sight returns a conversation that was recognised by its request on a
// connection whose SYN was seen; change, if any, alters it.
func sight(change ...func(*dissect.Conversation)) *dissect.Conversation {
	c := &dissect.Conversation{
		TCP: 1, Client: netip.MustParseAddrPort(clientAddr), Server: netip.MustParseAddrPort(originAddr), Opener: true, Sequence: 1000,
		Reached: [3]uint32{0, 1401, 70001}, ReachedKnown: [3]bool{false, true, true}, Head: 7, Start: time.Unix(1e9, 0),
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// midstream makes a conversation one that the capture joined late, at other
// bytes than the first sighting.
func midstream(c *dissect.Conversation) {
	c.Opener, c.Head, c.Midstream = false, 0, true
	c.Reached[c2s] += 9000
	c.Reached[s2c] += 900_000
}

// A recogniser numbers conversations as whoever tells them does.
type recogniser struct {
	*Copies
	told int
}

func newRecogniser() *recogniser { return &recogniser{Copies: NewCopies()} }

// open takes the next conversation, and reports whether it is to be told.
func (r *recogniser) open(o *dissect.Opened) bool {
	o.Conv.Number = r.told + 1
	if r.Open(o) {
		r.told++
		return true
	}
	o.Conv.Number = 0
	return false
}

func TestCopies(t *testing.T) {
	type change = func(*dissect.Conversation)
	elsewhere := func(c *dissect.Conversation) { c.Vantage, c.File = 1, 1 }
	script := func(c *dissect.Conversation) { c.TCP, c.Client = 2, netip.MustParseAddrPort("198.51.100.1:2000") }
	next := func(c *dissect.Conversation) { script(c); c.Origin = 2 }
	later := func(d time.Duration) change { return func(c *dissect.Conversation) { c.Start = c.Start.Add(d) } }
	tests := []struct {
		name          string
		first, second []change
		copy          bool
	}{
		{"behind a NAT", nil, []change{next}, true},
		{"in another capture", nil, []change{elsewhere}, true},
		{"in another capture, an hour later by its clock", nil, []change{elsewhere, later(time.Hour)}, true},
		{"behind a NAT, in another capture", nil, []change{next, elsewhere}, true},
		{"the SYN was missed in one", nil, []change{elsewhere, func(c *dissect.Conversation) { c.Opener = false }}, true},
		{"the SYN was missed in both", []change{func(c *dissect.Conversation) { c.Opener = false }},
			[]change{next, func(c *dissect.Conversation) { c.Opener = false; c.Reached[s2c] += 1448 }}, true},
		{"the answer of the server was missed in one", nil, []change{next, func(c *dissect.Conversation) { c.ReachedKnown[s2c] = false }}, true},
		{"the request was missed in one", nil, []change{next, func(c *dissect.Conversation) { c.Head = 0; c.Reached[s2c] += 129 }}, true},
		{"joined late", nil, []change{elsewhere, midstream}, true},
		{"joined late in both", []change{midstream}, []change{elsewhere, midstream, midstream}, true},
		{"behind a NAT, joined late in both at the same packet", []change{midstream}, []change{midstream, next}, true},
		{"the other stream of HTTP/2", nil, []change{elsewhere, func(c *dissect.Conversation) { c.Stream = 3 }}, false},
		{"an octet of the request differs", nil, []change{next, func(c *dissect.Conversation) { c.Head = 8 }}, false},
		{"a proxy that passes the request on as it is", nil, []change{next, func(c *dissect.Conversation) { c.Sequence = 5 }}, false},
		{"the same, and the SYNs were missed", []change{func(c *dissect.Conversation) { c.Opener = false }},
			[]change{next, func(c *dissect.Conversation) { c.Opener, c.Reached = false, [3]uint32{0, 1 << 30, 1 << 31} }}, false},
		{"the request played again by somebody who forged its numbers", nil, []change{next, func(c *dissect.Conversation) { c.Reached[s2c] = 1 << 30 }}, false},
		{"both directions played again, later", nil, []change{next, later(time.Minute)}, false},
		{"a script whose connections begin with the same numbers", nil, []change{script}, false},
		{"the port used again", nil, []change{func(c *dissect.Conversation) { c.TCP = 2 }}, false},
		{"the port used again, in another capture", nil, []change{elsewhere, func(c *dissect.Conversation) { c.Sequence, c.Head = 5, 8 }}, false},
		{"the port used again, joined late", []change{midstream}, []change{elsewhere, midstream, func(c *dissect.Conversation) { c.Reached[c2s] += 1 << 31 }}, false},
		{"the next request of the same connection", nil, []change{func(c *dissect.Conversation) { c.Reached[c2s] += 400 }}, false},
		{"another client of the server, joined late at nearly the same numbers", []change{midstream}, []change{midstream, next, func(c *dissect.Conversation) { c.Reached[c2s]++ }}, false},
		{"one direction here, the other there", []change{func(c *dissect.Conversation) { c.ReachedKnown[s2c] = false }},
			[]change{elsewhere, func(c *dissect.Conversation) { c.Head, c.ReachedKnown[c2s] = 0, false }}, false},
	}
	// Nothing is looked for until something was captured in a second place:
	// that must not be all that keeps conversations apart.
	other := func(c *dissect.Conversation) { c.TCP, c.Origin, c.Sequence, c.Head = 9, 9, 9, 9 }
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, earlier := range [][]*dissect.Conversation{nil, {sight(script, other)}} {
				c := newRecogniser()
				for _, e := range earlier {
					c.open(&dissect.Opened{Place: dissect.Place{Conv: e}})
				}
				a, b := sight(tt.first...), sight(tt.second...)
				if !c.open(&dissect.Opened{Place: dissect.Place{Conv: a}}) {
					t.Fatal("the first is not told")
				}
				if told := c.open(&dissect.Opened{Place: dissect.Place{Conv: b}}); told == tt.copy {
					t.Errorf("told %v; want %v", told, !tt.copy)
				}
				if got := len(c.Known(a)) == 1 && b.CopyOf == a; got != tt.copy {
					t.Errorf("copy %v; want %v", got, tt.copy)
				}
			}
		})
	}
}

// TestCopiesOfAttempts holds that of several attempts on one connection, with
// a key that never changes, each is the copy of one.
func TestCopiesOfAttempts(t *testing.T) {
	c := newRecogniser()
	attempt := func(tcp int64, n uint32) *dissect.Conversation {
		conv := sight(func(c *dissect.Conversation) {
			c.TCP, c.Vantage = tcp, int(tcp)
			c.Reached[c2s] += 400 * n
			c.Reached[s2c] += 300 * n
		})
		c.open(&dissect.Opened{Place: dissect.Place{Conv: conv}})
		return conv
	}
	var first, again [3]*dissect.Conversation
	for i := range first {
		first[i], again[i] = attempt(1, uint32(i)), attempt(2, uint32(i))
	}
	for i := range first {
		if again[i].CopyOf != first[i] {
			t.Errorf("attempt %d is told as another one", i)
		}
	}
}

// TestLateCopy holds that a copy that is recognised when the end of the first
// was told says itself what it is.
func TestLateCopy(t *testing.T) {
	c := newRecogniser()
	a, b := sight(), sight(func(c *dissect.Conversation) { c.Vantage = 1 })
	c.open(&dissect.Opened{Place: dissect.Place{Conv: a}})
	c.Told(a)
	o := &dissect.Opened{Place: dissect.Place{Conv: b}}
	if !c.open(o) || len(o.Copies) != 1 || o.Copies[0] != a || !speaksAgain(o) {
		t.Errorf("copies %v", o.Copies)
	}
	if known := c.Known(b); len(known) != 1 || known[0] != a {
		t.Errorf("at its end: %v", known)
	}
}

func TestBetterCopy(t *testing.T) {
	whole := dissect.Ended{Heard: [3]bool{false, true, true}}
	torn, deaf := whole, whole
	torn.Missing[s2c] = 1448
	deaf.Heard[s2c] = false
	tests := []struct {
		name          string
		first, second dissect.Ended
		want          finding.Code
	}{
		{"both whole", whole, whole, ""},
		{"the copy lacks bytes", whole, torn, ""},
		{"both lack as much", torn, torn, ""},
		{"the first lacks bytes", torn, whole, finding.CaptureGap},
		{"the first lacks a direction", deaf, torn, finding.CaptureOneDirection},
		{"the copy lacks a direction", torn, deaf, ""},
	}
	for _, tt := range tests {
		for _, order := range []string{"first ends first", "copy ends first"} {
			t.Run(tt.name+", "+order, func(t *testing.T) {
				c := newRecogniser()
				a, b := sight(), sight(func(c *dissect.Conversation) { c.Vantage, c.File = 1, 1 })
				c.open(&dissect.Opened{Place: dissect.Place{Conv: a}})
				c.open(&dissect.Opened{Place: dissect.Place{Conv: b}})
				x, y := tt.first, tt.second
				x.Conv, y.Conv = a, b
				var got []finding.Code
				tell := func(e dissect.Event) {
					if e.At().Conv != a {
						t.Error("it is told of the copy")
					}
					got = append(got, e.(*dissect.Finding).Code)
				}
				if order == "first ends first" {
					c.End(&x, tell)
					c.End(&y, tell)
				} else {
					c.End(&y, tell)
					c.End(&x, tell)
				}
				if len(got) > 1 || len(got) == 0 != (tt.want == "") || len(got) == 1 && got[0] != tt.want {
					t.Errorf("found %v; want %q", got, tt.want)
				}
			})
		}
	}
}

// TestCopiesMemory plays more conversations than are remembered, with a key
// of its own each, and with the same key all.
func TestCopiesMemory(t *testing.T) {
	for _, same := range []bool{false, true} {
		c := newRecogniser()
		var last *dissect.Conversation
		for n := range uint32(maxSightings + 1000) {
			last = sight(func(c *dissect.Conversation) {
				c.TCP, c.Sequence, c.Reached[c2s], c.Origin = int64(n)+1, n*1_000_003, n*1_000_003, n%2
				c.Client = netip.AddrPortFrom(c.Client.Addr(), uint16(n)+1)
				if !same {
					c.Head = uint64(n) + 1
				}
			})
			c.open(&dissect.Opened{Place: dissect.Place{Conv: last}})
		}
		links := 0
		for kind := range c.links {
			for _, l := range c.links[kind] {
				links += l.count
			}
		}
		if links > linkKinds*maxSightings || links == 0 {
			t.Errorf("%d links kept; want %d at most", links, linkKinds*maxSightings)
		}
		copy := *last
		copy.Vantage = 1
		if c.open(&dissect.Opened{Place: dissect.Place{Conv: &copy}}) || copy.CopyOf != last {
			t.Error("the last one is not known")
		}
	}
}
