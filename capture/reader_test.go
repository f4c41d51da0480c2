package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kept is a packet that outlives its reading.
type kept struct {
	Packet
}

// drain reads all of r.
func drain(source Source) (packets []kept, err error) {
	for p, failed := range source.Packets(context.Background()) {
		if failed != nil {
			return packets, failed
		}
		k := kept{*p}
		k.Data = bytes.Clone(p.Data)
		packets = append(packets, k)
	}
	return packets, nil
}

// read reads a capture that is in memory.
func read(capture []byte) ([]kept, error) {
	r := NewReader(bytes.NewReader(capture), "test", Options{})
	defer r.Close()
	return drain(r)
}

// TestCorpus counts the packets of every capture of the corpus as tcpdump
// counts them. It needs the corpus and tcpdump, and says so without them.
func TestCorpus(t *testing.T) {
	root := os.Getenv("WSIGHT_CORPUS")
	tcpdump, err := exec.LookPath("tcpdump")
	if root == "" || err != nil {
		if os.Getenv("WSIGHT_E2E") == "1" {
			t.Fatalf("tcpdump (%v) and WSIGHT_CORPUS=%q are needed", err, root)
		}
		t.Skip("needs tcpdump and WSIGHT_CORPUS, the folder of the corpus")
	}
	var files int
	err = filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.Contains(filepath.Base(path), ".pcap") || strings.HasSuffix(path, ".pcapng") {
			return err
		}
		files++
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		r := NewReader(f, path, Options{})
		defer r.Close()
		packets, failed := drain(r)
		if failed != nil && !errors.Is(failed, ErrTruncated) {
			t.Errorf("%v", failed)
		}
		name := path
		if strings.HasSuffix(path, ".gz") {
			return nil // tcpdump cannot
		}
		out, _ := exec.Command(tcpdump, "-r", name, "--count").Output()
		var want int
		if _, err := fmt.Sscanf(string(out), "%d packet", &want); err != nil && failed == nil {
			t.Errorf("%s: tcpdump says %q", path, out)
		}
		if len(packets) != want && failed == nil {
			t.Errorf("%s: %d packets; tcpdump counts %d", path, len(packets), want)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files: %v", files, err)
	}
	t.Logf("%d files", files)
	_ = io.EOF
}
