package tls

import (
	"time"

	"wsight/flow"
)

// half is what a session knows of one side.
type half struct {
	side flow.Side

	// Framing.
	buf      []byte // bytes of a record that is not complete
	need     int    // how many of them the next step needs
	at       int64  // offset of buf, or of the next byte
	skip     int    // bytes still to come of a record that was damaged
	scanning bool   // out of step: looking for a header
	refused  int64  // offset + 1 of a record that did not open while scanning
	packet   flow.PacketID
	time     time.Time

	// Protection.
	messages messages
	epoch    epoch
	changed  bool        // ChangeCipherSpec of TLS 1.2 and before was seen
	hello    *hello      // that the keys come from, TLS 1.2 and before
	key      protection  // nil in the clear, or while the secret is unknown
	traffic  []byte      // secret of key in TLS 1.3
	suite    CipherSuite // of key in TLS 1.3
	number   uint64      // of the next record under key
	sure     bool        // a record opened under key
	ahead    [4][4]ahead // keys of later epochs, made but not yet used
	finished bool        // its Finished was seen
	told     bool        // Undecryptable was emitted
	failures int         // records that did not open although there was a secret
	guesses  int         // records on which secrets of the log were tried
	guessed  uint64      // version of the log then, plus 1

	// Loss.
	gap    gap   // before the next record to be opened
	tail   gap   // before the next record to be kept
	queued int   // records kept
	lost   int64 // room of lost records, for the next Data
	vague  bool  // lost is only a bound
	padded bool  // the side pads its records
	data   bool  // application data was opened

	counts Counts
}

// Counts are figures of one side of a session.
type Counts struct {
	Records int64 // complete ones
	Bytes   int64 // of them, headers included
	Opened  int64 // sealed records that were opened
	Sealed  int64 // sealed records that were not, the ones still kept excepted
	Lost    int64 // bytes of the stream that were lost for want of other bytes
}

// epoch is a kind of keys in TLS 1.3, in the order in which a side uses them.
type epoch uint8

const (
	inClear epoch = iota
	earlyData
	inHandshake
	application
)

// ahead is a key that was made to try it.
type ahead struct {
	suite CipherSuite
	key   *sealed13
}

// gap is what is missing before a record.
type gap struct {
	lost     int64  // bytes of the stream: not captured, or of no use without others
	records  uint64 // sealed records known to be among them
	room     int64  // the most content that those can have had
	unframed int64  // bytes among them whose record headers are unknown
	sealed   int64  // bytes among them of records given up for want of a secret
	broken   bool   // the record directly before was not captured in full
	mixed    bool   // some of the records were not application data
}

func (g *gap) add(more gap) {
	g.lost += more.lost
	g.records += more.records
	g.room += more.room
	g.unframed += more.unframed
	g.sealed += more.sealed
	g.broken = g.broken || more.broken
	g.mixed = g.mixed || more.mixed
}

// smallest is the size of the smallest sealed record: a content type and the
// tag of CCM_8.
const smallest = headerSize + 1 + 8

// maxSearch bounds how many numbers are tried after lost records.
const maxSearch = 1 << 16

// window is how many records the unframed bytes can have been.
func (g *gap) window() uint64 {
	if g.unframed == 0 {
		return 0
	}
	return min(uint64(g.unframed)/smallest+1, maxSearch)
}

// end returns the gap at the end of what was fed so far.
func (h *half) end() *gap {
	if h.queued > 0 {
		return &h.tail
	}
	return &h.gap
}
