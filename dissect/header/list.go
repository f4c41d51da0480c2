package header

import "iter"

// Tokens returns the members of the comma-separated list that all field lines
// called name form together (RFC 9110 §5.3, §5.6.1), without the white space
// around them. Empty members are left out, and a comma inside a quoted string
// does not end one.
func (f Fields) Tokens(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range f {
			if !EqualFold(f[i].Name, name) {
				continue
			}
			for member := range Members(f[i].Value) {
				if !yield(member) {
					return
				}
			}
		}
	}
}

// Members returns the members of the part of a list that one field line has,
// as Tokens does.
func Members(value string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := value; rest != ""; {
			var member string
			if member, rest = cut(rest, ','); member != "" && !yield(member) {
				return
			}
		}
	}
}

// HasToken reports whether token is a member of the list called name, in any
// case.
func (f Fields) HasToken(name, token string) bool {
	for i := range f {
		if EqualFold(f[i].Name, name) && Lists(f[i].Value, token) {
			return true
		}
	}
	return false
}

// Lists reports whether token is among the [Members] of value, in any case.
func Lists(value, token string) bool {
	if EqualFold(value, token) {
		return true // what most lists are
	}
	for member := range Members(value) {
		if EqualFold(member, token) {
			return true
		}
	}
	return false
}

// cut returns what stands in s before the first separator outside a quoted
// string, trimmed, and what stands after it.
func cut(s string, separator byte) (before, after string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == separator && !quoted:
			return Trim(s[:i]), s[i+1:]
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		}
	}
	return Trim(s), ""
}

// Trim removes OWS (RFC 9110 §5.6.3), spaces and tabs, from both ends.
func Trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
