package tls

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
)

// A protection opens the records that one side sealed under one key.
//
// A record says nothing about its number, which is part of what is verified.
// Both ends count; an observer that misses records has to try.
type protection interface {
	// open appends the content of r to dst if r has this number.
	open(dst []byte, r *record, number uint64) ([]byte, bool)

	// find returns the number of r if it is one of from to to (exclusive). It
	// pays for every try from work, and gives up when that is spent.
	find(r *record, from, to uint64, work *int64) (uint64, bool)

	// pass says that a record went by which was not opened; body is nil when
	// it was not captured in full.
	pass(body []byte)

	// clone returns a protection in the same state, for a session elsewhere.
	clone() protection

	// overhead is by how many bytes at least a body is longer than its content.
	overhead() int
}

// Costs of searching, in nanoseconds, roughly: what a limit in tries would
// miss is that a long record costs a hundred times as much as a short one.
const (
	costSetup  = 2000 // of a key
	costTry    = 400  // of trying one number on an empty record
	costTryGCM = 16   // of one block of AES
)

// newAEAD returns the cipher of a mode, and of GCM its block cipher, too.
func newAEAD(m mode, key []byte) (cipher.AEAD, cipher.Block) {
	if m == chacha {
		aead, err := chacha20poly1305.New(key)
		if err != nil {
			panic(err) // the size of the key comes from the same table as m
		}
		return aead, nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // as above
	}
	switch m {
	case ccm:
		return &aesCCM{block: block, tag: 16}, nil
	case ccm8:
		return &aesCCM{block: block, tag: 8}, nil
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the one block size that GCM is for
	}
	return aead, block
}

// findByTrying is find for protections without a shorter way.
func findByTrying(p protection, r *record, from, to uint64, work *int64) (uint64, bool) {
	scratch := make([]byte, 0, len(r.body))
	for n := from; n < to; n++ {
		if *work -= costTry + int64(len(r.body)); *work < 0 {
			return 0, false
		}
		if _, ok := p.open(scratch, r, n); ok {
			return n, true
		}
	}
	return 0, false
}

// sealed13 is the record protection of TLS 1.3, §5.2 and §5.3.
type sealed13 struct {
	aead  cipher.AEAD
	block cipher.Block // of GCM; nil for others
	iv    [12]byte
	nonce [12]byte
}

func newSealed13(s spec, secret []byte) *sealed13 {
	p := &sealed13{}
	p.aead, p.block = newAEAD(s.mode, expandLabel(s.hash, secret, "key", s.key))
	copy(p.iv[:], expandLabel(s.hash, secret, "iv", len(p.iv)))
	return p
}

func (p *sealed13) overhead() int { return 1 + p.aead.Overhead() }

func (p *sealed13) pass([]byte) {}

// number puts the nonce of a record into p.nonce, §5.3.
func (p *sealed13) number(n uint64) {
	p.nonce = p.iv
	binary.BigEndian.PutUint64(p.nonce[4:], binary.BigEndian.Uint64(p.iv[4:])^n)
}

// open returns the inner plaintext, type and padding included.
func (p *sealed13) open(dst []byte, r *record, number uint64) ([]byte, bool) {
	if len(r.body) < p.overhead() {
		return nil, false
	}
	p.number(number)
	out, err := p.aead.Open(dst, p.nonce[:], r.body, r.header[:])
	return out, err == nil
}

// find of GCM costs one block of AES per number: the tag is GHASH(header,
// body) xor AES(nonce), and in TLS 1.3 the GHASH does not depend on the
// number. Sealing what the body decrypts to under any number gives it.
func (p *sealed13) find(r *record, from, to uint64, work *int64) (uint64, bool) {
	n := len(r.body) - p.aead.Overhead()
	if p.block == nil || n < 1 {
		return findByTrying(p, r, from, to, work)
	}
	*work -= costSetup + 2*int64(n)
	p.number(from)
	in := make([]byte, n)
	stream := p.aead.Seal(nil, p.nonce[:], in, nil)
	for i := range in {
		in[i] = r.body[i] ^ stream[i]
	}
	same := p.aead.Seal(stream[:0], p.nonce[:], in, r.header[:])[n:]

	var counter, mask [16]byte
	counter[15] = 1
	mix := func(number uint64) uint64 {
		p.number(number)
		copy(counter[:], p.nonce[:])
		p.block.Encrypt(mask[:], counter[:])
		return binary.BigEndian.Uint64(mask[:])
	}
	want := mix(from) ^ binary.BigEndian.Uint64(same) ^ binary.BigEndian.Uint64(r.body[n:])
	for number := from; number < to; number++ {
		if *work -= costTryGCM; *work < 0 {
			return 0, false
		}
		if mix(number) == want {
			if _, ok := p.open(in[:0], r, number); ok {
				return number, true
			}
		}
	}
	return 0, false
}

// sealed12 is the protection by AEAD of TLS 1.2, RFC 5246 §6.2.3.3: GCM and
// CCM with a part of the nonce in each record (RFC 5288 §3, RFC 6655 §3),
// ChaCha20 without (RFC 7905 §2).
type sealed12 struct {
	aead     cipher.AEAD
	explicit int // bytes of the nonce in the record
	iv       [12]byte
	nonce    [12]byte
	aad      [13]byte

	// Every sender known counts the explicit nonce up with the number,
	// wherever it begins: the difference finds the number again.
	ahead uint64 // nonce - number of the last record opened
}

func newSealed12(s spec, key, iv []byte) *sealed12 {
	p := &sealed12{}
	p.aead, _ = newAEAD(s.mode, key)
	p.explicit = len(p.iv) - copy(p.iv[:], iv)
	return p
}

func (p *sealed12) overhead() int { return p.explicit + p.aead.Overhead() }

func (p *sealed12) pass([]byte) {}

func (p *sealed12) open(dst []byte, r *record, number uint64) ([]byte, bool) {
	if len(r.body) < p.overhead() {
		return nil, false
	}
	p.nonce = p.iv
	if p.explicit > 0 {
		copy(p.nonce[len(p.iv)-p.explicit:], r.body)
	} else {
		binary.BigEndian.PutUint64(p.nonce[4:], binary.BigEndian.Uint64(p.iv[4:])^number)
	}
	sealed := r.body[p.explicit:]
	authenticated(p.aad[:], r, number, len(sealed)-p.aead.Overhead())
	out, err := p.aead.Open(dst, p.nonce[:], sealed, p.aad[:])
	if err != nil {
		return nil, false
	}
	if p.explicit == 8 {
		p.ahead = binary.BigEndian.Uint64(r.body) - number
	}
	return out, true
}

func (p *sealed12) find(r *record, from, to uint64, work *int64) (uint64, bool) {
	if p.explicit == 8 && len(r.body) >= p.overhead() {
		nonce := binary.BigEndian.Uint64(r.body)
		for _, n := range [2]uint64{nonce - p.ahead, nonce} {
			if n < from {
				continue
			}
			if m, ok := findByTrying(p, r, n, n+1, work); ok {
				return m, true
			}
		}
	}
	return findByTrying(p, r, from, to, work)
}

// authenticated writes what the MAC of a record covers beside its content,
// RFC 5246 §6.2.3.1.
func authenticated(b []byte, r *record, number uint64, size int) {
	binary.BigEndian.PutUint64(b, number)
	copy(b[8:], r.header[:3])
	binary.BigEndian.PutUint16(b[11:], uint16(size))
}
