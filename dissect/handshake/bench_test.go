package handshake_test

import (
	"testing"

	"wsight/dissect/handshake"
	"wsight/dissect/http1"
)

// BenchmarkHandshake parses and judges what a browser and a server say.
func BenchmarkHandshake(b *testing.B) {
	request := []byte(change(soundRequest, "+Origin: http://server.example.com|+User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36|"+
		"+Pragma: no-cache|+Cache-Control: no-cache|+Accept-Encoding: gzip, deflate|+Accept-Language: en|+Cookie: a=b; c=d|"+
		"+Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"))
	answer := []byte(change(soundAnswer, "+Sec-WebSocket-Extensions: permessage-deflate"))
	b.ReportAllocs()
	b.SetBytes(int64(len(request) + len(answer)))
	for b.Loop() {
		r, _, _ := http1.ParseRequest(request)
		a, _, _ := http1.ParseResponse(answer)
		if o := handshake.Judge(handshake.Input{Request: &r, Response: &a}); len(o.Reports) != 0 {
			b.Fatal(o.Reports)
		}
	}
}
