package payload

// jsonFormat is JSON, RFC 8259, kept as it was sent.
var jsonFormat = Format{
	Name:  "json",
	Title: "JSON",
	About: "Numbers, order and repeated names as sent; broken text up to where it breaks; several values in a row.",
	New:   func(Hint) Decoder { return jsonDecoder{} },
}

type jsonDecoder struct{}

// Decode takes a message as JSON. Several values in a row, as in NDJSON, are
// several parts.
func (jsonDecoder) Decode(m Message) Result {
	var r Result
	s := NewScanner(m.Data)
	var starts []int
	for {
		t, ok := s.Next()
		if !ok {
			break
		}
		if t.Depth == 0 && t.Kind != EndObject && t.Kind != EndArray && len(starts) < maxParts {
			starts = append(starts, t.Start)
		}
	}
	err := s.Err()
	if err != nil && m.Whole {
		r.invalid("JSON, " + err.Error())
	}
	d := &jsonText{data: m.Data, err: err}
	if err != nil {
		d.data = m.Data[:err.Offset]
	}
	var roots []Node
	for _, at := range starts {
		root, _, _ := d.node(at)
		roots = append(roots, root)
		r.part(Part{Type: root.Kind.String(), Body: root, Summary: brief(root)})
	}
	switch {
	case len(roots) == 1:
		r.Tree = roots[0]
	case len(roots) > 1:
		r.Tree = group("values", len(m.Data), roots...)
	default:
		r.Tree = d.broken()
	}
	r.Summary = joinParts(r.Parts)
	if err != nil {
		r.Summary = compactJSON(m.Data)
		if m.Whole {
			r.Summary = "broken JSON: " + r.Summary
		}
	}
	return r
}

// compactJSON returns the first values of a text without its white space, at
// most about summaryLimit bytes; where it breaks the rest follows as it is.
func compactJSON(text []byte) string {
	out := make([]byte, 0, summaryLimit+8)
	s := NewScanner(text)
	var before TokenKind
	end := 0
	for len(out) <= summaryLimit {
		t, ok := s.Next()
		if !ok {
			if s.Err() != nil {
				out = append(out, text[end:min(len(text), end+summaryLimit)]...)
			}
			break
		}
		switch {
		case before == Key:
			out = append(out, ':')
		case before == 0 || before == BeginObject || before == BeginArray || t.Kind == EndObject || t.Kind == EndArray:
		case t.Depth == 0:
			out = append(out, ' ')
		default:
			out = append(out, ',')
		}
		out = append(out, text[t.Start:min(t.End, t.Start+summaryLimit+8)]...)
		before, end = t.Kind, t.End
	}
	return clip(string(out[:clipAt(out, summaryLimit)]), summaryLimit)
}

// openJSON decodes a message that should be one JSON value, for the formats
// that are written in JSON. ok is false when it is not, which r then says.
func openJSON(m Message) (root Node, r Result, ok bool) {
	root, err := parseJSON(m.Data, 0)
	r.Tree = root
	if err == nil || !m.Whole {
		return root, r, true
	}
	r.invalid("JSON, " + err.Error())
	r.Summary = "broken JSON: " + compactJSON(m.Data)
	return root, r, false
}

// brief writes a value on one line, clipped: JSON as it was sent, but for its
// white space, anything else in diagnostic notation.
func brief(n Node) string {
	if n.Kind == 0 {
		return ""
	}
	if n.source != nil {
		return compactJSON(n.source)
	}
	return diagnostic(n, summaryLimit)
}
