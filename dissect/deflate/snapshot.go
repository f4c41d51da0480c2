package deflate

// A Snapshot is the state of an Inflater at one place of its direction, from
// which it can go on later. It takes the memory of the history that is known,
// at most 32 KiB, and of the code tables when a message was unfinished.
type Snapshot struct {
	work
	history []byte
	codes   *tables
}

// Snapshot copies the state of z.
func (z *Inflater) Snapshot() *Snapshot {
	s := &Snapshot{work: z.work, history: make([]byte, 0, z.hist)}
	if z.hist > z.pos {
		s.history = append(s.history, z.ring[z.top-(z.hist-z.pos):z.top]...)
	}
	if z.hist > 0 {
		s.history = append(s.history, z.ring[max(0, z.pos-z.hist):z.pos]...)
	}
	if z.borrowed != nil {
		codes := *z.borrowed
		s.codes = &codes
	}
	s.work.borrowed = nil
	if s.tables != nil && s.tables != fixedTables {
		s.tables = s.codes
	}
	return s
}

// Restore puts z into the state that s holds. Limits and agreement of z stay.
// The snapshot may be used again.
func (z *Inflater) Restore(s *Snapshot) {
	z.giveBack()
	z.work = s.work
	if len(s.history) > 0 && z.ring == nil {
		z.ring = new([ringSize]byte)
	}
	if z.ring != nil {
		z.pos = copy(z.ring[:], s.history)
	}
	// What a snapshot holds had been given out.
	z.from = z.pos
	if s.codes == nil {
		return
	}
	own := z.borrow()
	*own = *s.codes
	if s.tables == s.codes {
		z.tables = own
	}
}

// Size returns roughly how many bytes of memory s takes.
func (s *Snapshot) Size() int {
	const itself, codes = 256, 8 << 10
	size := itself + cap(s.history)
	if s.codes != nil {
		size += codes
	}
	return size
}
