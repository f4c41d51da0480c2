package tls_test

import (
	"encoding/hex"
	"fmt"

	"wsight/dissect/tls"
	"wsight/flow"
)

func ExampleSession() {
	var log tls.KeyLog // of a file: log.Add; of a Decryption Secrets Block: log.AddBlock
	d := tls.NewDecryptor(&log, tls.Limits{})

	hello, _ := hex.DecodeString("16030100450100004103035f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f5f6f" +
		"000002c02f0100" + "0016" + "0000" + "000f" + "000d00000a77732e6578616d706c65" + "00230000")
	s := d.NewSession()
	chunk := flow.Chunk{From: flow.A, Data: hello}
	if tls.Starts(chunk.Data) == flow.Yes {
		s.Feed(&chunk, func(e tls.Event) {
			switch e := e.(type) {
			case *tls.ClientHello:
				fmt.Println("client hello for", e.ServerName, "offers", e.Suites[0])
			case *tls.Data:
				fmt.Printf("%q\n", e.Payload)
			}
		})
	}
	// Output:
	// client hello for ws.example offers TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
}

func ExampleKeyLog() {
	var log tls.KeyLog
	log.AddBlock([]byte("# a comment\r\nCLIENT_RANDOM 00 no\nEXPORTER_SECRET 00 00\n"))
	stats := log.Stats()
	fmt.Println(stats.Secrets, "secrets,", stats.Ignored, "ignored, malformed lines:", stats.BadLines)
	// Output:
	// 0 secrets, 1 ignored, malformed lines: [2]
}
