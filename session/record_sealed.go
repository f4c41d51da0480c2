package session

import (
	"slices"

	"wsight/dissect"
)

// maxSealed is how many TLS connections that no key opens are kept; how many
// there are is in Summary.TLSWithoutKeys.
const maxSealed = 200

// seal keeps what is known of a TLS connection that no key opened.
func (r *Record) seal(s dissect.Sealed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sealed) < maxSealed {
		r.sealed = append(r.sealed, s)
	}
}

// Sealed returns what is known of TLS connections that are over and that no
// key opened, in the order in which they ended: the first few hundred.
func (r *Record) Sealed() []dissect.Sealed {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sealed)
}
