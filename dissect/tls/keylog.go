package tls

import (
	"bytes"
	"encoding/hex"
	"slices"
)

// DefaultLogLimit is how many connections a [KeyLog] remembers when its Limit
// is zero. Each costs some 400 bytes.
const DefaultLogLimit = 1 << 17

// maxLine bounds a line of a key log; the longest that is of use has 195 bytes.
const maxLine = 1024

// A KeyLog holds the secrets of a key log in the format of RFC 9850, also
// known as SSLKEYLOGFILE or NSS key log. The zero value is empty and ready.
//
// A KeyLog may be shared by many sessions and may grow while they run. It has
// no lock: whoever calls Add while sessions of another goroutine use the log
// must keep them apart.
type KeyLog struct {
	// Limit is how many connections to remember; the oldest is let go for
	// the newest. Zero means DefaultLogLimit.
	Limit int

	byRandom map[[32]byte]*secrets
	order    []*secrets // a ring once it is full
	oldest   int
	version  uint64 // counts changes

	rest    []byte // of a line whose end has not come
	skip    bool   // that line is too long to be of use
	lines   int
	stats   LogStats
	scratch [48]byte
}

// LogStats say what a [KeyLog] was made of.
type LogStats struct {
	Connections int   // client randoms held
	Secrets     int   // lines that gave a secret
	Ignored     int   // lines with labels of no use here, such as EXPORTER_SECRET or RSA
	Malformed   int   // lines that are none of RFC 9850
	Forgotten   int   // connections let go because of Limit
	BadLines    []int // numbers of the first malformed lines, from 1, at most 10
}

// Stats returns the counts so far.
func (k *KeyLog) Stats() LogStats {
	stats := k.stats
	stats.Connections = len(k.byRandom)
	stats.BadLines = append([]int(nil), k.stats.BadLines...)
	return stats
}

// Version changes whenever a secret is added: a caller that remembers it
// knows when [Session.Retry] may help.
func (k *KeyLog) Version() uint64 { return k.version }

// Clone returns a copy, for sessions of another goroutine, that what is added
// later does not change.
func (k *KeyLog) Clone() *KeyLog {
	c := *k
	c.byRandom = make(map[[32]byte]*secrets, len(k.byRandom))
	c.order = make([]*secrets, len(k.order))
	for i, s := range k.order {
		kept := *s
		c.order[i], c.byRandom[s.random] = &kept, &kept
	}
	c.rest = bytes.Clone(k.rest)
	c.stats.BadLines = slices.Clone(k.stats.BadLines)
	return &c
}

// Add reads more of a key log that is read in pieces, such as a file that
// grows. A last line without an end is kept until the rest comes or End is
// called. It keeps no reference to b.
func (k *KeyLog) Add(b []byte) {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			if len(k.rest)+len(b) > maxLine {
				k.rest, k.skip = k.rest[:0], true
			}
			if !k.skip {
				k.rest = append(k.rest, b...)
			}
			return
		}
		line := b[:i]
		if len(k.rest) > 0 {
			line = append(k.rest, line...)
			k.rest = line[:0]
		}
		k.take(line)
		b = b[i+1:]
	}
}

// End reads the last line although no newline followed it.
func (k *KeyLog) End() {
	if len(k.rest) > 0 || k.skip {
		line := k.rest
		k.rest = k.rest[:0]
		k.take(line)
	}
}

// AddBlock reads a key log that is whole, such as that of a Decryption
// Secrets Block. A line that Add has begun is left alone; lines are counted
// on, over all blocks and pieces.
func (k *KeyLog) AddBlock(b []byte) {
	rest, skip := k.rest, k.skip
	k.rest, k.skip = nil, false
	k.Add(b)
	k.End()
	k.rest, k.skip = rest, skip
}

// take reads one line without its newline.
func (k *KeyLog) take(line []byte) {
	k.lines++
	if k.skip || len(line) > maxLine {
		k.skip = false
		k.malformed()
		return
	}
	line = bytes.TrimRight(line, "\r \t")
	if len(line) == 0 || line[0] == '#' {
		return
	}
	label, rest, _ := bytes.Cut(line, []byte{' '})
	random, value, ok := bytes.Cut(rest, []byte{' '})
	if !ok || !isLabel(label) {
		k.malformed()
		return
	}
	use, known := labels[string(label)]
	if !known {
		k.stats.Ignored++
		return
	}
	var id [32]byte
	if len(random) != 2*len(id) || len(value) > 2*len(k.scratch) {
		k.malformed()
		return
	}
	if _, err := hex.Decode(id[:], random); err != nil {
		k.malformed()
		return
	}
	n, err := hex.Decode(k.scratch[:], value)
	if err != nil || n != 48 && (n != 32 || use == master) {
		k.malformed()
		return
	}
	k.stats.Secrets++
	k.put(id, use, k.scratch[:n])
}

func (k *KeyLog) malformed() {
	k.stats.Malformed++
	if len(k.stats.BadLines) < 10 {
		k.stats.BadLines = append(k.stats.BadLines, k.lines)
	}
}

// isLabel tells whether b is made of what labels are made of. It tells
// unknown labels, which RFC 9850 wants ignored, from lines that are no key log.
func isLabel(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return len(b) > 0
}

// put remembers a secret. The last line wins when two disagree.
func (k *KeyLog) put(id [32]byte, use use, value []byte) {
	s := k.byRandom[id]
	if s == nil {
		s = &secrets{random: id}
		if k.byRandom == nil {
			k.byRandom = make(map[[32]byte]*secrets)
		}
		limit := k.Limit
		if limit <= 0 {
			limit = DefaultLogLimit
		}
		if len(k.order) < limit {
			k.order = append(k.order, s)
		} else {
			delete(k.byRandom, k.order[k.oldest].random)
			k.order[k.oldest] = s
			k.oldest = (k.oldest + 1) % len(k.order)
			k.stats.Forgotten++
		}
		k.byRandom[id] = s
	}
	if !bytes.Equal(s.get(use), value) {
		s.set(use, value)
		k.version++
	}
}
