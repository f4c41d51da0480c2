package query

import (
	"slices"

	"wsight/dissect"
)

// cloneHandshake copies what is valid only until the dissector goes on.
func cloneHandshake(e *dissect.Handshake) *dissect.Handshake {
	h := *e
	v := &h.Verdict
	v.Reports = slices.Clone(v.Reports)
	v.Subprotocol.Offered = slices.Clone(v.Subprotocol.Offered)
	for _, p := range []**string{&v.Host, &v.Origin, &v.Key, &v.Accept.Expected, &v.Accept.Actual, &v.Subprotocol.Agreed, &v.Extensions.Offered, &v.Extensions.Agreed} {
		if *p != nil {
			text := **p
			*p = &text
		}
	}
	if v.Accept.Valid != nil {
		valid := *v.Accept.Valid
		v.Accept.Valid = &valid
	}
	if h.Request != nil {
		q := *h.Request
		q.Fields, q.Defects = slices.Clone(q.Fields), slices.Clone(q.Defects)
		h.Request = &q
	}
	if h.Response != nil {
		q := *h.Response
		q.Fields, q.Defects = slices.Clone(q.Fields), slices.Clone(q.Defects)
		h.Response = &q
	}
	return &h
}

func cloneEnded(e *dissect.Ended) *dissect.Ended {
	end := *e
	for i, c := range end.Closes {
		if c != nil {
			c := *c
			end.Closes[i] = &c
		}
	}
	return &end
}
