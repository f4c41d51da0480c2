package capture_test

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"wsight/capture"
)

func ExampleReader() {
	var file bytes.Buffer
	w := capture.NewWriter(&file, capture.Section{Application: "example"})
	eth0 := &capture.Interface{Name: "eth0", Link: 1, Snaplen: 8}
	_ = w.WritePacket(&capture.Packet{
		Time: time.Unix(1_700_000_000, 0), Link: 1, Data: []byte("12345678"), Length: 60,
		Interface: eth0, Comments: []string{"the upgrade"},
	})
	_ = w.Flush()

	file.WriteString("\x06\x00\x00\x00") // a block of which the rest is missing
	r := capture.NewReader(&file, "example.pcapng", capture.Options{})
	for p, err := range r.Packets(context.Background()) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(p.Number, p.Time.Format(time.RFC3339), p.Interface.Name, len(p.Data), "of", p.Length, p.Comments)
	}
	// Output:
	// 1 2023-11-14T22:13:20Z eth0 8 of 60 [the upgrade]
	// read example.pcapng: byte 132: expected a block of 12 bytes, found the end after 4; the input breaks off there: it was not copied whole, or is still being written
}

func ExampleOpen() {
	_, err := capture.Open(context.Background(), []string{"example_test.go"}, capture.Options{})
	fmt.Println(err)
	// Output:
	// read example_test.go: expected a pcap or pcapng capture, plain or packed with gzip or zstd, found text; if tcpdump printed it, have it write packets instead: tcpdump -w FILE.pcap
}
