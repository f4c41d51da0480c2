package tui

import (
	"context"
	"io"

	"wsight/export"
	"wsight/safe"
)

// fixLines takes the lines of configuration that mend a connection, where the
// doctor has any: those alone, to be put where they belong.
func (u *UI) fixLines(conv int) []excerpt {
	o, ok := u.rec.Overview(conv)
	if !ok {
		return nil
	}
	diagnoses := u.diagnoses(&o)
	for i := range diagnoses {
		for _, r := range diagnoses[i].Remedies {
			if r.Lines == "" {
				continue
			}
			text := "the lines that mend it"
			switch {
			case r.Product != "" && r.Guess:
				text += ", if the proxy is " + r.Product
			case r.Product != "":
				text += ", for " + r.Product
			}
			lines := safe.Form{Multiline: true}.Text(export.MaskText(r.Lines))
			return []excerpt{{letter: "x", text: text, clip: true, make: func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, lines+"\n")
				return err
			}}}
		}
	}
	return nil
}
