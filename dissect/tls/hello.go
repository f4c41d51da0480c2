package tls

import (
	"bytes"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// A Version is a version of the protocol as it stands on the wire.
type Version uint16

const (
	TLS10 Version = 0x0301
	TLS11 Version = 0x0302
	TLS12 Version = 0x0303
	TLS13 Version = 0x0304
)

// String returns "1.2", the word of the JSON output.
func (v Version) String() string {
	switch v {
	case 0x0300:
		return "SSL 3.0"
	case TLS10, TLS11, TLS12, TLS13:
		return fmt.Sprintf("1.%d", v&0xff-1)
	}
	return fmt.Sprintf("0x%04X", uint16(v))
}

// A ClientHello is what the client offers (§4.1.2), whether or not anything
// of the connection can be opened.
type ClientHello struct {
	Place
	Random     [32]byte
	ServerName string // of the extension server_name, as sent; "" when absent
	ALPN       []string
	Versions   []Version // in the client's order; GREASE values (RFC 8701) left out
	Suites     []CipherSuite
	Resumes    bool // offers to resume a session
	EarlyData  bool // announces early data
	ECH        bool // carries encrypted_client_hello: ServerName may be the public name only
	Again      bool // not the first one: after a HelloRetryRequest, or a renegotiation

	sessionID, ticket []byte
}

// A ServerHello is what the server chose (§4.1.3, RFC 5246 §7.4.1.3).
type ServerHello struct {
	Place
	Random  [32]byte
	Version Version
	Suite   CipherSuite
	ALPN    string // TLS 1.2 and before; see EncryptedExtensions for 1.3
	Resumed bool   // the session is a resumed one
	Retry   bool   // it is a HelloRetryRequest: another ClientHello is to follow

	ExtendedMasterSecret bool // RFC 7627
	EncryptThenMAC       bool // RFC 7366

	sessionID []byte
}

// EncryptedExtensions is the rest of what a TLS 1.3 server chose (§4.3.1).
// It shows only with the server's handshake secret.
type EncryptedExtensions struct {
	Place
	ALPN      string // "" when none was chosen
	EarlyData bool   // early data is accepted
}

// Numbers of extensions, registry of IANA.
const (
	extServerName           = 0
	extALPN                 = 16
	extEncryptThenMAC       = 22
	extExtendedMasterSecret = 23
	extSessionTicket        = 35
	extPreSharedKey         = 41
	extEarlyData            = 42
	extSupportedVersions    = 43
	extECH                  = 0xfe0d
)

// retryRandom is the random that makes a ServerHello a HelloRetryRequest, §4.1.3.
const retryRandom = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

// parseClientHello reads the body of a ClientHello. What is malformed is left
// out; ok is false when not even the random could be read.
func parseClientHello(body []byte) (h ClientHello, ok bool) {
	s := cryptobyte.String(body)
	var version uint16
	var id, suites, compression cryptobyte.String
	if !s.ReadUint16(&version) || !s.CopyBytes(h.Random[:]) {
		return h, false
	}
	if !s.ReadUint8LengthPrefixed(&id) || !s.ReadUint16LengthPrefixed(&suites) || !s.ReadUint8LengthPrefixed(&compression) {
		return h, true
	}
	h.sessionID = id
	h.Resumes = len(id) > 0 // until the extensions tell that it is a dummy
	for n := uint16(0); suites.ReadUint16(&n); {
		if !grease(n) {
			h.Suites = append(h.Suites, CipherSuite(n))
		}
	}
	ticket, offers13 := false, false
	extensions(s, func(number uint16, ext cryptobyte.String) {
		switch number {
		case extServerName:
			h.ServerName = serverName(ext)
		case extALPN:
			h.ALPN = protocols(ext)
		case extSupportedVersions:
			var list cryptobyte.String
			ext.ReadUint8LengthPrefixed(&list)
			for v := uint16(0); list.ReadUint16(&v); {
				if !grease(v) {
					h.Versions = append(h.Versions, Version(v))
					offers13 = offers13 || Version(v) == TLS13
				}
			}
		case extSessionTicket:
			h.ticket = ext
			ticket = ticket || len(ext) > 0
		case extPreSharedKey:
			ticket = true
		case extEarlyData:
			h.EarlyData = true
		case extECH:
			h.ECH = true
		}
	})
	// A client that offers TLS 1.3 fills the session id for the sake of
	// middleboxes (§D.4): it then says nothing.
	h.Resumes = ticket || h.Resumes && !offers13
	if h.Versions == nil {
		h.Versions = []Version{Version(version)}
	}
	return h, true
}

// parseServerHello reads the body of a ServerHello; ok is false when it ends
// before the suite.
func parseServerHello(body []byte) (h ServerHello, ok bool) {
	s := cryptobyte.String(body)
	var version, suite uint16
	var compression uint8
	var id cryptobyte.String
	if !s.ReadUint16(&version) || !s.CopyBytes(h.Random[:]) || !s.ReadUint8LengthPrefixed(&id) ||
		!s.ReadUint16(&suite) || !s.ReadUint8(&compression) {
		return h, false
	}
	h.sessionID = id
	h.Version, h.Suite = Version(version), CipherSuite(suite)
	h.Retry = string(h.Random[:]) == retryRandom
	extensions(s, func(number uint16, ext cryptobyte.String) {
		switch number {
		case extSupportedVersions:
			if ext.ReadUint16(&version) {
				h.Version = Version(version)
			}
		case extALPN:
			if list := protocols(ext); len(list) > 0 {
				h.ALPN = list[0]
			}
		case extPreSharedKey:
			h.Resumed = true
		case extExtendedMasterSecret:
			h.ExtendedMasterSecret = true
		case extEncryptThenMAC:
			h.EncryptThenMAC = true
		}
	})
	return h, true
}

func parseEncryptedExtensions(body []byte) (e EncryptedExtensions) {
	extensions(cryptobyte.String(body), func(number uint16, ext cryptobyte.String) {
		switch number {
		case extALPN:
			if list := protocols(ext); len(list) > 0 {
				e.ALPN = list[0]
			}
		case extEarlyData:
			e.EarlyData = true
		}
	})
	return e
}

// extensions calls back for each extension of s, which begins with their
// length, until one does not fit.
func extensions(s cryptobyte.String, each func(number uint16, ext cryptobyte.String)) {
	var list cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) {
		return
	}
	for {
		var number uint16
		var ext cryptobyte.String
		if !list.ReadUint16(&number) || !list.ReadUint16LengthPrefixed(&ext) {
			return
		}
		each(number, ext)
	}
}

// serverName reads the host name of RFC 6066 §3.
func serverName(ext cryptobyte.String) string {
	var list, name cryptobyte.String
	var kind uint8
	ext.ReadUint16LengthPrefixed(&list)
	for list.ReadUint8(&kind) && list.ReadUint16LengthPrefixed(&name) {
		if kind == 0 {
			return string(name)
		}
	}
	return ""
}

// protocols reads the list of RFC 7301 §3.1.
func protocols(ext cryptobyte.String) []string {
	var list, name cryptobyte.String
	var names []string
	ext.ReadUint16LengthPrefixed(&list)
	for list.ReadUint8LengthPrefixed(&name) {
		if len(name) == 2 && name[0] == name[1] && name[0]&0xf == 0xa {
			continue // GREASE
		}
		names = append(names, string(name))
	}
	return names
}

// grease tells the values that clients offer only to keep servers tolerant, RFC 8701 §2.
func grease(n uint16) bool { return n&0x0f0f == 0x0a0a && n>>8 == n&0xff }

// resumes tells whether a server of TLS 1.2 or before took up the session
// that the client asked for: it then returns the client's session id
// (RFC 5246 §7.4.1.3), also for a ticket (RFC 5077 §3.4).
func (h *ServerHello) resumes(client []byte) bool {
	return len(client) > 0 && bytes.Equal(h.sessionID, client)
}
