package tui

import (
	"fmt"

	"wsight/dissect/websocket"
	"wsight/flow"
	"wsight/session"
)

// stateOf says in what way a message is not what it was.
func stateOf(r *session.Row) string {
	switch {
	case r.Undecoded == "context-lost":
		return "not decoded: it needs bytes that are missing"
	case r.Undecoded != "":
		return "not decoded: " + r.Undecoded
	case !r.Complete:
		return "incomplete"
	}
	return ""
}

// flagText lists the header bits that a row of a frame has.
func flagText(r *session.Row) string {
	text := ""
	if r.Compressed {
		text += " RSV1"
	}
	if r.Masked {
		text += " MASK"
	}
	return text
}

func (l *timeline) frameText(r *session.Row) string {
	text := websocket.Opcode(r.Opcode).String()
	if r.Reserved {
		text = "reserved opcode " + itoa(r.Opcode)
	}
	if r.Fin {
		text += " FIN"
	}
	text += flagText(r)
	if !r.Complete {
		text += fmt.Sprintf(" [%s of it captured]", sizeText(r.Wire))
	}
	return text
}

func (l *timeline) idleText(r *session.Row) string {
	return l.ui.theme.glyph.note + " " + spanText(r.Idle) + " without a message " + l.ui.theme.glyph.note
}

func (l *timeline) holeText(r *session.Row) string {
	text := ""
	if r.Length > 0 {
		text = sizeText(r.Length) + " from the " + fromText(r.Dir) + " not captured"
		if r.Cut > 0 {
			text += ", cut off by the snaplen"
		}
	}
	if r.Wire > 0 {
		if text != "" {
			text += ", "
		}
		text += sizeText(r.Wire) + " that are no frames"
	}
	if !r.Complete {
		text += "; reading did not resume"
	}
	return text
}

func (l *timeline) signalText(r *session.Row) string {
	who := fromText(r.Dir)
	switch r.Signal {
	case flow.Fin:
		if !r.Complete {
			return "FIN from the " + who + ", not captured: only the acknowledgement shows it"
		}
		return "FIN from the " + who
	case flow.Reset:
		return "RST from the " + who
	case flow.ZeroWindow:
		return "the " + who + " takes no more bytes (zero window)"
	case flow.WindowOpen:
		return "the " + who + " takes bytes again"
	case flow.KeepAlive:
		return "TCP keep-alive from the " + who
	}
	return r.Signal.String() + " from the " + who
}
