package tls

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"hash"
)

// sealedCBC is the protection by AES-CBC and HMAC of TLS 1.0 to 1.2, RFC 5246
// §6.2.3.2, in either order: MAC then encrypt, or RFC 7366.
type sealedCBC struct {
	block    cipher.Block
	mode     cipher.BlockMode
	mac      hash.Hash
	after    bool // the MAC is of what was encrypted, RFC 7366
	explicit bool // each record brings its IV: TLS 1.1 and later

	// In TLS 1.0 the IV is the last block of the record before (RFC 2246
	// §6.2.3.2): after a record that was not captured it is unknown.
	iv      [aes.BlockSize]byte
	unknown bool

	head [13]byte
	sum  []byte
}

func newSealedCBC(v Version, s spec, after bool, macKey, key, iv []byte) *sealedCBC {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the size of the key comes from the table of suites
	}
	p := &sealedCBC{block: block, mac: hmac.New(s.mac, macKey), after: after, explicit: v >= TLS11}
	copy(p.iv[:], iv)
	return p
}

func (p *sealedCBC) overhead() int {
	n := p.mac.Size() + 1
	if p.explicit {
		n += aes.BlockSize
	}
	return n
}

// split returns the IV of a body, its encrypted blocks, and the MAC that
// follows them if it does.
func (p *sealedCBC) split(body []byte) (iv, blocks, mac []byte, ok bool) {
	iv, blocks = p.iv[:], body
	if p.explicit {
		if len(blocks) < aes.BlockSize {
			return nil, nil, nil, false
		}
		iv, blocks = blocks[:aes.BlockSize], blocks[aes.BlockSize:]
	}
	if p.after {
		n := len(blocks) - p.mac.Size()
		if n < 0 {
			return nil, nil, nil, false
		}
		blocks, mac = blocks[:n], blocks[n:]
	}
	return iv, blocks, mac, len(blocks) > 0 && len(blocks)%aes.BlockSize == 0
}

func (p *sealedCBC) open(dst []byte, r *record, number uint64) ([]byte, bool) {
	out, mac, ok := p.decrypt(dst, r.body)
	if !ok || !p.verify(r, out[len(dst):], mac, number) {
		return nil, false
	}
	p.pass(r.body)
	return out, true
}

// decrypt appends the content of a body to dst, unverified, and returns the
// MAC that came with it.
func (p *sealedCBC) decrypt(dst, body []byte) (out, mac []byte, ok bool) {
	iv, blocks, mac, ok := p.split(body)
	if !ok || p.unknown && !p.explicit {
		return nil, nil, false
	}
	n := len(dst)
	out = append(dst, blocks...)
	content := out[n:]
	p.decrypter(iv).CryptBlocks(content, content)
	pad := int(content[len(content)-1]) + 1
	size := len(content) - pad
	if !p.after {
		size -= p.mac.Size()
	}
	if size < 0 {
		return nil, nil, false
	}
	for _, c := range content[len(content)-pad:] {
		if int(c)+1 != pad {
			return nil, nil, false
		}
	}
	if !p.after {
		mac = content[size : size+p.mac.Size()]
	}
	return out[:n+size], mac, true
}

// decrypter returns a decrypter set to iv, without allocating where the
// standard library's can be set anew, as crypto/tls does it.
func (p *sealedCBC) decrypter(iv []byte) cipher.BlockMode {
	if m, ok := p.mode.(interface{ SetIV([]byte) }); ok {
		m.SetIV(iv)
	} else {
		p.mode = cipher.NewCBCDecrypter(p.block, iv)
	}
	return p.mode
}

// verify tells whether mac is that of a record with this content and number.
func (p *sealedCBC) verify(r *record, content, mac []byte, number uint64) bool {
	covered := content
	if p.after { // RFC 7366 §3: over what is sent
		covered = r.body[:len(r.body)-len(mac)]
	}
	authenticated(p.head[:], r, number, len(covered))
	p.mac.Reset()
	p.mac.Write(p.head[:])
	p.mac.Write(covered)
	p.sum = p.mac.Sum(p.sum[:0])
	return hmac.Equal(p.sum, mac)
}

func (p *sealedCBC) find(r *record, from, to uint64, work *int64) (uint64, bool) {
	content, mac, ok := p.decrypt(nil, r.body)
	for n := from; ok && n < to; n++ {
		if *work -= 2*costTry + 2*int64(len(content)); *work < 0 {
			return 0, false
		}
		if p.verify(r, content, mac, n) {
			return n, true
		}
	}
	return 0, false
}

func (p *sealedCBC) pass(body []byte) {
	if p.explicit {
		return
	}
	_, blocks, _, ok := p.split(body)
	p.unknown = !ok
	if ok {
		copy(p.iv[:], blocks[len(blocks)-aes.BlockSize:])
	}
}
