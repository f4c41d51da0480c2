package handshake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
)

func TestOutcome(t *testing.T) {
	const sample = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
	for _, tt := range []struct {
		name, request, answer string
		kind                  handshake.Kind
		want                  handshake.Accept
	}{
		{"accepted", "", "", handshake.Accepted, handshake.Accept{Expected: new(sample), Actual: new(sample), Valid: new(true)}},
		{"wrong", "", "Sec-WebSocket-Accept: x", handshake.Accepted, handshake.Accept{Expected: new(sample), Actual: new("x"), Valid: new(false)}},
		{"absent", "", "-Sec-WebSocket-Accept", handshake.Accepted, handshake.Accept{Expected: new(sample), Valid: new(false)}},
		{"no request", "none", "", handshake.Accepted, handshake.Accept{Actual: new(sample)}},
		{"no key", "-Sec-WebSocket-Key", "", handshake.Accepted, handshake.Accept{Actual: new(sample)}},
		{"rejected", "", refused + "HTTP/1.1 404 X", handshake.Rejected, handshake.Accept{Expected: new(sample)}},
		{"rejected with accept", "", "HTTP/1.1 426 X", handshake.Rejected, handshake.Accept{Expected: new(sample), Actual: new(sample), Valid: new(true)}},
		{"unanswered", "", "none", handshake.Unanswered, handshake.Accept{Expected: new(sample)}},
	} {
		o := handshake.Judge(input(t, tt.request, tt.answer, ""))
		if diff := cmp.Diff(tt.want, o.Accept); o.Kind != tt.kind || diff != "" {
			t.Errorf("%s: %v; want %v; -want +got\n%s", tt.name, o.Kind, tt.kind, diff)
		}
	}
	if got := handshake.Kind(9).String(); got == "" {
		t.Error("Kind(9) has no name")
	}
}

func TestNegotiation(t *testing.T) {
	request := "+Origin: http://server.example.com|+Sec-WebSocket-Protocol: a|+Sec-WebSocket-Protocol: b , c|" +
		"+Sec-WebSocket-Extensions: foo|+Sec-WebSocket-Extensions: permessage-deflate"
	answer := "+Sec-WebSocket-Protocol: b|+Sec-WebSocket-Extensions: permessage-deflate"
	o := handshake.Judge(input(t, request, answer, ""))
	want := handshake.Outcome{
		Kind: handshake.Accepted, Host: new("server.example.com"), Origin: new("http://server.example.com"), Key: new("dGhlIHNhbXBsZSBub25jZQ=="),
		Accept:        o.Accept,
		Subprotocol:   handshake.Subprotocol{Offered: []string{"a", "b", "c"}, Agreed: new("b")},
		Extensions:    handshake.Extensions{Offered: new("foo, permessage-deflate"), Agreed: new("permessage-deflate")},
		DeflateAgreed: true,
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	o = handshake.Judge(input(t, request, answer+"|HTTP/1.1 403 X", ""))
	if o.Subprotocol.Agreed != nil || o.Extensions.Agreed != nil || o.DeflateAgreed {
		t.Errorf("a refused handshake agreed on %+v", o)
	}
}

func TestIsAttempt(t *testing.T) {
	for _, tt := range []struct {
		name            string
		request, answer header.Fields
		status          int
		want            bool
	}{
		{"upgrade", header.Fields{{Name: "upgrade", Value: "WebSocket"}}, nil, 0, true},
		{"upgrade in a list, with a version", header.Fields{{Name: "Upgrade", Value: "h2c, websocket/13"}}, nil, 0, true},
		{"any field of its own", header.Fields{{Name: "sec-websocket-foo"}}, nil, 400, true},
		{"101 without its request", nil, header.Fields{{Name: "Upgrade", Value: "websocket"}}, 101, true},
		{"plain", header.Fields{{Name: "Host", Value: "websocket"}}, nil, 200, false},
		{"Docker", header.Fields{{Name: "Upgrade", Value: "tcp"}, {Name: "Connection", Value: "Upgrade"}}, header.Fields{{Name: "Upgrade", Value: "tcp"}}, 101, false},
		{"426 that names websocket", header.Fields{}, header.Fields{{Name: "Upgrade", Value: "websocket"}}, 426, false},
		{"prefix alone", header.Fields{{Name: "Sec-WebSocket-"}}, nil, 0, false},
		{"nothing", nil, nil, 0, false},
	} {
		var request *header.Request
		var response *header.Response
		if tt.request != nil {
			request = &header.Request{Method: "GET", Version: "1.1", Fields: tt.request}
		}
		if tt.status != 0 {
			response = &header.Response{Status: tt.status, Fields: tt.answer}
		}
		if got := handshake.IsAttempt(request, response); got != tt.want {
			t.Errorf("%s: IsAttempt = %v; want %v", tt.name, got, tt.want)
		}
	}
	for _, protocol := range []string{"websocket", "connect-udp"} {
		r := &header.Request{Method: "CONNECT", Version: "2", Fields: header.Fields{{Name: ":protocol", Value: protocol}}}
		if got := handshake.IsAttempt(r, nil); got != (protocol == "websocket") {
			t.Errorf("extended CONNECT for %s: IsAttempt = %v", protocol, got)
		}
	}
}
