package handshake

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// sampleKey is the key of the example in RFC 6455 §1.3.
const sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

// ExplainAccept says how a wrong Sec-WebSocket-Accept came about, in words
// that complete "the value is ...", or "" when it cannot tell. The others are
// keys of other handshakes: of another leg, or of earlier ones on this leg.
func ExplainAccept(actual, key string, others []string) string {
	expected := AcceptFor(key)
	if actual == expected {
		return ""
	}
	for _, d := range derivations(key) {
		if actual == d.value {
			return d.how
		}
	}
	for _, other := range others {
		switch {
		case other == key:
		case actual == AcceptFor(other):
			return "the hash of another key, " + safe.Quote(other)
		case actual == other:
			return "another key itself, " + safe.Quote(other)
		}
	}
	if before, after, ok := strings.Cut(actual, expected); ok {
		return "the right one with " + safe.Quote(before) + " before and " + safe.Quote(after) + " after it"
	}
	if header.EqualFold(actual, expected) {
		return "the right one with letters of another case"
	}
	raw, err := base64.StdEncoding.DecodeString(actual)
	switch {
	case actual == "":
		return "empty"
	case err != nil:
		return "not even base64"
	case len(raw) != sha1.Size:
		return "not even a hash of 20 bytes, but of " + strconv.Itoa(len(raw))
	}
	return ""
}

type derivation struct{ value, how string }

// derivations lists the mistakes that implementations make.
func derivations(key string) []derivation {
	sum := sha1.Sum([]byte(key + guid))
	hash := func(s string) string { h := sha1.Sum([]byte(s)); return base64.StdEncoding.EncodeToString(h[:]) }
	expected := base64.StdEncoding.EncodeToString(sum[:])
	digits := hex.EncodeToString(sum[:])
	list := []derivation{
		{key, "the key itself, not its hash"},
		{AcceptFor(sampleKey), "the example of RFC 6455 §1.3, a constant in the server"},
		{hash(key), "the hash of the key without the GUID"},
		{hash(guid), "the hash of the GUID without a key"},
		{hash(guid + key), "the hash of the GUID before the key instead of after it"},
		{hash(key + strings.ToLower(guid)), "the hash with the GUID in lower case"},
		{hash(strings.ToLower(key) + guid), "the hash of the key in lower case"},
		{hash(" " + key + guid), "the hash of the key with a space before it"},
		{hash(key + " " + guid), "the hash of the key with a space after it"},
		{hash(key + "\r" + guid), "the hash of the key with a CR after it"},
		{hash(key + "\n" + guid), "the hash of the key with an LF after it"},
		{hash(key + "\r\n" + guid), "the hash of the key with a CR LF after it"},
		{hash(strings.TrimRight(key, "=") + guid), "the hash of the key without its padding"},
		{digits, "the hash in hex instead of base64"},
		{base64.StdEncoding.EncodeToString([]byte(digits)), "the base64 of the hash in hex instead of the base64 of its bytes"},
		{base64.StdEncoding.EncodeToString([]byte(strings.ToUpper(digits))), "the base64 of the hash in hex instead of the base64 of its bytes"},
		{base64.URLEncoding.EncodeToString(sum[:]), "the hash in the URL alphabet of base64"},
		{strings.TrimRight(expected, "="), "the right one without its padding"},
	}
	if raw, err := base64.StdEncoding.DecodeString(key); err == nil {
		list = append(list, derivation{hash(string(raw) + guid), "the hash of the decoded key instead of its text"})
	}
	long, short := sha256.Sum256([]byte(key+guid)), md5.Sum([]byte(key+guid))
	return append(list,
		derivation{base64.StdEncoding.EncodeToString(long[:]), "made with SHA-256 instead of SHA-1"},
		derivation{base64.StdEncoding.EncodeToString(short[:]), "made with MD5 instead of SHA-1"})
}
