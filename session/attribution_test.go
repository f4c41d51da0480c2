package session

import (
	"net/netip"
	"testing"
	"time"

	"wsight/dissect"
)

// A program that is found only when it is asked for again is told at the end,
// and the conversation, which others may read by then, is left alone.
func TestAttribution(t *testing.T) {
	client, server := netip.MustParseAddrPort("127.0.0.1:5000"), netip.MustParseAddrPort("127.0.0.1:80")
	nginx, curl := &dissect.Process{PID: 1, Name: "nginx"}, &dissect.Process{PID: 2, Name: "curl"}
	for _, tt := range []struct {
		name     string
		knownAt  time.Duration // when the client can be found
		message  time.Duration
		opened   *dissect.Process
		ended    *dissect.Process
		requests int
	}{
		{"at once", 0, time.Minute, curl, curl, 2},
		{"later", 500 * time.Millisecond, 700 * time.Millisecond, nil, curl, 3},
		{"too soon to ask again", 500 * time.Millisecond, 599 * time.Millisecond, nil, nil, 2},
		{"never", time.Hour, time.Minute, nil, nil, 4}, // asked at the message and at the end
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Unix(1e9, 0)
			now, asked := start, 0
			a := newAttribution(func(local, _ netip.AddrPort) *dissect.Process {
				asked++
				switch {
				case local == server:
					return nginx
				case now.Sub(start) >= tt.knownAt:
					return curl
				}
				return nil
			})
			conv := &dissect.Conversation{Client: client, Server: server}
			at := func(after time.Duration) dissect.Place {
				now = start.Add(after)
				return dissect.Place{Conv: conv, Time: now}
			}
			a.observe(&dissect.Opened{Place: at(0)})
			if conv.ClientProcess != tt.opened || conv.ServerProcess != nginx {
				t.Errorf("at first: %v, %v; want %v, %v", conv.ClientProcess, conv.ServerProcess, tt.opened, nginx)
			}
			a.observe(&dissect.Message{Place: at(tt.message)})
			if conv.ClientProcess != tt.opened {
				t.Errorf("the conversation was changed to %v", conv.ClientProcess)
			}
			end := &dissect.Ended{Place: at(tt.message + time.Nanosecond)}
			if tt.knownAt == time.Hour {
				end.Place = at(tt.message + time.Minute)
			}
			a.observe(end)
			if end.ClientProcess != tt.ended || end.ServerProcess != nginx {
				t.Errorf("at the end: %v, %v; want %v, %v", end.ClientProcess, end.ServerProcess, tt.ended, nginx)
			}
			if asked != tt.requests || len(a.open) != 0 {
				t.Errorf("asked %d times, %d left; want %d, 0", asked, len(a.open), tt.requests)
			}
		})
	}
}
