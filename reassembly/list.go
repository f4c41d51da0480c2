package reassembly

// A list holds values in the order in which they were put there. It is linked
// through the values themselves, so that to take one out costs no search, and
// to put one in no memory.
type list[T any, P linked[T]] struct {
	head, tail P
	count      int
}

// A linked value can stand in one list at a time.
type linked[T any] interface {
	*T
	neighbours() *links[T]
}

// links are embedded in what stands in a list.
type links[T any] struct{ prev, next *T }

func (l *links[T]) neighbours() *links[T] { return l }

// push puts v at the end.
func (l *list[T, P]) push(v P) {
	at := v.neighbours()
	at.prev, at.next = l.tail, nil
	if l.tail != nil {
		l.tail.neighbours().next = v
	} else {
		l.head = v
	}
	l.tail = v
	l.count++
}

// remove takes v out.
func (l *list[T, P]) remove(v P) {
	at := v.neighbours()
	if at.prev != nil {
		P(at.prev).neighbours().next = at.next
	} else {
		l.head = at.next
	}
	if at.next != nil {
		P(at.next).neighbours().prev = at.prev
	} else {
		l.tail = at.prev
	}
	at.prev, at.next = nil, nil
	l.count--
}
