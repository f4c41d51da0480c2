package gauntlet

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/http2"

	"wsight/internal/packets"
)

// What fuzzers found in other programs breaks nothing here: the captures of
// tcpdump's tests, many of which once crashed it, and the inputs of nghttp2's
// fuzz targets as HTTP/2 of either side. Both come from the source packages of
// Debian.
func TestForeignInputs(t *testing.T) {
	if !thorough() {
		t.Skip("downloads source packages: WSIGHT_E2E=all runs it")
	}
	judged := 0
	check := func(name string, file []byte) {
		judged++
		for _, fault := range judge(file) {
			t.Errorf("%s: %s", name, fault)
		}
	}
	for _, file := range unpackedFiles(t, source(t, "tcpdump"), "tests/*.pcap*") {
		check(filepath.Base(file), read(t, file))
	}
	for _, file := range unpackedFiles(t, source(t, "nghttp2"), "fuzz/corpus/*/*") {
		input := read(t, file)
		check(filepath.Base(file)+" of the client", spoken(packets.ClientToServer, input))
		check(filepath.Base(file)+" of the server", spoken(packets.ServerToClient, input))
	}
	if judged < 900 {
		t.Errorf("only %d inputs were found", judged)
	}
}

// spoken is a capture of an HTTP/2 connection on which one side says input
// once both have begun.
func spoken(by packets.Direction, input []byte) []byte {
	var c packets.Capture
	conn := c.Connect("192.0.2.1:40000", "192.0.2.2:80")
	conn.Open()
	const settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	if body, ok := strings.CutPrefix(string(input), http2.ClientPreface); ok {
		input = []byte(body)
	}
	conn.Send(packets.ClientToServer, []byte(http2.ClientPreface+settings))
	conn.Send(packets.ServerToClient, []byte("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x01"))
	conn.Send(by, input)
	conn.Close(by)
	return c.Pcap()
}

// source returns the folder of the sources of a Debian package.
func source(t *testing.T, name string) string {
	for _, program := range []string{"apt-get", "tar"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is needed to get the sources of %s", program, name)
		}
	}
	dir := t.TempDir()
	for _, folder := range []string{"parts", "lists"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run := func(command string) {
		cmd := exec.Command("sh", "-ec", command)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	// The lists of this host, asked for sources.
	run(`for list in /etc/apt/sources.list.d/*.sources; do [ -e "$list" ] && sed 's/^Types: deb$/Types: deb-src/' "$list" >"parts/$(basename "$list")"; done
		for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do [ -s "$list" ] && sed 's/^deb /deb-src /' "$list" >"parts/$(basename "$list" .list).list"; done
		apt() { apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$PWD/parts" -o Dir::State::lists="$PWD/lists" -o APT::Sandbox::User=root "$@"; }
		apt update; apt source --download-only ` + name)
	run("tar xf " + name + "_*.orig.tar.?z")
	return dir
}

func unpackedFiles(t *testing.T, dir, pattern string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s (%v)", pattern, dir, err)
	}
	return files
}
