package tls

// Limits bound what the sessions of a [Decryptor] may hold and spend.
// A zero field means its default.
type Limits struct {
	// Kept is how many bytes of sealed records one connection keeps while it
	// waits for a secret: 1 MiB by default, none when negative. When it is
	// reached, what was kept is let go and no more is kept. Whoever knows that
	// the log will not grow should keep none.
	Kept int64

	// KeptTotal bounds the same over all connections: 64 MiB by default.
	KeptTotal int64

	// Search bounds, over all connections, the work spent in vain on trying
	// numbers and secrets, in nanoseconds of an ordinary core: 5 s by default.
	Search int64
}

const (
	defaultKept      = 1 << 20
	defaultKeptTotal = 64 << 20
	defaultSearch    = 5e9

	// sessionSearch is what one connection may spend in vain.
	sessionSearch = 1e8
)

// A Decryptor holds what the sessions of one engine share. It is not safe for
// concurrent use; several may share a [KeyLog] that does not grow meanwhile.
type Decryptor struct {
	log    *KeyLog
	limits Limits
	stats  DecryptorStats

	resumable resumable

	kept    int64
	claimed map[*secrets]struct{} // by a session that saw the client random
	plain   []byte                // what the record being opened opens to
	small   [][]byte              // free buffers
	large   [][]byte
}

// DecryptorStats say which limits were met.
type DecryptorStats struct {
	Kept        int64 // bytes of sealed records kept now
	Overflowed  int64 // connections that could not keep what they wanted to
	SearchSpent int64 // of Limits.Search
	SearchOver  bool  // Limits.Search is used up: numbers are no longer searched for
}

// NewDecryptor returns a Decryptor that takes secrets from log, which may be
// nil when there is none: then only what is in the clear is told.
func NewDecryptor(log *KeyLog, limits Limits) *Decryptor {
	if limits.Kept == 0 {
		limits.Kept = defaultKept
	}
	if limits.KeptTotal == 0 {
		limits.KeptTotal = defaultKeptTotal
	}
	if limits.Search == 0 {
		limits.Search = defaultSearch
	}
	if log == nil {
		limits.Kept = -1
	}
	return &Decryptor{log: log, limits: limits, claimed: make(map[*secrets]struct{}), plain: make([]byte, 0, maxBody)}
}

// Stats returns the figures of now.
func (d *Decryptor) Stats() DecryptorStats {
	stats := d.stats
	stats.Kept = d.kept
	stats.SearchOver = d.stats.SearchSpent >= d.limits.Search
	return stats
}

// lookup returns the secrets of the connection with this client random, or nil.
func (d *Decryptor) lookup(random *[32]byte) *secrets {
	if d.log == nil {
		return nil
	}
	s := d.log.byRandom[*random]
	if s != nil {
		d.claim(s)
	}
	return s
}

// claim notes that s belongs to a connection, so that it need not be tried on
// one whose client random was not captured.
func (d *Decryptor) claim(s *secrets) {
	if len(d.claimed) > 2*len(d.log.order) { // the log forgot some
		clear(d.claimed)
	}
	d.claimed[s] = struct{}{}
}

// Buffers for incomplete records come in two sizes, so that a connection that
// announces a long record and never sends it does not hold much.
const (
	smallBuffer = 2 << 10
	largeBuffer = headerSize + maxBody + headerSize
)

// extend appends p to b, which has one of the two capacities or is nil.
func (d *Decryptor) extend(b, p []byte) []byte {
	need := len(b) + len(p)
	if need <= cap(b) {
		return append(b, p...)
	}
	var next []byte
	if need <= smallBuffer {
		next = pop(&d.small, smallBuffer)
	} else {
		next = pop(&d.large, largeBuffer)
	}
	next = append(append(next, b...), p...)
	d.release(b)
	return next
}

// release takes b back.
func (d *Decryptor) release(b []byte) {
	const free = 64 // of each size; what is beyond goes to the garbage collector
	switch {
	case cap(b) == smallBuffer && len(d.small) < free:
		d.small = append(d.small, b[:0])
	case cap(b) == largeBuffer && len(d.large) < free:
		d.large = append(d.large, b[:0])
	}
}

func pop(list *[][]byte, size int) []byte {
	if n := len(*list); n > 0 {
		b := (*list)[n-1]
		*list = (*list)[:n-1]
		return b
	}
	return make([]byte, 0, size)
}
