package export

import (
	"container/list"

	"wsight/dissect"
	"wsight/session"
)

// A shelf holds what has to wait for the end of connections, within a bound
// by bytes: beyond it, the connections that were added to first give up what
// they hold. The connections themselves are bounded by the limit on those
// that are followed at a time.
type shelf[T any] struct {
	give  func(*T) // gives up what a connection holds
	max   int64
	bytes int64
	poor  int64 // connections that gave up something
	open  map[*dissect.Conversation]*shelved[T]
	order list.List // of *shelved[T], those that hold something
	last  *shelved[T]
}

// A shelved is what one connection holds.
type shelved[T any] struct {
	conv  *dissect.Conversation
	value T
	size  int64
	place *list.Element // nil: it holds nothing
	poor  bool
}

func newShelf[T any](give func(*T)) shelf[T] {
	return shelf[T]{give: give, max: session.DefaultKept, open: map[*dissect.Conversation]*shelved[T]{}}
}

// Keep sets how many bytes are kept of connections that are open. Zero means
// session.DefaultKept.
func (s *shelf[T]) Keep(bytes int64) {
	if s.max = bytes; bytes <= 0 {
		s.max = session.DefaultKept
	}
}

// LetGo returns of how many connections something was not kept for want of
// room.
func (s *shelf[T]) LetGo() int64 { return s.poor }

// put begins to hold something of a connection.
func (s *shelf[T]) put(conv *dissect.Conversation, value T) *shelved[T] {
	one := &shelved[T]{conv: conv, value: value}
	s.open[conv], s.last = one, one
	return one
}

// get returns what is held of a connection, or nil.
func (s *shelf[T]) get(conv *dissect.Conversation) *shelved[T] {
	if s.last == nil || s.last.conv != conv { // events come in runs
		s.last = s.open[conv]
	}
	return s.last
}

// grow says that one holds more bytes now.
func (s *shelf[T]) grow(one *shelved[T], bytes int64) {
	one.size += bytes
	s.bytes += bytes
	if one.place == nil && one.size > 0 {
		one.place = s.order.PushBack(one)
	}
	for s.bytes > s.max && s.order.Len() > 0 {
		oldest := s.order.Front().Value.(*shelved[T])
		s.give(&oldest.value)
		s.settle(oldest)
		if !oldest.poor {
			oldest.poor = true
			s.poor++
		}
	}
}

// settle takes one out of the account.
func (s *shelf[T]) settle(one *shelved[T]) {
	if one.place != nil {
		s.order.Remove(one.place)
		one.place = nil
	}
	s.bytes -= one.size
	one.size = 0
}

// take ends holding one.
func (s *shelf[T]) take(one *shelved[T]) {
	s.settle(one)
	delete(s.open, one.conv)
	s.last = nil
}
