//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A conversed is a connection as its ends tell of it: what each sent, part by
// part, and how often wsight has to report which finding.
type conversed struct {
	Format   string
	C2S, S2C []part
	Findings map[string]int
}

// A part is a packet, a frame, a request.
type part struct {
	Type, Name string
	Fields     map[string]any
	Answers    int // which part of the other direction, from 0; -1: none
}

// formatCases are the scripts in npm, with the packages that they need.
var formatCases = []struct {
	script   string
	ci       bool // runs with every change
	packages string
}{
	{"socketio", true, "socket.io socket.io-client socket.io-msgpack-parser"},
	{"mqtt", true, "mqtt aedes ws"},
	{"signalr", false, "@microsoft/signalr @microsoft/signalr-protocol-msgpack @msgpack/msgpack ws"},
	{"stomp", false, "@stomp/stompjs ws"},
	{"wamp", false, "wampy ws"},
	{"phoenix", false, "phoenix ws"},
	{"sockjs", false, "sockjs sockjs-client"},
	{"jsonrpc", false, "rpc-websockets"},
	{"actioncable", false, "@rails/actioncable ws"},
	{"packed", false, "@msgpack/msgpack cbor-x protobufjs ws"},
	{"engineio", false, "engine.io engine.io-client"},
	{"xmpp", false, "@xmpp/client ltx ws"},
	{"sip", false, "jssip ws"},
	{"graphql", true, "graphql graphql-ws subscriptions-transport-ws ws"},
}

// TestFormats lets the reference implementations of each format talk, and
// compares what their own parsers say with what wsight reads in the capture:
// every part, in its order, which one answers which, and nothing reported that
// is not so.
func TestFormats(t *testing.T) {
	for _, c := range formatCases {
		t.Run(c.script, func(t *testing.T) {
			if !c.ci && !all {
				t.Skip("takes its time: WSIGHT_E2E=all runs it")
			}
			need(t, "tcpdump", "node", "npm")
			needRoot(t)
			folder := installed(t)
			var told []conversed
			file := record(t, func() { told = converse(t, folder, c.script) })
			read := decoded(t, file)
			if len(read) != len(told) {
				t.Fatalf("%d connections; the ends tell of %d", len(read), len(told))
			}
			for i := range told {
				told[i].compare(t, fmt.Sprintf("connection %d (%s)", i+1, told[i].Format), read[i])
			}
		})
	}
}

// install puts the packages of the cases that run into a folder of their own,
// in the versions that npm/package.json names.
var install = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("npm/package.json")
	if err != nil {
		return "", err
	}
	var manifest struct{ Dependencies map[string]string }
	if err := json.Unmarshal(source, &manifest); err != nil {
		return "", err
	}
	folder := filepath.Join(scratch, "npm")
	if err := os.CopyFS(folder, os.DirFS("npm")); err != nil {
		return folder, err
	}
	os.Remove(filepath.Join(folder, "package.json"))
	args := []string{"install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--loglevel=error"}
	for _, c := range formatCases {
		for _, name := range strings.Fields(c.packages) {
			if (c.ci || all) && !slices.Contains(args, name+"@"+manifest.Dependencies[name]) {
				args = append(args, name+"@"+manifest.Dependencies[name])
			}
		}
	}
	cmd := exec.Command("npm", args...)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("npm install: %w\n%s", err, out)
	}
	return folder, err
})

// installed returns the folder with the packages.
func installed(t *testing.T) string {
	t.Helper()
	folder, err := install()
	if err != nil && strict {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return folder
}

// converse runs a script.
func converse(t *testing.T, folder, script string) (told []conversed) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	args := []string{script + ".mjs"}
	if all {
		args = append(args, "all")
	}
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir = folder
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), &told); err != nil {
		t.Fatalf("node %s: %v\n%s", script, err, out.String())
	}
	return told
}

// A reading is a connection as wsight decodes it.
type reading struct {
	subprotocol string
	formats     []string
	parts       map[string][]readPart // by direction
	findings    map[string]int
	details     []string
}

type readPart struct {
	message, answers int // numbers of messages
	fields           map[string]any
}

// decoded lets wsight decode a capture.
func decoded(t *testing.T, file string) []reading {
	t.Helper()
	out, err := exec.Command(wsight, "print", "--json", "--decode", "auto", file).Output()
	if err != nil {
		t.Fatalf("wsight print: %v", err)
	}
	var readings []reading
	for line := range strings.Lines(string(out)) {
		var e struct {
			Event, Dir, Outcome, Code, Detail string
			Conn, N                           int
			Payload                           *struct {
				Format  string
				Summary string
				Answers int
				Parts   []map[string]any
			}
			Subprotocol struct{ Agreed string }
		}
		// On a Close, code is a number: what matters there is not decoded.
		if err := json.Unmarshal([]byte(line), &e); err != nil && e.Event != "message" {
			t.Fatalf("%s: %v", line, err)
		}
		switch e.Event {
		case "connection":
			readings = append(readings, reading{parts: map[string][]readPart{}, findings: map[string]int{}})
		case "handshake":
			readings[e.Conn-1].subprotocol = e.Subprotocol.Agreed
		case "finding":
			r := &readings[e.Conn-1]
			r.findings[e.Code]++
			r.details = append(r.details, e.Code+": "+e.Detail)
		case "message":
			r := &readings[e.Conn-1]
			if e.Payload == nil {
				continue
			}
			if !slices.Contains(r.formats, e.Payload.Format) {
				r.formats = append(r.formats, e.Payload.Format)
			}
			for _, p := range e.Payload.Parts {
				p["summary"] = e.Payload.Summary
				r.parts[e.Dir] = append(r.parts[e.Dir], readPart{e.N, e.Payload.Answers, p})
			}
		}
	}
	return readings
}

// compare checks a reading against what the ends tell.
func (c conversed) compare(t *testing.T, name string, r reading) {
	t.Helper()
	if len(r.formats) != 1 || r.formats[0] != c.Format {
		t.Errorf("%s is decoded as %q; want %s", name, r.formats, c.Format)
	}
	findings := map[string]int{}
	for code, n := range r.findings {
		if strings.HasPrefix(code, "payload-") {
			findings[code] = n
		}
	}
	if fmt.Sprint(findings) != fmt.Sprint(c.Findings) {
		t.Errorf("%s has the findings %v; want %v\n%s", name, findings, c.Findings, strings.Join(r.details, "\n"))
	}
	if slices.ContainsFunc(r.details, func(d string) bool { return strings.HasPrefix(d, "capture-") }) {
		t.Errorf("%s: the capture is not whole, so this test says nothing:\n%s", name, strings.Join(r.details, "\n"))
		return
	}
	for dir, want := range map[string][]part{"c2s": c.C2S, "s2c": c.S2C} {
		got, other := r.parts[dir], r.parts[map[string]string{"c2s": "s2c", "s2c": "c2s"}[dir]]
		for i := range min(len(got), len(want)) {
			if wrong := want[i].differs(got[i], other); wrong != "" {
				t.Errorf("%s, %s, part %d of message %d: %s\nwsight: %v", name, dir, i+1, got[i].message, wrong, got[i].fields)
				break // what follows is shifted
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s, %s: %d parts; want %d", name, dir, len(got), len(want))
		}
	}
}

// differs says how a part that wsight read is not p, or "".
func (p part) differs(got readPart, other []readPart) string {
	if got.fields["type"] != p.Type {
		return fmt.Sprintf("type %v; want %s", got.fields["type"], p.Type)
	}
	if p.Name != "" && got.fields["name"] != p.Name {
		return fmt.Sprintf("name %v; want %s", got.fields["name"], p.Name)
	}
	for field, want := range p.Fields {
		if fmt.Sprint(got.fields[field]) != fmt.Sprint(want) {
			return fmt.Sprintf("%s %v; want %v", field, got.fields[field], want)
		}
	}
	if p.Answers >= 0 && (p.Answers >= len(other) || other[p.Answers].message != got.answers) {
		return fmt.Sprintf("answers message %d; want that of part %d", got.answers, p.Answers+1)
	}
	return ""
}
