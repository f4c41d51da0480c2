package handshake

import (
	"slices"

	"wsight/dissect/header"
)

// Judge says how the handshake in went and all that is wrong with it.
func Judge(in Input) Outcome {
	var o Outcome
	o.Kind = kind(in)
	if r := in.Request; r != nil {
		o.Host = r.Authority()
		o.Origin = r.Fields.Lookup("Origin")
		o.Key = r.Fields.Lookup("Sec-WebSocket-Key")
		o.Subprotocol.Offered = slices.Collect(r.Fields.Tokens("Sec-WebSocket-Protocol"))
		o.Extensions.Offered = joined(r.Fields, "Sec-WebSocket-Extensions")
	}
	if r := in.Response; r != nil && o.Kind == Accepted {
		o.Subprotocol.Agreed = r.Fields.Lookup("Sec-WebSocket-Protocol")
		o.Extensions.Agreed = joined(r.Fields, "Sec-WebSocket-Extensions")
	}
	o.Accept = compare(in, o)
	return o
}

// kind classifies the status.
func kind(in Input) Kind {
	switch {
	case in.Response == nil:
		return Unanswered
	case in.Response.Status == 101, extended(in.Request) && in.Response.Status/100 == 2:
		return Accepted
	}
	return Rejected
}

// extended reports whether r is an extended CONNECT for WebSocket (RFC 8441
// §4). It has neither key nor accept.
func extended(r *header.Request) bool {
	return r != nil && r.Method == "CONNECT" && header.EqualFold(r.Fields.Get(":protocol"), "websocket")
}

// compare fills in Accept.
func compare(in Input, o Outcome) Accept {
	if extended(in.Request) {
		return Accept{}
	}
	var a Accept
	if o.Key != nil {
		expected := AcceptFor(*o.Key)
		a.Expected = &expected
	}
	if in.Response != nil {
		a.Actual = in.Response.Fields.Lookup("Sec-WebSocket-Accept")
	}
	switch {
	case a.Actual != nil && a.Expected != nil:
		valid := *a.Actual == *a.Expected
		a.Valid = &valid
	case a.Actual == nil && o.Kind == Accepted:
		a.Valid = new(bool)
	}
	return a
}

// joined returns the values of the field lines called name as one list.
func joined(f header.Fields, name string) *string {
	first := f.Lookup(name)
	if first == nil || f.Count(name) == 1 {
		return first
	}
	list := ""
	for value := range f.Values(name) {
		if list != "" {
			list += ", "
		}
		list += value
	}
	return &list
}
