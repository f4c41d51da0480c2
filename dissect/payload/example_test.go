package payload_test

import (
	"fmt"
	"time"

	"wsight/dissect/payload"
	"wsight/flow"
)

func ExampleDialogue() {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d := payload.Open(payload.Hint{Subprotocol: "jsonrpc"})
	d.Decode(payload.Message{N: 1, Dir: flow.ClientToServer, Text: true, Whole: true, Time: start,
		Data: []byte(`{"jsonrpc":"2.0","id":7,"method":"getBalance","params":["0xc9"]}`)})
	r := d.Decode(payload.Message{N: 2, Dir: flow.ServerToClient, Text: true, Whole: true, Time: start.Add(4 * time.Millisecond),
		Data: []byte(`{"jsonrpc":"2.0","id":7,"result":{"wei":1500}}`)})
	fmt.Println(r.Summary)
	fmt.Println("answers message", r.Answered, "after", r.RTT)
	fmt.Println("wei:", r.Body().Lookup("wei").Text(0))
	// Output:
	// result {"wei":1500} #7
	// answers message 1 after 4ms
	// wei: 1500
}

func ExampleLines() {
	text := []byte(`{"a":[1,2],"b":{}}`)
	for l := range payload.Lines(text) {
		fmt.Printf("%*s%s%s\n", 2*l.Depth, "", text[l.Name.Start:l.Name.End], text[l.Value.Start:l.Value.End])
	}
	// Output:
	// {
	//   "a"[
	//     1
	//     2
	//   ]
	//   "b"{}
	// }
}

func ExampleChoose() {
	f, ok := payload.Choose(payload.Hint{Target: "/socket.io/?EIO=4&transport=websocket"})
	fmt.Println(f.Name, ok)
	// Output: socket.io true
}

func ExampleAppendJSON() {
	d := payload.Open(payload.Hint{Subprotocol: "mqtt"})
	r := d.Decode(payload.Message{N: 1, Dir: flow.ClientToServer, Whole: true, Data: []byte("\x30\x05\x00\x01thi")})
	fmt.Printf("%s\n", payload.AppendJSON(nil, r))
	// Output: {"format":"mqtt","summary":"PUBLISH QoS 0 t \"hi\"","heartbeat":false,"answers":null,"parts":[{"type":"PUBLISH","name":"t","qos":0,"topic":"t"}]}
}
