package export

import (
	"fmt"

	"wsight/dissect/payload"
)

// decoded is what a format makes of a payload, in place of the payload.
func (t *Text) decoded(r *payload.Result) string {
	text := ""
	if r.Answered > 0 {
		text = fmt.Sprintf("  answers %d", r.Answered)
		if r.RTT >= 0 {
			text += " after " + t.duration(r.RTT)
		}
	}
	text += "  " + r.Format
	if t.opts.Payload == PayloadNone {
		return text
	}
	return text + ": " + t.form.Text(r.Summary)
}
