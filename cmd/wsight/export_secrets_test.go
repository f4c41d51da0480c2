package main

import (
	"bytes"
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
