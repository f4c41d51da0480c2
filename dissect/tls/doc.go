// Package tls opens the records of TLS 1.0 to 1.3 connections that somebody
// else made, given the key log that one of the ends wrote.
//
// It is written for observers, not for endpoints: it sees the two byte
// streams of a TCP connection, holes included, and never sends anything. It
// checks no certificate and no Finished; what it does check is that every
// record opens under the key it was given (AEAD tag or MAC), so that a wrong
// key is never used and nothing is shown that was not sent.
//
// A [KeyLog] holds the secrets. A [Decryptor] holds what the connections of
// one engine share: the log, the limits, scratch memory. A [Session] is one
// connection: it takes chunks of both streams and calls back with events.
//
// The words used here, without synonyms:
//
//   - a record is what RFC 8446 §5.1 calls so; its number is the implicit
//     sequence number that both ends count per key;
//   - an epoch is the time during which one side uses keys of one kind: clear,
//     early data, handshake, application;
//   - sealed means encrypted, opened means decrypted and verified;
//   - lost means that a record or a part of it was not captured, or was
//     captured but cannot be opened although the key is known;
//   - kept records are sealed ones that wait, within limits, for a secret.
//
// What works: AES-GCM, AES-CCM, ChaCha20-Poly1305 and, up to TLS 1.2, AES-CBC
// with HMAC in both orders; renegotiation, resumption, HelloRetryRequest,
// KeyUpdate and early data; after lost records the number is found again by
// trying. A capture that begins in the middle of a TLS 1.3 connection is
// opened by trying the secrets of the log; in TLS 1.2 the keys depend on the
// random of the ServerHello, so that a connection without it stays sealed.
// In TLS 1.0 a lost record takes the next one with it, whose IV it holds.
//
// Section numbers in this package refer to RFC 8446 unless they say otherwise.
package tls
