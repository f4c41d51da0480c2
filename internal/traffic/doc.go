// Package traffic makes WebSocket connections that cost little: what loads a
// live capture must not take the processor away from it. It is for
// measurements only and knows no more of the protocol than it sends.
package traffic
