package handshake_test

import (
	"strings"
	"testing"

	"wsight/dissect/handshake"
)

func TestExplainAccept(t *testing.T) {
	const key, right = "ddddQKA4DkVh1tPGXiMQVA==", "/qlfzLvgeUgja/Rbp1bJtJTXegw="
	others := []string{key, "AAAAAAAAAAAAAAAAAAAAAA=="}
	for _, tt := range []struct{ actual, want string }{
		{right, ""},
		{key, "the key itself"},
		{"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "the example of RFC 6455"},
		{"Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=", "the hash of the GUID without a key"},
		{"SAOe8InE8RB5npQdb2q2dGBE4nQ=", "the hash of the key without the GUID"},
		{"1LGIgPswehj5jSstWwXuwfj88HA=", "the GUID before the key"},
		{"vRCQVxHxEWphDehEPag6wQIW4Ik=", "the hash of the decoded key"},
		{"vQg0Elqio6VhYV/f6fu+g5S7pkY=", "the GUID in lower case"},
		{"fea95fccbbe07948236bf45ba756c9b494d77a0c", "in hex instead of base64"},
		{"ZmVhOTVmY2NiYmUwNzk0ODIzNmJmNDViYTc1NmM5YjQ5NGQ3N2EwYw==", "the base64 of the hash in hex"},
		{"cS+lZHL0MA170uo+IWyrCIfH2UPSJ2Z15KpgsxR7RAw=", "SHA-256"},
		{"OFE292d0oBUwtY8gPOpq4w==", "MD5"},
		{handshake.AcceptFor("AAAAAAAAAAAAAAAAAAAAAA=="), `the hash of another key, "AAAAAAAAAAAAAAAAAAAAAA=="`},
		{"AAAAAAAAAAAAAAAAAAAAAA==", "another key itself"},
		{handshake.AcceptFor(key + "\r"), "with a CR after it"},
		{handshake.AcceptFor(" " + key), "with a space before it"},
		{handshake.AcceptFor(strings.ToLower(key)), "of the key in lower case"},
		{right + "-wrong", `the right one with "" before and "-wrong" after it`},
		{`"` + right + `"`, `the right one with "\"" before`},
		{strings.ToUpper(right), "letters of another case"},
		{strings.TrimRight(right, "="), "without its padding"},
		{"", "empty"},
		{"!", "not even base64"},
		{"AAAA", "not even a hash of 20 bytes, but of 3"},
		{"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", ""},
	} {
		got := handshake.ExplainAccept(tt.actual, key, others)
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("ExplainAccept(%q) = %q; want %q", tt.actual, got, tt.want)
		}
	}
}

func TestAcceptFor(t *testing.T) {
	if got := handshake.AcceptFor("dGhlIHNhbXBsZSBub25jZQ=="); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" { // §1.3
		t.Errorf("AcceptFor = %q", got)
	}
	key := strings.Repeat("long", 1000)
	if n := testing.AllocsPerRun(100, func() { handshake.AcceptFor(key[:24]) }); n > 1 {
		t.Errorf("%v allocations; want that of the string", n)
	}
}
