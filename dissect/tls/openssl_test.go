package tls

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsight/flow"
)

// TestOpenSSL has two OpenSSL programs talk over a recorded connection, for
// what crypto/tls cannot do.
func TestOpenSSL(t *testing.T) {
	needOpenSSL(t)
	tests := []struct {
		name           string
		client, server []string
		say            string // lines on the client's standard input; a lone letter is a command of s_client
		want           []string
	}{
		{name: "AES-128-GCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"}, want: []string{"1.3 TLS_AES_128_GCM_SHA256"}},
		{name: "AES-256-GCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"}, want: []string{"1.3 TLS_AES_256_GCM_SHA384"}},
		{name: "ChaCha20", client: []string{"-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"}, want: []string{"1.3 TLS_CHACHA20_POLY1305_SHA256"}},
		{name: "padded", client: []string{"-tls1_3", "-record_padding", "64"}, want: []string{"1.3"}},
		{name: "key updates", client: []string{"-tls1_3"}, say: "K\nk\nK\n",
			want: []string{"A key update requested=true", "A key update requested=false", "B key update requested=false"}},
		{name: "retry", client: []string{"-tls1_3"}, server: []string{"-groups", "P-384"}, want: []string{"retry=true"}},
		{name: "CBC, encrypt then MAC", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"}},
		{name: "CBC, MAC then encrypt", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"}, server: []string{"-no_etm"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"}},
		{name: "1.2 AES-256-GCM", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"}, want: []string{"1.2"}},
		{name: "1.2 ChaCha20", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"}, want: []string{"1.2"}},
		{name: "1.2 AES-128-CCM", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_128_CCM "}},
		{name: "1.2 AES-256-CCM-8", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-CCM8:@SECLEVEL=0"}, want: []string{"1.2 TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"}},
		{name: "1.3 AES-128-CCM", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"}, server: []string{"-ciphersuites", "TLS_AES_128_CCM_SHA256"}, want: []string{"1.3 TLS_AES_128_CCM_SHA256"}},
		{name: "1.3 AES-128-CCM-8", client: []string{"-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"}, server: []string{"-ciphersuites", "TLS_AES_128_CCM_8_SHA256", "-cipher", "ALL:@SECLEVEL=0"}, want: []string{"1.3 TLS_AES_128_CCM_8_SHA256"}},
		{name: "1.1", client: []string{"-tls1_1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, server: []string{"-tls1_1"}, want: []string{"1.1"}},
		{name: "1.0", client: []string{"-tls1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, server: []string{"-tls1"}, want: []string{"1.0"}},
		{name: "renegotiation, AEAD", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"}, server: []string{"-client_renegotiation"}, say: "R\n", want: []string{"again=true"}},
		{name: "renegotiation, CBC", client: []string{"-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"}, server: []string{"-client_renegotiation"}, say: "R\n", want: []string{"again=true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			segments, keys := openssl(t, tt.client, tt.server, tt.say)
			h := checkCuts(t, keys, segments)
			text := h.text.String()
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if strings.Contains(text, "lost") || strings.Contains(text, "undecryptable") {
				t.Errorf("not everything was opened:\n%s", text)
			}
			// The server of "-rev" gives each line back in reverse.
			if got := h.plain[flow.A].String(); got != "question\nlast\n" {
				t.Errorf("the client said %q", got)
			}
			if got := h.plain[flow.B].String(); got != "noitseuq\ntsal\n" {
				t.Errorf("the server said %q", got)
			}
			for i := range segments {
				torn := append([]segment(nil), segments...)
				torn[i].lost = true
				play(decryptor(keys), torn)
				if !strings.Contains(tt.name, "renegotiation") { // which needs both of its hellos
					testLoss(t, func() *Decryptor { return decryptor(keys) }, segments, i)
				}
			}
		})
	}
}

// TestOpenSSLResumption has the second of two connections that resumes the
// session of the first, by a ticket, by its number, and as TLS 1.3 does it with
// early data.
func TestOpenSSLResumption(t *testing.T) {
	needOpenSSL(t)
	tests := []struct {
		name           string
		client, server []string
		early          bool
		want           string // of the second connection
	}{
		{name: "1.2, ticket", client: []string{"-tls1_2"}, want: "resumed=true"},
		{name: "1.2, session id", client: []string{"-tls1_2", "-no_ticket"}, want: "resumed=true"},
		{name: "1.1, session id", client: []string{"-tls1_1", "-no_ticket", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, server: []string{"-tls1_1"}, want: "resumed=true"},
		{name: "1.3", client: []string{"-tls1_3"}, want: "resumed=true"},
		{name: "1.3, early data", client: []string{"-tls1_3"}, server: []string{"-early_data"}, early: true, want: `A data "early words\n" early`},
		{name: "1.3, early data refused", client: []string{"-tls1_3"}, server: []string{"-max_early_data", "100"}, early: true, want: "early=false"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server, address := serve(t, tt.server...)
			dir := t.TempDir()
			ticket, words := filepath.Join(dir, "session"), filepath.Join(dir, "words")
			if err := os.WriteFile(words, []byte("early words\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			say := func(text string) func(program) {
				return func(c program) {
					fmt.Fprintln(c.in, text)
					waitFor(t, server.out, text)
					fmt.Fprintln(server.in, "heard "+text)
					waitFor(t, c.out, "heard "+text)
				}
			}
			first, firstKeys := visit(t, address, append([]string{"-sess_out", ticket}, tt.client...), say("first"))
			again := append([]string{"-sess_in", ticket}, tt.client...)
			if tt.early {
				again = append(again, "-early_data", words)
			}
			second, secondKeys := visit(t, address, again, say("second"))
			played := func(keys string) func() *Decryptor {
				return func() *Decryptor {
					d := decryptor(keys)
					play(d, first)
					return d
				}
			}
			logs := map[string]string{"both logs": firstKeys + secondKeys}
			if !strings.Contains(tt.name, "1.3") { // the master secret is that of the first
				logs["the first log"] = firstKeys
			}
			for name, keys := range logs {
				h := checkCutsOf(t, played(keys), second)
				text := h.text.String()
				if !strings.Contains(text, tt.want) || !h.info.Resumed || strings.Contains(text, "lost") || strings.Contains(text, "undecryptable") {
					t.Errorf("%s: no %q, or not everything was opened, resumed=%v:\n%s", name, tt.want, h.info.Resumed, text)
				}
				if got := h.plain[flow.A].String(); !strings.HasSuffix(got, "second\n") || strings.HasPrefix(got, "early") != strings.HasSuffix(tt.want, "early") {
					t.Errorf("%s: the client said %q", name, got)
				}
				if got := h.plain[flow.B].String(); got != "heard second\n" {
					t.Errorf("%s: the server said %q", name, got)
				}
				for i := range second {
					if !tt.early { // what becomes of early data shows in several records
						testLoss(t, played(keys), second, i)
					}
				}
			}
		})
	}
}
