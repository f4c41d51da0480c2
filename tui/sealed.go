package tui

import (
	"strings"

	judge "wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/flow"
)

// sealed lists TLS connections that no key opened, with what can be known of
// them, and says how to get a key log. That one carried a WebSocket is not
// among it.
func (p *spans) sealed(all []dissect.Sealed, q judge.Quality, width int) {
	if len(all) == 0 {
		return
	}
	th := p.theme
	p.add()
	p.add(span{th.bold, "TLS connections that no key opens"})
	p.wrapped([]span{{th.dim, "  advice "}}, 9, width, th.plain, q.Opening())
	for _, s := range all {
		p.wrapped([]span{{th.plain, "  "}}, 4, width, th.plain, p.sealedText(s))
	}
	if more := q.TLSWithoutKeys - int64(len(all)); more > 0 {
		p.add(span{th.dim, "  and " + commas(more) + " more"})
	}
}

// sealedText is one connection in a line.
func (p *spans) sealedText(s dissect.Sealed) string {
	g := p.theme.glyph
	text := s.Client.String() + " " + g.arrow + " " + s.Server.String() + "  TLS"
	for _, part := range []string{s.TLS.Version, s.TLS.Name(), s.TLS.ALPN, s.TLS.Cipher} {
		if part != "" {
			text += " " + p.theme.form.Text(part)
		}
	}
	parts := []string{text, "client sent " + sizeText(s.Bytes[flow.ClientToServer]) + ", server " + sizeText(s.Bytes[flow.ServerToClient])}
	if !s.Start.IsZero() && s.End.After(s.Start) {
		parts = append(parts, spanText(s.End.Sub(s.Start)))
	}
	by := "client"
	if s.TCP.By == flow.ServerToClient {
		by = "server"
	}
	switch s.TCP.Kind {
	case flow.Fin:
		parts = append(parts, "FIN by "+by)
	case flow.Reset:
		parts = append(parts, "RST by "+by)
	}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	}
	return strings.Join(parts, g.dot)
}

// parentText says where a stream of HTTP/2 runs, "" for other conversations.
func parentText(c *dissect.Conversation) string {
	if c == nil || c.Stream == 0 {
		return ""
	}
	return "HTTP/2 stream " + itoa(int(c.Stream)) + " of TCP connection " + itoa(int(c.TCP))
}
