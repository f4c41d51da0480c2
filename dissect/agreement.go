package dissect

import (
	"wsight/dissect/deflate"
	"wsight/flow"
)

// An agreement says what is known of compression in a conversation.
type agreement struct {
	known  bool // the answer to the offer was seen
	agreed bool
	params deflate.Params
}

// agreed reads what the answer of x agreed on.
func agreed(x *exchange) agreement {
	const name = "Sec-WebSocket-Extensions"
	switch {
	case x.response == nil:
		return agreement{}
	case !x.response.Fields.Has(name):
		return agreement{known: true}
	}
	params, ok := deflate.Agreed(x.response.Fields.Elements(name))
	return agreement{known: true, agreed: ok, params: params}
}

// sender returns what the sender of direction d agreed on.
func (a *agreement) sender(d flow.Direction) deflate.Sender {
	if d == flow.ClientToServer {
		return a.params.Client
	}
	return a.params.Server
}

// inflating returns what inflates the messages of h. Most need none, and never
// have it.
func (h *half) inflating() *deflate.Inflater {
	if h.inflater == nil {
		h.inflater = h.c.inflaters.Get()
		*h.inflater = deflate.Inflater{}
		h.c.limit(h.inflater, &h.deflate, h.dir)
	}
	return h.inflater
}

// limit prepares z, which is new, for what is sent in direction dir.
func (d *Dissector) limit(z *deflate.Inflater, a *agreement, dir flow.Direction) {
	z.WindowBits, z.Limit, z.Ratio, z.Pool = a.sender(dir).WindowBits, d.opts.MaxInflated, d.opts.MaxRatio, &d.tables
}
