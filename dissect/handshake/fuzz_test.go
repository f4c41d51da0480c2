package handshake_test

import (
	"testing"
	"unicode/utf8"

	"wsight/dissect/handshake"
	"wsight/dissect/http1"
	"wsight/finding"
)

// FuzzJudge: any two heads give a verdict whose texts are fit to show and
// bounded, whatever the heads hold.
func FuzzJudge(f *testing.F) {
	for _, r := range judgeRows {
		if r.request != "none" && r.answer != "none" {
			f.Add([]byte(change(soundRequest, r.request)), []byte(change(soundAnswer, r.answer)), []byte(r.body))
		}
	}
	for _, r := range extensionRows {
		f.Add([]byte(change(soundRequest, "+Sec-WebSocket-Extensions: "+r.offer)),
			[]byte(change(soundAnswer, "+Sec-WebSocket-Extensions: "+r.answer)), []byte(nil))
	}
	f.Fuzz(func(t *testing.T, request, answer, body []byte) {
		var in handshake.Input
		if r, _, ok := http1.ParseRequest(request); ok {
			in.Request = &r
		}
		if r, _, ok := http1.ParseResponse(answer); ok {
			in.Response = &r
		}
		in.Body = body
		o := handshake.Judge(in)
		if (o.Kind == handshake.Unanswered) != (in.Response == nil) {
			t.Errorf("kind %v with response %v", o.Kind, in.Response)
		}
		seen := map[finding.Code]int{}
		for _, r := range o.Reports {
			seen[r.Code]++
			if !utf8.ValidString(r.Detail) {
				t.Errorf("%s: detail %q is not UTF-8", r.Code, r.Detail)
			}
			for _, c := range r.Detail {
				if c < ' ' || c >= 0x7F && c < 0xA0 {
					t.Errorf("%s: detail %q has control characters", r.Code, r.Detail)
				}
			}
			if len(r.Detail) > 16<<10 {
				t.Errorf("%s: detail of %d bytes from heads of %d and %d", r.Code, len(r.Detail), len(request), len(answer))
			}
		}
		if len(o.Reports) > 64 {
			t.Errorf("%d reports: %v", len(o.Reports), seen)
		}
	})
}
