package tls

import (
	stdtls "crypto/tls"
	"fmt"
	"strings"
	"testing"

	"wsight/flow"
)

// configs are pairs of ends, one for each way of sealing that crypto/tls has.
func configs() map[string][2]*stdtls.Config {
	all := map[string][2]*stdtls.Config{
		"1.3":       {{MinVersion: stdtls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}}, {NextProtos: []string{"http/1.1"}}},
		"1.3 retry": {{MinVersion: stdtls.VersionTLS13}, {CurvePreferences: []stdtls.CurveID{stdtls.CurveP384}}},
	}
	for _, suite := range append(stdtls.CipherSuites(), stdtls.InsecureCipherSuites()...) {
		if _, known := CipherSuite(suite.ID).spec(); !known || CipherSuite(suite.ID).only13() {
			continue
		}
		for _, v := range suite.SupportedVersions {
			if v == stdtls.VersionTLS13 {
				continue
			}
			name := fmt.Sprintf("%v %s", Version(v), suite.Name)
			all[name] = [2]*stdtls.Config{{MinVersion: v, MaxVersion: v, CipherSuites: []uint16{suite.ID}, NextProtos: []string{"http/1.1"}},
				{MinVersion: v, CipherSuites: []uint16{suite.ID}, NextProtos: []string{"http/1.1"}}}
		}
	}
	return all
}

func TestSession(t *testing.T) {
	for name, ends := range configs() {
		t.Run(name, func(t *testing.T) {
			segments, keys := converse(t, ends[0], ends[1], conversation)
			h := checkCuts(t, keys, segments)
			for _, side := range []flow.Side{flow.A, flow.B} {
				if got, want := h.plain[side].String(), said(conversation, side); got != want {
					t.Errorf("side %d: %d bytes; want %d\n%s", side, len(got), len(want), &h.text)
				}
			}
			text := h.text.String()
			for _, want := range []string{"complete\n", "A alert warning close_notify sealed=true\n", "B alert warning close_notify sealed=true\n"} {
				if strings.Count(text, want) != 1 {
					t.Errorf("%d times %q in\n%s", strings.Count(text, want), want, text)
				}
			}
			if strings.Contains(text, "lost") || strings.Contains(text, "undecryptable") {
				t.Errorf("something is lost:\n%s", text)
			}
			info := h.info
			if !info.ClientKnown || info.Client != flow.A || info.ServerName != "ws.example" || !info.SuiteKnown ||
				!strings.HasPrefix(name, info.Version.String()) || !strings.Contains(name, "1.3") && !strings.Contains(name, info.Suite.String()) {
				t.Errorf("info = %+v", info)
			}
			if want := ""; len(ends[1].NextProtos) > 0 {
				if want = ends[1].NextProtos[0]; info.ALPN != want {
					t.Errorf("ALPN = %q; want %q", info.ALPN, want)
				}
			}
			if (name == "1.3 retry") != info.Retried {
				t.Errorf("Retried = %v", info.Retried)
			}
		})
	}
}
