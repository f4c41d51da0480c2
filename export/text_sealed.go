package export

import (
	"fmt"
	"strings"

	"wsight/dissect"
	"wsight/flow"
)

// Sealed appends the line of a TLS connection that nothing could be opened
// of: what can be known without a key. It says nothing of what it carried.
func (t *Text) Sealed(s dissect.Sealed) {
	arrow := strings.TrimSpace(t.mark("→", "->"))
	text := fmt.Sprintf("%s %s %s  TLS", s.Client, arrow, s.Server)
	for _, part := range []string{s.TLS.Version, s.TLS.Name(), s.TLS.ALPN, s.TLS.Cipher} {
		if part != "" {
			text += " " + t.form.Text(part)
		}
	}
	text += fmt.Sprintf("; %s %s, %s %s", arrow, size(s.Bytes[flow.ClientToServer]),
		strings.TrimSpace(t.mark("←", "<-")), size(s.Bytes[flow.ServerToClient]))
	if !s.Start.IsZero() && !s.End.IsZero() {
		text += "; " + t.duration(max(0, s.End.Sub(s.Start)))
	}
	switch s.TCP.Kind {
	case flow.Fin:
		text += ", FIN by " + who(s.TCP.By)
	case flow.Reset:
		text += ", RST by " + who(s.TCP.By)
	}
	text += "; not opened"
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	t.line(dissect.Place{Conv: &dissect.Conversation{}, Packet: s.Packet, Time: s.End}, t.mark("⚿ ", "* "), faint, text)
}
