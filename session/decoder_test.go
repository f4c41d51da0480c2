package session

import (
	"fmt"
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

func TestDecodingRule(t *testing.T) {
	conv := &dissect.Conversation{Server: netip.MustParseAddrPort("192.0.2.1:8080")}
	for _, tt := range []struct {
		rule, host, target string
		want               bool
	}{
		{"", "", "", true},
		{"chat.example", "chat.example", "/a", true},
		{"chat.example", "CHAT.example:8080", "/a", true},
		{"chat.example:80", "chat.example:8080", "/a", false},
		{"chat.example", "a.chat.example", "/a", false},
		{"192.0.2.1", "", "", true},
		{"192.0.2.1:8080", "chat.example", "/", true},
		{"192.0.2.1:80", "chat.example", "/", false},
		{"[2001:db8::1]", "[2001:db8::1]:80", "/", true},
		{"/a", "chat.example", "/a", true},
		{"/a", "chat.example", "/a?token=b", true},
		{"/a", "chat.example", "/a/b", true},
		{"/a/", "chat.example", "/a", true},
		{"/a", "chat.example", "/ab", false},
		{"/a", "chat.example", "/?x=/a", false},
		{"/a", "chat.example", "http://chat.example/a?b", true},
		{"/a", "", "", false},
		{"/", "chat.example", "http://chat.example", true},
		{"chat.example/a", "chat.example", "/a", true},
		{"chat.example/a", "other.example", "/a", false},
	} {
		host, path, _ := strings.Cut(tt.rule, "/")
		rule := DecodeRule{Host: host}
		if host != tt.rule {
			rule.Path = "/" + path
		}
		_, ok := Decoding{Rules: []DecodeRule{rule}}.rule(conv, payload.Hint{Host: tt.host, Target: tt.target})
		if ok != tt.want {
			t.Errorf("rule %q for %q %q: %v; want %v", tt.rule, tt.host, tt.target, ok, tt.want)
		}
	}
}

// A stage feeds a decoder and writes down what it tells.
type stage struct {
	decoder *decoder
	conv    *dissect.Conversation
	opts    dissect.Options
	n       int
	clock   time.Time
	told    []string
}

func newStage(opts dissect.Options, rules ...DecodeRule) *stage {
	s := &stage{opts: opts, conv: &dissect.Conversation{}, clock: time.Unix(1e9, 0)}
	s.decoder = newDecoder(Decoding{Rules: rules}, &s.opts)
	return s
}

func (s *stage) tell(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Message:
		text := fmt.Sprintf("%d", e.N)
		if e.Decoded != nil {
			text += " " + e.Decoded.Summary
		}
		s.told = append(s.told, text)
	case *dissect.Finding:
		s.told = append(s.told, fmt.Sprintf("%s of %d", e.Code, e.Message))
	case *dissect.Ended:
		s.told = append(s.told, "end")
	}
}

func (s *stage) place() dissect.Place { return dissect.Place{Conv: s.conv, Time: s.clock} }

func (s *stage) opened(target, subprotocol string) {
	h := &dissect.Handshake{Place: s.place(), Request: &header.Request{Target: target}}
	h.Verdict.Subprotocol = handshake.Subprotocol{Agreed: &subprotocol}
	s.decoder.pass(h, s.tell)
}

func (s *stage) say(dir flow.Direction, text string, change ...func(*dissect.Message)) *dissect.Message {
	s.n++
	s.clock = s.clock.Add(time.Millisecond)
	m := &dissect.Message{Place: s.place(), N: s.n, Dir: dir, Type: dissect.Text, Payload: []byte(text), Length: int64(len(text)), Complete: true, Valid: true}
	for _, f := range change {
		f(m)
	}
	s.decoder.pass(m, s.tell)
	return m
}

func (s *stage) end(change ...func(*dissect.Ended)) {
	s.clock = s.clock.Add(time.Minute)
	e := &dissect.Ended{Place: s.place(), Heard: [3]bool{true, true, true}}
	for _, f := range change {
		f(e)
	}
	s.decoder.pass(e, s.tell)
}

const (
	c2s = flow.ClientToServer
	s2c = flow.ServerToClient
	ask = `{"jsonrpc":"2.0","id":1,"method":"a"}`
)

// An unanswered request is told before the end, and only when nothing is
// missing that could have held the answer.
func TestDecodeUnanswered(t *testing.T) {
	owed := []string{"1 a() #1", "payload-unanswered of 1", "end"}
	quiet := []string{"1 a() #1", "end"}
	for _, tt := range []struct {
		name string
		lose func(s *stage)
		end  func(e *dissect.Ended)
		want []string
	}{
		{"whole", func(*stage) {}, func(*dissect.Ended) {}, owed},
		{"a hole", func(s *stage) { s.decoder.pass(&dissect.Hole{Place: s.place(), Dir: s2c}, s.tell) }, func(*dissect.Ended) {}, quiet},
		{"bytes missing", func(*stage) {}, func(e *dissect.Ended) { e.Lost = 1 }, quiet},
		{"the end of the stream missing", func(*stage) {}, func(e *dissect.Ended) { e.Missing[s2c] = 1 }, quiet},
		{"one direction", func(*stage) {}, func(e *dissect.Ended) { e.Heard[s2c] = false }, quiet},
		{"let go", func(*stage) {}, func(e *dissect.Ended) { e.State = dissect.StateEvicted }, quiet},
	} {
		s := newStage(dissect.Options{}, DecodeRule{})
		s.opened("/", "jsonrpc")
		s.say(c2s, ask)
		tt.lose(s)
		s.end(tt.end)
		if !slices.Equal(s.told, tt.want) {
			t.Errorf("%s: %q; want %q", tt.name, s.told, tt.want)
		}
		if len(s.decoder.open) != 0 {
			t.Errorf("%s: something is kept of a conversation that ended", tt.name)
		}
	}
}

// What could not be inflated, or began before the capture, is not decoded and
// may have been an answer.
func TestDecodeLost(t *testing.T) {
	for _, change := range []func(*dissect.Message){
		func(m *dissect.Message) { m.Undecoded, m.Payload, m.Complete = "context-lost", nil, true },
		func(m *dissect.Message) { m.Type = dissect.Unknown },
	} {
		s := newStage(dissect.Options{}, DecodeRule{})
		s.opened("/", "jsonrpc")
		s.say(c2s, ask)
		if m := s.say(s2c, "x", change); m.Decoded != nil {
			t.Errorf("decoded to %q", m.Decoded.Summary)
		}
		s.end()
		if want := []string{"1 a() #1", "2", "end"}; !slices.Equal(s.told, want) {
			t.Errorf("told %q; want %q", s.told, want)
		}
	}
}

// Findings beyond the limit are counted, by code and direction.
func TestDecodeLimit(t *testing.T) {
	failed := `{"jsonrpc":"2.0","id":9,"error":{"code":1,"message":"no"}}`
	s := newStage(dissect.Options{MaxReports: 2}, DecodeRule{})
	s.opened("/", "jsonrpc")
	for range 4 {
		s.say(s2c, failed)
	}
	s.say(c2s, failed)
	s.end()
	code := string(finding.PayloadError)
	var findings []string
	for _, text := range s.told {
		if strings.HasPrefix(text, code) {
			findings = append(findings, strings.TrimPrefix(text, code+" of "))
		}
	}
	if want := []string{"1", "2", "5", "0"}; !slices.Equal(findings, want) {
		t.Errorf("messages with findings: %q; want %q", findings, want)
	}
}

// A message is decoded beyond what is kept of it, and handed on as it is kept.
func TestDecodeCut(t *testing.T) {
	s := newStage(dissect.Options{MaxPayload: 4}, DecodeRule{})
	if s.opts.MaxPayload != decodeLimit {
		t.Errorf("dissect keeps %d bytes; want %d", s.opts.MaxPayload, decodeLimit)
	}
	m := s.say(c2s, `"1éa" [1]`)
	if string(m.Payload) != `"1é` || !m.Truncated {
		t.Errorf("%q, truncated %v", m.Payload, m.Truncated)
	}
	if m := s.say(c2s, `{"é":1}`); string(m.Payload) != `{"é` || m.Decoded.Summary != `{"é":1}` {
		t.Errorf("%q, decoded to %q", m.Payload, m.Decoded.Summary)
	}
	if m := s.say(c2s, `abcé`); string(m.Payload) != `abc` {
		t.Errorf("%q; want no half of a rune", m.Payload)
	}
	if m := s.say(c2s, `abcd`); string(m.Payload) != `abcd` || m.Truncated {
		t.Errorf("%q, truncated %v", m.Payload, m.Truncated)
	}
	ping := s.say(c2s, "{}", func(m *dissect.Message) { m.Type = dissect.Ping })
	if ping.Decoded != nil {
		t.Error("a ping was decoded")
	}
}

// Nothing is made, and dissect keeps what it kept, when nothing is asked for.
func TestDecodeOff(t *testing.T) {
	opts := dissect.Options{MaxPayload: 4}
	if d := newDecoder(Decoding{}, &opts); d != nil || opts.MaxPayload != 4 {
		t.Errorf("a decoder %v that keeps %d bytes", d, opts.MaxPayload)
	}
	format, _ := payload.Named("json")
	s := newStage(dissect.Options{}, DecodeRule{Path: "/other", Format: format})
	s.opened("/", "")
	if m := s.say(c2s, "{}"); m.Decoded != nil {
		t.Error("a connection to another place was decoded")
	}
	s.end()
}
