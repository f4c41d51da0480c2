package tls

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	someRandom = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
	some32     = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
	some48     = some32 + "404142434445464748494a4b4c4d4e4f"
)

// keyLogTests has one row per rule of RFC 9850 §2, with near misses.
var keyLogTests = []struct {
	name, in                    string
	secrets, ignored, malformed int
}{
	{"empty", "", 0, 0, 0},
	{"comment", "# SSL/TLS secrets log file\n#\n", 0, 0, 0},
	{"blank lines", "\n\r\n \n", 0, 0, 0},
	{"master secret", "CLIENT_RANDOM " + someRandom + " " + some48 + "\n", 1, 0, 0},
	{"CRLF", "CLIENT_RANDOM " + someRandom + " " + some48 + "\r\n", 1, 0, 0},
	{"no newline at the end", "CLIENT_RANDOM " + someRandom + " " + some48, 1, 0, 0},
	{"traffic secret, SHA-256", "SERVER_TRAFFIC_SECRET_0 " + someRandom + " " + some32 + "\n", 1, 0, 0},
	{"traffic secret, SHA-384", "SERVER_TRAFFIC_SECRET_0 " + someRandom + " " + some48 + "\n", 1, 0, 0},
	{"exporter secret", "EXPORTER_SECRET " + someRandom + " " + some32 + "\n", 0, 1, 0},
	{"RSA", "RSA 0123456789abcdef " + some48 + "\n", 0, 1, 0},
	{"label of the future", "QUIC_THING_7 " + someRandom + " 00\n", 0, 1, 0},
	{"label in small letters", "client_random " + someRandom + " " + some48 + "\n", 0, 0, 1},
	{"master secret too short", "CLIENT_RANDOM " + someRandom + " " + some32 + "\n", 0, 0, 1},
	{"traffic secret of odd size", "SERVER_TRAFFIC_SECRET_0 " + someRandom + " " + some32 + "00\n", 0, 0, 1},
	{"secret too long", "SERVER_TRAFFIC_SECRET_0 " + someRandom + " " + some48 + some48 + "\n", 0, 0, 1},
	{"random too short", "CLIENT_RANDOM 0011 " + some48 + "\n", 0, 0, 1},
	{"not hexadecimal", "CLIENT_RANDOM " + strings.Replace(someRandom, "0", "x", 1) + " " + some48 + "\n", 0, 0, 1},
	{"half a digit", "CLIENT_RANDOM " + someRandom + " " + some48[1:] + "\n", 0, 0, 1},
	{"no secret", "CLIENT_RANDOM " + someRandom + "\n", 0, 0, 1},
	{"two spaces", "CLIENT_RANDOM  " + someRandom + " " + some48 + "\n", 0, 0, 1},
	{"space at the end", "CLIENT_RANDOM " + someRandom + " " + some48 + " \n", 1, 0, 0},
	{"something else", "<html>\n", 0, 0, 1},
	{"longest line", "CLIENT_RANDOM " + someRandom + " " + some48 + strings.Repeat(" ", maxLine-176) + "\n", 1, 0, 0},
	{"line too long", "CLIENT_RANDOM " + someRandom + " " + some48 + strings.Repeat(" ", maxLine) + "\nCLIENT_RANDOM " + someRandom + " " + some48, 1, 0, 1},
	{"the same twice", strings.Repeat("CLIENT_RANDOM "+someRandom+" "+some48+"\n", 2), 2, 0, 0},
}

func TestKeyLog(t *testing.T) {
	for _, tt := range keyLogTests {
		for _, size := range []int{1, 7, 1 << 20} {
			var log KeyLog
			for piece := range slices.Chunk([]byte(tt.in), size) {
				log.Add(piece)
			}
			log.End()
			got := log.Stats()
			if got.Secrets != tt.secrets || got.Ignored != tt.ignored || got.Malformed != tt.malformed {
				t.Errorf("%s in pieces of %d: %+v; want %d secrets, %d ignored, %d malformed", tt.name, size, got, tt.secrets, tt.ignored, tt.malformed)
			}
		}
	}
}

func TestKeyLogLineNumbers(t *testing.T) {
	var log KeyLog
	log.Add([]byte("# ok\nnonsense\n\nCLIENT_RANDOM 00 00\nCLIENT_"))
	log.AddBlock([]byte("worse"))
	log.Add([]byte("RANDOM " + someRandom + " " + some48 + "\n"))
	got := log.Stats()
	if want := []int{2, 4, 5}; !slices.Equal(got.BadLines, want) || got.Malformed != 3 || got.Secrets != 1 {
		t.Errorf("stats = %+v; want bad lines %v", got, want)
	}
	for range 100 {
		log.AddBlock([]byte("nonsense"))
	}
	if got := log.Stats(); len(got.BadLines) != 10 || got.Malformed != 103 {
		t.Errorf("stats = %+v; want the first 10 lines only", got)
	}
}

func TestKeyLogVersion(t *testing.T) {
	var log KeyLog
	row := func(i int, secret string) []byte { return fmt.Appendf(nil, "CLIENT_RANDOM %064x %s\n", i, secret) }
	changes := []struct {
		in   []byte
		want bool
	}{
		{row(1, some48), true}, {row(1, some48), false}, {row(1, some32+some32[:32]), true}, {row(2, some48), true}, {[]byte("# no\n"), false},
	}
	for i, tt := range changes {
		before := log.Version()
		log.Add(tt.in)
		if got := log.Version() != before; got != tt.want {
			t.Errorf("change %d: version changed: %v; want %v", i, got, tt.want)
		}
	}
}

func TestKeyLogLimit(t *testing.T) {
	log := KeyLog{Limit: 3}
	for i := range 8 {
		log.Add(fmt.Appendf(nil, "CLIENT_RANDOM %064x %s\n", i, some48))
	}
	got := log.Stats()
	if got.Connections != 3 || got.Forgotten != 5 || got.Secrets != 8 {
		t.Errorf("stats = %+v; want 3 connections, 5 forgotten", got)
	}
	for i := range 8 {
		var random [32]byte
		random[31] = byte(i)
		if held := log.byRandom[random] != nil; held != (i >= 5) {
			t.Errorf("connection %d held: %v", i, held)
		}
	}
}

func FuzzKeyLog(f *testing.F) {
	for _, tt := range keyLogTests {
		f.Add([]byte(tt.in), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		whole, pieces := KeyLog{Limit: 4}, KeyLog{Limit: 4}
		whole.Add(b)
		whole.End()
		for piece := range slices.Chunk(bytes.Clone(b), int(size)+1) {
			pieces.Add(piece)
			if len(pieces.rest) > maxLine || cap(pieces.rest) > 4*maxLine {
				t.Fatalf("%d bytes kept of a line, %d held", len(pieces.rest), cap(pieces.rest))
			}
			clear(piece) // Add keeps no reference
		}
		pieces.End()
		if a, b := fmt.Sprint(whole.Stats()), fmt.Sprint(pieces.Stats()); a != b {
			t.Errorf("whole: %s; in pieces of %d: %s", a, int(size)+1, b)
		}
	})
}

// A clone keeps what it had when the original goes on.
func TestKeyLogClone(t *testing.T) {
	var log KeyLog
	log.Add(fmt.Appendf(nil, "CLIENT_RANDOM %064x %s\n", 1, some48))
	clone, version := log.Clone(), log.Version()
	log.Add(fmt.Appendf(nil, "CLIENT_RANDOM %064x %s\n", 1, some32+some32[:32]))
	log.Add(fmt.Appendf(nil, "CLIENT_RANDOM %064x %s\n", 2, some48))
	if got := clone.Stats().Connections; got != 1 || clone.Version() != version {
		t.Errorf("the clone holds %d connections in version %d; want 1 in version %d", got, clone.Version(), version)
	}
	random := [32]byte{31: 1}
	if old, now := clone.byRandom[random].get(master), log.byRandom[random].get(master); bytes.Equal(old, now) {
		t.Errorf("the secret of the clone changed with that of the log: %x", old)
	}
}
