package tls

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"

	"wsight/flow"
)

// forge makes TLS traffic by hand, for what crypto/tls does not do. A is the
// client. It only has to be what an observer sees: nothing is signed.
type forge struct {
	version  Version
	suite    CipherSuite
	spec     spec
	etm      bool
	random   [32]byte
	server   [32]byte
	secrets  [uses][]byte
	traffic  [2][]byte // of the present generation, after a KeyUpdate
	segments []segment
	seal     [2]func(kind byte, content []byte) []byte // nil: in the clear
	pad      int                                       // zeros added to records of TLS 1.3
}

// newForge derives everything from a name, so that traffic is the same in every run.
func newForge(name string, v Version, suite CipherSuite) *forge {
	f := &forge{version: v, suite: suite}
	f.spec, _ = suite.spec()
	copy(f.random[:], fmt.Sprintf("client random of %-32s", name))
	copy(f.random[16:], name)
	copy(f.server[:], fmt.Sprintf("server random of %-32s", name))
	for i := range f.secrets {
		size := f.spec.hash().Size()
		if use(i) == master {
			size = 48
		}
		f.secrets[i] = bytes.Repeat([]byte{byte(i + 1), name[0]}, size/2)
	}
	return f
}

// keys returns the lines of the key log with these labels, all that fit the
// version when there are none.
func (f *forge) keys(names ...string) string {
	var b strings.Builder
	for name, use := range labels {
		if (use == master) == (f.version == TLS13) || len(names) > 0 && !strings.Contains(strings.Join(names, " "), name) {
			continue
		}
		fmt.Fprintf(&b, "%s %x %x\n", name, f.random, f.secrets[use])
	}
	return b.String()
}

// send adds one record, sealed if the side has a key by now.
func (f *forge) send(from flow.Side, kind byte, content []byte) {
	f.segments = append(f.segments, segment{from: from, data: f.record(from, kind, content)})
}

func (f *forge) record(from flow.Side, kind byte, content []byte) []byte {
	if f.seal[from] != nil {
		return f.seal[from](kind, content)
	}
	return append(header(kind, len(content)), content...)
}

func header(kind byte, size int) []byte {
	return []byte{kind, 3, 3, byte(size >> 8), byte(size)}
}

func (f *forge) say(from flow.Side, text string) { f.send(from, typeApplicationData, []byte(text)) }

// hello sends both hellos. early announces early data in the first.
func (f *forge) clientHello(early bool) {
	f.send(flow.A, typeHandshake, handshakeMessage(clientHello, func(b *cryptobyte.Builder) {
		b.AddUint16(0x0303)
		b.AddBytes(f.random[:])
		b.AddUint8(0)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint16(uint16(f.suite)) })
		b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddUint8(0) })
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			extension(b, extServerName, "\x00\x0d\x00\x00\x0aws.example")
			extension(b, extALPN, "\x00\x0c\x02h2\x08http/1.1")
			if f.version == TLS13 {
				extension(b, extSupportedVersions, "\x04\x0a\x0a\x03\x04")
			}
			if early {
				extension(b, extEarlyData, "")
			}
		})
	}))
}

func (f *forge) serverHello() {
	f.send(flow.B, typeHandshake, handshakeMessage(serverHello, func(b *cryptobyte.Builder) {
		b.AddUint16(uint16(min(f.version, TLS12)))
		b.AddBytes(f.server[:])
		b.AddUint8(0)
		b.AddUint16(uint16(f.suite))
		b.AddUint8(0)
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			if f.version == TLS13 {
				extension(b, extSupportedVersions, "\x03\x04")
			}
			if f.etm {
				extension(b, extEncryptThenMAC, "")
			}
		})
	}))
}

func extension(b *cryptobyte.Builder, number uint16, body string) {
	b.AddUint16(number)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(body)) })
}

func handshakeMessage(kind byte, body func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddUint8(kind)
	b.AddUint24LengthPrefixed(body)
	return b.BytesOrPanic()
}

// handshake13 goes through a handshake of TLS 1.3, with early data if given.
func (f *forge) handshake13(early string, accepted bool) {
	f.clientHello(early != "")
	if early != "" {
		f.key13(flow.A, f.secrets[clientEarly])
		f.say(flow.A, early)
	}
	f.serverHello()
	f.key13(flow.B, f.secrets[serverHandshake])
	f.send(flow.B, typeHandshake, handshakeMessage(encryptedExtensions, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			extension(b, extALPN, "\x00\x09\x08http/1.1")
			if accepted {
				extension(b, extEarlyData, "")
			}
		})
	}))
	f.send(flow.B, typeHandshake, f.finishedMessage())
	f.key13(flow.B, f.secrets[serverTraffic])
	if accepted {
		f.send(flow.A, typeHandshake, []byte{endOfEarlyData, 0, 0, 0})
	}
	f.key13(flow.A, f.secrets[clientHandshake])
	f.send(flow.A, typeHandshake, f.finishedMessage())
	f.key13(flow.A, f.secrets[clientTraffic])
}

func (f *forge) finishedMessage() []byte {
	size := 12
	if f.version == TLS13 {
		size = f.spec.hash().Size()
	}
	return append([]byte{finished, 0, 0, byte(size)}, make([]byte, size)...)
}

// key13 puts a key into use, §7.3.
func (f *forge) key13(side flow.Side, secret []byte) {
	aead, _ := newAEAD(f.spec.mode, expandLabel(f.spec.hash, secret, "key", f.spec.key))
	iv := expandLabel(f.spec.hash, secret, "iv", 12)
	number := uint64(0)
	f.seal[side] = func(kind byte, content []byte) []byte {
		inner := append(append(bytes.Clone(content), kind), make([]byte, f.pad)...)
		nonce := bytes.Clone(iv)
		binary.BigEndian.PutUint64(nonce[4:], binary.BigEndian.Uint64(nonce[4:])^number)
		number++
		h := header(typeApplicationData, len(inner)+aead.Overhead())
		return aead.Seal(bytes.Clone(h), nonce, inner, h)
	}
}

// update sends a KeyUpdate and changes the key, §4.6.3.
func (f *forge) update(side flow.Side, requested bool) {
	f.send(side, typeHandshake, []byte{keyUpdate, 0, 0, 1, map[bool]byte{true: 1}[requested]})
	if f.traffic[side] == nil {
		f.traffic[side] = f.secrets[clientTraffic+use(side)]
	}
	f.traffic[side] = expandLabel(f.spec.hash, f.traffic[side], "traffic upd", f.spec.hash().Size())
	f.key13(side, f.traffic[side])
}

// handshake12 goes through a handshake of TLS 1.2 or before.
func (f *forge) handshake12() {
	f.clientHello(false)
	f.serverHello()
	f.send(flow.B, typeHandshake, []byte{14, 0, 0, 0}) // ServerHelloDone
	f.change(flow.A)
	f.change(flow.B)
}

// change sends ChangeCipherSpec and Finished.
func (f *forge) change(side flow.Side) {
	f.send(side, typeChangeCipherSpec, []byte{1})
	mac := f.spec.mac().Size()
	block := keyBlock(f.version, f.spec.hash, f.secrets[master], &f.random, &f.server, 2*(mac+f.spec.key+16))
	macKey := block[int(side)*mac:][:mac]
	key := block[2*mac+int(side)*f.spec.key:][:f.spec.key]
	iv := block[2*(mac+f.spec.key)+16*int(side):][:16]
	f.keyCBC(side, macKey, key, iv)
	f.send(side, typeHandshake, f.finishedMessage())
}

// keyCBC puts a key into use, RFC 5246 §6.2.3.2 and RFC 7366.
func (f *forge) keyCBC(side flow.Side, macKey, key, iv []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	number := uint64(0)
	iv = bytes.Clone(iv)
	f.seal[side] = func(kind byte, content []byte) []byte {
		mac := hmac.New(f.spec.mac, macKey)
		sum := func(covered []byte) []byte {
			h := binary.BigEndian.AppendUint64(nil, number)
			mac.Write(append(h, header(kind, len(covered))...))
			mac.Write(covered)
			number++
			return mac.Sum(nil)
		}
		plain := bytes.Clone(content)
		if !f.etm {
			plain = append(plain, sum(content)...)
		}
		pad := 16 - len(plain)%16
		plain = append(plain, bytes.Repeat([]byte{byte(pad - 1)}, pad)...)
		iv[0]++
		body := append(bytes.Clone(iv), plain...)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(body[16:], body[16:])
		if f.etm {
			body = append(body, sum(body)...)
		}
		return append(header(kind, len(body)), body...)
	}
}
