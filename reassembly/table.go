package reassembly

import (
	"math/bits"
	"math/rand/v2"
)

// The lists that connections stand in, in the order in which they are evicted.
const (
	listHalfOpen = iota // the handshake is not complete
	listQuiet           // nobody wants it, or it never carried data
	listActive
	listEnded // over: kept to know late packets by
	listCount
)

// A table finds connections by their ends and by how long they were quiet.
type table struct {
	chains []*conn                      // by hash; each is linked by chained. A power of two.
	seed   [2]uint64                    // of the hash; nobody outside can tell which keys share a chain
	count  int                          // connections in all chains
	lists  [listCount]list[conn, *conn] // the connection that was quiet for longest first
	recent *conn                        // the one found last: packets come in bursts
	free   *conn                        // linked by next
}

// minChains is how many chains a table begins with.
const minChains = 1 << 8

func newTable() table {
	return table{chains: make([]*conn, minChains), seed: [2]uint64{rand.Uint64(), rand.Uint64()}}
}

// chain returns where the chain of connections begins in which those with
// this key are.
func (t *table) chain(k *key, v6 bool) **conn {
	const prime = 0x9e3779b97f4a7c15
	hash := fold(k[0]^t.seed[0], k[1]^t.seed[1])
	if v6 {
		hash = fold(hash^k[2], k[3]^t.seed[0])
		hash = fold(hash^k[4], t.seed[1])
	}
	hash = fold(hash, prime) // ends that count up differ in few bits until here
	return &t.chains[hash&uint64(len(t.chains)-1)]
}

// fold mixes two numbers into one.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

func (t *table) find(s *segment) *conn {
	if c := t.recent; c != nil && c.key.same(&s.key) && c.v6 == s.v6 {
		return c
	}
	for c := *t.chain(&s.key, s.v6); c != nil; c = c.chained {
		if c.key.same(&s.key) && c.v6 == s.v6 {
			t.recent = c
			return c
		}
	}
	return nil
}

// add makes a connection between the ends of s, of which there is none yet,
// and puts it in a list.
func (t *table) add(s *segment, in uint8) *conn {
	c := t.free
	if c != nil {
		t.free, c.next = c.next, nil
	} else {
		c = new(conn)
	}
	c.key, c.v6, c.list = s.key, s.v6, in
	if t.count++; t.count > len(t.chains)/2 {
		t.grow()
	}
	t.enchain(c)
	t.lists[in].push(c)
	t.recent = c
	return c
}

func (t *table) enchain(c *conn) {
	first := t.chain(&c.key, c.v6)
	c.chained, *first = *first, c
}

// grow doubles the chains, so that they stay short.
func (t *table) grow() {
	old := t.chains
	t.chains = make([]*conn, 2*len(old))
	for _, c := range old {
		for c != nil {
			next := c.chained
			t.enchain(c)
			c = next
		}
	}
}

// remove forgets c, which must not be used after it.
func (t *table) remove(c *conn) {
	at := t.chain(&c.key, c.v6)
	for *at != c {
		at = &(*at).chained
	}
	*at = c.chained
	t.count--
	t.lists[c.list].remove(c)
	if t.recent == c {
		t.recent = nil
	}
	*c = conn{}
	c.next = t.free
	t.free = c
}

// move puts c at the end of a list.
func (t *table) move(c *conn, to uint8) {
	if l := &t.lists[c.list]; c.list != to || l.tail != c {
		l.remove(c)
		c.list = to
		t.lists[to].push(c)
	}
}

// followed returns how many connections are not over.
func (t *table) followed() int {
	return t.lists[listHalfOpen].count + t.lists[listQuiet].count + t.lists[listActive].count
}
