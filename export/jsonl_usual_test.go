package export

import (
	"encoding/json"
	"reflect"
	"testing"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/flow"
)

// What nearly every line says is written in one piece. A near miss of it has its
// own values.
func TestUsualLines(t *testing.T) {
	conv := peers(1)
	request := func(change func(*header.Request)) dissect.Event {
		q := header.Request{Method: "GET", Target: "/", Version: "1.1"}
		change(&q)
		return &dissect.Handshake{Place: place1(conv, 1), Request: &q, Verdict: handshake.Outcome{Kind: handshake.Accepted}}
	}
	response := func(change func(*header.Response)) dissect.Event {
		r := header.Response{Version: "1.1", Status: 101, Reason: "Switching Protocols"}
		change(&r)
		return &dissect.Handshake{Place: place1(conv, 1), Response: &r, Verdict: handshake.Outcome{Kind: handshake.Accepted}}
	}
	closes := func(code int, reason string) dissect.Event {
		return &dissect.Message{Place: place1(conv, 1), Dir: flow.ClientToServer, Type: dissect.Close, Complete: true, Code: code, Reason: []byte(reason)}
	}
	ended := func(code int, reason string) dissect.Event {
		return &dissect.Ended{Place: place1(conv, 1), Closes: [3]*dissect.CloseFrame{flow.ClientToServer: {Code: code, Reason: reason}}}
	}
	opened := func(change func(*dissect.Conversation)) dissect.Event {
		c := *conv
		c.HTTP = "1.1"
		change(&c)
		return &dissect.Opened{Place: place1(&c, 1)}
	}
	for _, tt := range []struct {
		name  string
		event dissect.Event
		path  []string
		want  any
	}{
		{"a request", request(func(*header.Request) {}), []string{"request", "method"}, "GET"},
		{"its version", request(func(*header.Request) {}), []string{"request", "version"}, "1.1"},
		{"its target", request(func(q *header.Request) { q.Target = "/\"" }), []string{"request", "target"}, "/\""},
		{"another method", request(func(q *header.Request) { q.Method = "get" }), []string{"request", "method"}, "get"},
		{"another version", request(func(q *header.Request) { q.Version = "1.0" }), []string{"request", "version"}, "1.0"},
		{"a response", response(func(*header.Response) {}), []string{"response", "reason"}, "Switching Protocols"},
		{"its status", response(func(*header.Response) {}), []string{"response", "status"}, 101.0},
		{"its version", response(func(*header.Response) {}), []string{"response", "version"}, "1.1"},
		{"another reason", response(func(r *header.Response) { r.Reason = "switching protocols" }), []string{"response", "reason"}, "switching protocols"},
		{"another status", response(func(r *header.Response) { r.Status = 200 }), []string{"response", "status"}, 200.0},
		{"another version of it", response(func(r *header.Response) { r.Version = "1.0" }), []string{"response", "version"}, "1.0"},
		{"a Close", closes(1000, ""), []string{"code"}, 1000.0},
		{"a Close without a reason", closes(1000, ""), []string{"reason"}, ""},
		{"a Close with a reason", closes(1000, "bye"), []string{"reason"}, "bye"},
		{"another Close", closes(1001, ""), []string{"code"}, 1001.0},
		{"a Close without a code", closes(-1, ""), []string{"code"}, nil},
		{"an end", ended(1000, ""), []string{"client_close", "code"}, 1000.0},
		{"an end without a reason", ended(1000, ""), []string{"client_close", "reason"}, ""},
		{"an end with a reason", ended(1000, "bye"), []string{"client_close", "reason"}, "bye"},
		{"another end", ended(1001, ""), []string{"client_close", "code"}, 1001.0},
		{"an end without a code", ended(-1, ""), []string{"client_close", "code"}, nil},
		{"a connection", opened(func(*dissect.Conversation) {}), []string{"http"}, "1.1"},
		{"a connection in no tunnel", opened(func(*dissect.Conversation) {}), []string{"via"}, nil},
		{"a connection in a tunnel", opened(func(c *dissect.Conversation) { c.Via = "a:80" }), []string{"via"}, "a:80"},
		{"a connection of HTTP/2", opened(func(c *dissect.Conversation) { c.HTTP = "2" }), []string{"http"}, "2"},
		{"a stream", opened(func(c *dissect.Conversation) { c.Stream = 3 }), []string{"stream"}, 3.0},
		{"a TLS connection", opened(func(c *dissect.Conversation) { c.TLS = &dissect.TLS{Version: "1.3"} }), []string{"transport"}, "tls"},
		{"a connection without TLS", opened(func(*dissect.Conversation) {}), []string{"transport"}, "tcp"},
	} {
		line := NewJSONL(nil, JSONOptions{Payload: PayloadNone}).AppendEvent(nil, tt.event)
		var got any
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%s: %v in %s", tt.name, err, line)
			continue
		}
		for _, name := range tt.path {
			members, _ := got.(map[string]any)
			if _, ok := members[name]; !ok {
				t.Errorf("%s: no %v in %s", tt.name, tt.path, line)
			}
			got = members[name]
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v = %v; want %v in %s", tt.name, tt.path, got, tt.want, line)
		}
	}
}
