package tls

import (
	"fmt"
	"strings"
	"testing"

	"wsight/flow"
)

// forged13 is a connection with everything that TLS 1.3 has after the hellos.
func forged13(suite CipherSuite) *forge {
	f := newForge("all of 1.3", TLS13, suite)
	f.handshake13("", false)
	f.say(flow.A, "question")
	f.say(flow.B, "answer")
	f.pad = 20
	f.say(flow.B, "padded")
	f.pad = 0
	f.update(flow.B, true)
	f.say(flow.B, "under the second key")
	f.update(flow.A, false)
	f.say(flow.A, "under the second key as well")
	f.send(flow.A, typeAlert, []byte{byte(Warning), byte(CloseNotify)})
	return f
}

const toldOf13 = `A client hello "ws.example" ["h2" "http/1.1"] [1.3] resumes=false early=false again=false
B server hello 1.3 %s "" resumed=false retry=false
B encrypted extensions "http/1.1" early=false
A complete
A data "question"
B data "answer"
B data "padded"
B key update requested=true
B data "under the second key"
A key update requested=false
A data "under the second key as well"
A alert warning close_notify sealed=true
`

func TestEverySuiteOf13(t *testing.T) {
	for _, suite := range []CipherSuite{0x1301, 0x1302, 0x1303} {
		f := forged13(suite)
		h := checkCuts(t, f.keys(), f.segments)
		if got, want := h.text.String(), fmt.Sprintf(toldOf13, suite); got != want {
			t.Errorf("--- got\n%s--- want\n%s", got, want)
		}
	}
}

// TestCBC has both orders of MAC and encryption, RFC 7366.
func TestCBC(t *testing.T) {
	for _, v := range []Version{TLS11, TLS12} {
		for _, suite := range []CipherSuite{0xC013, 0xC014, 0xC027, 0xC028, 0x003D} {
			for _, etm := range []bool{false, true} {
				if v < TLS12 && suite != 0xC013 && suite != 0xC014 {
					continue
				}
				t.Run(fmt.Sprintf("%v %v %v", v, suite, etm), func(t *testing.T) {
					f := newForge("cbc", v, suite)
					f.etm = etm
					f.handshake12()
					f.say(flow.A, "question")
					f.say(flow.B, strings.Repeat("answer", 500))
					f.send(flow.B, typeAlert, []byte{byte(Fatal), 80})
					h := checkCuts(t, f.keys(), f.segments)
					want := fmt.Sprintf(`A client hello "ws.example" ["h2" "http/1.1"] [1.2] resumes=false early=false again=false
B server hello %v %v "" resumed=false retry=false
B complete
A data "question"
B data of 3000 bytes
B alert fatal internal_error sealed=true
`, v, suite)
					if got := h.text.String(); got != want {
						t.Errorf("--- got\n%s--- want\n%s", got, want)
					}
					// A wrong order of MAC and encryption must open nothing.
					wrong := newForge("cbc", v, suite)
					wrong.etm = !etm
					wrong.clientHello(false)
					wrong.serverHello()
					swapped := append(wrong.segments, f.segments[2:]...)
					if h := play(decryptor(f.keys()), swapped); len(h.data) > 0 || !strings.Contains(h.text.String(), WrongSecret.String()) {
						t.Errorf("with the other order:\n%s", &h.text)
					}
				})
			}
		}
	}
}

// TestSecrets plays one connection with parts of its secrets.
func TestSecrets(t *testing.T) {
	const (
		ca, sa = "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"
		ch, sh = "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	)
	tests := []struct {
		name   string
		labels []string
		client bool // what the client says is told
		server bool
		alpn   string
		reason Reason // 0: nothing is undecryptable
	}{
		{"all", []string{ca, sa, ch, sh}, true, true, "http/1.1", 0},
		{"application only", []string{ca, sa}, true, true, "", 0},
		{"the server's only", []string{sa, sh}, false, true, "http/1.1", NoSecret},
		{"the server's application only", []string{sa}, false, true, "", NoSecret},
		{"the client's application only", []string{ca}, true, false, "", NoSecret},
		{"handshake only", []string{ch, sh}, false, false, "http/1.1", NoSecret},
		{"none", []string{"-"}, false, false, "", NoSecret},
	}
	for _, tt := range tests {
		for _, suite := range []CipherSuite{0x1301, 0x1302, 0x1303} {
			f := forged13(suite)
			h := checkCuts(t, f.keys(tt.labels...), f.segments)
			text := h.text.String()
			for side, want := range []bool{tt.client, tt.server} {
				if got := h.plain[side].Len() > 0; got != want {
					t.Errorf("%s, %v: side %d told: %v; want %v\n%s", tt.name, suite, side, got, want, text)
				}
			}
			if strings.Contains(text, "lost") {
				t.Errorf("%s, %v: something is lost:\n%s", tt.name, suite, text)
			}
			if h.info.ALPN != tt.alpn {
				t.Errorf("%s: ALPN = %q; want %q", tt.name, h.info.ALPN, tt.alpn)
			}
			if got := strings.Contains(text, "undecryptable"); got != (tt.reason != 0) || got && !strings.Contains(text, tt.reason.String()) {
				t.Errorf("%s: want reason %v\n%s", tt.name, tt.reason, text)
			}
		}
	}
}

// TestWrongSecret has a key log whose secrets are another connection's: no
// record must open.
func TestWrongSecret(t *testing.T) {
	f := forged13(0x1301)
	other := newForge("zother", TLS13, 0x1301)
	other.random = f.random
	h := play(decryptor(other.keys()), f.segments)
	if text := h.text.String(); len(h.data) > 0 || !strings.Contains(text, WrongSecret.String()) {
		t.Errorf("got\n%s", text)
	}
}

func TestEarlyData(t *testing.T) {
	tests := []struct {
		name     string
		accepted bool
		without  string // label that the key log lacks
		want     string
	}{
		{"accepted", true, "", `A data "early" early`},
		{"rejected", false, "", ``},
		{"no early secret", true, "CLIENT_EARLY_TRAFFIC_SECRET", ``},
		{"answer unseen", true, "SERVER_HANDSHAKE_TRAFFIC_SECRET", `A data "later" lost=5 exact=false`},
	}
	for _, tt := range tests {
		f := newForge("early", TLS13, 0x1302)
		f.handshake13("early", tt.accepted)
		f.say(flow.A, "later")
		f.say(flow.B, "answer")
		var keys strings.Builder
		for line := range strings.Lines(f.keys()) {
			if tt.without == "" || !strings.HasPrefix(line, tt.without) {
				keys.WriteString(line)
			}
		}
		h := checkCuts(t, keys.String(), f.segments)
		text := h.text.String()
		for _, want := range []string{`A data "later"`, `B data "answer"`, tt.want} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, text)
			}
		}
		if tt.name == "rejected" && strings.Contains(text, "early\"") {
			t.Errorf("rejected early data is told:\n%s", text)
		}
	}
}

// TestMidstream takes the hellos and more away: the log's secrets are tried.
func TestMidstream(t *testing.T) {
	for _, suite := range []CipherSuite{0x1301, 0x1302, 0x1303} {
		for _, others := range []int{0, 20} {
			f := newForge("midstream", TLS13, suite)
			f.handshake13("", false)
			for i := range 300 {
				f.say(flow.A, fmt.Sprint("question ", i))
				f.say(flow.B, fmt.Sprint("answer ", i))
			}
			keys := f.keys()
			for i := range others {
				keys += newForge(fmt.Sprint(i, " other"), TLS13, suite).keys()
			}
			segments := f.segments[len(f.segments)-200:]
			torn := append([]segment{{from: flow.B, data: segments[1].data[7:]}}, segments[2:]...) // begins inside a record
			h := checkCuts(t, keys, torn)
			if a, b := strings.Count(h.text.String(), "A data"), strings.Count(h.text.String(), "B data"); a != 99 || b != 99 {
				t.Errorf("%v among %d: %d questions, %d answers; want 99, 99\n%s", suite, others, a, b, &h.text)
			}
			if !h.info.Midstream || !h.info.ClientKnown || h.info.Client != flow.A || h.info.Suite != suite {
				t.Errorf("info = %+v", h.info)
			}
		}
	}
}

// TestKeyUpdateLost takes away a hole with a KeyUpdate in it.
func TestKeyUpdateLost(t *testing.T) {
	for _, suite := range []CipherSuite{0x1301, 0x1303} {
		f := newForge("update", TLS13, suite)
		f.handshake13("", false)
		f.say(flow.A, "one")
		from := len(f.segments)
		f.say(flow.A, "two")
		f.update(flow.A, false)
		f.say(flow.A, "three")
		to := len(f.segments)
		f.say(flow.A, "four")
		for i := from; i < to; i++ {
			f.segments[i].lost = true
		}
		h := play(decryptor(f.keys()), f.segments)
		if text := h.text.String(); !strings.Contains(text, `A data "one"`) || !strings.Contains(text, `A data "four" lost=`) {
			t.Errorf("%v: got\n%s", suite, text)
		}
	}
}
