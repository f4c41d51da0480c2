package http1_test

import (
	"fmt"

	"wsight/dissect/http1"
)

func ExampleParseRequest() {
	r, n, ok := http1.ParseRequest([]byte("GET /ws HTTP/1.1\r\nHost: a\r\nupgrade : websocket\r\n\r\n\x81\x85"))
	fmt.Println(n, ok, r.Fields.Get("Upgrade"))
	for _, d := range r.Defects {
		fmt.Println(d.Kind, d.Kind.Section(), d.Detail)
	}
	// Output:
	// 50 true websocket
	// white space before the colon RFC 9112 §5.1 line 3: "upgrade : websocket"
}

func ExampleBody() {
	r, n, _ := http1.ParseResponse([]byte("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"))
	body := http1.ResponseBody(&r, "GET")
	body.Keep = 4096
	n, done := body.Feed([]byte("5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
	fmt.Printf("%d %v %q\n", n, done, body.Prefix())
	// Output:
	// 15 true "hello"
}
