package dissect

import (
	"fmt"

	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// limit hands the limits on heads to the decoders of both sides.
func (l *http2Layer) limit(o Options) {
	for i := range l.sides {
		fields := &l.sides[i].fields
		// A smaller limit would lose the table of all later heads.
		fields.MaxLines, fields.MaxBlock = o.MaxLines, max(o.MaxHead, http2.DefaultBlock)
	}
}

// shortened says it when the head that was just read is not kept whole.
func (r *http2Reader) shortened(t *talk, what string, dir flow.Direction) {
	fields := &r.sides[r.from].fields
	switch left := fields.Left(); {
	case left > 0:
		r.c.report(t, finding.Report{
			Code:   finding.CaptureLimit,
			Detail: fmt.Sprintf("%s has %d more header lines than are kept (--max-lines)", what, left),
		}, dir, 0)
	case left < 0:
		r.c.report(t, finding.Report{
			Code:   finding.CaptureLimit,
			Detail: fmt.Sprintf("the head of %s is larger than %d bytes: its end is not known (--max-head)", what, fields.MaxBlock),
		}, dir, 0)
	}
}

// refuse says, once, that there are more streams than are followed. It is said
// of the newest one that is.
func (l *http2Layer) refuse(c *Connection) {
	if l.full {
		return
	}
	l.full = true
	all := l.ordered()
	c.report(all[len(all)-1].talk, finding.Report{
		Code:   finding.CaptureLimit,
		Detail: fmt.Sprintf("%d WebSocket streams of this HTTP/2 connection are open: those that come now are not followed (--max-streams)", len(all)),
	}, 0, 0)
}
