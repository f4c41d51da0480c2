package http1

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"wsight/dissect/header"
)

// TestLines: what a head gives does not depend on which lines are known.
func TestLines(t *testing.T) {
	long := "Cookie: " + strings.Repeat("c", longestKnown)
	var known Lines
	for _, tt := range []struct{ name, head string }{
		{"the first", "GET /chat HTTP/1.1|Host: server.example|Upgrade: websocket||"},
		{"the same", "GET /chat HTTP/1.1|Host: server.example|Upgrade: websocket||"},
		{"another value of the same length", "GET /chat HTTP/1.1|Host: server.example|Upgrade: Websocket||"},
		{"another target of the same length", "GET /cart HTTP/1.1|Host: server.example|Upgrade: websocket||"},
		{"a known line ends with LF alone", "GET /chat HTTP/1.1|Host: server.example\nUpgrade: websocket||"},
		{"a known line goes on in the next one", "GET /chat HTTP/1.1|Host: server.example|Upgrade: websocket| , h2c||"},
		{"a known line, after that", "GET /chat HTTP/1.1|Host: server.example|Upgrade: websocket||"},
		{"a start line among the fields", "GET /chat HTTP/1.1|Host: server.example|GET /chat HTTP/1.1||"},
		{"a field for a start line", "Host: server.example|Upgrade: websocket||"},
		{"lines that break the grammar", "GET /chat HTTP/1.1|Host : server.example|Upgrade:\x01 websocket|no colon at all||"},
		{"the same, which nobody remembers", "GET /chat HTTP/1.1|Host : server.example|Upgrade:\x01 websocket|no colon at all||"},
		{"a short line and a long one", "GET /chat HTTP/1.1|Host: a|" + long + "||"},
		{"the long one ends otherwise", "GET /chat HTTP/1.1|Host: a|" + long + "x||"},
	} {
		head := []byte(lines(tt.head))
		want, _, _ := ParseRequest(head)
		got, _ := known.request(head)
		clear(head) // what is known must be a copy
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: differs from what it is by itself:\n%s", tt.name, diff)
		}
	}
}

// TestLinesShare: heads that have a line in common share its text.
func TestLinesShare(t *testing.T) {
	var known Lines
	first, _ := known.response([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nShort:1\r\n\r\n"))
	second, _ := known.response([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nShort:1\r\n\r\n"))
	for _, tt := range []struct {
		name string
		a, b string
		want bool
	}{
		{"the reason", first.Reason, second.Reason, true},
		{"a name", first.Fields[0].Name, second.Fields[0].Name, true},
		{"a value", first.Fields[0].Value, second.Fields[0].Value, true},
		{"a line that is too short", first.Fields[1].Name, second.Fields[1].Name, false},
	} {
		if tt.a != tt.b || (unsafe.StringData(tt.a) == unsafe.StringData(tt.b)) != tt.want {
			t.Errorf("%s: %q and %q share their text: %v; want %v", tt.name, tt.a, tt.b, !tt.want, tt.want)
		}
	}
}

// TestLinesNeighbours: of two lines with one place none drives the other out.
func TestLinesNeighbours(t *testing.T) {
	taken := map[uint64]string{}
	for i := range 1000 {
		line := fmt.Sprintf("Name%03d: value", i)
		other := taken[place([]byte(line))]
		taken[place([]byte(line))] = line
		if other == "" {
			continue
		}
		var known Lines
		head := []byte("HTTP/1.1 101 Switching Protocols\r\n" + other + "\r\n" + line + "\r\n\r\n")
		first, _ := known.response(head)
		second, _ := known.response(head)
		for i := range first.Fields {
			if unsafe.StringData(first.Fields[i].Name) != unsafe.StringData(second.Fields[i].Name) {
				t.Fatalf("%q and %q: one of them is not known the second time", other, line)
			}
		}
		return
	}
	t.Fatal("no two lines have one place")
}

func (k *Lines) request(b []byte) (r header.Request, n int) {
	n = k.Request(&r, b)
	return r, n
}

func (k *Lines) response(b []byte) (r header.Response, n int) {
	n = k.Response(&r, b)
	return r, n
}
