package export

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
	"wsight/session"
)

func TestMaskText(t *testing.T) {
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
	for _, tt := range []struct{ text, want string }{
		{`no quotes here`, `no quotes here`},
		{`"GET /chat?token=abc123&room=1 HTTP/1.1", no Upgrade`, `"GET /chat?token=***&room=1 HTTP/1.1", no Upgrade`},
		{`"Authorization: Bearer abc"; and more`, `"Authorization: Bearer ***"; and more`},
		{`"Cookie: sid=1; theme=dark"`, `"Cookie: sid=***; theme=***"`},
		{`"Sec-WebSocket-Protocol: bearer, ` + token + `" and the answer`, `"Sec-WebSocket-Protocol: bearer, ***" and the answer`},
		{`the target "/ws?access_token=x" is long`, `the target "/ws?access_token=***" is long`},
		{`two "Cookie: a=1" and "Cookie: b=2"`, `two "Cookie: a=***" and "Cookie: b=***"`},
		{`cut "Cookie: a=secr…" and 12 bytes more`, `cut "Cookie: a=***" and 12 bytes more`},
		{`escaped "a\"b: Cookie" stays`, `escaped "a\"b: Cookie" stays`},
		{`open "Cookie: a=1`, `open "Cookie: a=***`},
		{`"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="`, `"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="`},
		{`"Host: chat.example:8080"`, `"Host: chat.example:8080"`},
		{`a token "` + token + `" alone`, `a token "***" alone`},
		{`""`, `""`},
		{`"`, `"`},
	} {
		if got := MaskText(tt.text); got != tt.want {
			t.Errorf("MaskText(%s)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// FuzzMaskText holds that masking loses no text outside of quotes and is done
// in one go.
func FuzzMaskText(f *testing.F) {
	f.Add(`"Cookie: a=1" and "GET /?token=x HTTP/1.1`)
	f.Add(`\"`)
	f.Fuzz(func(t *testing.T, text string) {
		once := MaskText(text)
		if strings.Count(once, `"`) < strings.Count(text, `"`) && !strings.Contains(once, safe.Mask) {
			t.Errorf("MaskText(%q) = %q", text, once)
		}
	})
}

// sick is a diagnosis that quotes secrets and what hostile peers write.
func sick() (verdict.Diagnosis, *dissect.Conversation) {
	conv := &dissect.Conversation{Number: 7, Client: netip.MustParseAddrPort("192.0.2.1:40000"), Server: netip.MustParseAddrPort("192.0.2.2:80")}
	return verdict.Diagnosis{
		Headline: "The server refused the handshake", Code: finding.HandshakeForbidden, Severity: finding.Error,
		Culprit: verdict.Server, Certainty: verdict.Likely, Count: 1, Connections: []*dissect.Conversation{conv},
		Packets: []flow.PacketID{4},
		Evidence: []verdict.Exhibit{{Conv: conv, Packet: 4,
			Text: `"Cookie: sid=topsecret", it says "<img src=x> [link](http://evil) ` + "`code`" + `" and *more* <b>`}},
		Consequences: []finding.Code{finding.CloseMissing},
		Remedies: []verdict.Remedy{{Product: "nginx", Guess: true, Say: strings.Repeat("Do this and that. ", 20), Where: "In the location",
			Lines: "location / {\n    " + strings.Repeat("x", 100) + ";\n}"}},
		Next: "Only one leg. Capture:\n    sudo tcpdump -i any\n    wsight doctor both.pcap",
	}, conv
}

func TestDoctorText(t *testing.T) {
	d, _ := sick()
	text := string(DoctorText([]verdict.Diagnosis{d, d}, DoctorOptions{}))
	for line := range strings.SplitSeq(text, "\n") {
		if safe.Width(line) > 80 && !strings.Contains(line, "xxx") {
			t.Errorf("wider than 80 cells: %q", line)
		}
	}
	for _, want := range []string{"✖ 1. The server refused", "✖ 2. ", "the server (likely)", "packet 4: \"Cookie: sid=***\"", "If the proxy is nginx: Do this", "          location / {", "            sudo tcpdump -i any"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "topsecret") || strings.Contains(text, "\x1b") {
		t.Errorf("a secret or a colour in\n%s", text)
	}
	if n := strings.Count(text, "tcpdump"); n != 1 || !strings.Contains(text, "Next      The same as for 1.") {
		t.Errorf("what to capture next is said %d times, and not referred to, in\n%s", n, text)
	}
	shown := string(DoctorText([]verdict.Diagnosis{d}, DoctorOptions{Secrets: true, Color: true}))
	if !strings.Contains(shown, "topsecret") || !strings.HasPrefix(shown, "\x1b[31;1m✖ The server") {
		t.Errorf("no secret or no colour in\n%s", shown)
	}
}

func TestDoctorMarkdown(t *testing.T) {
	d, _ := sick()
	if twice := string(DoctorMarkdown([]verdict.Diagnosis{d, d}, DoctorOptions{})); strings.Count(twice, "tcpdump") != 1 || !strings.Contains(twice, "**Next** The same as above.") {
		t.Errorf("what to capture next is not said once in\n%s", twice)
	}
	text := string(DoctorMarkdown([]verdict.Diagnosis{d}, DoctorOptions{Inputs: []string{"a`b.pcap"}}))
	for _, bad := range []string{"topsecret", "\n<b>", " <b>", " *more*"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in\n%s", bad, text)
		}
	}
	for _, want := range []string{"## WebSocket diagnosis", "``a`b.pcap``", "### The server refused", "`handshake-forbidden`", "```\nlocation / {", "`close-missing`", "```\nsudo tcpdump", `\*more\*`, `\<b\>`} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestDoctorJSON(t *testing.T) {
	d, conv := sick()
	other := &dissect.Conversation{Number: 8, Client: conv.Client, Server: conv.Server}
	for _, secrets := range []bool{false, true} {
		r := NewRecords(1, secrets)
		for _, c := range []*dissect.Conversation{other, conv} {
			r.Event(&dissect.Opened{Place: dissect.Place{Conv: c, Packet: 1}})
			token := "topsecret"
			protocol := []string{"bearer", token}
			r.Event(&dissect.Handshake{
				Place: dissect.Place{Conv: c, Packet: 2},
				Request: &header.Request{Method: "GET", Target: "/?token=" + token, Version: "1.1", Fields: header.Fields{
					{Name: "Cookie", Value: "sid=" + token}, {Name: "Authorization", Value: "Bearer " + token}, {Name: "Sec-WebSocket-Protocol", Value: "bearer, " + token},
				}},
				Response: &header.Response{Version: "1.1", Status: 403, Fields: header.Fields{{Name: "Set-Cookie", Value: "sid=" + token + "; Secure"}}},
				Verdict:  handshake.Outcome{Subprotocol: handshake.Subprotocol{Offered: protocol, Agreed: &protocol[0]}},
			})
			if protocol[1] != token {
				t.Fatal("the event itself was masked")
			}
			r.Event(&dissect.Finding{Place: dissect.Place{Conv: c, Packet: 3}, Report: finding.Report{Code: finding.HandshakeForbidden, Detail: `"Cookie: sid=topsecret"`}})
			r.Event(&dissect.Message{Place: dissect.Place{Conv: c, Packet: 4}})
			r.Event(&dissect.Ended{Place: dissect.Place{Conv: c, Packet: 5}})
		}
		out := string(r.Doctor([]verdict.Diagnosis{d}, session.Summary{Complete: true}))
		if strings.Contains(out, "topsecret") != secrets {
			t.Errorf("secrets %v:\n%s", secrets, out)
		}
		var kinds []string
		for line := range strings.Lines(out) {
			var e struct {
				Event string
				Conn  int
				Fix   string
			}
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if e.Conn == 8 {
				t.Errorf("a line of a connection that no diagnosis names: %s", line)
			}
			if e.Event == "diagnosis" && (!strings.Contains(e.Fix, "location / {\n") || !strings.Contains(e.Fix, "tcpdump")) {
				t.Errorf("fix %q", e.Fix)
			}
			kinds = append(kinds, e.Event)
		}
		if got, want := strings.Join(kinds, " "), "connection handshake finding end diagnosis capture"; got != want {
			t.Errorf("lines %s; want %s", got, want)
		}
	}
}
