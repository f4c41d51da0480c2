package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkPrint prints the captures that the environment variable CAPTURES
// lists, with and without payloads: `make profile` notes where the time goes.
func BenchmarkPrint(b *testing.B) {
	if os.Getenv("CAPTURES") == "" {
		b.Skip("no CAPTURES")
	}
	for _, file := range filepath.SplitList(os.Getenv("CAPTURES")) {
		for _, payload := range []string{"none", "text"} {
			b.Run(filepath.Base(file)+"/"+payload, func(b *testing.B) {
				for b.Loop() {
					if code := run(b.Context(), []string{"print", "--json", "--payload", payload, file}, nil, io.Discard, os.Stderr); code != exitDone {
						b.Fatalf("exit status %d", code)
					}
				}
			})
		}
	}
}
