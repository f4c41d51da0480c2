// Package handshake judges opening handshakes: the request and the response
// of RFC 6455 §4, and the extended CONNECT of RFC 8441.
//
// It sees one request and its response and says everything that is wrong with
// the two, the cause first. What needs the time, the frames that follow, or
// another connection is judged elsewhere.
package handshake
