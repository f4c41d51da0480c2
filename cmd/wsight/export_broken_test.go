package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var allFormats = []string{"jsonl", "csv", "har", "pcapng", "md", "mermaid"}

// onlyFile fails unless name is all that is in its folder, with that content.
func onlyFile(t *testing.T, name, content string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if content == "" && !os.IsNotExist(err) {
		t.Errorf("%s is there: %q, %v", name, got, err)
	}
	if string(got) != content {
		t.Errorf("%s holds %q; want %q", name, got, content)
	}
	files, err := os.ReadDir(filepath.Dir(name))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() != filepath.Base(name) {
			t.Errorf("%s was left behind", f.Name())
		}
	}
}

// long makes a capture that takes a while to read: the same packets again and
// again.
func long(t *testing.T) string {
	t.Helper()
	const head = 24 // bytes before the first packet
	data := readFile(t, "../../pcaps/reload-kills-30.pcap")
	name := filepath.Join(t.TempDir(), "long.pcap")
	if err := os.WriteFile(name, append(data[:head:head], bytes.Repeat(data[head:], 400)...), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// whenBegun interrupts as soon as there is a second file in a folder, or a
// first one.
func whenBegun(folder string, files int, interrupt context.CancelFunc) {
	for {
		if found, err := os.ReadDir(folder); err != nil || len(found) > files {
			interrupt()
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// An interrupt leaves no file behind that is not whole, and the old one as it
// was.
func TestExportInterrupted(t *testing.T) {
	capture := long(t)
	for i, format := range allFormats {
		name, before := filepath.Join(t.TempDir(), "out."+format), ""
		if i%2 == 0 {
			before = "an older export"
			if err := os.WriteFile(name, []byte(before), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		ctx, interrupt := context.WithCancel(t.Context())
		go whenBegun(filepath.Dir(name), (i+1)%2, interrupt)
		var out, errs bytes.Buffer
		status := run(ctx, []string{"export", "--format", format, "-o", name, capture}, nil, &out, &errs)
		if status != exitInput || !strings.Contains(errs.String(), "interrupted: "+name+" was not written") {
			t.Errorf("%s: exit status %d, %q", format, status, errs.String())
		}
		onlyFile(t, name, before)
		interrupt()
	}
}

// An interrupter stops what writes to it.
type interrupter struct {
	bytes.Buffer
	interrupt func()
}

// Write implements io.Writer.
func (w *interrupter) Write(p []byte) (int, error) {
	w.interrupt()
	return w.Buffer.Write(p)
}

// What goes on to standard output is whole as far as it goes, and said not to
// be all.
func TestExportInterruptedOutput(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out := interrupter{interrupt: interrupt}
	var errs bytes.Buffer
	status := run(ctx, []string{"export", "--format", "har", long(t)}, nil, &out, &errs)
	if status != exitInput || !strings.Contains(errs.String(), "interrupted: what follows was not read") || !json.Valid(out.Bytes()) {
		t.Errorf("exit status %d, %q; %d bytes of output, valid %t", status, errs.String(), out.Len(), json.Valid(out.Bytes()))
	}
}

// A real interrupt of a real process, in the middle of reading.
func TestExportSignal(t *testing.T) {
	program(t, "sh")
	wsight := filepath.Join(t.TempDir(), "wsight")
	if out, err := exec.Command("go", "build", "-o", wsight, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	sample, err := filepath.Abs("../../pcaps/chat-json.pcap")
	if err != nil {
		t.Fatal(err)
	}
	for _, signal := range []string{"INT", "TERM"} {
		name := filepath.Join(t.TempDir(), "out.csv")
		// The pipe is held open, so that reading it does not end by itself. It
		// is a file to be read to its end as long as it is not "-".
		script := `mkfifo "$1.in"; { cat "$2"; sleep 2; } >"$1.in" & "$3" export --format csv -o "$1" "$1.in" & p=$!; sleep 1; kill -` + signal + ` $p; wait $p; echo $?; rm "$1.in"`
		out, err := exec.Command("sh", "-c", script, "sh", name, sample, wsight).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		// What has no end of its own ends where it is interrupted: whole.
		if strings.TrimSpace(string(out)) != "0" {
			t.Errorf("%s: %s", signal, out)
		}
		if got := readFile(t, name); bytes.Count(got, []byte("\nmessage,")) != 11 || !bytes.HasSuffix(got, []byte("\r\n")) {
			t.Errorf("%s: %d messages in %q", signal, bytes.Count(got, []byte("\nmessage,")), got)
		}
	}
}

// A full disk leaves nothing behind, and says what could not be written.
func TestExportDiskFull(t *testing.T) {
	program(t, "mount")
	folder := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", folder).Run() })
	for _, format := range allFormats {
		if format == "mermaid" {
			continue // is never so long
		}
		name := filepath.Join(folder, "out."+format)
		var out, errs bytes.Buffer
		status := run(t.Context(), []string{"export", "--format", format, "-o", name, "../../pcaps/reload-kills-30.pcap"}, nil, &out, &errs)
		if status != exitInput || !strings.Contains(errs.String(), "write "+name+": no space left on device") {
			t.Errorf("%s: exit status %d, %q", format, status, errs.String())
		}
		onlyFile(t, name, "")
	}
}

// Without room for temporary files there is no export that needs one.
func TestExportNoTemporaryFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out")
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	for _, args := range []string{"--format har --max-kept 1B ../../pcaps/chat-json.pcap", "--format pcapng -"} {
		var out, errs bytes.Buffer
		status := run(t.Context(), append(strings.Fields("export "+args), "-o", name), strings.NewReader("x"), &out, &errs)
		if status != exitInput || !strings.Contains(errs.String(), "temporary file: ") || !strings.Contains(errs.String(), "set TMPDIR to a folder with room") {
			t.Errorf("export %s: exit status %d, %q", args, status, errs.String())
		}
		onlyFile(t, name, "")
	}
}
