package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"wsight/session"
)

// An interrupt keeps files from being read to their end, which must be told:
// what was not read was not found healthy.
func TestInterrupted(t *testing.T) {
	for _, tt := range []struct {
		name      string
		interrupt bool
		input     input
		args      []string
		cut       bool
	}{
		{"a file", true, input{}, []string{"../../pcaps/chat-json.pcap"}, true},
		{"a file read to its end", false, input{}, []string{"../../pcaps/chat-json.pcap"}, false},
		{"standard input, which has no other end", true, input{}, []string{"-"}, false},
		{"a live capture", true, input{listening: listening{interfaces: []string{"lo"}}}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			if tt.interrupt {
				interrupt()
			}
			var stderr bytes.Buffer
			cmd := &cobra.Command{}
			cmd.SetContext(ctx)
			cmd.SetErr(&stderr)
			sum := session.Summary{Packets: 7, Complete: true}
			tt.input.cut(cmd, tt.args, &sum)
			if sum.Complete == tt.cut || strings.Contains(stderr.String(), "interrupted after 7 packets") != tt.cut {
				t.Errorf("complete is %t, stderr is %q", sum.Complete, stderr.String())
			}
		})
	}
}

// Names of files reach the terminal without the controls in them.
func TestHostileName(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"print", "no\x1b[31m\u202e\xff.pcap"}, nil, &stdout, &stderr); status != exitInput {
		t.Errorf("exit status %d", status)
	}
	if want := "no␛[31m\\u202e\\xff.pcap"; !strings.Contains(stderr.String(), want) {
		t.Errorf("stderr is %q, without %q", stderr.String(), want)
	}
}
