package tui

import (
	"errors"
	"testing"

	"wsight/capture"
	"wsight/session"
)

// What was not read to its end never looks as if it had been.
func TestStateText(t *testing.T) {
	half := func() capture.Progress { return capture.Progress{Read: 50, Total: 100} }
	for _, tt := range []struct {
		name string
		opts Options
		snap session.Snapshot
		want string
	}{
		{"a file that is being read", Options{Progress: half}, session.Snapshot{}, "… LOADING a.pcap  50% ######......"},
		{"one that was read", Options{Progress: half}, session.Snapshot{Done: true, Summary: session.Summary{Complete: true}}, "FILE a.pcap"},
		{"one that was left alone half way", Options{Progress: half}, session.Snapshot{Done: true}, "! STOPPED a.pcap  50% ######......"},
		{"one that is broken", Options{Progress: half}, session.Snapshot{Done: true, Err: errors.New("cut")}, "✗ CUT SHORT a.pcap"},
		{"a live capture", Options{Growing: true}, session.Snapshot{}, "◉ LIVE a.pcap"},
		{"one that was stopped", Options{Growing: true}, session.Snapshot{Done: true}, "ENDED a.pcap"},
	} {
		tt.opts.Title = "a.pcap"
		b := newBench(t, record(t, sample("chat-json.pcap")), 80, 24, tt.opts)
		b.ui.snap = tt.snap
		if got := b.ui.stateText(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
