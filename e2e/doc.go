// Package e2e tests wsight against programs that others wrote: proxies of the
// distribution, configured wrongly, captured, diagnosed, and mended with the
// very lines that the diagnosis advises.
//
// A few cases run with every go test where the programs are installed; all of
// them with `make e2e`. The addresses are loopback ones: the client is
// 127.0.0.2, the proxy 127.0.0.3, the server 127.0.0.4.
package e2e
