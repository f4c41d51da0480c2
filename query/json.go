package query

import (
	"wsight/dissect"
)

// json is the function of that name: the value at a path in the payload of a
// message, nil where there is none. With a format that wraps JSON it looks
// into what is wrapped, as far as payloads are decoded.
func (f *Filter) json(params ...any) (any, error) {
	text, _ := params[0].(string)
	path := f.paths[text]
	m, ok := f.row.Event.(*dissect.Message)
	switch {
	case !ok || m.Undecoded != "":
		return nil, nil
	case wraps(m):
		return ofNode(m.Decoded.Body().Lookup(path.lookup)).any(), nil
	case !isJSON(m.Payload):
		return nil, nil
	case len(path.steps) == 0:
		return string(m.Payload), nil
	}
	return path.find(m.Payload).any(), nil
}

// wraps reports whether a format found JSON inside of m.
func wraps(m *dissect.Message) bool { return m.Decoded != nil && m.Decoded.Body().Kind != 0 }

// isJSON reports whether data may be an object or an array.
func isJSON(data []byte) bool {
	at := space(data, 0)
	return at < len(data) && (data[at] == '{' || data[at] == '[')
}
