package tui

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// tasks are what people come with, as a new user would do them at 80x24 and
// at 160x50: the answer has to be on both screens.
var tasks = []struct {
	task, capture string
	keys          []string
	answer        []string // parts of it, all on the screen
}{
	{"Which connection failed?", "nginx-strips-upgrade.pcap", nil, []string{"nginx dropped the Upgrade field"}},
	{"Why did it fail?", "origin-403.pcap", nil, []string{"403"}},
	{"Who broke it, and how sure is that?", "nginx-idle-60s.pcap", nil, []string{"Culprit"}},
	{"What do I have to change?", "nginx-strips-upgrade.pcap", []string{"D", "z", "PgDn"}, []string{"proxy_set_header Upgrade"}},
	{"Which hop removed the Upgrade?", "nginx-strips-upgrade.pcap", []string{"L"}, []string{"two legs", "✗ Upgrade"}},
	{"What did the server behind the proxy get to see?", "nginx-strips-upgrade.pcap", []string{"L", "j"}, []string{"GET /chat HTTP/1.0", "(absent)"}},
	{"How much time did the proxy add?", "haproxy-two-interfaces.pcapng", []string{"L"}, []string{"c2s +60us"}},
	{"Is anything wrong at all?", "chat-json.pcap", nil, []string{"Nothing wrong was found"}},
	{"What is wrong in the whole capture, worst first?", "reload-kills-30.pcap", []string{"3"}, []string{"30 connections"}},
	{"Which connections have that problem?", "reload-kills-30.pcap", []string{"3", "Enter"}, []string{"30 of 30 shown"}},
	{"Who closed?", "chat-json.pcap", []string{"Enter"}, []string{"Close by client 1000"}},
	{"With which code, and what does that mean?", "close-1009-too-big.pcap", []string{"Enter", "/", `"kind:close"`, "Enter"}, []string{"1009"}},
	{"How long was it silent before it was cut?", "nginx-idle-60s.pcap", []string{"Enter", "e"}, []string{"60"}},
	{"Which is the largest message?", "fragments-ipv6.pcap", []string{"Enter", "B"}, []string{"6000", "#7"}},
	{"Which pong was slowest?", "fragments-ipv6.pcap", []string{"Enter", "R"}, []string{"rtt 18.0ms"}},
	{"Where is the ping of that pong?", "fragments-ipv6.pcap", []string{"Enter", "R", "o"}, []string{"«▸      3"}},
	{"What is in message 4?", "chat-json.pcap", []string{"Enter", ":", `"4"`, "Enter"}, []string{`"said"`}},
	{"Which message mentions the engine?", "chat-json.pcap", []string{"Enter", "Ctrl-F", `"engine"`, "Enter"}, []string{"«▸      5"}},
	{"Show only what the server sent.", "chat-json.pcap", []string{"Enter", "/", `"dir:s2c kind:text"`, "Enter"}, []string{"4 of 19 rows"}},
	{"Hide the pings.", "chat-json.pcap", []string{"Enter", "c"}, []string{"no pings"}},
	{"What happened at 08:30:13?", "chat-json.pcap", []string{"Enter", ":", `"08:30:13"`, "Enter"}, []string{"«▸      6"}},
	{"Was compression agreed?", "chat-deflate.pcap", []string{"Enter"}, []string{"deflate"}},
	{"What was offered, what agreed?", "subprotocol-unanswered.pcap", []string{"]"}, []string{"offered", "agreed none"}},
	{"Is the Accept right?", "accept-wrong.pcap", []string{"]"}, []string{"Accept computed", "✗ another"}},
	{"Are bytes missing from the capture, and where?", "lost-segments.pcap", []string{"Enter", "e"}, []string{"not captured"}},
	{"Which frames is message 7 made of?", "fragments-ipv6.pcap", []string{"Enter", "f"}, []string{"continuation FIN MASK"}},
	{"Which bits does its header have?", "fragments-ipv6.pcap", []string{"Enter", "B", "]", "]", "Tab", "z"}, []string{"[bits]", "Masking-key"}},
	{"Show the bytes.", "server-masks.pcap", []string{"Enter", "B", "]", "]"}, []string{"[hex]", "00000000"}},
	{"Which connection carried most?", "reload-kills-30.pcap", []string{"s", "D"}, []string{"bytes down"}},
	{"Copy the lines of configuration that mend it.", "nginx-idle-60s.pcap", []string{"y", "x"}, []string{"Sent"}},
	{"Take the ladder to a ticket.", "chat-json.pcap", []string{"y", "m"}, []string{"Sent"}},
	{"Give a colleague the lines of it.", "chat-json.pcap", []string{"w", "j", "Enter"}, []string{"Wrote"}},
	{"What was published, and how long did the broker take?", "mqtt.pcap.gz", []string{"Enter"}, []string{`PUBLISH QoS 1 plant/boiler "21.5"`, "rtt 400us PUBACK #1"}},
	{"What is in the first event of that subscription?", "graphql.pcap", []string{"Enter", ":", `"4"`, "Enter", "Tab", "z"}, []string{"[graphql]", "price: 101.0"}},
	{"Show the messages as they were sent.", "graphql.pcap", []string{"Enter", "d", `"plain:"`, "Enter"}, []string{`{"type":"connection_ack"}`}},
	{"Take the payloads of three messages in a row.", "chat-json.pcap", []string{"Enter", "j", "j", "V", "j", "j", "y", "p"}, []string{"Sent", "3 rows selected"}},
	{"Save the packets of this connection.", "reload-kills-30.pcap", []string{"w", "w", "Enter"}, []string{"Wrote 7 packets"}},
	{"Save the packets of two connections.", "reload-kills-30.pcap", []string{"m", "j", "m", "w", "w", "Enter"}, []string{"Wrote 7 packets"}},
	{"What may I filter by?", "reload-kills-30.pcap", []string{"/", "Tab"}, []string{"Tab: "}},
	{"Which connections have problems? I forgot the word.", "reload-kills-30.pcap", []string{"/", `"is:p"`, "Tab", "Enter"}, []string{"is:problem", "30 of 30 shown"}},
	{"Live: save all that was captured so far.", "chat-json.pcap", []string{"w", "c", "Enter"}, []string{"Wrote 7 packets", "wsight-capture"}},
	{"What does this key do?", "chat-json.pcap", []string{"Enter", "?", `"frames"`}, []string{"show frames, or messages again"}},
}

// seven stands for the packets of connections.
func seven(context.Context, []int, io.Writer) (Saved, error) { return Saved{Packets: 7}, nil }

func TestUsability(t *testing.T) {
	var out strings.Builder
	out.WriteString("# What people come for, and the keys it takes\n\n" +
		"The tests do each task on the captures in `pcaps`, at 80x24 and at 160x50, and look for the answer on the screen;\n" +
		"`UPDATE=1 go test ./tui` writes this page. A text that is typed counts as one key for each of its letters.\n\n" +
		"| task | capture | keys | pressed |\n|---|---|---|---|\n")
	for _, tt := range tasks {
		for _, size := range [][2]int{{80, 24}, {160, 50}} {
			b := newBench(t, record(t, sample(tt.capture)), size[0], size[1], Options{Color: true, Packets: seven, Growing: strings.HasPrefix(tt.task, "Live: ")}).press(tt.keys...)
			text := b.text()
			for _, want := range tt.answer {
				if !strings.Contains(text, want) {
					t.Errorf("%s at %dx%d: %q is not on the screen:\n%s", tt.task, size[0], size[1], want, text)
				}
			}
		}
		var keys []string
		pressed := 0
		for _, k := range tt.keys {
			if typed, ok := strings.CutPrefix(k, `"`); ok {
				k = strings.TrimSuffix(typed, `"`)
				pressed += len(k)
			} else {
				pressed++
			}
			keys = append(keys, "`"+k+"`")
		}
		how := strings.Join(keys, " ")
		if pressed == 0 {
			how = "it is there at once"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %d |\n", tt.task, tt.capture, how, pressed)
	}
	out.WriteString(mended)
	golden(t, filepath.Join("..", "docs", "usability.md"), out.String())
}

const mended = `
## What was awkward, and is mended

- Who quit a live capture lost it without a word. ` + "`q`" + ` asks now, unless packets were saved.
- The verdict on the capture as a whole was in ` + "`wsight doctor`" + ` alone. The second line says it, and ` + "`3`" + ` begins with the causes.
- What follows from a cause had advice of its own, which guessed what the doctor knew. It leads to the cause.
- A path that was typed was glued to the name that was offered. It takes its place.
- At 80 columns the help broke off in the middle of its sentences. The selected one is whole below the list.
- Paths that differ in their ends were cut off alike, beside empty cells. They have the room that nothing else needs.
- A capture without a WebSocket, and the key log of another one, were dead ends. They say what was seen, and what to do.
- Sorting went through the columns one by one, up to thirteen times ` + "`s`" + `. It is a menu now, and figures begin with the largest.
- Findings were cut off at the right lane of the ladder. They go to the edge of the screen.
- At 80 columns the reason why a connection broke had ten cells. The client's address, which the strip below shows, made room for it.
- Thirty connections with the same problem were thirty rows. They are one now, which opens as a filter.
- The largest message and the slowest pong had to be looked for by eye. ` + "`B` and `R`" + ` go there.
- What the proxy changed stood among two dozen unchanged headers. What differs comes first.
- The payload of a Close began with two unreadable bytes, its code. The page says what the code means, and then the reason.
- A half-typed filter field emptied the list. While an expression is wrong, the last right one stays in force, and the bar says where it is wrong.
- The filter bar had a language of its own. It is that of ` + "`--where`" + ` now, and Tab lists what may stand at the cursor.
- Packets could be saved of files alone. Live, and of standard input, ` + "`w`" + ` saves those of the chosen connections or all so far, and says how many are gone.
- Empty arrays and objects of JSON had their closing bracket twice.
- ` + "`w` and `y`" + ` offered files of connection #0 where there is none, and a name that was taken already. They say so, and offer a free one.
- What stands on the screen instead of WebSocket was cut off in the middle of what to do about TLS. It has the whole screen.
- A column of subprotocols that nobody speaks took room from the reason why. It is there when a connection has one.
- In ASCII a section of an RFC was an escape. It is a word.
- "save" found nothing in the palette.
- One line down sent 17 kB to the terminal at 160x50, too much for a slow connection. It sends about 0.5 kB.
`
