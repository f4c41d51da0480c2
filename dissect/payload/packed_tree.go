package payload

import (
	"fmt"
	"unicode/utf8"
)

// A packedItem is the head of a value in MessagePack or CBOR.
type packedItem struct {
	kind   Kind
	size   int    // bytes of the head
	length uint64 // bytes of the text or the bytes that follow
	count  uint64 // values that follow: elements, or twice the members
	open   bool   // instead of count, values follow up to a break
	stop   bool   // it is that break
	text   string // of a value without anything behind it
	note   string
}

// A packedReader reads the head of the value at data[at:], where at least one
// byte is; reason is why it cannot.
type packedReader func(data []byte, at int) (it packedItem, reason string)

// parsePacked checks data up to where it breaks, and returns its first value as
// a tree. Nothing but one value may be in data.
func parsePacked(data []byte, base int, read packedReader) (Node, *packedError) {
	end, err := skipPacked(data, 0, read)
	if err == nil && end < len(data) {
		err = &packedError{end, fmt.Sprintf("%s after the end of the value", quantity(len(data)-end, "byte"))}
	}
	d := &packedText{data: data[:end], base: base, err: err, read: read}
	n, _, _ := d.node(0, 0)
	return n, err
}

// skipPacked returns where the value at data[at:] ends, or where and why it
// breaks. It needs no memory for what the data declares.
func skipPacked(data []byte, at int, read packedReader) (end int, err *packedError) {
	type level struct {
		left, seen uint64
		open       bool
		kind       Kind
	}
	levels := make([]level, 1, 16)
	levels[0].left = 1
	for len(levels) > 0 {
		top := &levels[len(levels)-1]
		if top.left == 0 && !top.open {
			levels = levels[:len(levels)-1]
			continue
		}
		if at >= len(data) {
			return len(data), &packedError{len(data), "the data ends too early"}
		}
		it, reason := read(data, at)
		if reason == "" && it.stop && !top.open {
			reason = "a break where a value is due"
		}
		if reason == "" {
			switch chunks := top.open && (top.kind == String || top.kind == Bytes); {
			case chunks && !it.stop && (it.kind != top.kind || it.open):
				reason = "something else in the chunks of a string" // RFC 8949 §3.2.3
			case it.stop && top.kind == Object && top.seen%2 == 1:
				reason = "a break where the value of a member is due"
			}
		}
		if reason == "" && it.length > uint64(len(data)-at-it.size) {
			reason = fmt.Sprintf("a value of %d bytes, but %d are left", it.length, len(data)-at-it.size)
		}
		if reason != "" {
			return at, &packedError{at, reason}
		}
		at += it.size + int(it.length)
		if it.stop {
			levels = levels[:len(levels)-1]
			continue
		}
		if !top.open {
			top.left--
		}
		top.seen++
		if it.count > 0 || it.open {
			if len(levels) > maxDepth {
				return at, &packedError{at, fmt.Sprintf("nested deeper than %d levels", maxDepth)}
			}
			levels = append(levels, level{left: it.count, open: it.open, kind: it.kind})
		}
	}
	return at, nil
}

// A packedText is data that has been checked up to where it breaks.
type packedText struct {
	data []byte
	base int
	err  *packedError
	read packedReader
}

// node returns the value at offset at, where it ends, and whether it does so by itself.
func (d *packedText) node(at, depth int) (n Node, end int, closed bool) {
	if at >= len(d.data) || depth > maxDepth+1 {
		return d.broken(), len(d.data), false
	}
	it, reason := d.read(d.data, at)
	if reason != "" {
		return d.broken(), len(d.data), false
	}
	end, err := skipPacked(d.data, at, d.read)
	if it.length > uint64(len(d.data)-at-it.size) {
		return d.broken(), len(d.data), false
	}
	n = Node{Kind: it.kind, text: it.text, Note: it.note, Start: d.base + at, End: d.base + end}
	first := at + it.size
	switch it.kind {
	case Object, Array:
		n.children = d.members(it, first, depth)
	case String, Bytes:
		if it.open {
			n.children = d.members(it, first, depth)
			break
		}
		n.raw = d.data[first:end:end]
		if it.kind == String && !utf8.Valid(n.raw) {
			n.Note = "not UTF-8"
		}
	case Group: // a tag of CBOR: the value it is about follows
		n.children = d.members(it, first, depth)
	}
	return n, end, err == nil
}

// members walks what follows the head of an array, a map or a tag.
func (d *packedText) members(it packedItem, at, depth int) func(func(Node) bool) {
	return func(yield func(Node) bool) {
		i := at
		for k := uint64(0); it.open || k < it.count; k++ {
			if it.open && i < len(d.data) {
				if head, reason := d.read(d.data, i); reason == "" && head.stop {
					return
				}
			}
			name, kind := "", Kind(0)
			if it.kind == Object {
				key, end, closed := d.node(i, depth+1)
				if !closed {
					yield(d.broken())
					return
				}
				name, kind, i = packedKey(key), key.Kind, end
				k++
			}
			n, end, closed := d.node(i, depth+1)
			n.Name, n.key = name, kind
			if !yield(n) {
				return
			}
			if !closed {
				if n.Leaf() && n.Kind != Broken {
					yield(d.broken())
				}
				return
			}
			i = end
		}
	}
}

// packedKey returns the text of a key, which need not be a string.
func packedKey(key Node) string {
	if key.Kind == String && key.Leaf() {
		return key.Text(nameLimit)
	}
	return diagnostic(key, nameLimit)
}

func (d *packedText) broken() Node {
	n := Node{Kind: Broken, text: "the data ends here", Start: d.base + len(d.data), End: d.base + len(d.data)}
	if d.err != nil {
		n.text = "breaks at " + d.err.Error()
	}
	return n
}

// decodePacked decodes a message that holds one value or several in a row.
func decodePacked(m Message, title string, read packedReader, parse func([]byte, int) (Node, *packedError)) Result {
	var r Result
	var nodes []Node
	for at := 0; at < len(m.Data); {
		end, err := skipPacked(m.Data, at, read)
		if err != nil {
			root, _ := parse(m.Data[at:], at)
			nodes = appendNode(nodes, root)
			if m.Whole {
				r.invalid(title + ", " + err.Error())
			}
			break
		}
		if len(nodes) == maxParts {
			at = end
			continue
		}
		root, _ := parse(m.Data[at:end], at)
		nodes = appendNode(nodes, root)
		r.part(Part{Type: root.Kind.String(), Body: root, Summary: diagnostic(root, summaryLimit)})
		at = end
	}
	if len(m.Data) == 0 && m.Whole {
		r.invalid(title + ", the message is empty")
	}
	switch {
	case len(nodes) == 1:
		r.Tree = nodes[0]
	case len(nodes) > 1:
		r.Tree = group("values", len(m.Data), nodes...)
	}
	if len(r.Problems) > 0 {
		r.Summary = "broken " + title + ": "
		for _, n := range nodes {
			r.Summary += diagnostic(n, summaryLimit)
		}
		r.Summary = clip(r.Summary, 2*summaryLimit)
	}
	return r
}
