package payload

import "wsight/safe"

// diagnostic writes a value in the notation of RFC 8949 §8, which is that of
// JSON where JSON has it, clipped.
func diagnostic(n Node, limit int) string {
	return clip(string(appendDiagnostic(nil, n, limit)), limit)
}

func appendDiagnostic(dst []byte, n Node, limit int) []byte {
	if len(dst) > limit {
		return dst
	}
	list := func(dst []byte, open, end string) []byte {
		dst = append(dst, open...)
		first := true
		for c := range n.Children() {
			if len(dst) > limit {
				return dst
			}
			if !first {
				dst = append(dst, ", "...)
			}
			first = false
			if n.Kind == Object && c.Kind != Broken {
				if c.key == 0 || c.key == String {
					dst = safe.AppendJSON(dst, c.Name)
				} else {
					dst = append(dst, c.Name...)
				}
				dst = append(dst, ": "...)
			}
			dst = appendDiagnostic(dst, c, limit)
		}
		return append(dst, end...)
	}
	switch {
	case n.Kind == Object:
		return list(dst, "{", "}")
	case n.Kind == Array:
		return list(dst, "[", "]")
	case n.Kind == Group:
		return list(append(dst, n.text...), "(", ")")
	case !n.Leaf():
		return list(dst, "(_ ", ")")
	case n.Kind == String:
		return safe.AppendJSON(dst, n.Text(limit))
	case n.Kind == Bytes:
		dst = append(append(append(dst, "h'"...), n.Text(limit)...), '\'')
		if n.Note != "" {
			dst = append(append(append(dst, " /"...), n.Note...), '/')
		}
		return dst
	case n.Kind == Broken:
		return append(dst, "…"...)
	}
	return append(dst, n.text...)
}
