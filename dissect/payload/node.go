package payload

import (
	"iter"
	"strconv"
	"strings"
)

// A Kind says what a node of a tree is. The numbers are ours.
type Kind uint8

const (
	Object Kind = iota + 1 // members with names
	Array                  // elements in order
	String                 // text
	Number                 // its text is the number as sent
	Bool                   // "true" or "false"
	Null                   // null, nil, undefined
	Bytes                  // text is hexadecimal
	Group                  // a unit of a protocol, with named parts
	Label                  // a value of a protocol, in words
	Broken                 // what could not be read, and why
)

var kindNames = [...]string{Object: "object", Array: "array", String: "string", Number: "number", Bool: "bool",
	Null: "null", Bytes: "bytes", Group: "group", Label: "label", Broken: "broken"}

// String returns the kind in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "kind(" + strconv.Itoa(int(k)) + ")"
}

// A Node is a value in a message, and the values in it. It is cheap to copy.
// Nodes refer to the data of their message and are made while they are walked.
type Node struct {
	Name       string // key of a member, name of a part; "" for elements and roots
	Kind       Kind   // 0: there is no such value
	Note       string // what the value means, or how it was written; "" for nothing to add
	Start, End int    // its bytes in the data of the message; both 0 when it does not stand there as such

	text     string // see Text
	raw      []byte // for Bytes, and for String whose text is still to be made
	escaped  bool   // raw is a JSON string with its quotes
	source   []byte // of a value in JSON: its text
	key      Kind   // of the key that Name was made from; 0 for a string
	children iter.Seq[Node]
}

// Children walks the values inside n, in the order of the message. A message
// may hold millions: stop when there are enough to show.
func (n Node) Children() iter.Seq[Node] {
	if n.children == nil {
		return func(func(Node) bool) {}
	}
	return n.children
}

// Leaf reports whether n can have no children.
func (n Node) Leaf() bool { return n.children == nil }

// Text returns the value of a leaf: the text of a string, a number as it was
// sent, bytes in hexadecimal. At most limit bytes of it, and an ellipsis when
// there are more; 0 means all.
func (n Node) Text(limit int) string {
	switch {
	case n.raw == nil:
		return clip(n.text, limit)
	case n.Kind == Bytes:
		return clipHex(n.raw, limit)
	case n.escaped:
		return unquoteJSON(n.raw, limit)
	}
	return clip(string(n.raw[:clipAt(n.raw, limit)]), limit)
}

// Raw returns the bytes of a Bytes node, and of a String node as they were sent.
func (n Node) Raw() []byte { return n.raw }

// Lookup returns the value at a path such as "params.0.name": names of members
// and indexes of elements, joined by dots. Of members with the same name the
// last counts, as it does for JSON.parse. Kind is 0 when there is none.
func (n Node) Lookup(path string) Node {
	for path != "" {
		var step string
		step, path, _ = strings.Cut(path, ".")
		if n.Kind == Array {
			i, err := strconv.Atoi(step)
			if err != nil {
				return Node{}
			}
			n = n.element(i)
			continue
		}
		n = n.pick(step)[0]
	}
	return n
}

// element returns the i-th child.
func (n Node) element(i int) Node {
	for c := range n.Children() {
		if i == 0 {
			return c
		}
		i--
	}
	return Node{}
}

// pick returns the members with those names, in that order, each with Kind 0
// when it is absent. The last of several with the same name counts.
func (n Node) pick(names ...string) []Node {
	found := make([]Node, len(names))
	if n.Kind != Object && n.Kind != Group {
		return found
	}
	for c := range n.Children() {
		for i, name := range names {
			if c.Name == name {
				found[i] = c
			}
		}
	}
	return found
}

// elements returns the first limit children.
func (n Node) elements(limit int) []Node {
	var list []Node
	for c := range n.Children() {
		if len(list) == limit {
			break
		}
		list = append(list, c)
	}
	return list
}

// word returns the text of a string or a number, clipped, and "" for anything else.
func (n Node) word(limit int) string {
	if n.Kind != String && n.Kind != Number {
		return ""
	}
	return n.Text(limit)
}

// is reports whether n is a string with that text.
func (n Node) is(text string) bool { return n.Kind == String && n.Text(0) == text }

// integer returns the value of n when it is an integer that fits.
func (n Node) integer() (int64, bool) {
	if n.Kind != Number {
		return 0, false
	}
	i, err := strconv.ParseInt(n.text, 10, 64)
	return i, err == nil
}

// named returns n under another name.
func (n Node) named(name string) Node {
	n.Name = name
	return n
}

// noted returns n with a note.
func (n Node) noted(note string) Node {
	n.Note = note
	return n
}

// label makes a leaf that says something in words about the bytes from start to end.
func label(name, text string, start, end int) Node {
	return Node{Name: name, Kind: Label, text: text, Start: start, End: end}
}

// group makes a node of all parts of a message of that size, which are known
// already.
func group(name string, size int, parts ...Node) Node {
	return Node{Name: name, Kind: Group, End: size, children: func(yield func(Node) bool) {
		for _, p := range parts {
			if !yield(p) {
				return
			}
		}
	}}
}

// appendNode appends n to the nodes of a message, unless there are too many.
func appendNode(nodes []Node, n Node) []Node {
	if len(nodes) < maxParts {
		nodes = append(nodes, n)
	}
	return nodes
}

// bytesNode makes a node of the bytes data[start:end] of a message.
func bytesNode(name string, data []byte, start, end int) Node {
	return Node{Name: name, Kind: Bytes, raw: data[start:end:end], Start: start, End: end}
}

// textNode makes a node of the text data[start:end] of a message.
func textNode(name string, data []byte, start, end int) Node {
	return Node{Name: name, Kind: String, raw: data[start:end:end], Start: start, End: end}
}
