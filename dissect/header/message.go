package header

// A Request is the head of a request.
type Request struct {
	Method  string
	Target  string // request-target as sent; the :path of HTTP/2
	Version string // "1.0", "1.1", "2"; "0.9" when an HTTP/1 request line named none
	Fields  Fields
	Defects []Defect // what is wrong with its grammar, in the order of the wire
	Size    int      // bytes on the wire, with what stood before the request line

	// Print is a fingerprint of the lines as they were sent, to compare hops;
	// 0 in HTTP/2.
	Print uint64
}

// Authority returns the host that the request names: the field Host, or
// :authority in HTTP/2. It is nil when the request names none.
func (r *Request) Authority() *string {
	if host := r.Fields.Lookup("Host"); host != nil {
		return host
	}
	return r.Fields.Lookup(":authority")
}

// A Response is the head of a response.
type Response struct {
	Version string // as in Request
	Status  int    // 0 when the status line has no readable one
	Reason  string // "" in HTTP/2
	Fields  Fields
	Defects []Defect
	Size    int
}
