package tunnel_test

import (
	"fmt"

	"wsight/dissect/tunnel"
)

func ExampleParseProxy() {
	wire := []byte("PROXY TCP4 192.0.2.1 192.0.2.2 40000 80\r\nGET /ws HTTP/1.1\r\n")
	p, verdict := tunnel.ParseProxy(wire)
	fmt.Println(verdict, p.Source)
	fmt.Printf("%q\n", wire[p.Size:])
	// Output:
	// yes 192.0.2.1:40000
	// "GET /ws HTTP/1.1\r\n"
}

func ExampleSocks() {
	var s tunnel.Socks
	n, verdict := s.Client([]byte("\x05\x01\x00" + "\x05\x01\x00\x03\x05local\x1f\x90"))
	fmt.Println(n, verdict, s.Target)
	// Output:
	// 15 yes local:8080
}
