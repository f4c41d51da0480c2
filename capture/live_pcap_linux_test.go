//go:build libpcap

package capture

// ownRing: Live is that of this package, not of libpcap.
const ownRing = false
