package tui

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsight/internal/packets"
	"wsight/session"
)

// TestTasks does what people come for and looks at what they then see.
func TestTasks(t *testing.T) {
	for _, tt := range []struct {
		name, capture string
		keys          []string
		want          []string // all on the screen
		never         string
	}{
		{"why it failed", "nginx-strips-upgrade.pcap", nil, []string{"nginx dropped the Upgrade field, s", "✖ nginx dropped the Upgrade field, so the server got an ordinary request (answer: 426)", "Culprit   the proxy, nginx"}, ""},
		{"what to change stands with it", "nginx-strips-upgrade.pcap", []string{"D", "z", "PgDn"}, []string{"proxy_set_header Upgrade"}, ""},
		{"the next problem has its row selected", "invalid-utf8.pcap", []string{"Enter", "e"}, []string{"«▸ ✗"}, ""},
		{"a finding says section and advice", "invalid-utf8.pcap", []string{"Enter", "e", "z", "Tab"}, []string{"RFC 6455 §8.1", "Fix  "}, ""},
		{"what follows leads to its cause", "nginx-idle-60s.pcap", []string{"Enter", "e"}, []string{"It follows from this:", "✖ nginx cut"}, "an application that exits"},
		{"a finding that nothing explains has its advice", "nginx-idle-60s.pcap", []string{"Enter", "e", "e", "j"}, []string{"advice"}, ""},
		{"who closed", "chat-json.pcap", []string{"Enter", "G"}, []string{"Close by client 1000"}, ""},
		{"the peer of a ping", "fragments-ipv6.pcap", []string{"Enter", "/", `"kind:ping"`, "Enter", "o"}, []string{"«▸      4", "The filter hid that row"}, ""},
		{"back from a jump", "fragments-ipv6.pcap", []string{"Enter", ":", `"7"`, "Enter", ":", `"2"`, "Enter", "<"}, []string{"«▸      7"}, ""},
		{"to a time", "fragments-ipv6.pcap", []string{"Enter", "#", `"0.27s"`, "Enter"}, []string{"«▸      5"}, ""},
		{"pings hidden", "fragments-ipv6.pcap", []string{"Enter", "c"}, []string{"no pings"}, "pong"},
		{"frames", "fragments-ipv6.pcap", []string{"Enter", "f"}, []string{"continuation FIN MASK"}, "3 frames"},
		{"payload words filter rows", "chat-json.pcap", []string{"Enter", "/", `"engine"`}, []string{"1 of 19 rows", "how is the"}, "everybody"},
		{"a wrong filter says why and where, and the last right one stays", "chat-json.pcap", []string{"Enter", "/", `"dir:s2c and -dir:x"`}, []string{"column 13: dir is never \"x\"; it is c2s or s2c", "/ dir:s2c and -dir "}, "GET /chat"},
		{"Enter does not take a wrong filter", "chat-json.pcap", []string{"Enter", "/", `"lenght > 3"`, "Enter"}, []string{"did you mean length?", " / lenght > 3"}, ""},
		{"an expression", "chat-json.pcap", []string{"Enter", "/", `"type == 'text' && length > 80"`, "Enter"}, []string{"4 of 19 rows shown, 15 hidden; Esc clears", "/ type == 'text' && length > 80"}, "GET /chat"},
		{"json looks into payloads", "chat-json.pcap", []string{"Enter", "/", `"json('$.type') == 'join'"`, "Enter"}, []string{"1 of 19 rows shown", `"join"`}, "welcome"},
		{"frames are shown to who asks for them", "fragments-ipv6.pcap", []string{"Enter", "/", `"not fin"`, "Enter"}, []string{"2 of 18 rows shown", "binary MASK", "continuation MASK"}, "pong"},
		{"round trips", "fragments-ipv6.pcap", []string{"Enter", "/", `"rtt > 10ms"`, "Enter"}, []string{"1 of ", "rtt 18.0ms"}, ""},
		{"candidates have a line about them", "chat-json.pcap", []string{"/", `"is:pro"`}, []string{"problem", "short for problems > 0"}, ""},
		{"Tab takes the first candidate, then the next", "chat-json.pcap", []string{"Enter", "/", `"kind:p"`, "Tab", "Tab"}, []string{" / kind:pong", "of 19 rows shown"}, ""},
		{"Shift-Tab takes the last", "chat-json.pcap", []string{"/", `"is:"`, "Shift-Tab"}, []string{" / is:note"}, ""},
		{"Tab in an empty bar lists everything", "chat-json.pcap", []string{"/", "Tab"}, []string{" / is:problem", "is:closed", "Tab: 8 of "}, ""},
		{"values that were seen", "reload-kills-30.pcap", []string{"/", `"host:"`}, []string{"host: host that the request names"}, ""},
		{"history", "chat-json.pcap", []string{"/", `"is:tls"`, "Enter", "Esc", "/", "Up"}, []string{" / is:tls", "0 of 1 shown"}, ""},
		{"history gives the draft back", "chat-json.pcap", []string{"/", `"is:tls"`, "Enter", "Esc", "/", `"is:o"`, "Up", "Down"}, []string{" / is:o"}, ""},
		{"connections by what is in their messages", "reload-kills-30.pcap", []string{"/", `"type:text length > 0"`, "Enter"}, []string{" shown, "}, ""},
		{"connections by a payload", "reload-kills-30.pcap", []string{"/", `"zebra"`, "Enter"}, []string{"0 of 30 shown, 30 hidden", "/ zebra"}, ""},
		{"connections by their end", "nginx-strips-upgrade.pcap", []string{"/", `"status:4xx"`, "Enter"}, []string{" of 2 shown"}, ""},
		{"findings by severity", "reload-kills-30.pcap", []string{"3", "/", `"is:note"`, "Enter"}, []string{"findings shown, "}, ""},
		{"findings by their connection", "reload-kills-30.pcap", []string{"3", "/", `"conn:999"`, "Enter"}, []string{"No finding passes the filter"}, ""},
		{"Esc clears the filter of findings", "reload-kills-30.pcap", []string{"3", "/", `"conn:999"`, "Enter", "Esc"}, []string{"30 connections"}, "No finding"},
		{"completion", "chat-json.pcap", []string{"Enter", "/", `"di"`, "Tab", `"c"`, "Tab"}, []string{"dir:c2s"}, "welcome"},
		{"half a word is no mistake yet", "chat-json.pcap", []string{"/", `"is:pr"`}, []string{"short for problems > 0"}, "there is no is:pr"},
		{"half a word is one at Enter", "chat-json.pcap", []string{"/", `"is:pr"`, "Enter"}, []string{"there is no is:pr;"}, ""},
		{"a wrong word is one at once", "chat-json.pcap", []string{"/", `"is:prx"`}, []string{"there is no is:prx;"}, ""},
		{"Esc gives the old filter back", "chat-json.pcap", []string{"Enter", "/", `"engine"`, "Esc"}, []string{"welcome"}, "of 19 rows"},
		{"find", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"algebraical"`, "Enter"}, []string{"hit 1 of 2", "«▸      6"}, ""},
		{"next hit", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"ALGEBRAICAL"`, "Enter", "n"}, []string{"hit 2 of 2", "«▸      7"}, ""},
		{"nothing found", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"zebra"`, "Enter"}, []string{"No payload of this connection has zebra"}, ""},
		{"sorted by bytes", "reload-kills-30.pcap", []string{"s", "D"}, []string{"sorted by bytes down"}, ""},
		{"the largest message", "fragments-ipv6.pcap", []string{"Enter", "B"}, []string{"«▸      7"}, ""},
		{"the slowest pong", "fragments-ipv6.pcap", []string{"Enter", "R"}, []string{"«▸      4", "rtt 18.0ms"}, ""},
		{"the slowest answer", "graphql.pcap", []string{"Enter", "R"}, []string{"«▸      2", "rtt 400us connection_ack"}, ""},
		{"both legs", "nginx-strips-upgrade.pcap", []string{"Enter", "L"}, []string{"two legs of one WebSocket", "✗ Upgrade"}, ""},
		{"one leg again", "nginx-strips-upgrade.pcap", []string{"Enter", "L", "j", "L"}, []string{"#2 192.0.2.20:8080/chat"}, "two legs"},
		{"no other leg", "chat-json.pcap", []string{"Enter", "L"}, []string{"No other leg"}, ""},
		{"the palette runs what it finds", "chat-json.pcap", []string{":", `"figures capture"`, "Enter"}, []string{"read to its end"}, ""},
		{"the help finds a key", "chat-json.pcap", []string{"?", `"clipboard"`}, []string{"copy to the clipboard"}, "go deeper"},
		{"marks", "reload-kills-30.pcap", []string{"j", "m", "G", "'"}, []string{"«▸*✗    2"}, ""},
		{"marked only", "reload-kills-30.pcap", []string{"j", "m", "M"}, []string{"1 marked, only these shown", "▸*✗    2"}, "✗    1 "},
		{"rows that are marked only", "chat-json.pcap", []string{"Enter", "j", "m", "M"}, []string{"only what is marked", "101"}, "welcome"},
		{"a cause shows its connections", "reload-kills-30.pcap", []string{"3", "Enter"}, []string{"30 of 30 shown, 0 hidden", "/ conn in 1..30", "Culprit"}, ""},
		{"a cause of one WebSocket opens its row", "nginx-idle-60s.pcap", []string{"3", "Enter"}, []string{"«▸ ✗                         │ the connection was cut after a silence", "Culprit   the proxy, nginx"}, ""},
		{"a shared problem filters its connections", "reload-kills-30.pcap", []string{"3", "j", "Enter"}, []string{"30 of 30 shown, 0 hidden", "/ code:close-missing"}, ""},
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
		{"without WebSocket traffic", "", nil, []string{"There is no WebSocket traffic in this capture.", "Not one packet was seen."}, ""},
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

// Leaving a capture that is nowhere else asks first, until packets of it were
// saved. A file that is being written is finished first.
func TestLeavingUnsaved(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for _, tt := range []struct {
		keys []string
		kept bool
		quit bool
		want string
	}{
		{[]string{"q"}, false, false, "1 connection captured, and saved nowhere"},
		{[]string{"q"}, true, true, ""},
		{[]string{"q", "q"}, false, true, ""},
		{[]string{"q", "Esc"}, false, false, "Connections"},
		{[]string{"q", "w"}, false, false, "wsight-capture.pcapng"},
		{[]string{"q", "w", "Enter"}, false, true, "Wrote 7 packets"},
		{[]string{"q", "w", "Esc"}, false, false, "Connections"},
		{[]string{"w", "c", "Enter", "q"}, false, true, ""},
		{[]string{"Ctrl-C"}, false, false, "w saves what was captured"},
		{[]string{"Ctrl-C"}, true, false, "what was read stays"},
		{[]string{"Ctrl-C", "Ctrl-C"}, false, true, ""},
	} {
		b := newBench(t, rec, 80, 24, Options{Growing: true, Unkept: !tt.kept, Stop: func() {}, Packets: func(context.Context, []int, io.Writer) (Saved, error) { return Saved{Packets: 7}, nil }})
		b.ui.snap.Done = false // as long as nobody looks anew
		if b.press(tt.keys...); b.quit != tt.quit || !strings.Contains(b.text(), tt.want) {
			t.Errorf("%q, kept elsewhere %t: left is %t\n%s", tt.keys, tt.kept, b.quit, b.text())
		}
	}
	b := newBench(t, rec, 80, 24, Options{})
	b.ui.saving = &saving{name: "out.md"}
	if b.press("q", "Ctrl-C"); b.quit || !strings.Contains(b.text(), "out.md is still being written") {
		t.Errorf("it left\n%s", b.text())
	}
}

// What is cut off in a menu is whole below it, where it is selected.
func TestMenuSaysAll(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for _, tt := range []struct {
		width int
		keys  []string
		want  string
	}{
		{80, []string{"?", `"the list while"`}, "host:api, length > 1KiB"},
		{60, []string{":", `"the list while"`}, "  length > 1KiB "},
		{60, []string{"w"}, "│   secrets masked  "},
		{60, []string{"w", "Down"}, "│   sequence diagram of connection #1, as Mermaid,  "},
	} {
		b := newBench(t, rec, tt.width, 24, Options{})
		if b.press(tt.keys...); !strings.Contains(b.text(), tt.want) {
			t.Errorf("%q in %d columns:\n%s", tt.keys, tt.width, b.text())
		}
	}
	if text := newBench(t, rec, 80, 24, Options{}).press("y").text(); strings.Count(text, "secrets masked") != 4 {
		t.Errorf("where nothing is cut off nothing is repeated:\n%s", text)
	}
}

// A name that is offered gives way to the first letter that is typed, and may
// be changed as well.
func TestOfferedName(t *testing.T) {
	rec := record(t, sample("chat-json.pcap"))
	for _, tt := range []struct {
		keys []string
		want string
	}{
		{nil, "write to: «wsight-1.md»"},
		{[]string{`"/tmp/a.md"`}, "write to: /tmp/a.md"},
		{[]string{"Backspace", `"x"`}, "write to: wsight-1.mx"},
		{[]string{"Home", `"a"`}, "write to: awsight-1.md"},
	} {
		b := newBench(t, rec, 80, 24, Options{}).press("w", "m").press(tt.keys...)
		if got := strings.TrimSpace(b.line(23)); got != tt.want && !strings.HasPrefix(got, tt.want+"  ") {
			t.Errorf("%q: %q, want %q", tt.keys, got, tt.want)
		}
	}
	b := newBench(t, rec, 80, 24, Options{}).press("w", "m")
	b.ui.PasteHandler()("b.md", nil)
	if b.draw(); !strings.HasPrefix(b.line(23), " write to: b.md ") {
		t.Errorf("pasted: %q", b.line(23))
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
	if !strings.Contains(b.line(23), "wsight-1-2.jsonl") {
		t.Errorf("a second export says %q", b.line(23))
	}
	b.press("w", "j", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace", "Backspace", `".jsonl"`, "Enter")
	if !strings.Contains(b.line(23), "is there already") {
		t.Errorf("an export by a name that is taken says %q", b.line(23))
	}
	b.press("w", "j", "Ctrl-U", `"absent/out.jsonl"`, "Enter")
	if want := "Not written: " + filepath.Join(b.ui.dir, "absent", "out.jsonl") + ": no such file or directory"; b.ui.flash != want {
		t.Errorf("an export into a folder that is not there says %q, want %q", b.ui.flash, want)
	}
}

// The lines of configuration that mend a connection are copied as they are to
// be written, and offered only where there are any.
func TestTakingLines(t *testing.T) {
	b := newBench(t, record(t, sample("nginx-idle-60s.pcap")), 80, 24, Options{}).press("y")
	if !strings.Contains(b.text(), "the lines that mend it, for nginx") {
		t.Errorf("the lines are not offered:\n%s", b.text())
	}
	want := "location /chat {\n    proxy_read_timeout 1h;\n    proxy_send_timeout 1h;\n}\n"
	if b.press("x"); string(b.clip) != want {
		t.Errorf("copied %q, want %q", b.clip, want)
	}
	b = newBench(t, record(t, sample("reload-kills-30.pcap")), 80, 24, Options{}).press("y")
	if !strings.Contains(b.text(), "the lines that mend it, if the proxy is nginx") {
		t.Errorf("the lines are not said to be a guess:\n%s", b.text())
	}
	if text := newBench(t, record(t, sample("chat-json.pcap")), 80, 24, Options{}).press("y").text(); strings.Contains(text, "mend") {
		t.Errorf("lines are offered where nothing is wrong:\n%s", text)
	}
}

// Where there is no connection there is nothing to take, but for the packets so
// far of what goes on.
func TestTakingNothing(t *testing.T) {
	rec := session.NewRecord(session.RecordOptions{})
	for _, tt := range []struct {
		key  string
		live bool
		want string
	}{
		{"y", false, "No connection is selected"}, {"w", false, "No connection is selected"}, {"y", true, "No connection is selected"}, {"w", true, "the capture so far"},
	} {
		b := newBench(t, rec, 80, 24, Options{Growing: tt.live, Packets: func(context.Context, []int, io.Writer) (Saved, error) { return Saved{}, nil }}).press(tt.key)
		if text := b.text(); !strings.Contains(text, tt.want) || strings.Contains(text, "#0") {
			t.Errorf("%s, live: %v, gives\n%s", tt.key, tt.live, text)
		}
	}
}

// What the command line asks for is in force on all screens, until Esc clears
// it on each.
func TestWhere(t *testing.T) {
	rec := record(t, sample("reload-kills-30.pcap"))
	b := newBench(t, rec, 100, 30, Options{Where: "conn:3 kind:text"})
	for _, tt := range []struct{ key, want, cleared string }{
		{"1", "1 of 30 shown, 29 hidden", "sorted by number"}, {"Enter", "6 of 13 rows shown", "GET /"}, {"3", "0 of 36 findings shown", "30 connections"},
	} {
		if text := b.press(tt.key).text(); !strings.Contains(text, tt.want) || !strings.Contains(text, "/ conn:3 kind:text") {
			t.Errorf("%s: %q is not on the screen:\n%s", tt.key, tt.want, text)
		}
		if text := b.press("Esc").text(); strings.Contains(text, "kind:text") || !strings.Contains(text, tt.cleared) {
			t.Errorf("%s: Esc leaves\n%s", tt.key, text)
		}
	}
}
