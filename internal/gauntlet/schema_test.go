package gauntlet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The fields that every line of a kind has: the contract of the JSON lines.
const common = "event time"

var schema = map[string]string{
	"connection": "conn packet client server transport tls http stream via start start_time process",
	"handshake":  "conn packet outcome request response host origin key accept subprotocol extensions latency",
	"frame":      "conn packet dir fin rsv1 rsv2 rsv3 masked opcode type mask length captured offset header message",
	"message":    "conn packet n dir type frames first_time first_packet wire length compressed complete lost undecoded",
	"finding":    "conn code severity dir message section title detail advice packets connections",
	"hop":        "connections by certainty clock_offset delay",
	"end":        "conn state initiator client_close server_close tcp clean messages frames bytes wire_bytes lost duration",
	"capture": "packets bytes tcp_connections websocket_connections other_tcp tls_without_keys dropped truncated_packets " +
		"undecoded_packets evicted limits duration complete",
}

// breach returns the first breach of the contract in JSON lines, or "".
func breach(text []byte) string {
	opened, ended := map[float64]bool{}, map[float64]bool{}
	count, last := 0, ""
	for raw := range bytes.Lines(text) {
		count++
		var e map[string]any
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Sprintf("line %d: %v: %.200q", count, err, raw)
		}
		kind, _ := e["event"].(string)
		fields, ok := schema[kind]
		if !ok {
			return fmt.Sprintf("line %d: event %q", count, kind)
		}
		for name := range strings.FieldsSeq(common + " " + fields) {
			if _, ok := e[name]; !ok {
				return fmt.Sprintf("line %d: %s without %s", count, kind, name)
			}
		}
		if d, ok := e["dir"]; ok && d != nil && d != "c2s" && d != "s2c" {
			return fmt.Sprintf("line %d: dir %v", count, d)
		}
		n, numbered := e["conn"].(float64)
		switch {
		case last == "capture":
			return fmt.Sprintf("line %d: capture is not the last line", count-1)
		case kind == "connection":
			opened[n] = true
		case numbered && !opened[n]:
			return fmt.Sprintf("line %d: %s of connection %v before its connection line", count, kind, n)
		case numbered && ended[n] && kind != "finding":
			return fmt.Sprintf("line %d: %s of connection %v after its end", count, kind, n)
		case kind == "end":
			ended[n] = true
		}
		last = kind
	}
	if last != "capture" {
		return "no capture line at the end"
	}
	for _, n := range slices.Sorted(maps.Keys(opened)) {
		if !ended[n] {
			return fmt.Sprintf("connection %v without an end", n)
		}
	}
	return ""
}

func TestBreach(t *testing.T) {
	whole := string(printedText(t, samples(t, "../../pcaps/chat-json.pcap")[0].file))
	lines := strings.SplitAfter(whole, "\n")
	for _, tt := range []struct{ name, text, want string }{
		{"whole", whole, ""},
		{"nothing", "", "no capture line"},
		{"not JSON", "{\n" + whole, "line 1: unexpected end"},
		{"another event", strings.Replace(whole, `"event":"message"`, `"event":"massage"`, 1), `event "massage"`},
		{"a field less", strings.Replace(whole, `"outcome"`, `"income"`, 1), "handshake without outcome"},
		{"another direction", strings.Replace(whole, `"dir":"c2s"`, `"dir":"up"`, 1), "dir up"},
		{"no connection", strings.Join(lines[1:], ""), "before its connection line"},
		{"twice", whole + whole, "capture is not the last line"},
		{"no end", strings.Replace(whole, lines[len(lines)-3], "", 1), "connection 1 without an end"},
		{"again after the end", strings.Replace(whole, lines[len(lines)-3], lines[len(lines)-3]+lines[2], 1), "after its end"},
	} {
		if got := breach([]byte(tt.text)); !strings.Contains(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: breach = %q; want %q", tt.name, got, tt.want)
		}
	}
}

// printedText returns the JSON lines of a capture.
func printedText(t testing.TB, file []byte) []byte {
	t.Helper()
	text, _, _ := printed(bytes.NewReader(file)) // why a spoiled file ends is not asked
	return text
}
