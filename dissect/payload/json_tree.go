package payload

// A jsonText is JSON text that has been checked up to where it breaks.
type jsonText struct {
	data []byte // up to the break
	base int    // offset of data in the message; -1 when it does not stand there as such
	err  *SyntaxError
}

// parseJSON checks text, which stands at offset base of its message (-1: not
// as such), and returns its first value as a tree. When the text breaks, the
// tree holds what comes before, and a Broken node where it breaks.
func parseJSON(text []byte, base int) (root Node, err *SyntaxError) {
	s := NewScanner(text)
	for {
		t, ok := s.Next()
		if !ok {
			break
		}
		if s.Values() > 1 {
			s.at = t.Start
			s.fail("more text after the end of the value")
			break
		}
	}
	return checkedJSON(text, base, s.Err()), s.Err()
}

// checkedJSON returns the tree of a text that a scanner has gone through.
func checkedJSON(text []byte, base int, err *SyntaxError) Node {
	d := &jsonText{data: text, base: base, err: err}
	if err != nil {
		d.data = text[:err.Offset]
	}
	at := skipSpace(d.data, 0)
	if at == len(d.data) {
		return d.broken()
	}
	n, _, _ := d.node(at)
	return n
}

// node returns the value that begins at offset at of the text, where it ends,
// and whether it ends there by itself.
func (d *jsonText) node(at int) (n Node, end int, closed bool) {
	end, closed = skipJSON(d.data, at)
	n = Node{Start: at, End: end, source: d.data[at:end:end]}
	if d.base >= 0 {
		n.Start += d.base
		n.End += d.base
	} else {
		n.Start, n.End = 0, 0
	}
	switch c := d.data[at]; {
	case c == '{':
		n.Kind, n.children = Object, d.members(at)
	case c == '[':
		n.Kind, n.children = Array, d.members(at)
	case c == '"':
		n.Kind, n.raw, n.escaped = String, d.data[at:end], true
	case c == '-' || c >= '0' && c <= '9':
		n.Kind, n.text = Number, string(d.data[at:end])
	case c == 't' || c == 'f':
		n.Kind, n.text = Bool, string(d.data[at:end])
	case c == 'n':
		n.Kind, n.text = Null, "null"
	default:
		return d.broken(), len(d.data), false
	}
	return n, end, closed
}

// members walks what is inside the object or array that begins at offset at.
func (d *jsonText) members(at int) func(func(Node) bool) {
	object := d.data[at] == '{'
	return func(yield func(Node) bool) {
		for i := at + 1; ; {
			i = skipSpace(d.data, i)
			if i < len(d.data) && d.data[i] == ',' {
				i = skipSpace(d.data, i+1)
			}
			if i < len(d.data) && (d.data[i] == '}' || d.data[i] == ']') {
				return
			}
			name := ""
			if object && i < len(d.data) {
				end, _ := skipJSON(d.data, i)
				name = unquoteJSON(d.data[i:end], nameLimit)
				if i = skipSpace(d.data, end); i < len(d.data) {
					i = skipSpace(d.data, i+1)
				}
			}
			if i >= len(d.data) {
				yield(d.broken().named(name))
				return
			}
			n, end, closed := d.node(i)
			if !yield(n.named(name)) || !closed && !n.Leaf() {
				return // an inner value says itself that it breaks
			}
			i = end
		}
	}
}

// nameLimit is how many bytes of the name of a member are kept.
const nameLimit = 1024

// broken returns the node that says where and why the text breaks.
func (d *jsonText) broken() Node {
	n := Node{Kind: Broken, text: "the text ends here"}
	if d.err != nil {
		n.text = "breaks at " + d.err.Error()
		if d.base >= 0 {
			n.Start, n.End = d.base+d.err.Offset, d.base+d.err.Offset
		}
	}
	return n
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// skipJSON returns the end of the value that begins at b[i], and whether it
// ends there by itself. The text has been checked, so only strings and brackets
// matter.
func skipJSON(b []byte, i int) (end int, closed bool) {
	if i >= len(b) {
		return i, false
	}
	switch b[i] {
	case '"':
		return skipString(b, i), true
	case '{', '[':
	default:
		for i < len(b) && jsonClass[b[i]] != classStop {
			i++
		}
		return i, true
	}
	for depth := 0; i < len(b); {
		switch jsonClass[b[i]] {
		case classQuote:
			i = skipString(b, i)
			continue
		case classOpen:
			depth++
		case classStop:
			if b[i] == '}' || b[i] == ']' {
				if depth--; depth == 0 {
					return i + 1, true
				}
			}
		}
		i++
	}
	return i, false
}

func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		if b[i] == '"' {
			return i + 1
		}
		if b[i] == '\\' {
			i++
		}
	}
	return len(b)
}

// jsonClass sorts bytes for skipJSON.
var jsonClass = [256]uint8{'"': classQuote, '{': classOpen, '[': classOpen, '}': classStop, ']': classStop,
	',': classStop, ':': classStop, ' ': classStop, '\t': classStop, '\n': classStop, '\r': classStop}

const (
	classQuote = iota + 1
	classOpen
	classStop
)
