package session_test

import (
	"context"
	"fmt"

	"wsight/capture"
	"wsight/dissect"
	"wsight/session"
)

// Run tells what happened on every WebSocket of a capture.
func ExampleRun() {
	src, err := capture.Open(context.Background(), []string{"../pcaps/server-masks.pcap"}, capture.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	messages := 0
	sum, err := session.Run(context.Background(), src, session.Options{}, func(e dissect.Event) {
		switch e := e.(type) {
		case *dissect.Message:
			messages++
		case *dissect.Finding:
			fmt.Println(e.Code, "in packet", e.Packet)
		case *dissect.Ended:
			fmt.Println(e.State, "after", messages, "messages")
		}
	})
	fmt.Println(sum.Packets, "packets, complete:", sum.Complete, err)
	// Output:
	// frame-server-masked in packet 10
	// close-abnormal in packet 12
	// close-abnormal in packet 14
	// closed after 4 messages
	// 18 packets, complete: true <nil>
}
