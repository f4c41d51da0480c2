package export

import (
	"wsight/dissect"
	"wsight/safe"
)

// also says where else a connection was captured.
func (t *Text) also(c *dissect.Conversation, copies []*dissect.Conversation) string {
	text := ""
	for _, other := range copies {
		text += "  also captured " + t.form.Text(dissect.Whereabouts(c, other))
	}
	return text
}

// also says in short where else a connection was captured.
func (p *prescription) also(c *dissect.Conversation) string {
	if p.opts.Copies == nil {
		return ""
	}
	text := ""
	for _, other := range p.opts.Copies(c) {
		text += ", also captured " + safe.Text(dissect.Whereabouts(c, other))
	}
	return text
}
