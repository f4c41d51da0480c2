package main

import (
	"testing"

	"wsight/session"
)

func TestSummary(t *testing.T) {
	for _, tt := range []struct {
		of   session.Summary
		want string
	}{
		{session.Summary{}, "0 packets, 0 TCP connections, 0 WebSocket connections or attempts\n"},
		{session.Summary{Packets: 1, TCP: 1, WebSocket: 1, Dropped: 1, Truncated: 1, Undecoded: 1, Evicted: 1, QUIC: 1},
			"1 packet, 1 TCP connection, 1 WebSocket connection or attempt, 1 in QUIC (HTTP/3, not decoded), " +
				"1 packet dropped by the kernel, 1 packet cut by the snaplen, 1 packet that could not be read, 1 connection let go\n"},
		{session.Summary{Packets: 9, Dropped: -1, Truncated: 2, Evicted: 3},
			"9 packets, 0 TCP connections, 0 WebSocket connections or attempts, 2 packets cut by the snaplen, 3 connections let go\n"},
	} {
		if got := summary(tt.of); got != tt.want {
			t.Errorf("summary of %+v is %q, want %q", tt.of, got, tt.want)
		}
	}
}
