package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program skips the test unless programs of others are asked for: then this
// one has to be there.
func program(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("WSIGHT_E2E") == "" {
		t.Skip("WSIGHT_E2E is not set")
	}
	if _, err := exec.LookPath(name); err != nil {
		t.Fatal(err)
	}
}

func output(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, complaint.Bytes())
	}
	for line := range strings.Lines(complaint.String()) {
		if !strings.HasPrefix(line, "Running as user") { // root, in a container
			t.Errorf("%s %v complains: %s", name, args, line)
		}
	}
	return string(out)
}

// tshark shows the comments of an exported capture, and nothing that is
// malformed.
func TestExportInTshark(t *testing.T) {
	program(t, "tshark")
	out := filepath.Join(t.TempDir(), "out.pcapng")
	runs(t, "export", "--format", "pcapng", "--where", "is:problem", "-o", out, filepath.Join("..", "..", "pcaps", "nginx-idle-60s.pcap"))
	comments := output(t, ".", "tshark", "-r", out, "-Y", "frame.comment", "-T", "fields", "-e", "frame.comment")
	for _, want := range []string{"wsight error end-idle-timeout: ", "wsight error close-missing: "} {
		if !strings.Contains(comments, want) {
			t.Errorf("tshark shows no comment with %q:\n%s", want, comments)
		}
	}
	if n := strings.Count(output(t, ".", "tshark", "-r", out, "-Y", "websocket.opcode == 1"), "\n"); n != 14 {
		t.Errorf("tshark shows %d packets with text messages; want 14", n)
	}
	if bad := output(t, ".", "tshark", "-r", out, "-Y", "_ws.malformed"); bad != "" {
		t.Errorf("tshark calls malformed:\n%s", bad)
	}
}

// tshark opens every export of packets without a complaint.
func TestExportsInTshark(t *testing.T) {
	program(t, "tshark")
	for _, sample := range append(samples, "midstream.pcap", "lost-segments.pcap", "upstream-down-502.pcap") {
		out := filepath.Join(t.TempDir(), "out.pcapng")
		runs(t, "export", "--format", "pcapng", "-o", out, filepath.Join("..", "..", "pcaps", sample))
		if packets := strings.Count(output(t, ".", "tshark", "-r", out), "\n"); packets == 0 {
			t.Errorf("%s: tshark shows no packets", sample)
		}
	}
}

// An archive passes the schema of HAR 1.2, as har-validator has it.
func TestExportInValidator(t *testing.T) {
	program(t, "npm")
	dir := t.TempDir()
	const script = `const fs = require("fs"), v = require("har-validator");
Promise.all(process.argv.slice(2).map(f => v.har(JSON.parse(fs.readFileSync(f)))))
  .then(() => console.log("valid"), e => { console.log(JSON.stringify(e.errors)); process.exit(1) })`
	if err := os.WriteFile(filepath.Join(dir, "validate.js"), []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("npm", "install", "--silent", "--prefix", dir, "har-validator@5.1.5").CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	args := []string{"validate.js"}
	for _, sample := range append(samples, "midstream.pcap", "lost-segments.pcap", "origin-403.pcap", "upstream-down-502.pcap") {
		runs(t, "export", "--format", "har", "-o", filepath.Join(dir, sample+".har"), filepath.Join("..", "..", "pcaps", sample))
		args = append(args, sample+".har")
	}
	if got := output(t, dir, "node", args...); got != "valid\n" {
		t.Errorf("har-validator: %s", got)
	}
}
