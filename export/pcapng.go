package export

import (
	"io"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/finding"
	"wsight/session"
)

// PCAPNG picks the packets of selected connections out of a capture, as a
// capture of its own: with what decrypts them, and with findings as comments
// of the packets that show them. It takes two readings of the input: events
// first, then packets.
//
// Packets are copied as they are: secrets in them cannot be masked.
type PCAPNG struct {
	vantage  map[int]int // of each file
	wanted   map[wire]bool
	all      bool
	comments map[place][]string
	parts    map[place]wire // of IP datagrams
	randoms  [][32]byte
	seen     map[[32]byte]bool
	room     int64 // bytes that may still become comments

	// Uncommented counts findings for whose comments there was no room.
	Uncommented int
	// Unplaced counts fragments of IP datagrams that could not be remembered
	// and are missing.
	Unplaced int
	// Packets counts what was written.
	Packets int64
}

// A wire is a TCP connection as one vantage point saw it.
type wire struct {
	vantage int
	tcp     int64
}

type place struct{ file, packet int }

const (
	maxComments = 200_000 // packets that get comments
	maxParts    = 1 << 20 // fragments of IP datagrams whose connection is remembered
)

// NewPCAPNG returns a picker that has seen nothing. The groups are the files
// of each vantage point, as capture.Inputs gives them.
func NewPCAPNG(groups [][]int) *PCAPNG {
	p := &PCAPNG{vantage: map[int]int{}, wanted: map[wire]bool{}, comments: map[place][]string{}, parts: map[place]wire{}, seen: map[[32]byte]bool{}, room: session.DefaultKept}
	for vantage, files := range groups {
		for _, file := range files {
			p.vantage[file] = vantage
		}
	}
	return p
}

// All selects every packet there is, not only those of connections whose
// events come.
func (p *PCAPNG) All() { p.all = true }

// Also selects the packets of a connection as they were captured at another
// place.
func (p *PCAPNG) Also(c *dissect.Conversation) { p.wanted[wire{p.vantage[c.File], c.TCP}] = true }

// Keep sets how many bytes of findings are kept to become comments. Zero means
// session.DefaultKept.
func (p *PCAPNG) Keep(bytes int64) {
	if p.room = bytes; bytes <= 0 {
		p.room = session.DefaultKept
	}
}

// Event takes an event of the first reading that was selected.
func (p *PCAPNG) Event(e dissect.Event) {
	c := e.At().Conv
	if c == nil {
		return
	}
	p.Also(c)
	if end, ok := e.(*dissect.Ended); ok {
		for _, c := range end.Copies {
			p.Also(c)
		}
	}
	if c.TLS != nil && c.TLS.Random != [32]byte{} && !p.seen[c.TLS.Random] {
		p.seen[c.TLS.Random] = true
		p.randoms = append(p.randoms, c.TLS.Random)
	}
	f, ok := e.(*dissect.Finding)
	if !ok {
		return
	}
	shown := f.Packet
	if len(f.Packets) > 0 {
		shown = f.Packets[0]
	}
	at := place{shown.Input(), shown.Number()}
	text := comment(f)
	if len(p.comments) >= maxComments && p.comments[at] == nil || int64(len(text)) > p.room {
		p.Uncommented++
		return
	}
	p.room -= int64(len(text))
	p.comments[at] = append(p.comments[at], text)
}

// Part notes in the first reading that a packet carries a fragment of what
// another packet of the same connection completes.
func (p *PCAPNG) Part(file, packet int, tcp int64) {
	if tcp == 0 {
		return
	}
	if len(p.parts) >= maxParts {
		p.Unplaced++
		return
	}
	p.parts[place{file, packet}] = wire{p.vantage[file], tcp}
}

// comment is a finding as a comment of a packet.
func comment(f *dissect.Finding) string {
	rule := f.Rule()
	text := "wsight " + rule.Severity.String() + " " + string(f.Code) + ": " + rule.Title
	if f.Detail != "" {
		text += ": " + f.Detail
	}
	if rule.Severity >= finding.Warning {
		text += ". " + rule.Advice
	}
	return text
}

// Begin writes what comes before the packets to w: the secrets of the
// selected connections, as far as keys has them. Keys may be nil.
func (p *PCAPNG) Begin(w io.Writer, version string, keys *tls.KeyLog) (*capture.Writer, error) {
	out := capture.NewWriter(w, capture.Section{Application: "wsight " + version})
	var lines []byte
	for _, random := range p.randoms {
		if keys != nil {
			lines = keys.AppendLines(lines, random)
		}
	}
	if len(lines) > 0 {
		return out, out.WriteSecrets(lines)
	}
	return out, nil
}

// Packet writes a packet of the second reading, if it belongs to a selected
// connection.
func (p *PCAPNG) Packet(out *capture.Writer, packet *capture.Packet, tcp int64) error {
	if !p.Wanted(packet, tcp) {
		return nil
	}
	p.Packets++
	comments := p.comments[place{packet.File, packet.Number}]
	if len(comments) == 0 {
		return out.WritePacket(packet)
	}
	own := *packet
	own.Comments = append(append([]string(nil), packet.Comments...), comments...)
	return out.WritePacket(&own)
}

// Wanted reports whether Packet writes a packet.
func (p *PCAPNG) Wanted(packet *capture.Packet, tcp int64) bool {
	of := wire{packet.Vantage, tcp}
	if tcp == 0 {
		of = p.parts[place{packet.File, packet.Number}]
	}
	return p.all || of.tcp != 0 && p.wanted[of]
}
