package tls

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// aesCCM is AES-CCM (RFC 3610) with the nonces of 12 bytes that TLS uses
// (RFC 6655 §3). Go has none, since hardly anything on the web offers it;
// small devices do. It holds scratch memory: one goroutine at a time.
type aesCCM struct {
	block   cipher.Block
	tag     int // bytes: 16, or 8 in the suites named CCM_8
	counter [aes.BlockSize]byte
	stream  [aes.BlockSize]byte // what a counter encrypts to
	mac     [aes.BlockSize]byte // CBC-MAC of what was authenticated so far
}

var errCCM = errors.New("tls: the record is not authentic")

// lengthSize is how many bytes count blocks and give the length: 15 less the nonce.
const lengthSize = 3

// NonceSize implements cipher.AEAD.
func (c *aesCCM) NonceSize() int { return aes.BlockSize - 1 - lengthSize }

// Overhead implements cipher.AEAD.
func (c *aesCCM) Overhead() int { return c.tag }

// Seal implements cipher.AEAD; dst and plain must not overlap.
func (c *aesCCM) Seal(dst, nonce, plain, additional []byte) []byte {
	c.authenticate(nonce, plain, additional)
	sealed := append(dst, plain...)
	c.crypt(nonce, sealed[len(dst):])
	return append(sealed, c.mac[:c.tag]...)
}

// Open implements cipher.AEAD; dst and sealed must not overlap.
func (c *aesCCM) Open(dst, nonce, sealed, additional []byte) ([]byte, error) {
	n := len(sealed) - c.tag
	if n < 0 {
		return nil, errCCM
	}
	out := append(dst, sealed[:n]...)
	plain := out[len(dst):]
	clear(c.mac[:])
	c.crypt(nonce, plain)
	mask := c.mac
	c.authenticate(nonce, plain, additional)
	subtle.XORBytes(c.mac[:], c.mac[:], mask[:])
	if subtle.ConstantTimeCompare(c.mac[:c.tag], sealed[n:]) != 1 {
		return nil, errCCM
	}
	return out, nil
}

// authenticate puts the CBC-MAC into c.mac, RFC 3610 §2.2.
func (c *aesCCM) authenticate(nonce, plain, additional []byte) {
	const withAdditional = 1 << 6
	c.mac = [aes.BlockSize]byte{0: withAdditional | byte(c.tag-2)/2<<3 | lengthSize - 1}
	copy(c.mac[1:], nonce)
	c.mac[13], c.mac[14], c.mac[15] = byte(len(plain)>>16), byte(len(plain)>>8), byte(len(plain))
	c.block.Encrypt(c.mac[:], c.mac[:])

	// A record has never more additional data than fits the first block.
	var first [aes.BlockSize]byte
	binary.BigEndian.PutUint16(first[:], uint16(len(additional)))
	copy(first[2:], additional)
	subtle.XORBytes(c.mac[:], c.mac[:], first[:])
	c.block.Encrypt(c.mac[:], c.mac[:])

	for len(plain) > 0 {
		n := subtle.XORBytes(c.mac[:], c.mac[:], plain[:min(len(plain), aes.BlockSize)])
		c.block.Encrypt(c.mac[:], c.mac[:])
		plain = plain[n:]
	}
}

// crypt encrypts or decrypts p in place, and c.mac with the first of the
// stream, RFC 3610 §2.3.
func (c *aesCCM) crypt(nonce, p []byte) {
	c.counter = [aes.BlockSize]byte{0: lengthSize - 1}
	copy(c.counter[1:], nonce)
	c.block.Encrypt(c.stream[:], c.counter[:])
	subtle.XORBytes(c.mac[:], c.mac[:], c.stream[:])
	for i := uint32(1); len(p) > 0; i++ {
		c.counter[13], c.counter[14], c.counter[15] = byte(i>>16), byte(i>>8), byte(i)
		c.block.Encrypt(c.stream[:], c.counter[:])
		p = p[subtle.XORBytes(p, p, c.stream[:min(len(p), aes.BlockSize)]):]
	}
}
