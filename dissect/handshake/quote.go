package handshake

import (
	"wsight/dissect/header"
	"wsight/safe"
)

// quoteLine shows a field line.
func quoteLine(f header.Field) string { return safe.Quote(f.Name + ": " + f.Value) }

// quoteLines shows every field line called name, or says that there is none.
func quoteLines(f header.Fields, name string) string {
	text := ""
	for i := range f {
		if header.EqualFold(f[i].Name, name) {
			if text != "" {
				text += ", "
			}
			text += quoteLine(f[i])
		}
	}
	if text == "" {
		return "no " + name
	}
	return text
}
