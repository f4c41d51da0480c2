// Package websocket decodes the WebSocket framing of RFC 6455.
//
// It is written for observers, not for endpoints. Decoding is total: any
// bytes give frames or an account of what was skipped. Whether a frame was
// allowed is a separate question, answered by [Header.Check].
//
// The words of this package: a frame is a header and its payload; a direction
// is one of the two byte streams of a connection after its opening handshake;
// an offset counts the bytes of a direction from 0, lost ones included; a hole
// is bytes that are missing from the capture; to hunt is to look for the next
// place where frames begin once that place is not known.
//
// Section numbers in this package refer to RFC 6455.
package websocket
