//go:build unix

package main

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"wsight/bench/truth"
)

// A lossless capture is right when every count is, and wrong when one is not.
func TestJudge(t *testing.T) {
	want := &truth.Truth{Counts: truth.Counts{Packets: 9, TCPConnections: 1, WebSocketConnections: 1}}
	want.Frame(truth.C2S, 1)
	want.Message(truth.C2S, 5, sha256.Sum256([]byte("hello")))
	want.Wire.Add(truth.C2S, 11)
	good := fmt.Sprintf(`{"event":"connection","conn":1,"client":"192.0.2.1:5"}
{"event":"frame","conn":1,"dir":"c2s","opcode":1,"offset":0,"length":5}
{"event":"message","conn":1,"dir":"c2s","type":"text","length":5,"complete":true,"sha256":"%x"}
{"event":"message","conn":1,"dir":"c2s","type":"ping","length":5,"complete":true,"sha256":null}
{"event":"finding","conn":1,"packets":[1,2]}
{"event":"end","conn":1,"wire_bytes":{"c2s":11,"s2c":0}}
{"event":"capture","packets":9,"tcp_connections":1,"websocket_connections":1}
`, sha256.Sum256([]byte("hello")))
	for _, tt := range []struct {
		name, from, to string
		want           string
	}{
		{"right", "", "", "equal the truth"},
		{"a packet less", `"packets":9`, `"packets":8`, "WRONG: Packets 8, truth 9"},
		{"another opcode", `"opcode":1`, `"opcode":2`, "WRONG: Opcodes"},
		{"other bytes", `"sha256":"2c`, `"sha256":"2d`, "WRONG: Digest"},
		{"incomplete", `"complete":true`, `"complete":false`, "WRONG: Messages"},
		{"other direction", `"dir":"c2s"`, `"dir":"s2c"`, "WRONG: Frames"},
		{"wire bytes", `"c2s":11`, `"c2s":12`, "WRONG: Wire"},
	} {
		f := &findings{clients: map[int]string{}}
		if err := f.read(strings.NewReader(strings.Replace(good, tt.from, tt.to, 1))); err != nil {
			t.Fatal(err)
		}
		if v := f.judge(want); !strings.Contains(v.text, tt.want) || v.right != (tt.from == "") {
			t.Errorf("%s: verdict %+v; want %q", tt.name, v, tt.want)
		}
	}
}

func TestJudgeLossy(t *testing.T) {
	const frames = 1000
	sent := &truth.Truth{Missing: 1}
	for i := range int64(frames) {
		sent.Frame(truth.S2C, 1)
		sent.Keys = append(sent.Keys, truth.FrameKey("192.0.2.1:5", truth.S2C, 10*i, 1, 8))
	}
	for _, tt := range []struct {
		name        string
		found       int64
		first, step int64
		want        bool
	}{
		{"all", frames, 0, 10, true},
		{"as few as allowed", 995, 0, 10, true},
		{"too few", 994, 0, 10, false},
		{"all elsewhere", frames, 1, 10, false},
		{"one twice", frames + 1, -10, 10, false},
	} {
		f := &findings{clients: map[int]string{}, keys: map[uint64]int{}}
		for _, key := range sent.Keys {
			f.keys[key]++
		}
		var lines strings.Builder
		lines.WriteString(`{"event":"connection","conn":1,"client":"192.0.2.1:5"}` + "\n")
		for i := range tt.found {
			fmt.Fprintf(&lines, `{"event":"frame","conn":1,"dir":"s2c","opcode":1,"offset":%d,"length":8}`+"\n", max(0, tt.first+i*tt.step))
		}
		if err := f.read(strings.NewReader(lines.String())); err != nil {
			t.Fatal(err)
		}
		if v := f.judgeLossy(sent); v.right != tt.want {
			t.Errorf("%s: verdict %+v; want %v", tt.name, v, tt.want)
		}
	}
}

func TestMiddle(t *testing.T) {
	for _, order := range [][3]time.Duration{{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}} {
		if got := middle(order[0], order[1], order[2]); got != 2 {
			t.Errorf("middle of %v is %d", order, got)
		}
	}
	if got := middle(5, 5, 1); got != 5 {
		t.Errorf("middle of 5, 5 and 1 is %d", got)
	}
}
