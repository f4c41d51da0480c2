package export_test

import (
	"context"
	"fmt"
	"os"

	"wsight/capture"
	"wsight/export"
	"wsight/session"
)

// From a capture to lines for people: any Writer takes the same events.
func Example() {
	src, err := capture.Open(context.Background(), []string{"../pcaps/origin-403.pcap"}, capture.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := export.NewText(os.Stdout, export.TextOptions{ASCII: true, Payload: export.PayloadText})
	sum, err := session.Run(context.Background(), src, session.Options{}, lines.Event)
	lines.Flush()
	fmt.Println(sum.WebSocket, "WebSocket connection or attempt, error:", err)
	// Output:
	// -- 2026-03-02 UTC
	// 08:30:00.037460  #1   +  203.0.113.80:55810 -> 198.51.100.7:80
	// 08:30:00.037460  #1   -> GET /chat HTTP/1.1  Host: chat.example
	// 08:30:00.037860  #1   <- 403 Forbidden  after 400 us
	// 08:30:00.037860  #1   E  error handshake-origin-rejected: the handshake was refused and Origin does not match the Host that the server saw - "HTTP/1.1 403 Forbidden"; Origin is "http://elsewhere.example", Host is "chat.example"; it says "origin not allowed"
	// 08:30:00.055920  #1   =  rejected, FIN by server; -> 0 messages 0 B, <- 0 messages 0 B; 36.9 ms
	// 1 WebSocket connection or attempt, error: <nil>
}
