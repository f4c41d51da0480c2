package dissect

import "wsight/flow"

// start is the layer of a connection that has said nothing. The first chunk of
// most tells what they are, so that nothing need be kept until then.
type start struct{}

func (start) feed(c *Connection, ch flow.Chunk) layer {
	if ch.Lost == 0 {
		if next := (context{}).known(c, ch.From, ch.Data); next != nil {
			return next.feed(c, ch)
		}
	}
	return (&opening{}).feed(c, ch)
}

func (start) signal(c *Connection, s flow.Signal) {
	if s.Kind == flow.Fin || s.Kind == flow.Reset {
		o := &opening{}
		o.signal(c, s)
		c.layer = o
	}
}

func (start) close(*Connection, flow.Closed) {}
