package query

import "bytes"

// The functions here pass over parts of a JSON text, RFC 8259, from a place
// on. They return where it goes on, or -1 when the text ends before.

// space passes over white space; it returns len(data) at the end.
func space(data []byte, at int) int {
	for at < len(data) && data[at] <= ' ' {
		at++
	}
	return at
}

// skipString passes over a text in quotes, the first of which stands at at.
func skipString(data []byte, at int) int {
	// Most texts are short and have no escapes.
	const short = 16
	for i, c := range data[at+1 : min(at+1+short, len(data))] {
		if c == '"' {
			return at + i + 2
		}
		if c == '\\' {
			break
		}
	}
	for end := at + 1; end < len(data); end++ {
		i := bytes.IndexByte(data[end:], '"')
		if i < 0 {
			return -1
		}
		end += i
		slashes := 0
		for data[end-1-slashes] == '\\' { // the opening quote stops it
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
	}
	return -1
}

// skipWord passes over a number or a literal, which something has to follow.
func skipWord(data []byte, at int) int {
	for ; at < len(data); at++ {
		switch c := data[at]; {
		case c == ',' || c == '}' || c == ']' || c <= ' ':
			return at
		}
	}
	return -1
}

// skipValue passes over any value, without recursion however deep it is.
func skipValue(data []byte, at int) int {
	if at >= len(data) {
		return -1
	}
	switch data[at] {
	case '"':
		return skipString(data, at)
	case '{', '[':
	default:
		return skipWord(data, at)
	}
	for depth := 0; at < len(data); at++ {
		switch data[at] {
		case '"':
			if at = skipString(data, at) - 1; at < 0 {
				return -1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return -1
}
