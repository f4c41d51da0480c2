package export

import (
	"slices"
	"strings"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/safe"
)

// MaskText takes the secrets out of text that quotes what was captured: every
// quoted part is masked as the field line, request line or target that it
// looks like, and what looks like a token is masked anywhere.
func MaskText(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '"')
		if i < 0 {
			break
		}
		n := quoted(text[i+1:])
		b.WriteString(text[:i+1])
		b.WriteString(maskQuoted(text[i+1 : i+1+n]))
		text = text[i+1+n:]
		if text != "" {
			b.WriteByte('"')
			text = text[1:]
		}
	}
	b.WriteString(text)
	return b.String()
}

// quoted returns the length of a quoted part, up to its closing quote or the
// end of s.
func quoted(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s)
}

func maskQuoted(s string) string {
	name, value, isField := strings.Cut(s, ": ")
	if isField && name != "" && strings.IndexFunc(name, notFieldName) < 0 {
		return name + ": " + safe.MaskHeader(name, value)
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = safe.MaskTarget(w)
	}
	return strings.Join(words, " ")
}

func notFieldName(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == ':')
}

// masked returns e without its secrets: e itself when it can have none.
func masked(e dissect.Event) dissect.Event {
	switch e := e.(type) {
	case *dissect.Handshake:
		return maskedHandshake(e)
	case *dissect.Finding:
		own := *e
		own.Detail, own.Advice, own.Title = MaskText(e.Detail), MaskText(e.Advice), MaskText(e.Title)
		return &own
	}
	return e
}

func maskedHandshake(h *dissect.Handshake) *dissect.Handshake {
	own := *h
	if r := h.Request; r != nil {
		request := *r
		request.Target, request.Fields = safe.MaskTarget(r.Target), maskedFields(r.Fields)
		own.Request = &request
	}
	if r := h.Response; r != nil {
		response := *r
		response.Fields = maskedFields(r.Fields)
		own.Response = &response
	}
	for _, name := range []**string{&own.Verdict.Host, &own.Verdict.Origin} {
		if *name != nil {
			text := safe.MaskTarget(**name) // https://user:password@host
			*name = &text
		}
	}
	s := &own.Verdict.Subprotocol
	s.Offered = slices.Clone(s.Offered)
	if len(s.Offered) > 0 {
		list := strings.Split(safe.MaskSubprotocols(strings.Join(s.Offered, ",")), ",")
		if len(list) == len(s.Offered) {
			s.Offered = list
		}
	}
	if s.Agreed != nil {
		agreed := safe.MaskSubprotocols(*s.Agreed)
		s.Agreed = &agreed
	}
	return &own
}

func maskedFields(fields header.Fields) header.Fields {
	own := slices.Clone(fields)
	for i := range own {
		own[i].Value = safe.MaskHeader(own[i].Name, own[i].Value)
	}
	return own
}

// Masked returns what gives to handle every event without its secrets:
// cookies, credentials, tokens in targets and subprotocols.
func Masked(handle func(dissect.Event)) func(dissect.Event) {
	return func(e dissect.Event) { handle(masked(e)) }
}
