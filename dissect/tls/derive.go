package tls

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"hash"

	"golang.org/x/crypto/cryptobyte"
)

func newSHA1() hash.Hash { return sha1.New() }

// expandLabel is HKDF-Expand-Label with an empty context, §7.1.
func expandLabel(h func() hash.Hash, secret []byte, label string, size int) []byte {
	var b cryptobyte.Builder
	b.AddUint16(uint16(size))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8(0)
	out, err := hkdf.Expand(h, secret, string(b.BytesOrPanic()), size)
	if err != nil {
		panic(err) // only for sizes that this package never asks for
	}
	return out
}

// pHash is P_hash of RFC 5246 §5, xored into out.
func pHash(out []byte, h func() hash.Hash, secret, seed []byte) {
	mac := hmac.New(h, secret)
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, p := range parts {
			mac.Write(p)
		}
		return mac.Sum(nil)
	}
	for a := sum(seed); len(out) > 0; a = sum(a) {
		block := sum(a, seed)
		n := min(len(block), len(out))
		for i := range n {
			out[i] ^= block[i]
		}
		out = out[n:]
	}
}

// keyBlock expands the master secret, RFC 5246 §6.3 and RFC 2246 §6.3.
func keyBlock(v Version, h func() hash.Hash, master []byte, client, server *[32]byte, size int) []byte {
	seed := append([]byte("key expansion"), server[:]...)
	seed = append(seed, client[:]...)
	out := make([]byte, size)
	if v >= TLS12 {
		pHash(out, h, master, seed)
		return out
	}
	half := (len(master) + 1) / 2
	pHash(out, md5.New, master[:half], seed)
	pHash(out, newSHA1, master[len(master)-half:], seed)
	return out
}
