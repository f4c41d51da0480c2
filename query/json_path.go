package query

import (
	"bytes"
	"strconv"
	"strings"
)

// A jsonPath says where a value stands in a JSON text. Of members with the
// same name the last counts, as it does for JSON.parse.
//
// The text is scanned for the path, not parsed: what the path does not lead
// to is passed over, and may be anything. What most filters ask is answered
// without even that: see holds.
type jsonPath struct {
	steps  []jsonStep
	lookup string // the same, as payload.Node.Lookup has it
}

// A jsonStep leads from a value to one inside it.
type jsonStep struct {
	name  string  // of a member
	index int     // of an element; -1: the step leads to members only
	key   *finder // of the name in quotes; nil where a text may escape it
}

// parsePath reads a path such as $.a[0]["b c"].
func parsePath(path string) (*jsonPath, bool) {
	p := &jsonPath{}
	rest := strings.TrimPrefix(path, "$")
	if rest == path && rest != "" && rest[0] != '[' {
		rest = "." + rest
	}
	var names []string
	for rest != "" {
		step := jsonStep{index: -1}
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			step.name, rest = rest[1:1+end], rest[1+end:]
			if n, err := strconv.Atoi(step.name); err == nil && n >= 0 {
				step.index = n // or a member that is called so
			}
		case strings.HasPrefix(rest, `["`), strings.HasPrefix(rest, "['"):
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return nil, false
			}
			step.name, rest = rest[2:2+end], rest[2+end+2:]
		default:
			end := strings.IndexByte(rest, ']')
			if rest[0] != '[' || end < 0 {
				return nil, false
			}
			n, err := strconv.Atoi(rest[1:end])
			if err != nil || strings.Trim(rest[1:end], "0123456789") != "" {
				return nil, false
			}
			step.name, step.index, rest = rest[1:end], n, rest[end+1:]
		}
		if step.name == "" {
			return nil, false
		}
		if strings.IndexFunc(step.name, mayEscape) < 0 {
			step.key = newFinder([]byte(`"` + step.name + `"`))
		}
		p.steps = append(p.steps, step)
		names = append(names, step.name)
	}
	p.lookup = strings.Join(names, ".")
	return p, true
}

// mayEscape reports whether c has an escape of its own, beside \u, that
// writers of JSON use.
func mayEscape(c rune) bool { return c < ' ' || c == '"' || c == '\\' || c == '/' }

// enoughKeys is how many members of the right name are looked at before the
// text is scanned: deeper ones tend to come in rows.
func (p *jsonPath) enoughKeys() int {
	if len(p.steps) > 1 {
		return 1
	}
	return 2
}

// holds reports whether the value at the path passes the test. Most messages
// of a conversation do not have what a filter looks for anywhere; that is
// found without knowing how values nest: if no member of that name, at
// whatever depth, would change the answer, it is that for no value.
func (p *jsonPath) holds(data []byte, test func(jsonValue) bool) bool {
	last, spelled := &p.steps[len(p.steps)-1], spelled(data)
	if last.key == nil || spelled {
		return test(p.scan(data, spelled))
	}
	absent := test(jsonValue{})
	from := 0
	for range p.enoughKeys() + 1 {
		i := last.key.index(data, from)
		if i < 0 {
			if last.index >= 0 {
				break // an element has no name
			}
			return absent
		}
		from = i + len(last.key.needle)
		if at := space(data, from); at < len(data) && data[at] == ':' && test(valueAt(data, space(data, at+1))) != absent {
			break
		}
	}
	return test(p.scan(data, spelled))
}

// spelled reports whether letters may be written as numbers, \u0041.
func spelled(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i == len(data)-1 {
			return false
		}
		if data[i+1] == 'u' {
			return true
		}
		data = data[i+2:]
	}
}

// find returns the value at the path, which has no kind when there is none.
func (p *jsonPath) find(data []byte) jsonValue { return p.scan(data, spelled(data)) }

func (p *jsonPath) scan(data []byte, spelled bool) jsonValue {
	at := space(data, 0)
	for i := range p.steps {
		step := &p.steps[i]
		switch {
		case at >= len(data):
			return jsonValue{}
		case data[at] == '{':
			at = step.member(data, at+1, spelled)
		case data[at] == '[' && step.index >= 0:
			at = element(data, at+1, step.index)
		default:
			return jsonValue{}
		}
		if at < 0 {
			return jsonValue{}
		}
	}
	return valueAt(data, at)
}

// member returns where the value of the member of an object begins, or -1.
// The object's first member begins at at.
func (s *jsonStep) member(data []byte, at int, spelled bool) int {
	found := -1
	for {
		if at = space(data, at); at >= len(data) || data[at] != '"' {
			return found // the object ends, or the text does
		}
		end := skipString(data, at)
		if end < 0 {
			return found
		}
		name := data[at:end]
		if at = space(data, end); at >= len(data) || data[at] != ':' {
			return found
		}
		at = space(data, at+1)
		if s.is(name) {
			// If the name does not come again, this is the last of it.
			if found = at; s.key != nil && !spelled && s.key.index(data, at) < 0 {
				return found
			}
		}
		if at = skipValue(data, at); at < 0 {
			return found
		}
		if at = space(data, at); at >= len(data) || data[at] != ',' {
			return found
		}
		at++
	}
}

// is reports whether quoted is the name of the step.
func (s *jsonStep) is(quoted []byte) bool {
	inner := quoted[1 : len(quoted)-1]
	return string(inner) == s.name || bytes.IndexByte(inner, '\\') >= 0 && unquote(quoted) == s.name
}

// element returns where the n-th element of an array begins, or -1. The
// first begins at at.
func element(data []byte, at, n int) int {
	for {
		if at = space(data, at); at >= len(data) || data[at] == ']' {
			return -1
		}
		if n == 0 {
			return at
		}
		if at = skipValue(data, at); at < 0 {
			return -1
		}
		if at = space(data, at); at >= len(data) || data[at] != ',' {
			return -1
		}
		at++
		n--
	}
}
