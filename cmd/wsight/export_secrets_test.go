package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wsight/internal/packets"
)

// hostile is a capture of a connection full of secrets, whose peers send what
// means something to the programs that open exports.
func hostile(t *testing.T) string {
	t.Helper()
	c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	conn := c.Connect("192.0.2.1:40000", "192.0.2.2:80")
	conn.Open()
	nonce := conn.Nonce()
	conn.Send(packets.ClientToServer, []byte("GET /ws?access_token=SECRET1 HTTP/1.1\r\nHost: =cmd()\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+nonce+"\r\nCookie: sid=SECRET2\r\nAuthorization: Bearer SECRET3\r\n"+
		"Sec-WebSocket-Protocol: chat, bearer, SECRET4\r\n\r\n"))
	conn.Send(packets.ServerToClient, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "+packets.Accept(nonce)+
		"\r\nSec-WebSocket-Protocol: chat\r\nSet-Cookie: sid=SECRET5; Path=/\r\n\r\n"))
	for _, text := range []string{"=HYPERLINK(\"http://x\")", " -2+3", "line\nbreak, \"quoted\"", "a;b#c\n```\nend | <b> \x1b[31m"} {
		conn.Say(packets.ClientToServer, packets.Text, text)
	}
	conn.Goodbye(packets.ServerToClient, 1000, "@sum")
	again := c.Connect("192.0.2.1:40001", "192.0.2.2:80")
	again.Open()
	again.Send(packets.ClientToServer, []byte("GET /gone?token=SECRET6 HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+again.Nonce()+"\r\n\r\n"))
	again.Send(packets.ServerToClient, []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
	again.Close(packets.ServerToClient)
	name := filepath.Join(t.TempDir(), "hostile.pcap")
	if err := os.WriteFile(name, c.Pcap(), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestExportMasks(t *testing.T) {
	file := hostile(t)
	for _, format := range []string{"jsonl", "csv", "har", "md", "mermaid"} {
		if got := runs(t, "export", "--format", format, file); bytes.Contains(got, []byte("SECRET")) {
			at := bytes.Index(got, []byte("SECRET"))
			t.Errorf("%s shows %q", format, got[max(at-40, 0):at+10])
		}
		if got := runs(t, "export", "--format", format, "--show-secrets", file); !bytes.Contains(got, []byte("SECRET1")) {
			t.Errorf("%s --show-secrets shows none", format)
		}
	}
}

// secretPlaces are where handshakes carry secrets: a target, and field lines
// of the request and of the answer. The secret is SECRET, the rest is none.
var secretPlaces = []struct {
	name, target, request, answer string
	figures                       bool // stats would show it too
}{
	{name: "cookie", request: "Cookie: theme=SECRET; sid=\"SECRET\""},
	{name: "set-cookie", answer: "Set-Cookie: sid=SECRET; Path=/; HttpOnly"},
	{name: "authorization", request: "Authorization: Bearer SECRET"},
	{name: "basic credentials", request: "authorization: Basic SECRET"},
	{name: "proxy credentials", request: "Proxy-Authorization: Basic SECRET"},
	{name: "a key of an interface", request: "X-Api-Key: SECRET"},
	{name: "token in the query", target: "/chat?room=1&access_token=SECRET&x=2"},
	{name: "token behind an escape", target: "/chat?a%63cess_token=SECRET"},
	{name: "password in the query", target: "/chat?user=me&password=SECRET"},
	{name: "token in a parameter of the path", target: "/chat;token=SECRET"},
	{name: "credentials in the target", target: "ws://me:SECRET@example.com/chat", figures: true},
	{name: "credentials in Host", request: "Host: me:SECRET@example.com", figures: true},
	{name: "credentials in Origin", request: "Origin: https://me:SECRET@example.com"},
	{name: "token in Referer", request: "Referer: https://example.com/?token=SECRET"},
	{name: "token in Location", answer: "Location: https://example.com/login?token=SECRET"},
	{name: "subprotocol behind bearer", request: "Sec-WebSocket-Protocol: chat, bearer, SECRET", answer: "Sec-WebSocket-Protocol: chat"},
	{name: "subprotocol that begins with bearer", request: "Sec-WebSocket-Protocol: bearer.SECRET"},
	{name: "subprotocol that is agreed", request: "Sec-WebSocket-Protocol: bearer.SECRET", answer: "Sec-WebSocket-Protocol: bearer.SECRET", figures: true},
	{name: "subprotocol that was not offered", request: "Sec-WebSocket-Protocol: chat", answer: "Sec-WebSocket-Protocol: bearer.SECRET", figures: true},
}

// No format shows a secret from any place unless it is asked to, and each
// shows everything then, but what it has no place for.
func TestExportMasksEverywhere(t *testing.T) {
	const secret = "hunter2-S3cr3t-9f1c"
	for _, tt := range secretPlaces {
		c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		conn := c.Connect("192.0.2.1:40000", "192.0.2.2:80")
		conn.Open()
		nonce, target, request, answer := conn.Nonce(), cmp.Or(tt.target, "/chat"), "", ""
		if !strings.HasPrefix(tt.request, "Host:") {
			request = "Host: example.com\r\n"
		}
		if tt.request != "" {
			request += tt.request + "\r\n"
		}
		if tt.answer != "" {
			answer = tt.answer + "\r\n"
		}
		conn.Send(packets.ClientToServer, []byte(strings.ReplaceAll("GET "+target+" HTTP/1.1\r\n"+request+"Upgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+nonce+"\r\n\r\n", "SECRET", secret)))
		conn.Send(packets.ServerToClient, []byte(strings.ReplaceAll("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			answer+"Sec-WebSocket-Accept: "+packets.Accept(nonce)+"\r\n\r\n", "SECRET", secret)))
		conn.Say(packets.ClientToServer, packets.Text, "hello")
		conn.Goodbye(packets.ServerToClient, 1000, "bye")
		file := filepath.Join(t.TempDir(), "secret.pcap")
		if err := os.WriteFile(file, c.Pcap(), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"export --format jsonl", "export --format csv", "export --format har", "export --format md", "export --format mermaid", "stats", "stats --json"} {
			args := append(strings.Fields(command), file)
			if got := runs(t, args...); bytes.Contains(got, []byte(secret)) {
				at := bytes.Index(got, []byte(secret))
				t.Errorf("%s: %s shows %q", tt.name, command, got[max(at-60, 0):at+len(secret)])
			}
			whole := command == "export --format jsonl" || command == "export --format har" || tt.figures && strings.HasPrefix(command, "stats")
			if got := runs(t, append(args, "--show-secrets")...); whole && !bytes.Contains(got, []byte(secret)) {
				t.Errorf("%s: %s --show-secrets does not show it", tt.name, command)
			}
		}
		// Packets are copied as they are.
		var out, errs bytes.Buffer
		run(t.Context(), []string{"export", "--format", "pcapng", file}, nil, &out, &errs)
		if !bytes.Contains(out.Bytes(), []byte(secret)) || !strings.Contains(errs.String(), "with all secrets that are in them") {
			t.Errorf("%s: pcapng lacks it, or does not say so: %s", tt.name, errs.String())
		}
	}
}

func TestExportHarmless(t *testing.T) {
	file := hostile(t)
	rows, err := csv.NewReader(bytes.NewReader(runs(t, "export", "--format", "csv", file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if text := strings.TrimSpace(cell); text != "" && strings.ContainsAny(text[:1], "=+-@") {
				t.Errorf("csv: the cell %q is a formula", cell)
			}
		}
	}
	for _, line := range strings.Split(string(runs(t, "export", "--format", "mermaid", file)), "\n") {
		// Of the characters that mean something, only entities are left.
		if strings.Contains(strings.NewReplacer("#35;", "", "#59;", "", "#lt;", "", "#gt;", "").Replace(line), ";") {
			t.Errorf("mermaid: %q ends a statement", line)
		}
	}
	fences := 0
	for _, line := range strings.Split(string(runs(t, "export", "--format", "md", file)), "\n") {
		if strings.HasPrefix(line, "```") {
			fences++
		}
	}
	if fences != 4 {
		t.Errorf("md has %d fences; want those of two ladders", fences)
	}
	for _, format := range []string{"jsonl", "csv", "har", "md", "mermaid"} {
		if bytes.ContainsRune(runs(t, "export", "--format", format, file), 0x1b) {
			t.Errorf("%s holds a control character", format)
		}
	}
}
