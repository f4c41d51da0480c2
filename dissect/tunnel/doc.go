// Package tunnel reads what may stand before the HTTP request on a connection
// to or from a proxy: the PROXY protocol header that a load balancer puts
// there, and the negotiation of SOCKS 4 and 5.
package tunnel
