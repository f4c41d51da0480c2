package safe

import (
	"strings"
	"testing"
)

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"

func TestMaskHeader(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"Cookie", "sid=abc; theme=dark", "sid=***; theme=***"},
		{"cookie", "abc", "***"},
		{"Cookie", "a=b=c;d", "a=***;***"},
		{"Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=***; Path=/; HttpOnly"},
		{"Authorization", "Bearer abc.def", "Bearer ***"},
		{"Authorization", "Basic dXNlcjpwYXNz", "Basic ***"},
		{"Authorization", "dXNlcjpwYXNz", "***"},
		{"Authorization", "", ""},
		{"PROXY-AUTHORIZATION", "Digest username=\"x\", response=\"y\"", "Digest ***"},
		{"X-Api-Key", "123", "***"},
		{"X-CSRF-Token", "123", "***"},
		{"CF-Access-Jwt-Assertion", jwt, "***"},
		{":path", "/ws?token=abc&x=1", "/ws?token=***&x=1"},
		{"Location", "https://u:p@h.example/?sig=1", "https://***@h.example/?sig=***"},
		{"X-Original-URL", "/ws?jwt=1", "/ws?jwt=***"},

		{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="},
		{"Host", "token.example.com", "token.example.com"},
		{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (X11; Linux x86_64)"},
		{"X-Error-Code", "42", "42"},
		{"WWW-Authenticate", "Bearer realm=\"x\"", "Bearer realm=\"x\""},
		{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits"},
	} {
		if got := MaskHeader(tt.name, tt.value); got != tt.want {
			t.Errorf("MaskHeader(%q, %q) = %q; want %q", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestMaskTarget(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"/ws", "/ws"},
		{"", ""},
		{"*", "*"},
		{"/ws?token=abc", "/ws?token=***"},
		{"/ws?access_token=a&api_key=b&key=c&sig=d&password=e&session=f&jwt=g", "/ws?access_token=***&api_key=***&key=***&sig=***&password=***&session=***&jwt=***"},
		{"/ws?accessToken=a;ApiKey=b", "/ws?accessToken=***;ApiKey=***"},
		{"/ws?%74oken=abc", "/ws?%74oken=***"},
		{"/ws?token%zz=abc&x", "/ws?token%zz=abc&x"},
		{"/ws?X-Amz-Signature=0a&X-Amz-Credential=b&X-Amz-Date=c", "/ws?X-Amz-Signature=***&X-Amz-Credential=***&X-Amz-Date=c"},
		{"/socket.io/?EIO=4&transport=websocket&sid=abc", "/socket.io/?EIO=4&transport=websocket&sid=***"},
		{"/cb?code=1&state=2", "/cb?code=***&state=2"},
		{"/ws#access_token=abc", "/ws#access_token=***"},
		{"/ws;jsessionid=abc?x=1", "/ws;jsessionid=***?x=1"},
		{"/ws/" + jwt + "/x", "/ws/***/x"},
		{"/ws?x=" + jwt, "/ws?x=***"},
		{"http://u:p@h.example:80/x", "http://***@h.example:80/x"},
		{"u:p@h.example:443", "***@h.example:443"},
		{"/@scope/room?x=a@b", "/@scope/room?x=a@b"},
		{"/ws?monkey=1&keyboard=2&tokens=3&page=4", "/ws?monkey=1&keyboard=2&tokens=3&page=4"},
		{"/ws?token=", "/ws?token="},
		{"/ws?=x&&", "/ws?=x&&"},
	} {
		if got := MaskTarget(tt.in); got != tt.want {
			t.Errorf("MaskTarget(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}

func TestMaskSubprotocols(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"graphql-transport-ws, graphql-ws", "graphql-transport-ws, graphql-ws"},
		{"v12.stomp, v11.stomp", "v12.stomp, v11.stomp"},
		{"actioncable-v1-json, actioncable-unsupported", "actioncable-v1-json, actioncable-unsupported"},
		{"json.reliable.webpubsub.azure.v1", "json.reliable.webpubsub.azure.v1"},
		{"v5.channel.k8s.io, base64.binary.k8s.io", "v5.channel.k8s.io, base64.binary.k8s.io"},
		{"access_token, abc", "access_token, ***"},
		{"chat,Bearer,abc", "chat,Bearer,***"},
		{"bearer.abc", "bearer.***"},
		{"chat, token-abc, chat2", "chat, token-***, chat2"},
		{jwt, "***"},
		{"base64url.bearer.authorization.k8s.io.ZXlKaGJHY2lPaUpTVXpJMU5pSXNJbXRwWkNJNklpSj9", "base64url.bearer.authorization.k8s.io.***"},
		{"550e8400-e29b-41d4-a716-446655440000", "***"},
		{"chat.0a1b2c3d4e5f60718293a4b5", "chat.***"},
		{"", ""},
		{",,", ",,"},
	} {
		if got := MaskSubprotocols(tt.in); got != tt.want {
			t.Errorf("MaskSubprotocols(%q) = %q; want %q", tt.in, got, tt.want)
		}
	}
}

// A secret must not survive by the company that it keeps.
func FuzzMask(f *testing.F) {
	f.Add("/ws?x=1", "Cookie")
	f.Add("http://a@b/?c=d#e;f", "Authorization")
	f.Add("chat, %74oken", "Sec-WebSocket-Protocol")
	f.Fuzz(func(t *testing.T, s, name string) {
		const secret = "hunter2hunter2"
		for _, got := range []string{
			MaskTarget("/?" + s + "&token=" + secret),
			MaskTarget("/" + s + "?password=" + secret + "&x"),
			MaskHeader("Cookie", s+";sid="+secret),
			MaskHeader("Proxy-Authorization", s+" "+secret),
			MaskSubprotocols(strings.ReplaceAll(s, ",", "") + ", bearer, " + secret),
		} {
			if strings.Contains(got, secret) && !strings.Contains(s, secret) {
				t.Errorf("with %q the secret is still in %q", s, got)
			}
		}
		MaskHeader(name, s)
	})
}
