// Package header holds HTTP message heads as they were sent: field lines in
// order, with their case and their repetitions, because what a proxy did to
// them is evidence.
//
// HTTP/1 and HTTP/2 heads share these types; an HTTP/2 head has its
// pseudo-header fields among the others, in their place. The grammar of comma
// lists and parameters is here as well. Names are compared as RFC 9110 §5.1
// says, in any case, and only ASCII letters have a case.
package header
