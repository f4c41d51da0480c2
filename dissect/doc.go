// Package dissect turns the two byte streams of a TCP connection into events:
// what the ends of each WebSocket said to each other, and what is wrong with it.
//
// A [Dissector] makes a [Connection] for each TCP connection. That is fed with
// the bytes of both sides as they come in order, with the holes between them
// named, and with what TCP itself told:
//
//	d := dissect.New(dissect.Options{})
//	c := d.Connection(conn)
//	c.Feed(&chunk, emit)    // as often as there are bytes
//	c.Signal(signal, emit)  // a FIN, a closed window, ...
//	c.Close(end, emit)
//
// # Words
//
// A side is one end of the TCP connection; a direction says which way something
// goes once it is known which side is the client. A conversation is one
// WebSocket, or an attempt at one: a TCP connection carries one after the other
// over HTTP/1.1, several at a time over HTTP/2, and mostly none. A hole is where
// bytes are missing from the capture, or were passed over because they are no
// frames. A head is a request or an answer of HTTP without its content.
//
// # Layers
//
// What the bytes are is found out. A layer reads what is left when the layers
// below are peeled off; where that changes it returns its successor, and hands
// over the bytes behind the change:
//
//	start ─▶ opening ─▶ TLS ─▶ SOCKS, CONNECT ─▶ HTTP/1 ─▶ frames
//	                                           └▶ HTTP/2 ─▶ frames of each stream
//
// Every one of them may be missing, and a tunnel may carry TLS. Where the capture
// begins in the middle of a connection, the opening keeps what both sides send
// until it can be nothing else than frames, or than something of no interest.
//
// # Guarantees
//
// Any bytes give events: nothing is an error, and nothing panics. How TCP cut
// the streams does not show in the events. No length that a peer declares is
// trusted with memory: [Options] has the limits. Text that depends on bytes which
// were not seen is never shown as if it were right: the message says that it
// could not be decoded. There is no I/O, no clock and no goroutine here, so that
// the same bytes give the same events whenever they are read again.
package dissect
