package handshake

import (
	"encoding/base64"

	"wsight/finding"
)

// key reports a Sec-WebSocket-Key that is missing, or is none (§4.1 item 7).
func (j *judge) key() {
	f, count := j.Request.Fields, j.asked.count(keyField)
	switch {
	case count == 0 && j.asked.count(draftField) > 0:
		j.report(finding.HandshakeKeyMissing, "%s: the client speaks hixie-76, a draft of 2010 that RFC 6455 replaced", quoteLines(f, "Sec-WebSocket-Key1"))
	case count == 0:
		j.report(finding.HandshakeKeyMissing, "the request has %s but no Sec-WebSocket-Key", ownFields(f))
	case count > 1:
		j.report(finding.HandshakeKeyDuplicate, "%d times: %s", count, quoteLines(f, "Sec-WebSocket-Key"))
	default:
		if fault := keyFault(*j.asked.first(keyField)); fault != "" {
			j.report(finding.HandshakeKeyInvalid, "%s: %s", quoteLines(f, "Sec-WebSocket-Key"), fault)
		}
	}
}

// keyFault says what is wrong with the value of a key, "" when nothing is.
func keyFault(key string) string {
	if usualKey(key) {
		return ""
	}
	var room [64]byte
	if len(key) > len(room) {
		return "it is far too long"
	}
	n, err := base64.StdEncoding.Decode(room[:], []byte(key))
	switch {
	case key == "":
		return "it is empty"
	case err != nil:
		return "it is not base64"
	case n != 16:
		return "it stands for " + plural(n, "byte")
	}
	return ""
}

// usualKey reports whether key is sixteen bytes in base64 as nearly all are
// written: then nobody needs to know which bytes they are.
func usualKey(key string) bool {
	const digits = 22 // for 16 bytes
	if len(key) != digits+2 || key[digits:] != "==" {
		return false
	}
	for i := range digits {
		if !base64Digits[key[i]] {
			return false
		}
	}
	return true
}

// base64Digits holds the alphabet of RFC 4648 §4.
var base64Digits = [256]bool{
	'A': true, 'B': true, 'C': true, 'D': true, 'E': true, 'F': true, 'G': true, 'H': true, 'I': true, 'J': true,
	'K': true, 'L': true, 'M': true, 'N': true, 'O': true, 'P': true, 'Q': true, 'R': true, 'S': true, 'T': true,
	'U': true, 'V': true, 'W': true, 'X': true, 'Y': true, 'Z': true,
	'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true, 'g': true, 'h': true, 'i': true, 'j': true,
	'k': true, 'l': true, 'm': true, 'n': true, 'o': true, 'p': true, 'q': true, 'r': true, 's': true, 't': true,
	'u': true, 'v': true, 'w': true, 'x': true, 'y': true, 'z': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'+': true, '/': true,
}
