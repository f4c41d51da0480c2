package handshake

import (
	"strings"

	"wsight/dissect/header"
)

// IsAttempt reports whether the request, or the response when the request was
// not captured or does not tell, belongs to a WebSocket handshake: a request
// with Upgrade: websocket or any Sec-WebSocket-* field, a 101 with Upgrade:
// websocket, or an extended CONNECT for websocket. Either may be nil.
func IsAttempt(request *header.Request, response *header.Response) bool {
	if request != nil && (extended(request) || asksForUpgrade(request.Fields) || hasOwnField(request.Fields)) {
		return true
	}
	return response != nil && response.Status == 101 && asksForUpgrade(response.Fields)
}

// asksForUpgrade reports whether Upgrade names websocket, in any case and
// with any version (RFC 9110 §7.8).
func asksForUpgrade(f header.Fields) bool {
	for i := range f {
		if header.EqualFold(f[i].Name, "Upgrade") && namesWebSocket(f[i].Value) {
			return true
		}
	}
	return false
}

// namesWebSocket does the same for the value of one field line.
func namesWebSocket(upgrade string) bool {
	if header.EqualFold(upgrade, "websocket") {
		return true // what nearly all say
	}
	for member := range header.Members(upgrade) {
		name, _, _ := strings.Cut(member, "/")
		if header.EqualFold(name, "websocket") {
			return true
		}
	}
	return false
}

// hasOwnField reports whether a field of RFC 6455 §11.3 is in f.
func hasOwnField(f header.Fields) bool {
	for i := range f {
		if isOwn(f[i].Name) {
			return true
		}
	}
	return false
}

func isOwn(name string) bool {
	const prefix = "Sec-WebSocket-"
	return len(name) > len(prefix) && header.EqualFold(name[:len(prefix)], prefix)
}
