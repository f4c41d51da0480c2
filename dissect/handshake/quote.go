package handshake

import (
	"wsight/dissect/header"
	"wsight/safe"
)

// quoteLine shows a field line.
func quoteLine(f header.Field) string { return safe.Quote(f.Name + ": " + f.Value) }

// quoteLines shows the first field lines called name, or says that there is none.
func quoteLines(f header.Fields, name string) string {
	const most = 4
	text, n := "", 0
	for i := range f {
		if !header.EqualFold(f[i].Name, name) {
			continue
		}
		n++
		if n > most {
			return text + ", ..."
		}
		if n > 1 {
			text += ", "
		}
		text += quoteLine(f[i])
	}
	if n == 0 {
		return "no " + name
	}
	return text
}
