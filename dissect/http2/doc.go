// Package http2 cuts the byte streams of an HTTP/2 connection into frames and
// reads their field sections, as an observer does that may have joined late.
//
// Any bytes give frames, or a hole in which none can be told. Field sections
// that refer to table entries which were not seen give [Unseen] in their
// place, never a guess. Which streams carry WebSocket (RFC 8441) is for the
// caller to tell.
//
// Section numbers in this package refer to RFC 9113.
package http2
