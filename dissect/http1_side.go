package dissect

import (
	"bytes"
	"fmt"

	"wsight/dissect/http1"
	"wsight/finding"
	"wsight/flow"
)

// join adds p to what is kept of a head. It returns the head, once that is
// complete, and how many bytes of p belong to it: 0 before that, when all of p
// is kept, and less when the head has grown beyond limit.
func (s *http1Side) join(p []byte, limit int) (head []byte, n int) {
	had := len(s.head)
	s.head = append(s.head, p[:min(len(p), limit+1-had)]...)
	if end := http1.HeadEnd(s.head, s.seen); end > 0 {
		head = s.head[:end]
		s.head, s.seen = nil, 0
		return head, end - had
	}
	s.seen = len(s.head)
	if len(s.head) > limit {
		return nil, -1
	}
	return nil, 0
}

// skip says that lost bytes are missing. It reports false when it is no
// longer known where the next head begins.
func (s *http1Side) skip(lost int64) bool {
	return s.inBody && s.body.Skip(uint64(lost)) && (s.body.Framing != http1.UntilClose || !s.body.Broken())
}

// adrift gives the connection to whoever can find out what it carries: it is
// no longer known where the next head begins. ch begins with the bytes that
// no head was found in.
func (l *http1Layer) adrift(c *Connection, ch flow.Chunk) layer {
	o := &opening{context: l.context}
	o.middle, o.http1 = true, true
	o.client = l.client
	if n := len(l.pending); n > 0 && l.pending[n-1].attempt {
		o.expect = l.pending[n-1]
		o.exact = len(l.held.chunks) == 0 || l.held.chunks[0].Lost == 0
		l.pending = l.pending[:n-1]
	}
	packet, at := c.packet, c.time
	l.leave(c)
	c.packet, c.time = packet, at
	// What there is of a torn head is given up: it would only be found again.
	past := c.past
	c.past = true
	after := pass(c, o, l.held.take()...)
	c.past = past
	after = pass(c, after, ch)
	c.packet, c.time = packet, at
	return after
}

// tooLong gives up a head that has grown beyond the limit.
func (l *http1Layer) tooLong(c *Connection, ch flow.Chunk) layer {
	l.overflow(c, fmt.Sprintf("a head is longer than %d bytes", c.opts.MaxHead))
	ch.Lost, ch.Data = int64(len(ch.Data)), nil
	return l.adrift(c, ch)
}

// overflow tells the attempt that waits for an answer that a limit was met.
func (l *http1Layer) overflow(c *Connection, what string) {
	if l.switching() && l.pending[len(l.pending)-1].attempt {
		c.report(l.pending[len(l.pending)-1].talk, finding.Report{Code: finding.CaptureLimit, Detail: what + "; what they are is found out by searching"}, 0, 0)
	}
}

// leave ends what can no longer be followed, before another layer takes over.
func (l *http1Layer) leave(c *Connection) {
	if l.current != nil {
		l.answered(c)
	}
	l.endLast(c)
	l.unanswered(c)
}

// unhold reads the client's bytes that were held for an answer that changed
// nothing.
func (l *http1Layer) unhold(c *Connection) layer {
	if l.switching() {
		return l
	}
	packet, at := c.packet, c.time
	next := pass(c, l, l.held.take()...)
	c.packet, c.time = packet, at
	return next
}

// replay reads the server's bytes that waited for the request they answer.
func (l *http1Layer) replay(c *Connection) layer {
	if !l.early.waiting {
		return l
	}
	packet, at := c.packet, c.time
	next := pass(c, l, l.early.take()...)
	c.packet, c.time = packet, at
	return next
}

// foreign returns how what the server sent in place of an answer begins; nil
// when it sent nothing, or what may yet be an answer.
func (l *http1Layer) foreign() []byte {
	const enough = 64
	answer := l.sides[l.client.Other()].head
	if http1.StartsResponse(answer) != flow.No {
		return nil
	}
	return bytes.Clone(answer[:min(len(answer), enough)])
}
