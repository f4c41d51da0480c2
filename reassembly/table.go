package reassembly

// The lists that connections stand in, in the order in which they are evicted.
const (
	listHalfOpen = iota // the handshake is not complete
	listQuiet           // nobody wants it, or it never carried data
	listActive
	listEnded // over: kept to know late packets by
	listCount
)

// A queue holds connections, the one that was quiet for longest first.
// It is linked through the connections themselves.
type queue struct {
	head, tail *conn
	count      int
}

func (l *queue) push(c *conn) {
	c.prev, c.next = l.tail, nil
	if l.tail != nil {
		l.tail.next = c
	} else {
		l.head = c
	}
	l.tail = c
	l.count++
}

func (l *queue) remove(c *conn) {
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		l.head = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	} else {
		l.tail = c.prev
	}
	c.prev, c.next = nil, nil
	l.count--
}

// A table finds connections by their ends and by how long they were quiet.
type table struct {
	v4     map[[2]uint64]*conn // a short key makes a lookup cheap
	v6     map[key]*conn
	lists  [listCount]queue
	recent *conn // the one found last: packets come in bursts
	free   *conn // linked by next
}

func newTable() table {
	return table{v4: make(map[[2]uint64]*conn), v6: make(map[key]*conn)}
}

func (t *table) find(s *segment) *conn {
	if c := t.recent; c != nil && c.key.same(&s.key) && c.v6 == s.v6 {
		return c
	}
	var c *conn
	if s.v6 {
		c = t.v6[s.key]
	} else {
		c = t.v4[[2]uint64{s.key[0], s.key[1]}]
	}
	if c != nil {
		t.recent = c
	}
	return c
}

// add makes a connection between the ends of s and puts it in a list.
func (t *table) add(s *segment, in uint8) *conn {
	c := t.free
	if c != nil {
		t.free = c.next
		*c = conn{}
	} else {
		c = new(conn)
	}
	c.key, c.v6, c.list = s.key, s.v6, in
	if s.v6 {
		t.v6[s.key] = c
	} else {
		t.v4[[2]uint64{s.key[0], s.key[1]}] = c
	}
	t.lists[in].push(c)
	t.recent = c
	return c
}

// remove forgets c, which must not be used after it.
func (t *table) remove(c *conn) {
	if c.v6 {
		delete(t.v6, c.key)
	} else {
		delete(t.v4, [2]uint64{c.key[0], c.key[1]})
	}
	t.lists[c.list].remove(c)
	if t.recent == c {
		t.recent = nil
	}
	*c = conn{next: t.free}
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
