package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
)

// What the screens save as pcapng is what export writes of the same
// connections.
func TestSavedPackets(t *testing.T) {
	name := filepath.Join("..", "..", "pcaps", "reload-kills-30.pcap")
	out := filepath.Join(t.TempDir(), "out.pcapng")
	runs(t, "export", "--format", "pcapng", "--where", "conn in [3, 7]", "-o", out, name)
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p := newPrint()
	cmd := &cobra.Command{}
	p.flags(cmd)
	cmd.SetContext(context.Background())
	var got bytes.Buffer
	if err := (screens{p}).packets(context.Background(), cmd, []string{name}, []int{3, 7}, &got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the screens save %d bytes; export writes others, %d", got.Len(), len(want))
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := (screens{p}).packets(ctx, cmd, []string{name}, []int{3}, &got); !errors.Is(err, context.Canceled) {
		t.Errorf("what is stopped ends with %v", err)
	}
}
