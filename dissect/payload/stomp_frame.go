package payload

import (
	"bytes"
	"strconv"
	"strings"

	"wsight/safe"
)

// A stompParsed is where the pieces of a frame stand:
//
//	COMMAND LF  *( name ":" value LF )  LF  *OCTET  NUL
type stompParsed struct {
	command             string
	start, headers, end int
	body, bodyEnd       int
	list                []stompHeader
	wrong               string // the first thing that breaks the grammar
}

type stompHeader struct {
	name, value string
	start, end  int
}

// stompHeaderLimit is how many headers of a frame are read; what follows is
// counted as wrong.
const stompHeaderLimit = 200

// stompFrame reads the frame that begins at b[at]; ok is false when it is not
// complete, or not a frame.
func stompFrame(b []byte, at int) (f stompParsed, ok bool) {
	f.start = at
	line, next, ok := stompLine(b, at)
	if !ok || !stompCommands[line] {
		return f, false
	}
	f.command, f.headers = line, next
	length := -1
	for {
		start := next
		if line, next, ok = stompLine(b, start); !ok {
			return f, false
		}
		if line == "" {
			break
		}
		name, value, colon := strings.Cut(line, ":")
		switch {
		case !colon:
			f.fail("a header without a colon: " + safe.Quote(line))
		case len(f.list) == stompHeaderLimit:
			f.fail("more than " + strconv.Itoa(stompHeaderLimit) + " headers")
		}
		if len(f.list) < stompHeaderLimit {
			f.list = append(f.list, stompHeader{name, value, start, next})
		}
		if name == "content-length" && length < 0 {
			n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
			if err != nil {
				f.fail("content-length is " + safe.Quote(value))
				continue
			}
			length = int(n)
		}
	}
	f.body = next
	if length < 0 {
		n := bytes.IndexByte(b[next:], 0)
		if n < 0 {
			return f, false
		}
		f.bodyEnd = next + n
		f.end = f.bodyEnd + 1
		return f, true
	}
	if len(b)-next <= length {
		return f, false
	}
	f.bodyEnd = next + length
	f.end = f.bodyEnd + 1
	if b[f.bodyEnd] != 0 {
		f.fail("no NUL where the body of content-length ends")
		f.end = f.bodyEnd
		if n := bytes.IndexByte(b[f.end:], 0); n >= 0 {
			f.end += n + 1
		} else {
			f.end = len(b)
		}
	}
	return f, true
}

func (f *stompParsed) fail(why string) {
	if f.wrong == "" {
		f.wrong = why
	}
}

// stompLine returns the line at b[at:] without its end, and where the next begins.
func stompLine(b []byte, at int) (line string, next int, ok bool) {
	n := bytes.IndexByte(b[at:], '\n')
	if n < 0 {
		return "", at, false
	}
	return string(bytes.TrimSuffix(b[at:at+n], []byte("\r"))), at + n + 1, true
}

// stompUnescape undoes the escapes of headers, §"Value Encoding". What is no
// escape stays as it is.
func stompUnescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\c`, ":", `\\`, `\`).Replace(s)
}
