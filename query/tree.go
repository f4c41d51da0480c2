package query

// A node decides about a row. Negations have been pushed down to the tests,
// so that a test that cannot be answered is false on both sides of a not.
type node interface {
	eval(*Row) bool
}

type both struct{ left, right node }

func (n *both) eval(r *Row) bool { return n.left.eval(r) && n.right.eval(r) }

type oneOf struct{ left, right node }

func (n *oneOf) eval(r *Row) bool { return n.left.eval(r) || n.right.eval(r) }

type constant bool

func (n constant) eval(*Row) bool { return bool(n) }

// A test is a condition that has no smaller ones in it.
type test struct {
	holds func(*Row) bool
}

func (n *test) eval(r *Row) bool { return n.holds(r) }

// A fact is a test about a connection as a whole. What it is in the end may
// be known from an earlier reading.
type fact struct {
	test
	bit      uint64 // in Row.final; 0: there were too many
	problems bool   // it asks for nothing but problems
	heads    bool   // it asks for the handshake
	ends     bool   // it asks for the end
}

func (n *fact) eval(r *Row) bool {
	if r.final != nil && n.bit != 0 {
		return *r.final&n.bit != 0
	}
	return n.holds(r)
}

// maxFacts is how many tests of connections are remembered between two
// readings of a capture.
const maxFacts = 64

// settled reports whether n asks for nothing but facts that are remembered.
func settled(n node) bool {
	switch n := n.(type) {
	case *both:
		return settled(n.left) && settled(n.right)
	case *oneOf:
		return settled(n.left) && settled(n.right)
	case *fact:
		return n.bit != 0
	case constant:
		return true
	}
	return false
}

// facts calls visit for every fact of the filter.
func facts(n node, visit func(*fact)) {
	switch n := n.(type) {
	case *both:
		facts(n.left, visit)
		facts(n.right, visit)
	case *oneOf:
		facts(n.left, visit)
		facts(n.right, visit)
	case *fact:
		visit(n)
	}
}
