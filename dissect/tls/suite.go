package tls

import (
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"
)

// A CipherSuite is the number of a cipher suite in the registry of IANA.
type CipherSuite uint16

// String returns the name in the registry, such as "TLS_AES_128_GCM_SHA256".
func (c CipherSuite) String() string {
	if name, ok := suiteNames[c]; ok {
		return name
	}
	return fmt.Sprintf("0x%04X", uint16(c))
}

// A mode is a way to seal records. The numbers are ours.
type mode uint8

const (
	gcm mode = iota + 1
	chacha
	ccm
	ccm8 // with a tag of 8 bytes
	cbc
)

// spec is what a suite means for records.
type spec struct {
	mode mode
	key  int              // bytes of the key
	hash func() hash.Hash // of HKDF or the PRF (that of TLS 1.2)
	mac  func() hash.Hash // of CBC
}

// ciphers are the middle parts of the names of suites that can be opened:
// for the record layer a suite is what its name says after the key exchange.
var ciphers = []struct {
	name string
	spec spec
}{
	{"AES_128_GCM_SHA256", spec{mode: gcm, key: 16, hash: sha256.New}},
	{"AES_256_GCM_SHA384", spec{mode: gcm, key: 32, hash: sha512.New384}},
	{"CHACHA20_POLY1305_SHA256", spec{mode: chacha, key: 32, hash: sha256.New}},
	{"AES_128_CCM", spec{mode: ccm, key: 16, hash: sha256.New}},
	{"AES_256_CCM", spec{mode: ccm, key: 32, hash: sha256.New}},
	{"AES_128_CCM_8", spec{mode: ccm8, key: 16, hash: sha256.New}},
	{"AES_256_CCM_8", spec{mode: ccm8, key: 32, hash: sha256.New}},
	{"AES_128_CCM_SHA256", spec{mode: ccm, key: 16, hash: sha256.New}},
	{"AES_128_CCM_8_SHA256", spec{mode: ccm8, key: 16, hash: sha256.New}},
	{"AES_128_CBC_SHA", spec{mode: cbc, key: 16, hash: sha256.New, mac: newSHA1}},
	{"AES_256_CBC_SHA", spec{mode: cbc, key: 32, hash: sha256.New, mac: newSHA1}},
	{"AES_128_CBC_SHA256", spec{mode: cbc, key: 16, hash: sha256.New, mac: sha256.New}},
	{"AES_256_CBC_SHA256", spec{mode: cbc, key: 32, hash: sha256.New, mac: sha256.New}},
	{"AES_256_CBC_SHA384", spec{mode: cbc, key: 32, hash: sha512.New384, mac: sha512.New384}},
}

// spec returns what c means for records; ok is false when it cannot be opened.
func (c CipherSuite) spec() (s spec, ok bool) {
	name, found := strings.CutPrefix(suiteNames[c], "TLS_")
	if !found {
		return s, false
	}
	if _, cipher, exchange := strings.Cut(name, "_WITH_"); exchange {
		name = cipher
	}
	for _, c := range ciphers {
		if c.name == name {
			return c.spec, true
		}
	}
	return s, false
}

// suites13 are the suites of TLS 1.3 that can be opened, by the size of their
// secrets: what is left to try when the ServerHello was not captured. Those
// with CCM, which hardly anybody uses, are among them if the client offered one.
func suites13(secret int, withCCM bool) []CipherSuite {
	switch {
	case secret == 48:
		return []CipherSuite{0x1302}
	case withCCM:
		return []CipherSuite{0x1301, 0x1303, suiteCCM, suiteCCM8}
	}
	return []CipherSuite{0x1301, 0x1303}
}

// The suites of TLS 1.3 with CCM, §B.4.
const (
	suiteCCM  CipherSuite = 0x1304
	suiteCCM8 CipherSuite = 0x1305
)

// only13 reports whether c is a suite of TLS 1.3, which are no others' suites (§B.4).
func (c CipherSuite) only13() bool { return c>>8 == 0x13 }
