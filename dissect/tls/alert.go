package tls

import "fmt"

// An Alert says why a side ends or interrupts the connection (§6).
type Alert struct {
	Place
	Level       AlertLevel
	Description AlertDescription
	Sealed      bool // it was sent encrypted

	// Opaque says that it was sent encrypted and could not be opened: Level
	// and Description are unknown. TLS 1.3 hides even that it is an alert.
	Opaque bool
}

// An AlertLevel says whether an alert ends the connection (§6).
type AlertLevel uint8

const (
	Warning AlertLevel = 1
	Fatal   AlertLevel = 2
)

// String returns the word of the RFC.
func (l AlertLevel) String() string {
	switch l {
	case Warning:
		return "warning"
	case Fatal:
		return "fatal"
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// An AlertDescription is the number of an alert in the registry of IANA.
type AlertDescription uint8

// CloseNotify is the alert of an orderly end (§6.1).
const CloseNotify AlertDescription = 0

var alertNames = map[AlertDescription]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
	30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
	43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
	47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
	60: "export_restriction", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
	86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
	110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
	113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
	116: "certificate_required", 120: "no_application_protocol", 121: "ech_required",
}

// String returns the name in the registry, such as "handshake_failure".
func (d AlertDescription) String() string {
	if name, ok := alertNames[d]; ok {
		return name
	}
	return fmt.Sprintf("alert(%d)", uint8(d))
}
