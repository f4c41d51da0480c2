package websocket

import (
	"encoding/binary"
	"unicode/utf8"

	"wsight/finding"
)

// NoCode is the code of a Close frame whose body is empty or too short to
// hold one. It is not on the wire; §7.4.1 calls this state 1005.
const NoCode = -1

// A CloseBody is the payload of a Close frame, §5.5.1.
type CloseBody struct {
	Code   int    // NoCode when there is none
	Reason []byte // part of the payload it was parsed from
}

// ParseClose reads the payload of a Close frame and appends to dst every rule
// that it breaks. An empty payload is legal.
func ParseClose(payload []byte, dst []finding.Code) (CloseBody, []finding.Code) {
	switch len(payload) {
	case 0:
		return CloseBody{Code: NoCode}, dst
	case 1:
		return CloseBody{Code: NoCode}, append(dst, finding.ClosePayloadInvalid)
	}
	body := CloseBody{Code: int(binary.BigEndian.Uint16(payload)), Reason: payload[2:]}
	if class := ClassOf(body.Code); class != Assigned && class != Private {
		dst = append(dst, finding.CloseCodeInvalid)
	}
	if !utf8.Valid(body.Reason) {
		dst = append(dst, finding.CloseReasonInvalidUTF8)
	}
	return body, dst
}

// A CodeClass says whether a close code may be sent, §7.4. The numbers are ours.
type CodeClass uint8

const (
	// Assigned: registered with IANA for use in a Close frame.
	Assigned CodeClass = iota + 1
	// Private: 3000 to 4999, for libraries, frameworks and applications.
	Private
	// Unassigned: 1016 to 2999, kept for later versions and extensions.
	Unassigned
	// Forbidden: must not be sent: 0 to 999, 1004 to 1006, 1015, 5000 and up.
	Forbidden
)

// ClassOf returns the class of a close code.
func ClassOf(code int) CodeClass {
	switch {
	case code < 1000, code == 1004, code == 1005, code == 1006, code == 1015, code >= 5000:
		return Forbidden
	case code >= 3000:
		return Private
	case code >= 1016:
		return Unassigned
	}
	return Assigned
}

// A CloseCode explains a code that is defined, whether or not it may be sent.
type CloseCode struct {
	Code     int
	Name     string // as IANA's registry has it
	Meaning  string // for people: what the sender says with it
	Abnormal bool   // it reports trouble
}

// closeCodes are those of §7.4.1 and of IANA's WebSocket Close Code Number
// Registry, in order.
var closeCodes = [...]CloseCode{
	{1000, "Normal Closure", "the purpose of the connection is fulfilled", false},
	{1001, "Going Away", "the server goes down, or the browser leaves the page", false},
	{1002, "Protocol error", "the peer broke the WebSocket protocol", true},
	{1003, "Unsupported Data", "the peer sent a type of data that the endpoint does not accept", true},
	{1004, "Reserved", "has no meaning yet and must not be sent", true},
	{1005, "No Status Rcvd", "stands for a Close without a code and must not be sent", true},
	{1006, "Abnormal Closure", "stands for an end without a Close and must not be sent", true},
	{1007, "Invalid frame payload data", "a message did not fit its type, such as text that is not UTF-8", true},
	{1008, "Policy Violation", "a message broke a policy of the endpoint", true},
	{1009, "Message Too Big", "a message was larger than the endpoint accepts", true},
	{1010, "Mandatory Ext.", "the server did not agree to an extension that the client needs", true},
	{1011, "Internal Error", "the server met a condition that it did not expect", true},
	{1012, "Service Restart", "the service restarts; the client may reconnect", true},
	{1013, "Try Again Later", "the service is overloaded; the client should reconnect later or elsewhere", true},
	{1014, "Bad Gateway", "a server acting as a gateway got an invalid answer from upstream", true},
	{1015, "TLS handshake", "stands for a failed TLS handshake and must not be sent", true},
}

// LookupClose returns what is known of a close code, and false for one that
// has no definition.
func LookupClose(code int) (CloseCode, bool) {
	if i := code - closeCodes[0].Code; i >= 0 && i < len(closeCodes) {
		return closeCodes[i], true
	}
	return CloseCode{Code: code}, false
}

// Abnormal reports whether code is defined and reports trouble.
func Abnormal(code int) bool {
	i := code - closeCodes[0].Code
	return i >= 0 && i < len(closeCodes) && closeCodes[i].Abnormal
}
