// Package http1 reads HTTP/1 message heads and skips bodies (RFC 9112).
//
// It is lenient where net/http refuses or hides: whatever looks like a head
// gives a value that keeps the field lines as sent, with a list of what is
// wrong with its grammar, for that is what breaks upgrades. It holds no more
// than the caller gives it, and what [Lines] remember.
package http1
