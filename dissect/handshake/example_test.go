package handshake_test

import (
	"fmt"

	"wsight/dissect/handshake"
	"wsight/dissect/http1"
)

func ExampleJudge() {
	request, _, _ := http1.ParseRequest([]byte("GET /ws HTTP/1.0\r\nHost: a\r\nConnection: close\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	response, _, _ := http1.ParseResponse([]byte("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\n\r\n"))

	outcome := handshake.Judge(handshake.Input{Request: &request, Response: &response})
	fmt.Println(outcome.Kind)
	for _, report := range outcome.Reports {
		fmt.Println(report.Code)
	}
	// Output:
	// rejected
	// handshake-upgrade-stripped
	// handshake-http10
	// handshake-upgrade-required
}

func ExampleExplainAccept() {
	fmt.Println("the value is", handshake.ExplainAccept("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==", nil))
	// Output: the value is the key itself, not its hash
}
