//go:build unix

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// wsight is the program under test.
var wsight string

// scratch is a folder that goes when the tests are over.
var scratch string

// strict makes a missing program or privilege a failure instead of a skip.
var strict = os.Getenv("WSIGHT_E2E") != ""

// all runs every case, not only those that are fast enough for each change.
var all = os.Getenv("WSIGHT_E2E") == "all"

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "wsight-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch, wsight = dir, filepath.Join(dir, "wsight")
	build := exec.Command("go", "build", "-o", wsight, "wsight/cmd/wsight")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// need skips the test when a program is not installed, and fails it when all
// programs have to be there.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if strict {
				t.Fatalf("%s is not installed", p)
			}
			t.Skipf("%s is not installed", p)
		}
	}
}

// needRoot skips the test without the privilege to capture.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		if strict {
			t.Fatal("capturing on loopback needs root")
		}
		t.Skip("capturing on loopback needs root")
	}
}
