package export

import "wsight/dissect"

// also says where else a connection was captured.
func (t *Text) also(c *dissect.Conversation, copies []*dissect.Conversation) string {
	text := ""
	for _, other := range copies {
		text += "  also captured " + t.form.Text(dissect.Whereabouts(c, other))
	}
	return text
}
