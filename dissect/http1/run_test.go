package http1

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKnownRuns: heads that mostly repeat give what they give by themselves,
// whichever of their lines are known together.
func TestKnownRuns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	usual := []string{
		"Host: server.example", "Connection: Upgrade", "Pragma: no-cache", "Upgrade: websocket", "Origin: http://server.example",
		"Sec-WebSocket-Version: 13", "Accept-Encoding: gzip, deflate",
	}
	odd := []string{
		"Host: other.example", "Host: Server.example", "Connection: keep-alive", "Content-Length: 0", "Transfer-Encoding: chunked", "A:1",
		" folded", "no colon at all", "Accept-Encoding : gzip", "Upgrade: web\tsocket", "Upgrade: websocket\nX: y",
	}
	var known Lines
	runs := 0
	for i := range 4000 {
		list := append([]string{}, usual...)
		if i > 2000 {
			list = append([]string{"Content-Length: 0", "Content-Length: 1"}, list...)
		}
		for range random.IntN(4) {
			switch i := random.IntN(len(list)); random.IntN(4) {
			case 0:
				list[i] = odd[random.IntN(len(odd))]
			case 1:
				list = append(list[:i], list[i+1:]...)
			case 2:
				list = append(list[:i+1], list[i:]...)
			}
		}
		head := []byte(fmt.Sprintf("GET /%d HTTP/1.1\r\n%s\r\nSec-WebSocket-Key: %022d==\r\n\r\n", random.IntN(9), strings.Join(list, "\r\n"), random.Int64()))
		want, _, _ := ParseRequest(head)
		got, n := known.request(head)
		if diff := cmp.Diff(want, got); n != len(head) || diff != "" {
			t.Fatalf("%q takes %d bytes, and differs from what it is by itself:\n%s", head, n, diff)
		}
		clear(head) // what is known must be a copy
	}
	for _, r := range known.requests.runs {
		if r.text != "" {
			runs++
		}
	}
	if runs == 0 {
		t.Error("no run of lines is known")
	}
}
