package capture

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestStandardInput runs this test again as a process whose standard input is
// what wsight is given: a pipe whose writer is gone, a file that was read in
// part, and a pipe into which nobody writes.
func TestStandardInput(t *testing.T) {
	capture := samplePcap(time.Unix(1_700_000_000, 0), 3)
	if os.Getenv("WSIGHT_TEST_CHILD") != "" {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		in, err := Open(ctx, []string{"-"}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		packets, failed := 0, error(nil)
		for p, err := range in.Packets(ctx) {
			if failed = err; p != nil {
				packets = p.Number
			}
		}
		os.Stdout.WriteString(strings.Repeat("packet ", packets))
		if errors.Is(failed, context.DeadlineExceeded) {
			os.Stdout.WriteString("deadline ")
		} else if failed != nil {
			os.Stdout.WriteString(failed.Error())
		}
		return
	}
	child := func(t *testing.T, input *os.File) string {
		t.Helper()
		cmd := exec.Command(os.Args[0], "-test.run=^TestStandardInput$")
		cmd.Env = append(os.Environ(), "WSIGHT_TEST_CHILD=1")
		cmd.Stdin = input
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	pipe := func(t *testing.T) (from, to *os.File) {
		from, to, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { from.Close(); to.Close() })
		if _, err := to.Write(capture); err != nil {
			t.Fatal(err)
		}
		return from, to
	}

	t.Run("pipe whose writer is gone", func(t *testing.T) {
		from, to := pipe(t)
		to.Close()
		if got := child(t, from); !strings.HasPrefix(got, "packet packet packet PASS") {
			t.Errorf("got %q; want three packets", got)
		}
	})
	t.Run("file read in part", func(t *testing.T) {
		f, err := os.Open(write(t, t.TempDir(), "a", append([]byte("head"), capture...)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Seek(4, 0); err != nil {
			t.Fatal(err)
		}
		if got := child(t, f); !strings.HasPrefix(got, "packet packet packet PASS") {
			t.Errorf("got %q; want three packets", got)
		}
	})
	t.Run("pipe into which nobody writes more", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("only on Linux a read that waits can be ended")
		}
		from, _ := pipe(t)
		if got := child(t, from); !strings.HasPrefix(got, "packet packet packet deadline ") {
			t.Errorf("got %q; want three packets, then the deadline", got)
		}
	})
}
