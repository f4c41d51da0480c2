package diagnose

import "wsight/dissect"

// A roster finds what is remembered of a conversation. The numbers of
// conversations follow each other, so that nearly each has a seat of its own
// among as many as are open at a time: a lookup is one look at one place.
type roster[T any] struct {
	seats [seatCount]seat[T]
	rest  map[*dissect.Conversation]*T // whose seat was taken
	count int
}

type seat[T any] struct {
	conv  *dissect.Conversation // nil: nobody sits there
	holds *T
}

// seatCount is a power of two.
const seatCount = 1 << 13

func (r *roster[T]) seat(c *dissect.Conversation) *seat[T] {
	return &r.seats[uint(c.Number)%seatCount]
}

// of returns what is remembered of c, or nil.
func (r *roster[T]) of(c *dissect.Conversation) *T {
	if s := r.seat(c); s.conv == c {
		return s.holds
	}
	if len(r.rest) == 0 {
		return nil
	}
	return r.rest[c]
}

// add remembers v of c, of which nothing is remembered yet.
func (r *roster[T]) add(c *dissect.Conversation, v *T) {
	r.count++
	if s := r.seat(c); s.conv == nil {
		*s = seat[T]{c, v}
		return
	}
	if r.rest == nil {
		r.rest = map[*dissect.Conversation]*T{}
	}
	r.rest[c] = v
}

// remove forgets c, and returns what was remembered of it, or nil.
func (r *roster[T]) remove(c *dissect.Conversation) *T {
	v := r.of(c)
	if v == nil {
		return nil
	}
	r.count--
	if s := r.seat(c); s.conv == c {
		*s = seat[T]{}
	} else {
		delete(r.rest, c)
	}
	return v
}
