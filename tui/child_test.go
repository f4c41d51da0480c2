package tui

import (
	"context"
	"fmt"
	"os"
	"testing"

	"wsight/capture"
	"wsight/session"
)

const childEnv = "WSIGHT_TUI_CHILD"

// TestChild is the program that other tests run on a terminal of their own: the
// screens of one capture.
func TestChild(t *testing.T) {
	name := os.Getenv(childEnv)
	if name == "" {
		t.Skip("runs only inside of other tests")
	}
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec := session.NewRecord(session.RecordOptions{Reread: src.Reread})
	if err := Run(context.Background(), rec, src, Options{Color: true, Title: "child"}); err != nil {
		fmt.Println("FAILED", err)
	}
	os.Exit(0)
}
