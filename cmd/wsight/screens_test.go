package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"

	"wsight/session"
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
	if _, err := (screens{p}).packets(context.Background(), cmd, []string{name}, []int{3, 7}, &got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the screens save %d bytes; export writes others, %d", got.Len(), len(want))
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := (screens{p}).packets(ctx, cmd, []string{name}, []int{3}, &got); !errors.Is(err, context.Canceled) {
		t.Errorf("what is stopped ends with %v", err)
	}
}

// Of what cannot be read again the same packets are saved, byte for byte, as
// export writes of a file: with their interfaces, times and comments, the
// findings, and the secrets.
func TestKeptPackets(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "..", "pcaps", "*.pcap*"))
	if err != nil || len(names) < 10 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			s, rec := streamed(t, name, 0)
			out := filepath.Join(t.TempDir(), "out.pcapng")
			for n := 1; n <= min(rec.Conversations(), 3); n++ {
				os.Remove(out)
				runs(t, "export", "--format", "pcapng", "--where", fmt.Sprintf("conn == %d", n), "-o", out, name)
				want, err := os.ReadFile(out)
				if err != nil {
					t.Fatal(err)
				}
				var got bytes.Buffer
				saved, err := s.kept(t.Context(), rec, nil, []int{n}, &got)
				if err != nil || saved.Packets == 0 || saved.Gone != 0 {
					t.Fatalf("connection %d: %+v, %v", n, saved, err)
				}
				if !bytes.Equal(got.Bytes(), want) {
					t.Errorf("connection %d: the screens save %d bytes, %+v; export writes others, %d", n, got.Len(), saved, len(want))
				}
			}
		})
	}
}

// streamed takes in a capture as something that cannot be read again.
func streamed(t *testing.T, name string, spool int64) (screens, *session.Record) {
	t.Helper()
	p := newPrint()
	cmd := &cobra.Command{}
	p.flags(cmd)
	cmd.SetContext(t.Context())
	input, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { input.Close() })
	cmd.SetIn(input)
	s := screens{p}
	opts := session.Options{}
	src, err := s.source(cmd, []string{"-"}, &opts)
	if err != nil {
		t.Fatal(err)
	}
	rec := session.NewRecord(session.RecordOptions{Options: opts, Packets: true, Spool: spool})
	t.Cleanup(func() { rec.Close() })
	if err := rec.Run(t.Context(), src); err != nil {
		t.Log(err)
	}
	return s, rec
}
