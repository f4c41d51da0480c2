package tls

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wsight/capture"
	"wsight/flow"
	"wsight/reassembly"
)

// secured is a connection of a corpus capture.
type secured struct {
	session *Session
	heard   heard
	began   [2][]byte
	chunks  []segment
}

func (c *secured) Chunk(p *flow.Chunk) bool {
	c.began[p.From] = append(c.began[p.From], p.Data[:min(len(p.Data), 16)]...)
	c.chunks = append(c.chunks, segment{from: p.From, data: append([]byte(nil), p.Data...)})
	c.session.Feed(p, c.heard.emit)
	return true
}
func (c *secured) Signal(flow.Signal) {}
func (c *secured) Closed(flow.Closed) { c.session.End(c.heard.emit) }

// readCapture returns the TLS connections of a capture file.
func readCapture(t *testing.T, name string, log *KeyLog) (all []*secured) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := NewDecryptor(log, Limits{})
	assembler := reassembly.New(func(flow.Conn) reassembly.Sink {
		c := &secured{session: d.NewSession()}
		all = append(all, c)
		return c
	}, reassembly.Limits{})
	reader := capture.NewReader(f, name, capture.Options{Secrets: log.AddBlock})
	for p, err := range reader.Packets(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		assembler.Packet(p)
	}
	assembler.Close()
	return all
}

// TestCorpus opens the captures with keys of the corpus, which is not part of
// the repository: WSIGHT_CORPUS, or where the project keeps it.
func TestCorpus(t *testing.T) {
	folder := cmp.Or(os.Getenv("WSIGHT_CORPUS"), "../../../shared/corpus")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no corpus: set WSIGHT_CORPUS")
	}
	var names []string
	for _, pattern := range []string{"*.keys", "d-dsb-*.pcapng"} {
		found, err := filepath.Glob(filepath.Join(folder, "lab", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("nothing matches %s: %v", pattern, err)
		}
		names = append(names, found...)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			var log KeyLog
			keys, _ := strings.CutSuffix(name, ".keys")
			if keys != name {
				b, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				log.AddBlock(b)
				name = keys + ".pcap"
			}
			testCapture(t, name, &log)
		})
	}
}

func testCapture(t *testing.T, name string, log *KeyLog) {
	var plain strings.Builder
	opened := 0
	for i, c := range readCapture(t, name, log) {
		if Starts(c.began[flow.A]) != flow.Yes {
			plain.Write(c.began[flow.A])
			continue
		}
		opened++
		text := c.heard.text.String()
		// A browser that gives up in the handshake logs no application secret.
		logged := log.byRandom[c.session.hello.client]
		whole := logged.get(master) != nil || logged.get(serverTraffic) != nil
		if strings.Contains(text, "undecryptable") == whole || strings.Contains(text, "lost") {
			t.Errorf("connection %d, secrets logged: %v:\n%s", i, whole, text)
		}
		plain.Write(c.heard.plain[flow.A].Bytes())
		if testing.Short() {
			continue
		}
		again := NewDecryptor(log, Limits{})
		if got := play(again, recut(c.chunks, 1)); got.text.String() != text {
			t.Errorf("connection %d byte by byte:\n--- got\n%s--- want\n%s", i, &got.text, text)
		}
	}
	if opened == 0 {
		t.Errorf("no TLS connection; stats of the log: %+v", log.Stats())
	}
	for _, key := range truthKeys(t, name) {
		if !strings.Contains(plain.String(), key) {
			t.Errorf("key %s is in no request", key)
		}
	}
}

// truthKeys returns the Sec-WebSocket-Keys that the clients of an encrypted
// capture sent over HTTP/1.
func truthKeys(t *testing.T, name string) (keys []string) {
	b, err := os.ReadFile(strings.TrimSuffix(strings.TrimSuffix(name, ".pcap"), ".pcapng") + ".truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Connections []struct {
			Handshake struct {
				Key     string `json:"key"`
				Version string `json:"version"`
			} `json:"handshake"`
		} `json:"connections"`
	}
	if err := json.Unmarshal(b, &truth); err != nil {
		t.Fatal(err)
	}
	for _, c := range truth.Connections {
		if c.Handshake.Key != "" {
			keys = append(keys, c.Handshake.Key)
		}
	}
	return keys
}
