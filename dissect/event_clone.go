package dissect

import "slices"

// Clone returns a copy of h for who keeps it: one that is valid after emit has
// returned, and holds on to nothing of the connection but the text of its heads.
func (h *Handshake) Clone() *Handshake {
	own := *h
	v := &own.Verdict
	v.Reports = slices.Clone(v.Reports)
	v.Subprotocol.Offered = slices.Clone(v.Subprotocol.Offered)
	for _, text := range []**string{
		&v.Host, &v.Origin, &v.Key, &v.Accept.Expected, &v.Accept.Actual,
		&v.Subprotocol.Agreed, &v.Extensions.Offered, &v.Extensions.Agreed,
	} {
		*text = pointed(*text)
	}
	v.Accept.Valid = pointed(v.Accept.Valid)
	if own.Request = pointed(h.Request); own.Request != nil {
		own.Request.Fields, own.Request.Defects = slices.Clone(h.Request.Fields), slices.Clone(h.Request.Defects)
	}
	if own.Response = pointed(h.Response); own.Response != nil {
		own.Response.Fields, own.Response.Defects = slices.Clone(h.Response.Fields), slices.Clone(h.Response.Defects)
	}
	return &own
}

// Clone returns a copy of e for who keeps it.
func (e *Ended) Clone() *Ended {
	own := *e
	for d, c := range e.Closes {
		own.Closes[d] = pointed(c)
	}
	return &own
}

// Clone returns a copy of f for who keeps it.
func (f *Finding) Clone() *Finding {
	own := *f
	own.Packets, own.Others = slices.Clone(f.Packets), slices.Clone(f.Others)
	return &own
}

// pointed returns a pointer to a copy of what p points at, nil for nil.
func pointed[T any](p *T) *T {
	if p == nil {
		return nil
	}
	own := *p
	return &own
}
