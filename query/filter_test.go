package query

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/payload"
	"wsight/finding"
	"wsight/flow"
)

// sample holds one row of each kind, by name.
func sample() map[string]*Row {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	host, valid := "api.example.com", true
	conv := &dissect.Conversation{Number: 3, Client: netip.MustParseAddrPort("192.0.2.1:40000"), Server: netip.MustParseAddrPort("[2001:db8::1]:443"),
		TLS: &dissect.TLS{Version: "1.3", SNI: "api.example.com"}, HTTP: "1.1", Start: at}
	place := dissect.Place{Conv: conv, Packet: 7, Time: at}
	h := &dissect.Handshake{Place: place, Latency: 20 * time.Millisecond,
		Request:  &header.Request{Method: "GET", Target: "/chat?room=1", Version: "1.1"},
		Response: &header.Response{Version: "1.1", Status: 101},
		Verdict:  handshake.Outcome{Kind: handshake.Accepted, Host: &host, Accept: handshake.Accept{Valid: &valid}}}
	message := func(m dissect.Message) *Row {
		m.Place = place
		return &Row{Event: &m, Handshake: h, Problems: 1}
	}
	text := dissect.Message{N: 2, Dir: flow.ServerToClient, Type: dissect.Text, Frames: 1, Wire: 30, Length: 34, Complete: true, Valid: true, RTT: -1, Code: -1,
		Payload: []byte(`{"type":"Error","items":[{"id":7}]}`)}
	decoded := text
	decoded.Decoded = &payload.Result{Format: "mqtt", Summary: "PUBLISH a/b", RTT: 300 * time.Millisecond, Answered: 1,
		Parts: []payload.Part{{Type: "PUBLISH", Fields: []payload.Field{{Name: "topic", Value: "a/b"}, {Name: "qos", Value: int64(1)}, {Name: "retain", Value: true}}}}}
	ended := &dissect.Ended{Place: place, State: dissect.StateReset, Initiator: flow.ClientToServer, Lost: 5, Duration: time.Minute,
		TCP: dissect.TCPEnd{Kind: flow.Reset, By: flow.ServerToClient}}
	ended.Closes[flow.ClientToServer] = &dissect.CloseFrame{Code: 1001, Reason: "away"}
	return map[string]*Row{
		"opened":    {Event: &dissect.Opened{Place: place}},
		"handshake": {Event: h, Handshake: h},
		"text":      message(text),
		"decoded":   message(decoded),
		"pong":      message(dissect.Message{N: 3, Dir: flow.ClientToServer, Type: dissect.Pong, Complete: true, RTT: 250 * time.Millisecond, Code: -1, Valid: true, Payload: []byte("T")}),
		"close":     message(dissect.Message{N: 4, Dir: flow.ClientToServer, Type: dissect.Close, Complete: true, RTT: -1, Code: 1001, Reason: []byte("Going away"), Length: 12}),
		"unknown":   message(dissect.Message{N: 5, Dir: flow.ClientToServer, Type: dissect.Unknown, RTT: -1, Code: -1, Length: -1, Lost: 9, Undecoded: "context-lost", Payload: []byte("error")}),
		"finding":   {Event: &dissect.Finding{Place: place, Report: finding.Report{Code: finding.EndIdleTimeout, Detail: "60 s"}}, Handshake: h, Problems: 1},
		"frame":     {Event: &dissect.Frame{Place: place, Dir: flow.ClientToServer, Captured: 3}, Handshake: h},
		"end":       {Event: ended, Handshake: h, Ended: ended},
	}
}

func TestMatch(t *testing.T) {
	rows := sample()
	for _, tt := range []struct{ text, want string }{
		{`type == "text" && dir == "s2c" && length > 33`, "decoded text"},
		{`length > 34`, ""},
		{`"text" == type`, "decoded text"},
		{`10 < wire`, "decoded text"},
		{`host matches "^api\\."`, "close decoded end finding frame handshake pong text unknown"},
		{`host == "API.example.com"`, ""},
		{`json("$.type") == "Error"`, "decoded text"},
		{`json("$.items[0].id") > 6`, "decoded text"},
		{`json("$.items[0].id") == "7"`, ""},
		{`json("$.type") > 6`, ""},
		{`json("$.type") in ["Warning", "Error"]`, "decoded text"},
		{`json("$.type") in ["Warning", 7]`, ""},
		{`json("$.type") not in ["Warning", 7]`, "close decoded pong text unknown"},
		{`json("$.items[0].id") in [6, 7]`, "decoded text"},
		{`json("$.items[0].id") in 7..9`, "decoded text"},
		{`json("$.items[0].id") in 8..9`, ""},
		{`json("$.nothing") in [7]`, ""},
		{`json("$.nothing") == nil`, "close decoded pong text unknown"},
		{`code == "end-idle-timeout"`, "finding"},
		{`code == 1001`, "close"},
		{`code != 1000`, "close"},
		{`code in [1000, 1001]`, "close"},
		{`rtt > 0.2`, "decoded pong"},
		{`rtt > 0.25`, "decoded"},
		{`not (rtt > 0.25)`, "pong"},
		{`!(rtt > 0.25 or type == "text")`, "pong"},
		{`rtt == nil`, "close text unknown"},
		{`rtt != nil`, "decoded pong"},
		{`not (rtt == nil)`, "decoded pong"},
		{`length == nil`, "unknown"},
		{`complete`, "close decoded pong text"},
		{`not complete`, "unknown"},
		{`complete == false`, "unknown"},
		{`accept.valid`, "close decoded end finding frame handshake pong text unknown"},
		{`not accept.valid`, ""},
		{`text contains "Error"`, "decoded text"},
		{`payload startsWith "{"`, "decoded text"},
		{`not (text contains "Error")`, "pong"},
		{`undecoded == "context-lost"`, "unknown"},
		{`lost > 0`, "end unknown"},
		{`state == "reset" and tcp.by == "server"`, "end"},
		{`client_close.code == 1001`, "end"},
		{`server_close.code == 1001`, ""},
		{`duration >= 60`, "end"},
		{`conn == 3`, "close decoded end finding frame handshake opened pong text unknown"},
		{`client.port == 40000 and server.ip == "2001:db8::1"`, "close decoded end finding frame handshake opened pong text unknown"},
		{`tls.sni contains "api" and event == "connection"`, "opened"},
		{`path == "/chat" and event == "handshake"`, "handshake"},
		{`response.status == 101 and event == "handshake"`, "handshake"},
		{`time >= "2026-01-02T03:04" and event == "end"`, "end"},
		{`time < "2026-01-02T03:04"`, ""},
		{`severity == "error"`, "finding"},
		{`captured == 3`, "frame"},
		{`masked == false`, "frame"},
		{`mqtt.topic == "a/b"`, "decoded"},
		{`mqtt.qos > 0 and mqtt.retain`, "decoded"},
		{`mqtt.retain == false`, ""},
		{`stomp.type == "PUBLISH"`, ""},
		{`payload.answers == 1`, "decoded"},
		{`length / wire > 1.1 and wire > 0`, "decoded text"},
		{`length > wire`, "close decoded text"},
		{`length - wire == 4 and -n < -1 and abs(wire - length) * 2 + 1 >= 9`, "decoded text"},
		{`not (length / wire > 1.1)`, "pong"},
		{`len(text) == 34`, ""},
		{`len(dir) + len(reason) == 13`, "close"},
		{`n in 2..3`, "decoded pong text"},
		{`n in 3..99999999999`, "close pong unknown"},
		{`n not in 2..4`, "unknown"},
		{`rtt > 200ms and rtt<0.26s`, "pong"},
		{`duration == 1min`, "end"},
		{`duration >= 0.5h or text == "1KiB"`, ""},
		{`length<1KiB and length > 33B`, "decoded text"},
		{`len(text) > 20`, "decoded text"},
		{`lower(text) contains "error"`, "decoded text"},
		{`type in ["ping", "pong"]`, "pong"},
		{`n in [2, 4]`, "close decoded text"},
		{`n not in [2, 4]`, "pong unknown"},
		{`rtt in [7]`, ""},
		{`undecoded not in ["corrupt", "limit"]`, "unknown"},
		{`type not in ["ping", "pong"] and event == "message"`, "close decoded text unknown"},
		{`true`, "close decoded end finding frame handshake opened pong text unknown"},
		{`false or complete and dir == "c2s"`, "close pong"},

		{`error`, "decoded text"},
		{`ERR type:text`, "decoded text"},
		{`"type"`, "decoded text"},
		{`away`, "close"},
		{`not away`, "decoded pong text"},
		{`-away`, "decoded pong text"},
		{`-type:text is:data`, "unknown"},
		{`away OR error`, "close decoded text"},
		{`NOT away AND type:pong`, "pong"},
		{`5s`, ""},
		{`error or away`, "close decoded text"},
		{`(error or away) dir:c2s`, "close"},
		{`is:problem event:message type:pong`, "pong"},
		{`is:problem and type == "pong"`, "pong"},
		{`n > 1 and dir:s2c type:text`, "decoded text"},
		{`n > 1 dir:s2c type:text`, "decoded text"},
		{`dir:s2c n > 1 type:text`, "decoded text"},
		{`dir:s2c (n > 1 or n < 0) type:text`, "decoded text"},
		{`dir:c2s not type:ping complete`, "close pong"},
		{`type:pong or n < 3 dir:s2c`, "decoded pong text"},
		{`text contains "Err" dir:s2c`, "decoded text"},
		{`tcp.by == initiator`, ""},
		{`type:pong`, "pong"},
		{`code:1001`, "close"},
		{`code:end-idle-timeout`, "finding"},
		{`code:end-`, "finding"},
		{`port:443 event:end`, "end"},
		{`ip:192.0.2.1 event:end`, "end"},
		{`ip:192.0. event:end`, "end"},
		{`ip:2.0.2.1`, ""},
		{`status:1xx event:end`, "end"},
		{`status:4xx`, ""},
		{`kind:data dir:s2c`, "decoded text"},
		{`kind:pong`, "pong"},
		{`kind:finding`, "finding"},
		{`host:api event:end`, "end"},
		{`status:101 event:end`, "end"},
		{`is:control`, "close pong"},
		{`is:data dir:s2c`, "decoded text"},
		{`is:closed`, "end"},
		{`complete:true dir:c2s`, "close pong"},
		{`reason:"Going away"`, "close"},
	} {
		f, err := Parse(tt.text)
		if err != nil {
			t.Errorf("Parse(%s): %v", tt.text, err)
			continue
		}
		var got []string
		for name, row := range rows {
			if f.Match(row) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s selects %q; want %q", tt.text, strings.Join(got, " "), tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string // offset by a mark in the text, then a part of the message
	}{
		{`^`, "expected an expression"},
		{`^hots == "x"`, "did you mean host?"},
		{`n > 1 and ^requst.target == "x"`, "did you mean request.target?"},
		{`length ^= 5`, "use =="},
		{`dir == ^"out"`, "c2s or s2c"},
		{`severity >= ^"warning"`, `has no order; name what it may be, as in severity in ["error", "warning"]`},
		{`code < ^"end-reset"`, "has no order"},
		{`time > ^"08:30:10"`, "times begin with the year"},
		{`start_time <= ^"2026-1-2"`, "begins no time"},
		{`first_time < ^"202"`, "begins no time"},
		{`^"08:30" < time`, "begins no time"},
		{`code == ^"end-idle-timeut"`, "did you mean end-idle-timeout?"},
		{`^conn`, "no condition"},
		{`^tls`, "tls.version"},
		{`^length == "x"`, "cannot be compared with text"},
		{`^host > 5`, "cannot be compared with a number"},
		{`^length + "x" > 2`, "mismatched types number and text"},
		{`^length + wire`, "no condition"},
		{`host matches ^"("`, "regular expression"},
		{`is:^prob`, "is:problem"},
		{`type == ^text`, "quotes: \"text\""},
		{`host == ^example.com`, "quotes"},
		{`host contains ^api`, "quotes"},
		{`code == ^close-missing`, "quotes"},
		{`n in ^1..n`, "two whole numbers"},
		{`-type:text -is:^open2`, "is:problem"},
		{`dir:c2s and -host:^`, "wants a value"},
		{`n > 1 ^n < 5`, "unexpected \"n\""},
		{`n > 1 ^) or true`, "unexpected \")\""},
		{`type:text ^foo:bar`, "no field"},
		{`conn:^one`, "number"},
		{`(n > 1^`, "ends too early"},
		{`^"unclosed`, "quotes are not closed"},
		{`text contains ^"a\"`, "quotes are not closed"},
		{`n > 1 and text == ^'x`, "quotes are not closed"},
		{`host == "it's" and text == ^"x`, "quotes are not closed"},
		{`rtt > ^5x`, "units are"},
		{`dir == ^client`, "c2s or s2c"},
		{`is:data length > 1 ^n < 5`, "unexpected \"n\""},
		{`length > ^1kb`, "units are"},
		{`n > 2 &&^`, "ends too early"},
		{`^foo(1)`, "no such function"},
		{`json(^"a[")`, "no path"},
		{`^json(type) == 1`, "text in quotes"},
		{`^any(text, true)`, "no function any"},
		{`^repeat(text, 1000000000) == ""`, "no function repeat"},
		{`(^length ?? 1) == 1`, "no meaning"},
		{`n > 1 ? true : fals^e`, "no meaning"},
		{`let ^x = 1; x == 1`, "no meaning"},
		{`^rtt < nil`, "nil can only"},
		{strings.Repeat("!", MaxText) + `^!`, "longer than"},
	} {
		offset := strings.IndexByte(tt.text, '^')
		text := tt.text[:offset] + tt.text[offset+1:]
		_, err := Parse(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%.40s) = %v; want a syntax error", text, err)
			continue
		}
		if syntax.Offset != offset || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%.40s) = %d, %v; want %d, %q", text, syntax.Offset, err, offset, tt.want)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, tt := range []struct {
		text       string
		rows, late bool
	}{
		{`host == "x"`, false, false},
		{`is:problem`, false, true},
		{`state == "open" and conn == 1`, false, true},
		{`lost > 0`, true, false},
		{`host == "x" and type == "text"`, true, false},
		{`event == "end"`, true, false},
		{`word`, true, false},
	} {
		f, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if f.Rows() != tt.rows || f.Late() != tt.late {
			t.Errorf("%s: rows %v, late %v; want %v, %v", tt.text, f.Rows(), f.Late(), tt.rows, tt.late)
		}
	}
}

func TestCaret(t *testing.T) {
	_, err := Parse("host == \"日本\" and hots == 1")
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatal(err)
	}
	want := "host == \"日本\" and hots == 1\n                   ^"
	// The wide characters take two cells each.
	if got := syntax.Caret(); got != want {
		t.Errorf("Caret() =\n%s\nwant\n%s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{`type == "text"`, `is:problem host:api`, `a or (b`, `json("$.a[0]") == 1`, `n in 1..1000000000`, `text matches "(a+)+$"`, "`", `"`} {
		f.Add(text)
	}
	rows := sample()
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := Parse(text)
		var syntax *SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) {
				t.Fatalf("Parse(%q) = %v", text, err)
			}
			syntax.Caret()
			return
		}
		for _, row := range rows {
			filter.Match(row)
		}
	})
}
