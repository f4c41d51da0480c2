package safe

// Line returns [Text] of s in at most width display cells. What does not fit
// is cut between clusters and replaced by an ellipsis.
func Line[T Captured](s T, width int) string { return Form{}.Line(string(s), width) }

// Line returns [Form.Text] of s in at most width display cells, without the
// newlines that f keeps. What does not fit is cut between clusters and
// replaced by an ellipsis, which is a full stop with ASCII.
func (f Form) Line(s string, width int) string {
	f.Multiline = false
	if width <= 0 {
		return ""
	}
	var dst []byte
	used, fit := 0, 0 // fit: length of dst that leaves room for the ellipsis
	for c := range f.Clusters(s) {
		if used+c.Width > width {
			return string(append(dst[:fit], f.ellipsis()...))
		}
		used += c.Width
		dst = append(dst, c.Text...)
		if used < width {
			fit = len(dst)
		}
	}
	return string(dst)
}

func (f Form) ellipsis() string {
	if f.ASCII {
		return "."
	}
	return "…"
}

// Width returns how many display cells s takes when it is shown as Form{}
// shows it. For what this package returned it is simply its width.
func Width(s string) int {
	w := 0
	for c := range Clusters(s) {
		w += c.Width
	}
	return w
}
