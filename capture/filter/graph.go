package filter

// A load is a read from the packet.
type load struct {
	source source
	header uint32 // of the IPv4 header, for inTransport
	offset uint32
	size   uint8 // 1, 2 or 4
}

// A source says from where a load counts. The zero value is the first byte.
type source uint8

const (
	fromStart    source = iota
	fromIPv4Data        // behind the IPv4 header, whose own length counts
	wireLength          // no byte at all: the length of the packet
)

// A value is what a test compares: a load with some of its bits, or a
// calculation.
type value struct {
	load
	mask     uint32
	computed *calculation
}

// A calculation is code that leaves a number in the accumulator, and perhaps
// one to compare it with in the index register.
type calculation struct {
	code      []instruction
	registers uint32 // in use
	indexed   bool   // the operand is in the index register
}

// A condition compares two numbers without sign.
type condition uint8

const (
	equals condition = iota
	greater
	greaterOrEqual
	sharesBits
)

func (c condition) holds(a, b uint32) bool {
	switch c {
	case equals:
		return a == b
	case greater:
		return a > b
	case greaterOrEqual:
		return a >= b
	}
	return a&b != 0
}

// A test is a tree of comparisons for one layout. It becomes a graph of
// blocks, built from its end: where to go on yes, and where on no.
type test interface {
	block(g *graph, yes, no *block) *block
}

type (
	constant   bool
	comparison struct {
		value     value
		condition condition
		operand   uint32
	}
	conjunction struct{ first, second test }
	opposite    struct{ of test }
)

// and, or and not leave out what is decided before any packet.
func and(first, second test) test {
	if known, ok := first.(constant); ok {
		if !known {
			return first
		}
		return second
	}
	if second == constant(true) {
		return first
	}
	return conjunction{first, second}
}

func or(first, second test) test { return not(and(not(first), not(second))) }

func not(t test) test {
	switch t := t.(type) {
	case constant:
		return !t
	case opposite:
		return t.of
	}
	return opposite{t}
}

// A block is one comparison of a graph, or one of its two ends.
type block struct {
	comparison
	yes, no *block
	end     bool
}

// A graph shares equal blocks.
type graph struct {
	accept, reject *block
	blocks         map[block]*block
}

func newGraph() *graph {
	return &graph{
		accept: &block{end: true},
		reject: &block{end: true},
		blocks: map[block]*block{},
	}
}

func (t constant) block(_ *graph, yes, no *block) *block {
	if t {
		return yes
	}
	return no
}

func (t opposite) block(g *graph, yes, no *block) *block { return t.of.block(g, no, yes) }

func (t conjunction) block(g *graph, yes, no *block) *block {
	return t.first.block(g, t.second.block(g, yes, no), no)
}

func (t comparison) block(g *graph, yes, no *block) *block {
	b := block{comparison: t, yes: yes, no: no}
	if shared, ok := g.blocks[b]; ok {
		return shared
	}
	g.blocks[b] = &b
	return &b
}

// order returns the blocks that can be reached from start, each before those
// it leads to.
func order(start *block) []*block {
	var blocks []*block
	seen := map[*block]bool{}
	var visit func(b *block)
	visit = func(b *block) {
		if seen[b] {
			return
		}
		seen[b] = true
		if !b.end {
			visit(b.yes)
			visit(b.no)
		}
		blocks = append(blocks, b)
	}
	visit(start)
	for i, j := 0, len(blocks)-1; i < j; i, j = i+1, j-1 {
		blocks[i], blocks[j] = blocks[j], blocks[i]
	}
	return blocks
}
