package tls

import (
	stdtls "crypto/tls"
	"strings"
	"testing"

	"wsight/flow"
)

// TestWithoutKeys has what can be known without any secret.
func TestWithoutKeys(t *testing.T) {
	sealed := make([]byte, 64)
	tests := []struct {
		name string
		make func(f *forge)
		want string // after the client's hello
	}{
		{"1.3", func(f *forge) {
			f.serverHello()
			f.send(flow.B, typeChangeCipherSpec, []byte{1})
			f.send(flow.B, typeApplicationData, sealed)
			f.send(flow.A, typeApplicationData, sealed)
		}, `B server hello 1.3 TLS_AES_128_GCM_SHA256 "" resumed=false retry=false
B undecryptable: the key log has no secret for this connection
A undecryptable: the key log has no secret for this connection
`},
		{"1.2", func(f *forge) {
			f.version, f.suite = TLS12, 0xC02F
			f.serverHello()
			f.send(flow.A, typeChangeCipherSpec, []byte{1})
			f.send(flow.A, typeHandshake, sealed)
			f.send(flow.B, typeChangeCipherSpec, []byte{1})
			f.send(flow.B, typeHandshake, sealed)
			f.send(flow.B, typeApplicationData, sealed)
			f.send(flow.B, typeAlert, sealed[:26])
		}, `B server hello 1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 "" resumed=false retry=false
A undecryptable: the key log has no secret for this connection
B undecryptable: the key log has no secret for this connection
B complete
B alert, sealed
`},
		{"suite not supported", func(f *forge) {
			f.version, f.suite = TLS12, 0xC076
			f.serverHello()
			f.send(flow.A, typeChangeCipherSpec, []byte{1})
			f.send(flow.A, typeHandshake, sealed)
		}, `B server hello 1.2 TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256 "" resumed=false retry=false
A undecryptable: the cipher suite is not supported
`},
		{"suite unknown", func(f *forge) {
			f.suite = 0x13FE
			f.serverHello()
			f.send(flow.B, typeApplicationData, sealed)
		}, `B server hello 1.3 0x13FE "" resumed=false retry=false
B undecryptable: the cipher suite is not supported
`},
		{"suite of another version", func(f *forge) {
			f.suite = 0xC02F
			f.serverHello()
			f.send(flow.B, typeApplicationData, sealed)
		}, `B server hello 1.3 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 "" resumed=false retry=false
B undecryptable: the cipher suite is not supported
`},
		{"SSL 3", func(f *forge) {
			f.version, f.suite = 0x0300, 0x002F
			f.serverHello()
			f.send(flow.A, typeChangeCipherSpec, []byte{1})
			f.send(flow.A, typeHandshake, sealed)
		}, `B server hello SSL 3.0 TLS_RSA_WITH_AES_128_CBC_SHA "" resumed=false retry=false
A undecryptable: the protocol version is not supported
`},
		{"refused", func(f *forge) { f.send(flow.B, typeAlert, []byte{2, 40}) }, "B alert fatal handshake_failure sealed=false\n"},
		{"refused by the client", func(f *forge) {
			f.serverHello()
			f.send(flow.A, typeAlert, []byte{2, 48})
		}, "B server hello 1.3 TLS_AES_128_GCM_SHA256 \"\" resumed=false retry=false\nA alert fatal unknown_ca sealed=false\n"},
		{"no answer", func(f *forge) {}, ""},
		{"an answer that is no TLS", func(f *forge) {
			f.segments = append(f.segments, segment{from: flow.B, data: []byte("HTTP/1.1 400 Bad Request\r\n\r\n")})
		}, ""},
	}
	for _, tt := range tests {
		f := newForge("clear", TLS13, 0x1301)
		f.clientHello(false)
		tt.make(f)
		for _, d := range []*Decryptor{NewDecryptor(nil, Limits{}), decryptor("")} {
			h := play(d, f.segments)
			_, got, _ := strings.Cut(h.text.String(), "\n")
			if d.log != nil { // what is kept is given up at the end: the order may differ
				got, tt.want = sorted(got), sorted(tt.want)
			}
			if got != tt.want {
				t.Errorf("%s:\n--- got\n%s--- want\n%s", tt.name, got, tt.want)
			}
			if h.info.ServerName != "ws.example" || len(h.info.Offered) != 2 {
				t.Errorf("%s: info = %+v", tt.name, h.info)
			}
		}
	}
}

func sorted(lines string) string {
	var b strings.Builder
	all := strings.SplitAfter(lines, "\n")
	for len(all) > 0 {
		least := 0
		for i := range all {
			if all[i] < all[least] {
				least = i
			}
		}
		b.WriteString(all[least])
		all = append(all[:least], all[least+1:]...)
	}
	return b.String()
}

// TestResumption has the second of two connections.
func TestResumption(t *testing.T) {
	for _, v := range []uint16{stdtls.VersionTLS12, stdtls.VersionTLS13} {
		client := &stdtls.Config{MinVersion: v, MaxVersion: v, ClientSessionCache: stdtls.NewLRUClientSessionCache(1)}
		server := &stdtls.Config{Certificates: certificates()}
		server.SetSessionTicketKeys([][32]byte{{1}})
		first, firstKeys := converse(t, client, server, conversation[:6])
		for _, resumed := range []bool{false, true} {
			segments, keys := first, firstKeys
			fresh := func() *Decryptor { return decryptor(keys) }
			if resumed {
				segments, keys = converse(t, client, server, conversation[:6])
				fresh = func() *Decryptor { // crypto/tls logs no secret when it resumes in TLS 1.2
					d := decryptor(firstKeys + keys)
					play(d, first)
					return d
				}
			}
			h := checkCutsOf(t, fresh, segments)
			if h.info.Resumed != resumed {
				t.Errorf("%v: Resumed = %v; want %v\n%s", Version(v), h.info.Resumed, resumed, &h.text)
			}
			if !strings.Contains(h.text.String(), map[bool]string{false: "resumes=false", true: "resumes=true"}[resumed]) && v == stdtls.VersionTLS13 {
				t.Errorf("%v: the client hello does not tell resumes=%v\n%s", Version(v), resumed, &h.text)
			}
			for _, side := range []flow.Side{flow.A, flow.B} {
				if got, want := h.plain[side].String(), said(conversation[:6], side); got != want {
					t.Errorf("%v resumed=%v, side %d: %q; want %q", Version(v), resumed, side, got, want)
				}
			}
			for i := range segments {
				testLoss(t, fresh, segments, i)
			}
		}
	}
}

// TestOneDirection has captures of one side only.
func TestOneDirection(t *testing.T) {
	for name, ends := range configs() {
		segments, keys := converse(t, ends[0], ends[1], conversation[:8])
		for _, side := range []flow.Side{flow.A, flow.B} {
			var half []segment
			for _, seg := range segments {
				if seg.from == side {
					half = append(half, seg)
				}
			}
			h := checkCuts(t, keys, half)
			want := said(conversation[:8], side)
			// The keys of TLS 1.2 need the random of the ServerHello.
			if side == flow.A && !strings.HasPrefix(name, "1.3") {
				want = ""
				if !strings.Contains(h.text.String(), "undecryptable") {
					t.Errorf("%s: not said to be undecryptable:\n%s", name, &h.text)
				}
			}
			if got := h.plain[side].String(); got != want {
				t.Errorf("%s, side %d alone: %q; want %q\n%s", name, side, got, want, &h.text)
			}
		}
	}
}
