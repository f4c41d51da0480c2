package safe

import (
	"iter"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A Cluster is what the reader takes for one character: a rune with its
// marks, or the replacement of one that cannot be shown.
type Cluster struct {
	Text     string // valid UTF-8, no control characters but a kept newline
	Width    int    // display cells; 0 for a kept newline
	Replaced bool   // Text is not what was captured; shown in another style
	Offset   int    // of its first byte in the captured text
}

// maxMarks is how many marks a base may carry. Vietnamese and Thai need two;
// unbounded ones paint over the lines above and below.
const maxMarks = 2

// Clusters yields s piece by piece, as Form{} shows it.
func Clusters(s string) iter.Seq[Cluster] { return Form{}.Clusters(s) }

// Clusters yields s piece by piece. The pieces in a row are [Form.Text] of s.
func (f Form) Clusters(s string) iter.Seq[Cluster] {
	return func(yield func(Cluster) bool) {
		var buf [12]byte
		lead := false
		for i := 0; i < len(s); {
			n, kept := f.next(s[i:], lead)
			c := Cluster{Text: s[i : i+n], Offset: i}
			switch {
			case !kept:
				c.Text = string(f.appendReplaced(buf[:0], s[i:i+n]))
				c.Replaced = true
				c.Width = utf8.RuneCountInString(c.Text) // pictures and ASCII: one cell each
				lead = false
			case c.Text == "\n":
				lead = false
			default:
				if c.Width = 1; n > 1 || s[i] >= utf8.RuneSelf {
					c.Width = uniseg.StringWidth(c.Text)
				}
				r, size := utf8.DecodeRuneInString(c.Text)
				lead = size == n && leads(r)
			}
			i += n
			if !yield(c) {
				return
			}
		}
	}
}

// next measures the first cluster of s, which is not empty, and says whether
// it is shown as it is. lead: the cluster before it was a lone leading rune,
// to which another one would be joined without end.
func (f Form) next(s string, lead bool) (n int, kept bool) {
	if b := s[0]; b < utf8.RuneSelf {
		if b < 0x20 || b == 0x7f {
			return 1, f.Multiline && b == '\n'
		}
		if len(s) == 1 || s[1] < utf8.RuneSelf || f.ASCII {
			return 1, true
		}
	}
	r, n := utf8.DecodeRuneInString(s)
	if f.ASCII || r == utf8.RuneError && n == 1 || !shown(r) || joins(r) || r == 0xfe0e || r == 0xfe0f || lead && leads(r) {
		return n, false
	}
	if regional(r) {
		if second, size := utf8.DecodeRuneInString(s[n:]); regional(second) {
			return n + size, true
		}
		return n, false
	}
	for range maxMarks {
		m, size := utf8.DecodeRuneInString(s[n:])
		if !joins(m) || !shown(m) || (m == 0xfe0e || m == 0xfe0f) && !symbol(r) {
			break
		}
		n += size
	}
	return n, true
}
