//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What stands in the journal counts; the target with the least time is next,
// unless somebody has it or it failed.
func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fuzz.log")
	if err := os.WriteFile(path, []byte("a\tFuzzA\t40.0\t7\na\tFuzzB\t10.0\t8\na\tFuzzA\t15.0\t9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, b := target{importPath: "a", name: "FuzzA"}, target{importPath: "a", name: "FuzzB"}
	open := func() *journal {
		j, err := openJournal(path, []target{a, b})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { j.file.Close() })
		return j
	}
	j := open()
	for i, want := range []struct {
		target target
		left   time.Duration
	}{{b, 50 * time.Second}, {a, 5 * time.Second}, {target{}, 0}} {
		if got, left := j.next(time.Minute); got != want.target || left != want.left {
			t.Errorf("%d: next is %v with %v left; want %v with %v", i, got, left, want.target, want.left)
		}
	}
	if err := j.add(b, round{spent: 30 * time.Second, runs: 1}); err != nil {
		t.Fatal(err)
	}
	j = open()
	if got, left := j.next(time.Minute); got != b || left != 20*time.Second {
		t.Errorf("after another round next is %v with %v left", got, left)
	}
	j = open()
	j.end(b)
	if got, _ := j.next(time.Minute); got != a {
		t.Errorf("after a failure next is %v", got)
	}
	if err := os.WriteFile(path, []byte("a\tFuzzA\t0.5 min\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openJournal(path, nil); err == nil {
		t.Error("what is no round is taken for one")
	}
}

// A search whose time is over failed for nothing; one with an input did.
func TestLate(t *testing.T) {
	for text, want := range map[string]bool{
		"--- FAIL: FuzzA (2.01s)\n    context deadline exceeded\nFAIL\n":                                               true,
		"--- FAIL: FuzzA (2.01s)\n    context deadline exceeded\n    Failing input written to testdata/fuzz/FuzzA/0\n": false,
		"--- FAIL: FuzzA (2.01s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\n":                false,
	} {
		if got := late([]byte(text)); got != want {
			t.Errorf("late = %t of %s", got, text)
		}
	}
}
