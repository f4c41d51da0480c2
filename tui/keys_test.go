package tui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsight/internal/packets"
)

// TestTasks does what people come for and looks at what they then see.
func TestTasks(t *testing.T) {
	for _, tt := range []struct {
		name, capture string
		keys          []string
		want          []string // all on the screen
		never         string
	}{
		{"why it failed", "nginx-strips-upgrade.pcap", nil, []string{"got 426, wanted 101", "426 Upgrade Required"}, ""},
		{"the next problem has its row selected", "invalid-utf8.pcap", []string{"Enter", "e"}, []string{"«▸ ✗"}, ""},
		{"a finding says section and advice", "invalid-utf8.pcap", []string{"Enter", "e", "z", "Tab"}, []string{"RFC 6455 §8.1", "advice"}, ""},
		{"who closed", "chat-json.pcap", []string{"Enter", "G"}, []string{"Close by client 1000"}, ""},
		{"the peer of a ping", "fragments-ipv6.pcap", []string{"Enter", "/", `"kind:ping"`, "Enter", "o"}, []string{"«▸      4", "The filter hid that row"}, ""},
		{"back from a jump", "fragments-ipv6.pcap", []string{"Enter", ":", `"7"`, "Enter", ":", `"2"`, "Enter", "<"}, []string{"«▸      7"}, ""},
		{"to a time", "fragments-ipv6.pcap", []string{"Enter", "#", `"0.27s"`, "Enter"}, []string{"«▸      5"}, ""},
		{"pings hidden", "fragments-ipv6.pcap", []string{"Enter", "c"}, []string{"no pings"}, "pong"},
		{"frames", "fragments-ipv6.pcap", []string{"Enter", "f"}, []string{"continuation FIN MASK"}, "3 frames"},
		{"payload words filter rows", "chat-json.pcap", []string{"Enter", "/", `"engine"`}, []string{"1 of 19 rows", "how is the"}, "everybody"},
		{"a wrong filter says why and changes nothing", "chat-json.pcap", []string{"Enter", "/", `"dir:x"`}, []string{"wants c2s or s2c", "GET /chat"}, ""},
		{"completion", "chat-json.pcap", []string{"Enter", "/", `"di"`, "Tab", `"c"`, "Tab"}, []string{"dir:c2s"}, "welcome"},
		{"Esc gives the old filter back", "chat-json.pcap", []string{"Enter", "/", `"engine"`, "Esc"}, []string{"welcome"}, "of 19 rows"},
		{"find", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"algebraical"`, "Enter"}, []string{"hit 1 of 2", "«▸      6"}, ""},
		{"next hit", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"ALGEBRAICAL"`, "Enter", "n"}, []string{"hit 2 of 2", "«▸      7"}, ""},
		{"nothing found", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"zebra"`, "Enter"}, []string{"No payload of this connection has zebra"}, ""},
		{"sorted by bytes", "reload-kills-30.pcap", []string{"s", "D"}, []string{"sorted by bytes down"}, ""},
		{"the largest message", "fragments-ipv6.pcap", []string{"Enter", "B"}, []string{"«▸      7"}, ""},
		{"the slowest pong", "fragments-ipv6.pcap", []string{"Enter", "R"}, []string{"«▸      4", "rtt 18.0ms"}, ""},
		{"both legs", "nginx-strips-upgrade.pcap", []string{"Enter", "L"}, []string{"two legs of one WebSocket", "✗ Upgrade"}, ""},
		{"one leg again", "nginx-strips-upgrade.pcap", []string{"Enter", "L", "j", "L"}, []string{"#2 192.0.2.20:8080/chat"}, "two legs"},
		{"no other leg", "chat-json.pcap", []string{"Enter", "L"}, []string{"no other leg"}, ""},
		{"the palette runs what it finds", "chat-json.pcap", []string{":", `"figures capture"`, "Enter"}, []string{"read to its end"}, ""},
		{"the help finds a key", "chat-json.pcap", []string{"?", `"clipboard"`}, []string{"copy to the clipboard"}, "go deeper"},
		{"marks", "reload-kills-30.pcap", []string{"j", "m", "G", "'"}, []string{"«▸*✗    2"}, ""},
		{"marked only", "reload-kills-30.pcap", []string{"j", "m", "/", `"is:marked"`, "Enter"}, []string{"1 of 30 shown"}, ""},
		{"a shared problem filters its connections", "reload-kills-30.pcap", []string{"3", "Enter"}, []string{"30 of 30 shown  / code:close-missing"}, ""},
		{"one problem opens its row", "lost-segments.pcap", []string{"3", "Enter"}, []string{"Timeline", "«▸ ·"}, ""},
		{"a folded object", "chat-json.pcap", []string{"Enter", "j", "j", "j", "Tab", "j", "j", "j", "Enter"}, []string{`▸ "members": [ 2 lines ]`, ".members"}, "Edsger\","},
		{"what answers what", "mqtt.pcap.gz", []string{"Enter", ":", `"5"`, "Enter", "o"}, []string{"rtt 400us PUBACK #2", "«▸      6", "[mqtt]", "answers message 5 after 400us"}, ""},
		{"a format by hand", "mqtt.pcap.gz", []string{"Enter", "d", `"plain:"`, "Enter"}, []string{"as they are", "plant/boiler"}, "PUBLISH"},
		{"another format by hand", "mqtt.pcap.gz", []string{"Enter", "d", `"phoenix"`, "Enter"}, []string{"as phoenix", "! "}, "PUBLISH"},
		{"automatic again", "mqtt.pcap.gz", []string{"Enter", "d", `"plain:"`, "Enter", "d", `"automatic"`, "Enter"}, []string{"PUBLISH QoS 1 plant/boiler"}, "as they are"},
		{"a tree folds", "graphql.pcap", []string{"Enter", ":", `"4"`, "Enter", "Tab", "j", "j", "j", "j", "j", "Enter"}, []string{"payload: {...}", "· payload bytes"}, "stock:"},
		{"a tree folds whole", "graphql.pcap", []string{"Enter", ":", `"4"`, "Enter", "Tab", "Z"}, []string{"{...}"}, "stock:"},
		{"time of day", "chat-json.pcap", []string{"Enter", "t"}, []string{"08:30:00.0"}, ""},
		{"q goes back, then leaves", "chat-json.pcap", []string{"Enter", "q"}, []string{"Connections"}, ""},
		{"without WebSocket traffic", "", nil, []string{"There is no WebSocket traffic in this capture."}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := sample(tt.capture)
			if tt.capture == "" {
				name = filepath.Join(t.TempDir(), "empty.pcap")
				if err := os.WriteFile(name, new(packets.Capture).Pcap(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			b := newBench(t, record(t, name), 100, 30, Options{}).press(tt.keys...)
			text := b.text()
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Fatalf("%q is not on the screen:\n%s", want, text)
				}
			}
			if tt.never != "" && strings.Contains(text, tt.never) {
				t.Fatalf("%q is on the screen:\n%s", tt.never, text)
			}
			if b.quit {
				t.Error("it left")
			}
		})
	}
}

func TestLeaving(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for _, keys := range [][]string{{"q"}, {"Ctrl-C"}, {"Enter", "Tab", "q", "q", "q"}} {
		if b := newBench(t, rec, 80, 24, Options{}).press(keys...); !b.quit {
			t.Errorf("%q did not leave", keys)
		}
	}
}

func TestTaking(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	b := newBench(t, rec, 80, 24, Options{}).press("Enter", "j", "j", "y", "p")
	if got, want := string(b.clip), `{"type":"join","room":"lobby","name":"Ada"}`; got != want {
		t.Errorf("the payload in the clipboard is %q; want %q", got, want)
	}
	b.press("y", "m")
	if got := string(b.clip); !strings.Contains(got, "lobby") || !strings.Contains(got, "1000") {
		t.Errorf("the ladder in the clipboard is %q", got)
	}
	b.press("y", "t")
	if got := string(b.clip); strings.Contains(got, "\x1b") || !strings.Contains(got, "closed, FIN by server") {
		t.Errorf("the text in the clipboard is %q", got)
	}
	b.press("w", "j", "Enter")
	name := filepath.Join(b.ui.dir, "wsight-1.jsonl")
	lines, err := os.ReadFile(name)
	if err != nil || strings.Count(string(lines), `"event":"message"`) != 11 {
		t.Errorf("%v; the file holds %s", err, lines)
	}
	b.press("w", "j", "Enter")
	if !strings.Contains(b.line(23), "is there already") {
		t.Errorf("a second export says %q", b.line(23))
	}
}
