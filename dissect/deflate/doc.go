// Package deflate reads permessage-deflate (RFC 7692): what was offered and
// agreed, and the messages themselves.
//
// [Agreed] reads the parameters of an agreement; package handshake judges them.
// An [Inflater] inflates one direction, message by message, with the history
// that both ends keep. It is written for observers: it takes compressed bytes
// in any pieces, it knows which part of the history it has not seen, and what
// it gives out was really sent. It never gives out a guess.
package deflate
