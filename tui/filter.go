package tui

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
	"wsight/session"
)

// A filter says which connections or rows are shown. Words are looked for in
// host, path, addresses and payloads, in any case; what has a colon or a sign
// is about a field. All terms have to hold; a hyphen in front turns one round.
type filter struct {
	text  string
	terms []term
}

// A term is one condition. A nil test has nothing to say about that kind of
// thing.
type term struct {
	not        bool
	word       string // looked for in text; "" when a field decides
	connection func(o *session.Overview, marked bool) bool
	row        func(r *session.Row) bool
}

// A field is what a filter can ask for by name.
type field struct {
	name, about string
	values      []string
	parse       func(value string) (term, error)
}

// fields are the ones of the filter bar; to add one, name it here.
var fields = []field{
	{"is", "problem, failed, open, closed, midstream, marked, idle, gap", []string{"problem", "failed", "open", "closed", "midstream", "marked", "idle", "gap"}, parseIs},
	{"dir", "c2s or s2c", []string{"c2s", "s2c"}, parseDir},
	{"kind", "text, binary, ping, pong, close, data, control, finding, tcp", []string{"text", "binary", "ping", "pong", "close", "data", "control", "finding", "tcp"}, parseKind},
	{"host", "part of the host", nil, func(v string) (term, error) {
		return connectionTerm(func(o *session.Overview) bool { return containsFold(o.Host, v) }), nil
	}},
	{"path", "part of the request target", nil, func(v string) (term, error) {
		return connectionTerm(func(o *session.Overview) bool { return containsFold(o.Target, v) }), nil
	}},
	{"ip", "beginning of an address", nil, func(v string) (term, error) {
		return connectionTerm(func(o *session.Overview) bool {
			return strings.HasPrefix(o.Conv.Client.String(), v) || strings.HasPrefix(o.Conv.Server.String(), v)
		}), nil
	}},
	{"status", "of the answer, such as 101 or 4xx", nil, parseStatus},
	{"code", "of a Close frame, or of a finding", nil, parseCode},
	{"len", "payload bytes: len>1k, len<20", nil, nil},
}

var errNumber = errors.New("wants a number")

func connectionTerm(f func(*session.Overview) bool) term {
	return term{connection: func(o *session.Overview, _ bool) bool { return f(o) }}
}

// parseFilter reads the text of the filter bar. With an error the filter has
// the terms that are right.
func parseFilter(text string) (filter, error) {
	f := filter{text: strings.TrimSpace(text)}
	var fault error
	for _, word := range words(f.text) {
		not := len(word) > 1 && word[0] == '-'
		if not {
			word = word[1:]
		}
		t, err := parseTerm(word)
		if err != nil {
			if fault == nil {
				fault = err
			}
			continue
		}
		t.not = not
		f.terms = append(f.terms, t)
	}
	return f, fault
}

// words cuts text at spaces; double quotes keep them.
func words(text string) []string {
	var out []string
	var word strings.Builder
	quoted, some := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted, some = !quoted, true
		case r == ' ' && !quoted:
			if some {
				out = append(out, word.String())
			}
			word.Reset()
			some = false
		default:
			word.WriteRune(r)
			some = true
		}
	}
	if some && word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}

func parseTerm(word string) (term, error) {
	if strings.HasPrefix(word, "len") && len(word) > 3 && strings.ContainsRune("<>=:", rune(word[3])) {
		return parseLength(word[3:])
	}
	name, value, ok := strings.Cut(word, ":")
	if ok {
		for _, f := range fields {
			if f.name == name && f.parse != nil {
				t, err := f.parse(value)
				if err != nil {
					return term{}, fmt.Errorf("%s: %w", name, err)
				}
				return t, nil
			}
		}
	}
	return term{word: strings.ToLower(word)}, nil
}

func parseLength(text string) (term, error) {
	sign, digits := text[0], strings.ToLower(text[1:])
	unit := int64(1)
	for suffix, n := range map[string]int64{"k": 1 << 10, "m": 1 << 20, "g": 1 << 30} {
		if rest, ok := strings.CutSuffix(digits, suffix); ok {
			digits, unit = rest, n
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return term{}, fmt.Errorf("len %w, such as len>1k", errNumber)
	}
	n *= unit
	return term{row: func(r *session.Row) bool {
		if r.Kind != session.RowMessage && r.Kind != session.RowFrame {
			return false
		}
		switch sign {
		case '<':
			return r.Length < n
		case '>':
			return r.Length > n
		}
		return r.Length == n
	}}, nil
}

func parseIs(v string) (term, error) {
	switch v {
	case "problem":
		return term{connection: func(o *session.Overview, _ bool) bool { return o.Problem() || o.Failed() },
			row: func(r *session.Row) bool {
				return r.Trouble >= finding.Warning || r.Kind == session.RowHole || r.Kind == session.RowMessage && (!r.Complete || r.Undecoded != "")
			}}, nil
	case "failed":
		return connectionTerm((*session.Overview).Failed), nil
	case "open":
		return connectionTerm(func(o *session.Overview) bool {
			return o.State == session.Open || o.State == session.Opening
		}), nil
	case "closed":
		return connectionTerm(func(o *session.Overview) bool { return o.State == session.Closed || o.State == session.Reset }), nil
	case "midstream":
		return connectionTerm((*session.Overview).Midstream), nil
	case "marked":
		return term{connection: func(_ *session.Overview, marked bool) bool { return marked }}, nil
	case "idle":
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowIdle }}, nil
	case "gap":
		return term{connection: func(o *session.Overview, _ bool) bool { return o.Lost > 0 }, row: func(r *session.Row) bool { return r.Kind == session.RowHole }}, nil
	}
	return term{}, fmt.Errorf("is no word for %q", v)
}

func parseDir(v string) (term, error) {
	for name, d := range map[string]flow.Direction{"c2s": flow.ClientToServer, ">": flow.ClientToServer, "s2c": flow.ServerToClient, "<": flow.ServerToClient} {
		if v == name {
			return term{row: func(r *session.Row) bool { return r.Dir == d }}, nil
		}
	}
	return term{}, errors.New("wants c2s or s2c")
}

func parseKind(v string) (term, error) {
	of := func(t dissect.MessageType) (term, error) {
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowMessage && r.Type == t }}, nil
	}
	switch v {
	case "text":
		return of(dissect.Text)
	case "binary", "bin":
		return of(dissect.Binary)
	case "ping":
		return of(dissect.Ping)
	case "pong":
		return of(dissect.Pong)
	case "close":
		return of(dissect.Close)
	case "data":
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowMessage && !r.Control }}, nil
	case "control":
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowMessage && r.Control }}, nil
	case "finding":
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowFinding }}, nil
	case "tcp":
		return term{row: func(r *session.Row) bool { return r.Kind == session.RowSignal }}, nil
	}
	return term{}, fmt.Errorf("is no kind: %q", v)
}

func parseStatus(v string) (term, error) {
	if _, err := strconv.Atoi(strings.TrimRight(strings.ToLower(v), "x")); err != nil || len(v) > 3 {
		return term{}, errNumber
	}
	prefix := strings.TrimRight(strings.ToLower(v), "x")
	return connectionTerm(func(o *session.Overview) bool { return strings.HasPrefix(strconv.Itoa(o.Status), prefix) }), nil
}

// parseCode takes the code of a Close frame or, with a letter in it, of a
// finding.
func parseCode(v string) (term, error) {
	if n, err := strconv.Atoi(v); err == nil {
		return term{connection: func(o *session.Overview, _ bool) bool { return o.CloseBy != 0 && o.CloseCode == n },
			row: func(r *session.Row) bool { return r.Kind == session.RowMessage && r.Code == n }}, nil
	}
	if v == "" {
		return term{}, errNumber
	}
	return term{connection: func(o *session.Overview, _ bool) bool {
		return slices.ContainsFunc(o.Codes, func(c finding.Code) bool { return strings.Contains(string(c), v) })
	}, row: func(r *session.Row) bool { return r.Finding != nil && strings.Contains(string(r.Finding.Code), v) }}, nil
}

// connection reports whether a connection passes.
func (f *filter) connection(o *session.Overview, marked bool) bool {
	for _, t := range f.terms {
		ok := true
		switch {
		case t.word != "":
			ok = containsFold(o.Host, t.word) || containsFold(o.Target, t.word) || containsFold(o.Subprotocol, t.word) ||
				strings.Contains(o.Conv.Client.String(), t.word) || strings.Contains(o.Conv.Server.String(), t.word) ||
				o.Worst != nil && (strings.Contains(string(o.Worst.Code), t.word) || containsFold(titleOf(o.Worst), t.word))
		case t.connection != nil:
			ok = t.connection(o, marked)
		default:
			continue
		}
		if ok == t.not {
			return false
		}
	}
	return true
}

// words returns what has to be looked for in payloads.
func (f *filter) words() (with, without []string) {
	for _, t := range f.terms {
		switch {
		case t.word == "":
		case t.not:
			without = append(without, t.word)
		default:
			with = append(with, t.word)
		}
	}
	return with, without
}

// row reports whether a row passes the terms about fields.
func (f *filter) row(r *session.Row) bool {
	for _, t := range f.terms {
		if t.row != nil && t.row(r) == t.not {
			return false
		}
	}
	return true
}

// containsFold reports whether s has word, which is in lower case, in any
// case of its ASCII letters.
func containsFold[T string | []byte](s T, word string) bool { return indexFold(s, word) >= 0 }

// indexFold returns where word, in lower case, begins in p, or -1.
func indexFold[T string | []byte](p T, word string) int {
	for i := 0; i+len(word) <= len(p); i++ {
		n := 0
		for n < len(word) && lower(p[i+n]) == word[n] {
			n++
		}
		if n == len(word) {
			return i
		}
	}
	return -1
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
