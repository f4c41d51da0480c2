package export

import (
	"fmt"
	"strings"

	"wsight/dissect"
	"wsight/safe"
)

// messageWords is a message in one line.
func messageWords(m *dissect.Message) string {
	text := m.Type.String()
	switch {
	case m.Type == dissect.Close && m.Code >= 0:
		text += fmt.Sprintf(" %d", m.Code)
		if len(m.Reason) > 0 {
			text += " " + safe.Quote(string(m.Reason))
		}
		return text
	case m.Length >= 0:
		text += " " + size(m.Length)
	default:
		text += " " + size(m.Wire) + " on the wire"
	}
	switch {
	case m.Undecoded != "":
		return text + " (not decoded: " + m.Undecoded + ")"
	case !m.Complete:
		text += " (incomplete)"
	}
	switch {
	case m.Type == dissect.Pong && m.RTT >= 0:
		text += " rtt " + duration(m.RTT)
	case m.Decoded != nil && m.Decoded.RTT >= 0:
		text += " rtt " + duration(m.Decoded.RTT)
	}
	if r := m.Decoded; r != nil {
		return text + "  " + r.Format + ": " + safe.Line(r.Summary, ladderText)
	}
	switch p := m.Payload[:min(len(m.Payload), previewBytes)]; {
	case len(p) == 0:
	case m.Valid:
		text += "  " + safe.Line(p, ladderText)
	default:
		text += "  " + fmt.Sprintf("% x", p[:min(len(p), 16)])
	}
	return text
}

func ladderFinding(f *dissect.Finding) string {
	rule := f.Rule()
	text := fmt.Sprintf("**%s** `%s` %s", rule.Severity, f.Code, safe.Markdown(rule.Title))
	if f.Detail != "" {
		text += ": " + safe.Markdown(f.Detail)
	}
	if rule.Section != "" {
		text += " (" + safe.Markdown(rule.Section) + ")"
	}
	if len(f.Packets) > 0 {
		var packets []string
		for _, p := range f.Packets[:min(len(f.Packets), 5)] {
			packets = append(packets, p.String())
		}
		text += ", packet " + strings.Join(packets, ", ")
	}
	if rule.Advice != "" {
		text += "  \n  " + strings.ReplaceAll(safe.Form{Multiline: true}.Text(rule.Advice), "\n", "\n  ")
	}
	return text
}
