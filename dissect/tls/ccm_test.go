package tls

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
)

// newCCM returns the cipher of the example that the key 40..4f is from.
func newCCM(t *testing.T, tag int) *aesCCM {
	t.Helper()
	block, err := aes.NewCipher(count(0x40, 0x4f))
	if err != nil {
		t.Fatal(err)
	}
	return &aesCCM{block: block, tag: tag}
}

// count returns the bytes from one number to another.
func count(from, to byte) (b []byte) {
	for ; from <= to; from++ {
		b = append(b, from)
	}
	return b
}

// TestCCM opens what was sealed, and nothing that differs from it. That the
// result is that of others is for the records of OpenSSL to show, and for the
// ciphertext of example 3 of NIST SP 800-38C, which does not depend on the
// additional data; they are longer there than in TLS.
func TestCCM(t *testing.T) {
	for _, tag := range []int{8, 16} {
		c := newCCM(t, tag)
		nonce, additional := count(0x10, 0x1b), count(0, 12)
		for size := range 70 {
			plain := bytes.Repeat([]byte{byte(size)}, size)
			sealed := c.Seal([]byte("before"), nonce, plain, additional)[len("before"):]
			if got, err := c.Open([]byte("before"), nonce, sealed, additional); err != nil || string(got) != "before"+string(plain) {
				t.Fatalf("tag of %d, %d bytes: %q, %v", tag, size, got, err)
			}
			for i := range sealed {
				sealed[i] ^= 1
				if _, err := c.Open(nil, nonce, sealed, additional); err == nil {
					t.Fatalf("tag of %d, %d bytes: opens with byte %d changed", tag, size, i)
				}
				sealed[i] ^= 1
			}
			if _, err := c.Open(nil, nonce, sealed, additional[1:]); err == nil {
				t.Fatalf("tag of %d, %d bytes: opens with other additional data", tag, size)
			}
			if _, err := c.Open(nil, count(0x20, 0x2b), sealed, additional); err == nil {
				t.Fatalf("tag of %d, %d bytes: opens with another nonce", tag, size)
			}
		}
		if _, err := c.Open(nil, nonce, make([]byte, tag-1), additional); err == nil {
			t.Error("opens what is shorter than a tag")
		}
	}
	c := newCCM(t, 8)
	want := "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5"
	if got := hex.EncodeToString(c.Seal(nil, count(0x10, 0x1b), count(0x20, 0x37), nil)); !strings.HasPrefix(got, want) {
		t.Errorf("sealed to %s; want %s and a tag", got, want)
	}
}

// TestCCMRecords has the records of both suites of TLS 1.3; TestOpenSSL has
// those of TLS 1.2, too, and the loss of each.
func TestCCMRecords(t *testing.T) {
	for _, suite := range []CipherSuite{0x1304, 0x1305} {
		f := forged13(suite)
		h := checkCuts(t, f.keys(), f.segments)
		if got, want := h.text.String(), fmt.Sprintf(toldOf13, suite); got != want {
			t.Errorf("--- got\n%s--- want\n%s", got, want)
		}
	}
}
