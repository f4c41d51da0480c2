package session

import (
	"encoding/binary"
	"errors"
	"sync"

	"wsight/capture"
	"wsight/reassembly"
)

// A packetLog keeps whole packets of an input that cannot be read again, in
// the spool of its Record: those of the connections that are WebSocket or may
// still turn out to be. What is replayed is read from the same bytes, so that
// nothing is kept twice.
//
// The spool then is a row of entries: each begins with its kind and its size.
type packetLog struct {
	record *Record

	mu         sync.Mutex // over what stands below
	next       int64      // place behind the last entry
	marks      []int64    // places at which a packet begins, oldest first
	packets    int64      // how many there were
	fragmented bool       // there are entries of parts
	interfaces []*capture.Interface

	// What only the goroutine that runs touches:
	numbers map[*capture.Interface]int
	told    map[wire]bool // connections that nobody wants more of, but that hold conversations
	at      int64         // place of the data of the current packet, 0 before it is kept
	failed  error         // why that is not kept
	scratch []byte        // the head of an entry, behind room for its kind and size
}

// A wire is a TCP connection as one vantage point saw it.
type wire struct {
	vantage int
	tcp     int64
}

// The kinds of entries. That of a packet comes before what reassembly makes
// of it, and entryBelongs behind that.
const (
	entryPacket  = iota + 1
	entryBytes   // a chunk that stands in no packet as it is
	entryBelongs // says which connection the packet before it is of
	entryParts   // says which packets were fragments of one
)

const (
	// spoolMarks is into how many stretches the spool is divided: reading
	// begins where one does, so that the rest of the oldest one is passed over.
	spoolMarks = 256

	// maxInterfaces bounds what a hostile capture can have remembered.
	maxInterfaces = 1 << 16
)

func newPacketLog(r *Record) *packetLog {
	return &packetLog{record: r, numbers: map[*capture.Interface]int{}, told: map[wire]bool{}}
}

var errInterfaces = errors.New("too many interfaces")

// begin is called before a packet is taken in.
func (l *packetLog) begin() { l.at, l.failed = 0, nil }

// place keeps p, unless it is kept already, and returns where its data stands.
func (l *packetLog) place(p *capture.Packet) (int64, error) {
	if l.at > 0 || l.failed != nil {
		return l.at, l.failed
	}
	l.at, l.failed = l.add(p)
	return l.at, l.failed
}

func (l *packetLog) add(p *capture.Packet) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.packets++
	number, known := l.numbers[p.Interface]
	if !known {
		if number = len(l.interfaces); number == maxInterfaces {
			return 0, errInterfaces
		}
		l.numbers[p.Interface] = number
		l.interfaces = append(l.interfaces, p.Interface)
	}
	begin := l.next
	at, err := l.append(entryPacket, appendPacket(l.head(), p, number), p.Data)
	if err != nil {
		return 0, err
	}
	if n := len(l.marks); n == 0 || begin-l.marks[n-1] >= l.limit()/spoolMarks {
		if n > 2*spoolMarks {
			l.marks = append(l.marks[:0], l.marks[n-spoolMarks:]...)
		}
		l.marks = append(l.marks, begin)
	}
	return at, nil
}

// chunk returns where b is kept, which the current packet brought or released.
func (l *packetLog) chunk(p *capture.Packet, b []byte) (int64, error) {
	if p != nil {
		if at, ok := within(p.Data, b); ok {
			place, err := l.place(p)
			return place + int64(at), err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.append(entryBytes, l.head(), b)
}

// taken is called when p was taken in.
func (l *packetLog) taken(p *capture.Packet, of reassembly.Belonging, parts []reassembly.Part) {
	if of.Connection == 0 && !of.Fragment {
		return
	}
	if of.Refused && l.at == 0 && !l.told[wire{p.Vantage, of.Connection}] {
		return
	}
	if _, err := l.place(p); err != nil {
		return // it counts as one that is not kept
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := binary.AppendUvarint(l.head(), uint64(of.Connection))
	_, _ = l.append(entryBelongs, binary.AppendUvarint(b, uint64(of.Nth)), nil) // an error stays, and comes up again
	if len(parts) == 0 {
		return
	}
	l.fragmented = true
	b = binary.AppendUvarint(l.head(), uint64(of.Connection))
	for _, part := range parts {
		b = binary.AppendUvarint(b, uint64(part.File))
		b = binary.AppendUvarint(b, uint64(part.Packet))
	}
	_, _ = l.append(entryParts, b, nil)
}

// over notes that nobody wants more of a connection that holds conversations.
func (l *packetLog) over(c *chunkLog) {
	if c.begun > 0 {
		l.told[wire{c.conn.Vantage, c.conn.ID}] = true
	}
}

// frameSize is the most that the kind and the size of an entry take.
const frameSize = 1 + binary.MaxVarintLen64

// head is what the head of an entry is appended to.
func (l *packetLog) head() []byte {
	if l.scratch == nil {
		l.scratch = make([]byte, frameSize, 128)
	}
	return l.scratch[:frameSize]
}

// append adds an entry and returns the place of its body.
func (l *packetLog) append(kind byte, head, body []byte) (int64, error) {
	l.scratch = head
	spool, err := l.record.kept()
	if err != nil {
		return 0, err
	}
	var frame [frameSize]byte
	frame[0] = kind
	n := 1 + binary.PutUvarint(frame[1:], uint64(len(head)-frameSize+len(body)))
	head = head[frameSize-n:]
	copy(head, frame[:n])
	at, err := spool.Append(head)
	if err != nil {
		return 0, err
	}
	at += int64(len(head))
	if len(body) > 0 {
		if at, err = spool.Append(body); err != nil {
			return 0, err
		}
	}
	l.next = at + int64(len(body))
	return at, nil
}

// limit is how much the spool keeps, which NewSpool does not make smaller.
func (l *packetLog) limit() int64 { return max(l.record.opts.Spool, 1<<20) }

// within returns where b stands in data, when it is a part of that and no copy.
func within(data, b []byte) (int, bool) {
	at := cap(data) - cap(b)
	if len(b) == 0 || at < 0 || at+len(b) > len(data) || &data[at] != &b[0] {
		return 0, false
	}
	return at, true
}
