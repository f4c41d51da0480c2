package query

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
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

	letters [256]bool // bytes that are in names
	foreign bool      // some are not ASCII
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
		for i := range len(step.name) {
			p.letters[step.name[i]] = true
			p.foreign = p.foreign || step.name[i] >= utf8.RuneSelf
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
	last, t := &p.steps[len(p.steps)-1], newScan(data)
	slash := t.plain(0)
	spelled := slash < len(data) && p.spelled(data, slash)
	if last.key == nil || spelled {
		return test(p.scan(&t, spelled))
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
	return test(p.scan(&t, spelled))
}

// spelled reports whether letters of the names may be written as numbers,
// \u0041. Many writers spell so what is not ASCII, which few names are. There
// is no backslash before from.
func (p *jsonPath) spelled(data []byte, from int) bool {
	if p.foreign {
		return letterNumber.index(data, from) >= 0
	}
	for at := from; ; at++ {
		if at = letterOfASCII.index(data, at); at < 0 {
			return false
		}
		digits := data[at+len(`\u00`):]
		if len(digits) < 2 {
			return false // the text ends in it
		}
		if letter, err := strconv.ParseUint(string(digits[:2]), 16, 8); err == nil && p.letters[letter] {
			return true
		}
	}
}

var letterNumber = newFinder([]byte(`\u`))

// letterOfASCII finds \u000 to \u007.
var letterOfASCII = func() *finder {
	f := newFinder([]byte(`\u007`))
	f.mask[4] = '7' ^ '0'
	f.rare[1] = probe{3, pattern{value: '0' * ones}} // of \u0430 nothing more is looked at
	return f
}()

// find returns the value at the path, which has no kind when there is none.
func (p *jsonPath) find(data []byte) jsonValue {
	return p.scan(&jsonScan{data: data, slash: -1}, p.spelled(data, 0))
}

func (p *jsonPath) scan(t *jsonScan, spelled bool) jsonValue {
	data := t.data
	at := space(data, 0)
	for i := range p.steps {
		step := &p.steps[i]
		switch {
		case at >= len(data):
			return jsonValue{}
		case data[at] == '{':
			at = step.member(t, at+1, spelled, i == 0)
		case data[at] == '[' && step.index >= 0:
			at = t.element(at+1, step.index)
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
// The object's first member begins at at; only the outermost object ends where
// the text does.
func (s *jsonStep) member(t *jsonScan, at int, spelled, outermost bool) int {
	data, found := t.data, -1
	maySpell := s.key == nil || spelled
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
		if string(name[1:len(name)-1]) == s.name || maySpell && s.spelledBy(name) {
			// If the name does not come again, this is the last of it.
			found = at
			if !maySpell && (s.key.none(data[at:]) || outermost && s.key.index(data, at) < 0) {
				return found
			}
		}
		if at = t.skip(at); at < 0 {
			return found
		}
		if at = space(data, at); at >= len(data) || data[at] != ',' {
			return found
		}
		at++
	}
}

// spelledBy reports whether quoted is the name of the step, with escapes.
func (s *jsonStep) spelledBy(quoted []byte) bool {
	return bytes.IndexByte(quoted, '\\') >= 0 && unquote(quoted) == s.name
}

// element returns where the n-th element of an array begins, or -1. The
// first begins at at.
func (t *jsonScan) element(at, n int) int {
	data := t.data
	for {
		if at = space(data, at); at >= len(data) || data[at] == ']' {
			return -1
		}
		if n == 0 {
			return at
		}
		if at = t.skip(at); at < 0 {
			return -1
		}
		if at = space(data, at); at >= len(data) || data[at] != ',' {
			return -1
		}
		at++
		n--
	}
}
