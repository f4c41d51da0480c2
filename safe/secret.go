package safe

import (
	"net/url"
	"slices"
	"strings"
)

// Mask is what stands where a secret was.
const Mask = "***"

// MaskHeader returns the value of a header field, pseudo-headers included,
// without its secrets. Of cookies their names stay, of credentials their
// scheme, of a target everything but secret parameters, of offered
// subprotocols everything but those that carry a token. Names of fields that
// sound secret, such as X-Api-Key, lose their whole value.
func MaskHeader(name, value string) string {
	switch strings.ToLower(name) {
	case "cookie":
		return maskPairs(value, func(int, string) bool { return true })
	case "set-cookie", "set-cookie2":
		// Only the first pair is the cookie; attributes say how it is kept.
		return maskPairs(value, func(i int, _ string) bool { return i == 0 })
	case "authorization", "proxy-authorization":
		return maskCredentials(value)
	case "sec-websocket-protocol":
		return MaskSubprotocols(value)
	case ":path", "location", "referer", "content-location", "refresh", "link":
		return MaskTarget(value)
	case "sec-websocket-key", "sec-websocket-accept", "www-authenticate", "proxy-authenticate":
		return value // random or public, and evidence
	}
	if secretName(name) && value != "" {
		return Mask
	}
	if strings.ContainsAny(value, "?@") { // X-Original-URL and its like
		return MaskTarget(value)
	}
	return maskTokens(value)
}

// MaskSubprotocols returns the value of Sec-WebSocket-Protocol with the items
// masked that carry a token: JSON Web Tokens, long random strings, and what
// follows an item or a word such as "bearer" or "access_token".
func MaskSubprotocols(value string) string {
	items := strings.Split(value, ",")
	announced := false
	for i, item := range items {
		text := strings.TrimSpace(item)
		masked := maskSubprotocol(text)
		if announced && text != "" {
			masked = Mask
		}
		announced = secretName(text) || strings.EqualFold(text, "bearer")
		items[i] = strings.Replace(item, text, masked, 1)
	}
	return strings.Join(items, ",")
}

// maskSubprotocol masks the part of one subprotocol that is a token.
func maskSubprotocol(s string) string {
	for i, b := range []byte(s) {
		// "bearer.TOKEN", "access_token-TOKEN": a word that announces it.
		if strings.IndexByte(".-:=|~", b) < 0 || i == len(s)-1 {
			continue
		}
		words := strings.FieldsFunc(s[:i], func(r rune) bool { return strings.ContainsRune(".-:=|~", r) })
		if n := len(words); n > 0 && (secretName(words[n-1]) || strings.EqualFold(words[n-1], "bearer")) && !knownTail(s[i+1:]) {
			return s[:i+1] + Mask
		}
	}
	return maskRandom(maskTokens(s))
}

// knownTail reports what is no token although it follows an announcing word:
// Kubernetes writes base64url.bearer.authorization.k8s.io.TOKEN.
func knownTail(s string) bool {
	return strings.HasPrefix(s, "authorization.") || strings.HasPrefix(s, "k8s.io.")
}

// maskCredentials keeps the scheme of "Bearer TOKEN".
func maskCredentials(value string) string {
	trimmed := strings.TrimSpace(value)
	if trimmed == "" {
		return value
	}
	if scheme, _, ok := strings.Cut(trimmed, " "); ok && slices.IndexFunc([]byte(scheme), notTokenByte) < 0 {
		return scheme + " " + Mask
	}
	return Mask
}

func notTokenByte(b byte) bool {
	return !('a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_')
}

// maskPairs masks the values of name=value pairs between semicolons for which
// secret says so; a piece without "=" counts as a value.
func maskPairs(value string, secret func(i int, name string) bool) string {
	pieces := strings.Split(value, ";")
	for i, piece := range pieces {
		name, _, ok := strings.Cut(piece, "=")
		if strings.TrimSpace(piece) == "" || !secret(i, name) {
			continue
		}
		if pieces[i] = name + "=" + Mask; !ok {
			pieces[i] = piece[:len(piece)-len(strings.TrimLeft(piece, " "))] + Mask
		}
	}
	return strings.Join(pieces, ";")
}

// MaskTarget returns a request target or URL without its secrets: the
// password of an authority, the values of query parameters and of the
// fragment whose names sound secret, and tokens anywhere.
func MaskTarget(target string) string {
	rest := target
	var prefix string
	if i := strings.Index(rest, "://"); i >= 0 && !strings.ContainsAny(rest[:i], "/?#") {
		prefix, rest = rest[:i+3], rest[i+3:]
	}
	if end := (strings.IndexAny(rest+"/", "/?#")); end > 0 {
		if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
			prefix, rest = prefix+Mask, rest[at:]
		}
	}
	i := strings.IndexAny(rest, "?#;")
	if i < 0 {
		return prefix + maskTokens(rest)
	}
	dst := []byte(prefix + maskTokens(rest[:i]))
	for i < len(rest) {
		dst = append(dst, rest[i]) // ? & ; #
		i++
		end := strings.IndexAny(rest[i:], "?&;#")
		if end < 0 {
			end = len(rest) - i
		}
		dst = append(dst, maskParameter(rest[i:i+end])...)
		i += end
	}
	return string(dst)
}

func maskParameter(s string) string {
	name, value, ok := strings.Cut(s, "=")
	if !ok || value == "" {
		return maskTokens(s)
	}
	plain, err := url.QueryUnescape(name)
	if err != nil {
		plain = name
	}
	if secretName(plain) || strings.EqualFold(plain, "code") { // of OAuth; in a field's name it is an error's
		return name + "=" + Mask
	}
	return name + "=" + maskTokens(value)
}
