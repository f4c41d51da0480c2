package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Every file in pcaps is what the generator makes, and nothing else is there.
func TestSamplesAreGenerated(t *testing.T) {
	if os.Getenv("UPDATE") != "" {
		if err := run(".."); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	if err := run(folder); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{"gen": true}
	for _, entry := range made {
		names[entry.Name()] = true
		want, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join("..", entry.Name())); err != nil || !bytes.Equal(got, want) {
			t.Errorf("pcaps/%s is not what the generator makes (UPDATE=1 rewrites it): %v", entry.Name(), err)
		}
	}
	present, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range present {
		if !names[entry.Name()] {
			t.Errorf("pcaps/%s is made by nobody", entry.Name())
		}
	}
	if len(samples) < 14 {
		t.Errorf("%d samples; want at least 14", len(samples))
	}
}
