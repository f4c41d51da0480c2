package payload

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/flow"
)

const formatsPage = "../../docs/formats.md"

// TestFormatsPage keeps the table in docs/formats.md the one of All.
func TestFormatsPage(t *testing.T) {
	page, err := os.ReadFile(formatsPage)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| name | format | what is shown | subprotocols |\n|---|---|---|---|\n")
	for _, f := range All() {
		quoted := make([]string, len(f.Subprotocols))
		for i, s := range f.Subprotocols {
			quoted[i] = "`" + s + "`"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", f.Name, f.Title, f.About, strings.Join(quoted, " "))
	}
	const begin, end = "<!-- begin table -->\n", "<!-- end table -->"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no marks for the table", formatsPage)
	}
	want := before + begin + table.String() + end + after
	if update {
		if err := os.WriteFile(formatsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("%s is stale, UPDATE=1 go test writes it: want -, got +:\n%s", formatsPage, diff)
	}
}

// Names and subprotocols are unique, and what every format must have is there.
func TestFormats(t *testing.T) {
	owner := map[string]string{}
	for _, f := range All() {
		if !regexp.MustCompile(`^[a-z][a-z.0-9]*$`).MatchString(f.Name) || f.Title == "" || f.About == "" || f.New == nil {
			t.Errorf("format %+v is incomplete", f)
		}
		for _, s := range append([]string{"name " + f.Name}, f.Subprotocols...) {
			if owner[s] != "" || s != strings.ToLower(s) {
				t.Errorf("%q of %s belongs to %q, or is not in lower case", s, f.Name, owner[s])
			}
			owner[s] = f.Name
		}
		if !strings.Contains(fuzzTargets(t), `"`+f.Name+`"`) {
			t.Errorf("format %s has no fuzz target", f.Name)
		}
	}
}

func fuzzTargets(t *testing.T) string {
	source, err := os.ReadFile("fuzz_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// Each row gives a format away, or is a near miss that must not.
func TestChoose(t *testing.T) {
	text := func(s string) []Message {
		return []Message{{N: 1, Text: true, Whole: true, Data: []byte(s), Dir: flow.ClientToServer}}
	}
	bytes := func(s string) []Message {
		return []Message{{N: 1, Whole: true, Data: []byte(s), Dir: flow.ClientToServer}}
	}
	tests := []struct {
		hint Hint
		want string
	}{
		{Hint{Subprotocol: "graphql-transport-ws"}, "graphql"},
		{Hint{Subprotocol: "MQTT"}, "mqtt"},
		{Hint{Subprotocol: "v11.stomp"}, "stomp"},
		{Hint{Subprotocol: "chat"}, "guess"},
		{Hint{Subprotocol: "mqtt", Target: "/socket.io/?EIO=4"}, "mqtt"},

		{Hint{Target: "/socket.io/?EIO=4&transport=websocket"}, "socket.io"},
		{Hint{Target: "/engine.io/?EIO=4&transport=websocket"}, "engine.io"},
		{Hint{Target: "/socket.io/"}, "guess"},
		{Hint{Target: "/live/websocket?_csrf_token=x&vsn=2.0.0"}, "phoenix"},
		{Hint{Target: "/live?vsn=2.0.0"}, "guess"},
		{Hint{Target: "/echo/123/abcdefgh/websocket"}, "sockjs"},
		{Hint{Target: "/echo/abc/abcdefgh/websocket"}, "guess"},
		{Hint{Target: "/devtools/page/1"}, "jsonrpc"},

		{Hint{First: text(`0{"sid":"x","upgrades":[]}`)}, "socket.io"},
		{Hint{First: text(`0{"id":"x"}`)}, "guess"},
		{Hint{First: text(`{"protocol":"json","version":1}` + "\x1e")}, "signalr"},
		{Hint{First: text(`{"protocol":"json","version":1}`)}, "guess"},
		{Hint{First: bytes("\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00")}, "mqtt"},
		{Hint{First: bytes("\x10\x0c\x00\x04MQTP\x04\x02\x00\x3c\x00\x00")}, "guess"},
		{Hint{First: text("CONNECT\naccept-version:1.2\n\n\x00")}, "stomp"},
		{Hint{First: text("CONNECT example.com HTTP/1.1\nHost: x\n")}, "guess"},
		{Hint{First: text("o")}, "sockjs"},
		{Hint{First: text("ok")}, "guess"},
		{Hint{First: text(`[1,"realm1",{"roles":{"caller":{}}}]`)}, "wamp"},
		{Hint{First: text(`[1,"realm1",{}]`)}, "guess"},
		{Hint{First: text(`{"type":"connection_init"}`)}, "graphql"},
		{Hint{First: text(`{"type":"init"}`)}, "guess"},
		{Hint{First: text(`{"jsonrpc":"2.0","method":"a"}`)}, "jsonrpc"},
		{Hint{First: text(`[{"jsonrpc":"2.0","method":"a"}]`)}, "jsonrpc"},
		{Hint{First: text(`{"method":"a"}`)}, "guess"},
		{Hint{First: text(`{"type":"welcome"}`)}, "actioncable"},
		{Hint{First: text(`{"type":"welcome","sid":"a1"}`)}, "actioncable"},
		{Hint{First: text(`{"type":"welcome","room":"lobby"}`)}, "guess"},
		{Hint{First: text(`{"command":"subscribe","channel":"x"}`)}, "guess"},
		{Hint{First: text(`["1","1","room:1","phx_join",{}]`)}, "phoenix"},
		{Hint{First: text(`["1","1","room:1","join",{}]`)}, "guess"},
		{Hint{First: text(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="a"/>`)}, "xmpp"},
		{Hint{First: text(`<open to="a"/>`)}, "guess"},
		{Hint{First: text("REGISTER sip:a SIP/2.0\r\nVia: x\r\n")}, "sip"},
		{Hint{First: text("REGISTER sip:a HTTP/1.1\r\n")}, "guess"},
		{Hint{First: bytes("SSH-2.0-OpenSSH\r\n")}, "tunnel"},
		{Hint{First: text("SSH-2.0-OpenSSH\r\n")}, "guess"},
	}
	for _, tt := range tests {
		f, ok := Choose(tt.hint)
		if f.Name != tt.want || ok != (tt.want != "guess") {
			t.Errorf("Choose(%.80v) = %s, %v; want %s", tt.hint, f.Name, ok, tt.want)
		}
	}
}
