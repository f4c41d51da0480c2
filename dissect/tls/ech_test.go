package tls

import (
	"crypto/ecdh"
	"crypto/rand"
	stdtls "crypto/tls"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"wsight/flow"
)

// echConfig is what a server publishes, RFC 9849 §4: X25519, HKDF-SHA256, AES-128-GCM.
func echConfig(public []byte, name string) []byte {
	var b cryptobyte.Builder
	b.AddUint16(extECH)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1) // number of the configuration
		b.AddUint16(0x0020)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(public) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(1); b.AddUint16(1) })
		b.AddUint8(32)
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
		b.AddUint16(0)
	})
	return b.BytesOrPanic()
}

// TestECH: the key log names the connection by the random of the inner
// ClientHello, which nobody sees, and the name that is seen is the outer one.
func TestECH(t *testing.T) {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	config := echConfig(private.PublicKey().Bytes(), "public.example")
	var list cryptobyte.Builder
	list.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(config) })
	client := &stdtls.Config{MinVersion: stdtls.VersionTLS13, EncryptedClientHelloConfigList: list.BytesOrPanic()}
	server := &stdtls.Config{MinVersion: stdtls.VersionTLS13,
		EncryptedClientHelloKeys: []stdtls.EncryptedClientHelloKey{{Config: config, PrivateKey: private.Bytes()}}}
	segments, keys := converse(t, client, server, conversation[:8])
	h := checkCuts(t, keys, segments)
	if h.info.ServerName != "public.example" || !h.info.ECH {
		t.Errorf("name %q, ECH %v; want that of the outer hello", h.info.ServerName, h.info.ECH)
	}
	for _, side := range []flow.Side{flow.A, flow.B} {
		if got, want := h.plain[side].String(), said(conversation[:8], side); got != want {
			t.Errorf("side %d: %d bytes; want %d\n%s", side, len(got), len(want), &h.text)
		}
	}
	plain, _ := converse(t, &stdtls.Config{MinVersion: stdtls.VersionTLS13}, &stdtls.Config{}, nil)
	if info := play(decryptor(""), plain).info; info.ECH || info.ServerName != "ws.example" {
		t.Errorf("without ECH: %+v", info)
	}
}
