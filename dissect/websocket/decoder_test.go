package websocket

import (
	"strings"
	"testing"

	"wsight/flow"
)

const (
	c2s = flow.ClientToServer
	s2c = flow.ServerToClient
)

func TestDecoder(t *testing.T) {
	hello := appendFrame(nil, s2c, 0x81, []byte("Hello"))
	tests := []struct {
		name  string
		dir   flow.Direction
		steps []step
		want  string
	}{
		{"the examples of §5.7", s2c, []step{{data: []byte("\x81\x05Hello\x01\x03Hel\x80\x02lo\x89\x05Hello")}},
			`0 text "Hello"` + "\n" + `7 text unfinished "Hel"` + "\n" + `12 continuation "lo"` + "\n" + `16 ping "Hello"` + "\n"},
		{"masked", c2s, []step{{data: []byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")}}, `0 text "Hello"` + "\n"},
		{"empty", s2c, []step{{data: []byte{0x81, 0, 0x82, 0}}}, `0 text ""` + "\n" + `2 binary ""` + "\n"},
		{"a hole in a payload", s2c, []step{{data: hello[:3]}, {lost: 2}, {data: hello[5:]}, {data: hello}},
			`0 text "H??lo" 3 of 5` + "\n" + `7 text "Hello"` + "\n"},
		{"a hole up to the end of a payload", s2c, []step{{data: hello[:3]}, {lost: 4}, {data: hello}},
			`0 text "H????" 1 of 5` + "\n" + `7 text "Hello"` + "\n"},
		{"the direction ends in a payload", s2c, []step{{data: hello[:4]}}, `0 text "He" 2 of 5` + "\n"},
		{"the direction ends in a header", s2c, []step{{data: hello}, {data: []byte{0x82, 0x7E, 0}}},
			`0 text "Hello"` + "\n" + `7 skipped 3, lost 0, unfinished header, to the end "\x82~\x00"` + "\n"},
		{"length with its top bit set", s2c, []step{{data: []byte{0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 1, 'x'}}},
			`0 binary "" 0 of 9223372036854775809` + "\n" + `10 skipped 1, lost 0, length overflow, to the end "x"` + "\n"},
		{"the longest legal length", s2c, []step{{data: []byte{0x82, 0x7F, 0x7F, 255, 255, 255, 255, 255, 255, 255, 'x'}}, {lost: 5 << 20}},
			`0 binary "x" 1 of 9223372036854775807` + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decode(Decoder{Dir: tt.dir}, tt.steps...).String(); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			var bytewise []step
			for _, s := range tt.steps {
				bytewise = append(bytewise, step{lost: s.lost})
				for i := range s.data {
					bytewise = append(bytewise, step{data: s.data[i : i+1]})
				}
			}
			if got := decode(Decoder{Dir: tt.dir}, bytewise...).String(); got != tt.want {
				t.Errorf("byte by byte: got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// An endpoint that breaks one rule stays in step, and so does its observer.
func TestOddFramesAreFrames(t *testing.T) {
	legal := "\x81\x02ok"
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"RSV1", "\xC1\x02hi", `text rsv1 "hi"`},
		{"all reserved bits", "\xF1\x02hi", `text rsv1 "hi"`},
		{"reserved opcode", "\x83\x02hi", `reserved "hi"`},
		{"reserved control opcode", "\x8B\x02hi", `reserved "hi"`},
		{"masked by the server", "\x81\x82\x00\x00\x00\x00hi", `text "hi"`},
		{"unfinished ping", "\x09\x02hi", `ping unfinished "hi"`},
		{"long ping", "\x89\x7E\x00\x80" + strings.Repeat("p", 128), `ping "` + strings.Repeat("p", 128) + `"`},
		{"length not minimal", "\x81\x7E\x00\x02hi", `text "hi"`},
		{"continuation of nothing", "\x80\x02hi", `continuation "hi"`},
		{"all of it at once", "\x79\xFE\x00\x02\x00\x00\x00\x00hi", `ping unfinished rsv1 "hi"`},
	}
	for _, tt := range tests {
		for place, in := range map[string][]step{
			"alone":      {{data: []byte(tt.in)}},
			"joined":     {{data: []byte(legal + tt.in + legal + legal)}},
			"separate":   {{data: []byte(legal)}, {data: []byte(tt.in)}, {data: []byte(legal)}},
			"last":       {{data: []byte(legal + tt.in)}},
			"repeated":   {{data: []byte(strings.Repeat(tt.in, 3))}},
			"cut in two": {{data: []byte(legal + tt.in[:1])}, {data: []byte(tt.in[1:])}, {data: []byte(legal)}},
		} {
			got := decode(Decoder{Dir: s2c}, in...)
			if len(got.skips) > 0 || !strings.Contains(got.String(), tt.want) {
				t.Errorf("%s, %s: got\n%swant %s", tt.name, place, got, tt.want)
			}
		}
	}
}

// Bytes that are no frames break several rules at once and lead nowhere.
func TestNotFrames(t *testing.T) {
	text := appendFrame(nil, s2c, 0x81, []byte(`{"type":"quote","symbol":"ABC","price":12.5}`))
	tests := []struct{ name, in string }{
		{"an HTTP answer", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops"},
		{"a page", "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>\r\n"},
		{"a chunk", "2e\r\n"},
		{"zeros", strings.Repeat("\x00", 50)},
		{"JSON", `{"error":"session expired","code":4401,"hint":"log in again"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var steps []step
			for range 2 {
				steps = append(steps, step{data: text})
			}
			steps = append(steps, step{data: []byte(tt.in)})
			for range 4 {
				steps = append(steps, step{data: text})
			}
			got := decode(Decoder{Dir: s2c}, steps...)
			if len(got.skips) != 1 || got.skips[0].Why != NotFrames || !got.skips[0].Resumed ||
				got.skips[0].From != int64(2*len(text)) || got.skips[0].Length != int64(len(tt.in)) || len(got.frames) != 6 {
				t.Errorf("got\n%v", got)
			}
			if got := decode(Decoder{Dir: s2c}, step{data: text}, step{data: []byte(tt.in)}); len(got.frames) != 1 ||
				len(got.skips) != 1 || got.skips[0].Resumed || string(got.skips[0].First) != tt.in[:min(64, len(tt.in))] {
				t.Errorf("at the end: got\n%v", got)
			}
		})
	}
}
